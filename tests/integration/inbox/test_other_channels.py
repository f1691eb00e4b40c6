"""Webhooks, PagerDuty and SNS over HTTP."""

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pagerduty import EventsApiV2Client, HttpError
from slack_sdk import WebhookClient

from local.inbox.client import InboxClient
from local.inbox.models import IncidentState

KEY = "0123456789abcdef0123456789abcdef"
TOPIC = "arn:aws:sns:eu-north-1:123456789012:avatar-system-email"


def test_a_webhook_answers_ok_and_no_time_stamp(inbox: InboxClient) -> None:
    hook = WebhookClient(f"{inbox.url}/slack/webhook/services/T0/B0/secret")
    answer = hook.send(text="down", attachments=[{"color": "danger", "text": "very"}])
    assert (answer.status_code, answer.body) == (200, "ok")
    (message,) = inbox.slack("webhook/services/T0/B0/secret")
    assert (message.text, message.author.webhook) == ("down", True)


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("services/missing", 404, "channel_not_found"),
        ("services/no_service", 404, "no_service"),
        ("services/archived", 410, "channel_is_archived"),
        ("services/prohibited", 403, "action_prohibited"),
        ("", 404, "no_service"),
    ],
)
def test_webhooks_that_fail_for_good(
    inbox: InboxClient, path: str, status: int, error: str
) -> None:
    answer = WebhookClient(f"{inbox.url}/slack/webhook/{path}").send(text="x")
    assert (answer.status_code, answer.body) == (status, error)
    assert inbox.slack() == ()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{oops", "invalid_payload"),
        (b"[]", "invalid_payload"),
        (b"\xff", "invalid_payload"),
        (b"{}", "no_text"),
        (b'{"text": "x", "blocks": [{"type": "poll"}]}', "invalid_blocks"),
        (b'{"attachments": [{"blocks": [{"type": "poll"}]}]}', "invalid_attachments"),
    ],
)
def test_payloads_that_a_webhook_refuses(inbox: InboxClient, body: bytes, error: str) -> None:
    answer = httpx.post(f"{inbox.url}/slack/webhook/a", content=body)
    assert (answer.status_code, answer.text) == (400, error)
    assert inbox.refusals()[0].error == error


class _PlainHttpClient(EventsApiV2Client):
    """The client refuses a base URL that is not https; the inbox has no certificate."""

    url = ""


@pytest.fixture
def pager(inbox: InboxClient) -> Iterator[EventsApiV2Client]:
    client = _PlainHttpClient(KEY, base_url=f"{inbox.url}/pagerduty")
    client.retry = {}
    yield client
    client.close()


def test_an_incident_from_trigger_to_resolve(pager: Any, inbox: InboxClient) -> None:
    key = pager.trigger(
        "Upload failures 18.2 %",
        "avatar-system",
        dedup_key="uploads",
        custom_details={"failed": 182},
        links=[{"href": "https://example.com/", "text": "Runbook"}],
    )
    pager.trigger("Upload failures 21.0 %", "avatar-system", dedup_key=key)
    (incident,) = inbox.incidents()
    assert (incident.state, incident.summary) == (IncidentState.TRIGGERED, "Upload failures 18.2 %")
    assert incident.links[0].text == "Runbook"
    assert incident.custom_details == {"failed": 182}
    pager.acknowledge(key)
    assert inbox.incidents()[0].state is IncidentState.ACKNOWLEDGED
    pager.resolve(key)
    pager.resolve(key)  # nothing open: dropped
    (incident,) = inbox.incidents()
    assert incident.state is IncidentState.RESOLVED
    assert [event.action for event in incident.events] == [
        "trigger",
        "trigger",
        "acknowledge",
        "resolve",
    ]
    assert inbox.snapshot().dropped_events == 1
    pager.trigger("again", "avatar-system", dedup_key=key)
    assert [incident.state for incident in inbox.incidents()] == ["resolved", "triggered"]


def test_keys_are_made_up_and_accounts_kept_apart(pager: Any, inbox: InboxClient) -> None:
    first, second = pager.trigger("a", "s"), pager.trigger("b", "s")
    assert first != second
    other = {"routing_key": KEY[::-1], "event_action": "resolve", "dedup_key": first}
    assert httpx.post(f"{inbox.url}/pagerduty/v2/enqueue", json=other).status_code == 202
    assert {incident.state for incident in inbox.incidents()} == {IncidentState.TRIGGERED}


