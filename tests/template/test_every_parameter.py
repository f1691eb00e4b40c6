"""Every parameter is deployed with another value than its default, and any two values together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import Any

import pytest
from botocore.validate import ParamValidator

from fakes.expanded import expanded_file
from fakes.parameters import (
    NoSecondValueError,
    Row,
    impossible_pairs,
    load,
    pairs,
    rows,
    values,
)
from fakes.stack_requests import account_before, requests
from local.cloudformation import Deployment
from local.parameters import allows
from local.paths import TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_has_values_that_cloudformation_takes(name: str) -> None:
    for parameter, declared in load(name)["Parameters"].items():
        for value in values(parameter, declared):
            assert allows(declared, value), (parameter, value)


def test_one_without_a_second_value_is_not_overlooked() -> None:
    with pytest.raises(NoSecondValueError, match="Unheard has no second value"):
        values("Unheard", {"Type": "String", "Default": "", "AllowedPattern": ".*"})


@pytest.mark.parametrize("name", TEMPLATES)
def test_any_two_values_meet(name: str) -> None:
    parameters = load(name)["Parameters"].items()
    tried = [[(each, value) for value in values(each, declared)] for each, declared in parameters]
    wanted = {
        tuple(sorted(pair)) for one, other in combinations(tried, 2) for pair in product(one, other)
    }
    met = {pair for row in rows(name) for pair in pairs(row)}
    assert wanted - met == impossible_pairs(name)


# Not a test for each row: they take seconds to find, and each worker would collect by them.
@pytest.mark.parametrize("name", TEMPLATES)
def test_rules_refuse_none_of_them(name: str) -> None:
    refused = [(row, Deployment(load(name), row).refusals()) for row in rows(name)]
    assert [(row, said) for row, said in refused if said] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_aws_would_take_any_of_them(name: str) -> None:
    refused = [(row, list(refusals(name, row))) for row in rows(name)]
    assert [(row, said) for row, said in refused if said] == []


def refusals(name: str, given: Row) -> Iterator[tuple[str, str, str]]:
    """Yield what AWS would refuse of a deployment: resource, request and what it says."""
    region = {"AWS::Region": "us-east-1"} if name == "global.yaml" else {}
    account = account_before({**given, **region})
    for each in requests(expanded_file(name), {**given, **region}):
        assert each.model.input_shape
        report = ParamValidator().validate(each.sent, each.model.input_shape)
        assert not report.has_errors(), (each.resource, report.generate_report())
        if breach := account.ask(each.model, each.sent):
            yield each.resource, each.operation, breach.message


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_would_fail_half_way_is_refused_before_it_begins(name: str) -> None:
    """What a person may give, and what is said; a rule without a row here fails the test."""
    said = {
        rule: [
            refusal
            for given in WRONG.get(rule, ())
            for refusal in Deployment(load(name), given).refusals()
        ]
        for rule in load(name).get("Rules", {})
    }
    assert all(said.values()), said


WRONG: Mapping[str, tuple[Row, ...]] = {
    "ApiLogGroupHasName": ({"MakeApiLogGroup": "true"},),
    "ScalingGroupHasSubnets": (
        {"ScalingLaunchTemplateId": "lt-0a1b2c3d"},
        {
            "ScalingLaunchTemplateId": "lt-0a1b2c3d",
            "ScalingSubnetIds": "subnet-0a1b2c3d",
            "ScalingGroupName": "avatar-api",
        },
    ),
    "OneLogBucket": ({"MakeAccessLogBucket": "true", "AccessLogBucketName": "logs"},),
    "QueriesNeedLogFiles": ({"AccessLogQueries": "true"},),
    "PartitionIsTheCommercialOne": ({"AWS::Partition": "aws-cn"},),
    "CostsAreToldToAQueue": ({"MonthlyBudgetUsd": "1"}, {"CostAnomalyUsd": "1"}),
    "AnomaliesAreFoundByAMonitor": (
        {"CostAnomalyUsd": "1", "AlertsQueueArn": "arn:aws:sqs:eu-north-1:123456789012:alerts"},
        {
            "CostAnomalyUsd": "1",
            "AlertsQueueArn": "arn:aws:sqs:eu-north-1:123456789012:alerts",
            "MakeCostAnomalyMonitor": "true",
            "CostAnomalyMonitorArn": "arn:aws:ce::123456789012:anomalymonitor/b",
        },
    ),
    "EnforcementNamesItsBuckets": ({"CostControlMode": "enforce"},),
}


# ---- Texts as long as they may be ----


def buckets(count: int, length: int) -> str:
    return ",".join(f"b{number:02}".ljust(length, "x") for number in range(count))


def padded(text: str, length: int) -> str:
    return text.ljust(length, "x")


# Every text as long as its parameter allows; of lists both the longest names and the most names.
LONGEST: Mapping[str, tuple[str, ...]] = {
    "SystemName": (padded("s", 40),),
    "AvatarBucketNames": (buckets(11, 62) + ",bcde", buckets(30, 22) + "xxxxxxxxxxx"),
    "EnforcedBucketNames": (buckets(11, 62) + ",bcde", buckets(30, 22) + "xxxxxxxxxxx"),
    "InventoryBucketNames": (buckets(11, 62) + ",bcde", buckets(30, 22) + "xxxxxxxxxxx"),
    "DistributionIds": (
        ",".join(f"E{number:031}" for number in range(15)) + ",E1234",
        ",".join(f"E{number:015}" for number in range(29)) + ",E12345",
    ),
    "HealthEndpoints": (padded("https://api.example.com/", 1800),),
    "HealthEndpointsParameter": (padded("/avatar-watch", 602),),
    "DatabaseInstanceIds": (",".join("d" + "x" * 62 for _ in range(6)) + ",d" + "x" * 14,),
    "CacheClusterIds": (",".join("c" + "x" * 49 for _ in range(7)) + ",c" + "x" * 41,),
    "WorkerQueueNames": (",".join("q" + "x" * 78 for _ in range(5)),),
    "ApiLogGroupName": (padded("/aws/", 512),),
    "NotificationSettingsParameter": (padded("/avatar-watch", 1011),),
    "ChatSecretsParameter": (padded("/avatar-watch", 501),),
    "OpsEmail": (padded("ops@example.", 254),),
    "WatchedAlarmPrefix": (padded("orders", 201),),
    "RunbookBaseUrl": (padded("https://wiki.example.com/", 500),),
    "StatusPageUrl": (padded("https://status.example.com/", 500),),
    "AccessLogBucketName": ("l" * 63,),
    "CostTag": (padded("k", 128) + "=" + padded("v", 256),),
    "MetricNamespace": (padded("M", 50),),
    "OpsPhone": ("+467012345678901",),
    "TopicKey": ("mrk-" + "0" * 32,),
    "HealthEndpointMetrics": (
        "EndpointUp,ResponseTime,Phases,TlsDaysRemaining,ComponentUp,Reported",
    ),
    "HealthReferenceAddress": (padded("www.example.com", 253) + ":65535",),
    "ReportTimeZone": ("America/Argentina/ComodRivadavia",),  # no zone has a longer name
    "ReportsUrl": (padded("https://reports.example.com/", 200),),
    "ScalingGroupName": (padded("group", 255),),
    "StatusPageDistributionId": (padded("E", 32).upper(),),
}
SHORT = {"DisasterPlanReviewed": "a date"}
EXCLUDED = ("ScalingLaunchTemplateId", "ScalingSubnetIds",
            "ScalingTargetGroupArns")  # fmt: skip
"""Of a group that is made, where one is named."""
STACK = {"AWS::StackName": padded("stack", 128)}


def fullest(which: int) -> Row:
    """Return a deployment whose texts are all as long as they may be."""
    texts = {name: each[min(which, len(each) - 1)] for name, each in LONGEST.items()}
    return {"CostControlMode": "enforce", "CostSource": "cost-explorer", **STACK, **texts,
            "RealtimeLogs": "true"}  # fmt: skip


def test_texts_are_as_long_as_they_may_be() -> None:
    declared = load("template.yaml")["Parameters"]
    for name, each in LONGEST.items():
        for text in each:
            assert allows(declared[name], text), (name, len(text))
        assert not allows(declared[name], each[0] + "x" * 70), name


def test_no_text_is_left_out() -> None:
    texts = {
        name
        for name, declared in load("template.yaml")["Parameters"].items()
        if declared["Type"] == "String" and "AllowedValues" not in declared
        if not str(declared["Default"]).isdigit()  # a number, with its digits bounded
    }
    assert texts == LONGEST.keys() | SHORT.keys() | set(EXCLUDED)


def test_no_text_is_without_an_end() -> None:
    """A text that a function or an alarm gets has a greatest length, in one way or the other."""
    unbounded = re.compile(r"(?<!\\)[*+](?![^\[]*\])")
    for name, declared in load("template.yaml")["Parameters"].items():
        if declared["Type"] == "String" and "AllowedValues" not in declared:
            bounded = "MaxLength" in declared or not unbounded.search(declared["AllowedPattern"])
            assert bounded, name


@pytest.fixture(params=[0, 1], ids=["longest-names", "most-names"])
def full(request: pytest.FixtureRequest, expanded: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the resources of a deployment that is as full as it can be."""
    given = {**fullest(request.param), **physical_names(expanded)}
    return Deployment(expanded, given).resources()


