"""Theil-Sen: worked by hand, unmoved by wild points, and its interval."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.kpi.trend import theil_sen


def test_the_median_of_all_slopes() -> None:
    """Slopes 2, 3, 4, 4, 5, 6 by hand: between (0,0) (1,2) (2,6) (3,12); the median is 4."""
    line = theil_sen([(0, 0), (1, 2), (2, 6), (3, 12)])
    assert line.slope == 4
    assert line.intercept == pytest.approx(4 - 4 * 1.5)  # median(0 2 6 12) - 4 x median(0 1 2 3)


def test_the_interval_of_sens_own_ranks() -> None:
    """Ten points: 45 slopes, Kendall's sigma = sqrt(10 x 9 x 25 / 18) = 11.18, z = 1.96.

    Ranks (45 -+ 21.91) / 2 = 11.5 and 33.5: the 11th (12 - 1) and the 34th (33 + 1) slope.
    """
    points = [(float(x), y) for x, y in enumerate((0.0, 3, 1, 6, 4, 9, 8, 15, 12, 20))]
    slopes = sorted(
        (b[1] - a[1]) / (b[0] - a[0]) for i, a in enumerate(points) for b in points[i + 1 :]
    )
    line = theil_sen(points)
    assert (line.low, line.high) == (slopes[11], slopes[33])
    assert line.low < line.slope < line.high


@pytest.mark.parametrize("ys", [(0, 2), (0, 2, 6), (6, 2, 0), (0, 5, 6, 9)])
def test_of_few_points_the_interval_is_from_the_least_slope_to_the_greatest(
    ys: tuple[float, ...],
) -> None:
    points = list(enumerate(ys))
    slopes = [(b - a) / (j - i) for i, a in points for j, b in points[i + 1 :]]
    line = theil_sen(points)
    assert (line.low, line.high) == (min(slopes), max(slopes))


def test_ties_narrow_the_interval() -> None:
    """Six of ten are 2: sigma = sqrt((10 x 9 x 25 - 6 x 5 x 17) / 18) = 9.83, not 11.18.

    The expected bounds are scipy 1.17's: theilslopes(y, x, 0.95).
    """
    line = theil_sen(list(enumerate([0, 5, 2, 6, 11, 2, 2, 2, 2, 2])))
    assert (line.slope, line.low, line.high) == (0, -0.6, 0.25)


def test_a_few_wild_points_do_not_move_it() -> None:
    points = [(float(x), 7.0 * x) for x in range(30)]
    points[4] = (4.0, 1e12)
    points[20] = (20.0, 0.0)
    assert theil_sen(points).slope == pytest.approx(7, rel=0.01)


def test_one_instant_has_no_trend() -> None:
    with pytest.raises(ValueError, match="two points"):
        theil_sen([(1, 2), (1, 3)])


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=20),
    st.floats(-1e6, 1e6),
)
def test_a_tilt_tilts_the_line(ys: list[float], tilt: float) -> None:
    flat = theil_sen(list(enumerate(ys)))
    tilted = theil_sen([(x, y + tilt * x) for x, y in enumerate(ys)])
    assert tilted.slope == pytest.approx(flat.slope + tilt, rel=1e-6, abs=1e-3)
    assert flat.low <= flat.slope <= flat.high
    assert tilted.low <= tilted.slope <= tilted.high
