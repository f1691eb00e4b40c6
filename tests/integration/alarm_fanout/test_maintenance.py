"""Planned maintenance holds alerts back in its time, and sums them up at its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from avatarwatch.environment import SettingsError
from avatarwatch.maintenance import Window
from fakes.world import World
from integration.alarm_fanout.reading import change, headlines

# the world's morning is Monday 23 November 2026, 10:15 UTC
WINDOW = Window("imports", "pay*", "bulk import", "2026-11-23T10:30", 30)
MONDAYS = replace(WINDOW, starts="2026-11-02T11:30", zone="Europe/Stockholm",
                  repeat="FREQ=WEEKLY;BYDAY=MO")  # fmt: skip


def told(world: World) -> str:
    return "\n".join(posted.text for posted in world.slack.top())


def mutes(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.invoke({"action": "mutes"})["mutes"]
    return found


def maintain(world: World, **changes: Any) -> dict[str, Any]:
    asked = {"name": "imports", "alarms": "pay*", "reason": "bulk import",
             "starts": "2026-11-23T10:30", "minutes": 30, **changes}  # fmt: skip
    return world.invoke({"action": "maintain", **asked})


@pytest.mark.parametrize("window", [WINDOW, MONDAYS], ids=["once", "each Monday"])
def test_alerts_inside_are_held_and_summed_up_at_the_end(world: World, window: Window) -> None:
    world.windows = (window,)
    world.tick()
    [planned] = mutes(world)
    assert planned["since"] == "2026-11-23T10:30:00Z"
    change(world, "pay-before", "ALARM")
    assert "pay-before" in headlines(world)[-1]
    world.clock.advance(minutes=16)
    for name in ("pay-over", "pay-open"):
        change(world, name, "ALARM")
    change(world, "other", "ALARM")
    world.clock.advance(minutes=5)
    change(world, "pay-over", "OK")
    assert "pay-open 18.2" not in told(world)
    assert "Maintenance imports holds back pay-o" in told(world)
    assert "until 11:00 UTC: bulk import" in told(world)
    assert "other" in told(world)
    world.clock.now = datetime(2026, 11, 23, 11, 1, tzinfo=UTC)
    world.tick()
    assert "Maintenance imports ended" in told(world)
    assert "held back pay-open, pay-over; 1 of them still open" in told(world)
    assert "pay-open 18.2" in told(world)
    [*left] = mutes(world)
    assert [each["since"] for each in left] == (["2026-11-30T10:30:00Z"] if window.repeat else [])


def test_what_a_window_held_nothing_of_is_not_told(world: World) -> None:
    world.windows = (WINDOW,)
    world.tick()
    world.clock.advance(hours=1)
    world.tick()
    assert told(world) == ""
    assert mutes(world) == []


def test_it_begins_between_two_ticks(world: World) -> None:
    world.windows = (WINDOW,)
    world.tick()
    world.clock.now = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    change(world, "payments", "ALARM")
    assert "payments 18.2" not in told(world)


def test_overlapping_ones_hand_over_what_is_still_open(world: World) -> None:
    longer = replace(WINDOW, name="moving", alarms="*", starts="2026-11-23T10:40", minutes=60)
    world.windows = (WINDOW, longer)
    world.tick()
    world.clock.advance(minutes=20)
    change(world, "payments", "ALARM")
    world.clock.now = datetime(2026, 11, 23, 11, 2, tzinfo=UTC)
    world.tick()
    assert "payments 18.2" not in told(world)
    assert "Maintenance imports ended" in told(world)
    assert {each["window"]: each["held"] for each in mutes(world)} == {"moving": ["payments"]}
    world.clock.now = datetime(2026, 11, 23, 11, 42, tzinfo=UTC)
    world.tick()
    assert "held back payments; 1 of them still open" in told(world)
    assert "payments 18.2" in told(world)


def test_one_that_is_taken_out_of_the_settings_ends(world: World) -> None:
    world.windows = (WINDOW,)
    world.tick()
    world.clock.advance(minutes=20)
    change(world, "payments", "ALARM")
    world.windows = None  # they cannot be read now: nobody knows
    world.tick()
    assert len(mutes(world)) == 1
    world.windows = ()
    world.tick()
    assert mutes(world) == []
    assert "payments 18.2" in told(world)


def test_one_that_is_moved_keeps_what_it_holds(world: World) -> None:
    world.windows = (WINDOW,)
    world.tick()
    world.clock.advance(minutes=20)
    change(world, "payments", "ALARM")
    world.windows = (replace(WINDOW, minutes=90),)
    world.tick()
    [mute] = mutes(world)
    assert (mute["until"], mute["held"]) == ("2026-11-23T12:00:00Z", ["payments"])


def test_it_is_planned_and_taken_back_by_an_action(world: World) -> None:
    answer = maintain(world, repeat="FREQ=WEEKLY;BYDAY=MO")
    assert answer["comes"] == ["2026-11-23T10:30:00+00:00", "2026-11-23T11:00:00+00:00"]
    world.clock.advance(minutes=20)
    change(world, "payments", "ALARM")
    assert "payments 18.2" not in told(world)
    cancelled = world.invoke({"action": "cancel", "name": "imports"})
    assert cancelled["cancelled"]["name"] == "imports"
    assert "payments 18.2" in told(world)
    world.tick()
    assert mutes(world) == []
    with pytest.raises(SettingsError, match=r"name: nobody planned 'imports'.*\[\]"):
        world.invoke({"action": "cancel", "name": "imports"})


def test_one_that_is_planned_anew_takes_over_nothing_of_the_one_that_is_over(world: World) -> None:
    maintain(world)
    world.clock.advance(minutes=20)
    change(world, "payments", "ALARM")
    world.clock.now = datetime(2026, 11, 23, 11, 0, 20, tzinfo=UTC)  # over, and no tick has come
    maintain(world, starts="2026-11-23T14:00")
    assert "held back payments; 1 of them still open" in told(world)
    assert "payments 18.2" in told(world)
    [planned] = mutes(world)
    assert (planned["since"], planned["held"]) == ("2026-11-23T14:00:00Z", [])


def test_one_that_is_moved_into_the_past_does_not_begin(world: World) -> None:
    maintain(world, starts="2026-11-23T12:00")
    assert maintain(world, starts="2026-11-23T08:00")["comes"] == "it is over"
    assert mutes(world) == []


@pytest.mark.parametrize("repeat", ["", "FREQ=DAILY;UNTIL=20261124T103000"])
def test_one_that_never_comes_again_is_forgotten(world: World, repeat: str) -> None:
    maintain(world, repeat=repeat)
    world.clock.advance(minutes=20)
    change(world, "payments", "ALARM")
    world.clock.advance(days=2)
    world.tick()
    assert "Maintenance imports ended" in told(world)
    with pytest.raises(SettingsError, match=r"name: nobody planned 'imports'.*\[\]"):
        world.invoke({"action": "cancel", "name": "imports"})


@pytest.mark.parametrize(
    ("starts", "repeat"), [("2028-06-01T02:00", ""), ("2020-02-29T02:00", "FREQ=YEARLY;INTERVAL=4")]
)
def test_one_that_comes_in_years_is_kept(world: World, starts: str, repeat: str) -> None:
    assert maintain(world, starts=starts, repeat=repeat)["comes"] == "in more than 400 days"
    world.clock.advance(days=1)
    world.tick()
    assert world.invoke({"action": "cancel", "name": "imports"})["cancelled"]["starts"] == starts


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": 0}, "minutes: needs 1 to 10080"),
        ({"repeat": "FREQ=DAILY", "minutes": 1440}, "repeat: it comes again before it is over"),
        ({"zone": "Mars"}, "zone: the tz database has no 'Mars'"),
        ({"starts": "soon"}, "starts: needs a time"),
        ({"alarms": ""}, "alarms"),
        ({"until": "never"}, "until"),
    ],
)
def test_one_that_is_none_is_refused_by_its_field(
    world: World, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        maintain(world, **changes)
    assert mutes(world) == []


def test_the_settings_own_are_changed_in_the_settings(world: World) -> None:
    world.windows = (WINDOW,)
    with pytest.raises(SettingsError, match="name: 'imports' stands in the notification settings"):
        maintain(world)
    with pytest.raises(SettingsError, match="those of the settings among them"):
        world.invoke({"action": "cancel", "name": "imports"})
