"""What cost control itself costs: calls for a bucket of any size, time for a hundred, a month.

``python -m benchmarks.cost_control``. Calls go to the strict fakes, so the time is our own.
"""

from __future__ import annotations

import io
import random
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from rich.console import Console
from rich.table import Table

import aws_contract
from avatarwatch.state_table.memory import MemoryDocumentStore
from cost_control.changing.backups import Backups
from cost_control.changing.store import BucketStore
from cost_control.control import Control
from cost_control.measuring.cloudwatch import Measuring
from cost_control.measuring.inventory import rows
from cost_control.measuring.inventory.manifest import Columns
from cost_control.measuring.inventory.reading import MAX_BYTES, InventoryReader
from cost_control.measuring.sampling import Sample, Sampler
from cost_control.measuring.sizing import learn
from cost_control.measuring.usage import Usage
from cost_control.memory import Memory
from cost_control.money.prices import BUNDLED
from cost_control.planning.given import Policy
from cost_control.planning.levels import Thresholds
from cost_control.settings import FunctionSettings, Mode, Request
from fakes.inventories import DESTINATION, Listed, configuration, deliver, packed
from fakes.measurements import FakeCloudWatch
from fakes.s3 import OWNER, FakeBucket, FakeS3

SIZE = 400_000  # bytes of each object
COUNTS = (10**3, 10**6, 10**9)
RUNS_A_MONTH = 30
# US$ a request, list prices of us-east-1: LIST and PUT, other requests, metrics asked for
MEMORY_GB = 0.5
_GB_SECOND = 0.0000166667
_LIST, _OTHER, _METRIC = Decimal("0.000005"), Decimal("0.0000004"), Decimal("0.00001")


class Keys(Mapping[str, tuple[int, str]]):
    """Objects that nobody could hold in memory: named by number, all alike."""

    def __init__(self, count: int) -> None:
        self._numbers = range(count)

    def __getitem__(self, key: str) -> tuple[int, str]:
        """Return an object's size and class."""
        del key
        return SIZE, "STANDARD"

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        """Yield the keys in order."""
        return map(_key, self._numbers)

    def after(self, key: str, most: int) -> list[str]:
        """Return the next keys after one."""
        first = bisect_right(self._numbers, key, key=_key)
        return [_key(number) for number in self._numbers[first : first + most]]


def _key(number: int) -> str:
    return f"avatars/{number:010x}.webp"


@dataclass(frozen=True, slots=True)
class Reader:
    """The real readers over the fakes."""

    fake: FakeS3
    cloudwatch: FakeCloudWatch
    memory: Memory
    now: datetime

    def usage(self, bucket: str) -> Usage:
        """Return a bucket's usage."""
        return Measuring(cast("Any", self.cloudwatch), self.now).usage(bucket)

    def sample(self, bucket: str, objects: int, mean: float) -> Sample:
        """Return the sizes of its objects."""
        rng = random.Random(1)  # noqa: S311 - the same sample each time
        client = self.fake.client()
        inventories = InventoryReader(client, OWNER, self.memory, self.now, rng, lambda: True)
        return learn(inventories, Sampler(client, OWNER, rng), bucket, objects, mean)


@dataclass(slots=True)
class System:
    """Buckets of ``count`` objects each; ``inventories`` are files delivered for each of them."""

    count: int
    buckets: int = 1
    inventories: tuple[bytes, ...] = ()
    fake: FakeS3 = field(init=False)
    cloudwatch: FakeCloudWatch = field(init=False)
    documents: MemoryDocumentStore = field(default_factory=MemoryDocumentStore)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        """Make the buckets and their metrics."""
        objects = cast("Any", Keys(self.count))
        names = [f"avatars-{number}" for number in range(self.buckets)]
        self.fake = FakeS3(**{name: FakeBucket(objects=objects) for name in names})
        self.cloudwatch = FakeCloudWatch(page=500)
        at = self.now - timedelta(hours=6)
        for name in names:
            for metric, kind, value in (
                ("BucketSizeBytes", "StandardStorage", float(self.count * SIZE)),
                ("NumberOfObjects", "AllStorageTypes", float(self.count)),
            ):
                self.cloudwatch.add(metric, at, value, BucketName=name, StorageType=kind)
        self.fake.buckets |= {"reports": FakeBucket(), DESTINATION: FakeBucket()}
        for name in names if self.inventories else ():
            self.fake.buckets[name].inventories = [configuration()]
            folder = f"daily/{name}/all/"
            there = self.fake.buckets[DESTINATION]
            deliver(there, at, self.inventories, folder=folder, source=name)

    def run(self) -> tuple[Counter[str], float]:
        """Return the calls and the seconds of one run."""
        self.fake.calls.clear()
        self.cloudwatch.calls.clear()
        names = [name for name in self.fake.buckets if name.startswith("avatars")]
        started = time.perf_counter()
        work = _control(self.fake, self.cloudwatch, self.documents, names, self.now)
        report = work.run(Request(action="apply"))
        seconds = time.perf_counter() - started
        if any(one.error for one in report.buckets):
            raise RuntimeError(f"the run failed: {report.buckets[0].error}")
        return Counter(self.fake.calls) + Counter(self.cloudwatch.calls), seconds


