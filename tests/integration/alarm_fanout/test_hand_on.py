"""A channel that puts alerts off for too long: another kind tells them besides, once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pagerduty import Error

from alarm_fanout.channels.base import Deferred
from alarm_fanout.channels.http import NoAnswer
from alarm_fanout.routing import HAND_ON, RouteSettings, Target
from avatarwatch.catalogue import Severity
from fakes.aws import EMAIL_TOPIC, refusal
from fakes.slack import DOWN
from fakes.world import ALL, World
from integration.alarm_fanout.reading import change, headlines, subjects
from integration.alarm_fanout.test_channels import to

FOR_GOOD = [DOWN, Deferred(30.0, "message_limit_exceeded"), Deferred(60.0, "rate limited")]


def passes(world: World, minutes: float) -> None:
    """Let time go by: the queue hands out what is due, and every five minutes the tick comes."""
    until = world.clock() + timedelta(minutes=minutes)
    tick = world.clock() + timedelta(minutes=5)
    while world.clock() < until:
        due = world.queue.next_visible
        world.clock.now = min(each for each in (due, tick, until) if each)
        if world.clock() == tick:
            tick += timedelta(minutes=5)
            world.tick()
        if due and due <= world.clock():
            world.poll()


@pytest.fixture(params=FOR_GOOD, ids=lambda fault: fault.reason)
def silent(request: pytest.FixtureRequest) -> Iterator[World]:
    """A world whose Slack takes nothing and is all that an alert has."""
    with World(routes=(), has=ALL - {"teams"}).running() as world:
        world.slack.down = request.param
        yield world


def test_a_day_without_slack_is_one_email_within_its_minutes(silent: World) -> None:
    change(silent, "shop-errors", "ALARM")
    passes(silent, HAND_ON.total_seconds() / 60 - 1)
    assert silent.sns.emails == []
    passes(silent, 2)
    [mail] = silent.sns.emails
    assert "shop-errors" in mail.subject
    assert "Slack is not taking messages; this came by e-mail." in mail.body
    passes(silent, 6 * 60)
    assert len([each for each in silent.sns.emails if "shop-errors" in each.subject]) == 1


def test_its_end_is_told_where_it_was_told_and_slack_has_it_once_it_is_back(silent: World) -> None:
    change(silent, "shop-errors", "ALARM")
    passes(silent, 15)
    silent.slack.down = None
    silent.drain()
    assert headlines(silent) == ["🟠 Warning · shop-errors 18.2, over 10"]
    silent.clock.advance(minutes=9)
    change(silent, "shop-errors", "OK")
    assert headlines(silent)[0].startswith("✅ Recovered")
    assert [mail.subject.split(" ")[0] for mail in silent.sns.emails] == ["[WARN]", "[OK]"]
    silent.clock.advance(hours=1)
    change(silent, "shop-errors", "ALARM")
    assert len(silent.sns.emails) == 2  # the next one is Slack's alone again


def test_what_ends_while_slack_is_down_is_told_by_email_as_well(silent: World) -> None:
    change(silent, "shop-errors", "ALARM")
    passes(silent, 15)
    change(silent, "shop-errors", "OK")
    assert [mail.subject.split(" ")[0] for mail in silent.sns.emails] == ["[WARN]", "[OK]"]


def test_who_has_it_by_email_anyway_is_not_told_twice() -> None:
    with World(routes=()).running() as world:
        world.slack.down = DOWN
        change(world, "avatar-system-CdnLatencyCritical", "ALARM")
        passes(world, 60)
        assert len([s for s in subjects(world) if "CDN latency" in s]) == 1


@pytest.mark.parametrize(("minutes", "told"), [(3, 1), (0, 0), (120, 0)])
def test_a_route_says_how_long(minutes: int, told: int) -> None:
    routes = (RouteSettings(alarms="*", hand_on_minutes=minutes),)
    with World(routes=routes, has=ALL - {"teams"}).running() as world:
        world.slack.down = DOWN
        change(world, "shop-errors", "ALARM")
        passes(world, 30)
        assert len(world.sns.emails) == told


def test_where_paging_is_down_a_text_wakes_and_says_why() -> None:
    with World(routes=to("pagerduty")).running() as world:
        silence = Error("no answer")  # type: ignore[no-untyped-call]
        world.pagerduty.errors.extend([silence] * 99)
        change(world, "orders", "ALARM")
        passes(world, 12)
        [text] = world.sns.texts
        assert text.endswith("PagerDuty is not taking messages")
        assert len(world.sns.emails) == 1


def test_where_email_is_down_a_chat_tells() -> None:
    routes = (RouteSettings(alarms="*", severity=Severity.WARNING,
                            channels=frozenset({Target("email")})),)  # fmt: skip
    with World(routes=routes, has=ALL - {"teams"}).running() as world:
        throttled = [refusal("Publish", "Throttling")] * 99
        world.sns.errors[EMAIL_TOPIC] = deque(throttled)
        change(world, "orders", "ALARM")
        passes(world, 12)
        [message] = world.slack.top()
        assert "E-mail is not taking messages; this came by Slack." in message.text


def test_many_are_one_email_that_says_why_once() -> None:
    with World(routes=to("teams"), has=ALL - {"slack"}).running() as world:
        world.teams.answers.extend([NoAnswer("URLError", sent=False)] * 999)
        for number in range(5):
            change(world, f"orders-{number}", "ALARM")
        passes(world, 12)
        bodies = "".join(mail.body for mail in world.sns.emails)
        assert all(f"orders-{number}" in bodies for number in range(5))
        assert bodies.count("Teams is not taking messages") == len(world.sns.emails)