def test_bad_events_are_refused_with_what_is_wrong(pager: Any, inbox: InboxClient) -> None:
    with pytest.raises(HttpError) as refused:
        pager.trigger("x" * 1025, "s", severity="fatal")
    answer: Any = refused.value.response
    assert answer.status_code == 400
    assert answer.json() == {
        "status": "invalid event",
        "message": "Event object is invalid",
        "errors": [
            "Length of 'payload.summary' is incorrect (at most 1024 characters)",
            (
                "'payload.severity' is invalid (must be one of the following: "
                "'critical', 'warning', 'error' or 'info')"
            ),
        ],
    }
    assert inbox.incidents() == ()
    assert inbox.refusals()[0].channel == "pagerduty"


def test_pagerdutys_other_refusals(inbox: InboxClient) -> None:
    url = f"{inbox.url}/pagerduty/v2/enqueue"
    assert httpx.post(url, content=b"{oops").status_code == 400
    assert httpx.post(url, content=b"x" * (512 * 1024 + 1)).status_code == 413
    change = httpx.post(f"{inbox.url}/pagerduty/v2/change/enqueue", json={})
    assert (change.status_code, change.json()["message"]) == (404, "Not Found")


def notification(**more: Any) -> dict[str, Any]:
    base = {"Type": "Notification", "MessageId": "1", "TopicArn": TOPIC, "Message": "words"}
    return {**base, **more}


def deliver(inbox: InboxClient, protocol: str, message: dict[str, Any]) -> httpx.Response:
    headers = {"x-amz-sns-message-type": str(message.get("Type"))}
    return httpx.post(f"{inbox.url}/sns/{protocol}", json=message, headers=headers)


def test_a_topic_sends_mail_and_texts(inbox: InboxClient) -> None:
    deliver(inbox, "email", notification(Subject="CRIT avatar-system", Message="🔴 down\nnow"))
    deliver(inbox, "email", notification())
    deliver(inbox, "sms", notification(Message="x" * 161))
    first, second = inbox.emails()
    assert (first.subject, first.body) == ("CRIT avatar-system", "🔴 down\nnow")
    assert second.subject == "AWS Notification Message"
    (text,) = inbox.texts()
    assert (text.encoding, [len(part) for part in text.parts]) == ("GSM-7", [153, 8])


@pytest.mark.parametrize(
    "message",
    [
        notification(Subject="x" * 100),
        notification(Subject="Störung"),
        notification(Subject="two\nlines"),
        notification(Subject=""),
        notification(Message=""),
        notification(TopicArn=None),
        notification(Type="UnsubscribeConfirmation"),
        {"Type": "SubscriptionConfirmation", "TopicArn": TOPIC},
    ],
)
def test_what_sns_could_not_have_sent(inbox: InboxClient, message: dict[str, Any]) -> None:
    assert deliver(inbox, "email", message).status_code == 400
    assert inbox.emails() == ()
    assert inbox.refusals()[0].channel == "sns/email"


def test_sns_has_no_other_ends(inbox: InboxClient) -> None:
    assert deliver(inbox, "fax", notification()).status_code == 404
    assert deliver(inbox, "sms", notification(Message="x" * 1601)).status_code == 400
    assert httpx.post(f"{inbox.url}/sns/email", content=b"oops").status_code == 400


class _Topic(http.server.BaseHTTPRequestHandler):
    visited: list[str]

    def do_GET(self) -> None:
        self.visited.append(self.path)
        self.send_response(200 if "good" in self.path else 403)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass


@pytest.fixture
def topic() -> Iterator[tuple[str, list[str]]]:
    visited: list[str] = []

    class Handler(_Topic):
        pass

    Handler.visited = visited
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", visited
        server.shutdown()
        thread.join()


def subscribe(inbox: InboxClient, url: str) -> httpx.Response:
    message = {"Type": "SubscriptionConfirmation", "TopicArn": TOPIC, "SubscribeURL": url}
    return deliver(inbox, "email", message)


def test_a_subscription_is_confirmed(inbox: InboxClient, topic: tuple[str, list[str]]) -> None:
    base, visited = topic
    assert subscribe(inbox, f"{base}/?token=good").status_code == 200
    done = inbox.wait_for(lambda s: [x for x in s.subscriptions if x.confirmed or x.problem])
    assert done[0].confirmed
    assert visited == ["/?token=good"]


def test_a_failed_confirmation_is_shown(inbox: InboxClient, topic: tuple[str, list[str]]) -> None:
    subscribe(inbox, f"{topic[0]}/?token=old")
    refusal = inbox.wait_for(lambda snapshot: snapshot.refusals)[0]
    assert refusal.error == "SubscribeURL answered 403"
    assert not inbox.snapshot().subscriptions[0].confirmed


def test_only_this_machine_is_visited(inbox: InboxClient) -> None:
    assert subscribe(inbox, "http://192.0.2.1/?token=x").status_code == 400
    assert inbox.snapshot().subscriptions == ()
