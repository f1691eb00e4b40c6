"""When something is due, on both sides of its moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alarm_fanout.routing import RouteSettings, Target
from avatarwatch.catalogue import Severity
from fakes.alarms import alarm
from fakes.slack import DOWN
from fakes.steps import Killed
from fakes.world import ALL, World
from integration.alarm_fanout.reading import change, headlines

MILLISECOND = timedelta(milliseconds=1)
SIDES = pytest.mark.parametrize("early", [MILLISECOND, timedelta()], ids=["before", "at"])


def route(**said: int) -> tuple[RouteSettings, ...]:
    """Return a route to Slack alone."""
    chat = frozenset({Target("slack")})
    given = {"remind_minutes": 0, "hand_on_minutes": 0} | said
    return (RouteSettings(alarms="*", severity=Severity.CRITICAL, channels=chat, **given),)  # type: ignore[arg-type]


@SIDES
def test_a_reminder(early: timedelta) -> None:
    with World(routes=route(remind_minutes=60)).running() as world:
        began = world.clock()
        change(world, "orders", "ALARM")
        for hours in (1, 2):
            world.clock.now = began + timedelta(hours=hours) - early
            calls = len(world.slack.calls)
            world.tick()
            reminded = len(world.slack.calls) > calls
            assert reminded is not bool(early)
            world.clock.now = began + timedelta(hours=hours)
            world.tick()


@SIDES
def test_an_escalation(early: timedelta) -> None:
    with World(routes=route(escalate_minutes=15), answers=True).running() as world:
        began = world.clock()
        change(world, "orders", "ALARM")
        world.clock.now = began + timedelta(minutes=15) - early
        world.tick()
        assert len(world.sns.emails) == (0 if early else 1)


@SIDES
def test_what_is_handed_on(early: timedelta) -> None:
    with World(routes=route(hand_on_minutes=10), has=ALL - {"teams"}).running() as world:
        world.slack.down = DOWN
        began = world.clock()
        change(world, "orders", "ALARM")
        [message] = world.queue.messages.values()
        message.visible_at = world.clock.now = began + timedelta(minutes=10) - early
        world.poll()
        assert len(world.sns.emails) == (0 if early else 1)


@SIDES
def test_the_end_of_a_mute(early: timedelta) -> None:
    with World().running() as world:
        began = world.clock()
        world.invoke({"action": "mute", "alarms": "*", "minutes": 30, "reason": "r"})
        world.clock.now = began + timedelta(minutes=30) - early
        change(world, "orders", "ALARM")
        assert any("orders 18.2" in line for line in headlines(world)) is not bool(early)
        world.tick()
        assert bool(world.invoke({"action": "mutes"})["mutes"]) is bool(early)


@pytest.mark.parametrize(("seconds", "taken"), [(39.999, False), (40, True)])
def test_what_a_process_left_behind_is_taken_over(seconds: float, *, taken: bool) -> None:
    with World(routes=route()).running() as world:
        began = world.clock()
        body = alarm("orders", "ALARM", began)
        world.send(body)
        world.steps.kill_at = 3
        with pytest.raises(Killed):
            world.poll()
        world.steps.revive()
        assert world.steps.taken == ["put incident", "put measure", "put lane"]
        world.clock.now = began + timedelta(seconds=seconds)
        world.queue.messages.clear()
        answer = world.tell(body)
        assert (not answer["batchItemFailures"]) is taken
        assert len(world.slack.top()) == taken
        if not taken:  # and comes back at once where somebody else is at it
            [message] = world.queue.messages.values()
            assert message.visible_at - world.clock() == timedelta(seconds=5)


GREATER, LESSER = "avatar-system-StorageCritical", "avatar-system-StorageWarning"


@pytest.mark.parametrize(("seconds", "rings"), [(9.999, False), (10, True)])
def test_the_lesser_once_the_greater_is_over(seconds: float, *, rings: bool) -> None:
    with World(routes=()).running() as world:
        began = world.clock()
        for name, limit in ((GREATER, 100e9), (LESSER, 50e9)):
            world.tell(alarm(name, "ALARM", began, threshold=limit, value=105e9))
        ended = began + timedelta(seconds=30)
        world.clock.now = ended + timedelta(seconds=seconds)
        world.tell(alarm(GREATER, "OK", ended, threshold=100e9, value=62e9))
        assert any("over 50 GB" in mail.subject for mail in world.sns.emails) is rings


@pytest.mark.parametrize(("seconds", "told"), [(14.999, 4), (15, 5)])
def test_a_busy_webhook_gathers_for_a_quarter_of_a_minute(seconds: float, told: int) -> None:
    with World(routes=route(), webhook=True).running() as world:
        for number in range(4):
            change(world, f"orders-{number}", "ALARM")
        last = world.clock()
        world.clock.now = last + timedelta(seconds=seconds)
        change(world, "payments", "ALARM")
        assert len(world.slack.messages) == told
