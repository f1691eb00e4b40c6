"""Nothing that becomes due while a mute or maintenance is in force is told before that is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from avatarwatch.maintenance import Window
from fakes.alarms import alarm
from fakes.world import World
from integration.alarm_fanout.reading import change, headlines

GREATER, LESSER = "avatar-system-StorageCritical", "avatar-system-StorageWarning"
WINDOW = Window("imports", "*", "bulk import", "2026-11-23T10:45", 60)


def mute(world: World, alarms: str) -> None:
    world.invoke({"action": "mute", "alarms": alarms, "minutes": 60, "reason": "moving house"})


def storage(world: World, name: str, state: str, value: float = 105e9) -> None:
    threshold = 100e9 if name == GREATER else 50e9
    world.tell(alarm(name, state, world.clock(), threshold=threshold, value=value))
    world.drain()


def rung(world: World) -> int:
    return sum("over 50 GB" in mail.subject for mail in world.sns.emails)


@pytest.fixture
def both() -> Iterator[World]:
    """A world in which a greater alert holds a lesser one back."""
    with World(routes=()).running() as world:
        for name in (GREATER, LESSER):
            world.clock.advance(minutes=1)
            storage(world, name, "ALARM")
        world.clock.advance(minutes=1)
        yield world


@pytest.mark.parametrize("by", ["the batch", "the tick"])
@pytest.mark.parametrize("window", [False, True], ids=["muted", "maintained"])
def test_what_the_greater_lets_go_of_is_held_by_the_mute(
    both: World, by: str, *, window: bool
) -> None:
    if window:
        both.windows = (replace(WINDOW, alarms="StorageWarning", starts="2026-11-23T10:18"),)
        both.tick()
        both.clock.advance(minutes=1)
    else:
        mute(both, LESSER)
    if by == "the tick":
        both.tell(alarm(GREATER, "OK", both.clock(), threshold=100e9, value=62e9))
        both.queue.messages.clear()
        both.clock.advance(minutes=2)
        both.tick()
    else:
        storage(both, GREATER, "OK", 62e9)
        both.clock.advance(minutes=2)
    assert rung(both) == 0
    assert f"holds back {LESSER}" in "\n".join(headlines(both))
    both.clock.advance(minutes=90)
    both.tick()
    assert rung(both) == 1
    assert f"held back {LESSER}; 1 of them still open" in both.slack.top()[-1].text


def flap(world: World, times: int) -> None:
    for number in range(times):
        world.clock.advance(minutes=1)
        change(world, "payments", "OK" if number % 2 else "ALARM")


@pytest.mark.parametrize("times", [5, 6], ids=["in alarm", "ok"])
def test_the_end_of_flapping_is_held_while_it_is_open(world: World, times: int) -> None:
    flap(world, times)
    mute(world, "pay*")
    before = headlines(world)
    world.clock.advance(minutes=55)
    world.tick()
    if times == 6:  # the end of what was told is never held back
        assert "No longer flapping, recovered" in "\n".join(headlines(world))
        return
    assert headlines(world)[:-1] == before
    assert "holds back payments" in headlines(world)[-1]
    world.clock.advance(minutes=6)
    world.tick()
    assert "Critical · payments 18.2, over 10" in "\n".join(headlines(world))


@pytest.mark.parametrize("times", [5, 6], ids=["in alarm", "ok"])
def test_what_flapped_in_a_mute_alone_is_told_as_news_afterwards(world: World, times: int) -> None:
    mute(world, "pay*")
    flap(world, times)
    world.clock.advance(minutes=58)
    world.tick()
    said = "\n".join(headlines(world))
    assert ("Critical · payments 18.2" in said) == (times == 5)
    assert "lapping" not in said
    change(world, "payments", "OK" if times == 5 else "ALARM")
    said = "\n".join(headlines(world))
    assert ("Recovered" if times == 5 else "Critical · payments 18.2") in said
