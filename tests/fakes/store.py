"""A document store whose writes are steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from avatarwatch.state_table.documents import Document, DocumentStore, Key

if TYPE_CHECKING:
    from fakes.steps import Steps


@dataclass(slots=True)
class SteppedStore(DocumentStore):
    """Pass everything on to another store, and count what changes it."""

    store: DocumentStore
    steps: Steps

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Document]:
        """Read."""
        return self.store.get_many(keys)

    def query(self, partition: str) -> Iterator[Document]:
        """Read."""
        return self.store.query(partition)

    def put(self, document: Document, expires_at: datetime) -> Document:
        """Write, as a step."""
        self.steps.take(f"put {document.key[0]}")
        return self.store.put(document, expires_at)

    def delete(self, document: Document) -> None:
        """Delete, as a step."""
        self.steps.take(f"delete {document.key[0]}")
        self.store.delete(document)
