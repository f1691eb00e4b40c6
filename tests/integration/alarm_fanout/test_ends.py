"""What rang is ended where it rang, whatever came in between; nothing is open that is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from alarm_fanout.channels.pagerduty.message import dedup_key
from alarm_fanout.ledger import Ledger
from alarm_fanout.routing import Target
from avatarwatch.answers import What
from avatarwatch.state_table.memory import MemoryDocumentStore
from fakes.alarms import alarm, arn, own
from fakes.answers import press
from fakes.world import EVERYWHERE, World
from integration.alarm_fanout.reading import change, headlines, subjects

TICK = timedelta(minutes=5)
PAY = arn("payments")


def ticks(world: World, minutes: int) -> None:
    for _ in range(minutes // 5):
        world.clock.now += TICK
        world.tick()


def flaps(world: World, changes: int) -> None:
    for number in range(changes):
        change(world, "payments", "OK" if number % 2 else "ALARM")
        world.clock.now += TICK


@pytest.mark.parametrize("later", [{"mail"}, {"chat"}, set()], ids=str)
def test_it_ends_where_it_was_told_whatever_the_route_has_become(
    world: World, later: set[str]
) -> None:
    change(world, "payments", "ALARM")
    assert world.pagerduty.open
    world.routes = (structs.replace(EVERYWHERE, channels=frozenset(map(Target, later))),)
    world.clock.now += TICK
    change(world, "payments", "OK")
    assert world.pagerduty.open == {}
    assert headlines(world) == ["✅ Recovered after 5 min · payments 18.2"]
    assert len(subjects(world)) == 2


def test_it_ends_where_it_was_told_however_long_ago(world: World) -> None:
    change(world, "payments", "ALARM")
    world.routes = (structs.replace(EVERYWHERE, channels=frozenset({Target("mail")})),)
    for _ in range(9):  # reminders push out of memory by whom it was told first
        world.clock.now += timedelta(minutes=61)
        world.tick()
    change(world, "payments", "OK")
    assert world.pagerduty.open == {}
    assert len(world.sns.texts) == 2
    ticks(world, 15)
    assert len(world.sns.texts) == 2


def test_what_is_open_is_remembered_until_it_is_over(world: World) -> None:
    names = ("a", "b", "payments")
    world.tell(*(alarm(name, "ALARM", world.clock()) for name in names))
    assert isinstance(world.documents, MemoryDocumentStore)
    items = world.documents.items
    kept = [key for key in items if key[0] in {"incident", "group"}]
    assert len(kept) == 4

    def least(days: int) -> list[bool]:
        until = world.clock() + timedelta(days=days)
        return [items[key][2] > until for key in kept]

    assert all(least(days=399))
    world.clock.now += TICK
    world.tell(*(alarm(name, "OK", world.clock()) for name in names))
    assert not any(least(days=31))


def test_what_a_mute_says_of_itself_pages_nobody(world: World) -> None:
    world.invoke({"action": "mute", "alarms": "pay*", "minutes": 9, "reason": "import"})
    change(world, "payments", "ALARM")
    assert headlines(world) == ["🔵 Info · Mute pay holds back payments"]
    ticks(world, 10)
    assert "Mute pay" in headlines(world)[-1]
    assert list(world.pagerduty.open) == [PAY]
    assert all("Mute" not in told for told in [*world.sns.texts, *subjects(world)])


def test_a_mute_that_is_set_anew_still_says_all_that_it_held_back(world: World) -> None:
    action = {"action": "mute", "alarms": "pay*", "minutes": 9, "reason": "import"}
    world.invoke(action)
    change(world, "payments", "ALARM")
    world.clock.now += TICK
    world.invoke(action)
    ticks(world, 10)
    assert "held back payments; 1 of them still open" in world.slack.top()[-1].text


def test_nobody_hears_the_end_of_what_a_mute_held_and_no_tick_told(world: World) -> None:
    world.invoke({"action": "mute", "alarms": "pay*", "minutes": 9, "reason": "import"})
    change(world, "payments", "ALARM")
    world.clock.now += timedelta(minutes=10)
    change(world, "payments", "OK")
    assert subjects(world) == []
    ticks(world, 5)
    assert "held back payments; 0 of them still open" in world.slack.top()[-1].text
    assert subjects(world) == []


def test_what_flapped_as_ok_and_stays_in_alarm_pages(world: World) -> None:
    change(world, "payments", "ALARM")
    world.clock.now += timedelta(hours=2)
    for number in range(6):
        change(world, "payments", "ALARM" if number % 2 else "OK")
        world.clock.now += TICK
    ticks(world, 60)
    assert "critical" in headlines(world)[-1]
    assert list(world.pagerduty.open) == [PAY]


def test_the_end_is_told_of_what_settled_in_a_mute(world: World) -> None:
    flaps(world, 7)
    world.invoke({"action": "mute", "alarms": "pay*", "minutes": 300, "reason": "import"})
    ticks(world, 120)
    assert list(world.pagerduty.open) == [PAY]
    change(world, "payments", "OK")
    assert world.pagerduty.open == {}
    assert "✅" in headlines(world)[1]


def test_what_flaps_is_acknowledged_once() -> None:
    with World(answers=True).running() as world:
        flaps(world, 5)
        message = world.slack.top()[-1]
        press(world, message, What.ACKNOWLEDGE)  # it is in alarm, and was for five minutes
        assert world.slack.whispers == []
        for state in ("OK", "ALARM"):
            change(world, "payments", state)
            world.clock.now += TICK
        ticks(world, 55)
        assert "Acknowledged by Anna" in world.slack.top()[-1].text
        told = len(subjects(world))
        ticks(world, 240)
        assert len(subjects(world)) == told
        change(world, "payments", "OK")
        assert "Acknowledged by Anna" in world.slack.top()[-1].text


def test_two_systems_with_one_integration_end_their_own_pages(world: World) -> None:
    world.routes = ()
    world.tell(own("EndpointDown", "ALARM", world.clock(), key="endpoint-down/a"))
    assert list(world.pagerduty.open) == ["avatar-system/endpoint-down/a"]
    [incident] = Ledger(world.documents).incidents()
    assert dedup_key(replace(incident, scope="other")) == "other/endpoint-down/a"
    older = replace(incident, scope="")  # an older release opened it: so it is still known there
    assert dedup_key(older) == "endpoint-down/a"
    assert dedup_key(replace(incident, key=PAY)) == PAY


def test_what_is_held_by_a_mute_that_is_gone_is_told(world: World) -> None:
    world.invoke({"action": "mute", "alarms": "pay*", "minutes": 60, "reason": "import"})
    change(world, "payments", "ALARM")
    Ledger(world.documents).drop_mute("pay*")  # as who ended it in the same moment does
    ticks(world, 5)
    assert list(world.pagerduty.open) == [PAY]
    ticks(world, 30)
    assert len(subjects(world)) == 1


@pytest.mark.parametrize("due", ["a reminder", "the end of a mute"])
def test_what_ends_while_the_tick_is_at_it_rings_no_more(due: str) -> None:
    def begun(world: World) -> None:
        if due == "the end of a mute":
            world.invoke({"action": "mute", "alarms": "*", "minutes": 60, "reason": "import"})
        change(world, "payments", "ALARM")
        world.clock.now += timedelta(minutes=61)
        world.steps.taken.clear()

    with World().running() as alone:
        begun(alone)
        alone.tick()
        count = len(alone.steps.taken)
    for at in range(count):
        with World().running() as world:
            begun(world)
            over = alarm("payments", "OK", world.clock())

            def ends(number: int, what: str, *, at: int = at, over: str = over) -> None:
                del what
                if number == at:
                    world.tell(over)

            world.steps.before = ends
            world.tick()
            world.steps.before = lambda *_: None
            world.drain()
            ticks(world, 5)
            assert world.pagerduty.open == {}, at
            assert not [line for line in headlines(world) if line.startswith("🔴")], at


def test_what_nobody_could_end_is_ended_once_its_channels_are_there_again(world: World) -> None:
    change(world, "payments", "ALARM")
    there, world.has = world.has, frozenset({"email", "sms"})  # as while the settings are wrong
    world.clock.now += TICK
    change(world, "payments", "OK")
    assert list(world.pagerduty.open) == [PAY]
    ticks(world, 20)
    world.has = there
    for _ in range(2):
        ticks(world, 5)
        assert world.pagerduty.open == {}
        assert headlines(world) == ["✅ Recovered after 5 min · payments 18.2"]
        assert len(world.slack.replies(world.slack.top()[0])) == 1
        assert len(subjects(world)) == 2


@pytest.mark.parametrize(("previous", "after", "rings"), [
    ("OK", timedelta(hours=9), 2),
    ("INSUFFICIENT_DATA", timedelta(hours=9), 1),
    ("OK", timedelta(seconds=3), 1),  # the same change, as another way tells its time
])  # fmt: skip
def test_an_alarm_that_was_ok_unheard_rings_anew(
    world: World, previous: str, after: timedelta, rings: int
) -> None:
    change(world, "payments", "ALARM")
    world.clock.now += after
    change(world, "payments", "ALARM", previous)
    assert len(headlines(world)) == len(subjects(world)) == rings
    change(world, "payments", "OK")
    assert headlines(world)[-1].startswith("✅")
    assert world.pagerduty.open == {}


def test_a_name_with_brackets_is_muted_and_routed_by_itself(world: World) -> None:
    name = "queue[high]"
    world.routes = (structs.replace(EVERYWHERE, alarms=name),)
    change(world, name, "ALARM")
    assert list(world.pagerduty.open) == [arn(name)]
    world.invoke({"action": "mute", "alarms": name, "minutes": 60, "reason": "import"})
    for state in ("OK", "ALARM"):
        world.clock.now += TICK
        change(world, name, state)
    assert world.pagerduty.open == {}
