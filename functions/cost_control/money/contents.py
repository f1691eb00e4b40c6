"""The current objects of a bucket, and what of them a move takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cost_control.money.histogram import Bin, Histogram
from cost_control.money.moves import SOURCES, Move
from cost_control.money.prices import GIB, SMALL, ClassPrices, PriceList, StorageClass


@dataclass(frozen=True, slots=True)
class Unlisted:
    """What CloudWatch says of objects of a class that were not all listed.

    There are at most ``objects`` of them, and ``total`` bytes in all; ``current`` bytes at least
    are of current objects, not of noncurrent versions or abandoned uploads.
    """

    objects: float
    total: float
    current: float


@dataclass(frozen=True, slots=True)
class Stock:
    """The current objects of one class; ``unlisted`` where the sizes are a sample's."""

    sizes: Histogram
    unlisted: Unlisted | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """The current objects of a bucket by class."""

    stocks: Mapping[StorageClass, Stock]

    @property
    def objects(self) -> float:
        """Return how many there are, or are taken to be."""
        return sum(stock.sizes.count for stock in self.stocks.values())

    @property
    def gib(self) -> float:
        """Return the GiB of all."""
        return sum(stock.sizes.total for stock in self.stocks.values()) / GIB

    @property
    def is_exact(self) -> bool:
        """Whether all objects were counted."""
        return all(stock.unlisted is None for stock in self.stocks.values())


@dataclass(frozen=True, slots=True)
class Moved:
    """The objects of one class that move: their number and GiB, and the GiB billed here and there.

    ``watched`` are those of 128 KiB and more, which Intelligent-Tiering looks at.
    """

    here: ClassPrices
    stock: Stock
    bins: tuple[Bin, ...]
    objects: float
    gib: float
    billed: float
    target: float
    watched: float
    watched_gib: float
    whole: float
    """GiB that are billed for the whole class."""
    monthly: float
    """US$ a month of their storage where they are: the last GiB of the price's steps."""

    @property
    def least_price(self) -> float:
        """Return the least that a GiB-month of them may cost where they are.

        It is the step of the price that the bucket by itself reaches. What is in
        Intelligent-Tiering cools down there by itself.
        """
        tier = self.here.archive_instant
        return self.here.at(self.whole) if tier is None else tier

    @property
    def largest(self) -> float:
        """Return the GiB of the largest, or what it has at most."""
        if not self.bins:
            return 0.0
        top = self.bins[-1]
        return (top.size if top.below == float("inf") else top.below) / GIB


def moved_by(move: Move, contents: Contents, prices: PriceList) -> list[Moved]:
    """Return what a move takes, by class."""
    return [
        _moved(prices.classes[source], contents.stocks[source], move, prices)
        for source in SOURCES[move.storage_class]
        if source in contents.stocks and source in prices.classes
    ]


def _moved(here: ClassPrices, stock: Stock, move: Move, prices: PriceList) -> Moved:
    bins = tuple(one for one in stock.sizes.bins if move.takes(one))
    watched = tuple(one for one in bins if one.least >= SMALL)
    whole, billed = _billed(stock.sizes.bins, here), _billed(bins, here)
    return Moved(
        here=here,
        stock=stock,
        bins=bins,
        objects=sum(one.objects for one in bins),
        gib=_gib(bins),
        billed=billed,
        target=_billed(bins, prices.classes[move.storage_class]),
        watched=sum(one.objects for one in watched),
        watched_gib=_gib(watched),
        whole=whole,
        monthly=here.stored(whole) - here.stored(whole - billed),
    )


def _gib(bins: tuple[Bin, ...]) -> float:
    return sum(one.objects * one.size for one in bins) / GIB


def _billed(bins: tuple[Bin, ...], prices: ClassPrices) -> float:
    """Return the GiB that are billed: small objects as the minimum size."""
    return sum(one.objects * max(one.size, prices.minimum_size) for one in bins) / GIB
