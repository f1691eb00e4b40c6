"""Who answers an alert in the chat is shown, kept, and not reminded again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from avatarwatch.answers import KEPT, PARTITION, Answer, What
from avatarwatch.episodes import Episode, partition_of
from avatarwatch.state_table.partition import Partition
from fakes.alarms import alarm
from fakes.answers import body, elements, press, pressed
from fakes.world import World
from integration.alarm_fanout.reading import change, headlines, subjects


@pytest.fixture
def world() -> Iterator[World]:
    """A world in whose chat people can answer."""
    with World(answers=True).running() as running:
        yield running


def offered(world: World) -> list[str]:
    return [each["action_id"] for each in elements(world.slack.top()[0].payload)]


def episode(world: World) -> Episode:
    month = Partition(world.documents, partition_of(world.clock()), Episode, KEPT)
    [found] = month.all().values()
    return found


def test_an_alert_offers_to_be_answered_and_what_is_over_does_not(world: World) -> None:
    change(world, "payments", "ALARM")
    assert offered(world) == [
        "answer:acknowledge", "answer:take", "answer:mute-hour", "answer:mute-morning",
    ]  # fmt: skip
    change(world, "payments", "OK")
    assert offered(world) == []


def test_without_the_function_nothing_is_offered() -> None:
    with World().running() as world:
        change(world, "payments", "ALARM")
        assert offered(world) == []


def test_an_acknowledgement_is_shown_and_ends_reminders(world: World) -> None:
    change(world, "payments", "ALARM")
    world.clock.advance(minutes=4)
    before = len(world.slack.messages)
    report = press(world, world.slack.top()[0], What.ACKNOWLEDGE)
    assert report == {"batchItemFailures": []}
    message = world.slack.top()[0]
    assert "👀 Acknowledged by Anna at 10:19 UTC" in message.text
    assert "answer:acknowledge" not in offered(world)
    assert len(world.slack.messages) == before, "an edit rings nowhere, and nothing else does"
    mails = len(subjects(world))
    world.clock.advance(hours=3)
    world.tick()
    assert len(subjects(world)) == mails
    assert ("acknowledge", next(iter(world.pagerduty.open))) in world.pagerduty.changes


def test_a_recovery_says_how_long_it_took_to_acknowledge(world: World) -> None:
    change(world, "payments", "ALARM")
    world.clock.advance(minutes=4)
    press(world, world.slack.top()[0], What.ACKNOWLEDGE)
    press(world, world.slack.top()[0], What.TAKE, "Bo")
    assert "🙋 Bo is on it since 10:19 UTC" in world.slack.top()[0].text
    world.clock.advance(minutes=20)
    change(world, "payments", "OK")
    assert headlines(world) == ["✅ Recovered after 24 min · payments 18.2"]
    text = world.slack.top()[0].text
    assert "Acknowledged by Anna after 4 min   Bo was on it" in text
    assert "Acknowledged by Anna after 4 min" in world.sns.emails[-1].body
    kept = episode(world)
    assert kept.acknowledged_by == "Anna"
    assert kept.opened_at
    assert kept.acknowledged_at
    assert kept.acknowledged_at - kept.opened_at < timedelta(minutes=4, seconds=5)


def test_what_nobody_acknowledged_says_nothing_of_it(world: World) -> None:
    change(world, "payments", "ALARM")
    change(world, "payments", "OK")
    assert "cknowledged" not in world.slack.top()[0].text
    assert episode(world).acknowledged_at is None


def test_a_mute_of_an_hour_holds_the_alert_back_and_says_so(world: World) -> None:
    change(world, "pay[1]*", "ALARM")
    press(world, world.slack.top()[0], What.MUTE_HOUR)
    assert "🔇 Muted by Anna until 11:15 UTC" in world.slack.top()[0].text
    assert offered(world) == ["answer:acknowledge", "answer:take"]
    [mute] = world.invoke({"action": "mutes"})["mutes"]
    assert (mute["alarms"], mute["reason"]) == ("pay[1]*", "muted in Slack by Anna")
    mails = len(subjects(world))
    world.clock.advance(minutes=59)
    world.tick()
    assert len(subjects(world)) == mails
    change(world, "pay-other", "ALARM")
    assert "pay-other" in headlines(world)[-1]
    world.clock.advance(minutes=2)
    world.tick()
    assert any("Still critical after" in subject for subject in subjects(world))


def test_until_morning_is_eight_oclock(world: World) -> None:
    change(world, "payments", "ALARM")
    press(world, world.slack.top()[0], What.MUTE_MORNING)
    assert "🔇 Muted by Anna until 24 Nov 08:00 UTC" in world.slack.top()[0].text


def test_a_shorter_mute_after_a_longer_one_ends_with_the_longer(world: World) -> None:
    change(world, "payments", "ALARM")
    message = world.slack.top()[0]
    both = ((What.MUTE_MORNING, "Anna"), (What.MUTE_HOUR, "Bo"))
    for each in [pressed(world, message, what, by) for what, by in both]:
        world.tell(body(each))
    [mute] = world.invoke({"action": "mutes"})["mutes"]
    assert mute["until"].startswith("2026-11-24T08:00:00")


def test_of_two_at_once_the_first_is_named(world: World) -> None:
    change(world, "payments", "ALARM")
    message = world.slack.top()[0]
    both = [pressed(world, message, What.ACKNOWLEDGE, by) for by in ("Anna", "Bo")]
    world.tell(*map(body, both))
    assert "Acknowledged by Anna" in world.slack.top()[0].text
    assert "Bo" not in world.slack.top()[0].text
    assert world.pagerduty.changes.count(("acknowledge", next(iter(world.pagerduty.open)))) == 1


def test_the_same_answer_twice_is_one(world: World) -> None:
    change(world, "payments", "ALARM")
    answer = body(pressed(world, world.slack.top()[0], What.MUTE_HOUR))
    world.tell(answer)
    world.invoke({"action": "unmute", "alarms": "payments"})
    calls = len(world.slack.calls)
    world.tell(answer)
    assert world.invoke({"action": "mutes"}) == {"mutes": []}
    assert len(world.slack.calls) == calls


def test_an_alert_that_is_over_takes_no_answer(world: World) -> None:
    change(world, "payments", "ALARM")
    late = pressed(world, world.slack.top()[0], What.MUTE_HOUR)
    world.clock.advance(minutes=1)
    change(world, "payments", "OK")
    text = world.slack.top()[0].text
    world.tell(body(late))
    assert world.slack.top()[0].text == text
    assert world.invoke({"action": "mutes"}) == {"mutes": []}
    world.clock.advance(minutes=1)
    change(world, "payments", "ALARM")
    world.tell(body(replace_id(late)))
    assert "Muted" not in "".join(posted.text for posted in world.slack.top())


def replace_id(answer: Answer) -> Answer:
    """Return the same answer as another request: an old message's button pressed anew."""
    return msgspec.structs.replace(answer, id=f"{answer.id}-anew")


