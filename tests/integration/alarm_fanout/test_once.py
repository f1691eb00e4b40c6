"""Whatever AWS repeats, reorders or fails to take: each channel tells a change once."""

from __future__ import annotations

import json
from collections import deque
from datetime import timedelta
from itertools import pairwise

import pytest
from botocore.exceptions import ReadTimeoutError

from alarm_fanout.channels.base import Deferred, Refused
from alarm_fanout.queue import RedeliverError
from alarm_fanout.routing import RouteSettings, Target
from fakes.alarms import alarm, alarm_event, own
from fakes.aws import EMAIL_TOPIC, SMS_TOPIC, refusal
from fakes.clock import MORNING
from fakes.seen import redundant, tellings
from fakes.slack import DOWN
from fakes.world import World

LATER = MORNING + timedelta(minutes=7)
ALARM = alarm("payments", "ALARM", MORNING)
COPY = alarm_event("payments", "ALARM", MORNING)
OVER = alarm("payments", "OK", LATER)
ONCE = {"slack": 1, "email": 1, "sms": 1, "pagerduty": 1}


def counts(world: World) -> dict[str, int]:
    told = [telling.channel for telling in tellings(world, ["payments"]) if telling.facts]
    return {channel: told.count(channel) for channel in ONCE}


def headlines(world: World) -> list[str]:
    return [posted.text.split("\n")[0] for posted in world.slack.top()]


@pytest.mark.parametrize(
    "batches",
    [
        [[ALARM, ALARM, COPY, ALARM]],
        [[ALARM], [ALARM], [COPY], [ALARM, COPY]],
        [[COPY], [ALARM]],
    ],
    ids=["in one batch", "over batches", "EventBridge first"],
)
def test_copies_are_told_once(world: World, batches: list[list[str]]) -> None:
    for batch in batches:
        assert world.tell(*batch) == {"batchItemFailures": []}
        world.clock.advance(seconds=50)
    assert counts(world) == ONCE


def test_a_late_copy_after_the_recovery_is_not_told(world: World) -> None:
    world.tell(ALARM)
    world.clock.now = LATER
    world.tell(OVER)
    world.tell(COPY, ALARM)
    world.tell(OVER)
    assert headlines(world) == ["✅ *Recovered after 7 min · payments 18.2*"]
    assert counts(world) == {"slack": 2, "email": 2, "sms": 2, "pagerduty": 2}


def test_an_alarm_and_its_recovery_in_one_batch_are_one_message(world: World) -> None:
    world.clock.now = LATER
    world.tell(OVER, ALARM)
    assert headlines(world) == ["✅ *Recovered after 7 min · payments 18.2*"]
    assert [mail.subject for mail in world.sns.emails] == [
        "[OK] avatar-system: Recovered after 7 min - payments 18.2"
    ]


def test_a_recovery_that_overtakes_its_alarm_is_told_and_the_alarm_is_not(world: World) -> None:
    world.clock.now = LATER
    world.tell(OVER)
    world.tell(ALARM)
    assert headlines(world) == ["✅ *Recovered · payments 18.2*"]
    assert counts(world) == {"slack": 1, "email": 1, "sms": 1, "pagerduty": 0}


def test_a_recovery_whose_alarm_never_came_has_no_duration_of_an_earlier_one(world: World) -> None:
    world.tell(ALARM)
    world.tell(OVER)
    world.clock.advance(hours=5)
    world.tell(alarm("payments", "OK", world.clock()))
    assert headlines(world)[-1] == "✅ *Recovered · payments 18.2*"


def test_an_alarm_that_no_data_overtakes_is_told(world: World) -> None:
    world.tell(alarm("payments", "INSUFFICIENT_DATA", LATER, previous="ALARM"))
    assert counts(world) == dict.fromkeys(ONCE, 0)
    world.tell(ALARM)
    assert counts(world) == ONCE


def test_events_of_one_key_are_each_told_as_they_were(world: World) -> None:
    world.slack.faults = deque([DOWN])
    world.tell(own("Deploy", "INFO", MORNING, key="deploy", summary="version 1"))
    world.tell(own("Deploy", "INFO", LATER, key="deploy", summary="version 2"))
    world.drain()
    said = [posted.text for posted in world.slack.top()]
    assert [sum(f"version {n}" in text for text in said) for n in (1, 2)] == [1, 1]
    assert len(world.sns.emails) == 2


def test_only_the_channel_that_failed_is_tried_again(world: World) -> None:
    world.sns.errors[EMAIL_TOPIC] = deque([refusal("Publish", "Throttled")])
    answer = world.tell(ALARM)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert counts(world) == ONCE | {"email": 0}
    world.steps.taken.clear()
    world.drain()
    assert counts(world) == ONCE
    assert [s for s in world.steps.taken if not s.startswith("put")] == ["publish EmailTopic"]


def test_a_timeout_of_sns_is_tried_again(world: World) -> None:
    world.sns.errors[SMS_TOPIC] = deque([ReadTimeoutError(endpoint_url="https://sns")])
    world.tell(ALARM)
    world.drain()
    assert counts(world) == ONCE


def test_slack_down_delays_no_other_channel_and_loses_nothing(world: World) -> None:
    world.slack.down = DOWN
    world.tell(ALARM)
    assert counts(world) == ONCE | {"slack": 0}
    longest = 0.0
    while world.clock() < MORNING + timedelta(hours=1):
        due = world.queue.next_visible
        assert due is not None
        longest = max(longest, (due - world.clock()).total_seconds())
        world.clock.now = due
        world.poll()
    assert longest == 300
    world.slack.down = None
    world.drain()
    assert counts(world) == ONCE
    assert not world.queue.dead_letters


