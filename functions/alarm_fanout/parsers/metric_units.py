"""The units of AWS' own metrics, for alarms that do not say theirs.

Sources: CloudWatch API reference, MetricDatum (the names of units); each service's list of metrics.
"""

from __future__ import annotations

import re

from avatarwatch.console import MetricRef
from avatarwatch.units import Unit

_OF_CLOUDWATCH = {
    name: unit for unit in Unit if (name := unit.value.title().replace(" Per ", "/")) != "None"
} | {"Count/Second": Unit.PER_SECOND}
# by namespace, then by what the metric's name is like; the first that fits
_KNOWN: dict[str, tuple[tuple[str, Unit], ...]] = {
    "AWS/ApplicationELB": ((".*Time", Unit.SECONDS), (".*Bytes", Unit.BYTES)),
    "AWS/ApplicationSignals": (
        ("AttainmentGoal|Attainment.*|BreachedAttainment.*", Unit.OBJECTIVE),
        ("Latency", Unit.MILLISECONDS),
    ),
    "AWS/ApiGateway": ((".*Latency", Unit.MILLISECONDS),),
    "AWS/Billing": (("EstimatedCharges", Unit.USD),),
    "AWS/CertificateManager": (("DaysToExpiry", Unit.DAYS),),
    "AWS/CloudFront": ((".*Rate", Unit.PERCENT), ("Bytes.*", Unit.BYTES),
        ("OriginLatency", Unit.MILLISECONDS)),
    "AWS/DynamoDB": (("SuccessfulRequestLatency|ReplicationLatency", Unit.MILLISECONDS),),
    "AWS/EBS": (("Volume.*Bytes", Unit.BYTES), ("Volume.*Time", Unit.SECONDS),
        ("BurstBalance|.*Percentage", Unit.PERCENT)),
    "AWS/DX": (("ConnectionBps.*|VirtualInterfaceBps.*", Unit.BITS_PER_SECOND),),
    "AWS/Kafka": (("KafkaDataLogsDiskUsed|.*MemoryUsedPercent|Cpu.*", Unit.PERCENT),),
    "AWS/RUM": (("WebVitals(Largest|First|Interaction).*|Performance.*", Unit.MILLISECONDS),),
    "ECS/ContainerInsights": (("Memory(Utilized|Reserved)", Unit.MEGABYTES),
        ("(Network|Storage)(Rx|Tx|Read|Write)Bytes", Unit.BYTES)),
    "AWS/EC2": (("Network(In|Out)|(Disk|EBS).*Bytes", Unit.BYTES),),
    "AWS/EFS": ((".*IOBytes|StorageBytes", Unit.BYTES), ("PermittedThroughput",
        Unit.BYTES_PER_SECOND)),
    "AWS/ES": (("FreeStorageSpace|ClusterUsedSpace", Unit.MEGABYTES), (".*Latency",
        Unit.MILLISECONDS), ("JVMMemoryPressure", Unit.PERCENT)),
    "AWS/ElastiCache": (("BytesUsed.*|FreeableMemory|SwapUsage|Network.*Bytes.*", Unit.BYTES),
        ("DatabaseMemoryUsagePercentage|CacheHitRate", Unit.PERCENT),
        ("ReplicationLag", Unit.SECONDS)),
    "AWS/Firehose": ((".*Bytes", Unit.BYTES), (".*DataFreshness", Unit.SECONDS)),
    "AWS/Kinesis": ((".*Bytes", Unit.BYTES), (".*Milliseconds|.*Latency", Unit.MILLISECONDS)),
    "AWS/Lambda": (("Duration|PostRuntimeExtensionsDuration|IteratorAge|.*EventAge",
        Unit.MILLISECONDS),),
    "AWS/NATGateway": (("Bytes.*", Unit.BYTES),),
    "AWS/NetworkELB": (("ProcessedBytes.*", Unit.BYTES),),
    "AWS/RDS": (
        (("FreeStorageSpace|FreeLocalStorage|FreeableMemory|SwapUsage|VolumeBytesUsed|BinLogDiskUsage"
         "|TransactionLogsDiskUsage|.*StorageUsage|ReplicationSlotDiskUsage|OldestReplicationSlotLag"),
         Unit.BYTES),
        ("(Read|Write|Commit|Select|DML|DDL|Insert|Update|Delete)Latency", Unit.SECONDS),
        (".*Throughput", Unit.BYTES_PER_SECOND),
        ("ReplicaLag", Unit.SECONDS),
        ("AuroraReplicaLag.*", Unit.MILLISECONDS),
        ("BurstBalance|EBS.*Balance%|BufferCacheHitRatio", Unit.PERCENT),
    ),
    "AWS/Redshift": (("PercentageDiskSpaceUsed", Unit.PERCENT), (".*Throughput",
        Unit.BYTES_PER_SECOND), (".*Latency", Unit.SECONDS)),
    "AWS/S3": (("BucketSizeBytes|Bytes.*", Unit.BYTES), (".*Latency", Unit.MILLISECONDS)),
    "AWS/SQS": (("ApproximateAgeOfOldestMessage", Unit.SECONDS), ("SentMessageSize", Unit.BYTES)),
    "AWS/States": ((".*Time", Unit.MILLISECONDS),),
    "CWAgent": ((".*_percent|cpu_usage_.*", Unit.PERCENT),
        (("mem_(used|free|total|available|cached)"
        "|disk_(used|free|total)|swap_(used|free)"), Unit.BYTES)),
}  # fmt: skip
_ANY = ((".*Utilization", Unit.PERCENT),)  # of AWS' namespaces all are percentages
_NAMED = ((".*(Percent|Percentage|_percent)", Unit.PERCENT),)  # whoever's they are
_COUNTED = re.compile(r"SampleCount|TC\(.*|tc\d.*", re.IGNORECASE)
_SHARE = re.compile(r"PR\(.*", re.IGNORECASE)  # the percentile rank of a value is a share


def unit_of(metric: MetricRef, said: str | None) -> Unit:
    """Return a metric's unit: what the alarm says of it, else the metric's own known one."""
    if _COUNTED.fullmatch(metric.statistic):
        return Unit.NONE
    if _SHARE.fullmatch(metric.statistic):
        return Unit.PERCENT
    if said in _OF_CLOUDWATCH:
        return _OF_CLOUDWATCH[said]
    known = _KNOWN.get(metric.namespace, ())
    patterns = (*known, *(_ANY if metric.namespace.startswith("AWS/") else ()), *_NAMED)
    fitting = (usual for pattern, usual in patterns if re.fullmatch(pattern, metric.name))
    return next(fitting, Unit.NONE)
