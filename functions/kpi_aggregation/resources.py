"""What is watched: from a source to its resources, by settings or by asking CloudWatch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.kpi.readings import GLOBAL_SOURCES, Source, Unread
from kpi_aggregation.queries import Resource
from kpi_aggregation.settings import FunctionSettings
from kpi_aggregation.usage import Usage

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

GLOBAL_REGION = "us-east-1"  # where AWS keeps the metrics of CloudFront and of the bill
type Found = tuple[Resource, ...] | Unread


@dataclass(frozen=True, slots=True)
class _Given:
    """Resources whose names a parameter of the template gives."""

    parameter: str
    dimension: str
    names: Callable[[FunctionSettings], tuple[str, ...]]
    more: tuple[tuple[str, str], ...] = ()


_GIVEN = {
    Source.CDN: _Given("DistributionIds", "DistributionId", lambda s: s.distribution_ids,
                       (("Region", "Global"),)),
    Source.DATABASE: _Given("DatabaseInstanceIds", "DBInstanceIdentifier",
                            lambda s: s.database_ids),
    Source.CACHE: _Given("CacheClusterIds", "CacheClusterId", lambda s: s.cache_cluster_ids),
    Source.QUEUE: _Given("WorkerQueueNames", "QueueName", lambda s: s.worker_queue_names),
    Source.LOG_GROUP: _Given("ApiLogGroupName", "LogGroupName",
                             lambda s: (s.api_log_group,) if s.api_log_group else ()),
}  # fmt: skip


@dataclass(slots=True)
class Resources:
    """Resources by source, each asked for at most once in a run."""

    settings: FunctionSettings
    client: Callable[[str], CloudWatchClient]
    usage: Usage
    _known: dict[Source, Found] = field(default_factory=dict)

    def of(self, source: Source) -> Found:
        """Return a source's resources, or why there are none."""
        if source not in self._known:
            self._known[source] = self._find(source)
        return self._known[source]

    def _find(self, source: Source) -> Found:
        match source:
            case Source.STORAGE:
                return self._storage()
            case _ if source in _GIVEN:
                return self._given(source, _GIVEN[source])
            case _:
                return (Resource("", self._region(source)),)

    def _given(self, source: Source, given: _Given) -> Found:
        names = given.names(self.settings)
        if not names:
            return Unread(f"the parameter {given.parameter} is empty", passing=False)
        region = self._region(source)
        return tuple(
            Resource(name, region, ((given.dimension, name), *given.more)) for name in names
        )

    def _storage(self) -> Found:
        if not self.settings.bucket_names:
            return Unread("the parameter AvatarBucketNames is empty", passing=False)
        found: list[Resource] = []
        for bucket in self.settings.bucket_names:
            # one storage class alone seems to shrink when objects move to another: all of them
            listed = self._listed(Source.STORAGE, "BucketSizeBytes", {"BucketName": bucket})
            if isinstance(listed, Unread):
                return listed
            found += listed
        return tuple(found) or Unread("S3 has not measured the buckets yet", passing=False)

    def _listed(self, source: Source, metric: str, narrowed: dict[str, str]) -> Found:
        region = self._region(source)
        filters: list[Any] = [{"Name": name, "Value": value} for name, value in narrowed.items()]
        found: list[Resource] = []
        try:
            for page in (
                self.client(region)
                .get_paginator("list_metrics")
                .paginate(Namespace=source.namespace, MetricName=metric, Dimensions=filters)
            ):
                self.usage.list_calls += 1
                for listed in page["Metrics"]:
                    pairs = tuple((d["Name"], d["Value"]) for d in listed["Dimensions"])
                    found.append(Resource("/".join(v for _, v in pairs), region, pairs))
        except (ClientError, BotoCoreError) as error:
            return Unread(f"ListMetrics in {region} failed: {error}", passing=True)
        return tuple(found)

    def _region(self, source: Source) -> str:
        return GLOBAL_REGION if source in GLOBAL_SOURCES else self.settings.region
