"""What runs, and what calls it: functions, their queues and schedules, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.doctor.looking.look import Found, Look, Mend, as_json, command

if TYPE_CHECKING:
    from local.doctor.deployment import Deployment
    from local.doctor.resources import Wanted

_SETTINGS = {
    "Timeout": "timeout", "MemorySize": "memory-size", "Handler": "handler", "Role": "role",
    "Runtime": "runtime",
}  # fmt: skip
# on, or on its way there (API reference, EventSourceMappingConfiguration)
_ON = frozenset({"Enabled", "Enabling", "Creating", "Updating"})
_OF_MAPPINGS = (
    "EventSourceArn", "BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes",
    "ScalingConfig", "StartingPosition", "BisectBatchOnFunctionError", "MaximumRetryAttempts",
    "DestinationConfig", "FilterCriteria",
)  # fmt: skip


def function(deployment: Deployment, wanted: Wanted) -> Found:
    """Return a function's configuration."""
    found = deployment.client("lambda").get_function(FunctionName=wanted.name)
    kept: dict[str, Any] = dict(found["Configuration"])
    environment = kept.get("Environment") or {}
    return {
        **{key: kept.get(key) for key in (*_SETTINGS, "Architectures", "LoggingConfig")},
        # AWS says an error instead where who asks may not use the key
        **({} if "Error" in environment else {"Environment": environment}),
        "Layers": [each["Arn"] for each in kept.get("Layers", ())],
        "TracingConfig": kept.get("TracingConfig"),
        "VpcConfig": (kept.get("VpcConfig") or {}).get("SubnetIds"),
        "ReservedConcurrentExecutions": found.get("Concurrency", {}).get(
            "ReservedConcurrentExecutions"
        ),
    }


def _setting(property_: str, option: str) -> Mend:
    def mend(wanted: Wanted) -> str:
        return command(
            "lambda", "update-function-configuration", "--function-name", wanted.name,
            f"--{option}", wanted.properties[property_],
        )  # fmt: skip

    return mend


def _concurrency(wanted: Wanted) -> str:
    of = ("--function-name", wanted.name)
    reserved = wanted.properties.get("ReservedConcurrentExecutions")
    if reserved is None:
        return command("lambda", "delete-function-concurrency", *of)
    return command(
        "lambda", "put-function-concurrency", *of, "--reserved-concurrent-executions", reserved
    )


def mapping(deployment: Deployment, wanted: Wanted) -> Found | None:
    """Return how a function reads a queue or a stream, or what somebody made in its place."""
    client = deployment.client("lambda")
    try:
        found: Found = client.get_event_source_mapping(UUID=wanted.name)
    except client.exceptions.ResourceNotFoundException:
        ours = set(deployment.resources.values())
        there = mappings_of(deployment, wanted.properties["FunctionName"])
        found = next((each for each in there if each["UUID"] not in ours), {})
    if not found:
        return None
    name = str(found.get("FunctionArn", "")).split(":function:")[-1].split(":")[0]
    return {
        "Enabled": found["State"] in _ON, "FunctionName": name, "UUID": found["UUID"],
        **{key: found.get(key) for key in _OF_MAPPINGS},
    }  # fmt: skip


def mappings_of(deployment: Deployment, function_name: str) -> list[dict[str, Any]]:
    """Return all that a function reads."""
    pages = deployment.client("lambda").get_paginator("list_event_source_mappings")
    return [
        each
        for page in pages.paginate(FunctionName=function_name)
        for each in page["EventSourceMappings"]
    ]


def invocations(deployment: Deployment, wanted: Wanted) -> Found:
    """Return what becomes of a function's asynchronous runs that fail."""
    found: Found = deployment.client("lambda").get_function_event_invoke_config(
        FunctionName=wanted.properties["FunctionName"], Qualifier=wanted.properties["Qualifier"]
    )
    return found


def layer(deployment: Deployment, wanted: Wanted) -> Found:
    """Look for a version of a layer."""
    deployment.client("lambda").get_layer_version_by_arn(Arn=wanted.name)
    return {}


def schedule(deployment: Deployment, wanted: Wanted) -> Found:
    """Return a schedule of EventBridge Scheduler."""
    found: Found = deployment.client("scheduler").get_schedule(Name=wanted.name)
    return found