def run(console: Console) -> dict[str, Any]:
    """Measure, print a table, and return the figures."""
    table = Table(title="Calls for one bucket in a run, and what a month of daily ones costs")
    for heading in ("objects", "sizes from", "lists", "other S3", "CloudWatch", "US$ a month"):
        table.add_column(heading, justify="right")
    figures: dict[str, Any] = {}
    inventory = System(COUNTS[-1], inventories=tuple(packed(_rows()) for _ in range(5)))
    for system, sizes in (
        *((System(count), "listings") for count in COUNTS),
        (inventory, "new inventory"),
        (inventory, "the same one"),
    ):
        calls, _ = system.run()
        month = float(_month(calls))
        lists, metrics = calls["ListObjectsV2"], calls["GetMetricData"] + calls["ListMetrics"]
        others = calls.total() - lists - metrics
        name = f"{system.count:,}"
        table.add_row(name, sizes, str(lists), str(others), str(metrics), f"{month:.4f}")
        figures[f"{name} by {sizes}"] = {"calls": calls.total(), "usd_month": month}
    console.print(table)
    return figures | _hundred(console) | _streamed(console)


def _streamed(console: Console) -> dict[str, Any]:
    """Count the rows of one file, as an inventory is read."""
    body, count = packed(_rows()), 20_000
    started = time.process_time()
    found = rows.count(io.BytesIO(body), Columns(size=2, storage_class=4), lambda: True)
    rate = found.objects / (time.process_time() - started)
    console.print(
        f"an inventory streams by at {rate:,.0f} rows a second of processor time;"
        f" {MAX_BYTES / 2**20:.0f} MiB are {MAX_BYTES * count / len(body) / 1e6:.0f} million rows"
    )
    return {"inventory_rows_a_second": round(rate)}


def _hundred(console: Console) -> dict[str, Any]:
    """Measure a hundred buckets, all of which get a rule."""
    calls, seconds = System(10**6, buckets=100).run()
    month = float(_month(calls))
    compute = seconds * RUNS_A_MONTH * MEMORY_GB * _GB_SECOND
    console.print(
        f"100 buckets of 1,000,000 objects: {seconds:.1f} s of our own time on this machine;"
        f" requests ${month:.2f} and Lambda ${compute:.4f} a month; two custom metrics $0.60"
    )
    return {"seconds_100_buckets": round(seconds, 2), "usd_month_100_buckets": round(month, 4)}


def _month(calls: Counter[str]) -> Decimal:
    """Return US$ for a month of such runs, requests alone."""
    lists = calls["ListObjectsV2"] + calls["PutObject"] + calls["PutBucketLifecycleConfiguration"]
    metrics = calls["GetMetricData"] * 5 + calls["ListMetrics"]  # five metrics a bucket
    others = calls.total() - lists - calls["GetMetricData"] - calls["ListMetrics"]
    return RUNS_A_MONTH * (lists * _LIST + others * _OTHER + metrics * _METRIC)


def _rows() -> Iterator[Listed]:
    rng = random.Random(1)  # noqa: S311 - keys that pack as badly as real ones
    keys = (f"avatars/{rng.getrandbits(128):032x}.webp" for _ in range(20_000))
    return (Listed(SIZE, key=key) for key in keys)


def _control(
    fake: FakeS3,
    cloudwatch: FakeCloudWatch,
    documents: MemoryDocumentStore,
    names: list[str],
    now: datetime,
) -> Control:
    client, memory = fake.client(), Memory(documents, now)
    return Control(
        settings=FunctionSettings(
            "bench", "state", "topic", "reports", "cost-control", "eu-north-1", tuple(names),
            frozenset(names), Mode.ENFORCE, Thresholds(1, 2), 0.02,
        ),
        policy=Policy(assumed_reads=0.02, worth_it=Decimal(0)),
        reader=Reader(fake, cloudwatch, memory, now),
        prices=BUNDLED,
        memory=memory,
        backups=Backups(client, "reports", OWNER, "benchmark", now),
        store=lambda name: BucketStore(client, client, name, OWNER),
        sleep=lambda _: None,
        publish=lambda _: None,
        now=now,
    )  # fmt: skip


if __name__ == "__main__":
    aws_contract.enable()
    run(Console())
