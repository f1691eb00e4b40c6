"""Read S3's prices out of what the Price List API answers.

Each product is a JSON text. Its usage type, behind the region's abbreviation (``EUN1-``), names
what is priced: AWS's "Understanding your AWS billing and usage reports for Amazon S3".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from cost_control.money.prices import BUNDLED, ClassPrices, PriceList, StorageClass

_STANDARD, _SIA, _ZIA, _GIR, _INT = StorageClass
_PER_GB = frozenset({"GB-Mo", "GB"})
_PER_THOUSAND = {"get": "Requests", "monitoring": "Objects"}
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
    found: dict[StorageClass, dict[str, Any]] = {}
    for product in products:
        for each, name, price in _prices(product):
            found.setdefault(each, {}).setdefault(name, price)
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


def _prices(product: str) -> Iterator[tuple[StorageClass, str, Any]]:
    try:
        document = json.loads(product)
        attributes = document["product"]["attributes"]
        usage = _without_region(attributes["usagetype"])
        (amount, unit), *steps = _steps(document["terms"]["OnDemand"])
    except (ValueError, KeyError, TypeError, InvalidOperation):
        return  # a product of another shape prices nothing of ours
    into = _TRANSITIONS.get(attributes.get("operation"))
    if into and usage.startswith("Requests-") and unit == "Requests":
        yield into, "transition", float(amount * 1000)
    elif usage in _USAGE:
        each, name = _USAGE[usage]
        if name in _PER_THOUSAND and unit == _PER_THOUSAND[name]:
            yield each, name, float(amount * 1000)
        elif name not in _PER_THOUSAND and unit in _PER_GB:
            yield each, name, float(amount)
            if name == "storage":
                yield each, "steps", tuple((float(start), float(price)) for start, price in steps)


def _without_region(usage: str) -> str:
    """Take the region's abbreviation off; us-east-1 has none, eu-west-1 has ``EU`` alone.

    What is behind it begins with a word in mixed case in every region.
    """
    head, _, rest = usage.partition("-")
    return rest if rest and _REGION.fullmatch(head) else usage


def _steps(terms: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Return the price and unit of the first GiB or request, then from where each step begins."""
    dimensions = [
        dimension for term in terms.values() for dimension in term["priceDimensions"].values()
    ]
    ordered = sorted(dimensions, key=lambda one: float(one.get("beginRange", "0")))
    first, *more = [(one, Decimal(one["pricePerUnit"]["USD"])) for one in ordered]
    unit = str(first[0]["unit"])
    return [(first[1], unit), *((one["beginRange"], price) for one, price in more)]
