"""Which reports were made and told, and what only their time knew, in StateTable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec import Struct

from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.lease import Lease, Leased, Leases
from avatarwatch.state_table.partition import Partition
from reporting.found import Snapshot
from reporting.page.html import Row
from reporting.spans import OLDEST, Span

HELD = timedelta(seconds=185)
"""As long as a run may take and a little more: whoever tries again a minute after its death may."""
_KEPT = timedelta(days=3650)  # the index shows them
_SINCE = "since"


class BusyRunError(Exception):
    """Another run is at the same report."""


class Made(Struct, frozen=True):
    """A report that was made: its row of the index, and whether people were told."""

    row: Row
    told: bool


@dataclass(slots=True)
class _Held:
    """A report that is ours until it is given back; ``made`` is what will stand of it."""

    made: Made | None


@dataclass(slots=True)
class Books:
    """What is remembered of reports."""

    store: DocumentStore
    now: datetime
    _leases: Leases[Made] = field(init=False)
    _snapshots: Partition[Snapshot] = field(init=False)

    def __post_init__(self) -> None:
        """Make the partitions."""
        self._leases = Leases(Partition(self.store, "report", Leased[Made], _KEPT), HELD)
        self._snapshots = Partition(self.store, "report#snapshot", Snapshot, OLDEST)

    def since(self) -> datetime:
        """Return when reports began, which is now at the first run."""
        begun = Partition(self.store, "report#since", dict, _KEPT)
        known = begun.get(_SINCE)
        if known is None:
            begun.set(_SINCE, {"at": self.now.isoformat()}, self.now)
            return self.now
        return datetime.fromisoformat(known["at"])

    def made(self, span: Span) -> Made | None:
        """Return what stands of a report, None when it was never made."""
        return self._leases.get(span.key).value

    def rows(self) -> list[Row]:
        """Return the rows of all that were made."""
        every = self._leases.partition.all().values()
        return [each.value.row for each in every if each.value]

    @contextmanager
    def hold(self, span: Span) -> Iterator[_Held]:
        """Keep other runs from a report meanwhile; whatever happens it is given back.

        Raises
        ------
        BusyRunError
            Another is at it.
        """
        lease = self._leases.get(span.key)
        mine: Lease[Made] | None = self._leases.take(lease, self.now)
        if mine is None:
            raise BusyRunError(f"another run is at {span.key}")
        held = _Held(lease.value)
        try:
            yield held
        finally:
            self._leases.release(mine, held.made, self.now)

    def snapshot(self, span: Span) -> Snapshot | None:
        """Return what was known when a report was first made."""
        return self._snapshots.get(span.key)

    def keep(self, span: Span, snapshot: Snapshot) -> None:
        """Remember it: made again, the report says the same."""
        self._snapshots.set(span.key, snapshot, self.now)
