"""Everything that a stack can leave behind in an account, by listing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jmespath

# service, operation, what names each thing in its answer
_LISTED = (
    ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups[].AutoScalingGroupName"),
    ("autoscaling", "describe_policies", "ScalingPolicies[].PolicyName"),
    ("cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    ("cloudwatch", "list_dashboards", "DashboardEntries[].DashboardName"),
    ("dynamodb", "list_tables", "TableNames[]"),
    ("events", "list_rules", "Rules[].Name"),
    ("iam", "list_roles", "Roles[].RoleName"),
    ("iam", "list_policies", "Policies[].PolicyName"),
    ("kms", "list_keys", "Keys[].KeyId"),
    ("lambda", "list_event_source_mappings", "EventSourceMappings[].UUID"),
    ("lambda", "list_functions", "Functions[].FunctionName"),
    ("lambda", "list_layers", "Layers[].LayerName"),
    ("logs", "describe_log_groups", "logGroups[].logGroupName"),
    ("logs", "describe_metric_filters", "metricFilters[].filterName"),
    ("s3", "list_buckets", "Buckets[].Name"),
    ("scheduler", "list_schedules", "Schedules[].Name"),
    ("sns", "list_subscriptions", "Subscriptions[].SubscriptionArn"),
    ("sns", "list_topics", "Topics[].TopicArn"),
    ("sqs", "list_queues", "QueueUrls[]"),
)


def inventory(client: Callable[[str], Any]) -> set[tuple[str, str]]:
    """Return each thing as its service and name; keys that are about to be deleted are gone."""
    found = set()
    for service, operation, names in _LISTED:
        found |= {
            (f"{service} {operation}", name) for name in _names(client, service, operation, names)
        }
    return {each for each in found if not _is_ending_key(client, each)}


def _names(client: Callable[[str], Any], service: str, operation: str, names: str) -> list[str]:
    opened = client(service)
    options = {"Scope": "Local"} if operation == "list_policies" else {}
    if opened.can_paginate(operation):
        pages = opened.get_paginator(operation).paginate(**options)
        return [name for page in pages for name in jmespath.search(names, page) or []]
    return jmespath.search(names, getattr(opened, operation)(**options)) or []


def _is_ending_key(client: Callable[[str], Any], thing: tuple[str, str]) -> bool:
    kind, name = thing
    if not kind.startswith("kms"):
        return False
    state: str = client("kms").describe_key(KeyId=name)["KeyMetadata"]["KeyState"]
    return state == "PendingDeletion"
