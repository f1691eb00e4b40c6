"""How many objects of which size and class a bucket holds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cost_control.money.prices import SMALL

EDGES = (
    0, 1024, 4096, 8192, 16384, 24 * 1024, 32768, 48 * 1024, 65536, 96 * 1024, SMALL,
    192 * 1024, 256 * 1024, 384 * 1024, 512 * 1024, 768 * 1024, 2**20, 2**22, 2**24, 2**27, 2**30,
)  # fmt: skip
"""Lower bounds of the bins in bytes: finest where the classes' break-even sizes lie."""


MOST_FOLDERS = 100
"""Of a bucket, that are remembered: more are no folders, but keys."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Objects with sizes from ``least`` bytes up to the next bin; ``size`` is their mean."""

    least: int
    objects: float
    size: float

    @property
    def below(self) -> float:
        """Return the bytes that they all stay below: where the next bin begins."""
        return next((edge for edge in EDGES if edge > self.least), float("inf"))


@dataclass(frozen=True, slots=True)
class Histogram:
    """The size distribution of the objects of one class."""

    bins: tuple[Bin, ...] = ()

    @property
    def objects(self) -> int:
        """Return how many objects there are."""
        return round(self.count)

    @property
    def count(self) -> float:
        """Return how many objects there are, of a sample in fractions too."""
        return sum(one.objects for one in self.bins)

    @property
    def total(self) -> float:
        """Return the bytes of all objects."""
        return sum(one.objects * one.size for one in self.bins)

    @property
    def mean(self) -> float:
        """Return the mean size in bytes, 0 without objects."""
        return self.total / self.count if self.count else 0.0

    def fitted(self, objects: float, total: float) -> Histogram:
        """Return the same shape over another number of objects and another sum of bytes."""
        if not self.total or not objects:
            return self
        more, larger = objects / self.count, total / self.total * self.count / objects
        found = _Sorting()
        for one in self.bins:
            found.add(one.size * larger, one.objects * more)
        return found.histogram


class _Sorting:
    """Counts and sums of sizes by bin, as they come."""

    def __init__(self) -> None:
        self.counts, self.totals = [0.0] * len(EDGES), [0.0] * len(EDGES)

    def add(self, size: float, objects: float = 1.0) -> None:
        place = bisect_right(EDGES, size) - 1
        self.counts[place] += objects
        self.totals[place] += objects * size

    @property
    def histogram(self) -> Histogram:
        return Histogram(
            tuple(
                Bin(least, count, total / count)
                for least, count, total in zip(EDGES, self.counts, self.totals, strict=True)
                if count
            )
        )


def of_sizes(sizes: Iterable[int]) -> Histogram:
    """Sort sizes in bytes into bins."""
    found = _Sorting()
    for size in sizes:
        found.add(size)
    return found.histogram


def together(parts: Iterable[Histogram]) -> Histogram:
    """Add up histograms of different objects."""
    found = _Sorting()
    for one in (each for part in parts for each in part.bins):
        found.add(one.size, one.objects)
    return found.histogram


@dataclass(frozen=True, slots=True)
class Sizes:
    """The current objects of a bucket by storage class; ``origin`` says how they were learnt.

    ``is_exact`` is whether all of them were counted; else they are a sample, whose shape says what
    is to be expected and nothing of what there may be besides. ``folders`` are the bytes by what
    keys begin with, up to the first slash; none where keys were not looked at.
    """

    by_class: Mapping[str, Histogram] = field(default_factory=dict)
    origin: str = ""
    is_exact: bool = False
    folders: Mapping[str, float] = field(default_factory=dict)

    @property
    def objects(self) -> int:
        """Return how many objects of all classes there are."""
        return sum(one.objects for one in self.by_class.values())

    @property
    def total(self) -> float:
        """Return the bytes of all objects."""
        return sum(one.total for one in self.by_class.values())

    @property
    def mean(self) -> float:
        """Return the mean size in bytes, 0 without objects."""
        return self.total / self.objects if self.objects else 0.0


def of_listing(listed: Iterable[tuple[int, str]], origin: str, *, is_exact: bool) -> Sizes:
    """Sort sizes and classes as a listing tells them."""
    found: dict[str, _Sorting] = {}
    for size, storage_class in listed:
        found.setdefault(storage_class, _Sorting()).add(size)
    return Sizes({each: one.histogram for each, one in found.items()}, origin, is_exact)


def by_folder(sizes: Iterable[tuple[str, int]]) -> dict[str, float]:
    """Add up the sizes of keys by what they begin with; none where that are too many."""
    found: dict[str, float] = {}
    for key, size in sizes:
        folder = key[: key.find("/") + 1]
        found[folder] = found.get(folder, 0.0) + size
    return found if len(found) <= MOST_FOLDERS else {}


def share_of(prefix: str, folders: Mapping[str, float]) -> float | None:
    """Return which share of the bytes has keys with a prefix; None where folders do not tell."""
    total = sum(folders.values())
    if not total or any(prefix.startswith(each) and prefix != each for each in folders):
        return None
    return sum(size for each, size in folders.items() if each.startswith(prefix)) / total


def added(parts: Sequence[Sizes], origin: str, *, is_exact: bool) -> Sizes:
    """Add up the sizes of different objects."""
    classes = dict.fromkeys(each for part in parts for each in part.by_class)
    whole = {
        name: together(part.by_class[name] for part in parts if name in part.by_class)
        for name in classes
    }
    return Sizes(whole, origin, is_exact)
