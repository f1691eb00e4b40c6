"""Where an alert goes that nobody acknowledged, and what waits meanwhile."""

from __future__ import annotations

from collections import deque

import pytest

from alarm_fanout.ledger import Ledger
from avatarwatch.answers import Answer, What
from avatarwatch.catalogue import ChannelKind
from fakes.answers import body, press
from fakes.aws import EMAIL_TOPIC, refusal
from fakes.slack import DOWN
from fakes.world import ALL, World
from integration.alarm_fanout.reading import change, headlines, subjects
from integration.alarm_fanout.test_escalation import WHY, passes, route, world_of


@pytest.mark.parametrize(
    ("channels", "has", "texts", "emails", "posts"),
    [
        (("page",), ALL, 1, 1, 0),
        (("chat", "page"), ALL - {"pagerduty", "teams"}, 1, 1, 0),
        (("chat", "mail", "pagerduty"), ALL - {"pagerduty", "teams"}, 1, 0, 0),
        (("text",), ALL, 0, 1, 0),
        (("mail",), ALL - {"teams"}, 0, 0, 1),
    ],
)
def test_the_next_kinds_are_those_of_what_is_handed_on(
    channels: tuple[str, ...], has: frozenset[str], texts: int, emails: int, posts: int
) -> None:
    with world_of(route(*channels), has).running() as world:
        change(world, "payments", "ALARM")
        before = len(world.sns.texts), len(world.sns.emails), len(world.slack.messages)
        passes(world, 60)
        after = len(world.sns.texts), len(world.sns.emails), len(world.slack.messages)
        assert tuple(b - a for a, b in zip(before, after, strict=True)) == (texts, emails, posts)
        if texts:
            assert world.sns.texts[-1].endswith(WHY)


def test_a_chat_that_it_came_to_can_answer_it() -> None:
    with world_of(route("mail")).running() as world:
        change(world, "payments", "ALARM")
        passes(world, 15)
        [message] = world.slack.top()
        assert f"{WHY}; this came by Slack." in message.text
        press(world, message, What.ACKNOWLEDGE)
        assert "Acknowledged by Anna" in world.slack.top()[0].text


def test_it_waits_for_no_channel_that_is_down() -> None:
    routes = route("chat", "page")
    with world_of(routes, ALL - {"teams", "pagerduty"}).running() as world:
        change(world, "payments", "ALARM")
        world.slack.down = DOWN
        passes(world, 20)
        assert len(world.sns.texts) == 1
        world.slack.down = None
        change(world, "payments", "OK")
        assert headlines(world)[0].startswith("✅ Recovered")


def test_what_its_channel_puts_off_comes_later_unless_somebody_acknowledged() -> None:
    with world_of(route()).running() as world:
        for acknowledged in (False, True):
            name = f"payments-{acknowledged}"
            change(world, name, "ALARM")
            passes(world, 10)
            world.sns.errors[EMAIL_TOPIC] = deque([refusal("Publish", "Throttling")])
            passes(world, 5)
            assert not any(name in subject for subject in subjects(world))
            if acknowledged:
                press(world, world.slack.top()[-1], What.ACKNOWLEDGE)
            passes(world, 30)
            assert sum(name in subject for subject in subjects(world)) == (not acknowledged)
            known = Ledger(world.documents).incidents()
            assert [each.undone(world.clock()) for each in known] == [None] * len(known)


def test_what_flaps_waits_until_it_has_settled() -> None:
    with world_of(route(minutes=5)).running() as world:
        for number in range(5):
            change(world, "payments", "OK" if number % 2 else "ALARM")
            world.clock.advance(minutes=1)
        assert "Flapping" in headlines(world)[-1]
        passes(world, 50)
        assert "No longer flapping, critical" in headlines(world)[-1]
        assert world.sns.emails == []
        passes(world, 10)
        assert len(world.sns.emails) == 1


@pytest.mark.parametrize("by_the_queue", [False, True], ids=["by the tick", "by the queue"])
def test_what_waits_for_a_channel_is_told_there_all_the_same(*, by_the_queue: bool) -> None:
    with world_of(route("chat", "text", hand_on=0)).running() as world:
        world.slack.down = DOWN
        change(world, "payments", "ALARM")
        if not by_the_queue:
            world.queue.messages.clear()
        passes(world, 20)
        assert len(world.sns.emails) == 1
        world.slack.down = None
        world.drain()
        passes(world, 10)
        assert headlines(world) == ["🔴 Critical · payments 18.2, over 10"]


def test_the_first_who_hear_begin_the_time() -> None:
    with world_of(route("chat", "text", hand_on=0)).running() as world:
        world.slack.down = DOWN
        change(world, "payments", "ALARM")
        world.clock.advance(minutes=10)
        world.slack.down = None
        world.drain()
        assert len(world.slack.messages) == 1
        passes(world, 5)
        assert len(world.sns.emails) == 1


def test_it_goes_one_kind_on_and_no_further() -> None:
    with world_of(route("text")).running() as world:
        change(world, "payments", "ALARM")
        passes(world, 60)
        change(world, "payments", "OK")
        assert len(world.sns.emails) == 2
        assert world.slack.messages == {}


def test_an_incoming_webhooks_team_escalates_unless_pagerduty_has_it() -> None:
    for acknowledged in (False, True):
        world = World(answers=True, webhook=True, routes=route("chat", "page"), has=ALL - {"teams"})
        with world.running():
            change(world, "payments", "ALARM")
            [key] = world.pagerduty.open
            if acknowledged:
                answer = Answer(
                    id="event", what=What.ACKNOWLEDGE, by="Cem", at=world.clock(),
                    over="PagerDuty", dedup_key=key,
                )  # fmt: skip
                world.tell(body(answer))
            passes(world, 30)
            assert len(world.sns.texts) == (not acknowledged)


def test_the_kinds_all_have_a_next() -> None:
    for kind in ChannelKind:
        with world_of(route(kind.value), ALL).running() as world:
            change(world, "payments", "ALARM")
            before = len(world.sns.emails) + len(world.slack.messages) + len(world.sns.texts)
            passes(world, 30)
            after = len(world.sns.emails) + len(world.slack.messages) + len(world.sns.texts)
            assert after > before, kind
