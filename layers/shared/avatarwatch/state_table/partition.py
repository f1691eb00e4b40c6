"""Documents of one kind: their type, how long they are kept, and how they are changed.

Every writer reads a document, decides, and writes it back on the condition that nobody else did in
between (optimistic locking); whoever loses reads again and decides again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from avatarwatch.state_table.codec import decode, encode
from avatarwatch.state_table.documents import (
    ConflictError,
    Document,
    DocumentStore,
    Json,
    Key,
    UnreadableError,
)

TRIES = 8  # so many writers of one document at the same moment are no accident any more


def forgotten(body: Json) -> None:
    """Rescue nothing: what cannot be read begins anew."""
    del body


class BusyError(Exception):
    """Others kept writing the same document; what needs it is tried again later."""


@dataclass(slots=True)
class Partition[T]:
    """The documents of a partition, by their sort keys.

    What was read is remembered, so that a change need not read it again. That makes a partition
    an invocation's own. ``kept`` is for how long each is kept after it was written, or says so of
    what was written. Where a document holds something else than ``kind``, whoever asks for its
    value gets UnreadableError, or what ``rescue`` makes of its body, where None is that there is
    none; ``damaged`` says which.
    """

    store: DocumentStore
    key: str
    kind: type[T]
    kept: timedelta | Callable[[T], timedelta]
    rescue: Callable[[Json], T | None] | None = None
    damaged: dict[str, str] = field(default_factory=dict, init=False)
    _known: dict[str, Document] = field(default_factory=dict)

    def get(self, name: str) -> T | None:
        """Read one value afresh, None when there is none."""
        return self.read([name]).get(name)

    def read(self, names: Iterable[str]) -> dict[str, T]:
        """Read values afresh; those that exist, by name."""
        wanted = list(names)
        found = self.store.get_many(map(self.at, wanted))
        return self._values(self.remember(wanted, found))

    def all(self) -> dict[str, T]:
        """Read every value that has not expired, in the order of the names."""
        found = {document.key: document for document in self.store.query(self.key)}
        return self._values(self.remember([name for _, name in found], found))

    def at(self, name: str) -> Key:
        """Return a document's key, for whoever reads several partitions in one request."""
        return (self.key, name)

    def remember(self, names: Iterable[str], found: Mapping[Key, Document]) -> dict[str, Document]:
        """Take in what was read under names, also that nothing was."""
        documents = {
            name: found.get(self.at(name)) or Document(self.at(name), 0, {}) for name in names
        }
        self._known |= documents
        return documents

    def change[R](self, name: str, decide: Callable[[T | None], tuple[T, R]], now: datetime) -> R:
        """Write what ``decide`` makes of a value, and return what else it says.

        It decides again when another was faster, so it must be pure. A value that stays as it is
        is not written.

        Raises
        ------
        BusyError
            Another was faster too often.
        """

        def step(document: Document) -> R:
            before = self.value(document)
            after, result = decide(before)
            if after != before:
                self.put(document, after, now)
            return result

        return self._until_it_holds(name, step)

    def set(self, name: str, value: T, now: datetime) -> None:
        """Write a value whatever was there, and keep it from ``now`` on; BusyError as above."""
        self._until_it_holds(name, lambda document: self.put(document, value, now))

    def delete(self, name: str) -> T | None:
        """Delete a document and return its value, None when there is none; BusyError as above."""

        def step(document: Document) -> T | None:
            if document.version:
                self.store.delete(document)
                self.remember([name], {})
            return self.value(document)

        return self._until_it_holds(name, step)

    def document(self, name: str) -> Document:
        """Return a document as it is known, read when it is not; version 0 when there is none."""
        if name not in self._known:
            self.remember([name], self.store.get_many([self.at(name)]))
        return self._known[name]

    def value(self, document: Document) -> T | None:
        """Return what a document holds, None when it was never written."""
        if not document.version:
            return None
        try:
            return self._decoded(document)
        except UnreadableError as error:
            if self.rescue is None:
                raise
            self.damaged[document.key[1]] = str(error)
            return self.rescue(document.body)

    def _decoded(self, document: Document) -> T:
        if document.fault:
            raise UnreadableError(document.fault)
        return decode(document.body, self.kind)

    def mend(self, now: datetime) -> dict[str, str]:
        """Write what was rescued over what was damaged, or delete it; return why each was."""
        found, self.damaged = self.damaged, {}
        for name in found:
            document = self.document(name)
            value = self.value(document)
            if name not in self.damaged:  # somebody has written it anew since
                continue
            with suppress(ConflictError):
                if value is None:
                    self.store.delete(document)
                    self.remember([name], {})
                else:
                    self.put(document, value, now)
        self.damaged = {}
        return found

    def put(self, document: Document, value: T, now: datetime) -> Document:
        """Write a value once over the document that was read, and return what is there now.

        It is the step of `change`, for whoever must know that it was lost.

        Raises
        ------
        ConflictError
            Another was faster.
        """
        kept = self.kept if isinstance(self.kept, timedelta) else self.kept(value)
        written = self.store.put(replace(document, body=encode(value)), now + kept)
        self._known[document.key[1]] = written
        return written

    def _until_it_holds[R](self, name: str, step: Callable[[Document], R]) -> R:
        for _ in range(TRIES):
            try:
                return step(self.document(name))
            except ConflictError:
                self._known.pop(name, None)
        raise BusyError(f"{self.at(name)} is written by others all the time")

    def _values(self, documents: Mapping[str, Document]) -> dict[str, T]:
        return dict(self._those_that_exist(documents))

    def _those_that_exist(self, documents: Mapping[str, Document]) -> Iterator[tuple[str, T]]:
        for name, document in documents.items():
            value = self.value(document)
            if value is not None:
                yield name, value
