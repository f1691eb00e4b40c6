"""Slack's interactivity as the inbox plays it: what is sent, signed how, and what may come back."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from fakes import chat
from local.function_url import FunctionUrl
from local.inbox import interactivity
from local.inbox.client import InboxClient, InboxClientError
from local.inbox.models import SlackMessage
from local.inbox.server import InboxServer

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BUTTON = {
    "type": "button", "action_id": "answer:acknowledge", "value": "1.000|key",
    "text": {"type": "plain_text", "text": "Acknowledge"},
}  # fmt: skip
MENU = {
    "type": "static_select", "action_id": "rows:acknowledge",
    "placeholder": {"type": "plain_text", "text": "Acknowledge …"},
    "options": [{"text": {"type": "plain_text", "text": f"row {n}"}, "value": f"1.000|{n}"}
                for n in range(3)],
}  # fmt: skip


@dataclass(slots=True)
class App:
    """An app that keeps what it is asked, and answers with a status."""

    status: int = 200
    delay: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        """Keep a request."""
        self.asked.append(event)
        time.sleep(self.delay)
        return {"statusCode": self.status, "body": ""}

    @property
    def body(self) -> bytes:
        """The last body, as it was signed."""
        return base64.b64decode(self.asked[-1]["body"])

    @property
    def payload(self) -> dict[str, Any]:
        """The last payload."""
        found: dict[str, Any] = json.loads(parse_qs(self.body.decode())["payload"][0])
        return found


@pytest.fixture
def app(inbox: InboxClient) -> Iterator[App]:
    made = App()
    with FunctionUrl(made) as url:
        inbox.set_app(f"{url.url}/slack", SECRET)
        yield made


@pytest.fixture
def message(inbox: InboxClient) -> SlackMessage:
    slack = WebClient("xoxb-test", base_url=f"{inbox.url}/slack/api/")
    attachment = {"color": "#d72b3f", "blocks": [{"type": "actions", "elements": [BUTTON, MENU]}]}
    slack.chat_postMessage(channel="#critical", text="rings", attachments=[attachment])
    return inbox.slack("#critical")[-1]


def press(inbox: InboxClient, message: SlackMessage, user: str = "anna") -> None:
    inbox.press(message, BUTTON["action_id"], BUTTON["value"], user)  # type: ignore[arg-type]


def test_a_press_is_signed_as_slack_signs(
    inbox: InboxClient, app: App, message: SlackMessage
) -> None:
    press(inbox, message, "Ann Ö <script>")
    [event] = app.asked
    assert event["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert SignatureVerifier(SECRET).is_valid_request(app.body, event["headers"])
    assert not SignatureVerifier("another").is_valid_request(app.body, event["headers"])
    assert app.payload["user"]["name"] == "Ann Ö <script>"


@pytest.mark.parametrize("kind", ["button", "menu"])
def test_its_payload_is_the_one_that_chat_actions_is_tested_with(
    inbox: InboxClient, app: App, message: SlackMessage, kind: str
) -> None:
    if kind == "menu":
        inbox.press(message, "rows:acknowledge", "1.000|2")
    else:
        press(inbox, message)
    known = chat.click("x", "y", menu=kind == "menu")
    assert shape(known) <= shape(app.payload)
    [action] = app.payload["actions"]
    chosen = action["selected_option"] if kind == "menu" else action
    assert chosen["value"] == ("1.000|2" if kind == "menu" else "1.000|key")
    assert app.payload["container"]["type"] == "message_attachment"
    assert app.payload["message"]["ts"] == message.ts


def shape(value: Any, path: str = "") -> set[str]:
    """Return the paths of a document's fields."""
    match value:
        case dict():
            return {p for key, each in value.items() for p in shape(each, f"{path}.{key}")}
        case list():
            return {p for each in value for p in shape(each, f"{path}[]")}
        case _:
            return {path}


@pytest.mark.parametrize(
    ("action", "value"), [("answer:take", "1.000|key"), ("answer:acknowledge", "2.000|key"),
                          ("rows:acknowledge", "1.000|7")],
)  # fmt: skip
def test_what_does_not_stand_there_cannot_be_pressed(
    inbox: InboxClient, app: App, message: SlackMessage, action: str, value: str
) -> None:
    with pytest.raises(InboxClientError, match="no such button"):
        inbox.press(message, action, value)
    assert not app.asked


def test_an_app_that_fails_is_told_to_who_pressed(
    inbox: InboxClient, app: App, message: SlackMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.status = 500
    press(inbox, message)
    app.status, app.delay = 200, 0.5
    monkeypatch.setattr(interactivity, "SECONDS", 0.1)
    press(inbox, message, "bo")
    inbox.set_app("http://127.0.0.1:1/slack", SECRET)
    press(inbox, message, "eve")
    assert [(said.user, said.text, said.is_error) for said in inbox.whispers()] == [
        ("anna", "This app responded with status code 500", True),
        ("bo", "This app did not answer within 0 seconds", True),
        ("eve", "This app could not be reached", True),
    ]


def test_a_response_url_speaks_to_who_pressed_alone_five_times(
    inbox: InboxClient, app: App, message: SlackMessage
) -> None:
    press(inbox, message)
    url = app.payload["response_url"]
    said = {"response_type": "ephemeral", "replace_original": False, "text": "it was over already"}
    answers = [httpx.post(url, json=said) for _ in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [404]
    assert answers[-1].json()["error"] == "used_url"
    assert {(w.user, w.text, w.is_error) for w in inbox.whispers()} == {
        ("anna", "it was over already", False)
    }
    assert len(inbox.whispers()) == 5
    assert inbox.slack("#critical")[-1].text == "rings"


def test_a_response_url_may_replace_the_message(
    inbox: InboxClient, app: App, message: SlackMessage
) -> None:
    press(inbox, message)
    httpx.post(app.payload["response_url"], json={"replace_original": True, "text": "done"})
    after = inbox.slack("#critical")[-1]
    assert (after.ts, after.text, len(after.edits)) == (message.ts, "done", 1)


def test_a_response_url_ends_after_half_an_hour(
    inbox: InboxClient, app: App, message: SlackMessage, inbox_server: InboxServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    press(inbox, message)
    store = inbox_server.inbox.store
    now = store.clock()
    monkeypatch.setattr(store, "clock", lambda: now + timedelta(minutes=31))
    answer = httpx.post(app.payload["response_url"], json={"text": "late"})
    assert (answer.status_code, answer.json()["error"]) == (404, "expired_url")
    unknown = httpx.post(f"{inbox.url}/slack/response/none", json={"text": "x"})
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "said", [{"text": "x", "delete_original": True}, {"text": "x", "response_type": "in_channel"},
             {"text": ""}, [], {"blocks": [{"type": "carousel"}]}],
)  # fmt: skip
def test_what_nobody_plays_is_refused(
    inbox: InboxClient, app: App, message: SlackMessage, said: Any
) -> None:
    press(inbox, message)
    answer = httpx.post(app.payload["response_url"], json=said)
    assert answer.status_code == 500
    assert not inbox.whispers()


@pytest.mark.parametrize(
    ("url", "secret", "field"),
    [("ftp://x", SECRET, "url"), ("http://x/", "short", "signing_secret")],
)
def test_settings_that_are_none_are_refused_by_their_field(
    inbox: InboxClient, url: str, secret: str, field: str
) -> None:
    with pytest.raises(InboxClientError, match=field):
        inbox.set_app(url, secret)
