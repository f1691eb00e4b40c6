"""What AWS refuses because of an earlier request, each beside a legal twin."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.session import Session

from aws_contract.account import Account

QUEUE = "arn:aws:sqs:eu-north-1:123456789012:alerts"
ROLE = "arn:aws:iam::123456789012:role/work"
FUNCTION = "arn:aws:lambda:eu-north-1:123456789012:function:fan"

type Request = tuple[str, str, dict[str, Any]]


def code_of(account: Account, *requests: Request) -> str | None:
    """Ask for all of them; return the last one's code. The others have to be legal."""
    codes = []
    for service, operation, params in requests:
        model = Session().get_service_model(service).operation_model(operation)
        breach = account.ask(model, params)
        codes.append(breach.code if breach else None)
    assert not any(codes[:-1]), codes
    return codes[-1]


def role(service: str = "lambda.amazonaws.com") -> Request:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        ],
    }
    text = json.dumps(trust)
    return "iam", "CreateRole", {"RoleName": "work", "AssumeRolePolicyDocument": text}


def policy(name: str, *resources: str, action: str = "sqs:*") -> Request:
    statement = {"Effect": "Allow", "Action": action, "Resource": list(resources)}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return "iam", "PutRolePolicy", {
        "RoleName": "work", "PolicyName": name, "PolicyDocument": text,
    }  # fmt: skip


def function(timeout: int = 30) -> Request:
    return "lambda", "CreateFunction", {
        "FunctionName": "fan", "Runtime": "python3.13", "Handler": "fan.handler", "Role": ROLE,
        "Code": {"S3Bucket": "bucket", "S3Key": "key"}, "Timeout": timeout,
    }  # fmt: skip


def queue(seconds: str) -> Request:
    return "sqs", "CreateQueue", {
        "QueueName": "alerts", "Attributes": {"VisibilityTimeout": seconds},
    }  # fmt: skip


MAPPING: Request = (
    "lambda", "CreateEventSourceMapping", {"EventSourceArn": QUEUE, "FunctionName": "fan"},
)  # fmt: skip
FAILURES: Request = (
    "lambda", "PutFunctionEventInvokeConfig",
    {"FunctionName": "fan", "DestinationConfig": {"OnFailure": {"Destination": QUEUE}}},
)  # fmt: skip
SCHEDULE: Request = (
    "scheduler", "CreateSchedule",
    {"Name": "tick", "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"},
     "Target": {"Arn": FUNCTION, "RoleArn": ROLE}},
)  # fmt: skip
INVALID = "InvalidParameterValueException"


@pytest.mark.parametrize(("number", "expected"), [(9, None), (10, "LimitExceeded")])
def test_a_roles_inline_policies_together(number: int, expected: str | None) -> None:
    # some 1,070 characters each, 10,240 in all
    policies = [policy(f"p{n}", QUEUE, f"{QUEUE}{'x' * 900}") for n in range(number)]
    assert code_of(Account(), role(), *policies) == expected


@pytest.mark.parametrize(("seconds", "expected"), [("30", None), ("29", INVALID)])
def test_a_queue_hides_as_long_as_the_function_runs(seconds: str, expected: str | None) -> None:
    made = (role(), policy("work", QUEUE), function(), queue(seconds), MAPPING)
    assert code_of(Account(), *made) == expected


@pytest.mark.parametrize(("action", "expected"), [("sqs:*", None), ("sqs:ReceiveMessage", INVALID)])
def test_a_function_may_receive_what_it_is_fed(action: str, expected: str | None) -> None:
    made = (role(), policy("work", QUEUE, action=action), function(), queue("180"), MAPPING)
    assert code_of(Account(), *made) == expected


@pytest.mark.parametrize(("resource", "expected"), [(QUEUE, None), (QUEUE + "-of-others", INVALID)])
def test_a_function_may_set_its_failures_aside(resource: str, expected: str | None) -> None:
    made = (role(), policy("work", resource), function(), FAILURES)
    assert code_of(Account(), *made) == expected


@pytest.mark.parametrize(
    ("service", "expected"), [("lambda.amazonaws.com", None), ("events.amazonaws.com", INVALID)]
)
def test_lambda_may_assume_the_functions_role(service: str, expected: str | None) -> None:
    assert code_of(Account(), role(service), function()) == expected


@pytest.mark.parametrize(
    ("service", "expected"),
    [("scheduler.amazonaws.com", None), ("events.amazonaws.com", "ValidationException")],
)
def test_scheduler_may_assume_its_role(service: str, expected: str | None) -> None:
    assert code_of(Account(), role(service), SCHEDULE) == expected


@pytest.mark.parametrize(
    ("groups", "expected"), [(["/api"], None), ([], "ResourceNotFoundException")]
)
def test_a_metric_filter_is_on_a_group_that_is_there(
    groups: list[str], expected: str | None
) -> None:
    transformation = {"metricName": "A", "metricNamespace": "B", "metricValue": "1"}
    request = {
        "logGroupName": "/api", "filterName": "a", "filterPattern": "",
        "metricTransformations": [transformation],
    }  # fmt: skip
    assert code_of(Account(groups), ("logs", "PutMetricFilter", request)) == expected


def test_a_group_is_made_once() -> None:
    request: Request = ("logs", "CreateLogGroup", {"logGroupName": "/api"})
    assert code_of(Account(), request) is None
    assert code_of(Account(["/api"]), request) == "ResourceAlreadyExistsException"


