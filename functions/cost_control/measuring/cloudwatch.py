"""Read a bucket's size, growth and reads from CloudWatch: two calls, whatever its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cost_control.measuring.usage import Usage

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

DAY = 86_400
FRESH = timedelta(days=3)
"""S3 publishes storage once a day, sometimes a day late: an older value says nothing of now."""
WINDOW = timedelta(days=11)
WEEK = timedelta(days=7)
ENTIRE_BUCKET = "EntireBucket"
"""The id of the request metrics that the console makes for a whole bucket."""
_DAYS_A_MONTH = 30.0
_REQUESTS = {"gets": "GetRequests", "puts": "PutRequests", "deletes": "DeleteRequests"}

type _Series = list[tuple[datetime, float]]


@dataclass(frozen=True, slots=True)
class Measuring:
    """Read usage from CloudWatch in the bucket's region."""

    client: CloudWatchClient
    now: datetime

    def usage(self, bucket: str) -> Usage:
        """Return a bucket's usage; what has no value within three days is unknown."""
        types = sorted(self._storage_types(bucket))
        if not types:
            return Usage(note="CloudWatch has no BucketSizeBytes: new or empty, or another region")
        series = self._series(bucket, types)
        sizes = {kind: series[f"t{index}"] for index, kind in enumerate(types)}
        fresh = {kind: _last(one, self.now - FRESH) for kind, one in sizes.items()}
        known = {kind: one[1] for kind, one in fresh.items() if one}
        if not known:
            return Usage(note="CloudWatch has had no BucketSizeBytes for three days")
        objects = _last(series["objects"], self.now - FRESH)
        count = round(objects[1]) if objects else None
        return Usage(
            bytes_by_type=known,
            objects=count,
            growth=_growth(list(sizes.values())),
            reads=self._monthly(series["gets"], count),
            replaced=self._replaced(series, count),
        )

    def _storage_types(self, bucket: str) -> Iterator[str]:
        """Discover the storage types: a list of ours would miss the next one."""
        pages = self.client.get_paginator("list_metrics").paginate(
            Namespace="AWS/S3",
            MetricName="BucketSizeBytes",
            Dimensions=[{"Name": "BucketName", "Value": bucket}],
        )
        for page in pages:
            for metric in page["Metrics"]:
                named = {d["Name"]: d["Value"] for d in metric["Dimensions"]}
                if "StorageType" in named:
                    yield named["StorageType"]

    def _series(self, bucket: str, types: list[str]) -> dict[str, _Series]:
        queries = [
            _query(f"t{n}", bucket, "BucketSizeBytes", "Average", {"StorageType": kind})
            for n, kind in enumerate(types)
        ]
        everything = {"StorageType": "AllStorageTypes"}
        queries += [
            _query("objects", bucket, "NumberOfObjects", "Average", everything),
        ]
        queries += [
            _query(name, bucket, metric, "Sum", {"FilterId": ENTIRE_BUCKET})
            for name, metric in _REQUESTS.items()
        ]
        found: dict[str, _Series] = {query["Id"]: [] for query in queries}
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        pages = self.client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries,
            StartTime=midnight - WINDOW,
            EndTime=self.now + timedelta(seconds=1),
            ScanBy="TimestampAscending",
        )
        for page in pages:
            for result in page["MetricDataResults"]:
                found[result["Id"]] += zip(result["Timestamps"], result["Values"], strict=True)
        return found

    def _monthly(self, requests: _Series, objects: int | None) -> float | None:
        """Return requests a month for one object; None where nobody counts them."""
        if not requests or not objects:
            return None
        days = max(1.0, (self.now - requests[0][0]) / timedelta(days=1))
        return sum(value for _, value in requests) / days * _DAYS_A_MONTH / objects

    def _replaced(self, series: Mapping[str, _Series], objects: int | None) -> float | None:
        """Return the share of objects that a month replaces, under their own key or another one.

        What is put, less by how much the objects became more; at least what is deleted.
        """
        puts = self._monthly(series["puts"], objects)
        if puts is None or not objects:
            return None
        counts = series["objects"]
        days = (counts[-1][0] - counts[0][0]) / timedelta(days=1) if counts else 0.0
        grown = (counts[-1][1] - counts[0][1]) / days * _DAYS_A_MONTH / objects if days else 0.0
        return max(0.0, puts - grown, self._monthly(series["deletes"], objects) or 0.0)


def _query(name: str, bucket: str, metric: str, statistic: str, more: Mapping[str, str]) -> Any:
    dimensions = [
        {"Name": key, "Value": value} for key, value in {"BucketName": bucket, **more}.items()
    ]
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {"Namespace": "AWS/S3", "MetricName": metric, "Dimensions": dimensions},
            "Period": DAY,
            "Stat": statistic,
        },
    }


def _last(series: _Series, after: datetime) -> tuple[datetime, float] | None:
    """Return the newest value after an instant."""
    return max((one for one in series if one[0] >= after), default=None)


def _growth(sizes: list[_Series]) -> float | None:
    """Return the bytes by which all types together grew in the last seven days with data."""
    totals: dict[datetime, float] = {}
    for series in sizes:
        for at, value in series:
            totals[at] = totals.get(at, 0.0) + value
    if not totals:
        return None
    last = max(totals)
    then = totals.get(last - WEEK)
    return None if then is None else totals[last] - then
