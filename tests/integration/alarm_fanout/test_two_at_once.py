"""Two invocations at the same time: the second runs in whole right before a step of the first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fakes.alarms import alarm, alarm_event
from fakes.clock import MORNING
from fakes.seen import redundant, standing, tellings
from fakes.world import World

LATER = MORNING + timedelta(minutes=7)
NAMES = ("payments", "thumbs", "search")
ALARM = alarm("payments", "ALARM", MORNING)
COPY = alarm_event("payments", "ALARM", MORNING)
OVER = alarm("payments", "OK", LATER)
OTHERS = tuple(alarm(name, "ALARM", MORNING) for name in ("thumbs", "search"))

# what the first and the second are about, and what is true in the end
PAIRS = {
    "copies": ((ALARM,), (COPY,), {("payments", False)}),
    "alarm-and-recovery": ((ALARM,), (OVER,), {("payments", True)}),
    "recovery-and-alarm": ((OVER,), (ALARM,), {("payments", True)}),
    "recoveries": ((OVER,), (OVER,), {("payments", True)}),
    "different-alarms": ((ALARM,), OTHERS, {(name, False) for name in NAMES}),
    "storms": (
        (ALARM, *OTHERS),
        (*OTHERS, COPY),
        {(name, False) for name in NAMES},
    ),
}


def steps_of(world: World, bodies: tuple[str, ...]) -> int:
    world.tell(*bodies)
    return len(world.steps.taken)


def run_with_another_in_between(world: World, at: int, first: object, second: object) -> None:
    """Poll the first; right before its step ``at`` the second is received and handled."""
    assert isinstance(first, tuple)
    assert isinstance(second, tuple)
    begun = False

    def another(number: int, what: str) -> None:
        nonlocal begun
        del what
        if number >= at and not begun:
            begun = True
            world.tell(*second)

    world.clock.now = LATER
    world.steps.before = another
    world.tell(*first)
    assert begun
    world.drain()


@pytest.mark.parametrize("webhook", [False, True], ids=["bot", "webhook"])
@pytest.mark.parametrize("pair", PAIRS)
def test_nothing_is_lost_or_told_twice(pair: str, *, webhook: bool) -> None:
    first, second, truth = PAIRS[pair]
    with World(webhook=webhook).running() as alone:
        count = steps_of(alone, first)
    for at in range(count):
        with World(webhook=webhook).running() as world:
            run_with_another_in_between(world, at, first, second)
            told = tellings(world, NAMES)
            assert redundant(told) == [], (at, told)
            for channel in {"email", "sms"} | ({"slack"} if webhook else set()):
                facts = {f for telling in told if telling.channel == channel for f in telling.facts}
                assert truth <= facts, (at, channel, told)


@pytest.mark.parametrize("pair", PAIRS)
def test_no_red_message_stands_after_the_recovery(pair: str) -> None:
    first, second, truth = PAIRS[pair]
    with World().running() as alone:
        count = steps_of(alone, first)
    for at in range(count):
        with World().running() as world:
            run_with_another_in_between(world, at, first, second)
            assert standing(world, NAMES) == truth, at
            over = {name for name, is_over in truth if is_over}
            assert not [key for key in world.pagerduty.open if any(name in key for name in over)]


def test_a_change_waits_until_the_one_before_is_told() -> None:
    with World().running() as world:
        world.steps.before = lambda _, what: (
            told.append(world.tell(OVER)) if what == "slack post" and not told else None
        )
        told: list[dict[str, object]] = []
        world.clock.now = LATER
        world.tell(ALARM)
        assert told[0]["batchItemFailures"], "the recovery was to come back"
        assert [message.receives for message in world.queue.messages.values()] == [1]
        world.drain()
        assert [posted.text.split("\n")[0] for posted in world.slack.top()] == [
            "✅ *Recovered after 7 min · payments 18.2*"
        ]
