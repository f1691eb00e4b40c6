"""The process is killed at every step that leaves a trace: nothing is lost, one thing repeated.

Each scenario is run once unharmed to count its steps, then once for each step with a kill right
before it (which is right after the step before), then redelivered as SQS does when the visibility
timeout ends. What people saw is read from the messages that arrived.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from fakes.alarms import alarm
from fakes.clock import MORNING
from fakes.seen import Fact, redundant, standing, tellings
from fakes.world import World

# a killed process runs no finally; here Python runs it, and the dead store says no once more
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

type Scenario = Callable[[World], set[Fact]]
"""Leaves in the queue what is to be told, and returns what that is."""


def one_alarm(world: World) -> set[Fact]:
    world.send(alarm("payments", "ALARM", MORNING))
    return {("payments", False)}


def two_alarms(world: World) -> set[Fact]:
    world.send(*(alarm(name, "ALARM", MORNING) for name in ("payments", "thumbs")))
    return {("payments", False), ("thumbs", False)}


def a_group(world: World) -> set[Fact]:
    names = ("payments", "thumbs", "search", "login")
    world.send(*(alarm(name, "ALARM", MORNING) for name in names))
    return {(name, False) for name in names}


def a_recovery(world: World) -> set[Fact]:
    world.tell(alarm("payments", "ALARM", MORNING))
    world.clock.advance(minutes=20)
    world.send(alarm("payments", "OK", world.clock()))
    return {("payments", True)}


def a_recovery_within_a_group(world: World) -> set[Fact]:
    a_group(world)
    world.poll()
    world.clock.advance(minutes=20)
    world.send(alarm("thumbs", "OK", world.clock()), alarm("login", "OK", world.clock()))
    return {("thumbs", True), ("login", True)}


def one_more_for_an_open_group(world: World) -> set[Fact]:
    a_group(world)
    world.poll()
    world.clock.advance(minutes=1)
    world.send(alarm("mail", "ALARM", world.clock()))
    return {("mail", False)}


SCENARIOS: tuple[Scenario, ...] = (
    one_alarm,
    two_alarms,
    a_group,
    a_recovery,
    a_recovery_within_a_group,
    one_more_for_an_open_group,
)
NAMES = ("payments", "thumbs", "search", "login", "mail")
CHANNELS = {"slack", "email", "sms", "pagerduty"}


def clean_run(scenario: Scenario, *, webhook: bool) -> list[str]:
    """Return the steps of an unharmed run, which tells everything once."""
    with World(webhook=webhook).running() as world:
        expected = scenario(world)
        before = len(tellings(world, NAMES))
        assert not world.killed(at=1_000_000)
        assert not world.queue.messages
        told = tellings(world, NAMES)
        assert not redundant(told)
        check_told(world, expected, webhook=webhook)
        assert len(told) > before
        return list(world.steps.taken)


def check_told(world: World, expected: set[Fact], *, webhook: bool) -> None:
    for channel in CHANNELS:
        told = {f for t in tellings(world, NAMES) if t.channel == channel for f in t.facts}
        if channel == "slack" and not webhook:
            told = standing(world, NAMES)  # a group is told by editing it
        assert expected <= told, (channel, expected - told)


@pytest.mark.parametrize("webhook", [False, True], ids=["bot", "webhook"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_a_kill_at_any_step_loses_nothing_and_repeats_one_message_at_most(
    scenario: Scenario, *, webhook: bool
) -> None:
    steps = clean_run(scenario, webhook=webhook)
    assert len(steps) > 8
    for number, step in enumerate(steps):
        with World(webhook=webhook).running() as world:
            expected = scenario(world)
            assert world.killed(at=number)
            world.drain()
            check_told(world, expected, webhook=webhook)
            repeats = redundant(tellings(world, NAMES))
            assert len(repeats) <= 1, (number, step, repeats)
            assert not world.queue.dead_letters


def test_two_kills_in_a_row_repeat_two_messages_at_most() -> None:
    steps = clean_run(one_alarm, webhook=False)
    for first in range(len(steps)):
        for second in range(0, len(steps), 3):
            with World().running() as world:
                expected = one_alarm(world)
                assert world.killed(at=first)
                kills = 1 + world.killed(at=second)
                world.drain()
                check_told(world, expected, webhook=False)
                assert len(redundant(tellings(world, NAMES))) <= kills


def test_what_a_kill_left_claimed_is_told_by_the_tick_as_well() -> None:
    steps = clean_run(one_alarm, webhook=False)
    sends = [n for n, step in enumerate(steps) if step.startswith(("slack post", "publish"))]
    assert len(sends) == 3
    for number in sends:
        with World().running() as world:
            expected = one_alarm(world)
            assert world.killed(at=number)
            world.queue.messages.clear()  # as if SQS had lost it
            world.tick()
            check_told(world, expected, webhook=False)
            assert not redundant(tellings(world, NAMES))


def test_a_claim_is_respected_until_it_expires() -> None:
    with World().running() as world:
        one_alarm(world)
        assert world.killed(at=1)
        world.clock.now = MORNING + timedelta(seconds=20)
        world.tick()
        assert tellings(world, NAMES) == []
        world.clock.now = MORNING + timedelta(seconds=41)
        world.tick()
        assert {telling.channel for telling in tellings(world, NAMES)} == CHANNELS
