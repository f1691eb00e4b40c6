"""Which calls a notice costs in Slack, in which order, and what is left out when time is short."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from alarm_fanout.channels.base import Deferred, Delivered, Receipt, Refused
from alarm_fanout.channels.slack import SlackChannel
from alarm_fanout.deadline import Deadline
from alarm_fanout.envelopes import unpack
from alarm_fanout.incident import Incident, MessageRef, NoticeKind
from alarm_fanout.notice import Notice
from alarm_fanout.parsers import parse
from alarm_fanout.routing import Router
from fakes.alarms import alarm
from fakes.slack import DOWN
from fakes.world import Context, World

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

PLACE = MessageRef("CWARNING", "1795428900.000001")
GONE = Refused("message_not_found")


@pytest.fixture
def world() -> Iterator[World]:
    with World(routes=()).running() as running:
        yield running


def channel(world: World) -> SlackChannel:
    context = cast("LambdaContext", Context(world.clock, world.clock()))
    found = world.fanout(context).channels["slack"]
    assert isinstance(found, SlackChannel)
    return found


def notice(world: World, kind: NoticeKind, name: str = "orders", **said: Any) -> Notice:
    state = "OK" if kind is NoticeKind.RECOVERED else "ALARM"
    told = json.loads(alarm(name, state, world.clock()))
    [envelope] = unpack(json.loads(told["Message"]))
    [alert] = parse(envelope, world.clock())
    incident = Incident(
        key=alert.key, alert=alert, changed_at=alert.changed_at, is_open=state == "ALARM",
        opened_at=world.clock() - timedelta(minutes=9),
    )  # fmt: skip
    route = Router("avatar-system", "", ()).route(alert)
    incident = replace(incident, **said)
    return Notice(kind, f"{kind}{alert.change_id}", incident, route, world.clock())


def deliver(world: World, *told: Notice, left: float = 25.0) -> list[Receipt]:
    deadline = Deadline(lambda: round(1000 * (left + 4)))
    found = list(channel(world).deliver(told, deadline))
    assert [each.id for some, _ in found for each in some] == [each.id for each in told]
    return [receipt for some, receipt in found for _ in some]


def stand(world: World, *, group: bool = False) -> dict[str, MessageRef]:
    """Let a message stand that the next notice is about."""
    [receipt] = deliver(world, notice(world, NoticeKind.REMINDER))
    assert isinstance(receipt, Delivered)
    assert receipt.ref
    world.slack.calls.clear()
    return {"slack": replace(receipt.ref, group=group)}


@pytest.mark.parametrize(("left", "calls"), [(8.001, ["post", "upload"]), (8.0, ["post"])])
def test_a_graph_comes_where_there_is_time(world: World, left: float, calls: list[str]) -> None:
    [receipt] = deliver(world, notice(world, NoticeKind.OPENED), left=left)
    assert receipt == Delivered(PLACE)
    assert world.slack.calls == calls


@pytest.mark.parametrize("fault", [DOWN, GONE])
def test_a_graph_that_fails_is_no_failure(world: World, fault: Receipt) -> None:
    world.slack.faults = deque([None, fault])
    assert deliver(world, notice(world, NoticeKind.OPENED)) == [Delivered(PLACE)]


@pytest.mark.parametrize(
    ("kind", "calls", "broadcast"),
    [
        (NoticeKind.RECOVERED, ["update", "reply"], False),
        (NoticeKind.REMINDER, ["update", "reply"], True),
        (NoticeKind.UPDATED, ["update", "reply"], True),
        (NoticeKind.FLAPPING, ["update", "reply"], False),
        (NoticeKind.ANSWERED, ["update"], None),
        (NoticeKind.ALSO, ["update"], None),
        (NoticeKind.EVENT, ["post"], None),
    ],
)
def test_what_stands_is_changed_and_a_reply_rings(
    world: World, kind: NoticeKind, calls: list[str], *, broadcast: bool | None
) -> None:
    refs = stand(world)
    world.clock.advance(minutes=2)
    [receipt] = deliver(world, notice(world, kind, refs=refs))
    assert world.slack.calls == calls
    assert isinstance(receipt, Delivered)
    assert (receipt.ref == refs["slack"]) is (kind is not NoticeKind.EVENT)
    replies = [each.broadcast for each in world.slack.messages.values() if each.thread]
    assert replies == ([] if broadcast is None else [broadcast])


@pytest.mark.parametrize(
    ("kind", "faults", "calls", "receipt"),
    [
        (NoticeKind.RECOVERED, [DOWN], ["update"], DOWN),
        (NoticeKind.RECOVERED, [None, DOWN], ["update", "reply"], DOWN),
        (NoticeKind.RECOVERED, [GONE], ["update", "post"], None),
        (NoticeKind.ANSWERED, [GONE], ["update", "post"], None),
        (NoticeKind.ALSO, [GONE], ["update"], None),
        (NoticeKind.ALSO, [DOWN], ["update"], DOWN),
    ],
)
def test_a_message_that_is_gone_is_said_anew_where_that_is_news(
    world: World, kind: NoticeKind, faults: Sequence[Receipt | None], calls: list[str],
    receipt: Receipt | None,
) -> None:  # fmt: skip
    refs = stand(world)
    world.clock.advance(minutes=2)
    world.slack.faults = deque(faults)
    [got] = deliver(world, notice(world, kind, refs=refs))
    assert world.slack.calls == calls
    assert got == receipt if receipt else isinstance(got, Delivered)


@pytest.mark.parametrize(
    ("kind", "broadcast"), [(NoticeKind.REMINDER, True), (NoticeKind.ALSO, False)]
)
def test_of_one_of_several_a_reply_tells(
    world: World, kind: NoticeKind, *, broadcast: bool
) -> None:
    refs = stand(world, group=True)
    world.clock.advance(minutes=2)
    assert deliver(world, notice(world, kind, refs=refs)) == [Delivered(refs["slack"])]
    assert world.slack.calls == ["reply"]
    [reply] = [each for each in world.slack.messages.values() if each.thread]
    assert reply.broadcast is broadcast


def test_a_group_that_has_expired_is_told_one_by_one(world: World) -> None:
    refs = stand(world, group=True)
    world.clock.advance(minutes=2)
    names = ("a", "b")
    told = [notice(world, NoticeKind.RECOVERED, name, refs=refs) for name in names]
    found = deliver(world, *told)
    assert world.slack.calls == ["post", "post"]
    assert [isinstance(each, Delivered) for each in found] == [True, True]


@pytest.mark.parametrize(("count", "posts"), [(1, 1), (2, 2), (3, 1), (30, 1)])
def test_three_are_a_group(world: World, count: int, posts: int) -> None:
    deliver(world, *(notice(world, NoticeKind.OPENED, f"n{n}") for n in range(count)))
    assert world.slack.calls.count("post") == posts
    told = "".join(posted.text for posted in world.slack.messages.values())
    assert [n for n in range(count) if f"n{n}" not in told] == []


@pytest.mark.parametrize(("left", "posts"), [(1.0, 1), (0.999, 0)])
def test_a_call_needs_a_second(world: World, left: float, posts: int) -> None:
    [receipt] = deliver(world, notice(world, NoticeKind.REMINDER), left=left)
    assert len(world.slack.calls) == posts
    assert isinstance(receipt, Delivered) if posts else (
        receipt == Deferred(1.0, "Slack's rate", turn=True)
    )  # fmt: skip


def test_who_fails_for_now_is_not_asked_again_in_the_batch(world: World) -> None:
    lost = Deferred(30.0, "Slack did not answer: TimeoutError", unknown=True)
    world.slack.faults = deque([lost])
    found = deliver(world, *(notice(world, NoticeKind.REMINDER, name) for name in "ab"))
    assert found == [lost, replace(lost, unknown=False)]
    assert world.slack.calls == ["post"]


def test_what_is_refused_keeps_no_other_back(world: World) -> None:
    world.slack.faults = deque([Refused("msg_too_long")])
    found = deliver(world, *(notice(world, NoticeKind.REMINDER, name) for name in "ab"))
    assert [type(each) for each in found] == [Refused, Delivered]


@pytest.mark.parametrize(("asked", "calls"), [(3.0, 2), (60.0, 1)])
def test_a_limit_is_waited_for_where_there_is_time(world: World, asked: float, calls: int) -> None:
    world.slack.faults = deque([Deferred(asked, "rate limited", turn=True)])
    began = world.clock()
    found = deliver(world, *(notice(world, NoticeKind.REMINDER, name) for name in "ab"))
    assert found[0] == Deferred(asked, "rate limited", turn=True)
    assert len(world.slack.calls) == calls
    if calls == 2:
        assert isinstance(found[1], Delivered)
        assert world.clock() - began == timedelta(seconds=asked)
    else:
        assert found[1] == Deferred(60.0, "Slack's rate", turn=True)
