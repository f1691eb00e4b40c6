"""What the doctor says of answers from the chat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from fakes import chat as fake
from local.doctor.checks import chat
from local.doctor.deployment import Deployment

NAME, SETTINGS = "/patient/chat", "/patient/notifications"
URL = "https://abc123.lambda-url.eu-north-1.on.aws/"


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    with mock_aws():
        client: Any = boto3.client
        given = {"ChatSecretsParameter": NAME, "NotificationSettingsParameter": SETTINGS}
        yield Deployment(
            "stack", "eu-north-1", "CREATE_COMPLETE", given, {"ChatActionsUrl": URL}, {},
            lambda service, region: client(service, region_name=region),
        )  # fmt: skip


def told(deployment: Deployment) -> list[str]:
    return [f"{each.where}: {each.what} → {each.mend}" for each in chat.answers(deployment)]


def write(name: str, document: Any, kind: Any = "SecureString") -> None:
    boto3.client("ssm").put_parameter(Name=name, Value=json.dumps(document), Type=kind)


def test_what_is_well_or_not_turned_on_is_not_told(deployment: Deployment) -> None:
    write(NAME, fake.SECRETS)
    assert told(deployment) == []
    assert told(replace(deployment, parameters={}, outputs={})) == []


def test_secrets_that_are_not_there(deployment: Deployment) -> None:
    [line] = told(deployment)
    assert line.startswith(f"answers: there is no SSM parameter {NAME}: nobody is believed → write")


def test_secrets_in_clear_and_wrong_ones(deployment: Deployment) -> None:
    write(NAME, {"slack_signing_secret": "short"}, "String")
    clear, wrong = told(deployment)
    assert "is a String: the secrets stand in clear" in clear
    assert "slack_signing_secret has fewer than 16 characters" in wrong


def test_an_address_of_another_form(deployment: Deployment) -> None:
    write(NAME, fake.SECRETS)
    [line] = told(replace(deployment, outputs={"ChatActionsUrl": "http://localhost/"}))
    assert "the address 'http://localhost/' is no function URL" in line


def test_a_webhook_shows_no_buttons(deployment: Deployment) -> None:
    write(NAME, fake.SECRETS)
    write(SETTINGS, {"slack": {"webhook_url": "https://hooks.slack.com/services/x"}})
    [line] = told(deployment)
    assert "an incoming webhook, which shows no buttons" in line
