"""What CloudFormation would ask of AWS for our resources, held against the AWS contract.

The emulator makes most of these resources without a rule, and leaves out the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.session import Session
from botocore.validate import ParamValidator
from samcli.yamlhelper import yaml_parse

from aws_contract.core import first_breach
from fakes.intrinsics import Deployment
from local.paths import ROOT

type Params = dict[str, Any]

TOPIC = "arn:aws:sns:eu-north-1:123456789012:alerts"
GIVEN = {
    "AlertsTopic": TOPIC, "EmailTopic": TOPIC, "CostAlertsTopic": TOPIC,
    "ServiceDown.Arn": "arn:aws:cloudwatch:eu-north-1:123456789012:alarm:down",
    "CostAnomalyMonitor": "arn:aws:ce::123456789012:anomalymonitor/a",
    "VisitorRole.Arn": "arn:aws:iam::123456789012:role/visitor",
    "VisitorPool": "eu-north-1:1a2b3c4d-0000-4000-8000-000000000000",
    "ApiLogGroupName": "/aws/avatar-system/api",
    "HealthEndpoints": "https://api.example.com/health",
    "ScalingLaunchTemplateId": "lt-0a1b2c3d", "ScalingSubnetIds": "subnet-0a1b2c3d",
    "MonthlyBudgetUsd": "200", "CostAnomalyUsd": "50", "MeasuredDistributionId": "E3SJ7B3QL1F8WH",
    "SiteDomains": "www.example.com,*.example.com",
}  # fmt: skip


def named(key: str) -> Callable[[str, Params], Params]:
    """Return what gives a request the name that CloudFormation would make up."""
    return lambda resource, properties: {key: resource, **properties}


def lowered(value: Any) -> Any:
    """Return properties in CloudWatch Logs' spelling, which begins with small letters."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: lowered(each) for key, each in value.items()}
    return [lowered(each) for each in value] if isinstance(value, list) else value


def anomaly_subscription(_: str, properties: Params) -> Params:
    expression = json.loads(properties["ThresholdExpression"])
    return {"AnomalySubscription": {**properties, "ThresholdExpression": expression}}


def scaling_group(name: str, properties: Params) -> Params:
    subnets = ",".join(properties["VPCZoneIdentifier"])
    others = {k: v for k, v in properties.items() if k != "MetricsCollection"}
    return {"AutoScalingGroupName": name, **others, "VPCZoneIdentifier": subnets}


# each type's request, and how it is made of the properties
REQUESTS: dict[str, tuple[str, str, Callable[[str, Params], Params]]] = {
    "AWS::CloudWatch::Alarm": ("cloudwatch", "PutMetricAlarm", lambda _, p: p),
    "AWS::CloudWatch::CompositeAlarm": ("cloudwatch", "PutCompositeAlarm", lambda _, p: p),
    "AWS::Logs::MetricFilter": (
        "logs", "PutMetricFilter", lambda n, p: lowered({"FilterName": n, **p})),
    "AWS::Logs::QueryDefinition": ("logs", "PutQueryDefinition", lambda _, p: lowered(p)),
    "AWS::AutoScaling::AutoScalingGroup": (
        "autoscaling", "CreateAutoScalingGroup", scaling_group),
    "AWS::AutoScaling::ScalingPolicy": (
        "autoscaling", "PutScalingPolicy", named("PolicyName")),
    "AWS::Budgets::Budget": (
        "budgets", "CreateBudget", lambda _, p: {"AccountId": "123456789012", **p}),
    "AWS::CE::AnomalyMonitor": (
        "ce", "CreateAnomalyMonitor", lambda _, p: {"AnomalyMonitor": p}),
    "AWS::CE::AnomalySubscription": ("ce", "CreateAnomalySubscription", anomaly_subscription),
    "AWS::CloudFront::MonitoringSubscription": (
        "cloudfront", "CreateMonitoringSubscription", lambda _, p: p),
    "AWS::RUM::AppMonitor": ("rum", "CreateAppMonitor", lambda _, p: p),
}  # fmt: skip


@cache
def model(service: str, operation: str) -> OperationModel:
    return Session().get_service_model(service).operation_model(operation)


SCALARS: dict[str, Callable[[Any], Any]] = {
    "integer": int, "long": int, "double": float, "float": float,
    "boolean": lambda value: value in {True, "true"},
}  # fmt: skip


def coerced(shape: Shape, value: Any) -> Any:
    """Return a value as CloudFormation sends it: texts that stand for numbers as numbers."""
    if isinstance(shape, StructureShape):
        return {key: coerced(shape.members[key], each) for key, each in value.items()}
    if isinstance(shape, ListShape):
        return [coerced(shape.member, each) for each in value]
    if isinstance(shape, MapShape):
        return {key: coerced(shape.value, each) for key, each in value.items()}
    return SCALARS.get(shape.type_name, str)(value)


def requests() -> Iterator[tuple[str, str, str, Params]]:
    for name in ("template.yaml", "global.yaml", "rum.yaml"):
        template: Mapping[str, Any] = yaml_parse((ROOT / name).read_text())
        for resource, written in Deployment(template, GIVEN).resources().items():
            if written["Type"] in REQUESTS:
                service, operation, made = REQUESTS[written["Type"]]
                yield resource, service, operation, made(resource, written["Properties"])


ALL = list(requests())


@pytest.mark.parametrize(
    ("service", "operation", "params"), [each[1:] for each in ALL], ids=[each[0] for each in ALL]
)
def test_aws_would_take_it(service: str, operation: str, params: Params) -> None:
    asked = model(service, operation)
    shape = asked.input_shape
    assert shape
    sent = coerced(shape, params)
    report = ParamValidator().validate(sent, shape)
    assert not report.has_errors(), report.generate_report()
    assert first_breach(asked, sent) is None


def test_every_type_is_there_to_be_looked_at() -> None:
    seen = {(service, operation) for _, service, operation, _ in ALL}
    assert seen == {(service, operation) for service, operation, _ in REQUESTS.values()}


def test_what_aws_refuses_is_seen() -> None:
    [(_, service, operation, params)] = [each for each in ALL if each[0] == "CostIncreaseInfo"]
    asked = model(service, operation)
    assert asked.input_shape
    longer = coerced(asked.input_shape, params | {"EvaluationPeriods": 8})
    assert first_breach(asked, longer)
