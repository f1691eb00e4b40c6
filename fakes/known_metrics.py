"""Every metric that may be named: AWS's documented ones with their full dimensions, and ours."""

from __future__ import annotations

from avatarwatch.custom_metrics import CUSTOM_METRICS
from avatarwatch.kpis import KPIS
from avatarwatch.namespaces import Own

HOME, GLOBAL = "home", "us-east-1"

# AWS documentation: "Amazon S3 metrics and dimensions", "CloudFront metrics", "Lambda function
# metrics", "Available CloudWatch metrics for Amazon SQS", "Monitoring Amazon SNS topics using
# CloudWatch", "AWS Billing", "Amazon EC2 Auto Scaling", "Amazon RDS metrics", "Metrics for Valkey
# and Redis OSS", "Monitoring with CloudWatch metrics" (CloudWatch Logs).
_CDN = frozenset({"DistributionId", "Region"})
_DOCUMENTED: dict[tuple[str, frozenset[str]], tuple[str, frozenset[str]]] = {
    ("AWS/S3", frozenset({"BucketName", "StorageType"})): (
        HOME, frozenset({"BucketSizeBytes", "NumberOfObjects"})),
    ("AWS/S3", frozenset({"BucketName", "FilterId"})): (
        HOME, frozenset({"4xxErrors", "5xxErrors", "FirstByteLatency", "BytesDownloaded"})),
    ("AWS/CloudFront", _CDN): (
        GLOBAL, frozenset({"Requests", "BytesDownloaded", "BytesUploaded", "TotalErrorRate",
                           "4xxErrorRate", "5xxErrorRate", "CacheHitRate", "OriginLatency"})),
    ("AWS/Billing", frozenset({"Currency"})): (GLOBAL, frozenset({"EstimatedCharges"})),
    ("AWS/Billing", frozenset({"Currency", "ServiceName"})): (
        GLOBAL, frozenset({"EstimatedCharges"})),
    ("AWS/Lambda", frozenset({"FunctionName"})): (
        HOME, frozenset({"Invocations", "Errors", "Throttles", "Duration"})),
    ("AWS/SQS", frozenset({"QueueName"})): (
        HOME, frozenset({"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"})),
    ("AWS/SNS", frozenset({"TopicName"})): (
        HOME, frozenset({"NumberOfNotificationsDelivered", "NumberOfNotificationsFailed"})),
    ("AWS/EC2", frozenset({"AutoScalingGroupName"})): (HOME, frozenset({"CPUUtilization"})),
    ("AWS/AutoScaling", frozenset({"AutoScalingGroupName"})): (
        HOME, frozenset({"GroupInServiceInstances", "GroupDesiredCapacity"})),
    ("AWS/RDS", frozenset({"DBInstanceIdentifier"})): (
        HOME, frozenset({"CPUUtilization", "DatabaseConnections"})),
    ("AWS/ElastiCache", frozenset({"CacheClusterId"})): (
        HOME, frozenset({"EngineCPUUtilization", "Evictions"})),
    ("AWS/Logs", frozenset({"LogGroupName"})): (HOME, frozenset({"IncomingBytes"})),
}  # fmt: skip

_OURS: dict[tuple[str, frozenset[str]], frozenset[str]] = {
    (Own.KPI.full, frozenset()): frozenset(KPIS),
    # what the API puts, or the filters over its lines
    (Own.CUSTOM.full, frozenset()): frozenset(CUSTOM_METRICS),
    # what health polling puts
    (Own.HEALTH.full, frozenset()): frozenset(
        {"EndpointUp", "ResponseTime", "UnhealthyEndpoints", "TlsDaysRemaining"}),
    # cost_control.wiring.publish_savings, alarm_fanout.wiring.publish_waits
    (Own.OPERATIONS.full, frozenset()): frozenset(
        {"LifecycleSavingExpected", "LifecycleSavingRealised", "OldestDeliveryWaits"}),
}  # fmt: skip


def is_known(namespace: str, metric: str, dimensions: frozenset[str], region: str) -> bool:
    """Whether somebody publishes this metric with just these dimensions in this region."""
    key = (namespace, dimensions)
    if key in _DOCUMENTED:
        place, names = _DOCUMENTED[key]
        return metric in names and region == place
    return region == HOME and metric in _OURS.get(key, frozenset())


def ours(namespace: str) -> dict[frozenset[str], frozenset[str]]:
    """Return what we are known to publish in a namespace, by its dimensions' names."""
    return {dimensions: names for (space, dimensions), names in _OURS.items() if space == namespace}
