"""StateTable's twin in memory, for tests and benchmarks: the same conditions on every write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from avatarwatch.state_table.documents import (
    ConflictError,
    Document,
    DocumentStore,
    Key,
    draw_version,
    read_body,
)


class MemoryDocumentStore(DocumentStore):
    """Documents as JSON texts by key, each with its version and when it expires."""

    def __init__(self) -> None:
        self.items: dict[Key, tuple[int, str, datetime]] = {}

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Document]:
        """Return the documents that exist, by key."""
        return {key: self._document(key) for key in keys if key in self.items}

    def query(self, partition: str) -> Iterator[Document]:
        """Yield every document of a partition in order."""
        for key in sorted(self.items):
            if key[0] == partition:
                yield self._document(key)

    def put(self, document: Document, expires_at: datetime) -> Document:
        """Write a document whose version is the stored one."""
        self._check(document)
        version = draw_version()
        self.items[document.key] = (version, json.dumps(document.body), expires_at)
        return Document(document.key, version, document.body)

    def delete(self, document: Document) -> None:
        """Delete a document whose version is the stored one."""
        self._check(document)
        self.items.pop(document.key, None)

    def _document(self, key: Key) -> Document:
        version, text, _ = self.items[key]
        return Document(key, version, *read_body(text))

    def _check(self, document: Document) -> None:
        stored = self.items[document.key][0] if document.key in self.items else 0
        if stored != document.version:
            raise ConflictError(f"{document.key} has version {stored}, not {document.version}")
