"""StateTable's twin in memory, for tests and benchmarks: the same conditions on every write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from avatarwatch.state_table.documents import (
    ConflictError,
    Document,
    DocumentStore,
    Key,
    draw_version,
    read_body,
    written,
)

ITEM_LIMIT = 400 * 1024  # bytes of one item (Amazon DynamoDB, "Constraints")


class ItemTooLargeError(ValueError):
    """DynamoDB would refuse the item."""


class MemoryDocumentStore(DocumentStore):
    """Documents as JSON texts by key, each with its version and when it expires.

    What DynamoDB would refuse for its size is refused here too.
    """

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
        version, text = draw_version(), written(document.body)
        size = sum(len(part.encode(errors="surrogatepass")) for part in (*document.key, text))
        if size > ITEM_LIMIT:
            raise ItemTooLargeError(f"{document.key}: item size has exceeded the maximum: {size}")
        self.items[document.key] = (version, text, expires_at)
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
