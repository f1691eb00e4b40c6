"""The units of AWS' own metrics, by the names in each service's list of metrics."""

from __future__ import annotations

import pytest

from alarm_fanout.parsers.metric_units import unit_of
from avatarwatch.console import MetricRef
from avatarwatch.units import Unit

BYTES, PERCENT, SECONDS, MS = Unit.BYTES, Unit.PERCENT, Unit.SECONDS, Unit.MILLISECONDS
BYTES_PER_SECOND, MEGABYTES, NONE = Unit.BYTES_PER_SECOND, Unit.MEGABYTES, Unit.NONE

MEASURED: dict[str, dict[Unit, str]] = {
    "AWS/ApplicationELB": {SECONDS: "TargetResponseTime", BYTES: "ProcessedBytes",
        NONE: "RequestCount"},
    "AWS/ApplicationSignals": {Unit.OBJECTIVE: "AttainmentGoal Attainment BreachedAttainment",
        MS: "Latency", NONE: "Fault"},
    "AWS/ApiGateway": {MS: "Latency IntegrationLatency", NONE: "Count"},
    "AWS/Billing": {Unit.USD: "EstimatedCharges"},
    "AWS/CertificateManager": {Unit.DAYS: "DaysToExpiry"},
    "AWS/CloudFront": {PERCENT: "4xxErrorRate TotalErrorRate CacheHitRate",
        BYTES: "BytesDownloaded", MS: "OriginLatency", NONE: "Requests"},
    "AWS/DynamoDB": {MS: "SuccessfulRequestLatency ReplicationLatency",
        NONE: "ConsumedReadCapacityUnits"},
    "AWS/EBS": {BYTES: "VolumeReadBytes", SECONDS: "VolumeTotalReadTime",
        PERCENT: "BurstBalance VolumeThroughputPercentage", NONE: "VolumeQueueLength"},
    "AWS/DX": {Unit.BITS_PER_SECOND: "ConnectionBpsEgress VirtualInterfaceBpsIngress",
        NONE: "ConnectionState"},
    "AWS/Kafka": {PERCENT: "KafkaDataLogsDiskUsed HeapMemoryUsedPercent CpuUser",
        NONE: "OfflinePartitionsCount"},
    "AWS/RUM": {MS: "WebVitalsLargestContentfulPaint WebVitalsFirstInputDelay"
        " WebVitalsInteractionToNextPaint PerformanceNavigationDuration",
        NONE: "WebVitalsCumulativeLayoutShift"},
    "ECS/ContainerInsights": {MEGABYTES: "MemoryUtilized MemoryReserved",
        BYTES: "NetworkRxBytes NetworkTxBytes StorageReadBytes StorageWriteBytes",
        NONE: "CpuUtilized"},
    "AWS/EC2": {BYTES: "NetworkIn NetworkOut DiskReadBytes EBSWriteBytes",
        PERCENT: "CPUUtilization", NONE: "StatusCheckFailed"},
    "AWS/EFS": {BYTES: "DataReadIOBytes StorageBytes", BYTES_PER_SECOND: "PermittedThroughput",
        NONE: "ClientConnections"},
    "AWS/ES": {MEGABYTES: "FreeStorageSpace ClusterUsedSpace", MS: "SearchLatency",
        PERCENT: "JVMMemoryPressure CPUUtilization", NONE: "Nodes"},
    "AWS/ElastiCache": {BYTES: "BytesUsedForCache FreeableMemory SwapUsage NetworkBytesIn",
        PERCENT: "DatabaseMemoryUsagePercentage CacheHitRate EngineCPUUtilization",
        SECONDS: "ReplicationLag", NONE: "Evictions"},
    "AWS/Firehose": {BYTES: "DeliveryToS3.Bytes", SECONDS: "DeliveryToS3.DataFreshness",
        NONE: "IncomingRecords"},
    "AWS/Kinesis": {BYTES: "GetRecords.Bytes", MS: "GetRecords.IteratorAgeMilliseconds"
        " PutRecords.Latency", NONE: "IncomingRecords"},
    "AWS/Lambda": {MS: "Duration PostRuntimeExtensionsDuration IteratorAge AsyncEventAge",
        NONE: "Errors"},
    "AWS/NATGateway": {BYTES: "BytesOutToDestination", NONE: "ErrorPortAllocation"},
    "AWS/NetworkELB": {BYTES: "ProcessedBytes ProcessedBytes_TLS", NONE: "NewFlowCount"},
    "AWS/RDS": {
        BYTES: "FreeStorageSpace FreeLocalStorage FreeableMemory SwapUsage VolumeBytesUsed"
        " BinLogDiskUsage TransactionLogsDiskUsage BackupRetentionPeriodStorageUsage"
        " ReplicationSlotDiskUsage OldestReplicationSlotLag",
        SECONDS: "ReadLatency WriteLatency CommitLatency SelectLatency DMLLatency DDLLatency"
        " InsertLatency UpdateLatency DeleteLatency ReplicaLag",
        BYTES_PER_SECOND: "ReadThroughput", MS: "AuroraReplicaLag AuroraReplicaLagMaximum",
        PERCENT: "BurstBalance EBSIOBalance% BufferCacheHitRatio CPUUtilization",
        NONE: "DatabaseConnections"},
    "AWS/Redshift": {PERCENT: "PercentageDiskSpaceUsed", BYTES_PER_SECOND: "WriteThroughput",
        SECONDS: "ReadLatency", NONE: "HealthStatus"},
    "AWS/S3": {BYTES: "BucketSizeBytes BytesUploaded", MS: "FirstByteLatency",
        NONE: "NumberOfObjects"},
    "AWS/SQS": {SECONDS: "ApproximateAgeOfOldestMessage", BYTES: "SentMessageSize",
        NONE: "NumberOfMessagesSent"},
    "AWS/States": {MS: "ExecutionTime", NONE: "ExecutionsFailed"},
    "CWAgent": {PERCENT: "mem_used_percent cpu_usage_idle",
        BYTES: "mem_used mem_free mem_total mem_available mem_cached disk_used disk_free disk_total"
        " swap_used swap_free", NONE: "processes_total"},
    # whoever's they are
    "Shop": {PERCENT: "ErrorPercent ErrorPercentage disk_percent",
        NONE: "CPUUtilization Percentile"},
    "AWS/Anything": {PERCENT: "MemoryUtilization CPUUtilization", NONE: "Latency"},
}  # fmt: skip
NAMED = [
    (namespace, name, unit)
    for namespace, units in MEASURED.items()
    for unit, names in units.items()
    for name in names.split()
]


