"""What a message says was measured agrees with the state that it tells."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.alert import Alert, Comparison, Crossing, Kind
from alarm_fanout.measure import value
from alarm_fanout.notice import Course
from avatarwatch.alert_state import AlertState

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
