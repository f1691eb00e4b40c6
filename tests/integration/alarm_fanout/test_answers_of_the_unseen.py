"""An answer is to what its giver had seen: never to news that is younger, whoever acts on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from alarm_fanout.incident import KEPT_NOTICES
from alarm_fanout.ledger import Ledger
from avatarwatch.answers import KEPT, PARTITION, Answer, What
from avatarwatch.state_table.partition import Partition
from fakes.alarms import alarm, arn
from fakes.answers import body, press, pressed
from fakes.world import World
from integration.alarm_fanout.reading import change

NAMES = ("payments", "thumbs", "search")


@pytest.fixture
def world() -> Iterator[World]:
    """A world in whose chat people can answer."""
    with World(answers=True).running() as running:
        yield running


def keep(world: World, answer: Answer) -> None:
    """Keep an answer as ChatActions does: the tick acts on it for an hour."""
    Partition(world.documents, PARTITION, Answer, KEPT).set(answer.id, answer, world.clock())


def storm(world: World) -> None:
    world.tell(*(alarm(name, "ALARM", world.clock()) for name in NAMES))


def rows(world: World, name: str) -> list[str]:
    said = "\n".join(message.text for message in world.slack.messages.values())
    return [line for line in said.splitlines() if name in line and "by Anna" in line]


def acknowledged(world: World, name: str) -> bool:
    key = arn(name)
    return Ledger(world.documents).load([key])[key].acknowledged is not None


@pytest.mark.parametrize("what", [What.ACKNOWLEDGE, What.TAKE])
@pytest.mark.parametrize("lost", [False, True], ids=["acted on", "lost by the queue"])
def test_all_are_those_that_were_there(world: World, what: What, *, lost: bool) -> None:
    storm(world)
    world.clock.advance(seconds=10)
    answer = pressed(world, world.slack.top()[0], what)
    keep(world, answer)
    if not lost:
        world.tell(body(answer))
    world.clock.advance(seconds=20)
    change(world, "later", "ALARM")
    world.drain()
    for _ in range(3):
        world.clock.advance(minutes=1)
        world.tick()
    assert not acknowledged(world, "later")
    assert all(acknowledged(world, name) for name in NAMES)
    assert rows(world, "later") == []


def test_a_row_that_rang_anew_is_not_meant(world: World) -> None:
    storm(world)
    world.clock.advance(seconds=10)
    answer = pressed(world, world.slack.top()[0], What.ACKNOWLEDGE)
    keep(world, answer)
    world.tell(body(answer))
    for state in ("OK", "ALARM"):
        world.clock.advance(seconds=30)
        change(world, "thumbs", state)
        world.drain()
    world.tick()
    assert not acknowledged(world, "thumbs")
    assert acknowledged(world, "search")


def test_what_has_not_rung_yet_is_not_meant(world: World) -> None:
    """It waits for the group's wave; it opened before the answer, and nobody can have seen it."""
    storm(world)
    world.clock.advance(seconds=1)
    message = world.slack.top()[0]
    change(world, "later", "ALARM")
    world.clock.advance(seconds=3)
    world.tell(body(pressed(world, message, What.ACKNOWLEDGE)))
    assert not acknowledged(world, "later")
    world.drain()
    assert acknowledged(world, "search")
    press(world, world.slack.top()[0], What.TAKE, "Bo")
    assert acknowledged(world, "later")


def test_pagerdutys_acknowledgement_is_of_the_opening_that_it_knew(world: World) -> None:
    change(world, "payments", "ALARM")
    [key] = world.pagerduty.open
    world.clock.advance(minutes=1)
    answer = Answer(
        id="event", what=What.ACKNOWLEDGE, by="Cem", at=world.clock(), over="PagerDuty",
        dedup_key=key,
    )  # fmt: skip
    keep(world, answer)
    world.tick()
    assert acknowledged(world, "payments")
    for state in ("OK", "ALARM"):
        world.clock.advance(minutes=1)
        change(world, "payments", state)
    world.tick()
    assert not acknowledged(world, "payments")
    world.tell(body(msgspec.structs.replace(answer, id="later", at=world.clock())))
    assert acknowledged(world, "payments")


@pytest.mark.parametrize(("seconds", "counts"), [(-3, False), (-1, True), (0, True), (1, True)])
def test_clocks_may_differ_by_two_seconds(world: World, seconds: int, *, counts: bool) -> None:
    world.clock.advance(minutes=1)
    change(world, "payments", "ALARM")
    answer = pressed(world, world.slack.top()[0], What.ACKNOWLEDGE)
    heard = Ledger(world.documents).load([arn("payments")])[arn("payments")].heard_at
    assert heard
    at = heard + timedelta(seconds=seconds)
    world.tell(body(msgspec.structs.replace(answer, at=at)))
    assert acknowledged(world, "payments") is counts


def test_the_rows_of_a_group_are_answered_by_one_edit(world: World) -> None:
    storm(world)
    world.clock.advance(seconds=10)
    before = world.slack.calls.count("update")
    press(world, world.slack.top()[0], What.ACKNOWLEDGE)
    assert world.slack.calls.count("update") - before == 1
    assert not world.queue.messages
    assert all(len(rows(world, name)) == 1 for name in NAMES)


def test_an_answer_that_was_told_long_ago_is_not_told_again(world: World) -> None:
    change(world, "payments", "ALARM")
    answer = pressed(world, world.slack.top()[0], What.ACKNOWLEDGE)
    keep(world, answer)
    world.tell(body(answer))
    for number in range(KEPT_NOTICES + 2):
        world.clock.advance(seconds=10)
        press(world, world.slack.top()[0], What.TAKE, f"person {number}")
    calls = len(world.slack.calls)
    world.tick()
    assert len(world.slack.calls) == calls


def test_an_answer_that_meets_another_on_its_way_is_told_as_well(world: World) -> None:
    change(world, "payments", "ALARM")
    message = world.slack.top()[0]
    first, second = (pressed(world, message, what) for what in (What.MUTE_HOUR, What.ACKNOWLEDGE))
    begun: list[str] = []

    def meanwhile(_: int, step: str) -> None:
        if step == "slack update" and not begun:
            begun.append(step)
            world.tell(body(second))

    world.steps.before = meanwhile
    world.tell(body(first))
    assert begun
    world.drain()
    [key] = world.pagerduty.open
    assert world.pagerduty.changes.count(("acknowledge", key)) == 1
    assert "Acknowledged by Anna" in world.slack.top()[0].text
