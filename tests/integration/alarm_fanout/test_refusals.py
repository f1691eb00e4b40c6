"""A channel that refuses, throttles or is gone: told over the others, and told that it is so.

Slack and PagerDuty are the real inbox over HTTP, the function has its own wiring.
"""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

from alarm_fanout.queue import RedeliverError
from fakes.alarms import alarm
from integration.alarm_fanout.around import (
    CHANNELS,
    NOW,
    PAGED,
    SLACK,
    TEXTED,
    failures_told,
    settings,
    subjects,
)
from integration.alarm_fanout.services import services
from local.inbox.client import InboxClient


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


def test_each_slack_channel_that_refuses_is_told_of(inbox: InboxClient) -> None:
    channels = {"critical": "#critical", "warning": "#archived", "info": "#missing"}
    with services(settings(inbox, channels=channels)) as world:
        world.tell(alarm("shop-errors", "ALARM", NOW))  # a warning
        assert len(failures_told(world)) == 1
        assert "slack #archived: is_archived" in world.sns.emails[-1].body
        world.tell(alarm(TEXTED, "ALARM", NOW))  # a critical one: its channel works
        assert len(failures_told(world)) == 1
        assert not [subject for subject in subjects(world) if subject.startswith("[OK]")]


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
            "[CRIT] avatar-system: Slack refuses our messages: token_revoked",
            "[OK] avatar-system: Recovered after 12 min - Slack refused our messages",
        ]


@pytest.mark.parametrize("answers", ["false", "true"])
def test_an_escalation_that_can_never_come_is_told_as_a_mistake_of_the_settings(
    inbox: InboxClient, answers: str
) -> None:
    document = settings(inbox) | {"routes": [{"alarms": "shop-*", "escalate_minutes": 15}]}
    with services(document) as world, mock.patch.dict("os.environ", CHAT_ANSWERS=answers):
        assert world.tell(alarm("shop-errors", "ALARM", NOW)) == []
        assert len(inbox.slack("#warning")) == 1  # all else of the settings holds
        assert len(failures_told(world)) == (answers == "false")
        said = "routes.0.escalate_minutes: nothing escalates while ChatSecretsParameter is not set"
        assert any(said in mail.body for mail in world.sns.emails) == (answers == "false")


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


def test_a_failure_nobody_thought_of_stops_no_other_channel(inbox: InboxClient) -> None:
    with services(settings(inbox)) as world:
        with mock.patch("alarm_fanout.channels.sms.message.text", side_effect=KeyError):
            assert world.tell(alarm(TEXTED, "ALARM", NOW)) == ["message-1"]
        assert len(subjects(world)) == len(inbox.slack("#critical")) == 1
        assert world.poll() == []
        assert len(world.sns.texts) == len(subjects(world)) == len(inbox.slack("#critical")) == 1


def test_a_direct_event_that_waits_for_slack_fails(inbox: InboxClient) -> None:
    inbox.set_faults([{"channel": "slack", "kind": "server_error", "status": 503}])
    with services(settings(inbox)) as world, pytest.raises(RedeliverError, match="HTTP 503"):
        world.invoke({"alert": "import stopped"})


def test_a_route_to_a_channel_that_is_not_set_up_is_told_and_stops_no_other(
    inbox: InboxClient,
) -> None:
    routes = [{"alarms": "orders*", "channels": ["teams"]}]
    with services(settings(inbox) | {"routes": routes}) as world:
        world.tell(alarm("orders", "ALARM", NOW), alarm("shop-errors", "ALARM", NOW))
        assert len([m for m in inbox.slack() if "shop-errors" in m.text]) == 1
        assert len([subject for subject in subjects(world) if "orders" in subject]) == 1
        assert len(failures_told(world)) == 1
        told = "\n".join(mail.body for mail in world.sns.emails)
        assert "routes.0.channels: teams is not set up" in told
