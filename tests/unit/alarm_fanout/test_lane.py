"""The way to one Slack channel: who holds it, a message a second, and when a channel is busy."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from alarm_fanout.channels.slack.lane import Lane, Traffic
from alarm_fanout.deadline import Deadline
from avatarwatch.state_table.memory import MemoryDocumentStore

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


@dataclass(slots=True)
class Time:
    """A clock that only sleeping moves, and the time that an invocation has left."""

    now: datetime = NOW
    seconds: float = 30.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_(seconds)

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds -= seconds

    @property
    def deadline(self) -> Deadline:
        return Deadline(lambda: int(self.seconds * 1000))


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def store() -> MemoryDocumentStore:
    return MemoryDocumentStore()


def lane(store: MemoryDocumentStore, time: Time, channel: str = "C1") -> Lane:
    return Lane(store, channel, lambda: time.now, time.sleep)


def test_what_was_learned_goes_with_the_lane(store: MemoryDocumentStore, time: Time) -> None:
    first = lane(store, time)
    assert first.acquire(time.deadline)
    first.sent()
    first.release()
    second = lane(store, time)
    assert second.acquire(time.deadline)
    assert second.traffic.sent_at == NOW
    assert time.slept == []
    assert list(store.items) == [("lane", "slack#C1")]


def test_who_waits_gives_up_after_four_seconds(store: MemoryDocumentStore, time: Time) -> None:
    assert lane(store, time).acquire(time.deadline)
    assert not lane(store, time).acquire(time.deadline)
    assert time.slept == [0.25] * 16
    assert lane(store, time, "C2").acquire(time.deadline), "another channel is free"


def test_who_has_no_time_does_not_wait(store: MemoryDocumentStore, time: Time) -> None:
    assert lane(store, time).acquire(time.deadline)
    time.seconds = 4.25  # four of them are kept to write down what was done
    assert not lane(store, time).acquire(time.deadline)
    assert time.slept == []


def test_a_lane_of_who_died_is_free_after_thirty_five_seconds(
    store: MemoryDocumentStore, time: Time
) -> None:
    assert lane(store, time).acquire(time.deadline)
    time.now += timedelta(seconds=34)
    time.seconds = 4.1
    assert not lane(store, time).acquire(time.deadline)
    time.now += timedelta(seconds=1)
    assert lane(store, time).acquire(time.deadline)


@pytest.mark.parametrize(
    ("passed", "blocked", "left", "wait", "slept"),
    [
        (0.0, None, 30, 0.0, [1.0]), (0.25, None, 30, 0.0, [0.75]), (1.0, None, 30, 0.0, []),
        (0.0, 7, 30, 0.0, [7.0]), (0.0, 0.5, 30, 0.0, [1.0]), (2.0, 7, 30, 0.0, [5.0]),
        (0.0, 7, 11, 7.0, []), (0.0, 7, 11.5, 0.0, [7.0]),
    ],
)  # fmt: skip
def test_a_message_waits_its_second_and_as_long_as_slack_asks(  # noqa: PLR0917
    time: Time, passed: float, blocked: float | None, left: float, wait: float, slept: list[float]
) -> None:
    way = lane(MemoryDocumentStore(), time)
    way.sent()
    if blocked is not None:
        way.block(blocked)
    time.now += timedelta(seconds=passed)
    time.seconds = left
    assert way.pace(time.deadline) == wait
    assert time.slept == slept


def test_nothing_sent_is_nothing_to_wait_for(time: Time) -> None:
    assert lane(MemoryDocumentStore(), time).pace(time.deadline) == 0.0
    assert time.slept == []


def test_four_messages_in_a_minute_are_busy(time: Time) -> None:
    way = lane(MemoryDocumentStore(), time)
    busy = []
    for told in range(1, 5):
        busy.append(way.is_busy)
        way.told()
        assert len(way.traffic.told_at) == told
    for seconds in (0, 59, 1):
        time.now += timedelta(seconds=seconds)
        busy.append(way.is_busy)
    assert busy == [False] * 4 + [True, True, False]
    way.told()
    assert way.traffic.told_at == (time.now,)


def test_where_a_group_stands_is_known_though_its_writer_dies(
    store: MemoryDocumentStore, time: Time
) -> None:
    way = lane(store, time)
    assert way.acquire(time.deadline)
    way.begin_group("C1|1.0")
    time.now += timedelta(seconds=35)
    later = lane(store, time)
    assert later.acquire(time.deadline)
    assert later.traffic.open_group == "C1|1.0"
    way.traffic = Traffic()
    way.release()
    later.release()
    assert later.acquire(time.deadline)
    assert later.traffic.open_group == "C1|1.0", "who came back late undoes nothing"


@pytest.mark.parametrize(
    ("milliseconds", "left"), [(4000, 0), (3000, 0), (4001, 0.001), (9500, 5.5)]
)
def test_four_seconds_are_kept_for_what_was_done(milliseconds: int, left: float) -> None:
    assert Deadline(lambda: milliseconds).left == pytest.approx(left)
