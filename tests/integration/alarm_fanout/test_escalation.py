"""A critical alert that nobody acknowledges: the next kind of channel tells it, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from alarm_fanout.routing import RouteSettings, Target
from avatarwatch.answers import What
from avatarwatch.catalogue import Severity
from fakes.answers import press
from fakes.world import ALL, World
from integration.alarm_fanout.reading import change

WHY = "Nobody has acknowledged this for 15 min"
TICK = timedelta(minutes=5)


def route(
    *channels: str,
    minutes: int | None = 15,
    severity: Severity = Severity.CRITICAL,
    remind: int = 0,
    hand_on: int | None = None,
) -> tuple[RouteSettings, ...]:
    return (
        RouteSettings(
            alarms="*",
            severity=severity,
            channels=frozenset(map(Target, channels or ("chat",))),
            remind_minutes=remind,
            hand_on_minutes=hand_on,
            escalate_minutes=minutes,
        ),
    )


def world_of(
    routes: tuple[RouteSettings, ...],
    has: frozenset[str] = ALL - {"teams"},
    *,
    answers: bool = True,
) -> World:
    return World(answers=answers, routes=routes, has=has)


def passes(world: World, minutes: int) -> None:
    """Let the ticks of so many minutes come."""
    for _ in range(minutes // 5):
        world.clock.now += TICK
        world.tick()


@pytest.fixture
def world() -> Iterator[World]:
    """A world whose criticals are told in Slack, and after a quarter of an hour by e-mail."""
    with world_of(route()).running() as running:
        yield running


def test_what_nobody_acknowledges_goes_by_email_once(world: World) -> None:
    change(world, "payments", "ALARM")
    passes(world, 10)
    assert world.sns.emails == []
    passes(world, 10)
    [mail] = world.sns.emails
    assert mail.subject.startswith("[CRIT] avatar-system: payments 18.2")
    assert f"{WHY}; this came by e-mail." in mail.body
    assert len(world.slack.messages) == 1, "who had it in Slack is not told again"
    passes(world, 6 * 60)
    assert len(world.sns.emails) == 1


@pytest.mark.parametrize("minutes", [5, 15, 40, 120])
def test_a_route_says_after_how_long(minutes: int) -> None:
    with world_of(route(minutes=minutes)).running() as world:
        change(world, "payments", "ALARM")
        passes(world, minutes - 5)
        assert world.sns.emails == []
        passes(world, 10)
        assert len(world.sns.emails) == 1


@pytest.mark.parametrize(
    ("routes", "answers"),
    [
        (route(minutes=None), True),
        (route(minutes=0), True),
        (route(severity=Severity.WARNING), True),
        (route(), False),
        (route("chat", "mail"), True),
    ],
    ids=["left out", "nought", "no critical", "nobody can acknowledge", "every kind has it"],
)
def test_what_never_escalates(routes: tuple[RouteSettings, ...], *, answers: bool) -> None:
    with world_of(routes, answers=answers).running() as world:
        change(world, "payments", "ALARM")
        told = len(world.sns.emails), len(world.sns.texts), len(world.slack.messages)
        passes(world, 120)
        assert (len(world.sns.emails), len(world.sns.texts), len(world.slack.messages)) == told


def test_an_event_that_happened_once_never_does(world: World) -> None:
    notification = {
        "Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:eu-north-1:1:a",
        "Message": "the import failed",
    }  # fmt: skip
    world.tell(json.dumps(notification))
    assert len(world.slack.messages) == 1
    passes(world, 60)
    assert world.sns.emails == []


@pytest.mark.parametrize("what", [What.ACKNOWLEDGE, What.TAKE])
def test_an_acknowledgement_stops_it(world: World, what: What) -> None:
    change(world, "payments", "ALARM")
    passes(world, 10)
    press(world, world.slack.top()[0], what)
    passes(world, 120)
    assert world.sns.emails == []


def test_who_muted_it_has_seen_it_and_the_time_begins_when_that_is_over(world: World) -> None:
    change(world, "payments", "ALARM")
    press(world, world.slack.top()[0], What.MUTE_HOUR)
    passes(world, 70)
    assert world.sns.emails == []
    passes(world, 10)
    assert WHY in world.sns.emails[0].body


def test_a_mute_or_maintenance_that_covers_it_holds_it(world: World) -> None:
    change(world, "payments", "ALARM")
    world.invoke({"action": "mute", "alarms": "pay*", "minutes": 58, "reason": "work"})
    passes(world, 55)
    assert world.sns.emails == []
    passes(world, 10)
    assert len(world.sns.emails) == 1


def test_what_opens_in_maintenance_waits_from_when_it_is_told(world: World) -> None:
    world.invoke({"action": "mute", "alarms": "pay*", "minutes": 30, "reason": "work"})
    change(world, "payments", "ALARM")
    passes(world, 40)
    assert world.slack.top()
    assert world.sns.emails == []
    passes(world, 10)
    assert WHY in world.sns.emails[0].body


def test_its_reminders_and_its_end_go_there_too() -> None:
    with world_of(route(remind=60)).running() as world:
        change(world, "payments", "ALARM")
        passes(world, 90)
        change(world, "payments", "OK")
        first, *others = (mail.subject for mail in world.sns.emails)
        assert first.startswith("[CRIT] avatar-system: payments")
        assert [subject.split(" - ")[0] for subject in others] == [
            "[CRIT] avatar-system: Still critical after 1 h",
            "[OK] avatar-system: Recovered after 1 h 30 min",
        ]
        world.clock.advance(hours=1)
        change(world, "payments", "ALARM")
        assert len(world.sns.emails) == 3, "the next one is Slack's alone again"
        passes(world, 10)
        assert len(world.sns.emails) == 3, "and has its whole time"
        passes(world, 10)
        assert len(world.sns.emails) == 4, "and escalates as the first did"


def test_reminders_put_nothing_off() -> None:
    with world_of(route(minutes=30, remind=10)).running() as world:
        change(world, "payments", "ALARM")
        passes(world, 35)
        assert any("Nobody has acknowledged" in mail.body for mail in world.sns.emails)
