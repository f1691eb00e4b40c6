"""What objects cost a month in a class, and what a transition makes of twelve months.

Every amount is a Decimal in US$; nothing is rounded before it is shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from cost_control.money.histogram import Bin, Histogram
from cost_control.money.prices import GIB, SMALL, ClassPrices, PriceList, StorageClass

HORIZON_MONTHS = 12
DAYS_A_MONTH = Decimal(30)
_THOUSAND = Decimal(1000)
_CENT = Decimal("0.01")
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Move:
    """A transition of all objects above a size: ``greater_than`` in bytes, exclusive.

    None leaves it to the bucket's default minimum, under which nothing smaller than 128 KiB moves.
    ``until`` is the day on which objects are deleted, None when they stay.
    """

    storage_class: StorageClass
    days: int
    greater_than: int | None
    until: int | None = None

    def takes(self, one: Bin) -> bool:
        """Tell whether objects of a bin move."""
        if self.greater_than is None:
            return one.least >= SMALL
        return one.least > self.greater_than


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a move makes of the bill over the horizon.

    ``monthly_before`` and ``monthly_after`` are the bill of the moved objects once they are there,
    ``once`` the price of moving them, ``saving`` the whole over twelve months (negative when it
    costs more), ``months_to_pay_back`` None when it never does.
    """

    move: Move
    objects: int
    monthly_before: Decimal
    monthly_after: Decimal
    once: Decimal
    saving: Decimal
    months_to_pay_back: Decimal | None


def monthly(
    one: Bin, prices: ClassPrices, reads: float, *, months_there: int = 0, replaced: float = 0.0
) -> Decimal:
    """Return the monthly bill of a bin's objects in a class.

    ``reads`` are GETs of one object a month. ``months_there`` is how long the objects have been in
    Intelligent-Tiering; those ``replaced`` there begin anew, as those that are read. Formula:
    max(size, minimum) x price of a GiB-month, plus reads x (GET + size x retrieval), plus
    monitoring.
    """
    objects = Decimal(one.objects)
    size = Decimal(one.size)
    gets = objects * Decimal(reads) * prices.get / _THOUSAND
    retrieved = objects * Decimal(reads) * size / GIB * prices.retrieval
    watched = one.least >= SMALL
    watching = objects * prices.monitoring / _THOUSAND if watched else Decimal(0)
    storage = _tiered(prices, reads + replaced, months_there) if watched else prices.storage
    return _billed(one, prices) * storage + gets + retrieved + watching


def _billed(one: Bin, prices: ClassPrices) -> Decimal:
    """Return the GiB that are billed for a bin's objects."""
    return max(Decimal(one.size), Decimal(prices.minimum_size)) * Decimal(one.objects) / GIB


def _tiered(prices: ClassPrices, reads: float, months_there: int) -> Decimal:
    """Return the price of a GiB-month, of Intelligent-Tiering by how much has cooled down.

    Reads are taken as independent of each other (Poisson), so that a share of exp(-reads) of the
    objects went a month unread and exp(-3 reads) went three.
    """
    if prices.infrequent is None or prices.archive_instant is None or months_there < 1:
        return prices.storage
    cool = Decimal(math.exp(-reads))
    cold = Decimal(math.exp(-3 * reads)) if months_there >= 3 else Decimal(0)
    return (
        prices.storage * (1 - cool) + prices.infrequent * (cool - cold)
        + prices.archive_instant * cold
    )  # fmt: skip


def evaluate(
    move: Move, sizes: Histogram, prices: PriceList, reads: float, replaced: float = 0.0
) -> Outcome:
    """Return what a move makes of the bill over `HORIZON_MONTHS`.

    Every object is taken to be new when the rule comes, so that it waits ``move.days`` at the
    price of STANDARD: what is older saves more. What is deleted earlier saves until then, for the
    same price of moving it. ``replaced`` are objects replaced by new ones a month, as a share:
    each waits and is moved anew, and is billed to the end of the class's minimum duration. They
    are taken as independent of each other (Poisson): exp(-share x wait) outlive the wait, and each
    place is moved 1 + share x months times that often. KeyError when a class has no price.
    """
    standard = prices.classes[StorageClass.STANDARD]
    target = prices.classes[move.storage_class]
    moved = [one for one in sizes.bins if move.takes(one)]
    objects = sum(one.objects for one in moved)
    once = objects * target.transition / _THOUSAND
    before = sum((monthly(one, standard, reads) for one in moved), Decimal(0))
    after = _after(moved, target, reads, replaced)
    wait = min(Decimal(move.days) / DAYS_A_MONTH, Decimal(HORIZON_MONTHS))
    there = HORIZON_MONTHS - wait
    if move.until is not None:
        there = min(there, max(Decimal(0), (move.until - move.days) / DAYS_A_MONTH))
    spent = sum((bill * _part(there, month) for month, bill in enumerate(after)), _NONE)
    outlive = Decimal(math.exp(-replaced * float(wait)))
    each_move = once + _unused(moved, target, replaced)
    saving = outlive * (before * there - spent - (1 + Decimal(replaced) * there) * each_move)
    back = _pay_back(before, after[-1], once)
    return Outcome(move, objects, before, after[-1], once, saving, back)


def _after(moved: list[Bin], target: ClassPrices, reads: float, replaced: float) -> list[Decimal]:
    """Return the bill of each month that objects have been there."""
    return [
        sum(
            (monthly(one, target, reads, months_there=month, replaced=replaced) for one in moved),
            _NONE,
        )
        for month in range(HORIZON_MONTHS)
    ]


def _part(there: Decimal, month: int) -> Decimal:
    """Return how much of a month objects are there that stay for ``there`` months."""
    return min(Decimal(1), max(Decimal(0), there - month))


def _unused(moved: list[Bin], target: ClassPrices, replaced: float) -> Decimal:
    """Return what is billed for replaced objects to the end of the minimum duration, once each.

    Formula: minimum - (1 - exp(-share x minimum)) / share, in months of storage.
    """
    minimum = target.minimum_days / float(DAYS_A_MONTH)
    if not replaced or not minimum:
        return _NONE
    months = Decimal(minimum - (1 - math.exp(-replaced * minimum)) / replaced)
    return months * sum((_billed(one, target) * target.storage for one in moved), _NONE)


def _pay_back(before: Decimal, after: Decimal, once: Decimal) -> Decimal | None:
    return once / (before - after) if before > after else None


def cents(amount: Decimal) -> Decimal:
    """Round to the cent as invoices do."""
    return amount.quantize(_CENT, ROUND_HALF_UP)
