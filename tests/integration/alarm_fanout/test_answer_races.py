"""An answer beside what happens at the same moment: in every order of their steps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from avatarwatch.answers import What
from fakes.alarms import alarm
from fakes.answers import body, pressed
from fakes.world import World
from integration.alarm_fanout.reading import change, subjects

# a process that ends runs no `finally`
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

type _Act = Callable[[World], object]


def opened() -> World:
    return World(answers=True)


def first(world: World) -> None:
    change(world, "payments", "ALARM")
    world.clock.advance(minutes=5)


def acknowledge(world: World, by: str = "Anna") -> str:
    return body(pressed(world, world.slack.top()[0], What.ACKNOWLEDGE, by))


def in_between(
    one: Callable[[World], _Act],
    other: Callable[[World], _Act],
    opened: Callable[[], World] = opened,
    first: _Act = first,
) -> Iterator[World]:
    """Yield the worlds in which the other ran in whole before each step of the one."""
    with opened().running() as alone:
        first(alone)
        act = one(alone)
        alone.steps.taken.clear()
        act(alone)
        count = len(alone.steps.taken)
    for at in range(count):
        with opened().running() as world:
            first(world)
            act, another = one(world), other(world)
            world.steps.taken.clear()
            begun: list[int] = []

            def run(
                number: int, _: str, at: int = at, begun: list[int] = begun,
                world: World = world, another: _Act = another,
            ) -> None:  # fmt: skip
                if number >= at and not begun:
                    begun.append(number)
                    another(world)

            world.steps.before = run
            act(world)
            assert begun
            world.drain()
            yield world


def answering(world: World) -> _Act:
    text = acknowledge(world)
    return lambda world: world.tell(text)


def recovering(world: World) -> _Act:
    text = alarm("payments", "OK", world.clock())
    return lambda world: world.tell(text)


def reminding(world: World) -> _Act:
    world.clock.advance(hours=2)
    return lambda world: world.tick()


def muting(world: World) -> _Act:
    text = body(pressed(world, world.slack.top()[0], What.MUTE_MORNING))
    return lambda world: world.tell(text)


@pytest.mark.parametrize("turned", [False, True], ids=["answer first", "recovery first"])
def test_an_acknowledgement_never_hides_a_recovery(*, turned: bool) -> None:
    pair = (recovering, answering) if turned else (answering, recovering)
    for world in in_between(*pair):
        assert world.slack.top()[0].text.startswith("✅ *Recovered after 5 min")
        assert world.pagerduty.open == {}
        assert sum("Recovered" in subject for subject in subjects(world)) == 1


@pytest.mark.parametrize("answer", [answering, muting])
def test_one_reminder_at_most_and_none_after_the_answer(answer: Callable[[World], _Act]) -> None:
    for world in in_between(reminding, answer):
        reminders = [subject for subject in subjects(world) if "Still critical" in subject]
        assert len(reminders) <= 1
        world.clock.advance(hours=2)
        world.tick()
        assert [s for s in subjects(world) if "Still critical" in s] == reminders
        text = world.slack.top()[0].text
        assert "Acknowledged by Anna" in text or "Muted by Anna" in text


def test_two_people_at_once_both_are_named_and_one_acknowledged() -> None:
    def taking(world: World) -> _Act:
        text = body(pressed(world, world.slack.top()[0], What.TAKE, "Bo"))
        return lambda world: world.tell(text)

    for world in in_between(answering, taking):
        text = world.slack.top()[0].text
        assert "Bo is on it" in text
        change(world, "payments", "OK")
        assert world.slack.top()[0].text.count("Acknowledged by") == 1


@pytest.mark.parametrize("what", list(What))
def test_a_crash_anywhere_loses_no_answer(what: What) -> None:
    at = 0
    while True:
        with opened().running() as world:
            first(world)
            world.send(body(pressed(world, world.slack.top()[0], what)))
            died = world.killed(at=at)
            world.drain(timedelta(hours=3))
            text = world.slack.top()[0].text
            assert "by Anna" in text or "Anna is on it" in text, (what, at)
            mutes = world.invoke({"action": "mutes"})["mutes"]
            assert len(mutes) == what.mutes, json.dumps(mutes)
        if not died:
            return
        at += 1
