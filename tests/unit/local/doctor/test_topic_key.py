"""A key of one's own: there, enabled, and open to who publishes to the topics."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import boto3
import pytest

from fakes.quick_moto import mock_aws
from local.doctor.checks.keys import topic_key
from local.doctor.deployment import Deployment
from local.doctor.finding import Kind

REGION, ACCOUNT = "eu-north-1", "123456789012"
SERVICES = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com", "costalerts.amazonaws.com"]
ROOT = {
    "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*", "Resource": "*",
}  # fmt: skip


def allowing(services: Any, actions: Any, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    principal = "*" if services == "*" else {"Service": services}
    return {"Effect": effect, "Principal": principal, "Action": actions, "Resource": "*", **more}


BOTH = ["kms:Decrypt", "kms:GenerateDataKey*"]
OPEN = allowing(SERVICES, BOTH)


@pytest.fixture
def _aws() -> Iterator[None]:
    with mock_aws():
        yield


def deployed(key: str) -> Deployment:
    sns = boto3.client("sns", REGION)
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    publish = {
        "Effect": "Allow", "Principal": {"Service": SERVICES}, "Action": "sns:Publish",
        "Resource": topic,
    }  # fmt: skip
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy(publish))
    return Deployment(
        "s", REGION, "CREATE_COMPLETE", {"TopicKey": key}, {"AlertsTopicArn": topic}, {},
        partial(boto3.client),
    )  # fmt: skip


def policy(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def key(*statements: Any, spec: Any = "SYMMETRIC_DEFAULT") -> str:
    usage: Any = "ENCRYPT_DECRYPT" if spec in {"SYMMETRIC_DEFAULT", "RSA_2048"} else "SIGN_VERIFY"
    made = boto3.client("kms", REGION).create_key(
        Policy=policy(ROOT, *statements),
        KeySpec=spec,
        KeyUsage=usage,
    )
    return str(made["KeyMetadata"]["KeyId"])


def found(name: str) -> list[tuple[Kind, str, str]]:
    return [(each.kind, each.what, each.mend) for each in topic_key(deployed(name))]


@pytest.mark.usefixtures("_aws")
@pytest.mark.parametrize("given", ["none", "own"])
def test_what_the_template_makes_is_not_asked(given: str) -> None:
    assert found(given) == []


@pytest.mark.usefixtures("_aws")
@pytest.mark.parametrize(
    "statements",
    [
        [OPEN],
        [allowing(SERVICES, "kms:*")],
        [allowing(SERVICES, "kms:Decrypt"), allowing(SERVICES, "KMS:generatedatakey*")],
        [allowing(SERVICES, BOTH, Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}})],
        [allowing("*", BOTH)],
    ],
)
def test_a_key_that_lets_them_in_is_well(statements: list[Any]) -> None:
    assert found(key(*statements)) == []


@pytest.mark.usefixtures("_aws")
@pytest.mark.parametrize(
    "statements",
    [
        [],
        [allowing(SERVICES, "kms:Decrypt")],
        [allowing(SERVICES, "kms:GenerateDataKey*")],
        [allowing(SERVICES[1:], BOTH), allowing("events.amazonaws.com", BOTH)],
        [OPEN, allowing(SERVICES[0], "kms:Decrypt", "Deny")],
        [allowing("*", BOTH, Condition={"StringEquals": {"kms:CallerAccount": ACCOUNT}})],
    ],
)
def test_a_key_that_locks_alarms_out_is_named_with_its_mend(statements: list[Any]) -> None:
    mistakes = [each for each in found(key(*statements)) if each[0] is Kind.MISTAKE]
    [(_, what, mend)] = mistakes
    assert "cloudwatch.amazonaws.com" in what
    assert "put-key-policy" in mend


@pytest.mark.usefixtures("_aws")
def test_who_tells_costs_elsewhere_may_be_locked_out() -> None:
    told = found(key(allowing(SERVICES[0], BOTH)))
    assert [kind for kind, *_ in told] == [Kind.NOTE, Kind.NOTE]
    assert {what.split()[1] for _, what, _ in told} == set(SERVICES[1:])


@pytest.mark.usefixtures("_aws")
def test_a_key_that_is_not_there_or_not_enabled() -> None:
    [(kind, what, mend)] = found("0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f")
    assert (kind, "no such key" in what, "list-keys" in mend) == (Kind.MISTAKE, True, True)
    name = key(OPEN)
    boto3.client("kms", REGION).disable_key(KeyId=name)
    [(kind, what, mend)] = found(name)
    assert (kind, "Disabled" in what, "enable-key" in mend) == (Kind.MISTAKE, True, True)
    boto3.client("kms", REGION).schedule_key_deletion(KeyId=name, PendingWindowInDays=7)
    [(_, what, mend)] = found(name)
    assert "PendingDeletion" in what
    assert "cancel-key-deletion" in mend


@pytest.mark.usefixtures("_aws")
def test_a_key_of_another_kind() -> None:
    [(kind, what, _)] = found(key(OPEN, spec="RSA_2048"))
    assert (kind, "RSA_2048" in what) == (Kind.MISTAKE, True)
