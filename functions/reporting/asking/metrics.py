"""Read metrics by the day: sums and counts, which make every ratio of a span exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import batched, product
from math import ceil, isfinite
from typing import TYPE_CHECKING, Any

from avatarwatch.metrics import read
from avatarwatch.namespaces import Own
from reporting.found import Amount, Days

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.literals import StatusCodeType
    from mypy_boto3_cloudwatch.type_defs import (
        GetMetricDataInputTypeDef,
        GetMetricDataOutputTypeDef,
        MetricDataQueryTypeDef,
    )

DAY = timedelta(days=1)
MAX_QUERIES, MAX_POINTS = 500, 100_800  # of a GetMetricData call (its API reference)
_STATISTICS = ("Sum", "SampleCount")
_LEAST = 2.0**-20
"""Of fewer there is only a correction (2^-30): CloudWatch still holds back what it corrects."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of ours, which has no dimension."""

    namespace: Own
    name: str


def read_days(
    client: CloudWatchClient, metrics: Iterable[Metric], start: datetime, end: datetime
) -> dict[str, Days]:
    """Return each metric's days in [start, end), those without a point left out.

    Our KPIs are statistic sets: the mean of a day's samples is its value, and of a ratio the sums
    of several days over their counts are the ratio of all of them (docs/decisions/0040).

    Raises
    ------
    ClientError, BotoCoreError
        CloudWatch cannot be read.
    RuntimeError
        CloudWatch says that an answer is not whole.
    """
    wanted = list(product(metrics, _STATISTICS))
    most = max(1, min(MAX_QUERIES, MAX_POINTS // (ceil((end - start) / DAY) + 1)))
    points: dict[tuple[Metric, str], dict[date, float]] = {}
    for part in batched(wanted, most):  # noqa: B911 - the last part may be shorter
        for key, at, value in _asked(client, part, start, end):
            points.setdefault(key, {})[at.astimezone(UTC).date()] = value
    found: dict[str, Days] = {}
    for metric in dict.fromkeys(metric for metric, _ in wanted):
        sums, counts = (points.get((metric, each), {}) for each in _STATISTICS)
        found[metric.name] = _days(sums, counts)
    return found


def _days(sums: Mapping[date, float], counts: Mapping[date, float]) -> Days:
    return {
        day: Amount(total, counts[day])
        for day, total in sorted(sums.items())
        if isfinite(total) and _LEAST < counts.get(day, 0) < float("inf")
    }


def _asked(
    client: CloudWatchClient, part: tuple[tuple[Metric, str], ...], start: datetime, end: datetime
) -> Iterator[tuple[tuple[Metric, str], datetime, float]]:
    names = {f"q{number}": key for number, key in enumerate(part)}
    request: GetMetricDataInputTypeDef = {
        "MetricDataQueries": [_query(name, *key) for name, key in names.items()],
        "StartTime": start,
        "EndTime": end,
        "ScanBy": "TimestampAscending",
    }
    lacking: dict[str, StatusCodeType] = {}
    for result in read(_pages(client, request), lacking):
        for at, value in zip(result["Timestamps"], result["Values"], strict=True):
            yield names[result["Id"]], at, value
    for query, status in lacking.items():
        raise RuntimeError(f"CloudWatch says {status} of {names[query][0].name}")


def _pages(
    client: CloudWatchClient, request: GetMetricDataInputTypeDef
) -> Iterator[GetMetricDataOutputTypeDef]:
    while True:
        page = client.get_metric_data(**request)
        yield page
        if not page.get("NextToken"):
            return
        request["NextToken"] = page["NextToken"]


def _query(name: str, metric: Metric, statistic: str) -> MetricDataQueryTypeDef:
    named: Any = {"Namespace": metric.namespace.full, "MetricName": metric.name, "Dimensions": []}
    stat: Any = {"Metric": named, "Period": int(DAY.total_seconds()), "Stat": statistic}
    return {"Id": name, "MetricStat": stat}
