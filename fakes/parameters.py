"""Values for every parameter of a template, and deployments that try each with each.

A parameter's second value is derived where its declaration has one (allowed values, bounds of a
number) and listed here where only its meaning has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, product
from typing import Any

from allpairspy import AllPairs  # type: ignore[import-untyped]

from local.cloudformation import Deployment
from local.templates import written

type Row = Mapping[str, str]
type Pair = tuple[tuple[str, str], tuple[str, str]]

TARGETS = "arn:aws:elasticloadbalancing:eu-north-1:123456789012:targetgroup/avatar-api/0123456789ab"
KEY = "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f"
# Of texts: values beside the default, each of which the parameter's pattern allows.
TEXTS: Mapping[str, tuple[str, ...]] = {
    "SystemName": ("other-system",),
    "ChatActionsFunction": ("avatar-watch-ChatActionsFunction-1A2B3C", "answers"),
    "MetricNamespace": ("OtherSystem",),
    "AvatarBucketNames": ("avatars", "avatars,avatars.old"),
    "DistributionIds": ("E3SJ7B3QL1F8WH", "E3SJ7B3QL1F8WH,E3SJ7B3QL1F8WI"),
    "ApiLogGroupName": ("/aws/avatar-system/api",),
    "HealthEndpoints": ("https://api.example.com/health,https://www.example.com/",),
    "HealthEndpointsParameter": ("/avatar-watch/other/endpoints",),
    "HealthEndpointMetrics": ("EndpointUp", "EndpointUp,ResponseTime,Phases,ComponentUp"),
    "HealthReferenceAddress": ("www.example.com:443",),
    "DatabaseInstanceIds": ("avatars-db", "avatars-db,avatars-replica"),
    "CacheClusterIds": ("avatars-cache",),
    "WorkerQueueNames": ("resize,moderate",),
    "NotificationSettingsParameter": ("/avatar-watch/other/notifications",),
    "ChatSecretsParameter": ("/avatar-watch/chat",),
    "OpsEmail": ("ops@example.com",),
    "OpsPhone": ("+46701234567",),
    "WatchedAlarmPrefix": ("orders-",),
    "TopicKey": ("own", KEY),
    "RunbookBaseUrl": ("https://wiki.example.com/runbook",),
    "StatusPageUrl": ("https://status.example.com",),
    "StatusPageDistributionId": ("E3SJ7B3QL1F8WH",),
    "ReportTimeZone": ("Europe/Stockholm",),
    "ReportsUrl": ("https://reports.example.com/watch",),
    "DisasterPlanReviewed": ("2026-06-30",),
    "EnforcedBucketNames": ("avatars",),
    "InventoryBucketNames": ("inventories", "inventories,inventories-old"),
    "AccessLogBucketName": ("avatar-access-logs",),
    "CostTag": ("system=avatars",),
    "ScalingGroupName": ("avatar-api",),
    "ScalingLaunchTemplateId": ("lt-0a1b2c3d",),
    "ScalingLaunchTemplateVersion": ("2",),
    "ScalingSubnetIds": ("subnet-0a1b2c3d,subnet-1a2b3c4d",),
    "ScalingTargetGroupArns": (TARGETS,),
    "AlertsQueueArn": ("arn:aws:sqs:eu-north-1:123456789012:avatar-watch-AlertsQueue",),
    "CostAnomalyMonitorArn": ("arn:aws:ce::123456789012:anomalymonitor/b",),
    "ReportsBucketName": ("avatar-watch-reports-1a2b3c", "status.example.com"),
    "MeasuredDistributionId": ("E3SJ7B3QL1F8WH",),
    "SiteDomains": ("www.example.com", "www.example.com,*.example.com"),
}


class NoSecondValueError(Exception):
    """A parameter has a default only; the message names it and says where to add a value."""


def load(name: str) -> dict[str, Any]:
    """Return a template as it is written."""
    return written(name)


def values(name: str, parameter: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a parameter is deployed with, its default first.

    Raises
    ------
    NoSecondValueError
        Nothing but its default is known of it.
    """
    default = (str(parameter["Default"]),) if "Default" in parameter else ()
    others = dict.fromkeys((*default, *_others(name, parameter)))
    if len(others) < 2:
        raise NoSecondValueError(f"{name} has no second value: add one to {__file__}")
    return tuple(others)