def test_a_name_is_text_wherever_it_is_shown(world: World) -> None:
    change(world, "payments", "ALARM")
    press(world, world.slack.top()[0], What.ACKNOWLEDGE, "<!channel> & *Bo*\n<https://x|y>")
    shown = world.slack.top()[0].text
    assert "Acknowledged by &lt;!channel&gt; &amp; *Bo* &lt;https://x|y&gt; at" in shown


def test_rows_of_a_group_are_answered_one_or_all(world: World) -> None:
    names = ("payments", "thumbs", "search")
    world.tell(*(alarm(name, "ALARM", world.clock()) for name in names))
    world.clock.advance(seconds=10)
    press(world, world.slack.top()[0], What.ACKNOWLEDGE, row="thumbs")
    text = world.slack.top()[0].text
    assert text.count("acknowledged by Anna") == 1
    [line] = [line for line in text.splitlines() if "acknowledged by Anna" in line]
    assert "thumbs" in line
    world.clock.advance(seconds=10)
    press(world, world.slack.top()[0], What.TAKE, "Bo")
    world.drain()
    assert world.slack.top()[0].text.count("Bo is on it") == 3
    world.clock.advance(minutes=5)
    change(world, "search", "OK")
    world.drain()
    [row] = [line for line in world.slack.top()[0].text.splitlines() if line.startswith("✅")]
    assert "recovered after 5 min, acknowledged by Bo after" in row


def test_pagerduty_says_who_acknowledged_and_is_not_told_of_it(world: World) -> None:
    change(world, "payments", "ALARM")
    [key] = world.pagerduty.open
    answer = Answer(
        id="event", what=What.ACKNOWLEDGE, by="Cem", at=world.clock(), over="PagerDuty",
        dedup_key=key,
    )  # fmt: skip
    world.tell(body(answer))
    assert "Acknowledged by Cem in PagerDuty at 10:15 UTC" in world.slack.top()[0].text
    assert world.pagerduty.changes == [("trigger", key)]


def test_what_the_queue_lost_the_tick_finds(world: World) -> None:
    change(world, "payments", "ALARM")
    answer = pressed(world, world.slack.top()[0], What.ACKNOWLEDGE)
    kept = Partition(world.documents, PARTITION, Answer, KEPT)
    kept.set(answer.id, answer, world.clock())
    world.tick()
    assert "Acknowledged by Anna" in world.slack.top()[0].text
    calls = len(world.slack.calls)
    world.tick()
    assert len(world.slack.calls) == calls


def test_an_answer_of_long_ago_is_left_alone(world: World) -> None:
    change(world, "payments", "ALARM")
    answer = pressed(world, world.slack.top()[0], What.ACKNOWLEDGE)
    Partition(world.documents, PARTITION, Answer, KEPT).set(answer.id, answer, world.clock())
    world.clock.advance(minutes=61)
    world.tick()
    assert "Acknowledged" not in world.slack.top()[0].text


def test_an_answer_that_comes_by_a_topic_is_none(world: World) -> None:
    change(world, "payments", "ALARM")
    answer = body(pressed(world, world.slack.top()[0], What.ACKNOWLEDGE))
    notification = {
        "Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:eu-north-1:1:a",
        "Message": answer,
    }  # fmt: skip
    world.tell(json.dumps(notification))
    assert "Acknowledged" not in world.slack.top()[0].text


def test_what_is_no_answer_is_set_aside_with_its_field(world: World) -> None:
    world.tell('{"source": "avatarwatch.chat", "answer": {"what": "explode"}}')
    [aside] = world.queue.dead_letters
    assert aside["reason"] == "answer: Invalid enum value 'explode' - at `$.what`"


def test_a_webhooks_alert_keeps_who_acknowledged_it() -> None:
    with World(answers=True, webhook=True).running() as world:
        change(world, "payments", "ALARM")
        [key] = world.pagerduty.open
        answer = Answer(
            id="event", what=What.ACKNOWLEDGE, by="Cem", at=world.clock(), over="PagerDuty",
            dedup_key=key,
        )  # fmt: skip
        world.tell(body(answer))
        world.clock.advance(minutes=3)
        change(world, "payments", "OK")
        assert "Acknowledged by Cem in PagerDuty after 0 s" in world.slack.top()[-1].text
