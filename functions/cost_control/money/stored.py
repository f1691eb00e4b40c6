"""What the bytes that lie in S3 cost a month, and what colder classes save of it."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal

from cost_control.money.prices import GIB, PriceList, StorageClass

_STANDARD, _SIA, _ZIA, _GIR, _INT = StorageClass
# CloudWatch's StorageType: of which class it is, and by which of its prices it is billed.
_STORED: dict[str, tuple[StorageClass, str]] = {
    "StandardStorage": (_STANDARD, "storage"),
    "StandardIAStorage": (_SIA, "storage"),
    "OneZoneIAStorage": (_ZIA, "storage"),
    "GlacierInstantRetrievalStorage": (_GIR, "storage"),
    "IntelligentTieringFAStorage": (_INT, "storage"),
    "IntelligentTieringIAStorage": (_INT, "infrequent"),
    "IntelligentTieringAIAStorage": (_INT, "archive_instant"),
}
# What is billed on top for objects below the minimum size: nothing of it lies anywhere.
_OVERHEAD = {
    "StandardIASizeOverhead": _SIA,
    "OneZoneIASizeOverhead": _ZIA,
    "GlacierIRSizeOverhead": _GIR,
    "GlacierInstantRetrievalSizeOverhead": _GIR,
}
_ALL = frozenset(StorageClass)


def stored(
    bytes_by_type: Mapping[str, float],
    prices: PriceList,
    as_if_standard: AbstractSet[StorageClass] = frozenset(),
) -> Decimal:
    """Return US$ a month for what is stored, as if some classes were STANDARD.

    Storage alone: bytes x price. A type without a price (an archive, one of tomorrow) counts
    nothing: `unpriced` names it.
    """
    standard = prices.classes[_STANDARD].storage
    cost = Decimal(0)
    for kind, size in bytes_by_type.items():
        gib = Decimal(size) / GIB
        if kind in _STORED and (each := _STORED[kind])[0] in prices.classes:
            storage_class, name = each
            price = getattr(prices.classes[storage_class], name) or standard
            cost += gib * (standard if storage_class in as_if_standard else price)
        elif kind in _OVERHEAD and _OVERHEAD[kind] in prices.classes.keys() - as_if_standard:
            cost += gib * prices.classes[_OVERHEAD[kind]].storage
    return cost


def realised(bytes_by_type: Mapping[str, float], prices: PriceList) -> Decimal:
    """Return US$ a month saved by colder classes: what STANDARD would cost, less what they do."""
    return stored(bytes_by_type, prices, _ALL) - stored(bytes_by_type, prices)


def unpriced(bytes_by_type: Mapping[str, float], prices: PriceList) -> tuple[str, ...]:
    """Return the storage types whose price is unknown."""
    known = {kind for kind, (each, _) in _STORED.items() if each in prices.classes}
    known |= {kind for kind, each in _OVERHEAD.items() if each in prices.classes}
    return tuple(sorted(kind for kind in bytes_by_type if kind not in known))
