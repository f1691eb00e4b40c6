"""What a period's data become: User Guide, "CloudWatch statistics definitions".

Of samples that CloudWatch keeps one by one every statistic can be read; of a statistic set the
five plain ones, and those of ranks where all its samples are alike.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from math import inf
from operator import attrgetter, truediv

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
    """Data in the order of time; adding up a slice of one part of them is quick."""

    each: list[Datum] = field(default_factory=list)
    _parts: dict[str, list[float]] = field(default_factory=dict)

    def part(self, name: str) -> list[float]:
        """Return a field of each, in a list of its own that is made once."""
        if name not in self._parts:
            self._parts[name] = list(map(attrgetter(name), self.each))
        return self._parts[name]

    def insert(self, place: int, datum: Datum) -> None:
        """Add a datum at a place."""
        self.each.insert(place, datum)
        for name, part in self._parts.items():
            part.insert(place, getattr(datum, name))


type Read = Callable[[int, int], float | None]
"""Reads a period, by the first and after the last of its data; there is one at least.

None where it cannot be read of them.
"""


class Statistic(ABC):
    """What is read of a period's data."""

    @abstractmethod
    def over(self, data: Data) -> Read:
        """Return what reads periods of data, those among them that are added later."""

    def run(self, data: Data, first: int, last: int, count: int) -> Iterable[float | None]:
        """Read ``count`` periods, each of which begins and ends one datum after the one before."""
        return map(self.over(data), range(first, first + count), range(last, last + count))


type Fold = Callable[[Iterable[float]], float]
type Across = Callable[[Sequence[Sequence[float]]], Iterator[float]]


@dataclass(frozen=True, slots=True)
class _Folded(Statistic):
    """One field of each datum, folded. A run is folded across, without a call for each period."""

    part: str
    fold: Fold
    across: Across

    def over(self, data: Data) -> Read:
        part, fold = data.part(self.part), self.fold
        return lambda first, last: fold(part[first:last])

    def run(self, data: Data, first: int, last: int, count: int) -> Iterator[float]:
        part = data.part(self.part)
        return self.across([part[place : place + count] for place in range(first, last)])


class _Mean(Statistic):
    """The sum by the samples; single values need not be counted."""

    def over(self, data: Data) -> Read:
        totals, counts = data.part("total"), data.part("count")

        def read(first: int, last: int) -> float | None:
            count = sum(counts[first:last])
            return sum(totals[first:last]) / count if count else None

        return read

    def run(self, data: Data, first: int, last: int, count: int) -> Iterable[float | None]:
        totals = _SUM.run(data, first, last, count)
        counts = data.part("count")[first : last + count - 1]
        if counts.count(1.0) == len(counts):
            return map(truediv, totals, repeat(last - first))
        pairs = zip(totals, _SAMPLES.run(data, first, last, count), strict=True)
        return (total / samples if samples else None for total, samples in pairs)


def _added(places: Sequence[Sequence[float]]) -> Iterator[float]:
    return map(sum, zip(*places, strict=True), repeat(0.0))


type Of = Callable[[Sequence[Datum]], float | None]


@dataclass(frozen=True, slots=True)
class _OfAll(Statistic):
    """What is read of all samples of a period together."""

    of: Of

    def over(self, data: Data) -> Read:
        return lambda first, last: self.of(data.each[first:last])


_SAMPLES, _SUM = _Folded("count", sum, _added), _Folded("total", sum, _added)
_PLAIN: Mapping[str, Statistic] = {
    "SampleCount": _SAMPLES,
    "Sum": _SUM,
    "Average": _Mean(),
    # the first twice: of one number alone there is no least
    "Minimum": _Folded("least", min, lambda places: map(min, places[0], *places)),
    "Maximum": _Folded("most", max, lambda places: map(max, places[0], *places)),
}
_RANKED = re.compile(r"(?P<kind>p|tm|wm|tc|ts)(?P<at>\d{1,2}(?:\.\d{1,10})?|100)", re.IGNORECASE)
_RANGE = re.compile(
    r"(?P<kind>TM|WM|TC|TS|PR)\((?P<low>[\d.]*)(?P<a>%?):(?P<high>[\d.]*)(?P<b>%?)\)", re.IGNORECASE
)


def statistic(name: str) -> Statistic:
    """Return how a statistic is read; EvaluatorError where there is none of this name."""
    if plain := _PLAIN.get(name):
        return plain
    return _OfAll(_ranked_or_between(name))


def _ranked_or_between(name: str) -> Of:
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


def _percentile(at: float) -> Of:
    """Return the value below which ``at`` percent lie, by rank: AWS does not say how it draws it.

    Between two ranks on a straight line, as most do.
    """

    def read(data: Sequence[Datum]) -> float | None:
        samples = _known(data)
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


def _trimmed(kind: str, low: float, high: float) -> Of:
    """Read what lies between two percentiles: trimmed, or with the rest moved to its ends."""

    def read(data: Sequence[Datum]) -> float | None:
        samples = _known(data)
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


def _between(kind: str, low: float, high: float) -> Of:
    """Read what lies between two values, the lower one exclusive and the upper one inclusive."""

    def read(data: Sequence[Datum]) -> float | None:
        samples = _known(data)
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
