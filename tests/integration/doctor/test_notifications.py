"""What the doctor says of settings, Slack and routes, beside what it says on the emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest

from fakes.quick_moto import mock_aws
from local.doctor.checks import notifications, slack
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
    assert line.startswith("settings, document: is no JSON")


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


ALL = ["chat:write", "files:write", "channels:read", "groups:read"]
THERE = {"ok": True, "channel": {"is_archived": False, "is_member": True}}


def no(error: str) -> dict[str, Any]:
    return {"ok": False, "error": error}


def a_channel(**how: bool) -> dict[str, Any]:
    return {"ok": True, "channel": {"is_archived": False, "is_member": True} | how}


class Slack:
    """Slack's Web API (docs.slack.dev): auth.test, conversations.info and conversations.list."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        token: Any = None,
        info: Any = THERE,
        listed: Any = (),
        scopes: list[str] | None = ALL,
    ) -> None:
        self.answers = {
            "auth.test": token or {"ok": True}, "conversations.info": info,
            "conversations.list": {"ok": True, "channels": listed}
            if isinstance(listed, tuple) else listed,
        }  # fmt: skip
        self.scopes = scopes
        self.asked: list[tuple[str, Any]] = []
        monkeypatch.setattr(httpx, "post", self.post)

    def post(self, url: str, headers: Any, data: Any, timeout: float) -> httpx.Response:
        assert headers == {"Authorization": "Bearer xoxb-1"}
        assert timeout
        method = url.removeprefix("https://slack.example.com/api/")
        self.asked.append((method, data.get("channel")))
        scopes = {"x-oauth-scopes": ",".join(self.scopes)} if self.scopes is not None else {}
        return httpx.Response(200, json=self.answers[method], headers=scopes)


def by(**channels: str) -> dict[str, Any]:
    return {"slack": SLACK | {"channels": {"critical": "C12345678", "warning": "C12345678",
                                           "info": "C12345678"} | channels}}  # fmt: skip


