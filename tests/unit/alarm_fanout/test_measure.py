"""What a message says was measured agrees with the state that it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.alert import Alert, Comparison, Crossing, Kind
from alarm_fanout.incident import Incident, NoticeKind
from alarm_fanout.measure import (
    began,
    course_line,
    shown,
    sparkline,
    threshold,
    title,
    value,
    worse,
)
from alarm_fanout.measure import window as judged
from alarm_fanout.notice import Course, Notice
from alarm_fanout.routing import Route
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity
from avatarwatch.units import Unit

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
NUMERIC = [each for each in Comparison if not each.is_band]
VALUES = st.floats(-1e12, 1e12) | st.integers(-3, 3).map(float)


def alert(state: AlertState, comparison: Comparison, *values: float) -> Alert:
    crossing = Crossing((), comparison, 1.0, period=60, periods=1, breaching=1, values=values)
    return Alert(Kind.METRIC, "a", "a", state, NOW, crossing=crossing)


@given(VALUES, st.sampled_from(NUMERIC))
def test_the_metrics_latest_point_is_told_in_one_of_two_states(
    latest: float, comparison: Comparison
) -> None:
    course = Course((latest,), 60)
    told = {state: value(alert(state, comparison), course) for state in AlertState}
    crosses = comparison.crosses(latest, 1.0)
    assert told[AlertState.ALARM] == (latest if crosses else None)
    assert told[AlertState.OK] == (None if crosses else latest)


@pytest.mark.parametrize(
    ("comparison", "crossing"),
    [
        (Comparison.GreaterThanThreshold, {2.0}),
        (Comparison.GreaterThanOrEqualToThreshold, {1.0, 2.0}),
        (Comparison.LessThanThreshold, {0.0}),
        (Comparison.LessThanOrEqualToThreshold, {0.0, 1.0}),
    ],
)
def test_which_side_of_a_threshold_rings(comparison: Comparison, crossing: set[float]) -> None:
    assert {each for each in (0.0, 1.0, 2.0) if comparison.crosses(each, 1.0)} == crossing


def test_nothing_is_recovered_over_its_threshold() -> None:
    """A sum over a day ends an alarm while the metric's latest point is still over it."""
    ended = alert(AlertState.OK, Comparison.GreaterThanThreshold)
    assert value(ended, Course((0.5, 112.0), 3600)) is None


def test_what_cloudwatch_judged_is_told_whatever_it_is() -> None:
    ended = alert(AlertState.OK, Comparison.GreaterThanThreshold, 7.0)
    assert value(ended, Course((0.5,), 3600)) == 7.0


def test_without_a_number_to_hold_it_against_the_latest_point_is_told_as_it_is() -> None:
    course = Course((3.0, 2.0, None), 60)
    known = alert(AlertState.ALARM, Comparison.LessThanThreshold)
    assert known.crossing
    for crossing in (
        None,
        replace(known.crossing, threshold=None),
        replace(known.crossing, comparison=None),
        replace(known.crossing, comparison=Comparison.GreaterThanUpperThreshold),
    ):
        assert value(replace(known, crossing=crossing), course) == 2.0
    assert value(known, None) is None


OVER, UNDER = Comparison.GreaterThanThreshold, Comparison.LessThanThreshold
CROSSING = Crossing((), OVER, 1500.0, period=60, periods=1, breaching=1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "over 1.5 s"),
        ({"comparison": Comparison.LessThanOrEqualToThreshold}, "at or under 1.5 s"),
        ({"comparison": None}, ""),
        ({"threshold": None}, ""),
        ({"silent": 3}, ""),
        ({"silent": 3, "comparison": Comparison.GreaterThanUpperThreshold}, ""),
        ({"comparison": Comparison.GreaterThanUpperThreshold}, "over the expected band"),
        ({"comparison": Comparison.GreaterThanUpperThreshold, "edges": (402.0,)},
         "over the expected 402 ms"),
        ({"comparison": Comparison.LessThanLowerOrGreaterThanUpperThreshold, "edges": (4.0, 9.0)},
         "outside the expected 4 ms to 9 ms"),
    ],
)  # fmt: skip
def test_what_was_crossed(changes: dict[str, object], said: str) -> None:
    assert threshold(replace(CROSSING, **changes), Unit.MILLISECONDS) == said  # type: ignore[arg-type]


