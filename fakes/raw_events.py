"""Raw events as they were put, so that a KPI can be computed from them without our formulas."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from avatarwatch.kpi.readings import Source, Window
from avatarwatch.kpis import Cadence, Kpi
from fakes.kpi_system import KilledError, KpiSystem

CUSTOM, HEALTH, ACCESS = Source.CUSTOM, Source.HEALTH, Source.ACCESS


@dataclass
class Book:
    """Every raw event, as it was put: by namespace and metric."""

    system: KpiSystem
    events: dict[tuple[str, str], list[tuple[datetime, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def put(self, source: Source, metric: str, at: datetime, values: Iterable[float]) -> None:
        given = list(values)
        self.events[source, metric] += [(at, value) for value in given]
        unit = "Milliseconds" if metric == "UploadDuration" else "None"
        self.system.home.put(source.namespace, metric, {at: given}, unit=unit)

    def cdn(self, at: datetime, requests: int, errors: float, hits: float) -> None:
        where = {"DistributionId": "E1", "Region": "Global"}
        for metric, value in (("Requests", requests), ("TotalErrorRate", errors),
                              ("CacheHitRate", hits)):  # fmt: skip
            self.system.everywhere.put(Source.CDN.namespace, metric, {at: float(value)}, where)
        for metric, value in (("Requests", requests), ("failed", requests * errors / 100),
                              ("hit", requests * hits / 100)):  # fmt: skip
            self.events[Source.CDN, metric].append((at, value))

    def sum(self, source: Source, metric: str, window: Window) -> float:
        events = self.events[source, metric]
        return sum(value for at, value in events if window.start <= at < window.end)

    def count(self, source: Source, metric: str, window: Window) -> int:
        return sum(window.start <= at < window.end for at, _ in self.events[source, metric])


def fresh(shared: KpiSystem) -> Book:
    shared.reset()
    for fake in shared.regions.values():
        fake.points.clear()
    return Book(shared)


def traffic(book: Book, at: datetime, dice: random.Random) -> None:
    """Some minutes' events; of each kind a few, so that no window lacks one of a pair."""
    uploads = dice.randint(1, 9)
    book.put(CUSTOM, "AvatarUploads", at, [1.0] * uploads)
    book.put(CUSTOM, "UploadFailures", at, [1.0] * dice.choice([0, 0, 0, 1, 4]))
    book.put(CUSTOM, "UploadDuration", at, [dice.uniform(90, 4000) for _ in range(uploads)])
    book.put(CUSTOM, "DuplicateUploads", at, [1.0] * dice.randint(0, uploads))
    book.put(CUSTOM, "MultiSizeUploads", at, [1.0] * dice.randint(0, uploads))
    original = dice.randint(10_000, 9_000_000)
    book.put(CUSTOM, "OriginalBytes", at, [float(original)])
    book.put(CUSTOM, "UploadBytes", at, [float(original - 1000)])
    book.put(CUSTOM, "StoredBytes", at, [float(dice.randint(1, original - 1000))])
    book.put(CUSTOM, "UserSatisfactionScore", at, [float(dice.randint(1, 5))])
    book.put(HEALTH, "EndpointUp", at, [float(dice.random() > 0.1) for _ in range(5)])
    book.put(ACCESS, "TimeToFirstByte", at, [dice.uniform(5, 900) for _ in range(3)])
    book.cdn(at, dice.randint(1, 4000), dice.uniform(0, 9), dice.uniform(60, 99))


def run_or_die(
    system: KpiSystem, now: datetime, cadence: Cadence, kpis: list[Kpi],
    dies_at: int | None = None, *, is_after: bool = False,
) -> None:  # fmt: skip
    system.fuse.left, system.fuse.is_after = dies_at, is_after
    try:
        system.at(now, cadence, kpis).run()
    except KilledError:
        pass
    finally:
        system.fuse.left = None
