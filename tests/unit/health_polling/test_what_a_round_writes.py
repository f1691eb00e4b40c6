"""The bill of docs/price.md counts what a round writes into StateTable."""

from __future__ import annotations

from datetime import datetime
from math import ceil

import pytest

from avatarwatch.state_table.documents import Document, written
from avatarwatch.state_table.memory import MemoryDocumentStore
from fakes.health import World, answered, endpoint, guide
from health_polling.store import shard_of
from health_polling.watch import MINUTES_KEPT
from local.price.bill import ENDPOINT_STATE_KB, health_writes

KILOBYTE = 1024  # of a unit of writing (DynamoDB, Developer Guide, "Read and write operations")


class Weighed(MemoryDocumentStore):
    """A store that weighs what it is given: bytes of the bodies, by write."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes: list[int] = []

    def put(self, document: Document, expires_at: datetime) -> Document:
        own = sum(map(len, document.key)) + len("pkskversionexpires_atbody") + 40
        self.bytes.append(len(written(document.body).encode()) + own)
        return super().put(document, expires_at)


def names(count: int) -> list[str]:
    """Return names of as many endpoints, no two of which share a document."""
    found: dict[str, str] = {}
    for number in range(1_000):
        found.setdefault(shard_of(f"api-{number}"), f"api-{number}")
    return list(found.values())[:count]


@pytest.mark.parametrize("count", [1, 5])
def test_it_is_what_the_bill_counts(count: int) -> None:
    endpoints = [endpoint(name=name) for name in names(count)]
    store = Weighed()
    world = World({each.name: answered(guide()) for each in endpoints}, documents=store)
    for _ in range(MINUTES_KEPT + 1):
        store.bytes.clear()
        world.minute(*endpoints)
    assert sum(ceil(each / KILOBYTE) for each in store.bytes) == health_writes(count)
    assert max(store.bytes) / KILOBYTE == pytest.approx(ENDPOINT_STATE_KB, rel=0.15)
