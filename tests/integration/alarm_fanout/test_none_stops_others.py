"""What cannot be read, sent or acted on stops nothing that came with it, whatever their order."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import permutations

import pytest

from alarm_fanout.channels.base import Deferred, Outcome
from alarm_fanout.channels.slack.lane import Lane
from alarm_fanout.deadline import Deadline
from alarm_fanout.envelopes import unpack
from alarm_fanout.incident import Incident, NoticeKind
from alarm_fanout.notice import Notice
from alarm_fanout.parsers import parse
from alarm_fanout.routing import Router, RouteSettings, Target
from alarm_fanout.settings import NotificationSettings
from avatarwatch.answers import What
from avatarwatch.catalogue import Severity
from avatarwatch.environment import SettingsError
from fakes.alarms import alarm
from fakes.answers import body, pressed
from fakes.world import World
from integration.alarm_fanout.reading import headlines

ORDERS = list(permutations(range(3)))


@pytest.mark.parametrize("order", ORDERS)
def test_what_nobody_can_read_stands_before_what_is_told(
    world: World, order: tuple[int, ...]
) -> None:
    bodies = [" ", *(alarm(name, "ALARM", world.clock()) for name in ("orders", "payments"))]
    assert world.tell(*(bodies[each] for each in order)) == {"batchItemFailures": []}
    assert len(world.queue.dead_letters) == 1
    assert len(world.sns.emails) == 2


@pytest.mark.parametrize("order", ORDERS)
def test_an_answer_that_nobody_can_read_stands_before_others(order: tuple[int, ...]) -> None:
    with World(answers=True).running() as world:
        world.tell(*(alarm(name, "ALARM", world.clock()) for name in ("orders", "payments")))
        good = [body(pressed(world, each, What.ACKNOWLEDGE)) for each in world.slack.top()]
        assert len(good) == 2
        broken = json.dumps({"source": "avatarwatch.chat", "answer": {"what": "dance"}})
        bodies = [broken, *good]
        assert world.tell(*(bodies[each] for each in order)) == {"batchItemFailures": []}
        [letter] = world.queue.dead_letters
        assert letter["reason"].startswith("answer: ")
        assert sum("Acknowledged by Anna" in each.text for each in world.slack.top()) == 2


def severe(name: str, severity: Severity) -> RouteSettings:
    return RouteSettings(alarms=name, severity=severity, channels=frozenset({Target("slack")}))


@pytest.mark.parametrize("taken", ["#critical", "#warning"])
def test_a_slack_channel_that_another_writes_to_keeps_no_other_waiting(taken: str) -> None:
    routes = (severe("a", Severity.CRITICAL), severe("b", Severity.WARNING))
    with World(routes=routes).running() as world:
        lane = Lane(world.documents, taken, world.clock, world.clock.sleep)
        assert lane.acquire(Deadline(lambda: 30_000))
        answer = world.tell(*(alarm(name, "ALARM", world.clock()) for name in "ab"))
        assert len(answer["batchItemFailures"]) == 1
        assert len(headlines(world)) == 1
        lane.release()
        world.drain()
        assert len(headlines(world)) == 2
        assert world.clock() - lane.clock() < timedelta(minutes=1)


def notices(world: World, count: int) -> list[Notice]:
    """Return news that nobody has told."""
    found, router = [], Router("avatar-system", "", ())
    for number in range(count):
        told = json.loads(alarm(f"a{number}", "ALARM", world.clock()))
        [envelope] = unpack(json.loads(told["Message"]))
        [alert] = parse(envelope, world.clock())
        incident = Incident(key=alert.key, alert=alert, changed_at=alert.changed_at, is_open=True)
        route = router.route(alert)
        found.append(Notice(NoticeKind.OPENED, alert.change_id, incident, route, world.clock()))
    return found


@pytest.mark.parametrize("count", [1, 2, 3, 20])
@pytest.mark.parametrize("name", ["email", "sms", "teams"])
def test_each_notice_comes_back_once_though_there_is_no_time(
    world: World, name: str, count: int
) -> None:
    class _Context:
        aws_request_id = "r"

        @staticmethod
        def get_remaining_time_in_millis() -> int:
            return 4000

    channel = world.fanout(_Context).channels[name]  # type: ignore[arg-type]
    told = notices(world, count)
    outcomes: list[Outcome] = list(channel.deliver(told, Deadline(lambda: 4000)))
    assert [each.id for some, _ in outcomes for each in some] == [each.id for each in told]
    assert {receipt for _, receipt in outcomes} == {Deferred(1, "out of time", turn=True)}
    assert [*world.sns.emails, *world.sns.texts, *world.teams.cards] == []


def test_each_window_that_is_wrong_is_named() -> None:
    good = {"name": "n", "alarms": "*", "reason": "r", "starts": "2026-12-06T02:30", "minutes": 9}
    wrong = [{**good, "minutes": "9"}, {**good, "minutes": 0}, {**good, "zone": "Mars"}, good]
    with pytest.raises(SettingsError) as refused:
        NotificationSettings.read(json.dumps({"maintenance": [*wrong, good]}))
    said = str(refused.value)
    assert [f"maintenance.{number}." in said for number in range(5)] == [True] * 3 + [False, True]
