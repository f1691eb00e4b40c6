"""Read S3's prices out of what the Price List API answers.

Each product is a JSON text. Its usage type, behind the region's abbreviation (``EUN1-``), names
what is priced: AWS's "Understanding your AWS billing and usage reports for Amazon S3".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from cost_control.money.prices import BUNDLED, ClassPrices, PriceList, StorageClass

_STANDARD, _SIA, _ZIA, _GIR, _INT = StorageClass
_MOST = 1000  # US$ for a unit: none of S3's is dearer than a dollar
_PER_THOUSAND = frozenset({"get", "monitoring"})
_USAGE: dict[str, tuple[StorageClass, str]] = {
    "TimedStorage-ByteHrs": (_STANDARD, "storage"),
    "TimedStorage-SIA-ByteHrs": (_SIA, "storage"),
    "TimedStorage-ZIA-ByteHrs": (_ZIA, "storage"),
    "TimedStorage-GIR-ByteHrs": (_GIR, "storage"),
    "TimedStorage-INT-FA-ByteHrs": (_INT, "storage"),
    "TimedStorage-INT-IA-ByteHrs": (_INT, "infrequent"),
    "TimedStorage-INT-AIA-ByteHrs": (_INT, "archive_instant"),
    "Requests-Tier2": (_STANDARD, "get"),
    "Requests-SIA-Tier2": (_SIA, "get"),
    "Requests-ZIA-Tier2": (_ZIA, "get"),
    "Requests-GIR-Tier2": (_GIR, "get"),
    "Requests-INT-Tier2": (_INT, "get"),
    "Retrieval-SIA": (_SIA, "retrieval"),
    "Retrieval-ZIA": (_ZIA, "retrieval"),
    "Retrieval-GIR": (_GIR, "retrieval"),
    "Monitoring-Automation-INT": (_INT, "monitoring"),
}
_UNITS = {name: frozenset({"GB-Mo", "GB"}) for _, name in _USAGE.values()} | {
    "get": frozenset({"Requests"}), "monitoring": frozenset({"Objects"}),
}  # fmt: skip
# Upper-case letters, and a digit in most: EUC1, APN1, UGW1, APS10;
# EU and CPT have none. Source: "AWS Region billing codes".
_REGION = re.compile(r"[A-Z]{2,4}\d{0,2}")
_TRANSITIONS = {
    "S3-SIATransition": _SIA,
    "S3-ZIATransition": _ZIA,
    "S3-GIRTransition": _GIR,
    "S3-INTTransition": _INT,
}
_NEEDED: dict[StorageClass, frozenset[str]] = {
    _STANDARD: frozenset({"storage", "get"}),
    _SIA: frozenset({"storage", "get", "retrieval", "transition"}),
    _ZIA: frozenset({"storage", "get", "retrieval", "transition"}),
    _GIR: frozenset({"storage", "get", "retrieval", "transition"}),
    _INT: frozenset(
        {"storage", "get", "infrequent", "archive_instant", "monitoring", "transition"}
    ),
}


class PriceListError(Exception):
    """The answer holds no price of STANDARD, without which nothing can be compared."""


def parse(products: Iterable[str], region: str, as_of: date) -> PriceList:
    """Return the prices of the classes that are priced in full.

    A class with a price missing, or in a unit that is not known here, is left out: no class is
    ever judged by half of its prices. Raises PriceListError without STANDARD.
    """
    read = [prices for product in products if (prices := _prices(product, as_of))]
    # a usage type is shared: STANDARD's storage with overheads of archived tiers, which are
    # cheaper and bear an operation; what is priced by its usage type alone bears none
    read.sort(key=lambda prices: prices.operation != "")
    found: dict[StorageClass, dict[str, Any]] = {}
    for prices in read:
        for name, price in prices.by_name.items():
            found.setdefault(prices.of, {}).setdefault(name, price)
    classes = {
        each: replace(_shape(each), **prices)
        for each, prices in found.items()
        if _NEEDED[each] <= set(prices)
    }
    if _STANDARD not in classes:
        raise PriceListError(f"the Price List API has no full prices of STANDARD in {region}")
    return PriceList(region, as_of, f"Price List API, {region}", classes)


def _shape(each: StorageClass) -> ClassPrices:
    """Return a class with the minimums that the price list does not tell, and no steps."""
    return replace(BUNDLED.classes[each], steps=())


@dataclass(frozen=True, slots=True)
class _Prices:
    """What one product prices; ``operation`` is empty where it is priced whatever is done."""

    of: StorageClass
    by_name: dict[str, Any]
    operation: str


def _prices(product: str, as_of: date) -> _Prices | None:
    try:
        document = json.loads(product)
        attributes = document["product"]["attributes"]
        usage = _without_region(attributes["usagetype"])
        operation = str(attributes.get("operation") or "")
        (amount, unit), *steps = _steps(_in_force(document["terms"]["OnDemand"], as_of))
    except (ValueError, LookupError, TypeError, AttributeError, InvalidOperation):
        return None  # a product of another shape prices nothing of ours
    into = _TRANSITIONS.get(operation)
    if into and usage.startswith("Requests-") and unit == "Requests":
        return _Prices(into, {"transition": float(amount * 1000)}, "")
    each, name = _USAGE.get(usage, (_STANDARD, ""))
    if not name or unit not in _UNITS[name]:
        return None
    price = float(amount * 1000 if name in _PER_THOUSAND else amount)
    tiers = {"steps": tuple((float(start), float(price)) for start, price in steps)}
    return _Prices(each, {name: price, **(tiers if name == "storage" else {})}, operation)


def _in_force(terms: Mapping[str, Any], as_of: date) -> Mapping[str, Any]:
    """Return the dimensions of the newest term that holds by then, the first where none does."""
    dated = sorted(terms.values(), key=lambda term: str(term.get("effectiveDate", "")))
    held = [term for term in dated if str(term.get("effectiveDate", ""))[:10] <= as_of.isoformat()]
    found: Mapping[str, Any] = (held[-1] if held else dated[0])["priceDimensions"]
    return found


def _without_region(usage: str) -> str:
    """Take the region's abbreviation off; us-east-1 has none, eu-west-1 has ``EU`` alone.

    What is behind it begins with a word in mixed case in every region.
    """
    head, _, rest = usage.partition("-")
    return rest if rest and _REGION.fullmatch(head) else usage


def _steps(dimensions: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Return the price and unit of the first GiB or request, then from where each step begins."""
    ordered = sorted(dimensions.values(), key=lambda one: float(one.get("beginRange", "0")))
    first, *more = [(one, _amount(one["pricePerUnit"]["USD"])) for one in ordered]
    unit = str(first[0]["unit"])
    return [(first[1], unit), *((one["beginRange"], price) for one, price in more)]


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite() or not 0 <= amount < _MOST:
        raise ValueError(f"{text} is no price")
    return amount
