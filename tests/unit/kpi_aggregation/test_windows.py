"""Windows are closed, aligned to UTC, and looked at until nothing more is expected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.kpi.readings import LATENESS, Source, Window
from avatarwatch.kpis import Cadence
from kpi_aggregation.windows import (
    LOOKS,
    Record,
    batches,
    first_start,
    floor,
    is_due,
    is_held,
    is_settled,
    oldest_start,
    stamp,
    windows,
)

MINUTE = timedelta(minutes=1)
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FIVE = Cadence.FIVE_MINUTES
WINDOW = Window(AT, AT + 5 * MINUTE)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(at=MOMENTS, cadence=st.sampled_from(Cadence))
def test_windows_tile_the_time(at: datetime, cadence: Cadence) -> None:
    start = floor(at, cadence)
    assert start <= at < start + cadence.length
    tiles = list(windows(cadence, at, at + 3 * cadence.length + MINUTE))
    assert tiles[0].start >= at
    assert tiles[-1].end <= at + 3 * cadence.length + MINUTE
    assert all(a.end == b.start for a, b in pairwise(tiles))
    assert {tile.length for tile in tiles} == {cadence.length}


def test_a_day_is_24_hours_of_utc_whatever_the_clocks_do() -> None:
    stockholm = ZoneInfo("Europe/Stockholm")
    turned = datetime(2026, 10, 25, 3, 0, tzinfo=stockholm)  # the clocks went back
    assert floor(turned, Cadence.DAY) == datetime(2026, 10, 25, tzinfo=UTC)
    assert floor(turned, Cadence.HOUR) == datetime(2026, 10, 25, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "looked", "due"),
    [
        (2, None, False),  # just over: the last points are on their way
        (3, None, True),
        (7, 3, False),
        (8, 3, True),
        (9, 8, False),
        (18, 8, True),
        (62, 18, False),
        (63, 18, True),
        (5000, 63, False),
        (5000, 18, True),  # runs were missed
        (5000, None, True),
    ],
)
def test_looks(age: int, looked: int | None, *, due: bool) -> None:
    record = None if looked is None else Record(looked_at=WINDOW.end + looked * MINUTE)
    assert is_due(FIVE, WINDOW, record, WINDOW.end + age * MINUTE) is due


HOURS, DAYS = 60, 24 * 60


@pytest.mark.parametrize(
    ("cadence", "ages"),
    [
        (Cadence.FIVE_MINUTES, (3, 8, 18, 63)),
        (Cadence.HOUR, (3, 63, 6 * HOURS + 3)),
        (Cadence.DAY, (15, 10 * HOURS, DAYS + 15, 2 * DAYS + 15)),
    ],
)
def test_each_look_is_due_at_its_minute_and_the_last_settles(
    cadence: Cadence, ages: tuple[int, ...]
) -> None:
    window = Window(floor(AT, cadence), floor(AT, cadence) + cadence.length)
    record = None
    for age in ages:
        now = window.end + age * MINUTE
        assert not is_due(cadence, window, record, now - MINUTE)
        assert is_due(cadence, window, record, now)
        assert not is_settled(cadence, window, record)
        record = Record(looked_at=now)
    assert is_settled(cadence, window, record)
    assert not is_due(cadence, window, record, window.end + 9 * DAYS * MINUTE)


def test_what_lacked_something_is_looked_at_by_the_next_run() -> None:
    record = Record(looked_at=WINDOW.end + 3 * MINUTE, incomplete=True)
    assert is_due(FIVE, WINDOW, record, WINDOW.end + 4 * MINUTE)
    late = Record(looked_at=WINDOW.end + 100 * MINUTE, incomplete=True)
    assert not is_settled(FIVE, WINDOW, late)


@pytest.mark.parametrize("cadence", Cadence)
def test_settled_after_the_last_look(cadence: Cadence) -> None:
    window = Window(AT, AT + cadence.length)
    last = window.end + LOOKS[cadence][-1]
    assert is_settled(cadence, window, Record(looked_at=last))
    assert not is_settled(cadence, window, Record(looked_at=last - MINUTE))
    assert not is_settled(cadence, window, None)
    assert first_start(cadence, last) <= window.end


def test_a_days_log_lines_are_there_at_its_first_look() -> None:
    """They are scanned once: what came later would not be counted."""
    assert LATENESS[Source.LOGS] <= LOOKS[Cadence.DAY][0]


def test_the_oldest_window_can_still_be_published() -> None:
    """And an hour later as well, which is longer than a run takes; one before it could not."""
    for cadence in Cadence:
        oldest = oldest_start(cadence, AT)
        assert AT + timedelta(hours=1) - oldest <= timedelta(days=14)
        assert AT + timedelta(hours=1) - (oldest - cadence.length) >= timedelta(days=14)


@given(at=MOMENTS, cadence=st.sampled_from(Cadence))
def test_a_first_run_begins_where_the_last_look_is_not_over(at: datetime, cadence: Cadence) -> None:
    last = LOOKS[cadence][-1]
    assert at - last - cadence.length < first_start(cadence, at) <= at - last


@given(st.integers(1, 40), st.sampled_from(Cadence))
def test_what_is_due_is_the_present_or_missed_and_no_window_twice(
    number: int, cadence: Cadence
) -> None:
    due = list(windows(cadence, AT - number * cadence.length, AT))
    found = batches(cadence, due)
    flat = sorted(window.start for batch in found for window in batch)
    assert len(flat) == len(set(flat))
    if due:
        recent = due[-1].start - LOOKS[cadence][-1]
        assert found[0] == [window for window in due if window.start >= recent]
        assert all(window.start < recent for batch in found[1:] for window in batch)


def test_the_present_does_not_wait_for_a_hole_behind_it() -> None:
    due = list(windows(FIVE, AT - timedelta(days=4), AT))
    present, missed = batches(FIVE, due)
    assert present[-1] == due[-1]
    assert missed[0] == due[0]
    assert len(missed) == 288
    assert batches(FIVE, []) == []


@pytest.mark.parametrize(
    ("age", "delay"),
    [
        (timedelta(minutes=9), timedelta(minutes=3)),
        (timedelta(hours=3) - MINUTE, timedelta(minutes=3)),
        (timedelta(hours=3), timedelta(hours=2)),
        (timedelta(hours=24) - MINUTE, timedelta(hours=2)),
        (timedelta(hours=24), timedelta(hours=48)),
        (timedelta(), timedelta(minutes=3)),
    ],
)
def test_where_a_run_died_the_next_waits_until_what_was_put_can_be_read(
    age: timedelta, delay: timedelta
) -> None:
    until = WINDOW.start + age
    assert is_held(FIVE, WINDOW, until, until + delay - MINUTE)
    assert not is_held(FIVE, WINDOW, until, until + delay)
    assert not is_held(FIVE, WINDOW, None, until)


def test_a_days_numbers_are_young_when_they_are_put() -> None:
    """CloudWatch may hold back points of more than three hours for two hours."""
    day = Window(AT.replace(hour=0), AT.replace(hour=0) + timedelta(days=1))
    first = day.end + LOOKS[Cadence.DAY][0]
    assert first - stamp(Cadence.DAY, day) < timedelta(hours=3)
    assert day.start <= stamp(Cadence.DAY, day) < day.end
    assert stamp(FIVE, WINDOW) == WINDOW.start
