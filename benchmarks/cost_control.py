"""What cost control itself costs: calls a bucket by situation, time for a hundred, a month.

``python -m benchmarks.cost_control``. Calls go to the strict fakes, so the time is our own.
"""

from __future__ import annotations

import io
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

import aws_contract
from benchmarks.parts.summary import Figure
from cost_control.measuring.calls import CALLS
from cost_control.measuring.inventory import rows
from cost_control.measuring.inventory.manifest import Columns
from cost_control.measuring.inventory.reading import MAX_BYTES
from cost_control.planning.levels import Thresholds
from fakes.cost_world import World
from fakes.inventories import DESTINATION, Listed, configuration, deliver, packed
from fakes.s3 import FakeBucket

SIZE = 400_000  # bytes of each object
HUNDRED = 100
RUNS_A_MONTH = 30
# US$ a request, list prices of us-east-1: LIST and PUT, other requests, metrics asked for
MEMORY_GB = 0.5
_GB_SECOND = 0.0000166667
_LIST, _OTHER, _METRIC = Decimal("0.000005"), Decimal("0.0000004"), Decimal("0.00001")
_METRICS = 9  # asked for a bucket of one storage type

type Prepare = Callable[[World], None]


@dataclass(frozen=True, slots=True)
class Situation:
    """Buckets of ``count`` objects each, brought into a state, and the run that is counted."""

    name: str
    count: int = 10**6
    size: int = SIZE
    versioning: str | None = None
    has_inventory: bool = False
    before: Prepare = lambda _: None
    action: str = "apply"

    def run(self, buckets: int) -> tuple[Counter[str], float, World]:
        """Return the calls and the seconds of the run."""
        world = World([f"avatars-{number:03}" for number in range(buckets)])
        for name in world.names:
            world.holds([(self.count, self.size, "STANDARD")], name)
            world.fake.buckets[name].versioning = self.versioning
            if self.has_inventory:
                _deliver(world, name)
        self.before(world)
        started = time.perf_counter()
        only = world.names[0] if self.action == "rollback" else None
        report = world.run(self.action, only)
        seconds = time.perf_counter() - started
        for one in report.buckets.values():
            if one.error:
                raise RuntimeError(f"{self.name}: {one.error}")
        return world.calls, seconds, world


def _next_day(world: World) -> None:
    world.run()
    world.pass_days()


def _next_week(world: World) -> None:
    world.run()
    world.pass_days(8)


def _falls(world: World) -> None:
    _next_day(world)
    world.thresholds = Thresholds()


def _watched(world: World) -> None:
    world.thresholds = Thresholds(1.0)


def _watched_next_day(world: World) -> None:
    _watched(world)
    _next_day(world)


def _calm(world: World) -> None:
    world.thresholds = Thresholds()


SITUATIONS = (
    Situation("over the threshold, two thousand objects", 2_000, 50_000_000),
    Situation("over the threshold, a thousand objects", 10**3, 50_000_000),
    Situation("over the threshold, a million objects"),
    Situation("over the threshold, a billion objects", 10**9),
    Situation("versioned, a million objects", versioning="Enabled"),
    Situation("an inventory, read anew", has_inventory=True),
    Situation("an inventory, the day after", has_inventory=True, before=_next_day),
    Situation("our rule in place", before=_next_day),
    Situation("our rule in place, a week later", before=_next_week),
    Situation("advised only", before=_watched),
    Situation("advised only, the day after", before=_watched_next_day),
    Situation("below the thresholds", before=_calm),
    Situation("fallen below: our rule goes", before=_falls),
    Situation("rolled back by hand", before=_next_day, action="rollback"),
    Situation("a plan", action="plan"),
)


def run(console: Console) -> dict[str, Any]:
    """Measure, print a table, and return the figures."""
    table = Table(title=f"Calls for a bucket in a run, {CALLS} at most; a month of such runs")
    for heading in ("situation", "1 bucket", f"{HUNDRED} buckets, each", "lists", "US$ a month"):
        table.add_column(heading, justify="left" if heading == "situation" else "right")
    figures: dict[str, Any] = {}
    for situation in SITUATIONS:
        alone, _, _ = situation.run(1)
        many, _, _ = situation.run(HUNDRED)
        buckets = 1 if situation.action == "rollback" else HUNDRED
        each, month = many.total() / buckets, float(_month(alone))
        lists = alone["ListObjectsV2"]
        table.add_row(situation.name, str(alone.total()), f"{each:.2f}", str(lists), f"{month:.4f}")
        figures[situation.name] = {
            "calls": alone.total(), "calls_of_100": round(each, 2), "usd_month": month,
        }  # fmt: skip
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
    calls, seconds, world = Situation("a rule for each").run(HUNDRED)
    month = float(_month(calls))
    compute = (seconds + world.waited) * RUNS_A_MONTH * MEMORY_GB * _GB_SECOND
    console.print(
        f"100 buckets of 1,000,000 objects: {seconds:.1f} s of our own time on this machine and"
        f" {world.waited:.0f} s of waiting; requests ${month:.2f} and Lambda ${compute:.4f} a month"
        " if every run wrote; two custom metrics $0.60"
    )
    return {"seconds_100_buckets": round(seconds, 2), "usd_month_100_buckets": round(month, 4)}


def _month(calls: Counter[str]) -> Decimal:
    """Return US$ for a month of such runs, requests alone."""
    lists = calls["ListObjectsV2"] + calls["PutObject"] + calls["PutBucketLifecycleConfiguration"]
    metrics = calls["GetMetricData"] * _METRICS + calls["ListMetrics"]
    others = calls.total() - lists - calls["GetMetricData"] - calls["ListMetrics"]
    return RUNS_A_MONTH * (lists * _LIST + others * _OTHER + metrics * _METRIC)


def _deliver(world: World, name: str) -> None:
    """Deliver an inventory of a bucket."""
    world.fake.buckets.setdefault(DESTINATION, FakeBucket())
    world.fake.buckets[name].inventories = [configuration()]
    there, folder = world.fake.buckets[DESTINATION], f"daily/{name}/all/"
    at = world.now.replace(hour=1) - timedelta(days=1)
    deliver(there, at, (_packed(),), folder=folder, source=name)


_FILES: list[bytes] = []


def _packed() -> bytes:
    if not _FILES:
        _FILES.append(packed(_rows()))
    return _FILES[0]


def _rows() -> Iterator[Listed]:
    rng = random.Random(1)  # noqa: S311 - keys that pack as badly as real ones
    keys = (f"avatars/{rng.getrandbits(128):032x}.webp" for _ in range(20_000))
    return (Listed(SIZE, key=key) for key in keys)


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return the most calls of any situation, and what a hundred buckets need."""
    calls = {name: each["calls"] for name, each in found.items() if isinstance(each, dict)}
    most = max(calls, key=lambda name: calls[name])
    return [
        Figure("calls for a bucket, the most", calls[most], at_most=CALLS, beside=most),
        Figure("a hundred buckets, our own time", found["seconds_100_buckets"], "s"),
        Figure("a hundred buckets a month", found["usd_month_100_buckets"], "$"),
    ]


if __name__ == "__main__":
    aws_contract.enable()
    run(Console())
