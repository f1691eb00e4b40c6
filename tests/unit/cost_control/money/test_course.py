"""How moved objects fare: closed formulas, held against sums over small steps of time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cost_control.money.course import HORIZON_MONTHS, NOTHING, expected, price, surely_there
from cost_control.money.moves import End
from cost_control.money.prices import BUNDLED, ClassPrices, StorageClass
from cost_control.money.use import Use

STEPS = 2400
GIR = BUNDLED.classes[StorageClass.GLACIER_IR]
INT = BUNDLED.classes[StorageClass.INTELLIGENT_TIERING]
SHARE = st.floats(0, 1)


def middles(end: float) -> list[float]:
    return [end * (step + 0.5) / STEPS for step in range(STEPS)]


@given(st.floats(0, 14), SHARE, st.sampled_from([0.0, 0.02, 0.05, 0.1, 0.3, 2.0]))
def test_what_is_surely_there_is_the_integral(wait: float, kept_up: float, lost: float) -> None:
    there = sum(
        max(0.0, min(kept_up, 1 - lost * month))
        for month in middles(HORIZON_MONTHS)
        if month > wait
    )
    assert surely_there(wait, kept_up, lost) == pytest.approx(
        there * HORIZON_MONTHS / STEPS, abs=0.01
    )


@given(st.floats(0.1, 20), SHARE, SHARE)
def test_the_price_is_the_mean_over_the_months(months: float, one: float, other: float) -> None:
    """30 days without a read are a month, 90 are three."""
    hot, warm = sorted((one, other))

    def at(month: float) -> float:
        if month < 1:
            return 0.023
        kept = hot if month < 3 else warm
        return (
            0.023 * hot
            + 0.0125 * (kept - hot if month >= 3 else 1 - hot)
            + (0.004 * (1 - warm) if month >= 3 else 0.0)
        )

    mean = sum(map(at, middles(months))) / STEPS
    assert price(INT, months, hot, warm) == pytest.approx(mean, rel=0.01)
    assert price(GIR, months, hot, warm) == 0.004


@pytest.mark.parametrize(
    ("target", "months"),
    [(INT, 0.0), (ClassPrices(0.05, 0, infrequent=0.01), 12.0),
     (ClassPrices(0.05, 0, archive_instant=0.01), 12.0)],
)  # fmt: skip
def test_what_has_not_all_tiers_costs_its_one_price(target: ClassPrices, months: float) -> None:
    assert price(target, months, 0.0, 0.0) == target.storage


@pytest.mark.parametrize("day", [10, 30])
def test_what_ends_before_it_would_move_takes_no_course(day: int) -> None:
    found = expected(GIR, 30, Use(0), End(day, "a rule", is_of_all=True))
    assert found == NOTHING
    assert (found.months, found.moves, found.wasted) == (0, 0, 0)


def test_nothing_moves_after_the_horizon() -> None:
    found = expected(GIR, 400, Use(0, deaths=0.5), None)
    assert found.months == 0


@pytest.mark.parametrize(
    ("day", "months", "moves", "wasted"),
    [
        # a life of 2 months, the first of them before the move: 11 / 2 = 5.5 ends, half of 11
        # months, and each end leaves 3 - (2 - 1) months for nothing
        (60, 5.5, 6.5, 11.0),
        # 4 months: 2.75 ends, three quarters, 3 - 3
        (120, 8.25, 3.75, 0.0),
        # 12 months: 11 / 12 ends, 11 x 11 / 12
        (360, 10.083333, 1.916667, 0.0),
    ],
)
def test_the_course_of_what_a_rule_ends(
    day: int, months: float, moves: float, wasted: float
) -> None:
    found = expected(GIR, 30, Use(0), End(day, "a rule", is_of_all=True))
    assert (found.months, found.moves, found.wasted) == pytest.approx((months, moves, wasted))


def test_what_dies_earlier_than_the_rule_ends_it_counts_by_its_deaths() -> None:
    """Half a month's deaths: exp(-.5) = .606531 outlive the wait, of 1 + .5 x 11 = 6.5 moves.

    Each leaves 3 - (1 - exp(-1.5)) / .5 = 1.446260 months: 6.5 x 1.446260 = 9.400692.
    """
    found = expected(GIR, 30, Use(0, deaths=0.5), End(360, "a rule", is_of_all=True))
    assert found.moves == pytest.approx(6.5 * 0.606531, rel=1e-5)
    assert found.wasted == pytest.approx(9.400692 * 0.606531, rel=1e-5)
