"""Prices out of what the Price List API answers: products share usage types."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cost_control.money.price_list import PriceListError, parse
from cost_control.money.prices import BUNDLED, StorageClass

DAY = date(2026, 11, 28)
STEPS = ((51200, "0.0220000000"), (512000, "0.0210000000"))


def product(
    usage: str, price: str, unit: str = "GB-Mo", operation: str = "", **terms: Any
) -> dict[str, Any]:
    begins = [("0", price), *((str(begin), each) for begin, each in terms.get("steps", ()))]
    dimensions = {
        f"R{number}": {"beginRange": begin, "unit": unit, "pricePerUnit": {"USD": each}}
        for number, (begin, each) in enumerate(begins)
    }
    term = {"effectiveDate": "2026-11-01T00:00:00Z", "priceDimensions": dimensions}
    return {
        "product": {"attributes": {"usagetype": usage, "operation": operation}},
        "terms": {"OnDemand": {"S.J": term}},
    }


def offer(prefix: str) -> list[dict[str, Any]]:
    """Return STANDARD's products, and others under the same usage types, as AWS publishes them."""
    overhead = ("INTAAS3ObjectOverhead", "INTDAAS3ObjectOverhead")
    return [
        *(product(f"{prefix}TimedStorage-ByteHrs", "0.0210000000", operation=each)
          for each in overhead),
        product(f"{prefix}Tables-TimedStorage-ByteHrs", "0.0265000000"),
        product(f"{prefix}TimedStorage-ByteHrs", "0.0230000000", steps=STEPS),
        product(f"{prefix}Requests-Tier2", "0.0000009000", "Requests", "CopyObject"),
        product(f"{prefix}Requests-Tier2", "0.0000004000", "Requests"),
    ]  # fmt: skip


@given(st.sampled_from(["", "EUN1-", "EU-", "APS8-", "APS10-"]).map(offer).flatmap(st.permutations))
def test_standard_is_not_priced_as_what_shares_its_usage_type(offered: list[Any]) -> None:
    found = parse(map(json.dumps, offered), "ap-southeast-6", DAY).classes[StorageClass.STANDARD]
    assert found.storage == 0.023
    assert found.get == pytest.approx(0.0004)
    assert found.steps == BUNDLED.classes[StorageClass.STANDARD].steps


@pytest.mark.parametrize("later_first", [True, False])
def test_a_price_of_next_year_is_not_that_of_today(*, later_first: bool) -> None:
    standard, *others = reversed(offer("")[3:])
    [storage] = [each for each in others if "Timed" in each["product"]["attributes"]["usagetype"]]
    later = {
        "effectiveDate": "2027-01-01T00:00:00Z",
        "priceDimensions": {"R": {"beginRange": "0", "unit": "GB-Mo",
                                  "pricePerUnit": {"USD": "0.0100000000"}}},
    }  # fmt: skip
    terms = list(storage["terms"]["OnDemand"].items())
    terms.insert(0 if later_first else 1, ("S.K", later))
    storage["terms"]["OnDemand"] = dict(terms)
    offered = [json.dumps(each) for each in (standard, *others)]
    assert parse(offered, "us-east-1", DAY).classes[StorageClass.STANDARD].storage == 0.023
    assert parse(offered, "us-east-1", date(2027, 1, 1)).classes[StorageClass.STANDARD].storage == (
        0.01
    )


@pytest.mark.parametrize("terms", [{}, {"OnDemand": {}}, {"OnDemand": None}, {"Reserved": {}}])
def test_a_product_without_a_price_prices_nothing(terms: dict[str, Any]) -> None:
    offered = [json.dumps(each) for each in offer("")]
    priceless = json.dumps(product("TimedStorage-ByteHrs", "1") | {"terms": terms})
    assert parse([priceless, *offered], "us-east-1", DAY) == parse(offered, "us-east-1", DAY)


@pytest.mark.parametrize("price", ["NaN", "-0.0230000000", "1e400", "", "free"])
def test_what_is_no_price_prices_nothing(price: str) -> None:
    offered = [product("TimedStorage-ByteHrs", price), *offer("")[4:]]
    with pytest.raises(PriceListError):
        parse(map(json.dumps, offered), "us-east-1", DAY)
