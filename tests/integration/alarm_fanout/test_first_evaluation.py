"""An alarm that rings because it is new waits for its first data; one that lasts is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alarm_fanout.channels.base import Deferred
from fakes.alarms import alarm, alarm_event, deleted, new_alarm
from fakes.clock import MORNING
from fakes.world import World
from integration.alarm_fanout.reading import headlines, subjects

MADE = MORNING - timedelta(minutes=2)
WAYS = pytest.mark.parametrize("way", ["sns", "eventbridge"])
HEADLINE = "🔴 Critical · nightly-import"


def ticks(world: World, minutes: int) -> None:
    """Let time go by, the tick every five minutes."""
    for _ in range(0, minutes, 5):
        world.clock.advance(minutes=5)
        world.tick()


@WAYS
def test_a_new_alarm_that_gets_its_data_wakes_nobody(world: World, way: str) -> None:
    world.tell(new_alarm("nightly-import", MADE, MORNING, over=way))
    ticks(world, 30)
    told = alarm if way == "sns" else alarm_event
    world.tell(told("nightly-import", "OK", world.clock()))
    ticks(world, 120)
    assert (world.slack.calls, subjects(world), world.pagerduty.changes) == ([], [], [])


@WAYS
def test_a_new_alarm_that_never_gets_data_is_told_when_its_hour_is_over(
    world: World, way: str
) -> None:
    world.tell(new_alarm("nightly-import", MADE, MORNING, over=way))
    ticks(world, 55)
    assert world.slack.calls == []
    ticks(world, 5)
    [headline] = headlines(world)
    assert headline.startswith(HEADLINE)
    assert "It rang when it was made, for want of data" in world.slack.top()[0].text
    ticks(world, 60)
    assert len(headlines(world)) == 1
    world.tell(alarm("nightly-import", "OK", world.clock()))
    assert headlines(world) == ["✅ Recovered after 2 h · nightly-import 18.2"]


def test_both_ways_and_their_duplicates_are_one_alarm(world: World) -> None:
    for way in ("sns", "eventbridge", "sns", "eventbridge"):
        world.tell(new_alarm("nightly-import", MADE, MORNING, over=way))
    ticks(world, 60)
    for way in ("sns", "eventbridge"):  # a late copy
        world.tell(new_alarm("nightly-import", MADE, MORNING, over=way))
    ticks(world, 30)
    assert len(headlines(world)) == 1
    assert world.slack.calls.count("post") == 1


def test_a_message_that_comes_when_the_hour_is_over_is_told_by_the_next_tick(world: World) -> None:
    world.clock.advance(hours=3)
    world.tell(new_alarm("nightly-import", MADE, MORNING))
    ticks(world, 5)
    assert len(headlines(world)) == 1


def test_a_new_alarm_that_is_deleted_is_never_told(world: World) -> None:
    world.tell(new_alarm("nightly-import", MADE, MORNING, over="eventbridge"))
    ticks(world, 10)
    world.tell(deleted("nightly-import", world.clock()))
    [told] = world.slack.top()  # the deletion itself, an event
    assert "The alarm was deleted." in told.text
    ticks(world, 120)
    assert world.slack.top() == [told]
    assert len(subjects(world)) == 1


def test_what_rings_by_itself_within_the_hour_is_told_at_once(world: World) -> None:
    world.tell(new_alarm("nightly-import", MADE, MORNING))
    world.clock.advance(minutes=5)
    world.tell(alarm("nightly-import", "OK", world.clock()))
    world.clock.advance(minutes=5)
    world.tell(alarm("nightly-import", "ALARM", world.clock()))
    assert headlines(world) == ["🔴 Critical · nightly-import 18.2, over 10"]


def test_a_new_alarm_is_released_by_the_next_tick_that_can_deliver(world: World) -> None:
    world.tell(new_alarm("nightly-import", MADE, MORNING))
    world.clock.advance(minutes=70)
    world.slack.down = Deferred(30.0, "Slack did not answer: TimeoutError")
    world.tick()
    assert subjects(world) == ["nightly-import: no data for 3 periods"]
    world.slack.down = None
    ticks(world, 15)
    assert len(headlines(world)) == 1
    assert subjects(world) == ["nightly-import: no data for 3 periods"]


@pytest.mark.parametrize(
    "minutes",
    [pytest.param(60, id="an hour"), pytest.param(-3, id="changed after it rang")],
)
@WAYS
def test_an_alarm_that_is_not_new_is_told_at_once(world: World, way: str, minutes: int) -> None:
    made = MORNING - timedelta(minutes=minutes)
    world.tell(new_alarm("nightly-import", made, MORNING, over=way))
    assert len(headlines(world)) == 1
