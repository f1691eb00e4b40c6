"""Faults on demand, as the senders see them."""

import time
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from local.inbox.client import InboxClient, InboxClientError
from local.inbox.faults import FaultKind, FaultRule
from local.inbox.rate_limit import RateLimit

PAGE = {
    "routing_key": "0123456789abcdef0123456789abcdef",
    "event_action": "trigger",
    "payload": {"summary": "s", "source": "s", "severity": "info"},
}
MAIL = {"Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:a:1:t", "Message": "m"}


def post(inbox: InboxClient, channel: str = "slack", **options: Any) -> httpx.Response:
    path, body = {
        "slack": ("/slack/api/chat.postMessage", {"channel": "#info", "text": "x"}),
        "webhook": ("/slack/webhook/a", {"text": "x"}),
        "pagerduty": ("/pagerduty/v2/enqueue", PAGE),
        "sns": ("/sns/email", MAIL),
    }[channel]
    headers = {"Authorization": "Bearer xoxb-test"}
    return httpx.post(inbox.url + path, json=body, headers=headers, **options)


@pytest.mark.parametrize(
    ("channel", "body"),
    [
        ("slack", '{"ok":false,"error":"ratelimited"}'),
        ("webhook", "rate_limited"),
        ("sns", "rate_limited"),
        (
            "pagerduty",
            (
                '{"status":"throttle exceeded","message":'
                '"Requests for this service are arriving too quickly.  Please retry later."}'
            ),
        ),
    ],
)
def test_rate_limited(inbox: InboxClient, channel: str, body: str) -> None:
    inbox.set_faults([{"channel": channel, "kind": "rate_limited", "retry_after": 2, "times": 1}])
    answer = post(inbox, channel)
    assert (answer.status_code, answer.headers["retry-after"], answer.text) == (429, "2", body)
    assert post(inbox, channel).status_code in (200, 202)
    (refusal,) = inbox.refusals()
    assert (refusal.channel, refusal.status, refusal.injected) == (channel, 429, True)


def test_the_sdk_waits_as_it_is_told(inbox: InboxClient) -> None:
    inbox.set_faults([{"channel": "slack", "kind": "rate_limited", "retry_after": 1, "times": 1}])
    handler = RateLimitErrorRetryHandler(max_retry_count=1)
    slack = WebClient("xoxb-test", base_url=f"{inbox.url}/slack/api/", retry_handlers=[handler])
    start = time.monotonic()
    slack.chat_postMessage(channel="#info", text="x")
    assert time.monotonic() - start >= 1
    assert len(inbox.slack("#info")) == 1


def test_errors_of_each_kind(inbox: InboxClient) -> None:
    inbox.set_faults(
        [
            {"channel": "slack", "kind": "ok_false", "error": "fatal_error", "times": 1},
            {"channel": "slack", "kind": "server_error", "from": 2},
            {"channel": "pagerduty", "kind": "server_error", "status": 502},
            {
                "channel": "webhook",
                "kind": "refuse_status",
                "status": 410,
                "error": "channel_is_archived",
            },
        ]
    )
    slack = WebClient("xoxb-test", base_url=f"{inbox.url}/slack/api/")
    with pytest.raises(SlackApiError, match="fatal_error"):
        slack.chat_postMessage(channel="#info", text="x")
    assert post(inbox).status_code == 503
    assert post(inbox, "pagerduty").status_code == 502
    gone = post(inbox, "webhook")
    assert (gone.status_code, gone.text) == (410, "channel_is_archived")
    assert inbox.slack() == ()


@pytest.mark.parametrize("delivered", [False, True])
def test_a_timeout_may_have_delivered(inbox: InboxClient, delivered: bool) -> None:  # noqa: FBT001 - both cases
    rule = FaultRule(
        channel="slack", kind=FaultKind.TIMEOUT, seconds=30, times=1, delivered=delivered
    )
    inbox.set_faults([rule])
    with pytest.raises(httpx.ReadTimeout):
        post(inbox, timeout=0.3)
    assert len(inbox.slack()) == int(delivered)
    assert post(inbox).status_code == 200


def test_chances_repeat_with_their_seed(inbox: InboxClient) -> None:
    def statuses() -> list[int]:
        rule = {"channel": "sns", "kind": "server_error", "probability": 0.5}
        inbox.set_faults([rule], seed=11)
        return [post(inbox, "sns").status_code for _ in range(12)]

    first = statuses()
    assert set(first) == {200, 503}
    assert first == statuses()
    report = inbox.faults()
    assert (report["seed"], report["requests"]) == (11, {"sns": 12})
    assert len(report["fired"]) == report["rules"][0]["fired"] == first.count(503)


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ([{"channel": "slack", "kind": "ok_false"}], "0.error"),
        ([{"channel": "fax", "kind": "timeout"}], "0.channel"),
        (
            [
                {"channel": "slack", "kind": "timeout"},
                {"channel": "slack", "kind": "timeout", "often": 1},
            ],
            "1.often",
        ),
    ],
)
def test_bad_rules_are_refused_by_field(
    inbox: InboxClient, rules: list[dict[str, Any]], field: str
) -> None:
    answer = httpx.put(f"{inbox.url}/faults", json=rules)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    with pytest.raises(InboxClientError, match=field):
        inbox.set_faults(rules)
    assert httpx.put(f"{inbox.url}/faults?seed=x", json=[]).json()["field"] == "seed"


def test_the_true_rate_limit_counts_each_channel(inbox: InboxClient) -> None:
    inbox.set_rate_limit(RateLimit(per_second=0.01, burst=2))
    assert [post(inbox).status_code for _ in range(3)] == [200, 200, 429]
    assert [post(inbox, "webhook").status_code for _ in range(3)] == [200, 200, 429]
    assert int(post(inbox).headers["retry-after"]) > 1
    assert inbox.faults()["rate_limited"] == 3
    inbox.set_rate_limit(None)
    assert post(inbox).status_code == 200
    assert httpx.put(f"{inbox.url}/rate-limit", json={"burst": 0}).json()["field"] == "burst"
