"""Small versioned JSON documents that expire by themselves, and what keeps them must promise.

Keys are a partition (``pk``, what kind of thing) and a sort key (``sk``, which one).
"""

from __future__ import annotations

import json
import random
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

type Key = tuple[str, str]
type Json = dict[str, Any]


class ConflictError(Exception):
    """Somebody else wrote the document since it was read: read again and decide again."""


class UnreadableError(ValueError):
    """A document holds something else than what was asked for; the message says what."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document; ``version`` is 0 for one that was never written.

    ``fault`` says why a stored one is none (no JSON, no body, no version): it stops nobody who
    reads others, and can be written over. ``stored`` is then what stands where its version should.
    """

    key: Key
    version: int
    body: Json
    fault: str = ""
    stored: Any = None


def draw_version() -> int:
    """Return the version that a write gives a document: another one each time.

    Were it counted, whoever read a document that was deleted and written anew since would take the
    new one for the old; and no writer could tell its own write from another's.
    """
    return 1 + random.getrandbits(62)


NO_VERSION = -1


def written(body: Json) -> str:
    """Return a body as it is kept: UTF-8, as escapes would be three times as long."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def read_body(text: Any) -> tuple[Json, str]:
    """Return a body of its JSON text, and why there is none."""
    try:
        body = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        return {}, f"no JSON ({type(error).__name__})"
    return (body, "") if isinstance(body, dict) else ({}, "no JSON object")


class DocumentStore(ABC):
    """Where documents live."""

    @abstractmethod
    def get_many(self, keys: Iterable[Key]) -> dict[Key, Document]:
        """Return the documents that exist, by key; read consistently."""

    @abstractmethod
    def query(self, partition: str) -> Iterator[Document]:
        """Yield every document of a partition, in the order of their sort keys."""

    @abstractmethod
    def put(self, document: Document, expires_at: datetime) -> Document:
        """Write a document and return it with its new version.

        Raises
        ------
        ConflictError
            The stored version is not ``document.version`` any more.
        """

    @abstractmethod
    def delete(self, document: Document) -> None:
        """Delete a document; raise ConflictError if it changed since it was read."""

    def get(self, key: Key) -> Document | None:
        """Return one document, None when there is none."""
        return self.get_many([key]).get(key)
