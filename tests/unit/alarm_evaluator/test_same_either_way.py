"""What is done to be quick changes nothing: each short cut against the long way round."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate, chain
from math import gcd
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from alarm_evaluator import (
    Datum,
    MetricAlarm,
    Prepared,
    Query,
    Series,
    State,
    decide,
    ordered,
)
from alarm_evaluator.decision import filled
from alarm_evaluator.grid import Grid
from alarm_evaluator.late import LateWindows
from alarm_evaluator.ordered import OrderedWindows
from unit.alarm_evaluator.test_against_documentation import METRIC, alarms

VALUES = st.sampled_from([0.0, 0.1, 0.2, 0.3, 4.9, 5.0, 1e15, 9.0])
DATA = st.one_of(
    VALUES.map(Datum.of),
    st.lists(VALUES, min_size=1, max_size=4).map(lambda values: Datum.of(*values)),
    st.tuples(st.integers(0, 5), VALUES).map(lambda t: Datum(t[0], t[1] * t[0], t[1], t[1])),
)
STATISTICS = ("Average", "Sum", "SampleCount", "Minimum", "Maximum", "p90", "tm50")


type Row = tuple[int, int, Datum]  # seconds after the one before, seconds until it is seen, datum


def rows(alarm: MetricAlarm) -> st.SearchStrategy[list[Row]]:
    """Data that come as they like, and stretches of data as regular as a metric's usually are."""
    unit = max(10, alarm.period // 6)
    apart = st.integers(0, 5).map(lambda n: n * unit)
    alone = st.tuples(apart, apart, DATA).map(lambda row: [row])
    regular = st.builds(
        lambda after, late, data: [(after, late, datum) for datum in data],
        st.sampled_from([gcd(alarm.step, alarm.period), alarm.step, alarm.period]),
        apart, st.lists(DATA, min_size=2, max_size=20),
    )  # fmt: skip
    return st.lists(alone | regular, max_size=12).map(lambda parts: list(chain(*parts)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[MetricAlarm, Series, int, int]:
    """An alarm and a series whose data become readable in the order of their timestamps."""
    alarm = draw(alarms())
    name = draw(st.sampled_from(STATISTICS))
    alarm = replace(
        alarm, queries=(Query("m1", METRIC, name),), low_samples_ignored=draw(st.booleans()),
        warm_up=draw(st.sampled_from([0, 0, 60, 600, 7_200])),
    )  # fmt: skip
    start = draw(st.integers(0, 3)) * alarm.step
    end = start + alarm.step * draw(st.integers(0, 40))
    first = start - alarm.range * alarm.period
    drawn = draw(rows(alarm))
    times = [first + since for since in accumulate(row[0] for row in drawn)]
    seen = accumulate((at + row[1] for at, row in zip(times, drawn, strict=True)), max)
    series = Series.of(zip(times, seen, (row[2] for row in drawn), strict=True))
    return alarm, series, start, end


@given(cases(), st.sampled_from([0.0, 5.0, 100.0]), st.sampled_from([1, 2, 5, ordered.BLOCK]))
def test_windows_in_order_are_those_that_are_read_one_by_one(
    case: tuple[MetricAlarm, Series, int, int], least: float, block: int
) -> None:
    alarm, series, start, end = case
    grid, name = Grid.of(alarm, start, end), alarm.queries[0].statistic
    if not grid.count:
        return
    span = alarm.period * alarm.periods
    with patch.object(ordered, "BLOCK", block):
        quick = OrderedWindows.of(grid, name, series, least, span)
    slow = LateWindows.of(grid, name, series, least, span)
    assert [list(column) for column in quick.columns()] == [list(each) for each in slow.columns()]
    assert quick.held == slow.held
    some = range(0, grid.count, 3)
    assert [list(column) for column in quick.at(some)] == [list(each) for each in slow.at(some)]
    breaches = alarm.comparison.breaches(alarm.threshold)
    assert quick.kinds(breaches) == slow.kinds(breaches)


@given(cases())
def test_only_where_data_points_change_a_state_can(
    case: tuple[MetricAlarm, Series, int, int],
) -> None:
    alarm, series, start, end = case
    prepared = Prepared.of(alarm, {METRIC: series}, start, end)
    expected = one_by_one(prepared)
    found = prepared.transitions()
    assert [(change.at, change.after, change.filled) for change in found] == expected
    rings, share = prepared.rings(alarm.threshold)
    assert rings == sum(row[1] is State.ALARM for row in expected)
    assert 0 <= share <= 1
    assert (share > 0) == (rings > 0)


def one_by_one(prepared: Prepared) -> list[tuple[int, State, int]]:
    """Decide at each evaluation, whatever the one before saw."""
    alarm, grid = prepared.alarm, prepared.grid
    state, found = State.INSUFFICIENT_DATA, []
    is_warm = not alarm.warm_up
    kinds = prepared.kinds(alarm.comparison.breaches(alarm.threshold))
    for evaluation, key in enumerate(zip(*kinds, strict=True)):
        if evaluation in prepared.held:
            continue
        is_over = grid.at(evaluation) >= grid.at(0) + alarm.warm_up
        is_warm = is_warm or is_over or not filled(key, alarm.periods)
        after = decide(key, alarm.periods, alarm.needed, alarm.missing)
        if is_warm and after is not None and after is not state:
            state = after
            found.append((grid.at(evaluation), after, filled(key, alarm.periods)))
    return found
