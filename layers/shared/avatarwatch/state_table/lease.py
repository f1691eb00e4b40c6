"""Documents that one holder at a time works on.

A lease ends by itself, for its holder may die. Whoever holds one writes over the version with
which it was taken: when the lease has run out and another took it, that write fails instead of
undoing the other's work.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from avatarwatch.state_table.documents import ConflictError, Document
from avatarwatch.state_table.partition import Partition


@dataclass(frozen=True, slots=True)
class Leased[T]:
    """What the document holds: until when it is somebody's (None: nobody's), and the value."""

    until: datetime | None
    value: T | None


@dataclass(frozen=True, slots=True)
class Lease[T]:
    """A leased document as it was read or written last; ``value`` is None before the first."""

    document: Document
    until: datetime | None = None
    value: T | None = None

    def is_held(self, now: datetime) -> bool:
        """Whether somebody may be at work on it."""
        return self.until is not None and now < self.until


@dataclass(frozen=True, slots=True)
class Leases[T]:
    """The leased documents of a partition. ``length`` must be longer than a holder can live."""

    partition: Partition[Leased[T]]
    length: timedelta

    def get(self, name: str) -> Lease[T]:
        """Read one, also where there is none yet."""
        return self.read([name])[name]

    def read(self, names: Iterable[str]) -> dict[str, Lease[T]]:
        """Read those of all the names, also where there are none yet."""
        wanted = list(names)
        self.partition.read(wanted)
        return {name: self._lease(self.partition.document(name)) for name in wanted}

    def take(self, lease: Lease[T], now: datetime, value: T | None = None) -> Lease[T] | None:
        """Take what is free; None while another holds it, or when another was faster.

        The value stays unless there is another.
        """
        if lease.is_held(now):
            return None
        try:
            return self._written(lease, now + self.length, value or lease.value, now)
        except ConflictError:
            return None

    def write(self, lease: Lease[T], value: T, now: datetime) -> Lease[T]:
        """Write a value, and hold the lease as long again.

        Raises
        ------
        ConflictError
            It had run out, and another has taken it.
        """
        return self._written(lease, now + self.length, value, now)

    def release(self, lease: Lease[T], value: T | None, now: datetime) -> bool:
        """Write a value and give the lease back; False when it had run out and another took it."""
        try:
            self._written(lease, None, value, now)
        except ConflictError:
            return False
        return True

    def _written(
        self, lease: Lease[T], until: datetime | None, value: T | None, now: datetime
    ) -> Lease[T]:
        document = self.partition.put(lease.document, Leased(until, value), now)
        return Lease(document, until, value)

    def _lease(self, document: Document) -> Lease[T]:
        known = self.partition.value(document)
        return Lease(document, known.until, known.value) if known else Lease(document)
