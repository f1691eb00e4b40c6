"""Who pressed a button is answered at Slack's addresses alone, whatever stands in a queue."""

from __future__ import annotations

import json
import re
from typing import Any
from unittest import mock

import pytest

from alarm_fanout.channels import http
from alarm_fanout.channels.base import Delivered, Refused
from alarm_fanout.channels.slack.transport import BotTransport, WebhookTransport
from alarm_fanout.deadline import Deadline

OWN = "http://127.0.0.1:8025/slack/api/"


def respond(address: str, api_url: str = OWN, status: int = 200, body: str = "ok") -> Any:
    """Return what comes of it, and what was posted with which token."""
    sent: list[Any] = []

    def once(url: str, payload: Any, token: str | None) -> http.Answer:
        sent.append((url, payload, token))
        return http.Answer(status, body)

    bot = BotTransport("xoxb-secret", api_url)
    with mock.patch.object(http, "_once", once):
        return bot.respond(address, "said", Deadline(lambda: 30_000)), sent


@pytest.mark.parametrize(
    ("address", "api_url"),
    [
        ("https://hooks.slack.com/actions/T1/2/x", "https://slack.com/api/"),
        ("https://hooks.slack-gov.com/actions/T1/2/x", "https://slack-gov.com/api/"),
        ("http://127.0.0.1:8025/slack/response/x", OWN),
    ],
)
def test_slacks_own_addresses_are_answered_without_a_token(address: str, api_url: str) -> None:
    receipt, [(url, payload, token)] = respond(address, api_url)
    assert receipt == Delivered()
    assert (url, token) == (address, None)
    assert payload == {"response_type": "ephemeral", "replace_original": False, "text": "said"}


@pytest.mark.parametrize(
    "address",
    [
        "", "https://example.com/", "http://hooks.slack.com/x", "https://hooks.slack.com.evil.com/",
        "https://hooks.slack.com@evil.com/", "https://evil.com/https://hooks.slack.com/",
        "http://127.0.0.1:80250/x", "http://127.0.0.1:9001/2018-06-01/runtime",
        "http://169.254.169.254/", "file:///etc/passwd", "//hooks.slack.com/x",
        " https://hooks.slack.com/x",
    ],
)  # fmt: skip
def test_no_other_address_is_asked(address: str) -> None:
    receipt, sent = respond(address)
    assert receipt == Refused("no address of Slack's")
    assert sent == []


@pytest.mark.parametrize(("status", "body"), [(404, json.dumps({"error": "used_url"})), (500, "")])
def test_what_slack_refuses_is_no_delivery(status: int, body: str) -> None:
    receipt, _ = respond("https://hooks.slack.com/x", status=status, body=body)
    assert not isinstance(receipt, Delivered)


def test_a_webhook_answers_nobody() -> None:
    transport = WebhookTransport("https://hooks.slack.com/services/x")
    receipt = transport.respond("https://hooks.slack.com/x", "said", Deadline(lambda: 30_000))
    assert isinstance(receipt, Refused)
    assert re.search("buttons", receipt.reason)