def unit(namespace: str, name: str, statistic: str = "Average", said: str | None = None) -> Unit:
    return unit_of(MetricRef(namespace, name, (), statistic, 60), said)


@pytest.mark.parametrize(("namespace", "name", "known"), NAMED)
def test_a_metric_has_the_unit_of_its_service(namespace: str, name: str, known: Unit) -> None:
    assert unit(namespace, name) is known


@pytest.mark.parametrize("statistic", ["SampleCount", "samplecount", "TC(1:2)", "tc90"])
def test_a_count_has_none_whatever_is_counted(statistic: str) -> None:
    assert unit("AWS/Lambda", "Duration", statistic, "Milliseconds") is NONE


def test_a_percentile_rank_is_a_share() -> None:
    assert unit("AWS/Lambda", "Duration", "PR(:300)", "Milliseconds") is PERCENT
    assert unit("AWS/Lambda", "Duration", "pr(:300)") is PERCENT
    assert unit("AWS/Lambda", "Duration", "p99") is MS


def test_what_the_alarm_says_goes_before_what_is_known() -> None:
    assert unit("AWS/Lambda", "Duration", said="Seconds") is SECONDS
    assert unit("AWS/Lambda", "Duration", said="Count/Second") is Unit.PER_SECOND
    for unknown in ("None", "Count", "Per/Second", ""):
        assert unit("AWS/Lambda", "Duration", said=unknown) is MS
