"""What was changed by hand is told once, with its mend, for each type and property of ours."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.session import Session

from fakes.expanded import expanded_file
from local.doctor.checks import by_hand
from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind
from local.doctor.looking import LOOKS
from local.doctor.looking.look import Look
from local.doctor.resources import Wanted, is_known, resources_of

ACCOUNT, REGION, STACK = "123456789012", "eu-north-1", "avatar-watch-prod"
STACK_ID = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/1"
# all that can be turned on at once
GIVEN = {
    "AvatarBucketNames": "avatars", "DistributionIds": "E1", "ApiLogGroupName": "/aws/api",
    "HealthEndpointsParameter": "/watch/endpoints", "ChatSecretsParameter": "/watch/chat",
    "OpsEmail": "ops@example.com", "OpsPhone": "+46701234567", "WatchedAlarmPrefix": "orders-",
    "TopicKey": "own", "MakeAccessLogBucket": "true", "RealtimeLogs": "true",
    "AccessLogQueries": "true", "ScalingLaunchTemplateId": "lt-12345678",
    "ScalingSubnetIds": "subnet-12345678",
}  # fmt: skip
TEMPLATE = expanded_file("template.yaml")
PARAMETERS = {
    name: str(each.get("Default", "")) for name, each in TEMPLATE["Parameters"].items()
} | GIVEN


def physical(logical: str, kind: str) -> str:
    """Return a name as CloudFormation gives it for this type."""
    named = {
        "AWS::SNS::Topic": f"arn:aws:sns:{REGION}:{ACCOUNT}:{logical}",
        "AWS::SNS::Subscription": f"arn:aws:sns:{REGION}:{ACCOUNT}:topic:{logical}",
        "AWS::SQS::Queue": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{logical}",
        "AWS::Lambda::LayerVersion": f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer:{logical}:1",
    }
    return named.get(kind, logical)


class Template:
    """CloudFormation, which knows the stack's template."""

    def get_template(self, **_: Any) -> dict[str, Any]:
        return {"TemplateBody": TEMPLATE}


def deployment(client: Any = Template()) -> Deployment:  # noqa: B008 - it has no state
    physicals = {
        logical: physical(logical, each["Type"]) for logical, each in TEMPLATE["Resources"].items()
    }
    return Deployment(
        STACK, REGION, "CREATE_COMPLETE", PARAMETERS, {}, physicals, lambda *_: client,
        stack_id=STACK_ID,
    )  # fmt: skip


RESOURCES = resources_of(deployment())
KINDS = sorted({each.kind for each in RESOURCES})
of_each_kind = pytest.mark.parametrize("kind", KINDS)


def of(kind: str) -> list[Wanted]:
    return [each for each in RESOURCES if each.kind == kind]


def as_asked(wanted: Wanted) -> dict[str, Any]:
    """Return what a reader finds of a resource that nobody has changed."""
    found = {**LOOKS[wanted.kind].unless, **wanted.properties}
    if isinstance(policies := found.get("Policies"), list):
        found["Policies"] = {each["PolicyName"]: each["PolicyDocument"] for each in policies}
    return found


def told(wanted: Wanted, found: Mapping[str, Any] | None) -> list[Finding]:
    return list(by_hand.told(by_hand.Seen(wanted, LOOKS[wanted.kind], found)))


def test_no_type_of_ours_is_left_out() -> None:
    assert {each["Type"] for each in TEMPLATE["Resources"].values()} == set(LOOKS)


def test_every_reference_is_known() -> None:
    unknown = [(each.logical, name) for each in RESOURCES for name, value in each.properties.items()
               if not is_known(value)]  # fmt: skip
    assert unknown == []


@of_each_kind
def test_what_is_as_the_template_has_it_is_not_told(kind: str) -> None:
    assert [finding for each in of(kind) for finding in told(each, as_asked(each))] == []


