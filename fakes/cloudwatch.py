"""CloudWatch in memory, behind a real boto3 client: what it does not know, it raises on.

Requests pass botocore's validation and the AWS contract before they come here. Every region is a
store of its own, as in AWS. A fault is asked for beforehand, and is what botocore's own retries
leave of it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import quantiles
from typing import TYPE_CHECKING, Any

from fakes import wire

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

QUERY_MEMBERS = {"Id", "MetricStat"}
STAT_MEMBERS = {"Metric", "Period", "Stat", "Unit"}
LIST_PAGE = 500  # metrics of one ListMetrics answer (API reference)
S3 = "AWS/S3"

type Metric = tuple[str, str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Point:
    """One value that was put, or a set of ``count`` values whose mean it is."""

    at: datetime
    value: float
    count: float
    unit: str
    is_set: bool = False


@dataclass(slots=True)
class Slots:
    """The points of one metric by period, sorted in as they come: a day's are asked for often."""

    source: list[Point]
    period: int  # s
    read: int = 0  # points of the source
    points: dict[tuple[int, str], list[Point]] = field(default_factory=lambda: defaultdict(list))
    known: dict[tuple[int, str], dict[str, float]] = field(default_factory=dict)

    def refresh(self) -> None:
        if self.read > len(self.source):
            raise NotImplementedError("points were taken away that were sorted in")
        for point in self.source[self.read :]:
            slot = int(point.at.timestamp()) // self.period, point.unit
            self.points[slot].append(point)
            self.known.pop(slot, None)
        self.read = len(self.source)

    def between(
        self, stat: str, unit: str | None, start: datetime, end: datetime
    ) -> Iterator[tuple[datetime, float]]:
        """Yield the statistic of each slot that has points from ``start`` to before ``end``.

        Without a unit every unit's points are told, each by itself (MetricStat, API reference).
        """
        first, last = (int(at.timestamp()) // self.period for at in (start, end))
        for slot, of in sorted(self.points):
            if unit not in {None, of} or not first <= slot <= last:
                continue
            at, points = datetime.fromtimestamp(slot * self.period, UTC), self.points[slot, of]
            if first < slot < last:
                yield at, self._whole(stat, (slot, of))
            elif within := [point for point in points if start <= point.at < end]:
                yield at, _statistic(stat, within)

    def _whole(self, stat: str, slot: tuple[int, str]) -> float:
        known = self.known.setdefault(slot, {})
        if stat not in known:
            known[stat] = _statistic(stat, self.points[slot])
        return known[stat]


@dataclass(slots=True)
class FakeCloudWatch:
    """One region. ``page`` is how many points an answer holds before it is continued.

    ``list_page`` is the same of ListMetrics, in metrics.
    """

    region: str = "eu-north-1"
    page: int = 100_800
    list_page: int = LIST_PAGE
    points: dict[Metric, list[Point]] = field(default_factory=lambda: defaultdict(list))
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    throttled: list[bool] = field(default_factory=list)  # of the GetMetricData calls to come
    down: bool = False  # nothing is read here
    refuses_slivers: bool = False  # as it would be if a sample count had to be whole
    status: dict[str, str] = field(default_factory=dict)  # StatusCode by metric name
    _slots: dict[tuple[Metric, int], Slots] = field(default_factory=dict)

    def client(self) -> CloudWatchClient:
        """Return a boto3 client whose requests end here."""
        client: CloudWatchClient = wire.client("cloudwatch", self.region, self._answer)
        return client

    def put(
        self, namespace: str, metric: str, values: Mapping[datetime, float | Iterable[float]],
        dimensions: Mapping[str, str] | None = None, unit: str = "None",
    ) -> None:  # fmt: skip
        """Put samples as a publisher other than the code under test does."""
        key = (namespace, metric, frozenset((dimensions or {}).items()))
        for at, given in values.items():
            samples = [given] if isinstance(given, int | float) else given
            self.points[key] += [Point(at, float(sample), 1.0, unit) for sample in samples]

    def averages(self, namespace: str) -> dict[tuple[str, datetime], float]:
        """Return what a reader with Average sees, by metric and timestamp."""
        found: dict[tuple[str, datetime], float] = {}
        for (space, metric, _), points in self.points.items():
            if space == namespace:
                at_once: dict[datetime, list[Point]] = defaultdict(list)
                for point in points:
                    at_once[point.at].append(point)
                found |= {(metric, at): _statistic("Average", all_) for at, all_ in at_once.items()}
        return found

    def of_bucket(self, metric: str, at: datetime, value: float, **dimensions: str) -> None:
        """Put a point of S3's as S3 does."""
        self.put(S3, metric, {at: value}, dimensions)

    def published(self, namespace: str) -> list[Mapping[str, Any]]:
        """Return the data that were put into a namespace by requests."""
        return [
            datum
            for name, params in self.calls
            if name == "PutMetricData" and params["Namespace"] == namespace
            for datum in params["MetricData"]
        ]

    def count(self, operation: str) -> int:
        """Return how often an operation was called."""
        return sum(name == operation for name, _ in self.calls)

    def _answer(self, operation: str, params: wire.Params) -> dict[str, Any]:
        self.calls.append((operation, params))
        throttled = operation == "GetMetricData" and self.throttled and self.throttled.pop(0)
        if throttled or (self.down and operation != "PutMetricData"):
            raise wire.RefusedError("ThrottlingException", "Rate exceeded")
        match operation:
            case "PutMetricData" if self.refuses_slivers and _has_sliver(params):
                raise wire.RefusedError("InvalidParameterValue", "SampleCount")
            case "PutMetricData":
                return self._put(params)
            case "GetMetricData":
                return self._get(params)
            case "ListMetrics":
                return self._list(params)
            case _:
                raise NotImplementedError(operation)

    def _put(self, params: Mapping[str, Any]) -> dict[str, Any]:
        _only(params, {"Namespace", "MetricData"})
        for datum in params["MetricData"]:
            _only(
                datum,
                {"MetricName", "Timestamp", "Value", "StatisticValues", "Unit", "Dimensions"},
            )
            dimensions = frozenset((d["Name"], d["Value"]) for d in datum.get("Dimensions", ()))
            key = (params["Namespace"], datum["MetricName"], dimensions)
            at, unit = datum["Timestamp"].astimezone(UTC), datum.get("Unit", "None")
            if given := datum.get("StatisticValues"):
                mean, count = given["Sum"] / given["SampleCount"], given["SampleCount"]
                self.points[key].append(Point(at, mean, count, unit, is_set=True))
            else:
                self.points[key].append(Point(at, datum["Value"], 1.0, unit))
        return {}

    def _get(self, params: Mapping[str, Any]) -> dict[str, Any]:
        _only(params, {"MetricDataQueries", "StartTime", "EndTime", "ScanBy", "NextToken"})
        if params.get("ScanBy") != "TimestampAscending":
            raise NotImplementedError("the order of points other than ascending")
        rows = [
            (query["Id"], at, value)
            for query in params["MetricDataQueries"]
            for at, value in self.series(query, params["StartTime"], params["EndTime"])
        ]
        first = int(params.get("NextToken", "0"))
        last = first + self.page
        results: dict[str, dict[str, Any]] = {
            query["Id"]: {
                "Id": query["Id"], "Timestamps": [], "Values": [],
                "StatusCode": self.status.get(query["MetricStat"]["Metric"]["MetricName"],
                                              "PartialData" if last < len(rows) else "Complete"),
            }
            for query in params["MetricDataQueries"]
        }  # fmt: skip
        for name, at, value in rows[first:last]:
            results[name]["Timestamps"].append(at)
            results[name]["Values"].append(value)
        more = {"NextToken": str(last)} if last < len(rows) else {}
        return {"MetricDataResults": list(results.values()), **more}

    def series(
        self, query: Mapping[str, Any], start: datetime, end: datetime
    ) -> list[tuple[datetime, float]]:
        _only(query, QUERY_MEMBERS)
        stat = query["MetricStat"]
        _only(stat, STAT_MEMBERS)
        metric = stat["Metric"]
        dimensions = frozenset((d["Name"], d["Value"]) for d in metric["Dimensions"])
        key = (metric["Namespace"], metric["MetricName"], dimensions)
        if key not in self.points:
            return []
        slots = self._slots.get((key, stat["Period"]))
        if slots is None or slots.source is not self.points[key]:  # tests put others in its place
            slots = self._slots[key, stat["Period"]] = Slots(self.points[key], stat["Period"])
        slots.refresh()
        return list(slots.between(stat["Stat"], stat.get("Unit"), start, end))

    def _list(self, params: Mapping[str, Any]) -> dict[str, Any]:
        _only(params, {"Namespace", "MetricName", "Dimensions", "NextToken"})
        wanted = {(d["Name"], d["Value"]) for d in params.get("Dimensions", ())}
        found = [
            {"Namespace": space, "MetricName": name,
             "Dimensions": [{"Name": key, "Value": value} for key, value in sorted(dimensions)]}
            for space, name, dimensions in sorted(self.points, key=str)
            if params.get("Namespace", space) == space
            and params.get("MetricName", name) == name
            and wanted <= dimensions
        ]  # fmt: skip
        first = int(params.get("NextToken", "0"))
        last = first + self.list_page
        more = {"NextToken": str(last)} if last < len(found) else {}
        return {"Metrics": found[first:last], **more}


def _has_sliver(params: Mapping[str, Any]) -> bool:
    sets = (datum.get("StatisticValues") for datum in params["MetricData"])
    return any(each and each["SampleCount"] < 1 for each in sets)


def _only(given: Mapping[str, Any], known: set[str]) -> None:
    unknown = set(given) - known
    if unknown:
        raise NotImplementedError(f"the fake does not know {sorted(unknown)}")


def _statistic(name: str, points: list[Point]) -> float:
    samples = [point.value for point in points]
    match name:
        case "Sum":
            return math.fsum(point.value * point.count for point in points)
        case "SampleCount":
            return math.fsum(point.count for point in points)
        case "Average":
            return _statistic("Sum", points) / _statistic("SampleCount", points)
        case "Maximum":
            return max(samples)
        case "p95" if not any(point.is_set for point in points):
            ends = len(samples) == 1
            return samples[0] if ends else quantiles(samples, n=20, method="inclusive")[18]
        case _:
            raise NotImplementedError(f"the statistic {name}")
