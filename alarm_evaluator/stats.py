"""What a period's data become: User Guide, "CloudWatch statistics definitions".

Of samples that CloudWatch keeps one by one every statistic can be read; of a statistic set the
five plain ones, and those of ranks where all its samples are alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf

from alarm_evaluator.errors import EvaluatorError


@dataclass(frozen=True, slots=True)
class Datum:
    """What was put at one instant: a statistic set, with its samples where they are known.

    ``samples`` are values with how often each came.
    """

    count: float
    total: float
    least: float
    most: float
    samples: tuple[tuple[float, float], ...] | None = field(default=None)

    @classmethod
    def of(cls, *values: float) -> Datum:
        """Return single values."""
        each = tuple((value, 1.0) for value in values)
        return cls(float(len(values)), sum(values), min(values), max(values), each)

    @property
    def known(self) -> tuple[tuple[float, float], ...] | None:
        """Its samples; a set whose least is its most has but one value."""
        if self.samples is not None:
            return self.samples
        return ((self.least, self.count),) if self.least == self.most else None


@dataclass(slots=True)
class Data:
    """Data in the order of time, a list for each part: adding up a slice of one is quick."""

    counts: list[float] = field(default_factory=list)
    totals: list[float] = field(default_factory=list)
    leasts: list[float] = field(default_factory=list)
    mosts: list[float] = field(default_factory=list)
    each: list[Datum] = field(default_factory=list)
    are_single: bool = False

    @classmethod
    def of(cls, data: Iterable[Datum]) -> Data:
        """Take in data that are in order; where each is a single value, none need be counted."""
        each = list(data)
        counts = [datum.count for datum in each]
        return cls(
            counts, [datum.total for datum in each], [datum.least for datum in each],
            [datum.most for datum in each], each, are_single=counts.count(1.0) == len(counts),
        )  # fmt: skip

    def insert(self, place: int, datum: Datum) -> None:
        """Add a datum at a place."""
        self.are_single = False
        self.counts.insert(place, datum.count)
        self.totals.insert(place, datum.total)
        self.leasts.insert(place, datum.least)
        self.mosts.insert(place, datum.most)
        self.each.insert(place, datum)


type Statistic = Callable[[Data, int, int], float | None]
"""Reads the data of a period, by the first and after the last of them; there is one at least.

