"""What `make test-alert` makes of what the ledger says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from alarm_fanout.incident import DeliveryStatus
from avatarwatch.catalogue.own import TESTS
from local.doctor.deployment import Deployment
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


class Untold:
    """SNS that takes everything, and a table in which nothing ever stands."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def publish(self, *, Message: str, **_: Any) -> dict[str, str]:  # noqa: N803
        self.published.append(json.loads(Message))
        return {"MessageId": "1"}

    def batch_get_item(self, **_: Any) -> dict[str, Any]:
        return {"Responses": {}}


def deployed(aws: Untold) -> Deployment:
    outputs = {"AlertsTopicArn": "arn:aws:sns:eu-north-1:1:t", "StateTableName": "state"}
    named = {"SystemName": "patient"}
    return Deployment("s", "eu-north-1", "CREATE_COMPLETE", named, outputs, {}, lambda *_: aws)


def test_who_ends_the_command_is_left_with_no_page() -> None:
    def ended(seconds: float) -> None:
        raise KeyboardInterrupt(seconds)

    aws = Untold()
    with pytest.raises(KeyboardInterrupt):
        list(sending.sent(deployed(aws), TESTS, ended))
    assert [each["state"] for each in aws.published] == ["ALARM", "OK"]
    assert len({each["key"] for each in aws.published}) == 1


def test_after_an_alert_that_nobody_told_no_other_is_waited_for() -> None:
    aws, waited = Untold(), list[float]()
    [first] = sending.sent(deployed(aws), TESTS, waited.append)
    assert not first.arrived
    assert sum(waited) == sending.PATIENCE
    assert [each["state"] for each in aws.published] == ["ALARM", "OK"]