def physical_names(expanded: Mapping[str, Any]) -> dict[str, str]:
    """Return an address for each reference, no shorter than AWS' longest of that stack's name."""
    there = set(re.findall(r'"([A-Z]\w+)"', json.dumps(expanded)))
    arn = "arn:aws:sns:ap-southeast-1:123456789012:"
    return {
        name: padded(arn + name, 240)
        for name in expanded["Resources"].keys() & there
        if expanded["Resources"][name]["Type"] in {"AWS::SNS::Topic", "AWS::SQS::Queue"}
    }


@pytest.mark.parametrize("which", [0, 1], ids=["longest-names", "most-names"])
def test_aws_would_take_the_fullest(which: int) -> None:
    given = {**fullest(which), "MakeApiLogGroup": "true"}
    assert list(refusals("template.yaml", given)) == []


def test_environments_fit(full: dict[str, dict[str, Any]]) -> None:
    for name, resource in full.items():
        if resource["Type"] == "AWS::Lambda::Function":
            variables = resource["Properties"]["Environment"]["Variables"]
            measured = json.dumps(variables, separators=(",", ":"))
            assert len(measured) <= 4_096, (name, len(measured))


def test_roles_fit(full: dict[str, dict[str, Any]]) -> None:
    for name, resource in full.items():
        if resource["Type"] == "AWS::IAM::Role":
            policies = resource["Properties"].get("Policies", [])
            size = sum(
                len(json.dumps(each["PolicyDocument"], separators=(",", ":"))) for each in policies
            )
            assert size <= 10_240, (name, size)


def test_searches_fit(full: dict[str, dict[str, Any]]) -> None:
    body = json.loads(full["Dashboard"]["Properties"]["DashboardBody"])
    found = list(expressions(body))
    assert len(found) > 5
    for each in found:
        assert len(each) <= 1_024, (len(each), each[:200])


def expressions(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "expression" in part:
            yield part["expression"]
        for each in part.values():
            yield from expressions(each)
    elif isinstance(part, list):
        for each in part:
            yield from expressions(each)
