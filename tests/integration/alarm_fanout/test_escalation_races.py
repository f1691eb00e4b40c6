"""An escalation beside what happens at the same moment, and killed at every step."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from avatarwatch.answers import What
from fakes.answers import body, press, pressed
from fakes.steps import Killed
from fakes.world import World
from integration.alarm_fanout.reading import change, headlines
from integration.alarm_fanout.test_answer_races import in_between
from integration.alarm_fanout.test_escalation import passes, route, world_of

# a process that ends runs no `finally`
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

type _Act = Callable[[World], object]


def opened() -> World:
    return world_of(route())


def due(world: World) -> None:
    change(world, "payments", "ALARM")
    world.clock.advance(minutes=15)


def acknowledging(world: World) -> _Act:
    text = body(pressed(world, world.slack.top()[0], What.ACKNOWLEDGE))
    return lambda world: world.tell(text)


def recovering(_: World) -> _Act:
    return lambda world: change(world, "payments", "OK")


def escalating(_: World) -> _Act:
    return lambda world: world.tick()


@pytest.mark.parametrize("turned", [False, True], ids=["answer between", "escalation between"])
def test_an_acknowledgement_at_the_same_moment(*, turned: bool) -> None:
    one, other = (acknowledging, escalating) if turned else (escalating, acknowledging)
    told = set()
    for world in in_between(one, other, opened, due):
        assert "Acknowledged by Anna" in world.slack.top()[0].text
        once = len(world.sns.emails)
        told.add(once)
        passes(world, 60)
        assert len(world.sns.emails) == once, "an answer that is written stops it"
    assert told == {0, 1}


@pytest.mark.parametrize("turned", [False, True], ids=["recovery between", "escalation between"])
def test_a_recovery_at_the_same_moment_is_heard_by_all_who_heard(*, turned: bool) -> None:
    one, other = (recovering, escalating) if turned else (escalating, recovering)
    for world in in_between(one, other, opened, due):
        passes(world, 30)
        assert headlines(world)[0].startswith("✅ Recovered after 15 min")
        tags = [mail.subject.split(" ")[0] for mail in world.sns.emails]
        assert tags in ([], ["[CRIT]", "[OK]"])


@pytest.mark.parametrize("acknowledged", [False, True])
def test_a_tick_killed_at_each_step(*, acknowledged: bool) -> None:
    counts, at = [], 0
    while True:
        with opened().running() as world:
            due(world)
            world.steps.taken.clear()
            world.steps.kill_at = at
            died = False
            try:
                world.tick()
            except Killed:
                died = True
            world.steps.revive()
            sent = len(world.sns.emails)
            world.clock.advance(minutes=1)
            if acknowledged:
                press(world, world.slack.top()[0], What.ACKNOWLEDGE)
            passes(world, 60)
            if acknowledged:
                assert len(world.sns.emails) == sent, "what nobody sent need not be any more"
            else:
                # sent, and not written down: nobody knows, so once more
                assert len(world.sns.emails) in ({1, 2} if sent and died else {1})
            counts.append(sent)
        if not died:
            break
        at += 1
    assert set(counts) == {0, 1}
