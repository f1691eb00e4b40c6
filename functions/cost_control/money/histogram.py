"""How many objects of which size a bucket holds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cost_control.money.prices import SMALL

EDGES = (
    0, 1024, 4096, 8192, 16384, 24 * 1024, 32768, 48 * 1024, 65536, 96 * 1024, SMALL,
    192 * 1024, 256 * 1024, 384 * 1024, 512 * 1024, 768 * 1024, 2**20, 2**22, 2**24, 2**27, 2**30,
)  # fmt: skip
"""Lower bounds of the bins in bytes: finest where the classes' break-even sizes lie."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Objects with sizes from ``least`` bytes up to the next bin; ``size`` is their mean."""

    least: int
    objects: int
    size: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """The size distribution of a bucket; ``origin`` says how it was learnt."""

    bins: tuple[Bin, ...]
    origin: str

    @property
    def objects(self) -> int:
        """Return how many objects there are."""
        return sum(one.objects for one in self.bins)

    @property
    def total(self) -> float:
        """Return the bytes of all objects."""
        return sum(one.objects * one.size for one in self.bins)

    @property
    def mean(self) -> float:
        """Return the mean size in bytes, 0 without objects."""
        return self.total / self.objects if self.objects else 0.0

    def scaled(self, objects: int) -> Histogram:
        """Return the same distribution over another number of objects."""
        if not self.objects:
            return self
        factor = objects / self.objects
        bins = tuple(Bin(b.least, round(b.objects * factor), b.size) for b in self.bins)
        return Histogram(bins, self.origin)


def of_sizes(sizes: Iterable[int], origin: str) -> Histogram:
    """Sort sizes in bytes into bins."""
    counts = [0] * len(EDGES)
    totals = [0] * len(EDGES)
    for size in sizes:
        place = bisect_right(EDGES, size) - 1
        counts[place] += 1
        totals[place] += size
    return _binned(counts, totals, origin)


def together(parts: Iterable[Histogram], origin: str) -> Histogram:
    """Add up histograms of different objects."""
    counts, totals = [0] * len(EDGES), [0.0] * len(EDGES)
    for one in (each for part in parts for each in part.bins):
        place = EDGES.index(one.least)
        counts[place] += one.objects
        totals[place] += one.objects * one.size
    return _binned(counts, totals, origin)


def _binned(counts: Sequence[int], totals: Sequence[float], origin: str) -> Histogram:
    return Histogram(
        tuple(
            Bin(least, count, total / count)
            for least, count, total in zip(EDGES, counts, totals, strict=True)
            if count
        ),
        origin,
    )
