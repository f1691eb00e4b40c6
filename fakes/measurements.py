"""The Price List API and its products; what it does not know it raises on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


def product(usage: str, price: str, unit: str = "GB-Mo", operation: str = "") -> str:
    """Return a product of the Price List API, with a cheaper second tier."""
    first = {"beginRange": "0", "endRange": "51200", "unit": unit, "pricePerUnit": {"USD": price}}
    later = {**first, "beginRange": "51200", "endRange": "Inf", "pricePerUnit": {"USD": "0.0001"}}
    return json.dumps(
        {
            "product": {"attributes": {"usagetype": usage, "operation": operation}},
            "terms": {"OnDemand": {"A.B": {"priceDimensions": {"A.B.2": later, "A.B.1": first}}}},
        }
    )


STOCKHOLM = [
    product("EUN1-TimedStorage-ByteHrs", "0.023"),
    product("EUN1-TimedStorage-SIA-ByteHrs", "0.0125"),
    product("EUN1-TimedStorage-GIR-ByteHrs", "0.0040"),
    product("EUN1-TimedStorage-INT-FA-ByteHrs", "0.023"),
    product("EUN1-TimedStorage-INT-IA-ByteHrs", "0.0125"),
    product("EUN1-TimedStorage-INT-AIA-ByteHrs", "0.004"),
    product("EUN1-Requests-Tier2", "0.0000004", "Requests"),
    product("EUN1-Requests-SIA-Tier2", "0.000001", "Requests"),
    product("EUN1-Requests-GIR-Tier2", "0.00001", "Requests"),
    product("EUN1-Requests-INT-Tier2", "0.0000004", "Requests"),
    product("EUN1-Retrieval-SIA", "0.01", "GB"),
    product("EUN1-Retrieval-GIR", "0.03", "GB"),
    product("EUN1-Requests-Tier4", "0.00001", "Requests", "S3-SIATransition"),
    product("EUN1-Requests-Tier4", "0.00002", "Requests", "S3-GIRTransition"),
    product("EUN1-Requests-Tier4", "0.00001", "Requests", "S3-INTTransition"),
    product("EUN1-Monitoring-Automation-INT", "0.0000025", "Objects"),
]
"""What is read of a region that prices all but ONEZONE_IA."""


@dataclass(slots=True)
class FakePricing:
    """The Price List API over a list of products, in pages."""

    products: list[str]
    page: int = 5
    calls: int = 0

    def get_products(self, **asked: Any) -> dict[str, Any]:
        """Answer one page."""
        self.calls += 1
        known = {"ServiceCode", "Filters", "FormatVersion", "MaxResults", "NextToken"}
        if asked["ServiceCode"] != "AmazonS3" or set(asked) - known:
            raise AssertionError(f"the fake knows no {asked}")
        start = int(asked.get("NextToken", "0"))
        after = start + self.page
        more = {"NextToken": str(after)} if after < len(self.products) else {}
        return {"PriceList": self.products[start:after], **more}