ROUTE = Route("CPU", Severity.WARNING, frozenset(), Unit.PERCENT)


@pytest.mark.parametrize(
    ("changes", "headline", "measured", "number"),
    [
        ({"values": (18.2,)}, "CPU", "18.2 %", 18.2),
        ({"values": (18.2,), "comparison": UNDER}, "CPU", "18.2 %", -18.2),
        ({"values": (18.2,), "comparison": None}, "CPU", "18.2 %", 18.2),
        ({"values": (10.04,), "threshold": 10.0}, "CPU", "10.04 %", 10.04),
        ({"values": (9.996,), "threshold": 10.0}, "CPU", "9.996 %", 9.996),
        ({"values": (10.0,), "threshold": 10.0}, "CPU", "10 %", 10.0),
        ({}, "CPU", "", None),
        ({"values": (18.2,), "silent": 1}, "CPU: no data for 1 period", "", None),
        ({"values": (18.2,), "silent": 2}, "CPU: no data for 2 periods", "", None),
        ({"values": (18.2,), "series": (3, 40)}, "CPU: 3 of 40 series", "", 18.2),
    ],
)
def test_a_headline_a_value_and_how_bad_it_is(
    changes: dict[str, object], headline: str, measured: str, number: float | None
) -> None:
    crossing = replace(CROSSING, **changes)  # type: ignore[arg-type]
    found = Alert(Kind.METRIC, "a", "a", AlertState.ALARM, NOW, crossing=crossing)
    assert title(ROUTE, crossing) == headline
    assert shown(ROUTE, found, None) == measured
    assert worse(found, None) == number
    assert title(ROUTE, None) == "CPU"


def notice(kind: NoticeKind = NoticeKind.OPENED, **crossing: object) -> Notice:
    alerted = alert(AlertState.ALARM, OVER)
    assert alerted.crossing
    if crossing:
        alerted = replace(alerted, crossing=replace(alerted.crossing, **crossing))  # type: ignore[arg-type]
    incident = Incident("a", alerted, NOW + timedelta(hours=1), opened_at=NOW)
    return Notice(kind, "1", incident, ROUTE, NOW)


HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("since", "is_told"),
    [
        (NOW, True), (NOW + SECOND, False), (NOW - HOUR, True),
        # an hour, and twice the three periods of ten minutes that it judged
        (NOW - 2 * HOUR, True), (NOW - 2 * HOUR - SECOND, False),
    ],
)  # fmt: skip
def test_trouble_began_with_its_first_point_where_the_alarm_judged_it(
    since: datetime, *, is_told: bool
) -> None:
    assert began(notice(since=since, period=600, periods=3)) == (since if is_told else NOW)


def test_trouble_began_when_it_rang_where_nothing_else_tells() -> None:
    assert began(notice()) == NOW
    assert began(notice(NoticeKind.RECOVERED, since=NOW - SECOND)) == NOW
    bare = notice()
    assert began(replace(bare, incident=replace(bare.incident, opened_at=None))) == NOW + HOUR
    happened = replace(bare, kind=NoticeKind.EVENT)
    assert began(happened) == happened.alert.changed_at


@pytest.mark.parametrize(
    ("points", "seconds", "line"),
    [
        ((1.0, 2.0), 3600, ""),
        ((1.0, None, 2.0), 3600, ""),
        ((1.0, 2.0, 8.0), 3600, "▁▂█ last hour"),
        ((None, 1.0, 2.0, 8.0), 3601, "▁▂█ last 1 h"),
        ((1.0, 2.0, 8.0), 1800, "▁▂█ last 30 min"),
    ],
)
def test_three_points_are_a_course(
    points: tuple[float | None, ...], seconds: int, line: str
) -> None:
    assert course_line(Course(points, seconds)) == line
    assert course_line(None) == ""


def test_what_stays_the_same_is_drawn_at_the_bottom() -> None:
    assert sparkline((5.0, 5.0)) == "▁▁"
    assert sparkline((None,)) == ""


def test_the_span_that_was_judged_is_whole_periods() -> None:
    known = alert(AlertState.ALARM, OVER)
    assert known.crossing
    crossing = replace(known.crossing, period=600, periods=3)
    span = judged(replace(known, crossing=crossing))
    assert span == (NOW.replace(hour=9, minute=40), NOW.replace(minute=10))
    assert judged(replace(known, crossing=None)) is None