def test_slack_is_asked_for_each_channel_once(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(json.dumps(by(info="C87654321")))
    asked = Slack(monkeypatch)
    assert told(slack.slack, deployment) == []
    assert asked.asked == [
        ("auth.test", None), ("conversations.info", "C12345678"),
        ("conversations.info", "C87654321"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "mend"),
    [("token_revoked", "take a new bot token"), ("invalid_auth", "take a new bot token"),
     ("missing_scope", "add chat:write"), ("ratelimited", "try again")],
)  # fmt: skip
def test_what_slack_says_of_the_token(
    error: str, mend: str, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(json.dumps(by()))
    Slack(monkeypatch, token=no(error))
    [line] = told(slack.slack, deployment)
    assert line.startswith(f"Slack: refuses the token: {error} → {mend}")


@pytest.mark.parametrize(
    ("info", "said", "mend"),
    [
        (no("channel_not_found"), "is not there, or is private", "make the channel"),
        (a_channel(is_archived=True), "is archived", "unarchive"),
        (a_channel(is_member=False), "does not have the bot in it", "invite the bot"),
        (a_channel(is_archived=True, is_member=False), "is archived", "unarchive"),
    ],
)
def test_a_channel_that_the_bot_may_not_post_into(
    info: Any, said: str, mend: str, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(json.dumps(by()))
    Slack(monkeypatch, info=info)
    [line] = told(slack.slack, deployment)
    assert line.startswith(f"Slack's channel C12345678: {said}")
    assert f"→ {mend}" in line


def test_channels_by_their_names_are_looked_up_in_the_list(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(json.dumps(by(critical="#there", warning="gone", info="#old")))
    listed = (
        {"name": "there", "is_archived": False, "is_member": True},
        {"name": "old", "is_archived": True, "is_member": True},
    )
    asked = Slack(monkeypatch, listed=listed)
    found = [line.split(":")[0] for line in told(slack.slack, deployment)]
    assert found == ["Slack's channel gone", "Slack's channel #old"]
    assert [method for method, _ in asked.asked] == ["auth.test", "conversations.list"]


def test_who_may_write_anywhere_public_needs_no_invitation(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(json.dumps(by()))
    may = [*ALL, "chat:write.public"]
    Slack(monkeypatch, info=a_channel(is_member=False), scopes=may)
    assert told(slack.slack, deployment) == []
    Slack(monkeypatch, info=a_channel(is_member=False, is_private=True), scopes=may)
    assert len(told(slack.slack, deployment)) == 1


@pytest.mark.parametrize("channel", ["C12345678", "#by-name"])
def test_channels_that_the_token_may_not_read_are_said_to_be_unasked(
    channel: str, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(json.dumps(by(critical=channel)))
    Slack(monkeypatch, info=no("missing_scope"), listed=no("missing_scope"))
    [found] = slack.slack(deployment)
    assert found.kind is Kind.NOTE
    assert "channels:read" in found.mend


def test_a_scope_that_is_lacking(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    write(json.dumps(by()))
    Slack(monkeypatch, scopes=["chat:write"])
    [line] = told(slack.slack, deployment)
    assert line.startswith("Slack: the token lacks files:write → add files:write")


def test_slack_that_does_not_answer_is_not_asked(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(json.dumps({"slack": SLACK}))

    def post(*_: Any, **__: Any) -> httpx.Response:
        raise httpx.ConnectError("no route")

    monkeypatch.setattr(httpx, "post", post)
    [found] = slack.slack(deployment)
    assert found.kind is Kind.UNASKED


def test_several_mistakes_are_each_told_with_the_nearest_right_name(
    deployment: Deployment,
) -> None:
    document = {
        "slack": {
            "bot_tokn": "xoxb-1", "channels": {"critcal": "C1", "warning": "C2", "info": "C3"},
        },
        "pagerduty": {"routingkey": "d" * 32},
        "routes": [{"alarms": "Storage*", "channels": ["slak"], "severity": "crit"}],
    }  # fmt: skip
    write(json.dumps(document))
    found = {
        each.where.removeprefix("settings, "): each.mend
        for each in notifications.settings(deployment)
    }
    assert found == {
        "slack.bot_tokn": "did you mean bot_token?",
        "slack.channels.critcal": "did you mean critical?",
        "pagerduty.routingkey": "did you mean routing_key?",
        "routes.0.channels.0": "did you mean slack?",
        "routes.0.severity": "did you mean critical?",
    }


def test_what_is_told_in_clear(deployment: Deployment) -> None:
    teams = {"webhook_url": "http://teams.example.com/hook?sig=s3cret"}
    write(json.dumps({"slack": SLACK, "teams": teams}))
    [line] = told(notifications.settings, deployment)
    assert line.startswith("settings, teams.webhook_url: is no https address")
    assert "s3cret" not in line


def test_an_inbox_on_this_machine_is_not_in_clear(deployment: Deployment) -> None:
    write(json.dumps({"slack": SLACK | {"api_url": "http://127.0.0.1:8025/slack/api/"}}))
    assert told(notifications.settings, deployment) == []


def test_what_can_be_read_and_does_not_do_what_it_says(deployment: Deployment) -> None:
    routes = [{"alarms": "Storage*", "channels": ["teams"], "escalate_minutes": 15}]
    write(json.dumps({"slack": SLACK, "routes": routes}))
    found = told(notifications.settings, deployment)
    assert [line.split(":")[0] for line in found] == [
        "settings, routes.0.channels", "settings, routes.0.escalate_minutes",
    ]  # fmt: skip
    assert "ChatSecretsParameter" in found[1].split(" → ")[1]


def test_a_route_that_tells_nobody(deployment: Deployment) -> None:
    routes = [{"alarms": "Storage*", "channels": []}, {"alarms": "Report", "channels": []}]
    write(json.dumps({"slack": SLACK, "routes": routes}))
    mistake, note = notifications.routes(deployment)
    assert (mistake.kind, note.kind) == (Kind.MISTAKE, Kind.NOTE)
    assert "StorageCritical" in mistake.what


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
