"""What becomes of a correction that CloudWatch does not take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from avatarwatch.kpi.readings import Window
from avatarwatch.kpis import Cadence
from avatarwatch.metrics import PartialAnswerError
from fakes import wire
from kpi_aggregation.publisher import Publisher
from kpi_aggregation.sets import SLIVER, Amount
from kpi_aggregation.usage import Usage

START = (datetime.now(UTC) - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
WINDOW = Window(START, START + timedelta(minutes=5))
WHOLE, CORRECTED = {"UploadFailureRate": Amount(60, 120)}, {"ErrorRate5m": Amount(SLIVER, 0.5)}


def put(code: str | None) -> tuple[Publisher, list[list[str]], Any]:
    requests: list[list[str]] = []

    def answer(_: str, params: wire.Params) -> dict[str, Any]:
        requests.append([datum["MetricName"] for datum in params["MetricData"]])
        if code and "ErrorRate5m" in requests[-1]:
            raise wire.RefusedError(code, "no")
        return {}

    publisher = Publisher(wire.client("cloudwatch", "eu-north-1", answer), Cadence.FIVE_MINUTES,
                          Usage())  # fmt: skip
    return publisher, requests, {WINDOW: WHOLE | CORRECTED}


@pytest.mark.parametrize(
    "code", ["InvalidParameterValue", "InvalidParameterCombination", "ValidationError"]
)
def test_a_correction_that_is_not_legal_is_named_and_the_rest_is_put(code: str) -> None:
    publisher, requests, numbers = put(code)
    assert set(publisher.put(numbers)) == {"ErrorRate5m"}
    assert requests == [["UploadFailureRate"], ["ErrorRate5m"]]
    assert publisher.usage.put_calls == 1


def test_a_correction_that_is_taken_is_one_request_more() -> None:
    publisher, requests, numbers = put(None)
    assert set(publisher.put(numbers)) == set()
    assert publisher.usage.put_calls == len(requests) == 2


@pytest.mark.parametrize("code", ["Throttling", "AccessDenied", "InternalServiceFault"])
def test_whether_any_other_was_put_is_not_known(code: str) -> None:
    publisher, _, numbers = put(code)
    with pytest.raises(ClientError, match=code):
        publisher.put(numbers)


@pytest.mark.parametrize("status", ["InternalError", "PartialData"])
def test_what_was_put_is_not_taken_for_absent_where_cloudwatch_does_not_say(status: str) -> None:
    """A set that is put again is counted twice."""

    def answer(_: str, params: wire.Params) -> dict[str, Any]:
        return {"MetricDataResults": [
            {"Id": each["Id"], "Timestamps": [], "Values": [], "StatusCode": status}
            for each in params["MetricDataQueries"]
        ]}  # fmt: skip

    publisher = Publisher(wire.client("cloudwatch", "eu-north-1", answer), Cadence.FIVE_MINUTES,
                          Usage())  # fmt: skip
    with pytest.raises(PartialAnswerError, match=status):
        publisher.there([WINDOW], ["ErrorRate5m"])
