"""Maintenance that availability leaves out: to the minute, whichever way it is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch import left_out
from avatarwatch.left_out import LeftOut, without
from avatarwatch.state_table.documents import Document
from avatarwatch.state_table.memory import MemoryDocumentStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEPT, MOST = timedelta(days=455), 4000
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
SECONDS = st.integers(0, 4 * 3600)


@given(st.lists(SECONDS, max_size=60).map(sorted), SECONDS, SECONDS)
def test_it_counts_as_a_set_of_minutes_does(times: list[int], one: int, other: int) -> None:
    found = LeftOut()
    for each in times:
        found = found.plus(NOON + each * SECOND)
    start, end = sorted((one, other))
    minutes = {60 * (each // 60) for each in times}
    wanted = sum(start <= each < end for each in minutes)
    assert found.within(NOON + start * SECOND, NOON + end * SECOND) == wanted * MINUTE


@given(st.lists(SECONDS, min_size=1, max_size=60).map(sorted))
def test_the_same_minute_twice_is_one_and_runs_do_not_touch(times: list[int]) -> None:
    found = LeftOut()
    for each in times:
        found = found.plus(NOON + each * SECOND)
        assert found.plus(NOON + each * SECOND) == found
    ends = [run.end for run in found.runs]
    assert all(run.start > end for run, end in zip(found.runs[1:], ends, strict=False))


def test_what_nobody_can_look_back_on_is_forgotten() -> None:
    old = LeftOut().plus(NOON - KEPT - 3 * MINUTE).plus(NOON - KEPT - MINUTE)
    later = old.plus(NOON - KEPT + MINUTE).plus(NOON)
    assert [run.start for run in later.runs] == [NOON - KEPT + MINUTE, NOON]
    many = LeftOut()
    for number in range(0, 2 * MOST + 20, 2):
        many = many.plus(NOON + number * MINUTE)
    assert len(many.runs) == MOST + 1


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, ""),
        (1, "without maintenance (1 min of it)"),
        (60, "without maintenance (1 h of it)"),
        (130, "without maintenance (2 h 10 min of it)"),
        (2 * 1440, "without maintenance (48 h of it)"),
    ],
)
def test_it_is_said_in_hours_and_minutes(minutes: int, said: str) -> None:
    assert without(minutes * MINUTE) == said


def test_a_damaged_document_stops_nobody() -> None:
    store = MemoryDocumentStore()
    assert left_out.read(store) == LeftOut()
    key = left_out.partition(store).at(left_out.NAME)
    store.put(Document(key, 0, {"runs": [{"start": "yesterday"}]}), NOON + KEPT)
    assert left_out.read(store) == LeftOut()
