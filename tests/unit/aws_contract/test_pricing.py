from typing import Any

import pytest

SENT, REFUSED = "sent", "InvalidParameterException"
REGION = {"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-north-1"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, SENT, id="a page"),
        pytest.param({"MaxResults": 101}, REFUSED, id="101 results"),
        pytest.param({"Filters": [REGION | {"Type": "MATCH"}]}, REFUSED, id="filter's type"),
        pytest.param({"Filters": [REGION | {"Value": "v" * 1025}]}, REFUSED, id="long value"),
    ],
)
def test_products(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    asked = {"ServiceCode": "AmazonS3", "Filters": [REGION], "MaxResults": 100} | changes
    assert verdict("pricing", "GetProducts", asked) == expected
