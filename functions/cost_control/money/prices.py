"""List prices of S3 in one region, with their date and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

GIB = 2**30
"""S3 bills storage and retrieval in binary gigabytes."""
SMALL = 128 * 1024
"""Bytes: the infrequent-access classes bill at least this, Intelligent-Tiering watches from it."""
_CENT = Decimal("0.01")


class StorageClass(StrEnum):
    """The classes whose objects are read without a restore: an avatar is never archived."""

    STANDARD = "STANDARD"
    STANDARD_IA = "STANDARD_IA"
    ONEZONE_IA = "ONEZONE_IA"
    GLACIER_IR = "GLACIER_IR"
    INTELLIGENT_TIERING = "INTELLIGENT_TIERING"


type Steps = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class ClassPrices:
    """US$ for one class: storage by GiB-month, the rest by 1,000 requests or GiB.

    ``minimum_size`` in bytes is billed for smaller objects, ``minimum_days`` of storage for
    objects that leave earlier. ``storage`` of Intelligent-Tiering is that of its frequent tier;
    ``infrequent`` and ``archive_instant`` are the tiers after 30 and 90 days without a read, and
    ``monitoring`` is for 1,000 objects a month. ``steps`` are (from how many GiB of the account's
    in the region, the price from there on), after the first.
    """

    storage: float
    get: float
    transition: float = 0.0
    retrieval: float = 0.0
    minimum_size: int = 0
    minimum_days: int = 0
    infrequent: float | None = None
    archive_instant: float | None = None
    monitoring: float = 0.0
    steps: Steps = ()

    def at(self, gib: float) -> float:
        """Return the price of a GiB-month on top of as many GiB."""
        return next((price for start, price in reversed(self.steps) if gib > start), self.storage)

    def stored(self, gib: float) -> float:
        """Return US$ a month for as many GiB, by the steps of the price."""
        bounds = [(0.0, self.storage), *self.steps]
        tops = [start for start, _ in self.steps] + [float("inf")]
        return sum(
            max(0.0, min(gib, top) - start) * price
            for (start, price), top in zip(bounds, tops, strict=True)
        )


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices by class. ``source`` says where they come from; a class without a price is absent."""

    region: str
    as_of: date
    source: str
    classes: Mapping[StorageClass, ClassPrices] = field(default_factory=dict)


def cents(amount: float) -> Decimal:
    """Round to the cent as invoices do."""
    return Decimal(str(round(amount, 9))).quantize(_CENT, ROUND_HALF_UP)


_TB = 1024.0  # GiB; the price steps are in binary terabytes
_STEPS: Steps = ((50 * _TB, 0.022), (500 * _TB, 0.021))

BUNDLED = PriceList(
    region="us-east-1",
    as_of=date(2026, 8, 1),
    source="bundled list prices of us-east-1 (public tables of 2025-10 to 2026-08)",
    classes={
        StorageClass.STANDARD: ClassPrices(storage=0.023, get=0.0004, steps=_STEPS),
        StorageClass.STANDARD_IA: ClassPrices(0.0125, 0.001, 0.01, 0.01, SMALL, 30),
        StorageClass.ONEZONE_IA: ClassPrices(0.01, 0.001, 0.01, 0.01, SMALL, 30),
        StorageClass.GLACIER_IR: ClassPrices(0.004, 0.01, 0.02, 0.03, SMALL, 90),
        StorageClass.INTELLIGENT_TIERING: ClassPrices(
            storage=0.023,
            get=0.0004,
            transition=0.01,
            infrequent=0.0125,
            archive_instant=0.004,
            monitoring=0.0025,
            steps=_STEPS,
        ),
    },
)
"""What is used where the Price List API does not answer."""
