"""A document of StateTable that nobody can read stops no alert but, at most, its own memory."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from avatarwatch.state_table.documents import Key
from avatarwatch.state_table.memory import MemoryDocumentStore
from fakes.alarms import alarm, arn
from fakes.world import World
from integration.alarm_fanout.reading import change, headlines

DAMAGES = {"cut off": '{"key": "a', "another shape": '{"shape": 1}', "no object": "[]"}


def items_of(world: World) -> dict[Key, tuple[int, str, datetime]]:
    assert isinstance(world.documents, MemoryDocumentStore)
    return world.documents.items


def wreck(world: World, partition: str, body: str) -> None:
    """Write a body into each document of a partition, and into one of no alert."""
    items = items_of(world)
    until = world.clock() + timedelta(days=9)
    found = [key for key in items if key[0] == partition]
    items |= dict.fromkeys([*found, (partition, "nobody's")], (7, body, until))


@pytest.mark.parametrize("body", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize(
    "partition",
    ["incident", "mute", "measure", "parent", "group", "lane", "mailbox", "maintenance"],
)
def test_alerts_are_told_and_end_all_the_same(world: World, partition: str, body: str) -> None:
    names = ("a", "b", "payments")
    world.tell(*(alarm(name, "ALARM", world.clock()) for name in names))
    wreck(world, partition, body)
    world.clock.advance(minutes=6)
    world.tell(
        *(alarm(name, "OK", world.clock()) for name in names),
        alarm("later", "ALARM", world.clock()),
    )
    world.drain()
    assert arn("later") in world.pagerduty.open
    assert not set(map(arn, names)) & set(world.pagerduty.open)
    lost = any("could not be read" in mail.body for mail in world.sns.emails)
    assert lost == (partition in {"incident", "mute"})  # what is learnt anew is nobody's concern
    wreck(world, partition, body)
    assert world.tick()["open"] == (0 if partition == "incident" else 1)
    if partition in {"incident", "mute", "maintenance"}:  # of which the tick reads all
        assert (partition, "nobody's") not in items_of(world)


def test_what_a_newer_release_wrote_keeps_what_can_be_read(world: World) -> None:
    change(world, "payments", "ALARM")
    key = ("incident", arn("payments"))
    version, text, until = items_of(world)[key]
    body = json.loads(text)
    body["notices"][0]["kind"] = "whispered"
    items_of(world)[key] = (version, json.dumps(body), until)
    world.clock.advance(minutes=7)
    change(world, "payments", "OK")
    assert headlines(world)[0] == "✅ Recovered after 7 min · payments 18.2"
    assert arn("payments") not in world.pagerduty.open
    [told] = [mail for mail in world.sns.emails if "could not be read" in mail.body]
    assert "alarm:payments" in told.body
    world.tick()
    assert len([mail for mail in world.sns.emails if "could not be read" in mail.body]) == 1


def test_what_a_damaged_mute_held_back_is_told(world: World) -> None:
    world.invoke({"action": "mute", "alarms": "pay*", "minutes": 60, "reason": "import"})
    change(world, "payments", "ALARM")
    wreck(world, "mute", "[]")
    world.clock.advance(minutes=5)
    world.tick()
    assert arn("payments") in world.pagerduty.open
