"""The metrics that the emulator has, and their points."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any

from avatarwatch.namespaces import Own
from local.charts.model import Points
from local.dashboards.panels import (
    DashboardError,
)
from local.dashboards.search import Metric, Search

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

_QUERIES = 500  # of one GetMetricData call
_NOBODY = {
    "AWS/SQS": "the emulator's queues publish no metrics",
    Own.OPERATIONS.full: "the emulator makes no metrics of a function's log lines (EMF)",
    "AWS/EC2": "the emulator's instances do not run",
    "AWS/AutoScaling": "the emulator's groups publish no metrics",
}
"""What nobody publishes here, though AWS would."""


@dataclass(frozen=True, slots=True)
class Query:
    """A metric's statistic over periods of seconds."""

    metric: Metric
    statistic: str
    period: int


type _Key = tuple[str, datetime, datetime]  # a region, from, to


@dataclass(slots=True)
class Metrics:
    """Reads metrics of any region; ``client`` makes a region's CloudWatch client.

    ``reasons`` say why a KPI has no value, by its metric's name.
    """

    client: Callable[[str], CloudWatchClient]
    reasons: Mapping[str, str] = field(default_factory=dict)
    _known: dict[str, frozenset[Metric]] = field(default_factory=dict)
    _wanted: dict[_Key, dict[Query, Points | None]] = field(default_factory=dict)
    _collects: bool = False

    def find(self, region: str, search: Search) -> list[Metric]:
        """Return the metrics that a search expression finds."""
        return search.found(self._metrics(region))

    def dimension_values(self, region: str, namespace: str, name: str, key: str) -> set[str]:
        """Return the values that a dimension of a metric has."""
        return {
            value
            for metric in self._metrics(region)
            if (metric.namespace, metric.name) == (namespace, name)
            for dimension, value in metric.dimensions
            if dimension == key
        }

    def why_none(self, region: str, metric: Metric) -> str:
        """Say why a metric has no points: nobody publishes it, or not in this time."""
        if metric in self._metrics(region):
            return "no data in this time"
        if metric.namespace == Own.KPI.full and metric.name in self.reasons:
            return self.reasons[metric.name]
        return _NOBODY.get(metric.namespace, "not published yet")

    def read(
        self, region: str, queries: Sequence[Query], start: datetime, end: datetime
    ) -> list[Points]:
        """Return each query's points, oldest first; none for a metric that does not exist."""
        key = (region, start, end)
        wanted = self._wanted.setdefault(key, {})
        wanted |= dict.fromkeys(query for query in queries if query not in wanted)
        if self._collects:
            return [() for _ in queries]
        self._fetch(key)
        return [wanted[query] or () for query in queries]

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Only note what is read inside, so that it is asked for in few calls afterwards."""
        self._collects = True
        try:
            yield
        finally:
            self._collects = False

    def _fetch(self, key: _Key) -> None:
        """Ask for what was noted and is not there yet."""
        region, start, end = key
        wanted, known = self._wanted[key], self._metrics(region)
        missing = [query for query, points in wanted.items() if points is None]
        for query in missing:
            self._refuse_mixtures(query.metric, known)
            wanted[query] = ()
        asked = [query for query in missing if query.metric in known]
        for part in batched(asked, _QUERIES, strict=False):
            made = [_asked(f"q{n}", query) for n, query in enumerate(part)]
            found = self._answered(region, made, start, end)
            for n, query in enumerate(part):
                wanted[query] = _whole(found[f"q{n}"], query.period, start)

    def _answered(
        self, region: str, queries: list[Any], start: datetime, end: datetime
    ) -> dict[str, list[tuple[datetime, float]]]:
        """Return each query's points by its id; DashboardError where some are missing."""
        pages = self.client(region).get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=start, EndTime=end, ScanBy="TimestampAscending"
        )  # fmt: skip
        points: dict[str, list[tuple[datetime, float]]] = {each["Id"]: [] for each in queries}
        status: dict[str, str] = {}
        for page in pages:
            for result in page["MetricDataResults"]:
                pairs = zip(result["Timestamps"], result["Values"], strict=True)
                points[result["Id"]] += pairs
                status[result["Id"]] = result["StatusCode"]
        for name, code in status.items():
            if code != "Complete":
                raise DashboardError(f"{name} was answered with {code}")
        return points

    def _metrics(self, region: str) -> frozenset[Metric]:
        if region not in self._known:
            pages = self.client(region).get_paginator("list_metrics").paginate()
            self._known[region] = frozenset(
                Metric(each["Namespace"], each["MetricName"], _pairs(each.get("Dimensions", [])))
                for page in pages
                for each in page["Metrics"]
            )
        return self._known[region]

    @staticmethod
    def _refuse_mixtures(metric: Metric, known: frozenset[Metric]) -> None:
        """Refuse what the emulator would answer with a mixture.

        Asked for a metric without dimensions, it adds those that share its name.
        """
        if metric.dimensions or metric not in known:
            return
        shared = (metric.namespace, metric.name)
        if any((m.namespace, m.name) == shared and m.dimensions for m in known):
            raise DashboardError(f"the emulator mixes {metric.name} with the same of dimensions")


def _pairs(dimensions: Any) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((each["Name"], each["Value"]) for each in dimensions))


def _asked(name: str, query: Query) -> Any:
    dimensions = [{"Name": key, "Value": value} for key, value in query.metric.dimensions]
    metric = {
        "Namespace": query.metric.namespace,
        "MetricName": query.metric.name,
        "Dimensions": dimensions,
    }
    stat = {"Metric": metric, "Period": query.period, "Stat": query.statistic}
    return {"Id": name, "MetricStat": stat}


def _whole(points: list[tuple[datetime, float]], period: int, start: datetime) -> Points:
    """Return points without the first where it is of half a period only."""
    first = math.ceil(start.timestamp() / period) * period
    return tuple(
        (at.astimezone(UTC), value) for at, value in sorted(points) if at.timestamp() >= first
    )
