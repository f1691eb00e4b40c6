"""What `make test-alert` makes of what the ledger says."""

from __future__ import annotations

import pytest

from alarm_fanout.incident import DeliveryStatus
from avatarwatch.catalogue.own import TESTS
from local.test_alert import sending

TAKEN, REFUSED = DeliveryStatus.DELIVERED, DeliveryStatus.REFUSED


@pytest.mark.parametrize(
    ("opened", "recovered", "arrived"),
    [
        ({"slack": TAKEN, "email": TAKEN}, {"slack": TAKEN, "email": TAKEN}, True),
        # a route with "recovery": false keeps the end from e-mail and SMS
        ({"slack": TAKEN, "email": TAKEN, "sms": TAKEN}, {"slack": TAKEN}, True),
        ({"slack": TAKEN, "email": TAKEN}, {"email": TAKEN}, False),
        ({"email": TAKEN}, {}, False),
        ({"slack": REFUSED, "email": TAKEN}, {"slack": TAKEN, "email": TAKEN}, False),
        ({"slack": TAKEN}, {"slack": REFUSED}, False),
        ({}, {}, False),
    ],
)
def test_all_that_should_have_been_told_was_taken(
    opened: dict[str, DeliveryStatus], recovered: dict[str, DeliveryStatus], *, arrived: bool
) -> None:
    assert sending.Tested(TESTS[0], opened, recovered).arrived is arrived
