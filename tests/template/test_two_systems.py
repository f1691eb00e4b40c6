"""Two systems in one account and region share no name and no metric."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from avatarwatch.namespaces import DEFAULT_ROOT, Own
from fakes.physical import NAMES
from local.cloudformation import Deployment
from local.paths import ROOT

EVERYTHING = {
    "ApiLogGroupName": "/aws/avatar-system/api",
    "HealthEndpoints": "https://api.example.com/health",
    "WatchedAlarmPrefix": "orders-",
    "MakeAccessLogBucket": "true",
}
FIRST = {"SystemName": "avatar-system", "MetricNamespace": "AvatarSystem"}
SECOND = {"SystemName": "photo-system", "MetricNamespace": "PhotoSystem"}
type Resources = dict[str, dict[str, Any]]


def deployed(template: dict[str, Any], given: dict[str, str]) -> Resources:
    stack = {"AWS::StackName": f"watch-{given['SystemName']}"}
    return Deployment(template, EVERYTHING | given | stack).resources()


def namespaces(resources: Resources) -> Iterator[str]:
    """Yield every namespace of ours that is written, read or allowed."""
    below = "|".join(Own)
    for resource in resources.values():
        # \\w: also what stands in the dashboard's JSON and in search expressions
        yield from re.findall(rf"\b([A-Za-z][\w.-]*/(?:{below}))\b", json.dumps(resource))


def names(resources: Resources) -> set[tuple[str, str]]:
    """Return what is called by a name that the template gives it, by its type."""
    return {
        (resource["Type"], resource["Properties"][key])
        for resource in resources.values()
        if (key := NAMES.get(resource["Type"])) and key in resource["Properties"]
    }


def test_no_metric_of_one_is_the_others(source: dict[str, Any]) -> None:
    first, second = (set(namespaces(deployed(source, each))) for each in (FIRST, SECOND))
    assert first == {f"AvatarSystem/{each}" for each in Own}
    assert second == {each.replace("AvatarSystem/", "PhotoSystem/") for each in first}


def test_the_default_root_is_nowhere_written_out(source: dict[str, Any]) -> None:
    assert source["Parameters"]["MetricNamespace"]["Default"] == DEFAULT_ROOT
    assert DEFAULT_ROOT not in json.dumps(deployed(source, SECOND))


def test_no_name_of_one_is_the_others(source: dict[str, Any]) -> None:
    first, second = (names(deployed(source, each)) for each in (FIRST, SECOND))
    assert len(first) > 20
    # the API's log group is given, not made by either
    assert not first & second


def test_every_function_is_told_the_root_and_may_put_below_it_alone(
    source: dict[str, Any],
) -> None:
    resources = deployed(source, SECOND)
    told = Deployment(source, EVERYTHING | SECOND).value(source["Globals"])
    assert told["Function"]["Environment"]["Variables"]["METRIC_NAMESPACE"] == "PhotoSystem"
    allowed = re.findall(r'"cloudwatch:namespace": "([^"]+)"', json.dumps(resources))
    assert sorted(set(allowed)) == [
        f"PhotoSystem/{each}" for each in ("Access", "Health", "KPI", "Operations")
    ]


def test_a_root_is_taken_by_a_name_that_only_one_stack_can_have(source: dict[str, Any]) -> None:
    roots = {
        each["MetricNamespace"]: deployed(source, each)["MetricRoot"]["Properties"]["Name"]
        for each in (FIRST, SECOND, SECOND | {"SystemName": "third-system"})
    }
    assert roots == {
        "AvatarSystem": "/avatar-watch/roots/AvatarSystem",
        "PhotoSystem": "/avatar-watch/roots/PhotoSystem",
    }
    first = {name for name, each in source["Resources"].items()
             if each.get("DependsOn") == "MetricRoot"}  # fmt: skip
    # of what is made first, what costs or stays
    assert first == {"AlertsKey", "ReportsBucket"}


@pytest.mark.parametrize("parameter", ["SystemName", "MetricNamespace"])
def test_dev_and_prod_are_two_systems(parameter: str) -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    found = {}
    for environment in ("dev", "prod"):
        overrides = config[environment]["deploy"]["parameters"]["parameter_overrides"]
        found[environment] = dict(each.split("=") for each in overrides.split())[parameter]
    assert found["dev"] != found["prod"]


def test_only_the_rule_itself_and_the_topics_themselves_send_to_the_queues(
    source: dict[str, Any],
) -> None:
    resources = deployed(source, FIRST)
    rules = {f"<{n}.Arn>" for n, each in resources.items() if each["Type"] == "AWS::Events::Rule"}
    for name in ("AlertsQueuePolicy", "DeadLetterQueuePolicy"):
        for statement in resources[name]["Properties"]["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                sources = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
                assert "*" not in json.dumps(sources)
                assert statement["Principal"] != {"Service": "events.amazonaws.com"} or (
                    sources in rules
                )
    without = Deployment(source, FIRST).resources()
    for name in ("AlertsQueuePolicy", "DeadLetterQueuePolicy"):
        assert "events.amazonaws.com" not in json.dumps(without[name])
