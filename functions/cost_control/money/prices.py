"""List prices of S3 in one region, with their date and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

GIB = 2**30
"""S3 bills storage and retrieval in binary gigabytes."""
SMALL = 128 * 1024
"""Bytes: the infrequent-access classes bill at least this, Intelligent-Tiering watches from it."""


class StorageClass(StrEnum):
    """The classes whose objects are read without a restore: an avatar is never archived."""

    STANDARD = "STANDARD"
    STANDARD_IA = "STANDARD_IA"
    ONEZONE_IA = "ONEZONE_IA"
    GLACIER_IR = "GLACIER_IR"
    INTELLIGENT_TIERING = "INTELLIGENT_TIERING"


@dataclass(frozen=True, slots=True)
class ClassPrices:
    """US$ for one class: storage by GiB-month, the rest by 1,000 requests or GiB.

    ``minimum_size`` in bytes is billed for smaller objects, ``minimum_days`` of storage for
    objects that leave earlier. ``storage`` of Intelligent-Tiering is that of its frequent tier;
    ``infrequent`` and ``archive_instant`` are the tiers after 30 and 90 days without a read, and
    ``monitoring`` is for 1,000 objects a month.
    """

    storage: Decimal
    get: Decimal
    transition: Decimal = Decimal(0)
    retrieval: Decimal = Decimal(0)
    minimum_size: int = 0
    minimum_days: int = 0
    infrequent: Decimal | None = None
    archive_instant: Decimal | None = None
    monitoring: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices by class. ``source`` says where they come from; a class without a price is absent."""

    region: str
    as_of: date
    source: str
    classes: Mapping[StorageClass, ClassPrices] = field(default_factory=dict)


def _d(text: str) -> Decimal:
    return Decimal(text)


BUNDLED = PriceList(
    region="us-east-1",
    as_of=date(2026, 8, 1),
    source="bundled list prices of us-east-1 (public tables of 2025-10 to 2026-08)",
    classes={
        StorageClass.STANDARD: ClassPrices(storage=_d("0.023"), get=_d("0.0004")),
        StorageClass.STANDARD_IA: ClassPrices(
            _d("0.0125"), _d("0.001"), _d("0.01"), _d("0.01"), SMALL, 30
        ),
        StorageClass.ONEZONE_IA: ClassPrices(
            _d("0.01"), _d("0.001"), _d("0.01"), _d("0.01"), SMALL, 30
        ),
        StorageClass.GLACIER_IR: ClassPrices(
            _d("0.004"), _d("0.01"), _d("0.02"), _d("0.03"), SMALL, 90
        ),
        StorageClass.INTELLIGENT_TIERING: ClassPrices(
            storage=_d("0.023"),
            get=_d("0.0004"),
            transition=_d("0.01"),
            infrequent=_d("0.0125"),
            archive_instant=_d("0.004"),
            monitoring=_d("0.0025"),
        ),
    },
)
"""What is used where the Price List API does not answer."""
