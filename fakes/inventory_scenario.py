"""A bucket with an inventory, on a strict S3."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cost_control.measuring.calls import Calls
from cost_control.measuring.inventory.choosing import InventoryError
from cost_control.measuring.inventory.reading import InventoryReader
from cost_control.money.histogram import Sizes
from fakes.inventories import Listed, configuration, deliver, packed
from fakes.s3 import OWNER, FakeBucket, FakeS3

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


TODAY = NOW.replace(hour=1, minute=0)


DAY = timedelta(days=1)


FILES = [packed([Listed(40_000)] * 3), packed([Listed(400_000)] * 2)]


class Scenario:
    """A bucket of avatars and another one for its inventories."""

    def __init__(self, *configurations: str) -> None:
        configured = list(configurations or [configuration()])
        self.fake = FakeS3(avatars=FakeBucket(inventories=configured), inventories=FakeBucket())
        self.has_time: Callable[[], bool] = lambda: True

    @property
    def there(self) -> FakeBucket:
        return self.fake.buckets["inventories"]

    def deliver(self, *files: bytes, at: datetime = TODAY, **more: Any) -> str:
        return deliver(self.there, at, files or FILES, **more)

    def reader(self, seed: int = 1) -> InventoryReader:
        rng = random.Random(seed)  # noqa: S311 - not a secret
        return InventoryReader(self.fake.client(), OWNER, NOW, rng, self.has_time)

    def sizes(self, seed: int = 1) -> Sizes:
        return self.reader(seed).sizes("avatars", Calls(100))

    def refusal(self) -> str:
        with pytest.raises(InventoryError) as refused:
            self.sizes()
        return str(refused.value)
