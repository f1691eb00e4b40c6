"""What was counted, in StateTable: each source's mark, and the tallies that wait to be published.

A source is a log file, or a shard of a stream up to a sequence number. Its tally is written first,
under the name of this attempt, then its mark, on the condition that nobody else wrote one: a tally
is only ever published when its source's mark names its attempt. So a file that is delivered twice,
by two functions at once, or counted again after a crash between the two writes, counts once
(docs/decisions/0100).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from access_logs.tally import Tally
from avatarwatch.state_table.codec import decode
from avatarwatch.state_table.documents import ConflictError, Document, DocumentStore
from avatarwatch.state_table.partition import Partition

KEPT = timedelta(days=16)
"""Longer than a queue keeps a message (14 days) or a stream a record here (1 day)."""
MINUTES_OF_A_PART = 30
"""Minutes of one document: at most 8 KB each, and DynamoDB's items hold 400 KB."""
ATTEMPTS = 90
"""Attempts of a shard that may wait to be published before no more is read from it."""
_AT_ONCE = 100  # tallies whose marks are read in one request


class BacklogError(Exception):
    """Too much waits to be published: the source comes again later."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where a source was counted (a shard's sequence number), and by which attempts."""

    attempts: tuple[str, ...]
    sequence: str = "0"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a source's tally, as JSON, written by an attempt."""

    source: str
    attempt: str
    tally: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A tally that waits under a name; ``counts`` unless it is of an attempt that lost."""

    name: str
    tally: Tally
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Ledger:
    """The marks and the waiting tallies. ``attempt`` names this invocation."""

    store: DocumentStore
    attempt: str
    now: datetime
    _marks: Partition[Mark] = field(init=False)
    _parts: Partition[Part] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_marks", Partition(self.store, "access-source", Mark, KEPT))
        object.__setattr__(self, "_parts", Partition(self.store, "access-waiting", Part, KEPT))

    def is_counted(self, source: str) -> bool:
        """Whether a file was counted before."""
        return self._marks.get(source) is not None

    def position(self, shard: str) -> int:
        """Return up to which sequence number a shard was counted, 0 for not at all."""
        mark = self._marks.get(shard)
        return int(mark.sequence) if mark else 0

    def enter_file(self, source: str, tally: Tally) -> bool:
        """Enter a file's tally; False when another attempt has entered it."""
        self._wait(source, self.attempt, tally)
        return self._put(
            self._marks, Document(self._marks.at(source), 0, {}), Mark((self.attempt,))
        )

    def enter_shard(self, shard: str, sequence: int, tally: Tally) -> bool:
        """Enter what a shard held from its position to a sequence number.

        False when another attempt did since the position was read.

        Raises
        ------
        BacklogError
            So much of the shard waits that its mark could not name it all.
        """
        document = self._marks.document(shard)
        known = self._marks.value(document) or Mark(())
        attempts = self._still_waiting(shard, known.attempts)
        if len(attempts) >= ATTEMPTS:
            raise BacklogError(f"{len(attempts)} parts of {shard} wait to be published")
        name = f"{self.attempt}@{sequence}"
        self._wait(shard, name, tally)
        return self._put(self._marks, document, Mark((*attempts, name), str(sequence)))

    def waiting(self) -> Iterator[Waiting]:
        """Yield the tallies that wait, those of lost attempts as well, to be taken away."""
        for documents in batched(self.store.query(self._parts.key), _AT_ONCE, strict=False):
            parts = {document.key[1]: decode(document.body, Part) for document in documents}
            self._parts.remember(parts, {document.key: document for document in documents})
            marks = self._marks.read({part.source for part in parts.values()})
            for name, part in parts.items():
                if mark := marks.get(part.source):
                    tally = Tally.from_json(part.tally)
                    yield Waiting(name, tally, counts=part.attempt in mark.attempts)
                # else its attempt is still at work, or died: then the source comes again

    def named(self, names: Iterable[str]) -> list[Waiting]:
        """Return those of some waiting tallies that are still there."""
        found = self._parts.read(names)
        return [Waiting(name, Tally.from_json(part.tally)) for name, part in found.items()]

    def take_away(self, waiting: Iterable[Waiting]) -> None:
        """Delete tallies that do not wait any more."""
        for each in waiting:
            self._parts.delete(each.name)

    def _still_waiting(self, shard: str, attempts: tuple[str, ...]) -> tuple[str, ...]:
        if len(attempts) < ATTEMPTS:
            return attempts
        parts = self._parts.all().values()
        waits = {part.attempt for part in parts if part.source == shard}
        return tuple(attempt for attempt in attempts if attempt in waits)

    def _wait(self, source: str, attempt: str, tally: Tally) -> None:
        for number, part in enumerate(tally.parts(MINUTES_OF_A_PART)):
            name = f"{source}#{attempt}#{number:04}"
            # refused when this very attempt, tried again by botocore, has written it
            document = Document(self._parts.at(name), 0, {})
            self._put(self._parts, document, Part(source, attempt, part.as_json()))

    def _put[T](self, partition: Partition[T], document: Document, value: T) -> bool:
        try:
            partition.put(document, value, self.now)
        except ConflictError:
            return False
        return True
