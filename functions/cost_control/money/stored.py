"""What the bytes that lie in S3 cost a month, and what colder classes save of it."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from cost_control.money.prices import GIB, PriceList, StorageClass
from cost_control.money.use import Requests

_STANDARD, _SIA, _ZIA, _GIR, _INT = StorageClass
TYPES: dict[str, tuple[StorageClass, str]] = {
    "StandardStorage": (_STANDARD, "storage"),
    "StandardIAStorage": (_SIA, "storage"),
    "OneZoneIAStorage": (_ZIA, "storage"),
    "GlacierInstantRetrievalStorage": (_GIR, "storage"),
    "IntelligentTieringFAStorage": (_INT, "storage"),
    "IntelligentTieringIAStorage": (_INT, "infrequent"),
    "IntelligentTieringAIAStorage": (_INT, "archive_instant"),
}
"""CloudWatch's StorageType: of which class it is, and by which of its prices it is billed."""
# What is billed on top for objects below the minimum size: nothing of it lies anywhere.
_OVERHEAD = {
    "StandardIASizeOverhead": _SIA,
    "StandardIAObjectOverhead": _SIA,
    "OneZoneIASizeOverhead": _ZIA,
    "GlacierIRSizeOverhead": _GIR,
    "GlacierInstantRetrievalSizeOverhead": _GIR,
}
_ALL = frozenset(StorageClass)


def is_overhead(kind: str) -> bool:
    """Tell whether a storage type is what is billed on top, and lies nowhere."""
    return kind in _OVERHEAD


def stored(
    bytes_by_type: Mapping[str, float],
    prices: PriceList,
    as_if_standard: AbstractSet[StorageClass] = frozenset(),
) -> float:
    """Return US$ a month for what is stored, as if some classes were STANDARD.

    Storage alone: bytes by the price's steps. A type without a price (an archive, one of
    tomorrow) counts nothing: `unpriced` names it.
    """
    standard, other = 0.0, 0.0
    for kind, size in bytes_by_type.items():
        gib = size / GIB
        if kind in TYPES and (each := TYPES[kind])[0] in prices.classes:
            storage_class, name = each
            if storage_class is _STANDARD or storage_class in as_if_standard:
                standard += gib
            else:
                ours = prices.classes[storage_class]
                other += gib * (getattr(ours, name) or ours.storage)
        elif kind in _OVERHEAD and _OVERHEAD[kind] in prices.classes.keys() - as_if_standard:
            other += gib * prices.classes[_OVERHEAD[kind]].storage
    return prices.classes[_STANDARD].stored(standard) + other


def realised(
    bytes_by_type: Mapping[str, float], prices: PriceList, use: Requests | None = None
) -> float:
    """Return US$ a month saved by colder classes: what STANDARD would cost, less what they do.

    Counted requests are spread over the bytes: what reading them costs more there is taken off.
    """
    saved = stored(bytes_by_type, prices, _ALL) - stored(bytes_by_type, prices)
    whole = sum(size for kind, size in bytes_by_type.items() if not is_overhead(kind))
    if use is None or not whole:
        return saved
    standard = prices.classes[_STANDARD]
    for kind, size in bytes_by_type.items():
        if kind in TYPES and TYPES[kind][0] in prices.classes:
            ours, share = prices.classes[TYPES[kind][0]], size / whole
            dearer = use.reads * (ours.get - standard.get) / 1000
            saved -= share * (dearer + (use.downloaded or 0.0) / GIB * ours.retrieval)
    return saved


def unpriced(bytes_by_type: Mapping[str, float], prices: PriceList) -> tuple[str, ...]:
    """Return the storage types whose price is unknown."""
    known = {kind for kind, (each, _) in TYPES.items() if each in prices.classes}
    known |= {kind for kind, each in _OVERHEAD.items() if each in prices.classes}
    return tuple(sorted(kind for kind in bytes_by_type if kind not in known))
