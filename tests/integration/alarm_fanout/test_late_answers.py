"""An answer that does nothing is told, with why, to who gave it: once, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from alarm_fanout.channels.base import Refused
from avatarwatch.answers import Answer, What
from fakes.alarms import alarm
from fakes.answers import REPLY_TO, body, press, pressed
from fakes.world import World
from integration.alarm_fanout.reading import change


@pytest.fixture
def world() -> Iterator[World]:
    with World(answers=True).running() as running:
        yield running


def give(world: World, answer: Answer) -> None:
    world.tell(body(answer))


def whispers(world: World) -> list[tuple[str, str]]:
    return [(to.removeprefix(REPLY_TO), text) for to, text in world.slack.whispers]


def test_what_does_something_is_shown_to_all_and_whispered_to_nobody(world: World) -> None:
    change(world, "payments", "ALARM")
    press(world, world.slack.top()[0], What.ACKNOWLEDGE)
    press(world, world.slack.top()[0], What.MUTE_HOUR)
    assert whispers(world) == []


def test_a_click_on_what_closed_meanwhile_is_told_to_who_pressed(world: World) -> None:
    change(world, "payments", "ALARM")
    late = pressed(world, world.slack.top()[0], What.ACKNOWLEDGE, "Anna")
    change(world, "payments", "OK")
    give(world, late)
    assert whispers(world) == [
        ("Anna", "“Acknowledge” did nothing. payments: it was over already.")
    ]
    assert "Acknowledged" not in world.slack.top()[0].text


def test_a_click_on_what_rang_anew_is_told(world: World) -> None:
    change(world, "payments", "ALARM")
    late = pressed(world, world.slack.top()[0], What.TAKE, "Bo")
    change(world, "payments", "OK")
    world.clock.advance(minutes=30)
    change(world, "payments", "ALARM")
    give(world, late)
    [(who, text)] = whispers(world)
    assert who == "Bo"
    assert text == "“I'm on it” did nothing. payments: that one was over, and it rang anew."


def test_of_two_who_acknowledge_at_once_the_second_hears_who_was_first(world: World) -> None:
    change(world, "payments", "ALARM")
    both = [pressed(world, world.slack.top()[0], What.ACKNOWLEDGE, by) for by in ("Anna", "Bo")]
    for each in both:
        give(world, each)
    assert whispers(world) == [
        ("Bo", "“Acknowledge” did nothing. payments: Anna had acknowledged it.")
    ]


def test_a_mute_whose_time_is_over_mutes_nothing_and_says_so(world: World) -> None:
    change(world, "payments", "ALARM")
    late = pressed(world, world.slack.top()[0], What.MUTE_HOUR, "Anna")
    world.clock.advance(minutes=61)
    give(world, late)
    assert whispers(world) == [
        ("Anna", "“Mute 1 h” did nothing. payments: the time of the mute was over.")
    ]
    assert world.invoke({"action": "mutes"})["mutes"] == []
    assert "Muted" not in world.slack.top()[0].text


def test_an_alert_that_is_not_known_any_more_is_said(world: World) -> None:
    change(world, "payments", "ALARM")
    late = pressed(world, world.slack.top()[0], What.TAKE, "Anna")
    give(world, msgspec.structs.replace(late, key="another"))
    assert whispers(world) == [
        ("Anna", "“I'm on it” did nothing. another: it is not known any more.")
    ]


def test_a_group_of_which_something_is_open_is_answered_without_a_whisper(world: World) -> None:
    world.tell(*(alarm(f"orders-{n}", "ALARM", world.clock()) for n in range(12)))
    [group] = [m for m in world.slack.top() if "orders-0" in m.text]
    every = pressed(world, group, What.ACKNOWLEDGE, "Anna")
    again = replace_id(every, "Bo")
    world.clock.advance(minutes=1)
    change(world, "orders-3", "OK")
    give(world, every)
    assert whispers(world) == []
    give(world, again)
    [(who, text)] = whispers(world)
    assert who == "Bo"
    assert text.count("Anna had acknowledged it") == 5
    assert text.endswith("; and 6 more.")


def replace_id(answer: Answer, by: str) -> Answer:
    return msgspec.structs.replace(answer, id=f"{answer.id}-{by}", by=by, reply_to=REPLY_TO + by)


def test_it_is_told_once_though_the_queue_brings_it_twice_and_the_tick_finds_it(
    world: World,
) -> None:
    change(world, "payments", "ALARM")
    late = pressed(world, world.slack.top()[0], What.ACKNOWLEDGE, "Anna")
    change(world, "payments", "OK")
    for _ in range(3):
        give(world, late)
    world.clock.advance(minutes=5)
    world.tick()
    assert len(whispers(world)) == 1


def test_slack_that_refuses_it_changes_nothing(world: World) -> None:
    change(world, "payments", "ALARM")
    late = pressed(world, world.slack.top()[0], What.ACKNOWLEDGE, "Anna")
    change(world, "payments", "OK")
    world.slack.faults.append(Refused("used_url"))
    assert world.tell(body(late)) == {"batchItemFailures": []}
    assert whispers(world) == []


def test_names_are_no_markup(world: World) -> None:
    change(world, "payments", "ALARM")
    world.tell(body(pressed(world, world.slack.top()[0], What.ACKNOWLEDGE, "<!channel> & co")))
    give(world, replace_id(pressed_again(world), "Bo"))
    [(_, text)] = whispers(world)
    assert "<!channel>" not in text
    assert "&lt;!channel&gt; &amp; co had acknowledged it" in text


def pressed_again(world: World) -> Answer:
    """Return an acknowledgement by a button that was there before."""
    taken = pressed(world, world.slack.top()[0], What.TAKE, "Bo")
    return msgspec.structs.replace(taken, what=What.ACKNOWLEDGE)


def test_where_pagerduty_told_it_nobody_is_whispered_to(world: World) -> None:
    change(world, "payments", "ALARM")
    late = pressed(world, world.slack.top()[0], What.ACKNOWLEDGE, "Anna")
    change(world, "payments", "OK")
    give(world, msgspec.structs.replace(late, over="PagerDuty", reply_to=""))
    assert whispers(world) == []
