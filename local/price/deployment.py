"""What of the template is there under given parameters, as far as it has a price."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from avatarwatch.access_metrics import ACCESS_METRICS
from avatarwatch.kpi.readings import Measure, Source
from health_polling.figures import PHASES
from local.cloudformation import Deployment
from local.price.dashboards import STORAGE_CLASSES, referenced

_ADDITIONAL = frozenset({"CacheHitRate", "OriginLatency"})
_ADDITIONAL_METRICS = 8  # of a distribution (CloudFront, Developer Guide, "Viewing metrics")
_HEALTH_METRICS = 3  # EndpointUp, ResponseTime, UnhealthyEndpoints: each minute


@dataclass(frozen=True, slots=True)
class Deployed:
    """The resources of a deployment; ``endpoints`` is how many are polled."""

    found: Mapping[str, Mapping[str, Any]]
    defaults: Mapping[str, Any]  # of the functions, the template's Globals
    parameters: Mapping[str, str]
    endpoints: int

    @classmethod
    def of(cls, source: Mapping[str, Any], parameters: Mapping[str, str]) -> Deployed:
        """Resolve the template's conditions under these parameters."""
        listed = [each for each in parameters.get("HealthEndpoints", "").split(",") if each]
        resources = Deployment(source, parameters).resources()
        return cls(resources, source["Globals"]["Function"], parameters, len(listed))

    @property
    def alarm_metrics(self) -> int:
        """The metrics that alarms look at: one each, or those of metric math."""
        return sum(
            sum("MetricStat" in each for each in alarm["Properties"].get("Metrics", ())) or 1
            for alarm in self._of("AWS::CloudWatch::Alarm")
        )

    @property
    def composites(self) -> int:
        """Composite alarms."""
        return len(self._of("AWS::CloudWatch::CompositeAlarm"))

    @property
    def dashboards(self) -> int:
        """Dashboards."""
        return len(self._of("AWS::CloudWatch::Dashboard"))

    @property
    def dashboard_metrics(self) -> int:
        """The metrics that the dashboard refers to."""
        return referenced(self.dashboard())

    def dashboard(self) -> Mapping[str, Any]:
        """Return the dashboard's body; one without widgets where there is none."""
        for each in self._of("AWS::CloudWatch::Dashboard"):
            found: Mapping[str, Any] = json.loads(each["Properties"]["DashboardBody"])
            return found
        return {"widgets": []}

    @property
    def keys(self) -> int:
        """Customer keys."""
        return len(self._of("AWS::KMS::Key"))

    @property
    def metric_filters(self) -> int:
        """Metrics counted from log lines."""
        return len(self._of("AWS::Logs::MetricFilter"))

    @property
    def rounds(self) -> int:
        """Rounds of polls a day."""
        return 1440 if self.endpoints else 0

    @property
    def health_metrics(self) -> int:
        """Metrics of health polling, whatever the number of endpoints."""
        return _HEALTH_METRICS if self.endpoints else 0

    @property
    def endpoint_metrics(self) -> int:
        """Metrics that endpoints have of their own; of components and reports one each."""
        kinds = [
            each for each in self.parameters.get("HealthEndpointMetrics", "").split(",") if each
        ]
        return self.endpoints * sum(len(PHASES) if each == "Phases" else 1 for each in kinds)

    @property
    def access_metrics(self) -> int:
        """Metrics counted from access logs: the CDN's, the bucket's, and the sign of life."""
        if "AccessLogsFunction" not in self.found:
            return 0
        reads_files = "AccessLogsBucket" in self.found or self.parameters.get("AccessLogBucketName")
        of_bucket = sum(each.of_bucket for each in ACCESS_METRICS) if reads_files else 0
        return len(ACCESS_METRICS) + of_bucket + 1

    @property
    def shards(self) -> int:
        """Shards of the stream that takes in real-time logs."""
        return sum(
            int(each["Properties"]["ShardCount"]) for each in self._of("AWS::Kinesis::Stream")
        )

    @property
    def asks_cost_explorer(self) -> bool:
        """Whether costs come from Cost Explorer, once a day."""
        return self.parameters.get("CostSource") == "cost-explorer"

    def is_traced(self, function: str) -> bool:
        """Whether each call of a function leaves a trace."""
        given = {**self.defaults, **self.found[function]["Properties"]}
        return bool(given.get("Tracing") == "Active")

    def memory_gb(self, function: str) -> float:
        """Return a function's memory."""
        given = {**self.defaults, **self.found[function]["Properties"]}
        return float(given["MemorySize"]) / 1024

    @property
    def log_days(self) -> float:
        """How long the functions' logs are kept."""
        groups = self._of("AWS::Logs::LogGroup")
        return max(float(each["Properties"]["RetentionInDays"]) for each in groups)

    @property
    def additional_metrics(self) -> int:
        """CloudFront's, which global.yaml turns on for a distribution."""
        return _ADDITIONAL_METRICS * self._listed("MeasuredDistributionId")

    def has(self, measure: Measure) -> bool:
        """Whether there is anything to read of a measure."""
        if measure.source is Source.CDN and measure.metric in _ADDITIONAL:
            return bool(self.additional_metrics)
        if measure.source is Source.ACCESS:
            return "AccessLogsFunction" in self.found
        return bool(self.resources(measure.source))

    def resources(self, source: Source) -> int:
        """Return how many resources of a source are read; those that are not given are none."""
        lists = {
            Source.CDN: "DistributionIds", Source.DATABASE: "DatabaseInstanceIds",
            Source.CACHE: "CacheClusterIds", Source.QUEUE: "WorkerQueueNames",
        }  # fmt: skip
        if source is Source.LOGS:  # asked by a query, not by a metric
            return 0
        if source is Source.STORAGE:
            return STORAGE_CLASSES * self._listed("AvatarBucketNames")
        return self._listed(lists[source]) if source in lists else 1

    def _listed(self, parameter: str) -> int:
        return len([each for each in self.parameters.get(parameter, "").split(",") if each])

    def _of(self, *types: str) -> list[Mapping[str, Any]]:
        return [each for each in self.found.values() if each["Type"] in types]
