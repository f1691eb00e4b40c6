"""What colder classes save already, from what is stored in them."""

from collections.abc import Mapping
from decimal import Decimal

from cost_control.money.prices import GIB, PriceList, StorageClass

_SIA, _ZIA, _GIR = StorageClass.STANDARD_IA, StorageClass.ONEZONE_IA, StorageClass.GLACIER_IR
# What is stored, and what is billed on top of it for objects below the minimum size.
_STORED = {
    "StandardIAStorage": _SIA,
    "OneZoneIAStorage": _ZIA,
    "GlacierInstantRetrievalStorage": _GIR,
}
_OVERHEAD = {
    "StandardIASizeOverhead": _SIA,
    "OneZoneIASizeOverhead": _ZIA,
    "GlacierIRSizeOverhead": _GIR,
    "GlacierInstantRetrievalSizeOverhead": _GIR,
}
_TIERS = {
    "IntelligentTieringIAStorage": "infrequent",
    "IntelligentTieringAIAStorage": "archive_instant",
}


def realised(bytes_by_type: Mapping[str, float], prices: PriceList) -> Decimal:
    """Return US$ a month saved against STANDARD by what lies in colder classes.

    Storage alone: bytes x (price of STANDARD - price of the class), less the overhead billed for
    small objects. Classes without a price count nothing.
    """
    saved = Decimal(0)
    standard = prices.classes[StorageClass.STANDARD].storage
    for kind, size in bytes_by_type.items():
        gib = Decimal(size) / GIB
        if kind in _STORED and _STORED[kind] in prices.classes:
            saved += gib * (standard - prices.classes[_STORED[kind]].storage)
        elif kind in _OVERHEAD and _OVERHEAD[kind] in prices.classes:
            saved -= gib * prices.classes[_OVERHEAD[kind]].storage
        elif kind in _TIERS and StorageClass.INTELLIGENT_TIERING in prices.classes:
            tiers = prices.classes[StorageClass.INTELLIGENT_TIERING]
            saved += gib * (standard - (getattr(tiers, _TIERS[kind]) or standard))
    return saved
