"""An address that does not confirm its subscription is told of elsewhere, once, until it has."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alarm_fanout.mailbox import trouble
from alarm_fanout.routing import RouteSettings
from fakes.aws import EMAIL_TOPIC, refusal
from fakes.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

TICK = timedelta(minutes=5)
TITLE = "E-mails that nobody gets"


@pytest.fixture
def world() -> Iterator[World]:
    """A world whose routes are the catalogue's own."""
    routes: tuple[RouteSettings, ...] = ()
    with World(routes=routes).running() as running:
        yield running


def ticks(world: World, lasting: timedelta) -> list[dict[str, object]]:
    answers = []
    until = world.clock() + lasting
    while world.clock() < until:
        answers.append(world.tick())
        world.clock.now += TICK
    return answers


def told(world: World) -> list[str]:
    return [posted.text for posted in world.slack.top() if TITLE in posted.text]


def test_whoever_confirms_within_the_hour_is_not_bothered(world: World) -> None:
    world.sns.confirmed, world.sns.pending = 0, 1
    ticks(world, timedelta(minutes=55))
    world.sns.confirmed, world.sns.pending = 1, 0
    ticks(world, timedelta(hours=3))
    assert told(world) == world.sns.texts == []
    assert world.sns.emails == []


def test_it_is_told_once_and_ends_when_confirmed(world: World) -> None:
    world.sns.confirmed, world.sns.pending = 0, 1
    answers = ticks(world, timedelta(hours=6))
    [message] = told(world)
    assert "ops@example.com" in message
    assert "no-reply@sns.amazonaws.com" in message
    assert len(world.sns.texts) == 1
    assert world.sns.emails == [], "it would not be read"
    assert answers[-1]["open"] == 1
    world.sns.confirmed, world.sns.pending = 1, 0
    answers = ticks(world, timedelta(minutes=10))
    assert answers[-1]["mail"] == "each address has confirmed"
    assert answers[-1]["open"] == 0
    [message] = told(world)
    assert "Recovered" in message
    ticks(world, timedelta(hours=6))
    assert len(told(world)) == 1


def test_the_hour_begins_anew_after_a_confirmation(world: World) -> None:
    world.sns.pending = 1
    ticks(world, timedelta(minutes=40))
    world.sns.pending = 0
    world.tick()
    world.sns.pending = 1
    ticks(world, timedelta(minutes=40))
    assert told(world) == []


def test_an_address_that_aws_has_forgotten_is_still_told_nothing(world: World) -> None:
    world.sns.confirmed, world.sns.pending = 0, 1
    ticks(world, timedelta(hours=2))
    world.sns.pending = 0  # two days on
    ticks(world, timedelta(hours=2))
    [message] = told(world)
    assert "Recovered" not in message


def test_a_question_that_sns_refuses_stops_nothing_and_says_nothing(world: World) -> None:
    world.sns.confirmed, world.sns.pending = 0, 1
    ticks(world, timedelta(hours=2))
    refused = [refusal("GetTopicAttributes", "Throttling") for _ in range(3)]
    world.sns.errors[EMAIL_TOPIC] = deque(refused)
    answers = ticks(world, timedelta(minutes=15))
    assert all(str(answer["mail"]).startswith("not known: ") for answer in answers)
    assert answers[-1]["open"] == 1
    [message] = told(world)
    assert "Recovered" not in message


@pytest.mark.parametrize(
    ("confirmed", "pending", "address", "said"),
    [
        (1, 0, "a@example.com", None),
        (0, 0, None, None),  # nobody wanted any
        (0, 1, "a@example.com", "an e-mail address has not confirmed (a@example.com?)"),
        (1, 1, "a@example.com", "an e-mail address has not confirmed and"),  # another one
        (0, 2, None, "2 e-mail addresses have not confirmed and"),
        (0, 0, "a@example.com", "a@example.com is not subscribed any more"),
    ],
)
def test_what_is_wrong(confirmed: int, pending: int, address: str | None, said: str | None) -> None:
    found = trouble(confirmed, pending, address)
    assert found is None if said is None else found is not None and found.startswith(said)
