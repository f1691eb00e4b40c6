"""Statistic sets: what of a number to put, given what was put before; pure.

PutMetricData only adds. A set that is put beside others of its timestamp adds its SampleCount and
its Sum to theirs, so that any Average can be corrected, up or down, by the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose

SAME = 1e-9  # relative: sums of the same points in another order
WHOLE = 0.5  # counts are whole numbers: a smaller difference is none

SLIVER = 2.0**-30
"""The SampleCount of a correction that only changes the Sum.

PutMetricData refuses a SampleCount of 0 (blacklocus/metrics-cloudwatch, issue 4); it is a Double
without a lower bound in the API reference. A billionth of a sample moves no Average that is read.
"""


@dataclass(frozen=True, slots=True)
class Amount:
    """A set: ``total`` over ``count`` samples."""

    count: float
    total: float

    @property
    def value(self) -> float:
        """The mean, which readers of the statistic Average see."""
        return self.total / self.count

    def plus(self, other: Amount) -> Amount:
        """Return what both come to."""
        return Amount(self.count + other.count, self.total + other.total)


def missing(known: Amount | None, wanted: Amount) -> Amount | None:
    """Return what to put so that readers see ``wanted``, None when they do.

    A count cannot shrink. Where it should, the mean is put right and keeps too great a weight:
    see `is_oversized`.
    """
    if known is None:
        return wanted
    if wanted.count - known.count >= WHOLE:
        return Amount(wanted.count - known.count, wanted.total - known.total)
    total = wanted.value * known.count if is_oversized(known, wanted) else wanted.total
    if isclose(known.total, total, rel_tol=SAME, abs_tol=SAME):
        return None
    return Amount(SLIVER, total - known.total)


def is_oversized(known: Amount, wanted: Amount) -> bool:
    """Whether more samples were put than there should be."""
    return known.count - wanted.count >= WHOLE


def greatest(noted: Mapping[str, Amount], seen: Mapping[str, Amount]) -> dict[str, Amount]:
    """Return of each number the larger of what was noted and what is seen: neither shrinks."""
    names = noted.keys() | seen.keys()
    both = {name: [each[name] for each in (noted, seen) if name in each] for name in names}
    return {name: max(found, key=lambda amount: amount.count) for name, found in both.items()}
