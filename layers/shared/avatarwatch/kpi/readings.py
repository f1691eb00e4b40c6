"""What KPIs are computed from: measures, and the series of points that were read for them."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from avatarwatch.namespaces import Own


class Source(StrEnum):
    """Where a measure comes from: a namespace, ours by its name below the root, or a log."""

    CUSTOM = Own.CUSTOM.value
    HEALTH = Own.HEALTH.value
    ACCESS = Own.ACCESS.value
    KPI = Own.KPI.value
    OPERATIONS = Own.OPERATIONS.value
    CDN = "AWS/CloudFront"
    STORAGE = "AWS/S3"
    BILLING = "AWS/Billing"
    DATABASE = "AWS/RDS"
    CACHE = "AWS/ElastiCache"
    QUEUE = "AWS/SQS"
    LOG_GROUP = "AWS/Logs"
    LOGS = "Logs Insights"

    @property
    def namespace(self) -> str:
        """Its name in CloudWatch; ours are below the root of this deployment."""
        return Own(self.value).full if self.value in Own else self.value

    @property
    def spoken(self) -> str:
        """What people call it, where two sources may tell the same."""
        return _TITLES.get(self, self.namespace)


_TITLES = {
    Source.ACCESS: "access logs",
    Source.CDN: "CloudFront's metrics",
    Source.CUSTOM: "the backend's metrics",
}

PROMPT = timedelta(minutes=3)
"""How long after the fact CloudWatch's numbers settle: two minutes as a rule.

Exporters of others wait as long or longer (yet-another-cloudwatch-exporter, issues 1549 and 1796).
"""

LATENESS: Mapping[Source, timedelta] = {
    Source.ACCESS: timedelta(minutes=15),
    Source.LOGS: timedelta(minutes=15),
}
"""How long after a window's end a source may still be filling it, where that is more."""

GLOBAL_SOURCES = frozenset({Source.CDN, Source.BILLING})
"""Sources whose metrics exist in us-east-1 only."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One statistic of one metric, over all of its source's resources.

    ``period`` is that of the points, None for the window's own length. Where ``weight`` is given,
    the metric is a percentage of that other metric, and the points are the share times its Sum:
    a mean of percentages would weigh a quiet minute like a busy one. With ``is_weight`` they are
    that Sum alone, where the share is known: what it is a share of. ``unit`` is given where
    somebody may have put another one under the same name. ``dimensions`` narrow a resource.
    ``signed`` when values below zero mean something; of counts and sizes they are left out.
    """

    source: Source
    metric: str
    statistic: str = "Sum"
    period: timedelta | None = None
    weight: str | None = None
    is_weight: bool = False
    unit: str | None = None
    dimensions: tuple[tuple[str, str], ...] = ()
    signed: bool = False

    @property
    def lateness(self) -> timedelta:
        """How long after a window's end to wait for it."""
        return LATENESS.get(self.source, PROMPT)

    @property
    def adds_up(self) -> bool:
        """Whether values of several resources or periods are summed; else the largest counts."""
        return self.weight is not None or self.statistic in {"Sum", "SampleCount", "Average"}


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, its end exclusive."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Series:
    """Points in the order of time."""

    times: tuple[datetime, ...]
    values: tuple[float, ...]

    @classmethod
    def of(cls, points: Mapping[datetime, float]) -> Series:
        """Take in points; what is not a finite number is left out."""
        kept = sorted((at, value) for at, value in points.items() if math.isfinite(value))
        return cls(tuple(at for at, _ in kept), tuple(value for _, value in kept))

    def between(self, start: datetime, end: datetime) -> tuple[float, ...]:
        """Return the values of [start, end)."""
        return self.values[bisect_left(self.times, start) : bisect_left(self.times, end)]

    def latest(self, at: datetime, within: timedelta) -> tuple[datetime, float] | None:
        """Return the last point up to ``at``, None when it is older than ``within``."""
        index = bisect_right(self.times, at) - 1
        if index < 0 or self.times[index] <= at - within:
            return None
        return self.times[index], self.values[index]


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a measure was not read; ``passing`` when the next run may succeed."""

    reason: str
    passing: bool


@dataclass(frozen=True, slots=True)
class Readings:
    """Everything that was read for some windows. ``thresholds`` are the deployment's, by name."""

    series: Mapping[Measure, Mapping[str, Series]] = field(default_factory=dict)
    unread: Mapping[Measure, Unread] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def over(self, measure: Measure, start: datetime, end: datetime) -> float | None:
        """Return a measure over [start, end), None when no resource has a point there."""
        found = [
            value
            for series in self.series.get(measure, {}).values()
            for value in series.between(start, end)
        ]
        if not found:
            return None
        return math.fsum(found) if measure.adds_up else max(found)

    def latest(self, measure: Measure, at: datetime, within: timedelta) -> float | None:
        """Return the sum of each resource's last value up to ``at``, None when there is none.

        A storage class that is late by a day must not look like storage that has shrunk.
        """
        found = [
            point[1]
            for series in self.series.get(measure, {}).values()
            if (point := series.latest(at, within))
        ]
        return math.fsum(found) if found else None

    def points(
        self, measure: Measure, start: datetime, end: datetime
    ) -> list[tuple[datetime, float]]:
        """Return the points of [start, end), each instant's added up over the resources."""
        found: dict[datetime, list[float]] = {}
        for series in self.series.get(measure, {}).values():
            for at, value in _slice(series, start, end):
                found.setdefault(at, []).append(value)
        return [(at, math.fsum(found[at])) for at in sorted(found)]


def _slice(series: Series, start: datetime, end: datetime) -> Iterator[tuple[datetime, float]]:
    first, last = bisect_left(series.times, start), bisect_left(series.times, end)
    yield from zip(series.times[first:last], series.values[first:last], strict=True)


@dataclass(frozen=True, slots=True)
class Value:
    """A KPI as a statistic set: ``total`` over ``count``, whose mean it is.

    A ratio's count is its denominator, so that sets of several windows add up to the exact ratio
    of all of them. What is no ratio counts once. ``parts`` are figures behind it, by their names;
    ``source`` is where it comes from, given where it may come from two.
    """

    total: float
    count: float = 1.0
    parts: tuple[tuple[str, float], ...] = ()
    source: Source | None = None

    @property
    def value(self) -> float:
        """The mean."""
        return self.total / self.count


@dataclass(frozen=True, slots=True)
class NoData:
    """Why there is no value, and the figures that are known; ``passing``: try again soon.

    ``early`` when the window is too young: a later look at it is planned anyway.
    """

    reason: str
    parts: tuple[tuple[str, float], ...] = ()
    passing: bool = False
    early: bool = False


type Outcome = Value | NoData


def unique[T](items: Iterable[T]) -> tuple[T, ...]:
    """Return the items without repetition, in their order."""
    return tuple(dict.fromkeys(items))
