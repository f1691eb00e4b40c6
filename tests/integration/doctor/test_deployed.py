"""How a stack stands, who else is there, and what its parameters and mutes are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from rich.console import Console

from avatarwatch.maintenance import LONGEST
from avatarwatch.mutes import PARTITION, Mute
from avatarwatch.state_table.codec import encode
from avatarwatch.state_table.documents import written
from local.doctor.__main__ import doctor
from local.doctor.checks import dependencies, deployer, muted, people, schedules
from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind
from local.doctor.verify import verify

REGION = "eu-north-1"


@pytest.fixture(autouse=True)
def _aws() -> Iterator[None]:
    with mock_aws():
        yield


def deployment(
    status: str = "CREATE_COMPLETE", client: Any = None, outputs: Any = None, **given: Any
) -> Deployment:
    role, failed = given.pop("role", ""), given.pop("failed", {})
    make: Any = boto3.client
    return Deployment(
        "avatar-watch-prod", REGION, status, {"SystemName": "patient", **given},
        {"AlertsTopicArn": "arn:aws:sns:eu-north-1:123456789012:t", **(outputs or {})}, {},
        client or (lambda service, region: make(service, region_name=region)), "", role, failed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "mend"),
    [
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name avatar-watch-prod"),
        ("UPDATE_ROLLBACK_COMPLETE", "describe-stack-events --stack-name avatar-watch-prod"),
        ("ROLLBACK_COMPLETE", "make delete"),
        ("ROLLBACK_FAILED", "make delete"),
        ("CREATE_FAILED", "make delete"),
        ("DELETE_FAILED", "delete-stack --stack-name avatar-watch-prod"),
    ],
)
def test_how_the_last_deployment_ended(status: str, mend: str) -> None:
    [found] = schedules.stack(deployment(status))
    assert (found.kind, found.where) == (Kind.MISTAKE, "stack")
    assert status in found.what
    assert mend in found.mend


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_IN_PROGRESS"])
def test_a_stack_that_was_never_whole_is_told_of_and_nothing_of_it_is_asked(status: str) -> None:
    """Nor has it outputs, which every other check looks into."""
    nobody = Simulator("arn:aws:iam::123456789012:root")
    never = replace(deployment(status, client=nobody), outputs={})
    console = Console(file=StringIO(), width=200, record=True)
    assert doctor(never, console) == (0 if status.endswith("_IN_PROGRESS") else 1)
    assert verify(never, console) == 0
    told = console.export_text()
    assert f"stack: is in {status}" in told
    assert ("make delete" in told) != status.endswith("_IN_PROGRESS")
    assert "there is nothing to ask yet" in told


def test_what_kept_a_rollback_from_its_end_is_named_with_why() -> None:
    failed = {"StateTable": "it is being used"}
    [found] = schedules.stack(deployment("UPDATE_ROLLBACK_FAILED", failed=failed))
    assert "StateTable: it is being used" in found.what
    assert "--resources-to-skip StateTable" in found.mend


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"])
def test_a_stack_that_ended_well(status: str) -> None:
    assert list(schedules.stack(deployment(status))) == []


def test_a_deployment_that_goes_on_is_only_noted() -> None:
    [found] = schedules.stack(deployment("UPDATE_IN_PROGRESS"))
    assert found.kind is Kind.NOTE


class Stacks:
    """CloudFormation with stacks: each one's name, status and parameters."""

    def __init__(self, *stacks: tuple[str, str, dict[str, str]]) -> None:
        self.stacks = stacks

    def __call__(self, *_: str) -> Stacks:
        return self

    def get_paginator(self, name: str) -> Stacks:
        assert name == "describe_stacks"
        return self

    def paginate(self) -> list[dict[str, Any]]:
        return [{"Stacks": [
            {"StackName": name, "StackStatus": status, "Parameters": [
                {"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]}
            for name, status, given in self.stacks]}]  # fmt: skip


def test_two_systems_with_one_namespace() -> None:
    same, other = {"SystemName": "a", "MetricNamespace": "N"}, {"MetricNamespace": "N"}
    stacks = Stacks(
        ("avatar-watch-prod", "CREATE_COMPLETE", same),
        ("avatar-watch-twin", "UPDATE_COMPLETE", same),
        ("gone", "DELETE_COMPLETE", same),
        ("apart", "CREATE_COMPLETE", same | {"MetricNamespace": "M"}),
        ("of-others", "CREATE_COMPLETE", other),
    )
    [found] = schedules.twins(deployment(client=stacks, MetricNamespace="N"))
    assert "avatar-watch-twin" in found.what
    assert "MetricNamespace" in found.mend


class Named:
    """AWS that knows some names, and says of others that there are none, each service its way."""

    def __init__(self, *there: str) -> None:
        self.there = there

    def __call__(self, *_: str) -> Named:
        return self

    def describe_db_instances(self, DBInstanceIdentifier: str) -> Any:  # noqa: N803
        return self._answer(DBInstanceIdentifier, "DBInstances", "DBInstanceNotFound")

    def describe_cache_clusters(self, CacheClusterId: str) -> Any:  # noqa: N803
        return self._answer(CacheClusterId, "CacheClusters", "CacheClusterNotFound")

    def get_queue_url(self, QueueName: str) -> Any:  # noqa: N803
        code = "AWS.SimpleQueueService.NonExistentQueue"
        return self._answer(QueueName, "QueueUrl", code)

    def describe_auto_scaling_groups(self, AutoScalingGroupNames: list[str]) -> Any:  # noqa: N803
        return {"AutoScalingGroups": [n for n in AutoScalingGroupNames if n in self.there]}

    def _answer(self, name: str, key: str, code: str) -> Any:
        if name not in self.there:
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, "Describe")
        return {key: [name]}


def test_what_parameters_name_is_looked_for() -> None:
    given = {
        "DatabaseInstanceIds": "db,db-gone", "CacheClusterIds": "cache,cache-gone",
        "WorkerQueueNames": "jobs, jobs-gone", "ScalingGroupName": "group-gone",
    }  # fmt: skip
    asked = deployment(client=Named("db", "cache", "jobs"), **given)
    found = {each.where: each.mend for each in dependencies.dependencies(asked)}
    assert list(found) == [
        "database db-gone", "cache cache-gone", "queue jobs-gone", "scaling group group-gone",
    ]  # fmt: skip
    assert all(parameter in mend for parameter, mend in zip(given, found.values(), strict=True))


NOW = datetime.now(UTC)
DAY, WEEK = timedelta(days=1), timedelta(minutes=LONGEST)


def mute(alarms: str, left: timedelta, window: str = "") -> Mute:
    return Mute(alarms, "by hand", NOW - DAY, NOW + left, window=window)


@pytest.mark.parametrize(
    ("mute", "kind", "mend"),
    [
        (mute("*", timedelta(hours=1)), Kind.NOTE, "make unmute ENV=prod ALARMS='*'"),
        (mute("*", 2 * DAY), Kind.MISTAKE, "make unmute ENV=prod ALARMS='*'"),
        (mute("Storage*", 2 * DAY), Kind.NOTE, "ALARMS='Storage*'"),
        (mute("Storage*", WEEK + DAY), Kind.MISTAKE, "ALARMS='Storage*'"),
        (mute("patient-*", 2 * DAY, "move"), Kind.MISTAKE, "make cancel ENV=prod MAINTENANCE='mo"),
        (mute("*", -timedelta(minutes=1)), None, ""),
    ],
)
def test_what_holds_alerts_back(mute: Mute, kind: Kind | None, mend: str) -> None:
    keys: Any = [{"AttributeName": n, "KeyType": t} for n, t in (("pk", "HASH"), ("sk", "RANGE"))]
    client = boto3.client("dynamodb", REGION)
    client.create_table(
        TableName="state", KeySchema=keys, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
    )  # fmt: skip
    client.put_item(
        TableName="state",
        Item={"pk": {"S": PARTITION}, "sk": {"S": mute.key}, "version": {"N": "1"},
              "body": {"S": written(encode(mute))}},
    )  # fmt: skip
    found = list(muted.mutes(deployment(outputs={"StateTableName": "state"})))
    assert [each.kind for each in found] == ([kind] if kind else [])
    assert all(mend in each.mend for each in found)


def test_a_table_that_is_gone_is_told_elsewhere() -> None:
    assert list(muted.mutes(deployment(outputs={"StateTableName": "gone"}))) == []


class Simulator:
    """IAM's simulator, by which nobody may do some things."""

    def __init__(self, arn: str, *denied: str) -> None:
        self.arn, self.denied = arn, denied

    def __call__(self, *_: str) -> Simulator:
        return self

    def get_caller_identity(self) -> dict[str, str]:
        return {"Arn": self.arn}

    def get_role(self, RoleName: str) -> Any:  # noqa: N803
        return {"Role": {"Arn": f"arn:aws:iam::123456789012:role/path/{RoleName}"}}

    def get_paginator(self, name: str) -> Simulator:
        assert name == "simulate_principal_policy"
        return self

    def paginate(self, PolicySourceArn: str, ActionNames: list[str]) -> Any:  # noqa: N803
        assert PolicySourceArn.startswith("arn:aws:iam::")
        for each in ActionNames:
            assert "*" not in each, "IAM's simulator takes no family of actions"
            said = "implicitDeny" if each in self.denied or "*" in self.denied else "allowed"
            yield {"EvaluationResults": [{"EvalActionName": each, "EvalDecision": said}]}


ASSUMED = "arn:aws:sts::123456789012:assumed-role/deployer/me"
ROLE = "arn:aws:iam::123456789012:role/deployer"


@pytest.mark.parametrize(
    ("role", "simulator", "kinds"),
    [
        ("", Simulator(ASSUMED), []),
        ("", Simulator(ASSUMED, "sqs:CreateQueue"), [Kind.NOTE]),
        ("", Simulator(ASSUMED, "*"), []),  # who may only look is no deployer
        ("", Simulator("arn:aws:iam::123456789012:root", "*"), []),
        (ROLE, Simulator(ASSUMED), []),
        (ROLE, Simulator(ASSUMED, "sqs:CreateQueue"), [Kind.MISTAKE]),
        (ROLE, Simulator(ASSUMED, "*"), [Kind.MISTAKE]),
    ],
)
def test_what_who_deploys_lacks(role: str, simulator: Simulator, kinds: list[Kind]) -> None:
    found = list(deployer.deploying_role(deployment(client=simulator, role=role)))
    assert [each.kind for each in found] == kinds
    for each in found:
        assert each.where == "role deployer"
        assert "*" in simulator.denied or "sqs:CreateQueue" in each.what
        assert "deployer-policy.json" in each.mend


def listeners(email: str, *subscribed: tuple[str, str]) -> list[Finding]:
    sns = boto3.client("sns", REGION)
    mail = sns.create_topic(Name="mail")["TopicArn"]
    text = sns.create_topic(Name="text")["TopicArn"]
    for protocol, endpoint in subscribed:
        sns.subscribe(TopicArn=mail, Protocol=protocol, Endpoint=endpoint)
    outputs = {"EmailTopicArn": mail, "SmsTopicArn": text}
    return list(people.subscriptions(deployment(outputs=outputs, OpsEmail=email, OpsPhone="")))


def test_who_listens_to_a_topic() -> None:
    kinds = [(each.kind, each.where) for each in listeners("", ("email", "ops@example.com"))]
    assert kinds == [(Kind.NOTE, "SMS")]


def test_a_topic_of_nobodys() -> None:
    [nobody, _] = listeners("")
    assert (nobody.kind, nobody.where) == (Kind.MISTAKE, "e-mail")


def test_somebody_elses_address_is_told_of() -> None:
    told = listeners("ops@example.com", ("email", "ops@example.com"), ("email", "x@example.org"))
    assert [each.kind for each in told] == [Kind.NOTE, Kind.NOTE]
    assert "x@example.org" in told[0].what
    assert "sns unsubscribe" in told[0].mend
