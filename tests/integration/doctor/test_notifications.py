"""What the doctor says of settings, Slack and routes, beside what it says on the emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest

from fakes.quick_moto import mock_aws
from local.doctor.checks import notifications
from local.doctor.deployment import Deployment
from local.doctor.finding import Check, Kind

NAME = "/patient/notifications"
SLACK = {
    "bot_token": "xoxb-1",
    "channels": {"critical": "C1", "warning": "C2", "info": "C3"},
    "api_url": "https://slack.example.com/api/",
}


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    with mock_aws():
        client: Any = boto3.client
        yield Deployment(
            "stack", "eu-north-1", "CREATE_COMPLETE",
            {"SystemName": "patient", "NotificationSettingsParameter": NAME}, {}, {},
            lambda service, region: client(service, region_name=region),
        )  # fmt: skip


def told(check: Check, deployment: Deployment) -> list[str]:
    return [f"{each.where}: {each.what} → {each.mend}" for each in check(deployment)]


def write(text: str, kind: Any = "SecureString") -> None:
    boto3.client("ssm").put_parameter(Name=NAME, Value=text, Type=kind)


def test_settings_that_are_not_there(deployment: Deployment) -> None:
    [line] = told(notifications.settings, deployment)
    assert line.startswith(f"settings: there is no SSM parameter {NAME}: Slack is not told → write")


def test_settings_in_clear(deployment: Deployment) -> None:
    write(json.dumps({"slack": SLACK}), "String")
    [line] = told(notifications.settings, deployment)
    assert line.startswith(f"settings: {NAME} is a String: the tokens stand in clear → delete")


def test_a_document_that_is_no_json(deployment: Deployment) -> None:
    write("{'slack': 1}")
    [line] = told(notifications.settings, deployment)
    assert line.startswith("settings, document: Invalid JSON")


def test_settings_that_name_nobody_are_noted(deployment: Deployment) -> None:
    write("{}")
    [found] = notifications.settings(deployment)
    assert found.kind is Kind.NOTE


@pytest.mark.parametrize(
    ("place", "meant"),
    [
        ("slack.channels.critcal", "did you mean critical?"),
        ("pagerduty.routingkey", "did you mean routing_key?"),
        ("routes.3.remind_minute", "did you mean remind_minutes?"),
        ("slack.channels.info", ""),  # spelt right, and wrong in another way
        ("slack.zzz", ""),
    ],
)
def test_the_nearest_right_name(place: str, meant: str) -> None:
    assert notifications.nearest(place) == meant


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"ok": True}, []),
        ({"ok": False, "error": "token_revoked"}, ["Slack: refuses the token: token_revoked"]),
    ],
)
def test_what_slack_says_of_the_token(
    answer: Any, expected: list[str], deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(json.dumps({"slack": SLACK}))
    asked: list[str] = []

    def post(url: str, headers: Any, timeout: float) -> httpx.Response:
        assert headers == {"Authorization": "Bearer xoxb-1"}
        assert timeout
        asked.append(url)
        return httpx.Response(
            200, json=answer, headers={"x-oauth-scopes": "chat:write,files:write"}
        )

    monkeypatch.setattr(httpx, "post", post)
    found = told(notifications.slack, deployment)
    assert asked == ["https://slack.example.com/api/auth.test"]
    assert [line.split(" → ")[0] for line in found] == expected


def test_a_scope_that_is_lacking(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    write(json.dumps({"slack": SLACK}))
    answer = httpx.Response(200, json={"ok": True}, headers={"x-oauth-scopes": "chat:write"})
    monkeypatch.setattr(httpx, "post", lambda *_, **__: answer)
    [line] = told(notifications.slack, deployment)
    assert line.startswith("Slack: the token lacks files:write → add files:write")


def test_slack_that_does_not_answer_is_not_asked(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(json.dumps({"slack": SLACK}))

    def post(*_: Any, **__: Any) -> httpx.Response:
        raise httpx.ConnectError("no route")

    monkeypatch.setattr(httpx, "post", post)
    [found] = notifications.slack(deployment)
    assert found.kind is Kind.UNASKED


def test_routes_that_no_alert_takes(deployment: Deployment) -> None:
    routes = [
        {"alarms": "Storage*", "severity": "info"},
        {"alarms": "patient-StorageCritical", "severity": "critical"},  # taken by the one before
        {"alarms": "EndpontDown", "severity": "info"},
        {"alarms": "orders-*", "severity": "info"},  # another team's
    ]
    write(json.dumps({"slack": SLACK, "routes": routes}))
    found = told(notifications.routes, deployment)
    assert [line.split(":")[0] for line in found] == ["settings, routes.1", "settings, routes.2"]
    assert found[1].endswith("did you mean EndpointDown?")
