"""From measures to GetMetricData calls: what is asked where, packed into as few as may be; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING, cast

from avatarwatch.kpi.readings import Measure, Window

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.literals import StandardUnitType
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

MAX_QUERIES = 500  # of a GetMetricData call (its API reference)
MAX_POINTS = 100_800  # of one answer; more are told in pages (the same)
# Points of less than five minutes are kept for 15 days, those of less than an hour for 63 (the
# same, MetricDataQueries).
_KEPT_LONGER = (timedelta(minutes=5), timedelta(hours=1))
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Resource:
    """A bucket, a distribution, an endpoint: where a metric lives and its dimensions."""

    name: str
    region: str
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """One time series of CloudWatch."""

    region: str
    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period: timedelta
    unit: str | None = None

    def request(self, name: str) -> MetricDataQueryTypeDef:
        """Return it as GetMetricData wants it."""
        query: MetricDataQueryTypeDef = {
            "Id": name,
            "MetricStat": {
                "Metric": {
                    "Namespace": self.namespace,
                    "MetricName": self.metric,
                    "Dimensions": [{"Name": key, "Value": v} for key, v in self.dimensions],
                },
                "Period": int(self.period.total_seconds()),
                "Stat": self.statistic,
            },
        }
        if self.unit:
            query["MetricStat"]["Unit"] = cast("StandardUnitType", self.unit)
        return query


@dataclass(frozen=True, slots=True)
class Call:
    """One GetMetricData call."""

    region: str
    start: datetime
    end: datetime
    queries: tuple[Query, ...]


def queries_of(measure: Measure, resource: Resource, length: timedelta) -> tuple[Query, ...]:
    """Return the series of a measure at a resource: its own, and that of its weight."""
    common = (resource.dimensions + measure.dimensions, measure.period or length)
    dimensions, period = common
    own = Query(
        resource.region, measure.source.namespace, measure.metric, dimensions,
        measure.statistic, period, measure.unit,
    )  # fmt: skip
    if measure.weight is None:
        return (own,)
    weight = Query(
        resource.region, measure.source.namespace, measure.weight, dimensions, "Sum", period
    )
    return (own, weight)


def pack(lookbacks: Mapping[Query, timedelta], span: Window) -> list[Call]:
    """Pack queries into calls of at most 500 queries and one page of points, by region and age.

    Queries that look back furthest go first, so that a call's span, which all of its queries
    share, is as short as can be. Fine points are not kept as long as coarse ones, and a call that
    begins before they do is refused.
    """

    def place(query: Query) -> tuple[str, int]:
        return query.region, sum(query.period >= kept for kept in _KEPT_LONGER)

    calls: list[Call] = []
    ordered = sorted(lookbacks, key=lambda query: (place(query), -lookbacks[query]))
    for (region, _), group in groupby(ordered, key=place):
        batch: list[Query] = []
        points, back = 0, timedelta()
        for query in group:
            back = back if batch else lookbacks[query]
            needed = ceil((span.length + back) / query.period) + 1
            if batch and (len(batch) == MAX_QUERIES or points + needed > MAX_POINTS):
                calls.append(_call(region, batch, span, back))
                batch, points, back = [], 0, lookbacks[query]
                needed = ceil((span.length + back) / query.period) + 1
            batch.append(query)
            points += needed
        calls.append(_call(region, batch, span, back))
    return calls


def _call(region: str, batch: Sequence[Query], span: Window, back: timedelta) -> Call:
    # a span that begins between two points of the longest period would cut the first of them
    longest = max(query.period for query in batch)
    start = span.start - back
    return Call(region, start - (start - _EPOCH) % longest, span.end, tuple(batch))


def billed(queries: Iterable[Query]) -> int:
    """Return the metrics that a call pays for: up to five statistics of one metric are one.

    Amazon CloudWatch pricing, "Metrics requested using GetMetricData".
    """
    of_metric = Counter((query.namespace, query.metric, query.dimensions) for query in queries)
    return sum(ceil(statistics / 5) for statistics in of_metric.values())


def furthest(pairs: Iterable[tuple[Query, timedelta]]) -> dict[Query, timedelta]:
    """Return each query once with the furthest that anybody looks back with it."""
    found: dict[Query, timedelta] = {}
    for query, back in pairs:
        found[query] = max(back, found.get(query, timedelta()))
    return found
