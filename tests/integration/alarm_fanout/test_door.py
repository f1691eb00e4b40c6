"""What comes through the door: times that lie ahead, alarms that are deleted, secrets, links."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.routing import RouteSettings
from fakes.alarms import alarm, alarm_event, arn, notification
from fakes.clock import MORNING
from fakes.world import ALL, World
from integration.alarm_fanout.reading import change, headlines, subjects

AHEAD = st.integers(-600, 40 * 86_400).map(lambda seconds: timedelta(seconds=seconds))


def deletion(name: str, at: datetime, state: str) -> str:
    """Return what EventBridge says when an alarm is deleted."""
    return json.dumps(
        {
            "version": "0",
            "id": f"deleted-{name}",
            "detail-type": "CloudWatch Alarm Configuration Change",
            "source": "aws.cloudwatch",
            "account": "123456789012",
            "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "region": "eu-north-1",
            "resources": [arn(name)],
            "detail": {
                "alarmName": name,
                "operation": "delete",
                "state": {"value": state},
                "configuration": {"alarmName": name, "threshold": 10.0},
            },
        }
    )


@given(AHEAD, AHEAD, AHEAD)
def test_no_stamp_keeps_a_later_change_from_being_told(
    first: timedelta, second: timedelta, third: timedelta
) -> None:
    with World().running() as world:
        # a source whose clock is behind is late as a whole: its changes keep their order
        behind = min(first, second, third, timedelta())
        for state, ahead in (("ALARM", first), ("OK", second), ("ALARM", third)):
            shift = behind or ahead
            world.tell(alarm("payments", state, world.clock() + shift))
            world.clock.advance(hours=1)
        assert len(subjects(world)) == 3


def test_a_change_from_ahead_is_one_whichever_way_it_comes(world: World) -> None:
    ahead = MORNING + timedelta(days=35)
    world.tell(alarm("payments", "ALARM", ahead))
    world.clock.advance(minutes=3)
    world.tell(alarm_event("payments", "ALARM", ahead))
    world.tell(alarm("payments", "ALARM", ahead))
    assert len(subjects(world)) == 1


def test_what_came_from_ahead_is_reported_and_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    event = json.loads(alarm_event("payments", "ALARM", MORNING + timedelta(days=35)))
    report = world.invoke(event)
    assert [each[:20] for each in report["ahead"]] == ["payments: 2026-12-28"]
    [told] = [vars(each) for each in caplog.records if each.message == "told"]
    assert told["ahead"] == report["ahead"]


def test_an_alarm_that_is_deleted_is_over_everywhere(world: World) -> None:
    change(world, "payments", "ALARM")
    world.clock.advance(minutes=23)
    world.tell(deletion("payments", world.clock(), "ALARM"))
    assert "✅ Alarm deleted after 23 min · payments" in headlines(world)
    assert world.pagerduty.changes[-1][0] == "resolve"
    told = len(subjects(world))
    for _ in range(72):
        world.clock.advance(hours=1)
        world.tick()
    assert len(subjects(world)) == told


def test_the_deletion_of_an_alarm_that_was_not_open_ends_nothing(world: World) -> None:
    world.tell(deletion("payments", world.clock(), "OK"))
    assert not [line for line in headlines(world) if "deleted after" in line]
    assert world.pagerduty.changes == [] or world.pagerduty.changes[-1][0] == "trigger"


def everything(world: World) -> str:
    """Return all that any channel shows."""
    return "\n".join(
        [
            *(message.text for message in world.slack.messages.values()),
            *world.teams.texts,
            *(mail.subject + mail.body for mail in world.sns.emails),
            *world.sns.texts,
            json.dumps(world.pagerduty.open, ensure_ascii=False),
        ]
    )


@pytest.mark.parametrize(
    "field",
    ["password", "db_password", "secretAccessKey", "sessionToken", "token", "clientSecret",
     "Authorization", "api_key", "apiKey", "private key", "Set-Cookie"],
)  # fmt: skip
@pytest.mark.parametrize("within", [None, "artifact", "credentials"])
def test_no_channel_shows_a_secret(world: World, field: str, within: str | None) -> None:
    document: dict[str, object] = {field: "hunter2"}
    body = {"job": "import", **({within: document} if within else document)}
    world.tell(notification(json.dumps(body)))
    shown = everything(world)
    assert "hunter2" not in shown
    assert "(hidden)" in shown
    assert "import" in shown


@pytest.mark.parametrize("field", ["keys", "monkey", "bucketKey", "passed"])
def test_what_only_sounds_like_a_secret_is_shown(world: World, field: str) -> None:
    world.tell(notification(json.dumps({"job": "import", field: "avatars/1.png"})))
    assert "avatars/1.png" in everything(world)


def test_an_alarm_that_flaps_and_is_ok_wakes_nobody(world: World) -> None:
    for minute in range(6):
        change(world, "payments", "OK" if minute % 2 else "ALARM")
        if "Flapping" in headlines(world)[-1]:
            break
        world.clock.advance(minutes=1)
    assert "changes in" in headlines(world)[-1]
    assert bool(world.pagerduty.open) != ("OK now" in headlines(world)[-1])


def muted(name: str, at: datetime, until: datetime) -> str:
    """Return an alarm as EventBridge tells it while a mute rule of CloudWatch holds it back."""
    event = json.loads(alarm_event(name, "ALARM", at))
    event["detail"]["muteDetail"] = {
        "mutedByArn": "arn:aws:cloudwatch:eu-north-1:123456789012:alarm-mute-rule:nightly",
        "muteWindowStart": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "muteWindowEnd": f"{until:%Y-%m-%dT%H:%M:%SZ}",
    }
    return json.dumps(event)


def test_what_a_mute_rule_held_is_told_when_its_window_ends(world: World) -> None:
    world.tell(muted("payments", MORNING, MORNING + timedelta(minutes=20)))
    world.clock.advance(minutes=15)
    world.tick()
    assert subjects(world) == []
    world.clock.advance(minutes=5)
    world.tick()
    world.tick()
    assert headlines(world) == ["🔴 Critical · payments"]
    assert "no longer mutes this alarm's actions" in world.slack.top()[0].text
    world.tell(alarm("payments", "ALARM", MORNING))  # the action that CloudWatch takes by then
    assert len(subjects(world)) == 1
    world.clock.advance(minutes=5)
    change(world, "payments", "OK")
    assert headlines(world)[-1].startswith("✅ Recovered")


def test_what_a_mute_rule_held_and_is_over_by_then_is_not_told(world: World) -> None:
    world.tell(muted("payments", MORNING, MORNING + timedelta(minutes=20)))
    world.clock.advance(minutes=5)
    recovered = json.loads(muted("payments", world.clock(), MORNING + timedelta(minutes=20)))
    recovered["detail"]["state"] |= {"value": "OK"}
    recovered["detail"]["previousState"] = {"value": "ALARM"}
    world.tell(json.dumps(recovered))
    world.clock.advance(hours=1)
    world.tick()
    assert subjects(world) == []


def test_the_copy_of_what_was_held_back_is_news_when_it_comes_unheld(world: World) -> None:
    world.tell(muted("payments", MORNING, MORNING + timedelta(minutes=20)))
    world.clock.advance(minutes=21)
    world.tell(alarm("payments", "ALARM", MORNING))
    assert len(subjects(world)) == 1
    world.tick()
    assert len(subjects(world)) == 1


def issue(text: str, at: datetime, *, status: str = "open") -> str:
    """Return an AWS Health event of an operational issue."""
    arn = "arn:aws:health:eu-north-1::event/S3/AWS_S3_OPERATIONAL_ISSUE/x"
    detail = {
        "eventArn": arn, "service": "S3", "eventTypeCode": "AWS_S3_OPERATIONAL_ISSUE",
        "eventTypeCategory": "issue", "statusCode": status, "eventRegion": "eu-north-1",
        "lastUpdatedTime": f"{at:%a, %d %b %Y %H:%M:%S GMT}", "affectedAccount": "123456789012",
        "eventDescription": [{"language": "en_US", "latestDescription": text}],
    }  # fmt: skip
    return json.dumps({
        "version": "0", "id": f"{at}", "detail-type": "AWS Health Event", "source": "aws.health",
        "account": "123456789012", "time": f"{at:%Y-%m-%dT%H:%M:%SZ}", "region": "eu-north-1",
        "resources": [], "detail": detail,
    })  # fmt: skip


def test_what_more_is_known_of_an_open_issue_is_told(world: World) -> None:
    world.tell(issue("PUT requests fail.", MORNING))
    world.clock.advance(minutes=20)
    world.tell(issue("We found the cause.", world.clock()))
    world.tell(issue("We found the cause.", world.clock()))  # its second page
    [message] = world.slack.top()
    assert "We found the cause." in message.text
    [reply] = world.slack.replies(message)
    assert reply.broadcast
    assert "We found the cause." in reply.text
    assert len(subjects(world)) == 2
    world.clock.advance(minutes=5)
    world.tell(issue("It is mended.", world.clock(), status="closed"))
    assert headlines(world)[-1].startswith("✅ Recovered after 25 min")


@pytest.mark.parametrize("told", [True, False])
def test_a_route_may_keep_the_ends_from_mail_and_sms(*, told: bool) -> None:
    route = RouteSettings(alarms="*", channels=ALL, recovery=told)
    with World(routes=(route,)).running() as world:
        change(world, "payments", "ALARM")
        change(world, "payments", "OK")
        assert len(world.sns.emails) == len(world.sns.texts) == 1 + told
        assert headlines(world)[-1].startswith("✅")
        assert world.pagerduty.open == {}