None where it cannot be read of them.
"""

_RANKED = re.compile(r"(?P<kind>p|tm|wm|tc|ts)(?P<at>\d{1,2}(?:\.\d{1,10})?|100)", re.IGNORECASE)
_RANGE = re.compile(
    r"(?P<kind>TM|WM|TC|TS|PR)\((?P<low>[\d.]*)(?P<a>%?):(?P<high>[\d.]*)(?P<b>%?)\)", re.IGNORECASE
)


def _samples(data: Data, first: int, last: int) -> float:
    return sum(data.counts[first:last])


def _sum(data: Data, first: int, last: int) -> float:
    return sum(data.totals[first:last])


def _average(data: Data, first: int, last: int) -> float | None:
    count = last - first if data.are_single else sum(data.counts[first:last])
    return sum(data.totals[first:last]) / count if count else None


_PLAIN: dict[str, Statistic] = {
    "SampleCount": _samples,
    "Sum": _sum,
    "Average": _average,
    "Minimum": lambda data, first, last: min(data.leasts[first:last]),
    "Maximum": lambda data, first, last: max(data.mosts[first:last]),
}


def statistic(name: str) -> Statistic:
    """Return how a statistic is read; EvaluatorError where there is none of this name."""
    if plain := _PLAIN.get(name):
        return plain
    if name == "IQM":
        return _trimmed("TM", 25, 75)
    if found := _RANKED.fullmatch(name):
        kind, at = found["kind"].upper(), float(found["at"])
        return _percentile(at) if kind == "P" else _trimmed(kind, 0, at)
    if (found := _RANGE.fullmatch(name)) and (found["low"] or found["high"]):
        kind, is_share = found["kind"].upper(), bool(found["a"] or found["b"])
        low, high = float(found["low"] or -inf), float(found["high"] or inf)
        if is_share and kind != "PR":
            return _trimmed(kind, max(low, 0), min(high, 100))
        return _between(kind, low, high)
    raise EvaluatorError(f"{name} is no statistic")


def is_plain(name: str) -> bool:
    """Whether a statistic can be read of statistic sets."""
    return name in _PLAIN


def percentile_of(name: str) -> float | None:
    """Return which percentile a statistic is, 0 to 100; None for any other."""
    found = _RANKED.fullmatch(name)
    return float(found["at"]) if found and found["kind"].upper() == "P" else None


def least_samples(percentile: float) -> float:
    """Return how many samples make a percentile (0 to 100) significant.

    User Guide, "Percentile-based alarms and low data samples"; in hundredths, since 1 - 0.9 is not
    0.1 to a computer.
    """
    if percentile >= 50:
        return 1000 / (100 - percentile) if percentile < 100 else 0.0
    return 1000 / percentile if percentile > 0 else 0.0


def _known(data: Sequence[Datum]) -> list[tuple[float, float]] | None:
    """Return the samples in order; None where a set hides them, or one is negative.

    API reference, MetricDatum and GetMetricStatistics, on percentiles.
    """
    found: list[tuple[float, float]] = []
    for datum in data:
        known = datum.known
        if known is None or datum.least < 0:
            return None
        found += known
    return sorted(found)


def _percentile(at: float) -> Statistic:
    """Return the value below which ``at`` percent lie, by rank: AWS does not say how it draws it.

    Between two ranks on a straight line, as most do.
    """

    def read(data: Data, first: int, last: int) -> float | None:
        samples = _known(data.each[first:last])
        if not samples:
            return None
        rank = at / 100 * (sum(count for _, count in samples) - 1)
        low = int(rank)
        below, above = _ranked(samples, low), _ranked(samples, low + 1)
        return below + (rank - low) * (above - below)

    return read


def _ranked(samples: Sequence[tuple[float, float]], rank: int) -> float:
    seen = 0.0
    for value, count in samples:
        seen += count
        if rank < seen:
            return value
    return samples[-1][0]


def _trimmed(kind: str, low: float, high: float) -> Statistic:
    """Read what lies between two percentiles: trimmed, or with the rest moved to its ends."""

    def read(data: Data, first: int, last: int) -> float | None:
        samples = _known(data.each[first:last])
        if not samples:
            return None
        every = sum(count for _, count in samples)
        start, end = every * low / 100, every * high / 100
        seen, kept = 0.0, []
        for value, count in samples:
            inside = min(seen + count, end) - max(seen, start)
            if inside > 0:
                kept.append((value, inside))
            seen += count
        if not kept:
            return None
        if kind == "WM":
            moved = [(kept[0][0], start), *kept, (kept[-1][0], every - end)]
            return _of_kind("TM", moved)
        return _of_kind(kind, kept)

    return read


def _between(kind: str, low: float, high: float) -> Statistic:
    """Read what lies between two values, the lower one exclusive and the upper one inclusive."""

    def read(data: Data, first: int, last: int) -> float | None:
        samples = _known(data.each[first:last])
        if not samples:
            return None
        kept = [(value, count) for value, count in samples if low < value <= high]
        if kind == "PR":
            return 100 * _of_kind("TC", kept) / sum(count for _, count in samples)
        if kind == "WM":
            return _of_kind("TM", [(min(max(v, low), high), count) for v, count in samples])
        return _of_kind(kind, kept) if kept else None

    return read


def _of_kind(kind: str, samples: Sequence[tuple[float, float]]) -> float:
    count = sum(count for _, count in samples)
    total = sum(value * count for value, count in samples)
    return {"TC": count, "TS": total}[kind] if kind != "TM" else total / count