@pytest.mark.parametrize(("name", "expected"), [("errors", None), ("error", "ValidationError")])
def test_a_composite_looks_at_alarms_that_are_there(name: str, expected: str | None) -> None:
    alarm: Request = ("cloudwatch", "PutMetricAlarm", {
        "AlarmName": "errors", "Namespace": "AWS/Lambda", "MetricName": "Errors",
        "Statistic": "Sum", "Period": 300, "EvaluationPeriods": 1, "Threshold": 0.0,
        "ComparisonOperator": "GreaterThanThreshold",
    })  # fmt: skip
    composite: Request = (
        "cloudwatch", "PutCompositeAlarm", {"AlarmName": "down", "AlarmRule": f"ALARM({name})"},
    )  # fmt: skip
    assert code_of(Account(), alarm, composite) == expected


@pytest.mark.parametrize(
    ("region", "expected"), [("eu-north-1", None), ("us-east-1", "ValidationError")]
)
@pytest.mark.parametrize("kind", ["PutMetricAlarm", "PutCompositeAlarm"])
def test_an_alarm_acts_in_its_own_region(kind: str, region: str, expected: str | None) -> None:
    params: dict[str, Any] = {
        "AlarmName": "errors", "AlarmActions": [f"arn:aws:sns:{region}:123456789012:alerts"],
    }  # fmt: skip
    watched: dict[str, dict[str, Any]] = {
        "PutMetricAlarm": {
            "Namespace": "AWS/Lambda", "MetricName": "Errors", "Statistic": "Sum", "Period": 300,
            "EvaluationPeriods": 1, "Threshold": 0.0, "ComparisonOperator": "GreaterThanThreshold",
        },
        "PutCompositeAlarm": {"AlarmRule": "TRUE"},
    }  # fmt: skip
    request: Request = ("cloudwatch", kind, {**params, **watched[kind]})
    assert code_of(Account(region="eu-north-1"), request) == expected


@pytest.mark.parametrize(("region", "expected"), [("eu-north-1", None), ("us-east-1", INVALID)])
def test_a_function_is_fed_in_its_own_region(region: str, expected: str | None) -> None:
    assert code_of(Account(region=region), MAPPING) == expected


URL: Request = ("lambda", "CreateFunctionUrlConfig", {"FunctionName": "fan", "AuthType": "NONE"})
BY_URL = {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"}
VIA_URL = {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True}


def permission(number: int, **more: Any) -> Request:
    given = {"FunctionName": "fan", "StatementId": f"s{number}", "Principal": "*", **more}
    return "lambda", "AddPermission", given


def test_a_url_is_of_a_function_that_is_there() -> None:
    assert code_of(Account(), URL) == "ResourceNotFoundException"
    assert code_of(Account(), role(), function(), URL) is None


@pytest.mark.parametrize(
    ("permissions", "lacking"),
    [
        ([BY_URL, VIA_URL], set()),
        ([BY_URL], {"lambda:InvokeFunction"}),
        ([VIA_URL], {"lambda:InvokeFunctionUrl"}),
        ([BY_URL, {"Action": "lambda:InvokeFunction"}], {"lambda:InvokeFunction"}),
        ([{**BY_URL, "Principal": "123456789012"}, VIA_URL], {"lambda:InvokeFunctionUrl"}),
    ],
)
def test_a_public_url_needs_two_permissions(
    permissions: list[dict[str, Any]], lacking: set[str]
) -> None:
    account = Account()
    asked = [permission(number, **each) for number, each in enumerate(permissions)]
    code_of(account, role(), function(), URL, *asked)
    assert account.shut_urls() == ({"fan": lacking} if lacking else {})


def reserving(number: int, name: str = "fan") -> Request:
    given = {"FunctionName": name, "ReservedConcurrentExecutions": number}
    return "lambda", "PutFunctionConcurrency", given


@pytest.mark.parametrize(
    ("quota", "number", "expected"),
    [
        (1_000, 900, None), (1_000, 901, INVALID), (105, 5, None), (104, 5, INVALID),
        (10, 1, INVALID), (50, 5, INVALID), (10, 0, None),
    ],
)  # fmt: skip
def test_a_hundred_are_left_to_the_others(quota: int, number: int, expected: str | None) -> None:
    made = (role(), function(), reserving(number))
    assert code_of(Account(concurrency=quota), *made) == expected


def test_what_functions_reserve_adds_up_and_is_given_back() -> None:
    account = Account(concurrency=200)
    service, operation, params = function()
    other: Request = (service, operation, params | {"FunctionName": "other"})
    given_back: Request = ("lambda", "DeleteFunctionConcurrency", {"FunctionName": "other"})
    assert code_of(account, role(), function(), other, reserving(60, "other")) is None
    assert code_of(account, reserving(41)) == INVALID
    assert code_of(account, reserving(40), reserving(30)) is None  # in its own place
    assert code_of(account, given_back, reserving(100)) is None


@pytest.mark.parametrize(
    "asked",
    [
        permission(1, **BY_URL), permission(1, Action="lambda:InvokeFunction"), reserving(1),
        ("lambda", "DeleteFunctionConcurrency", {"FunctionName": "fan"}),
    ],
)  # fmt: skip
def test_what_is_said_of_a_function_wants_it_there(asked: Request) -> None:
    assert code_of(Account(), asked) == "ResourceNotFoundException"
    assert code_of(Account(), role(), function(), asked) is None
