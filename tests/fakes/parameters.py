"""A value other than the default for every parameter of our templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# of those whose value cannot be made from the default
GIVEN = {
    "SystemName": "photo-system", "MetricNamespace": "PhotoSystem",
    "AvatarBucketNames": "avatars-a,avatars-b", "DistributionIds": "E3SJ7B3QL1F8WH,E2QWRUHAPOMQZL",
    "ApiLogGroupName": "/aws/avatar-system/api",
    "HealthEndpoints": "https://api.example.com/health,https://img.example.com/health",
    "HealthEndpointsParameter": "/avatar-watch/endpoints",
    "DatabaseInstanceIds": "avatars-db", "CacheClusterIds": "avatars-cache",
    "WorkerQueueNames": "resize,moderate",
    "NotificationSettingsParameter": "/photo-watch/notifications",
    "OpsEmail": "ops@example.com", "OpsPhone": "+46701234567", "WatchedAlarmPrefix": "photo-",
    "RunbookBaseUrl": "https://wiki.example.com/runbook",
    "StatusPageUrl": "https://status.example.com/",
    "EnforcedBucketNames": "avatars-a", "InventoryBucketNames": "inventories",
    "CostTag": "application=avatars",
    "ScalingGroupName": "api", "ScalingLaunchTemplateId": "lt-0a1b2c3d",
    "ScalingSubnetIds": "subnet-0a1b2c3d,subnet-1a1b2c3d",
    "ScalingTargetGroupArns":
        "arn:aws:elasticloadbalancing:eu-north-1:123456789012:targetgroup/api/0a1b2c3d4e5f6071",
    "AlertsQueueArn": "arn:aws:sqs:eu-north-1:123456789012:alerts",
    "CostAnomalyMonitorArn": "arn:aws:ce::123456789012:anomalymonitor/b",
    "MeasuredDistributionId": "E3SJ7B3QL1F8WH", "SiteDomains": "www.example.com,*.example.com",
}  # fmt: skip


def another_value(name: str, parameter: Mapping[str, Any]) -> str:
    """Return a legal value that is not the default; KeyError for one that has to be listed."""
    default = str(parameter.get("Default", ""))
    if "AllowedValues" in parameter:
        return next(str(each) for each in parameter["AllowedValues"] if str(each) != default)
    if name in GIVEN:
        return GIVEN[name]
    if parameter["Type"] == "Number":
        larger = float(default) + (1 if float(default) >= 1 else 0.5)
        if larger > float(parameter.get("MaxValue", larger)):
            larger = float(default) / 2
        return f"{larger:g}"
    if default.isdigit():
        return str(int(default) + 1)
    raise KeyError(f"{name}: say in GIVEN what else it may be")


def another_of_each(template: Mapping[str, Any]) -> dict[str, str]:
    """Return another value for each parameter of a template."""
    return {
        name: another_value(name, parameter) for name, parameter in template["Parameters"].items()
    }
