"""What nobody delivers goes by e-mail and is counted; the way to a channel is short."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from alarm_fanout.routing import RouteSettings, Target
from avatarwatch.catalogue import ChannelKind, Severity
from fakes.alarms import alarm
from fakes.world import ALL, World

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


def to(*targets: str) -> tuple[RouteSettings, ...]:
    channels = frozenset(map(Target, targets))
    return (RouteSettings(alarms="*", severity=Severity.CRITICAL, channels=channels),)


def test_a_route_names_a_kind_and_each_channel_of_it_tells() -> None:
    with World(routes=to("chat")).running() as world:
        world.tell(alarm("orders", "ALARM", NOW))
        assert len(world.slack.messages) == len(world.teams.cards) == 1
        assert not world.sns.emails
        assert not world.pagerduty.changes


def test_a_route_names_one_channel() -> None:
    with World(routes=to("teams")).running() as world:
        world.tell(alarm("orders", "ALARM", NOW))
        assert len(world.teams.cards) == 1
        assert not world.slack.messages


@pytest.mark.parametrize("target", ["teams", "chat", "page"])
def test_what_nobody_delivers_goes_by_email_and_is_counted(
    target: str, caplog: pytest.LogCaptureFixture
) -> None:
    with World(routes=to(target), has=frozenset({"email", "sms"})).running() as world:
        world.tell(alarm("orders", "ALARM", NOW))
        assert len(world.sns.emails) == 1
        assert world.queue.next_visible is None
    assert "a channel was asked that is not set up" in caplog.messages


def test_a_kind_that_is_not_set_up_is_no_fault_while_another_tells() -> None:
    with World(routes=to("chat", "page"), has=ALL - {"pagerduty"}).running() as world:
        answer = world.invoke({"action": "remind"})
        world.tell(alarm("orders", "ALARM", NOW))
        assert len(world.slack.messages) == 1
        assert not world.sns.emails
        assert answer["unserved"] == []


def test_a_channel_that_went_leaves_what_waited_for_it_to_email() -> None:
    with World(routes=to("teams")).running() as world:
        world.teams.answers.extend([_unavailable()] * 9)
        world.tell(alarm("orders", "ALARM", NOW))
        world.has = ALL - {"teams"}
        world.drain()
        assert len(world.sns.emails) == 1


def _unavailable() -> Any:
    from alarm_fanout.channels.http import Answer  # noqa: PLC0415

    return Answer(503, "")


def test_every_kind_can_be_named() -> None:
    with World(routes=to(*ChannelKind)).running() as world:
        world.tell(alarm("orders", "ALARM", NOW))
        assert world.sns.emails
        assert world.sns.texts
        assert world.pagerduty.changes
