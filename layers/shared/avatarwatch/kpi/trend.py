"""A robust straight line through points: Theil-Sen, with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from statistics import NormalDist, median

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Trend:
    """A line: ``slope`` with its ``low`` and ``high`` bounds in y for each x."""

    slope: float
    intercept: float
    low: float
    high: float

    def at(self, x: float) -> float:
        """Return the line's value."""
        return self.intercept + self.slope * x


def theil_sen(points: Sequence[tuple[float, float]], confidence: float = CONFIDENCE) -> Trend:
    """Fit a line by the median of the slopes between all pairs of points.

    A few wild points do not move it. The intercept is median(y) - slope x median(x) (Conover); the
    interval takes the ranks of the slopes that Kendall's variance leaves, ties corrected. Sources:
    P. K. Sen, Estimates of the Regression Coefficient Based on Kendall's Tau, JASA 63 (1968),
    1379-1389, equation 2.6; the rounding of the ranks is that of scipy.stats.theilslopes, which
    is not used itself because it would bring numpy into every cold start.

    Raises
    ------
    ValueError
        There are no two points at different x.
    """
    slopes = sorted(
        (b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2) if a[0] != b[0]
    )
    if not slopes:
        raise ValueError("a trend needs two points at different times")
    slope = median(slopes)
    intercept = median(y for _, y in points) - slope * median(x for x, _ in points)
    sigma = math.sqrt(_kendall_variance(points))
    quantile = NormalDist().inv_cdf((1 + confidence) / 2)
    lower = max(round((len(slopes) - quantile * sigma) / 2) - 1, 0)
    upper = min(round((len(slopes) + quantile * sigma) / 2), len(slopes) - 1)
    return Trend(slope, intercept, slopes[lower], slopes[upper])


def _kendall_variance(points: Sequence[tuple[float, float]]) -> float:
    def term(count: int) -> int:
        return count * (count - 1) * (2 * count + 5)

    ties = sum(
        term(len(list(group)))
        for axis in (0, 1)
        for _, group in groupby(sorted(point[axis] for point in points))
    )
    return max(term(len(points)) - ties, 0) / 18
