from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Thread
from time import monotonic

import pytest

from local.backend.driver import AlreadyRunningError, Backend
from local.backend.model import MINUTE
from local.backend.scenarios import ScenarioNotFoundError
from local.backend.traffic import MinuteOfTraffic

START = datetime(2026, 11, 20, 17, tzinfo=UTC)


class Keeper:
    def __init__(self) -> None:
        self.minutes: list[MinuteOfTraffic] = []

    def write(self, minutes: Sequence[MinuteOfTraffic]) -> None:
        self.minutes += minutes


class Broken:
    def write(self, minutes: Sequence[MinuteOfTraffic]) -> None:
        raise ConnectionError(f"{len(minutes)} minutes lost")


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "it did not happen in time"


def test_minutes_are_played_at_once_with_the_times_given() -> None:
    keeper = Keeper()
    played = Backend([keeper]).play("upload_failures", 130, START)
    assert [minute.start for minute in played] == [START + n * MINUTE for n in range(130)]
    assert keeper.minutes == list(played)
    assert {minute.scenario for minute in played} == {"upload_failures"}


def test_state_goes_on_from_one_play_to_the_next() -> None:
    backend = Backend()
    full = backend.play("storage_growth", 2, START)[-1].storage
    after = backend.play("normal_day", 1, START + 2 * MINUTE)[-1].storage
    assert after.total_bytes >= full.total_bytes


def test_playing_in_parts_gives_the_same_traffic() -> None:
    whole, parts = Backend(seed=5), Backend(seed=5)
    expected = whole.play("normal_day", 4, START)
    first = parts.play("normal_day", 1, START)
    assert first + parts.play("normal_day", 3, START + MINUTE) == expected


def test_paced_play_takes_its_time_and_can_be_stopped() -> None:
    backend = Backend()
    began = monotonic()
    assert len(backend.play("normal_day", 3, START, speed=50)) == 3
    assert monotonic() - began >= 3 / 50
    thread = Thread(target=backend.play, args=("normal_day", 10_000, START), kwargs={"speed": 100})
    thread.start()
    until(lambda: len(backend.ledger.entries) > 4)
    backend.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert len(backend.ledger.entries) < 10_000


def test_the_thread_catches_up_with_the_clock_and_does_not_overtake_it() -> None:
    now = START + 5 * MINUTE + MINUTE / 2
    backend = Backend(clock=lambda: now)
    backend.start(START, speed=1000)
    until(lambda: len(backend.ledger.entries) == 5)
    assert not backend.wait(0.1)
    backend.stop()
    assert [entry.start for entry in backend.ledger.entries] == [
        START + n * MINUTE for n in range(5)
    ]


def test_a_change_of_scenario_shows_in_the_next_minutes() -> None:
    backend = Backend(clock=lambda: START + 100_000 * MINUTE)
    backend.start(START, speed=200)
    until(lambda: len(backend.ledger.entries) > 2)
    backend.set_scenario("database_down")
    until(lambda: backend.ledger.entries[-1].scenario == "database_down")
    backend.stop()
    assert backend.ledger.entries[0].scenario == "normal_day"


def test_an_error_of_a_writer_ends_the_thread_and_is_raised_at_stop() -> None:
    backend = Backend([Broken()], clock=lambda: START + 10 * MINUTE)
    backend.start(START, speed=1000)
    assert backend.wait(5)
    with pytest.raises(ConnectionError, match="1 minutes lost"):
        backend.stop()
    assert backend.ledger.entries == ()
    backend.stop()


def test_one_pace_at_a_time() -> None:
    backend = Backend(clock=lambda: START)
    backend.start(START, speed=1)
    try:
        with pytest.raises(AlreadyRunningError):
            backend.start(START, speed=1)
        with pytest.raises(AlreadyRunningError):
            backend.play("normal_day", 1, START, speed=1)
    finally:
        backend.stop()


def test_an_unknown_scenario_changes_nothing() -> None:
    backend = Backend()
    with pytest.raises(ScenarioNotFoundError):
        backend.set_scenario("lunch")
    assert backend.scenario.name == "normal_day"
