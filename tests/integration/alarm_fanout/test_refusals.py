"""A channel that refuses, throttles or is gone: told over the others, and told that it is so.

Slack and PagerDuty are the real inbox over HTTP, the function has its own wiring.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest

from alarm_fanout.queue import RedeliverError
from fakes.alarms import alarm
from fakes.aws import refusal
from integration.alarm_fanout.services import Services, services
from local.inbox.client import InboxClient
from local.inbox.server import InboxServer

NOW = datetime.now(UTC).replace(microsecond=0)
SLACK = "avatar-system-CdnLatencyCritical"  # Slack and e-mail
PAGED = "avatar-system-ErrorRateCritical"  # Slack, e-mail and PagerDuty
TEXTED = "avatar-system-UploadFailuresCritical"  # Slack, e-mail and SMS
CHANNELS = {"critical": "#critical", "warning": "#warning", "info": "#info"}


@pytest.fixture(scope="module")
def server() -> Iterator[InboxServer]:
    with InboxServer() as running:
        yield running


@pytest.fixture
def inbox(server: InboxServer) -> Iterator[InboxClient]:
    with InboxClient(server.url) as client:
        client.clear()
        client.set_faults([])
        yield client


def settings(inbox: InboxClient, **slack: Any) -> dict[str, Any]:
    """Return settings with a bot, or with what is given instead."""
    bot = {"bot_token": "xoxb-test", "channels": CHANNELS, "api_url": f"{inbox.url}/slack/api/"}
    return {
        "slack": slack if "webhook_url" in slack else bot | slack,
        "pagerduty": {"routing_key": "d" * 32, "events_url": f"{inbox.url}/pagerduty"},
    }


def subjects(world: Services) -> list[str]:
    return [mail.subject for mail in world.sns.emails]


def failures_told(world: Services) -> list[str]:
    return [subject for subject in subjects(world) if "refuses our messages" in subject]


def test_everything_works_over_the_real_clients(inbox: InboxClient) -> None:
    with services(settings(inbox)) as world:
        assert world.tell(alarm(PAGED, "ALARM", NOW)) == []
        [message] = inbox.slack("#critical")
        assert message.text == "🔴 *Critical · Error rate 18.2 %*, over 10 %"
        assert [reply.content.files for reply in message.replies] != []
        [incident] = inbox.incidents()
        assert incident.summary == "avatar-system: Error rate 18.2 %, over 10 %"
        world.clock.advance(minutes=7)
        assert world.tell(alarm(PAGED, "OK", NOW + timedelta(minutes=7))) == []
        [message] = inbox.slack("#critical")
        assert message.text == "✅ *Recovered after 7 min · Error rate 18.2 %*"
        assert [each.state for each in inbox.incidents()] == ["resolved"]
        assert inbox.refusals() == ()


@pytest.mark.parametrize(
    ("slack", "reason"),
    [
        ({"bot_token": "xoxb-revoked"}, "token_revoked"),
        ({"channels": dict.fromkeys(CHANNELS, "#archived")}, "is_archived"),
        ({"channels": dict.fromkeys(CHANNELS, "#missing")}, "channel_not_found"),
        ({"webhook_url": "WEBHOOK"}, "HTTP 404"),
    ],
    ids=["revoked token", "archived channel", "missing channel", "webhook that is gone"],
)
def test_what_slack_will_never_take_is_final_and_told_by_email(
    inbox: InboxClient, slack: dict[str, Any], reason: str
) -> None:
    if "webhook_url" in slack:
        slack = {"webhook_url": f"{inbox.url}/slack/webhook/T000/B000/XXXX"}
        gone = {"channel": "webhook", "kind": "refuse_status", "status": 404, "error": "no_service"}
        inbox.set_faults([gone])
    with services(settings(inbox, **slack)) as world:
        assert world.tell(alarm("shop-errors", "ALARM", NOW)) == []  # its route is Slack alone
        assert "[WARN] avatar-system: shop-errors 18.2, over 10" in subjects(world)
        assert len(failures_told(world)) == 1
        assert reason in world.sns.emails[-1].body
        assert [text for text in world.sns.texts if "refuses our messages" in text]
        before = len(inbox.refusals())
        world.tell(alarm(SLACK, "ALARM", NOW), alarm(TEXTED, "ALARM", NOW))
        assert len(failures_told(world)) == 1
        assert len(inbox.refusals()) > before  # tried anew for each, and never again
        assert not world.queue.messages


def test_a_channel_that_works_again_closes_what_was_told_of_it(inbox: InboxClient) -> None:
    inbox.set_faults([{"channel": "slack", "kind": "ok_false", "error": "token_revoked"}])
    with services(settings(inbox)) as world:
        world.tell(alarm(SLACK, "ALARM", NOW))
        inbox.set_faults([])
        world.clock.advance(minutes=12)
        world.tell(alarm(TEXTED, "ALARM", NOW + timedelta(minutes=12)))
        world.clock.advance(minutes=1)
        world.tell(alarm(SLACK, "OK", NOW + timedelta(minutes=13)))
        told = failures_told(world)
        assert told == [
            "[CRIT] avatar-system: A channel refuses our messages",
            "[OK] avatar-system: Recovered after 12 min - A channel refuses our messages",
        ]


def test_the_report_counts_what_was_refused(inbox: InboxClient) -> None:
    with services(settings(inbox, bot_token="xoxb-revoked")) as world:
        event = {"alert": "import stopped"}
        report = world.invoke(event)
        assert report["refused"] == {"slack": "token_revoked"}
        assert report["delivered"]["email"] >= 1


def test_pagerduty_is_not_asked_again_after_a_400(inbox: InboxClient) -> None:
    bad = {"channel": "pagerduty", "kind": "refuse_status", "status": 400, "error": "bad"}
    inbox.set_faults([bad])
    with services(settings(inbox)) as world:
        assert world.tell(alarm(PAGED, "ALARM", NOW)) == []
        assert [refused.channel for refused in inbox.refusals()] == ["pagerduty"]
        assert len(failures_told(world)) == 1
        assert "PagerDuty: HTTP 400" in world.sns.emails[-1].body
        assert len([m for m in inbox.slack("#critical") if "Error rate" in m.text]) == 1
        world.clock.advance(minutes=5)
        world.invoke({"action": "remind"})
        assert len(inbox.refusals()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"channel": "pagerduty", "kind": "server_error"},
        {"channel": "pagerduty", "kind": "rate_limited", "retry_after": 3},
    ],
    ids=["500", "429"],
)
def test_pagerduty_is_tried_again_when_it_may_help(
    inbox: InboxClient, fault: dict[str, Any]
) -> None:
    inbox.set_faults([fault])
    with services(settings(inbox)) as world:
        assert world.tell(alarm(PAGED, "ALARM", NOW)) == ["message-1"]
        assert len(subjects(world)) == len(inbox.slack("#critical")) == 1
        inbox.set_faults([])
        assert world.poll() == []
        assert len(inbox.incidents()) == len(inbox.slack("#critical")) == len(subjects(world)) == 1


def test_slack_s_retry_after_is_waited_for_when_there_is_time(inbox: InboxClient) -> None:
    limited = {"channel": "slack", "kind": "rate_limited", "retry_after": 7, "times": 1}
    inbox.set_faults([limited])
    with services(settings(inbox)) as world:
        assert world.tell(alarm(SLACK, "ALARM", NOW)) == []
        assert 7 <= max(world.slept) < 9
        assert len(inbox.slack("#critical")) == 1


def test_slack_s_retry_after_beyond_the_function_s_time_goes_back_to_the_queue(
    inbox: InboxClient,
) -> None:
    limited = {"channel": "slack", "kind": "rate_limited", "retry_after": 90, "times": 1}
    inbox.set_faults([limited])
    with services(settings(inbox)) as world:
        started = world.clock()
        assert world.tell(alarm(SLACK, "ALARM", NOW)) == ["message-1"]
        assert world.clock() - started < timedelta(seconds=5)
        [message] = world.queue.messages.values()
        assert message.visible_at - world.clock() >= timedelta(seconds=89)
        assert world.poll() == []
        assert len(inbox.slack("#critical")) == 1
        assert len(subjects(world)) == 1


@pytest.mark.parametrize("where", ["slack", "pagerduty"])
def test_a_service_that_is_not_there_at_all_is_tried_again(inbox: InboxClient, where: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = f"http://127.0.0.1:{listener.getsockname()[1]}"
    document = settings(inbox)
    document[where] |= {"api_url" if where == "slack" else "events_url": f"{closed}/"}
    with services(document) as world:
        assert world.tell(alarm(PAGED, "ALARM", NOW)) == ["message-1"]
        assert len(subjects(world)) == 1
        assert failures_told(world) == []


def test_slack_that_dislikes_the_form_gets_the_bare_text(inbox: InboxClient) -> None:
    dislike = {"channel": "slack", "kind": "ok_false", "error": "invalid_blocks", "times": 1}
    inbox.set_faults([dislike])
    with services(settings(inbox)) as world:
        assert world.tell(alarm(SLACK, "ALARM", NOW)) == []
        [message] = inbox.slack("#critical")
        assert message.text.startswith("🔴 *Critical · CDN latency")
        assert message.attachments == ()


def test_ssm_throttled_tries_the_record_again(inbox: InboxClient) -> None:
    with services(settings(inbox)) as world:
        world.ssm.error = refusal("GetParameter", "ThrottlingException")
        with pytest.raises(type(world.ssm.error)):
            world.tell(alarm(SLACK, "ALARM", NOW))
        assert len(world.queue.messages) == 1
        world.ssm.error = None
        assert world.poll() == []
        assert len(inbox.slack("#critical")) == 1


def test_ssm_throttled_later_leaves_the_settings_of_before(inbox: InboxClient) -> None:
    with services(settings(inbox)) as world:
        world.tell(alarm(SLACK, "ALARM", NOW))
        world.clock.advance(minutes=6)
        world.ssm.error = refusal("GetParameter", "ThrottlingException")
        assert world.tell(alarm(TEXTED, "ALARM", NOW + timedelta(minutes=6))) == []
        assert world.ssm.reads == 2
        assert len(inbox.slack("#critical")) == 2


@pytest.mark.parametrize(
    ("document", "named"),
    [
        (None, "there is no SSM parameter /avatar-watch/notifications"),
        ("{", "Invalid JSON"),
        ({"slack": {"webhook": "https://hooks.slack.com/x"}}, "slack.webhook"),
        ({"pagerduty": {"routing_key": "short"}}, "pagerduty.routing_key"),
    ],
    ids=["missing", "no JSON", "misspelt field", "wrong key"],
)
def test_settings_that_cannot_be_read_leave_email_and_sms_and_are_told_once(
    document: dict[str, Any] | str | None, named: str
) -> None:
    with services(document) as world:
        assert world.tell(alarm(TEXTED, "ALARM", NOW)) == []
        assert world.tell(alarm(SLACK, "ALARM", NOW)) == []
        assert world.invoke({"action": "remind"})["delivered"] == {}
        assert len(subjects(world)) == 3
        [failure] = failures_told(world)
        assert named in next(m.body for m in world.sns.emails if m.subject == failure)
        assert sum("upload failures" in text for text in world.sns.texts) == 1


def test_settings_that_may_not_be_read_are_such_a_problem_too(inbox: InboxClient) -> None:
    with services(settings(inbox)) as world:
        world.ssm.error = refusal("GetParameter", "AccessDeniedException")
        assert world.tell(alarm(TEXTED, "ALARM", NOW)) == []
        assert len(failures_told(world)) == 1
        world.ssm.error = None
        world.clock.advance(minutes=6)
        world.tell(alarm(SLACK, "ALARM", NOW + timedelta(minutes=6)))
        assert [subject[:4] for subject in failures_told(world)] == ["[CRI", "[OK]"]
        assert inbox.slack("#critical")


def test_dynamodb_throttled_tells_late_rather_than_never(inbox: InboxClient) -> None:
    with services(settings(inbox)) as world:
        healthy = world.dynamodb
        for operation in ("query", "batch_get_item", "put_item"):
            world.dynamodb = _Throttled(healthy, operation)
            with pytest.raises(healthy.exceptions.ProvisionedThroughputExceededException):
                world.tell(alarm(f"{operation}-alarm", "ALARM", NOW))
        assert subjects(world) == []
        world.dynamodb = healthy
        while world.queue.messages:
            world.clock.advance(minutes=3)
            world.poll()
        told = str([message.attachments for message in inbox.slack()])
        assert all(f"{name}-alarm" in told for name in ("query", "batch_get_item", "put_item"))


class _Throttled:
    """DynamoDB of which one operation is throttled."""

    def __init__(self, client: Any, operation: str) -> None:
        self._client, self._operation = client, operation

    def __getattr__(self, name: str) -> Any:
        if name != self._operation:
            return getattr(self._client, name)
        answer: Any = {"Error": {"Code": "ProvisionedThroughputExceededException"}}

        def throttled(**_: Any) -> None:
            raise self._client.exceptions.ProvisionedThroughputExceededException(answer, name)

        return throttled


def test_a_failure_nobody_thought_of_stops_no_other_channel(inbox: InboxClient) -> None:
    with services(settings(inbox)) as world:
        with mock.patch("alarm_fanout.channels.topics.plain.sms", side_effect=KeyError):
            assert world.tell(alarm(TEXTED, "ALARM", NOW)) == ["message-1"]
        assert len(subjects(world)) == len(inbox.slack("#critical")) == 1
        assert world.poll() == []
        assert len(world.sns.texts) == len(subjects(world)) == len(inbox.slack("#critical")) == 1


def test_a_direct_event_that_waits_for_slack_fails(inbox: InboxClient) -> None:
    inbox.set_faults([{"channel": "slack", "kind": "server_error", "status": 503}])
    with services(settings(inbox)) as world, pytest.raises(RedeliverError, match="HTTP 503"):
        world.invoke({"alert": "import stopped"})