def test_when_slack_comes_back_after_the_recovery_it_tells_the_recovery_alone(
    world: World,
) -> None:
    world.slack.down = DOWN
    world.tell(ALARM)
    world.clock.now = LATER
    world.tell(OVER)
    world.slack.down = None
    world.drain()
    assert headlines(world) == ["✅ *Recovered after 7 min · payments 18.2*"]
    assert counts(world) == {"slack": 1, "email": 2, "sms": 2, "pagerduty": 2}


def test_what_is_told_while_slack_is_down_costs_one_try_an_invocation(world: World) -> None:
    names = [f"alarm-{number}" for number in range(2)]
    world.tell(*(alarm(name, "ALARM", MORNING) for name in names))
    world.clock.advance(minutes=10)
    world.slack.calls.clear()
    world.slack.down = Deferred(30.0, "Slack did not answer: TimeoutError")
    world.tell(*(alarm(name, "OK", world.clock()) for name in names))
    assert world.slack.calls == ["update"]


def test_a_rate_limit_is_kept_between_invocations(world: World) -> None:
    world.slack.faults = deque([Deferred(120.0, "rate limited")])
    world.tell(ALARM)
    world.tell(alarm("thumbs", "ALARM", MORNING))
    assert world.slack.calls == ["post"]
    world.clock.advance(seconds=121)
    world.drain()
    assert redundant(tellings(world, ["payments", "thumbs"])) == []
    assert len(world.slack.calls) == 5  # the refused one, two messages and their graphs


def test_never_more_than_one_message_a_second_and_channel(world: World) -> None:
    moments = []
    world.steps.before = lambda _, what: (
        moments.append(world.clock()) if what.startswith("slack") else None
    )
    for number in range(6):
        world.tell(alarm(f"alarm-{number}", "ALARM", MORNING))
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert min(gaps) >= timedelta(seconds=1)


def test_what_nobody_can_read_is_set_aside_and_the_rest_is_told(world: World) -> None:
    assert world.tell(ALARM, " ") == {"batchItemFailures": []}
    assert world.queue.dead_letters == [{"reason": "the message is empty", "body": " "}]
    assert counts(world) == ONCE


def test_what_cannot_be_set_aside_comes_back(world: World) -> None:
    world.queue.error = refusal("SendMessage", "ServiceUnavailable")
    assert world.tell(" ") == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    world.queue.error = None
    world.drain()
    assert len(world.queue.dead_letters) == 1


def test_a_direct_event_that_could_not_be_told_fails_so_that_lambda_tries_again(
    world: World,
) -> None:
    event = json.loads(COPY)
    world.slack.down = DOWN
    with pytest.raises(RedeliverError, match="HTTP 503"):
        world.invoke(event)
    world.slack.down = None
    world.clock.advance(minutes=1)
    report = world.invoke(event)
    assert report["delivered"] == {"slack": 1}
    assert counts(world) == ONCE


def test_a_report_counts_alerts_and_the_messages_that_told_them(world: World) -> None:
    nothing = world.tick()
    assert {name: said for name, said in nothing.items() if said} == {
        "mail": "each address has confirmed"
    }
    each = ("pagerduty", "sms", "slack", "teams", "email")
    report = world.invoke("Hello", request_id="one")
    assert {name: said for name, said in report.items() if said} == {
        "received": 1,
        "delivered": dict.fromkeys(each, 1),
        "messages": dict.fromkeys(each, 1),
    }


def test_lambdas_next_try_of_a_text_tells_only_what_is_left(world: World) -> None:
    world.slack.down = DOWN
    with pytest.raises(RedeliverError, match="HTTP 503"):
        world.invoke("Hello", request_id="one")
    assert (len(world.sns.emails), len(world.slack.top())) == (1, 0)
    world.slack.down = None
    world.clock.advance(minutes=1)
    report = world.invoke("Hello", request_id="one")
    assert (report["delivered"], report["messages"]) == ({"slack": 1}, {"slack": 1})
    assert (len(world.sns.emails), len(world.slack.top())) == (1, 1)
    world.clock.advance(minutes=1)
    world.invoke("Hello", request_id="two")  # said again by somebody is news again
    assert (len(world.sns.emails), len(world.slack.top())) == (2, 2)


@pytest.mark.parametrize("gone", ["refused", "not set up any more"])
def test_what_slack_gives_up_later_is_not_told_by_email_twice(world: World, gone: str) -> None:
    world.slack.down = DOWN
    world.tell(ALARM)
    world.slack.down = Refused("account_inactive")
    if gone != "refused":
        world.has -= {"slack"}
    world.drain()
    assert counts(world) == ONCE | {"slack": 0}


def test_what_was_for_slack_alone_goes_by_email_when_slack_is_not_set_up_any_more() -> None:
    only_slack = RouteSettings(alarms="*", channels=frozenset({Target("slack")}))
    with World(routes=(only_slack,)).running() as world:
        world.slack.down = DOWN
        world.tell(ALARM)
        world.has -= {"slack"}
        world.drain()
        assert counts(world) == {"slack": 0, "email": 1, "sms": 0, "pagerduty": 0}
