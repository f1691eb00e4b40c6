"""What the doctor says of answers from the chat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest

from fakes import chat as fake
from fakes.quick_moto import mock_aws
from local.doctor.checks import chat
from local.doctor.deployment import Deployment

NAME, SETTINGS = "/patient/chat", "/patient/notifications"
FUNCTION = "answers-1A2B"


class _Addresses:
    """Lambda, as it is asked for a function's address; ``url`` None is a function without one."""

    class exceptions:  # noqa: N801 - as a client names them
        class ResourceNotFoundException(Exception):  # noqa: N818 - as AWS names it
            pass

    def __init__(self, url: str | None) -> None:
        self.url = url

    def get_function_url_config(self, **asked: str) -> dict[str, str]:
        assert asked == {"FunctionName": FUNCTION}
        if self.url is None:
            raise self.exceptions.ResourceNotFoundException
        return {"FunctionUrl": self.url}


def reached_at(deployment: Deployment, url: str | None) -> Deployment:
    def client(service: str, region: str) -> Any:
        return _Addresses(url) if service == "lambda" else deployment.client_in(service, region)

    return replace(deployment, client_in=client)


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    with mock_aws():
        client: Any = boto3.client
        given = {"ChatSecretsParameter": NAME, "NotificationSettingsParameter": SETTINGS}
        made = Deployment(
            "stack", "eu-north-1", "CREATE_COMPLETE", given, {"ChatActionsFunction": FUNCTION}, {},
            lambda service, region: client(service, region_name=region),
        )  # fmt: skip
        yield reached_at(made, "https://abc123.lambda-url.eu-north-1.on.aws/")


def told(deployment: Deployment) -> list[str]:
    return [f"{each.where}: {each.what} → {each.mend}" for each in chat.answers(deployment)]


def write(name: str, document: Any, kind: Any = "SecureString") -> None:
    boto3.client("ssm").put_parameter(Name=name, Value=json.dumps(document), Type=kind)


def test_on_this_machine_the_address_is_none_of_lambdas(deployment: Deployment) -> None:
    write(NAME, fake.SECRETS)
    without = reached_at(deployment, None)
    assert len(told(without)) == 1
    given = {**deployment.parameters, "Emulated": "true"}
    assert told(replace(without, parameters=given)) == []


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
    [line] = told(reached_at(deployment, "http://localhost/"))
    assert "the address 'http://localhost/' is no function URL" in line


def test_a_function_without_an_address(deployment: Deployment) -> None:
    write(NAME, fake.SECRETS)
    [line] = told(reached_at(deployment, None))
    assert "no answer can arrive → deploy chat-url.yaml with ChatActionsFunction=answers" in line


def test_a_webhook_shows_no_buttons(deployment: Deployment) -> None:
    write(NAME, fake.SECRETS)
    write(SETTINGS, {"slack": {"webhook_url": "https://hooks.slack.com/services/x"}})
    [line] = told(deployment)
    assert "an incoming webhook, which shows no buttons" in line
