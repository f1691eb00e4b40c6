"""What cost control itself costs: calls for a bucket of any size, time for a hundred, a month.

``python -m benchmarks.cost_control``. Calls go to the strict fakes, so the time is our own.
"""

from __future__ import annotations

import random
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from rich.console import Console
from rich.table import Table

import aws_contract
from avatarwatch.state import MemoryDocumentStore
from cost_control.backups import Backups
from cost_control.bucket_store import BucketStore
from cost_control.control import Control
from cost_control.levels import Thresholds
from cost_control.measuring import Measuring
from cost_control.memory import Memory
from cost_control.money.prices import BUNDLED
from cost_control.plan import Policy
from cost_control.sampling import Sample, Sampler
from cost_control.settings import FunctionSettings, Mode, Request
from cost_control.usage import Usage
from fakes.measurements import FakeCloudWatch
from fakes.s3 import OWNER, FakeBucket, FakeS3

SIZE = 400_000  # bytes of each object
COUNTS = (10**3, 10**6, 10**9)
RUNS_A_MONTH = 30
# US$ a request, list prices of us-east-1: LIST and PUT, other requests, metrics asked for
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
    now: datetime

    def usage(self, bucket: str) -> Usage:
        """Return a bucket's usage."""
        return Measuring(cast("Any", self.cloudwatch), self.now).usage(bucket)

    def sample(self, bucket: str, objects: int, mean: float) -> Sample:
        """Return the sizes of its objects."""
        rng = random.Random(1)  # noqa: S311 - the same sample each time
        return Sampler(self.fake.client(), OWNER, rng).sample(bucket, objects, mean)


def run(console: Console) -> dict[str, Any]:
    """Measure, print a table, and return the figures."""
    table = Table(title="Calls for one bucket in a run that applies a rule")
    for heading in ("objects", "S3 lists", "S3 others", "CloudWatch", "US$ a month of daily runs"):
        table.add_column(heading, justify="right")
    figures: dict[str, Any] = {}
    for count in COUNTS:
        calls, _ = measure(count, buckets=1)
        lists = calls["ListObjectsV2"]
        metrics = calls["GetMetricData"] + calls["ListMetrics"]
        others = calls.total() - lists - metrics
        month = RUNS_A_MONTH * (
            (lists + calls["PutObject"]) * _LIST + others * _OTHER + metrics * 3 * _METRIC
        )
        table.add_row(f"{count:,}", str(lists), str(others), str(metrics), f"{month:.4f}")
        figures[f"{count:.0e}"] = {"calls": calls.total(), "usd_month": float(month)}
    console.print(table)
    _, seconds = measure(10**6, buckets=100)
    console.print(f"100 buckets of 1,000,000 objects: {seconds:.1f} s of our own time")
    return {**figures, "seconds_100_buckets": round(seconds, 2)}


def measure(count: int, buckets: int) -> tuple[Counter[str], float]:
    """Return the calls and the seconds of one run."""
    now = datetime.now(UTC)
    names = [f"avatars-{number}" for number in range(buckets)]
    fake = FakeS3(**{name: FakeBucket(objects=cast("Any", Keys(count))) for name in names})
    fake.buckets["reports"] = FakeBucket()
    cloudwatch = FakeCloudWatch(page=500)
    for name in names:
        for metric, kind, value in (
            ("BucketSizeBytes", "StandardStorage", float(count * SIZE)),
            ("NumberOfObjects", "AllStorageTypes", float(count)),
        ):
            at = now - timedelta(hours=6)
            cloudwatch.add(metric, at, value, BucketName=name, StorageType=kind)
    work = _control(fake, cloudwatch, names, now)
    fake.calls.clear()
    started = time.perf_counter()
    report = work.run(Request(action="apply"))
    seconds = time.perf_counter() - started
    if any(one.error for one in report.buckets):
        raise RuntimeError(f"the run failed: {report.buckets[0].error}")
    return Counter(fake.calls) + Counter(cloudwatch.calls), seconds


def _control(fake: FakeS3, cloudwatch: FakeCloudWatch, names: list[str], now: datetime) -> Control:
    client = fake.client()
    return Control(
        settings=FunctionSettings(
            "bench", "state", "topic", "reports", "cost-control", "eu-north-1", tuple(names),
            frozenset(names), Mode.ENFORCE, Thresholds(1, 2), 0.02,
        ),
        policy=Policy(assumed_reads=0.02, worth_it=Decimal(0)),
        reader=Reader(fake, cloudwatch, now),
        prices=BUNDLED,
        memory=Memory(MemoryDocumentStore(), now),
        backups=Backups(client, "reports", OWNER, "benchmark", now),
        store=lambda name: BucketStore(client, client, name, OWNER),
        sleep=lambda _: None,
        publish=lambda _: None,
        now=now,
    )  # fmt: skip


if __name__ == "__main__":
    aws_contract.enable()
    run(Console())
