"""Read size, growth and use of all buckets from CloudWatch: as few calls as their number allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from avatarwatch import metrics
from cost_control.measuring.series import Series, Storage, requests_of
from cost_control.measuring.usage import Usage

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.literals import StatusCodeType

DAY = 86_400
FRESH = timedelta(days=3)
"""S3 publishes storage once a day, sometimes a day late: an older value says nothing of now."""
WINDOW = timedelta(days=35)
"""A month of requests, and what an eighth day needs: points cost nothing, metrics do."""
QUERIES = 500
"""Of one call (API Reference, GetMetricData)."""
ENTIRE_BUCKET = "EntireBucket"
"""The id of the request metrics that the console makes for a whole bucket."""
_REQUESTS = (
    "GetRequests", "HeadRequests", "SelectRequests", "PutRequests", "PostRequests",
    "DeleteRequests", "BytesDownloaded", "SelectBytesScanned", "BytesUploaded",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measuring:
    """Read usage from CloudWatch in the buckets' region."""

    client: CloudWatchClient
    now: datetime

    def usages(self, buckets: Sequence[str]) -> dict[str, Usage]:
        """Return each bucket's usage; what has no value within three days is unknown."""
        types = self._storage_types(buckets)
        queries = [
            _query(number, name, metric, dimension)
            for number, bucket in enumerate(buckets)
            if types[bucket]
            for name, metric, dimension in _asked(bucket, sorted(types[bucket]))
        ]
        found, failed = self._series(queries)
        return {
            bucket: self._usage(sorted(types[bucket]), found, failed, f"b{number}")
            for number, bucket in enumerate(buckets)
        }

    def _usage(
        self, types: list[str], found: Mapping[str, Series], failed: Mapping[str, str], prefix: str
    ) -> Usage:
        if not types:
            return Usage(note="CloudWatch has no BucketSizeBytes: new or empty, or another region")
        for name, metric, _ in _asked("", types):  # no zero, and the others are no sum without it
            if status := failed.get(f"{prefix}{name}"):
                return Usage(note=f"CloudWatch says {status} of {metric}")
        sizes = {kind: found[f"{prefix}t{index}"] for index, kind in enumerate(types)}
        storage = Storage(sizes, found[f"{prefix}objects"])
        since = self.now - FRESH
        day = storage.newest_whole_day(since)
        is_certain = day is not None
        day = day or storage.newest_day(since)
        if day is None:
            return Usage(note="CloudWatch has had no BucketSizeBytes for three days")
        late = storage.missing_on(day)
        return Usage(
            bytes_by_type=storage.on(day),
            objects=storage.objects_on(day),
            growth=storage.growth(day),
            grown=storage.grown(day),
            requests=requests_of(
                {name: found[f"{prefix}{name.lower()}"] for name in _REQUESTS}, self.now
            ),
            note="" if is_certain else f"{', '.join(late)} has no value of the last days",
            is_certain=is_certain,
        )

    def _storage_types(self, buckets: Sequence[str]) -> dict[str, set[str]]:
        """Discover the storage types: a list of ours would miss the next one.

        All buckets of the region are listed at once, unless they take more calls than asking for
        each of ours: an account may have thousands.
        """
        types: dict[str, set[str]] = {bucket: set() for bucket in buckets}
        if len(buckets) > 1:
            pages = self._metrics([])
            for _ in range(len(buckets)):
                page = next(pages, None)
                if page is None:
                    return types
                _sort_in(page, types)
            if next(pages, None) is None:
                return types
        for bucket in buckets:
            for page in self._metrics([{"Name": "BucketName", "Value": bucket}]):
                _sort_in(page, types)
        return types

    def _metrics(self, dimensions: list[Any]) -> Iterator[Any]:
        pages = self.client.get_paginator("list_metrics").paginate(
            Namespace="AWS/S3", MetricName="BucketSizeBytes", Dimensions=dimensions
        )
        return iter(pages)

    def _series(self, queries: list[Any]) -> tuple[dict[str, Series], dict[str, StatusCodeType]]:
        """Return what is known by the queries' ids, and of those that failed their status."""
        found: dict[str, Series] = {query["Id"]: {} for query in queries}
        failed: dict[str, StatusCodeType] = {}
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        for some in batched(queries, QUERIES, strict=False):
            pages = self.client.get_paginator("get_metric_data").paginate(
                MetricDataQueries=list(some),
                StartTime=midnight - WINDOW,
                EndTime=self.now + timedelta(seconds=1),
                ScanBy="TimestampAscending",
            )
            for result in metrics.read(pages, failed):
                values = zip(result["Timestamps"], result["Values"], strict=True)
                found[result["Id"]].update(values)
        return found, failed


def _sort_in(page: Any, types: dict[str, set[str]]) -> None:
    for metric in page["Metrics"]:
        named = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        if "StorageType" in named and named.get("BucketName") in types:
            types[named["BucketName"]].add(named["StorageType"])


def _asked(bucket: str, types: list[str]) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Yield name, metric and dimensions of what is asked of one bucket."""
    for number, kind in enumerate(types):
        yield f"t{number}", "BucketSizeBytes", {"BucketName": bucket, "StorageType": kind}
    everything = {"BucketName": bucket, "StorageType": "AllStorageTypes"}
    yield "objects", "NumberOfObjects", everything
    for metric in _REQUESTS:
        yield metric.lower(), metric, {"BucketName": bucket, "FilterId": ENTIRE_BUCKET}


def _query(number: int, name: str, metric: str, dimensions: Mapping[str, str]) -> Any:
    is_storage = "StorageType" in dimensions
    named = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {
        "Id": f"b{number}{name}",
        "MetricStat": {
            "Metric": {"Namespace": "AWS/S3", "MetricName": metric, "Dimensions": named},
            "Period": DAY,
            "Stat": "Average" if is_storage else "Sum",
        },
    }