@of_each_kind
def test_what_is_gone_is_told_with_its_mend(kind: str) -> None:
    for wanted in of(kind):
        [found] = told(wanted, None)
        assert found.kind is Kind.MISTAKE
        assert wanted.logical in found.where or wanted.name in found.where
        assert "not there any more" in found.what
        assert_mends(found.mend)


@of_each_kind
def test_each_property_that_was_changed_is_told_with_its_mend(kind: str) -> None:
    look = LOOKS[kind]
    for wanted in of(kind):
        for name in sorted({**look.unless, **wanted.properties}.keys() - look.aside.keys()):
            found = as_asked(wanted)
            found[name] = another(found[name])
            findings = told(wanted, found)
            assert [name in each.what for each in findings] == [True], (wanted.logical, name)
            assert_mends(findings[0].mend)


def another(value: Any) -> Any:
    """Return a value that means something else, of the same kind."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case {"Statement": _}:
            return {"Version": "2012-10-17", "Statement": []}
        case dict() if value:
            first = next(iter(value))
            return value | {first: another(value[first])}
        case list() if value:
            return value[1:]
    return "somethingelse"


OPTIONS = {("sns", "notification-endpoint"): "endpoint"}  # --endpoint-url would be its beginning


def assert_mends(mend: str) -> None:
    """A mend leads to the runbook, to a console, or is commands that AWS' API has."""
    assert mend
    commands = re.split(r" && |, then ", mend[mend.find("aws ") :]) if "aws " in mend else []
    for command in commands:
        _, service, operation, *options = shlex.split(command)
        service = "s3" if service == "s3api" else service
        model = Session().get_service_model(service)
        [called] = [
            name for name in model.operation_names
            if xform_name(name).replace("_", "-") == operation
        ]  # fmt: skip
        shape = model.operation_model(called).input_shape
        assert shape
        members = {xform_name(name, "-"): name for name in shape.members}
        for option, value in zip(options, [*options[1:], ""], strict=True):
            if not option.startswith("--"):
                continue
            name = option.removeprefix("--")
            if name == "cli-input-json":
                assert json.loads(value).keys() <= shape.members.keys(), command
            else:
                assert OPTIONS.get((service, name), name) in members, (command, option)
    if not commands:
        assert "runbook.md#" in mend or "console" in mend, mend


class Refusing(Template):
    """AWS that answers each question about a resource with one error."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __getattr__(self, name: str) -> Any:
        raise ClientError({"Error": {"Code": self.code, "Message": "no"}}, name)


def test_what_may_not_be_read_is_said_once_for_each_kind() -> None:
    found = list(by_hand.changed_by_hand(deployment(Refusing("AccessDenied"))))
    assert {each.kind for each in found} == {Kind.UNASKED}
    assert len({each.where for each in found}) == len(found)


@pytest.mark.parametrize(
    ("gone", "silent"),
    [
        ("AlertsQueue", "AlertsQueuePolicy"),
        ("AlertsTopic", "AlertsTopicPolicy"),
        ("AlertsTopic", "AlertsSubscription"),
        ("AlarmFanoutFunction", "AlarmFanoutFunctionAlerts"),
        ("AlarmFanoutFunction", "AlarmFanoutFunctionEventInvokeConfig"),
        ("ReportsBucket", "ReportsBucketPolicy"),
        ("HealthPollingRole", "HealthPollingSettingsPolicy"),
    ],
)
def test_what_goes_with_another_is_not_told_besides(
    gone: str, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lost, told_of in (({gone, silent}, gone), ({silent}, silent)):

        def reading(
            _: Look, __: Deployment, wanted: Wanted, lost: set[str] = lost
        ) -> dict[str, Any] | None:
            return None if wanted.logical in lost else as_asked(wanted)

        monkeypatch.setattr(by_hand, "read", reading)
        [finding] = by_hand.changed_by_hand(deployment())
        assert finding.where.endswith(f" {told_of}")