def _others(name: str, parameter: Mapping[str, Any]) -> Sequence[str]:
    if name in TEXTS:
        return TEXTS[name]
    if "AllowedValues" in parameter:
        return [str(each) for each in parameter["AllowedValues"]]
    default = str(parameter["Default"])
    if parameter["Type"] == "Number":
        bounds = [str(parameter[each]) for each in ("MinValue", "MaxValue") if each in parameter]
        return [*bounds, f"{float(default) + 1:g}"] if len(bounds) < 2 else bounds
    return [str(int(default) + 1)] if default.isdigit() else []


def another_of_each(template: Mapping[str, Any]) -> dict[str, str]:
    """Return another value than its default for each parameter of a template."""
    return {
        name: next(value for value in values(name, each) if value != str(each.get("Default")))
        for name, each in template["Parameters"].items()
    }


def refused(template: Mapping[str, Any], given: Mapping[str, str]) -> bool:
    """Tell whether the template's rules refuse parameters, of which not all may be given yet."""
    rules = {
        name: rule
        for name, rule in template.get("Rules", {}).items()
        if set(_named(rule)) <= given.keys()
    }
    return bool(Deployment({**template, "Rules": rules}, given).refusals())


def _named(written: Any) -> Iterator[str]:
    if isinstance(written, dict):
        for key, value in written.items():
            if key == "Ref" and not value.startswith("AWS::"):
                yield value
            elif key != "Ref":
                yield from _named(value)
    elif isinstance(written, list):
        for each in written:
            yield from _named(each)


@cache
def rows(name: str) -> tuple[Row, ...]:
    """Return deployments of a template in which any two parameters' values meet.

    The rules' parameters come first, as a row is filled in from the left and given up where a rule
    refuses it. The search ends at the first row that brings nothing new, which rules make early:
    pairs that are left get rows of their own.
    """
    found = list(_search(name, {}))
    met = {pair for row in found for pair in pairs(row)}
    for pair in _every_pair(name):
        if pair not in met and (row := next(_search(name, dict(pair)), None)):
            found.append(row)
            met.update(pairs(row))
    return tuple(found)


def fewest_rows(name: str) -> tuple[Row, ...]:
    """Return some of the deployments, in which each value of each parameter is there once."""
    missing = {item for row in rows(name) for item in row.items()}
    chosen: list[Row] = []
    while missing:
        best = max(rows(name), key=lambda row: len(missing & set(row.items())))
        chosen.append(best)
        missing -= set(best.items())
    return tuple(chosen)


def pairs(row: Row) -> Iterator[Pair]:
    """Return every two parameters of a deployment with their values, in the names' order."""
    return combinations(sorted(row.items()), 2)


def impossible_pairs(name: str) -> set[Pair]:
    """Return the pairs with which the template's rules refuse any deployment."""
    template = load(name)
    parameters = template["Parameters"]
    ruled = dict.fromkeys(_named(template.get("Rules", {})))
    choices = [[(each, value) for value in values(each, parameters[each])] for each in ruled]
    legal = {
        pair
        for chosen in product(*choices)
        if not refused(template, dict(chosen))
        for pair in pairs(dict(chosen))
    }
    among = {pair for pair in _every_pair(name) if {key for key, _ in pair} <= ruled.keys()}
    return among - legal


def _every_pair(name: str) -> Iterator[Pair]:
    parameters = load(name)["Parameters"]
    tried = {each: values(each, declared) for each, declared in parameters.items()}
    for one, other in combinations(sorted(tried), 2):
        for first, second in product(tried[one], tried[other]):
            yield (one, first), (other, second)


def _search(name: str, fixed: Row) -> Iterator[Row]:
    template = load(name)
    parameters = template["Parameters"]
    order = list(dict.fromkeys([*_named(template.get("Rules", {})), *parameters]))
    tried = [
        [fixed[each]] if each in fixed else list(values(each, parameters[each])) for each in order
    ]

    def taken(row: Sequence[str]) -> bool:
        return not refused(template, dict(zip(order, row, strict=False)))

    # a single parameter makes no pairs, which the library refuses
    rows = AllPairs(tried, filter_func=taken) if len(tried) > 1 else filter(taken, product(*tried))
    for row in rows:
        yield dict(zip(order, row, strict=True))
