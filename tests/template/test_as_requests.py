"""What CloudFormation would ask of AWS for our resources, held against the AWS contract.

The emulator makes most of these resources without a rule, and leaves out the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.validate import ParamValidator

from aws_contract.account import Account, looks_back
from aws_contract.core import Breach, has_rule
from fakes.expanded import expanded_file
from fakes.parameters import TEXTS, another_of_each
from fakes.stack_makers import MAKERS
from fakes.stack_requests import Request, account_before, requests
from local.cloudformation import Deployment
from local.paths import TEMPLATES

NOT_SENT: dict[str, str] = {}
"""Types of resources that are not sent, with the reason; there is none."""
NO_RULE = {
    ("kms", "EnableKeyRotation"): "names a key, and the model checks its form",
    ("kms", "ScheduleKeyDeletion"): "7 to 30 days, which the model checks",
    ("dynamodb", "UpdateTimeToLive"): "an attribute's name, which the model checks",
    ("dynamodb", "UpdateContinuousBackups"): "on or off, which the model checks",
    ("s3", "PutBucketNotificationConfiguration"): "events to EventBridge, which has no settings",
    ("s3", "PutPublicAccessBlock"): "four that are on or off",
    ("lambda", "PublishLayerVersion"): "names and runtimes, which the model checks",
    ("cognito-identity", "CreateIdentityPool"): "names and flags, which the model checks",
    ("autoscaling", "EnableMetricsCollection"): "the model checks names and granularity",
}
"""Requests for which botocore's model says all that is known."""

# what is given together; what excludes the others is left out
ALL_GIVEN = {
    "Emulated": "false", "ScalingGroupName": "", "CostAnomalyMonitorArn": "",
    "AccessLogBucketName": "",
}  # fmt: skip
DEPLOYMENTS: dict[str, tuple[str, dict[str, str]]] = {
    "everything": (
        "template.yaml",
        {**ALL_GIVEN, "UploadMetricsFromLogs": "true", "MakeApiLogGroup": "false"},
    ),
    "a group of one's own": (
        "template.yaml",
        {**ALL_GIVEN, "ScalingGroupName": "api", "ScalingLaunchTemplateId": "",
         "Architecture": "x86_64"},
    ),
    "log files in a bucket of one's own": (
        "template.yaml",
        {**ALL_GIVEN, "MakeAccessLogBucket": "false",
         "AccessLogBucketName": TEXTS["AccessLogBucketName"][0]},
    ),
    "what is global": ("global.yaml", {**ALL_GIVEN, "AWS::Region": "us-east-1"}),
    "a monitor of one's own": (
        "global.yaml",
        {**ALL_GIVEN, "CostAnomalyMonitorArn": TEXTS["CostAnomalyMonitorArn"][0],
         "MakeCostAnomalyMonitor": "false", "AWS::Region": "us-east-1"},
    ),
    "users' experience": ("rum.yaml", {}),
    "the page for everybody": ("status-page.yaml", {}),
    "the address of answers": ("chat-url.yaml", {}),
}  # fmt: skip


def sent(name: str) -> tuple[Mapping[str, Any], dict[str, str], list[Request]]:
    file, changes = DEPLOYMENTS[name]
    template = expanded_file(file)
    given = another_of_each(template) | changes
    return template, given, list(requests(template, given))


def refused(asked: list[Request], account: Account) -> Iterator[tuple[str, str, Breach]]:
    for each in asked:
        params, shape = each.sent, each.model.input_shape
        assert shape
        report = ParamValidator().validate(params, shape)
        assert not report.has_errors(), (each.resource, report.generate_report())
        breach = account.ask(each.model, params)
        if breach:
            yield each.resource, each.operation, breach


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_aws_would_take_it(name: str) -> None:
    template, given, asked = sent(name)
    assert not Deployment(template, given).refusals()
    account = account_before(given)
    assert list(refused(asked, account)) == []
    assert account.shut_urls() == {}


@pytest.mark.parametrize("file", TEMPLATES)
def test_aws_would_take_the_defaults(file: str) -> None:
    template = expanded_file(file)
    wanted = {
        name: TEXTS[name][0]
        for name, parameter in template["Parameters"].items()
        if "Default" not in parameter
    }
    region = {"AWS::Region": "us-east-1"} if file == "global.yaml" else {}
    asked = list(requests(template, wanted | region))
    assert list(refused(asked, account_before(wanted | region))) == []


def test_every_resource_is_sent_by_some_deployment() -> None:
    made: dict[str, set[str]] = {file: set() for file in TEMPLATES}
    for name, (file, _) in DEPLOYMENTS.items():
        made[file] |= {each.resource for each in sent(name)[2]}
    for file in TEMPLATES:
        resources = expanded_file(file)["Resources"]
        unsent = {name for name in resources if resources[name]["Type"] in NOT_SENT}
        assert made[file] | unsent == resources.keys(), file


def test_every_type_has_a_request_or_a_reason() -> None:
    used = {
        each["Type"] for file in TEMPLATES for each in expanded_file(file)["Resources"].values()
    }
    assert used == MAKERS.keys() | NOT_SENT.keys()


def test_every_request_has_a_rule_or_a_reason() -> None:
    asked = {(each.service, each.operation) for name in DEPLOYMENTS for each in sent(name)[2]}
    assert {each for each in asked if not (has_rule(*each) or looks_back(*each))} == NO_RULE.keys()


def test_what_aws_refuses_is_seen() -> None:
    *_, asked = sent("everything")
    [alarm] = [each for each in asked if each.resource == "CostIncreaseInfo"]
    longer = Request(
        alarm.resource, alarm.service, alarm.operation, alarm.params | {"EvaluationPeriods": 8}
    )
    assert list(refused([longer], Account()))


def test_a_new_account_reserves_nothing() -> None:
    _, given, asked = sent("everything")
    before = account_before(given)
    before.concurrency = 10
    assert {
        (operation, breach.code) for _, operation, breach in refused(asked, before)
    } == {("PutFunctionConcurrency", "InvalidParameterValueException")}  # fmt: skip


def test_a_log_group_that_is_not_there_is_seen() -> None:
    *_, asked = sent("everything")
    found = list(refused(asked, Account()))
    assert {breach.code for *_, breach in found} == {"ResourceNotFoundException"}
    assert {operation for _, operation, _ in found} == {"PutMetricFilter"}
