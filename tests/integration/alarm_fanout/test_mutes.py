"""Mutes hold alerts back, say so once, and tell in the end what is still open."""

from __future__ import annotations

import pytest

from avatarwatch.answers import Answer, What
from avatarwatch.environment import SettingsError
from avatarwatch.mutes import HELD_LIMIT
from fakes.alarms import alarm, own
from fakes.answers import body, press
from fakes.world import World
from integration.alarm_fanout.reading import change, headlines, subjects


def told(world: World) -> str:
    return "\n".join(posted.text for posted in world.slack.messages.values())


def endpoint(world: World, place: str, state: str = "ALARM") -> str:
    summary = f"{place} is down: HTTP 500"
    return own("EndpointDown", state, world.clock(), key=f"endpoint-down/{place}", summary=summary)


def mute(world: World, alarms: str, minutes: int = 60) -> dict[str, object]:
    return world.invoke(
        {"action": "mute", "alarms": alarms, "minutes": minutes, "reason": "moving house"}
    )


@pytest.mark.parametrize("pattern", ["pay*", "*"])
def test_a_mute_holds_back_and_says_so_once(world: World, pattern: str) -> None:
    mute(world, pattern)
    for name in ("payments", "paypal"):
        world.clock.advance(minutes=1)
        change(world, name, "ALARM")
    assert [posted.text.split("\n")[0] for posted in world.slack.top()] == [
        f"🔵 *Info · Mute {pattern} holds back payments*"
    ]
    assert "until 11:15 UTC: moving house" in world.slack.top()[0].text
    assert subjects(world) == []
    [listed] = world.invoke({"action": "mutes"})["mutes"]
    assert listed["held"] == ["payments", "paypal"]


def test_the_end_of_a_mute_tells_what_is_still_open(world: World) -> None:
    mute(world, "*", minutes=30)
    for name in ("over", "open"):
        change(world, name, "ALARM")
    world.clock.advance(minutes=10)
    change(world, "over", "OK")
    world.clock.advance(minutes=21)
    world.tick()
    said = "\n".join(posted.text for posted in world.slack.top())
    assert "Mute * ended" in said
    assert "held back open, over; 1 of them still open" in said
    assert "Critical · open 18.2" in said
    assert "over 18.2" not in said
    assert world.invoke({"action": "mutes"}) == {"mutes": []}
    change(world, "open", "OK")
    assert any("Recovered after 31 min · open" in posted.text for posted in world.slack.top())


def test_unmute_ends_a_mute_at_once(world: World) -> None:
    mute(world, "pay*")
    change(world, "payments", "ALARM")
    world.clock.advance(minutes=2)
    report = world.invoke({"action": "unmute", "alarms": "pay*"})
    [ended] = report["unmuted"]
    assert ended["held"] == ["payments"]
    assert "[CRIT] avatar-system: payments 18.2, over 10" in [m.subject for m in world.sns.emails]
    with pytest.raises(SettingsError, match=r"there is no mute 'pay\*'; there are \[\]"):
        world.invoke({"action": "unmute", "alarms": "pay*"})


def test_a_mute_holds_so_many_names_as_its_document_has_room_for() -> None:
    names = {f"shop-{number:04}" for number in range(HELD_LIMIT + 20)}
    with World(routes=(), has=frozenset({"slack", "email"})).running() as world:
        mute(world, "shop*")
        world.send(*(alarm(name, "ALARM", world.clock()) for name in names))
        world.drain()
        [listed] = world.invoke({"action": "mutes"})["mutes"]
        assert len(set(listed["held"])) == HELD_LIMIT
        world.invoke({"action": "unmute", "alarms": "shop*"})
        while world.tick()["deferred"]:
            world.clock.advance(minutes=1)
        assert f"held back {HELD_LIMIT} and more, among them shop-0" in told(world)
        assert [name for name in names if f"|{name}>" not in told(world)] == []


def test_a_mute_of_one_alert_lets_others_of_its_name_ring() -> None:
    with World(routes=(), answers=True).running() as world:
        world.tell(endpoint(world, "a"))
        press(world, world.slack.top()[0], What.MUTE_HOUR)
        world.clock.advance(minutes=1)
        world.tell(endpoint(world, "b"))
        assert "b is down" in told(world)
        assert "holds back" not in told(world)
        for state in ("OK", "ALARM"):
            world.clock.advance(minutes=1)
            world.tell(endpoint(world, "a", state))
        pages = [key for change, key in world.pagerduty.changes if change == "trigger"]
        assert pages == [f"avatar-system/endpoint-down/{place}" for place in "ab"]


def test_unmute_ends_all_mutes_of_a_name(world: World) -> None:
    world.routes = ()
    for place in "ab":
        world.tell(endpoint(world, place))
    answers = [
        Answer(id=place, what=What.MUTE_HOUR, by="Anna", at=world.clock(), over="PagerDuty",
               dedup_key=f"endpoint-down/{place}")
        for place in "ab"
    ]  # fmt: skip
    world.tell(*map(body, answers))
    mute(world, "*EndpointDown")
    assert len(world.invoke({"action": "mutes"})["mutes"]) == 3
    name = "EndpointDown"
    report = world.invoke({"action": "unmute", "alarms": name})
    assert [each["alarms"] for each in report["unmuted"]] == [name, name]
    [left] = world.invoke({"action": "mutes"})["mutes"]
    assert left["alarms"] == "*EndpointDown"


def test_the_recovery_of_what_was_told_is_not_held_back(world: World) -> None:
    change(world, "payments", "ALARM")
    for _ in range(9):  # reminders push older notices out of the memory
        world.clock.advance(minutes=61)
        world.tick()
    mute(world, "pay*")
    change(world, "payments", "OK")
    assert headlines(world)[-1].startswith("✅ Recovered after")
    assert world.pagerduty.open == {}


def test_a_muted_alarm_is_not_reminded_of(world: World) -> None:
    change(world, "payments", "ALARM")
    mute(world, "pay*", minutes=600)
    before = len(subjects(world))
    world.clock.advance(hours=3)
    world.tick()
    assert len(subjects(world)) == before


@pytest.mark.parametrize(
    ("action", "named"),
    [
        ({"action": "mute", "alarms": "x", "minutes": 0, "reason": "r"}, "minutes"),
        ({"action": "mute", "alarms": "x", "minutes": 5}, "reason"),
        ({"action": "mute", "alarms": "", "minutes": 5, "reason": "r"}, "alarms"),
        ({"action": "mutes", "alarm": "x"}, "alarm"),
        ({"action": "moot"}, "action"),
    ],
)
def test_an_action_that_is_wrong_names_the_field(
    world: World, action: dict[str, object], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        world.invoke(action)