def rule(deployment: Deployment, wanted: Wanted) -> Found:
    """Return a rule of the default bus with its targets."""
    client = deployment.client("events")
    found = client.describe_rule(Name=wanted.name)
    targets = client.list_targets_by_rule(Rule=wanted.name)["Targets"]
    return {**found, "Targets": targets}


def _scheduled(operation: str) -> Mend:
    def mend(wanted: Wanted) -> str:
        asked = {"Name": wanted.name, "State": "ENABLED", **wanted.properties}
        return command("scheduler", operation, "--cli-input-json", as_json(asked))

    return mend


def _read_again(wanted: Wanted) -> str:
    fixed = {"EventSourceArn", "StartingPosition", "FunctionName"}
    asked = {key: each for key, each in wanted.properties.items() if key not in fixed}
    return command(
        "lambda", "update-event-source-mapping",
        "--cli-input-json", as_json({"UUID": wanted.name, **asked}),
    )  # fmt: skip


def _pattern(wanted: Wanted) -> str:
    return command(
        "events", "put-rule", "--name", wanted.name,
        "--event-pattern", as_json(wanted.properties["EventPattern"]),
    )  # fmt: skip


def _targets(wanted: Wanted) -> str:
    return command(
        "events", "put-targets", "--rule", wanted.name,
        "--targets", as_json(wanted.properties["Targets"]),
    )  # fmt: skip


FUNCTION = Look(
    "function", function,
    unless={"ReservedConcurrentExecutions": None, "VpcConfig": None},
    maps=("Environment",),
    means={"ReservedConcurrentExecutions=0": "it is throttled to nothing"},
    aside={
        "Code": "Lambda tells a hash of it, the template where it was read from",
        "Description": "does nothing", "Tags": "do nothing",
    },
    mends={
        **{name: _setting(name, option) for name, option in _SETTINGS.items()},
        "ReservedConcurrentExecutions": _concurrency,
        "Layers": lambda wanted: command(
            "lambda", "update-function-configuration", "--function-name", wanted.name,
            "--layers", *wanted.properties["Layers"],
        ),
        "Environment": lambda wanted: (
            f"write it back: Lambda's console, {wanted.name}, Configuration, Environment variables"
        ),
    },
)  # fmt: skip
MAPPING = Look(
    "mapping", mapping,
    identity="UUID",
    means={"Enabled=false": "what waits there is not read"},
    part_of=("FunctionName", "EventSourceArn"),
    unless={"Enabled": True, "FilterCriteria": None},
    mends={
        **dict.fromkeys(
            ("BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes",
             "ScalingConfig", "BisectBatchOnFunctionError", "MaximumRetryAttempts",
             "DestinationConfig"),
            _read_again,
        ),
        "Enabled": lambda wanted: command(
            "lambda", "update-event-source-mapping", "--enabled", "--uuid", wanted.name
        ),
        "FilterCriteria": lambda wanted: command(
            "lambda", "update-event-source-mapping", "--uuid", wanted.name,
            "--filter-criteria", "{}",
        ),
    },
)  # fmt: skip
INVOCATIONS = Look("runs that fail of", invocations, part_of=("FunctionName",),
                   aside={"FunctionName": "its name", "Qualifier": "its name"})  # fmt: skip
LAYER = Look(
    "layer", layer,
    aside=dict.fromkeys(
        ("CompatibleArchitectures", "CompatibleRuntimes", "Content", "Description", "LayerName"),
        "a version of a layer cannot be changed",
    ),
)  # fmt: skip
SCHEDULE = Look(
    "schedule", schedule,
    unless={"State": "ENABLED", "EndDate": None, "StartDate": None},
    means={"State=DISABLED": "it calls nothing"},
    aside={"Description": "does nothing"},
    mends=dict.fromkeys(
        ("State", "ScheduleExpression", "ScheduleExpressionTimezone", "Target",
         "FlexibleTimeWindow", "StartDate", "EndDate"),
        _scheduled("update-schedule"),
    ),
    anew=_scheduled("create-schedule"),
)  # fmt: skip
RULE = Look(
    "rule", rule,
    unless={"State": "ENABLED"},
    means={"State=DISABLED": "it hands nothing on"},
    aside={"Description": "does nothing"},
    mends={
        "State": lambda wanted: command("events", "enable-rule", "--name", wanted.name),
        "EventPattern": _pattern,
        "Targets": _targets,
    },
    anew=lambda wanted: f"{_pattern(wanted)} && {_targets(wanted)}",
)  # fmt: skip
