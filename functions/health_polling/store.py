"""The services' state in StateTable: a few documents, however many endpoints there are.

A document a service would cost a write a minute each; services share SHARDS documents by a hash of
their name, which stays when the list changes. Alerts go through an outbox in the same document:
written with the state that decided them, published, then taken out. Nothing is told that was not
kept, and what was kept is told.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from avatarwatch.alerts import AlertMessage
from avatarwatch.state import ConflictError, Document, DocumentStore, Key
from health_polling.history import History
from health_polling.watch import Service

SHARDS = 64
STATE, HISTORY = "health#state", "health#history"
_TRIES = 5
_KEEP = {STATE: timedelta(days=30), HISTORY: timedelta(days=120)}


@dataclass(frozen=True, slots=True)
class Shard:
    """The services of one document, and the alerts that are still to be published."""

    services: Mapping[str, Service] = field(default_factory=dict)
    outbox: tuple[AlertMessage, ...] = ()


_SHARD = TypeAdapter(Shard)
_HISTORY = TypeAdapter(History)


def shard_of(name: str) -> str:
    """Return the shard of a service: the same for ever."""
    return f"{zlib.crc32(name.encode()) % SHARDS:02d}"


@dataclass(slots=True)
class HealthStore:
    """Read and write shards with optimistic locking."""

    documents: DocumentStore
    _read: dict[Key, Document] = field(default_factory=dict)

    def load(self) -> dict[str, Shard]:
        """Return every shard that exists."""
        found = {d.key: d for d in self.documents.query(STATE)}
        self._read.update(found)
        return {key[1]: _SHARD.validate_python(d.body) for key, d in found.items()}

    def change(self, shard: str, decide: Callable[[Shard], Shard], now: datetime) -> Shard:
        """Write what ``decide`` makes of a shard; decide again when somebody else wrote it."""
        key = (STATE, shard)
        for _ in range(_TRIES):
            document = self._read.get(key) or Document(key, 0, {})
            after = decide(_SHARD.validate_python(document.body))
            body = _SHARD.dump_python(after, mode="json")
            if body == document.body:
                return after
            try:
                self._read[key] = self.documents.put(
                    Document(key, document.version, body), now + _KEEP[STATE]
                )
            except ConflictError:
                fresh = self.documents.get(key)
                self._read.pop(key, None)
                if fresh:
                    self._read[key] = fresh
                continue
            return after
        raise ConflictError(f"{key} is written by somebody else all the time")

    def histories(self) -> dict[str, History]:
        """Return every shard's history."""
        found = self.documents.query(HISTORY)
        return {d.key[1]: _HISTORY.validate_python(d.body) for d in found}

    def change_history(
        self, shard: str, decide: Callable[[History], History], now: datetime
    ) -> None:
        """Write what ``decide`` makes of a shard's history."""
        key = (HISTORY, shard)
        for _ in range(_TRIES):
            document = self.documents.get(key) or Document(key, 0, {})
            after = _HISTORY.dump_python(
                decide(_HISTORY.validate_python(document.body)), mode="json"
            )
            try:
                self.documents.put(Document(key, document.version, after), now + _KEEP[HISTORY])
            except ConflictError:
                continue
            return
        raise ConflictError(f"{key} is written by somebody else all the time")


def by_shard[T](named: Iterable[tuple[str, T]]) -> dict[str, dict[str, T]]:
    """Group what belongs to services by their shard."""
    found: dict[str, dict[str, T]] = {}
    for name, value in named:
        found.setdefault(shard_of(name), {})[name] = value
    return found
