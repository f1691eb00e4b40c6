"""Which pair of windows burns, until when an alert holds, and what is told in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.kpi.readings import Measure, Readings, Series, Window
from avatarwatch.kpi_inputs import DOWN, UPLOADS_OBJECTIVE
from kpi_aggregation import burn
from kpi_aggregation.burn import PAGES, TICKETS, BurnAlert, Burning, State, Step, burning, step
from kpi_aggregation.burn import is_known_to_be_down as is_down

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
FIVE, MINUTE, HOUR = timedelta(minutes=5), timedelta(minutes=1), timedelta(hours=1)
[FAILED] = UPLOADS_OBJECTIVE.counted.plus
TOTAL = UPLOADS_OBJECTIVE.total.plus


def readings(bad: dict[timedelta, float], good: dict[timedelta, float]) -> Readings:
    """Return uploads by how long ago they were."""
    events: dict[Measure, dict[str, Series]] = {
        measure: {"": Series.of({NOW - ago: n for ago, n in counts.items()})}
        for measure, counts in ((next(m for m in TOTAL if m != FAILED), good), (FAILED, bad))
    }
    return Readings(events)


def found(
    bad: dict[timedelta, float], good: dict[timedelta, float], alert: BurnAlert = PAGES
) -> Burning | None:
    return burning(UPLOADS_OBJECTIVE, alert, readings(bad, good), NOW, 10)


ALWAYS = {n * FIVE: 100.0 for n in range(1, 12 * 72 + 1)}
ALLOWED = UPLOADS_OBJECTIVE.allowed


def test_the_first_pair_of_which_both_windows_burn_is_told() -> None:
    hour = dict.fromkeys((n * FIVE for n in range(1, 13)), 100.0)
    fast = found(hour, ALWAYS)
    assert fast is not None
    assert fast.pair == PAGES.pairs[0]
    assert fast.rate == pytest.approx(0.5 / ALLOWED)
    assert fast.events.bad == 1200
    # over now: nothing in the last five minutes, and half an hour of the second pair's short window
    assert found({ago: n for ago, n in hour.items() if ago > FIVE}, ALWAYS) is not None
    assert found({ago: n for ago, n in hour.items() if ago > 6 * FIVE}, ALWAYS) is None


def test_a_pair_that_says_nothing_hides_no_other() -> None:
    """Too few bad ones in an hour, or no traffic in five minutes: six hours tell all the same."""
    seldom = {n * HOUR - 40 * MINUTE: 5.0 for n in range(1, 7)}
    few = found(seldom, dict.fromkeys(seldom, 5.0))
    assert few is not None
    assert few.pair == PAGES.pairs[1]
    assert few.events.bad == 30
    quiet = {n * FIVE: 100.0 for n in range(2, 73)}  # nothing at all of late
    second = found(quiet, quiet)
    assert second is not None
    assert second.pair == PAGES.pairs[1]


@pytest.mark.parametrize(("bad", "burns"), [(9, False), (10, True)])
def test_so_many_bad_ones_at_least(bad: int, *, burns: bool) -> None:
    assert (found({FIVE: float(bad)}, {FIVE: 1.0}) is not None) == burns


@pytest.mark.parametrize("pair", [*PAGES.pairs, *TICKETS.pairs])
def test_a_rate_counts_above_what_is_allowed_and_not_at_it(pair: object) -> None:
    alert = next(each for each in (PAGES, TICKETS) if pair in each.pairs)
    [of] = [each for each in alert.pairs if each == pair]
    only = BurnAlert(alert.suffix, (of,))
    spans = {n * FIVE: 1e6 for n in range(1, int(of.long / FIVE) + 1)}
    for factor, burns in ((0.99, False), (1.01, True)):
        share = of.rate * ALLOWED * factor
        bad = {ago: n * share for ago, n in spans.items()}
        good = {ago: n * (1 - share) for ago, n in spans.items()}
        assert (found(bad, good, only) is not None) == burns


@pytest.mark.parametrize(("ago", "held"), [(5, True), (25, True), (30, True), (31, False)])
def test_what_rang_in_the_last_half_hour_is_known(ago: int, *, held: bool) -> None:
    limits = {"UploadFailuresCritical": 10.0, "ErrorRateCritical": 5.0}
    down = Readings({DOWN: {"": Series.of({NOW - ago * MINUTE: 1.0})}}, {}, limits)
    assert is_down(down, Window(NOW - FIVE, NOW)) == held


BURNS = found(dict.fromkeys((n * FIVE for n in range(1, 13)), 100.0), ALWAYS)


@pytest.mark.parametrize(
    ("before", "burns", "held", "after"),
    [
        (State(), False, False, Step(State())),
        (State(), True, False, Step(State(NOW, NOW), tells=True)),
        (State(), True, True, Step(State(None, NOW))),
        (State(NOW - HOUR, NOW - FIVE), True, False, Step(State(NOW - HOUR, NOW))),
        (State(NOW - HOUR, NOW - FIVE), True, True, Step(State(NOW - HOUR, NOW))),
        (State(NOW - HOUR, NOW - 29 * MINUTE), False, False,
         Step(State(NOW - HOUR, NOW - 29 * MINUTE))),
        (State(NOW - HOUR, NOW - 30 * MINUTE), False, False, Step(State(), tells=False)),
        (State(NOW - HOUR, None), False, False, Step(State(), tells=False)),
        (State(None, NOW - HOUR), False, False, Step(State(None, NOW - HOUR))),
    ],
)  # fmt: skip
def test_it_is_told_once_and_over_after_half_a_quiet_hour(
    before: State, after: Step, *, burns: bool, held: bool
) -> None:
    assert step(before, BURNS if burns else None, NOW, is_held=held) == after


def test_the_windows_are_those_of_the_workbook() -> None:
    """Table 5-8: 2 % of thirty days' budget in an hour, 5 % in six, 10 % in a day and in three.

    Short windows are a twelfth of the long ones, which is its guideline for them.
    """
    pairs = [(alert.suffix, pair) for alert in burn.ALERTS for pair in alert.pairs]
    hour, month = timedelta(hours=1), timedelta(days=30)
    found = [(suffix, pair.long / hour) for suffix, pair in pairs]
    assert found == [
        ("BudgetBurn", 1.0), ("BudgetBurn", 6.0), ("BudgetDrain", 24.0), ("BudgetDrain", 72.0),
    ]  # fmt: skip
    shares = [pair.rate * (pair.long / month) for _, pair in pairs]
    assert shares == pytest.approx([0.02, 0.05, 0.1, 0.1])
    assert all(12 * pair.short == pair.long for _, pair in pairs)
    assert burn.measures().keys() == {m for each in burn.OBJECTIVES for m in each.measures}
    assert set(burn.measures().values()) == {timedelta(days=3)}
