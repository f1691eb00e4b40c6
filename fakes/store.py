"""A document store that somebody looks over the shoulder of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from avatarwatch.state_table.documents import Document, DocumentStore, Key

type Look = Callable[[str], None]
"""Hears of an operation and its partition, as in ``put incident``; it may raise, or take time."""


def _nothing(what: str) -> None:
    del what


@dataclass(slots=True)
class WatchedStore(DocumentStore):
    """Pass everything on to another store; tell of each read, and of each write on both sides."""

    store: DocumentStore
    reading: Look = _nothing
    writing: Look = _nothing
    written: Look = _nothing

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Document]:
        """Read."""
        wanted = list(keys)
        self.reading(f"get {' '.join(sorted({key[0] for key in wanted}))}")
        return self.store.get_many(wanted)

    def query(self, partition: str) -> Iterator[Document]:
        """Read."""
        self.reading(f"query {partition}")
        return self.store.query(partition)

    def put(self, document: Document, expires_at: datetime) -> Document:
        """Write."""
        what = f"put {document.key[0]}"
        self.writing(what)
        after = self.store.put(document, expires_at)
        self.written(what)
        return after

    def delete(self, document: Document) -> None:
        """Delete."""
        what = f"delete {document.key[0]}"
        self.writing(what)
        self.store.delete(document)
        self.written(what)
