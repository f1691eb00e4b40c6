"""What the doctor says of SMS: the sandbox and the money, which no emulator knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from local.doctor.checks import examine, people
from local.doctor.deployment import Deployment, NoDeploymentError, deployment_of
from local.doctor.finding import Kind

NUMBER = "+46701234567"


@pytest.fixture
def sns() -> Iterator[tuple[Any, Stubber]]:
    client: Any = boto3.client("sns")
    with Stubber(client) as stubber:
        yield client, stubber


def deployment(client: Any, parameters: Mapping[str, str]) -> Deployment:
    return Deployment(
        "stack", "eu-north-1", "CREATE_COMPLETE", parameters, {}, {}, lambda *_: client
    )


def answer(stubber: Stubber, limit: str, verified: list[str] | None) -> None:
    stubber.add_response("get_sms_sandbox_account_status", {"IsInSandbox": verified is not None})
    if verified is not None:
        numbers = [{"PhoneNumber": each, "Status": "Verified"} for each in verified]
        numbers.append({"PhoneNumber": NUMBER, "Status": "Pending"})
        stubber.add_response("list_sms_sandbox_phone_numbers", {"PhoneNumbers": numbers})
    stubber.add_response("get_sms_attributes", {"attributes": {"MonthlySpendLimit": limit}})


@pytest.mark.parametrize(
    ("limit", "verified", "kinds"),
    [
        ("20", None, []),
        ("20", [NUMBER], []),
        ("20", ["+46700000000"], [Kind.MISTAKE]),
        ("1", None, [Kind.NOTE]),
        ("1", [], [Kind.MISTAKE, Kind.NOTE]),
    ],
)
def test_whether_an_sms_would_arrive(
    sns: tuple[Any, Stubber], limit: str, verified: list[str] | None, kinds: list[Kind]
) -> None:
    client, stubber = sns
    answer(stubber, limit, verified)
    found = list(people.sms(deployment(client, {"OpsPhone": NUMBER})))
    assert [each.kind for each in found] == kinds
    assert all(each.mend for each in found)
    stubber.assert_no_pending_responses()


def test_nobody_is_asked_about_without_a_number(sns: tuple[Any, Stubber]) -> None:
    assert not list(people.sms(deployment(sns[0], {"OpsPhone": ""})))


def test_a_refused_question_is_said_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = boto3.client("sns")
    with Stubber(client) as stubber:
        stubber.add_client_error("get_sms_sandbox_account_status", "AuthorizationError", "no", 403)
        monkeypatch.setattr("local.doctor.checks.CHECKS", (people.sms, people.sms))
        stubber.add_client_error("get_sms_sandbox_account_status", "AuthorizationError", "no", 403)
        whole = {"SmsTopicArn": "arn:aws:sns:eu-north-1:123456789012:sms"}
        found = examine(replace(deployment(client, {"OpsPhone": NUMBER}), outputs=whole))
    assert [each.kind for each in found] == [Kind.UNASKED, Kind.UNASKED]
    assert found[0].where == "people, sms"


def test_an_environment_that_is_none() -> None:
    with pytest.raises(NoDeploymentError, match="ENV is one of local, dev, prod, not 'test'"):
        deployment_of("test")


def test_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(NoDeploymentError, match="no region"):
        deployment_of("dev")


def test_nothing_that_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.running.Running.load", lambda: None)
    with pytest.raises(NoDeploymentError, match="`make up`"):
        deployment_of("local")
