"""What is no news stays quiet, and what is held back or put together is never silent."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from alarm_fanout.routing import RouteSettings, Target
from avatarwatch.catalogue import Severity
from fakes.alarms import alarm, alarm_event, own
from fakes.clock import MORNING
from fakes.world import EVERYWHERE, World
from integration.alarm_fanout.reading import change, headlines, subjects

TICK = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("state", "previous"),
    [
        ("OK", "INSUFFICIENT_DATA"),
        ("INSUFFICIENT_DATA", "OK"),
        ("OK", "OK"),
    ],
)
def test_what_is_neither_trouble_nor_its_end_is_not_told(
    world: World, state: str, previous: str
) -> None:
    change(world, "payments", state, previous=previous)
    assert world.slack.calls == []
    assert subjects(world) == []


def test_an_alarm_without_data_for_a_while_is_told_once_and_recovers_once(world: World) -> None:
    change(world, "payments", "ALARM")
    for state, previous in (
        ("INSUFFICIENT_DATA", "ALARM"),
        ("ALARM", "INSUFFICIENT_DATA"),
        ("INSUFFICIENT_DATA", "ALARM"),
    ):
        world.clock.advance(minutes=3)
        change(world, "payments", state, previous=previous)
    assert subjects(world) == ["payments 18.2, over 10"]
    world.clock.advance(minutes=1)
    change(world, "payments", "OK", previous="INSUFFICIENT_DATA")
    assert headlines(world) == ["✅ Recovered after 10 min · payments 18.2"]


def test_flapping_is_told_once_and_that_it_has_ended(world: World) -> None:
    for number in range(12):
        change(world, "payments", "OK" if number % 2 else "ALARM")
        world.clock.advance(minutes=1)
    assert headlines(world) == [
        "✅ Recovered after 1 min · payments 18.2",
        "🔁 Flapping, 5 changes in 4 min · payments 18.2, over 10",
    ]
    assert len(subjects(world)) == 5
    for _ in range(10):
        world.clock.now += TICK
        world.tick()
    assert headlines(world)[-1] == "✅ No longer flapping, recovered · payments 18.2"
    assert len(subjects(world)) == 6
    assert world.pagerduty.open == {}
    change(world, "payments", "ALARM")
    assert headlines(world)[-1] == "🔴 Critical · payments 18.2, over 10"


def test_flapping_that_ends_in_alarm_says_so_and_recovers_later(world: World) -> None:
    for number in range(7):
        change(world, "payments", "OK" if number % 2 else "ALARM")
        world.clock.advance(minutes=1)
    world.clock.advance(minutes=50)
    world.tick()
    assert headlines(world)[-1] == "🔴 No longer flapping, critical · payments 18.2, over 10"
    assert len(world.pagerduty.open) == 1
    world.clock.advance(minutes=5)
    change(world, "payments", "OK")
    assert headlines(world)[-1].startswith("✅ Recovered after")
    assert world.pagerduty.open == {}


def test_a_batch_becomes_one_message_a_channel(world: World) -> None:
    names = [f"alarm-{number:02}" for number in range(30)]
    world.tell(*(alarm(name, "ALARM", MORNING) for name in names))
    [group] = world.slack.top()
    first, *rows = group.text.split("\n")
    assert first == "🔴 *30 × alarm-∗ over 10, worst 18.2* · 30 ongoing"  # noqa: RUF001
    assert len([row for row in rows if row.startswith("🔴")]) == 20
    assert rows[-1] == "and 10 more, each named below"
    [reply] = world.slack.replies(group)
    assert all(f"|{name}>" in group.text + reply.text for name in names)
    assert not reply.broadcast
    [mail] = world.sns.emails
    assert mail.subject == "[CRIT] avatar-system: 30 alerts"
    assert all(name in mail.body for name in names)
    [text] = world.sns.texts
    assert text.startswith("CRIT avatar-system: 30 alerts: alarm-")
    assert len(world.pagerduty.open) == 30


def test_a_group_takes_what_comes_within_minutes_and_tells_its_recoveries(world: World) -> None:
    world.tell(*(alarm(name, "ALARM", MORNING) for name in "abc"))
    world.clock.advance(minutes=4)
    change(world, "d", "ALARM")
    assert headlines(world)[0].endswith("· 4 ongoing")
    [reply] = world.slack.replies(world.slack.top()[0])
    assert reply.text.startswith("🔴 *Critical · d 18.2*, over 10")
    assert reply.broadcast
    world.clock.advance(minutes=2)
    change(world, "late", "ALARM")
    assert headlines(world)[1] == "🔴 Critical · late 18.2, over 10"
    for name in "abcd":
        world.send(alarm(name, "OK", world.clock()))
    world.drain()
    assert headlines(world)[0].endswith("· 4 recovered")
    rows = world.slack.top()[0].text.split("\n")[1:]
    assert [row[:1] for row in rows] == ["✅"] * 4
    assert all(" 18.2, recovered after " in row for row in rows)


def test_a_reminder_of_one_in_a_group_leaves_the_group_s_message(world: World) -> None:
    world.tell(*(alarm(name, "ALARM", MORNING) for name in "abc"))
    world.clock.advance(minutes=61)
    world.tick()
    [group] = world.slack.top()
    assert group.text.startswith("🔴 *3 alerts: ")
    assert all(reply.broadcast for reply in world.slack.replies(group))
    assert len(world.slack.replies(group)) >= 1
    change(world, "a", "OK")
    assert group.text.partition("\n")[0].endswith("· 2 ongoing, 1 recovered")


def test_a_busy_webhook_gathers(by_webhook: World) -> None:
    world = by_webhook
    for number in range(40):
        change(world, f"alarm-{number:02}", "ALARM")
        world.clock.advance(seconds=1)
        while (due := world.queue.next_visible) and due <= world.clock():
            world.poll()
    world.drain()
    assert len(world.slack.calls) <= 8
    said = "\n".join(posted.text for posted in world.slack.top())
    for number in range(40):
        assert len(re.findall(rf"alarm-{number:02}>? 18\.2", said)) == 1


def test_a_webhook_s_recovery_refers_to_what_it_ends(by_webhook: World) -> None:
    change(by_webhook, "payments", "ALARM")
    by_webhook.clock.advance(minutes=5)
    change(by_webhook, "payments", "OK")
    recovery = by_webhook.slack.top()[-1].text
    assert recovery.startswith("✅ *Recovered after 5 min · payments 18.2*")
    assert "was 🔴 Critical · payments 18.2, over 10" in recovery


def test_children_stand_below_the_composite_while_it_is_in_alarm(world: World) -> None:
    world.tell(alarm("shop", "ALARM", MORNING, children=("cart", "search")))
    world.clock.advance(minutes=1)
    change(world, "cart", "ALARM")
    world.clock.advance(minutes=1)
    change(world, "other", "ALARM")
    assert headlines(world) == ["🔴 Critical · shop", "🔴 Critical · other 18.2, over 10"]
    below = [reply.text for reply in world.slack.replies(world.slack.top()[0])]
    assert [text.split("\n")[0] for text in below] == ["🔴 *Critical · cart 18.2*, over 10"]
    world.tell(alarm("shop", "OK", world.clock(), children=("cart", "search")))
    world.clock.advance(minutes=30)
    change(world, "search", "ALARM")
    assert headlines(world)[-1] == "🔴 Critical · search 18.2, over 10"


def test_reminders_come_at_the_interval_until_it_is_over(world: World) -> None:
    change(world, "payments", "ALARM")
    said = []
    for _ in range(25):
        world.clock.now += TICK
        world.tick()
        said.append(len(subjects(world)))
    assert [said[11], said[12], said[-1]] == [2, 2, 3]  # after 60 and 120 minutes
    assert subjects(world)[1] == "Still critical after 1 h - payments 18.2, over 10"
    assert headlines(world)[-1].startswith("🔴 Still critical after 2 h · payments")
    assert len(world.pagerduty.changes) == 1  # PagerDuty reminds by itself
    change(world, "payments", "OK")
    world.clock.advance(hours=2)
    world.tick()
    assert len(subjects(world)) == 4


def test_no_reminder_where_the_route_says_so() -> None:
    silent = RouteSettings(alarms="*", channels=frozenset({Target("email")}), remind_minutes=0)
    with World(routes=(silent,)).running() as world:
        change(world, "payments", "ALARM")
        world.clock.advance(days=3)
        assert world.tick()["messages"] == {}


def test_what_cloudwatch_suppresses_is_told_when_the_suppression_ends(world: World) -> None:
    world.tell(alarm_event("shop", "ALARM", MORNING, suppressed=True))
    assert world.slack.calls == []
    world.clock.advance(minutes=5)
    world.tell(alarm_event("shop", "ALARM", world.clock(), previous="ALARM"))
    assert headlines(world) == ["🔴 Critical · shop"]


def test_the_end_of_what_was_suppressed_all_the_time_is_not_told(world: World) -> None:
    world.tell(alarm_event("shop", "ALARM", MORNING, suppressed=True))
    world.clock.advance(minutes=5)
    world.tell(alarm_event("shop", "OK", world.clock(), suppressed=True))
    assert world.slack.calls == []


def test_severities_go_to_their_channels_and_info_of_the_catalogue_to_none() -> None:
    with World(routes=()).running() as world:
        change(world, "avatar-system-StorageCritical", "ALARM")
        change(world, "avatar-system-BandwidthWarning", "ALARM")
        change(world, "avatar-system-DailyUploadsInfo", "ALARM")
        change(world, "other-team", "ALARM")
        world.tell(own("Deploy", "INFO", MORNING, key="deploy"))
        assert [message.channel for message in world.slack.top()] == [
            "CCRITICAL",
            "CWARNING",
            "CWARNING",
            "CINFO",
        ]
        assert len(world.sns.texts) == 1
        assert subjects(world)[1].startswith("[WARN] avatar-system: Bandwidth")


def test_the_first_route_that_matches_decides() -> None:
    routes = (RouteSettings(alarms="pay*", severity=Severity.WARNING), EVERYWHERE)
    with World(routes=routes).running() as world:
        change(world, "payments", "ALARM")
        change(world, "search", "ALARM")
        assert headlines(world) == [
            "🟠 Warning · payments 18.2, over 10",
            "🔴 Critical · search 18.2, over 10",
        ]


def test_what_rings_again_gets_a_message_of_its_own(world: World) -> None:
    for state in ("ALARM", "OK", "ALARM"):
        change(world, "payments", state)
        world.clock.advance(hours=1)
    assert headlines(world) == [
        "✅ Recovered after 1 h · payments 18.2",
        "🔴 Critical · payments 18.2, over 10",
    ]


def test_a_recovery_that_nobody_heard_of_before_it_rang_again_leaves_one_message(
    world: World,
) -> None:
    change(world, "payments", "ALARM")
    world.clock.advance(minutes=9)
    world.tell(
        alarm("payments", "OK", MORNING + timedelta(minutes=3)),
        alarm("payments", "ALARM", MORNING + timedelta(minutes=8)),
    )
    assert headlines(world) == ["🔴 Critical · payments 18.2, over 10"]
    change(world, "payments", "OK")
    assert headlines(world) == ["✅ Recovered after 1 min · payments 18.2"]


def test_the_same_name_in_three_places_is_told_apart_on_every_channel(world: World) -> None:
    places = (
        ("111111111111", "eu-north-1"),
        ("222222222222", "eu-north-1"),
        ("111111111111", "us-east-1"),
    )
    world.tell(*(elsewhere(*place) for place in places))
    [group] = world.slack.top()
    [mail] = world.sns.emails
    [text] = world.sns.texts
    [card] = world.teams.texts
    for told in (mail.body, text, card):
        assert told.count("222222222222") == 1
        assert told.count("us-east-1") == 1
    rows = group.text.split("\n")[1:]
    assert sum("2222-2222-2222" in row for row in rows) == 1
    assert sum(", us-east-1 ·" in row for row in rows) == 1


def elsewhere(account: str, region: str) -> str:
    """Return the alarm cpu-high of another account or region."""
    body = json.loads(alarm("cpu-high", "ALARM", MORNING))
    message = json.loads(body["Message"])
    message["AlarmArn"] = f"arn:aws:cloudwatch:{region}:{account}:alarm:cpu-high"
    message["AWSAccountId"] = account
    return json.dumps(body | {"MessageId": f"m-{account}-{region}", "Message": json.dumps(message)})


def test_a_lone_alert_has_its_full_form_however_busy_the_minute(world: World) -> None:
    for name in "abcd":
        change(world, name, "ALARM")
        world.clock.advance(seconds=2)
    change(world, "lone", "ALARM")
    last = world.slack.top()[-1]
    assert last.text.startswith("🔴 *Critical · lone 18.2*, over 10")
    assert "[Alarm]" in last.text
    world.clock.advance(seconds=2)
    world.send(alarm("next", "ALARM", world.clock()))
    world.drain()
    assert last.text.partition("\n")[0].endswith("· 2 ongoing")
    [reply] = world.slack.replies(last)
    assert reply.text.startswith("🔴 *Critical · next 18.2*, over 10")
    assert reply.broadcast


def test_what_joins_within_seconds_rings_once(world: World) -> None:
    world.tell(*(alarm(name, "ALARM", MORNING) for name in "abc"))
    [group] = world.slack.top()
    for name in ("red-1", "red-2", "red-3"):
        world.clock.advance(seconds=1)
        world.tell(alarm(name, "ALARM", world.clock()))
    assert world.slack.replies(group) == []
    world.drain()
    [reply] = world.slack.replies(group)
    assert all(name in reply.text for name in ("red-1", "red-2", "red-3"))
    assert world.slack.calls.count("update") == 1


def test_what_is_worse_does_not_wait() -> None:
    graded = (
        RouteSettings(alarms="bad", severity=Severity.CRITICAL),
        RouteSettings(alarms="*", severity=Severity.WARNING),
    )
    with World(routes=graded, webhook=False).running() as world:
        for severity in Severity:
            world.slack_channels[severity] = "#alerts"
        world.tell(*(alarm(name, "ALARM", MORNING) for name in "abc"))
        world.clock.advance(seconds=1)
        world.tell(alarm("bad", "ALARM", world.clock()))
        [group] = world.slack.top()
        [reply] = world.slack.replies(group)
        assert reply.text.startswith("🔴 *Critical · bad")
