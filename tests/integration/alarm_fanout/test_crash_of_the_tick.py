"""The tick is killed at every step, and the next one comes five minutes later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from alarm_fanout.channels.base import Refused
from alarm_fanout.routing import RouteSettings, Target
from avatarwatch.catalogue import Severity
from fakes.alarms import alarm
from fakes.clock import MORNING
from fakes.steps import Killed
from fakes.world import World

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

TICK = timedelta(minutes=5)
CHANNELS = {"slack", "email", "sms"}


def said(world: World, text: str) -> dict[str, int]:
    """Count the new messages of each channel that say something."""
    return {
        "slack": sum(text in str(posted.first) for posted in world.slack.messages.values()),
        "email": sum(text in f"{mail.subject}{mail.body}" for mail in world.sns.emails),
        "sms": sum(text.lower() in sent.lower() for sent in world.sns.texts),
    }


def a_reminder(world: World) -> str:
    world.tell(alarm("payments", "ALARM", MORNING))
    world.clock.advance(minutes=61)
    return "Still critical"


def flapping_that_settles(world: World) -> str:
    for number in range(5):
        world.tell(alarm("payments", "OK" if number % 2 else "ALARM", world.clock()))
        world.clock.advance(minutes=1)
    world.clock.advance(minutes=50)
    return "No longer flapping"


def a_mute_that_ends(world: World) -> str:
    world.invoke({"action": "mute", "alarms": "pay*", "minutes": 30, "reason": "maintenance"})
    world.tell(alarm("payments", "ALARM", MORNING))
    world.clock.advance(minutes=31)
    return "payments 18.2"


def an_address_that_does_not_confirm(world: World) -> str:
    world.sns.confirmed, world.sns.pending = 0, 1
    world.tick()
    world.clock.advance(minutes=60)
    return "E-mails that nobody gets"


@pytest.mark.parametrize(
    "scenario",
    [a_reminder, flapping_that_settles, a_mute_that_ends, an_address_that_does_not_confirm],
    ids=lambda scenario: scenario.__name__,
)
def test_what_a_killed_tick_did_not_tell_the_next_tells(
    scenario: Callable[[World], str],
) -> None:
    with World().running() as world:
        text = scenario(world)
        world.steps.taken.clear()
        world.tick()
        once = said(world, text)
        assert min(once.values()) >= 1
        steps = list(world.steps.taken)
        world.clock.now += TICK
        world.tick()
        assert said(world, text) == once
    for number in range(len(steps)):
        with World().running() as world:
            scenario(world)
            world.steps.taken.clear()
            world.steps.kill_at = number
            with pytest.raises(Killed):
                world.tick()
            world.steps.revive()
            for _ in range(2):
                world.clock.now += TICK
                world.tick()
            now = said(world, text)
            repeats = {name: now[name] - once[name] for name in CHANNELS}
            assert min(repeats.values()) >= 0, (number, steps[number], repeats)
            assert sum(repeats.values()) <= 1, (number, steps[number], repeats)


def test_what_slack_refuses_reaches_people_by_email_whatever_happens() -> None:
    only_slack = RouteSettings(
        alarms="*", severity=Severity.WARNING, channels=frozenset({Target("slack")})
    )

    def refused(world: World) -> None:
        world.slack.down = Refused("is_archived")
        world.send(alarm("payments", "ALARM", MORNING))

    with World(routes=(only_slack,)).running() as world:
        refused(world)
        assert not world.killed(at=1_000_000)
        steps = list(world.steps.taken)
        assert world.sns.emails[0].subject.endswith("payments 18.2, over 10")
    for number in range(len(steps)):
        with World(routes=(only_slack,)).running() as world:
            refused(world)
            assert world.killed(at=number)
            world.drain()
            world.tick()
            told = [mail for mail in world.sns.emails if "payments 18.2" in mail.subject]
            assert 1 <= len(told) <= 2, (number, steps[number])
