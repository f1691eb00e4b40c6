"""A place that refuses is an alert of ours: what it is called, whom it tells, and when it ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from alarm_fanout.channels.base import Refused
from alarm_fanout.incident import Incident
from alarm_fanout.ledger import Ledger
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity
from fakes.world import ALL, World
from integration.alarm_fanout.reading import change, subjects


@pytest.fixture
def world() -> Iterator[World]:
    with World(has=ALL - {"teams"}).running() as running:
        yield running


def trouble(world: World, place: str) -> Incident:
    key = f"delivery:{place}"
    return Ledger(world.documents).load([key])[key]


@pytest.mark.parametrize(
    ("refused", "place", "title"),
    [
        (Refused("token_revoked"), "slack", "Slack refuses our messages: token_revoked"),
        (Refused("is_archived", everywhere=False), "slack #critical",
         "Slack #critical refuses our messages: is_archived"),
    ],
)  # fmt: skip
def test_a_place_that_refuses(world: World, refused: Refused, place: str, title: str) -> None:
    world.slack.down = refused
    change(world, "orders", "ALARM")
    found = trouble(world, place)
    alert = found.alert
    assert (alert.name, alert.alert_id) == ("avatar-system-DeliveryFailed", "DeliveryFailed")
    assert alert.title == title
    assert alert.summary.startswith(f"{place}: {refused.reason}. What helps: ")
    assert (found.is_open, alert.state) == (True, AlertState.ALARM)
    assert world.slack.messages == {}, "who refuses is not told that they do"
    [own] = [each for each in subjects(world) if "refuses" in each]
    assert own == title
    change(world, "payments", "ALARM")
    assert len([each for each in subjects(world) if "refuses" in each]) == 1


def test_it_ends_when_the_place_takes_again(world: World) -> None:
    world.slack.down = Refused("is_archived", everywhere=False)
    change(world, "orders", "ALARM")
    world.slack.down = None
    world.clock.advance(minutes=5)
    change(world, "payments", "ALARM")
    found = trouble(world, "slack #critical")
    assert (found.is_open, found.alert.summary) == (False, "slack #critical: it works again")
    assert found.alert.title == "Slack #critical refused our messages"
    assert any("Recovered after 5 min" in mail.subject for mail in world.sns.emails)


def test_one_destination_that_works_says_nothing_of_another(world: World) -> None:
    world.slack.down = Refused("is_archived", everywhere=False)
    change(world, "orders", "ALARM")
    world.slack.down = None
    world.slack_channels = dict.fromkeys(Severity, "#new")
    world.clock.advance(minutes=5)
    change(world, "payments", "ALARM")
    assert trouble(world, "slack #critical").is_open


def test_a_long_reason_is_cut_in_the_title_and_whole_below(world: World) -> None:
    reason = "no " * 100
    world.slack.down = Refused(reason)
    change(world, "orders", "ALARM")
    alert = trouble(world, "slack").alert
    assert len(alert.title) < len(reason)
    assert alert.title.startswith("Slack refuses our messages: no no")
    assert alert.summary == f"slack: {reason}"


def test_settings_that_are_wrong_and_right_again(world: World) -> None:
    world.settings_problem = "notification settings: routes.0.alarms: is missing"
    change(world, "orders", "ALARM")
    alert = trouble(world, "settings").alert
    assert (alert.title, alert.summary) == (
        "Notification settings are wrong", "routes.0.alarms: is missing",
    )  # fmt: skip
    world.settings_problem = None
    world.clock.advance(minutes=5)
    world.tick()
    found = trouble(world, "settings")
    assert (found.is_open, found.alert.summary) == (False, "it works again")
