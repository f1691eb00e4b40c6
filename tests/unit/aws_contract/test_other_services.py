import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

SENT, INVALID = "sent", "ValidationException"
MIB = 1_048_576


def entry(**changes: Any) -> dict[str, Any]:
    given = {"Source": "avatar.system", "DetailType": "Report", "Detail": "{}"} | changes
    return {name: value for name, value in given.items() if value is not None}


def detail(size: int) -> str:
    return json.dumps({"x": "x" * (size - 9)})


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param([entry()] * 10, SENT, id="10"),
        pytest.param([entry()] * 11, INVALID, id="11"),
        pytest.param([entry(Detail=detail(MIB - 20))], SENT, id="below 1 MiB"),
        pytest.param([entry(Detail=detail(MIB))], INVALID, id="1 MiB"),
        pytest.param([entry(Detail=detail(MIB // 2))] * 2, INVALID, id="1 MiB together"),
        pytest.param([entry(Detail="[]")], "MalformedDetail", id="detail no object"),
        pytest.param([entry(Detail="{")], "MalformedDetail", id="detail no JSON"),
        pytest.param([entry(Detail=None)], "InvalidArgument", id="no detail"),
        pytest.param([entry(Source=None)], "InvalidArgument", id="no source"),
        pytest.param([entry(DetailType="t" * 129)], "InvalidArgument", id="long type"),
        pytest.param(
            [entry(Source="aws.s3")], "NotAuthorizedForSourceException", id="AWS's source"
        ),
    ],
)
def test_events(verdict: Any, entries: list[dict[str, Any]], expected: str) -> None:
    assert verdict("events", "PutEvents", {"Entries": entries}) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, SENT, id="no payload"),
        pytest.param({"Payload": "{}"}, SENT, id="text"),
        pytest.param({"Payload": detail(6 * MIB)}, SENT, id="6 MiB"),
        pytest.param({"Payload": detail(6 * MIB + 1)}, "RequestTooLargeException", id="more"),
        pytest.param({"InvocationType": "Event", "Payload": detail(MIB)}, SENT, id="1 MiB, async"),
        pytest.param(
            {"InvocationType": "Event", "Payload": detail(MIB + 1)},
            "RequestTooLargeException",
            id="more, async",
        ),
        pytest.param({"Payload": b"{"}, "InvalidRequestContentException", id="no JSON"),
        pytest.param({"InvocationType": "Async"}, INVALID, id="type misspelt"),
        pytest.param({"FunctionName": "f" * 65}, INVALID, id="name of 65"),
        pytest.param({"FunctionName": "two words"}, INVALID, id="illegal name"),
        pytest.param(
            {"ClientContext": "x" * 3_584}, "InvalidRequestContentException", id="context"
        ),
    ],
)
def test_invoke(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    assert verdict("lambda", "Invoke", {"FunctionName": "kpi"} | changes) == expected


def test_a_payload_that_is_a_file_is_left_as_it_was(verdict: Any) -> None:
    payload = io.BytesIO(b'{"cadence": "PT5M"}')
    assert verdict("lambda", "Invoke", {"FunctionName": "kpi", "Payload": payload}) == SENT
    assert json.load(payload) == {"cadence": "PT5M"}


def cost(start: str, end: str, **changes: Any) -> dict[str, Any]:
    return {
        "TimePeriod": {"Start": start, "End": end},
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost"],
    } | changes


TAG = {"Tags": {"Key": "project", "Values": ["avatar"]}}


def grouped(key: str) -> dict[str, Any]:
    return cost("2026-11-01", "2026-11-23", GroupBy=[{"Type": "DIMENSION", "Key": key}])


def filtered(expression: dict[str, Any]) -> dict[str, Any]:
    return cost("2026-11-01", "2026-11-23", Filter=expression)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        pytest.param(cost("2026-11-01", "2026-11-23"), SENT, id="month to date"),
        pytest.param(cost("2026-11-23", "2026-11-23"), INVALID, id="empty"),
        pytest.param(cost("2026-11-23", "2026-11-01"), INVALID, id="backwards"),
        pytest.param(cost("2026-12-01", "2026-12-02"), INVALID, id="future"),
        pytest.param(cost("2026/11/01", "2026/11/23"), INVALID, id="form of date"),
        pytest.param(cost("2026-11-01T00:00:00Z", "2026-11-23T00:00:00Z"), INVALID, id="time"),
        pytest.param(
            cost("2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z", Granularity="HOURLY"),
            SENT,
            id="hourly",
        ),
        pytest.param(
            cost("2026-11-01T00:00:00Z", "2026-11-23T00:00:00Z", Granularity="HOURLY"),
            INVALID,
            id="hourly beyond 14 days",
        ),
        pytest.param(cost("2026-11-01", "2026-11-23", Granularity="WEEKLY"), INVALID, id="weekly"),
        pytest.param(cost("2026-11-01", "2026-11-23", Metrics=["Cost"]), INVALID, id="metric"),
        pytest.param(
            cost("2026-11-01", "2026-11-23", GroupBy=[{"Type": "TAG", "Key": "a"}] * 3),
            INVALID,
            id="3 groups",
        ),
        pytest.param(grouped("SERVICE"), SENT, id="by service"),
        pytest.param(grouped("REGION"), INVALID, id="by region, which only filters"),
        pytest.param(
            filtered({"And": [TAG, {"Not": {"Dimensions": {"Key": "RECORD_TYPE"}}}]}),
            SENT,
            id="nested",
        ),
        pytest.param(filtered({"And": [TAG], **TAG}), INVALID, id="two roots"),
        pytest.param(filtered({"Not": {}}), INVALID, id="no root"),
        pytest.param(filtered({"Or": [TAG, {"And": [{}]}]}), INVALID, id="no root, nested"),
        pytest.param(
            filtered({"Dimensions": {"Key": "SERVICE_CODE"}}), INVALID, id="key of others"
        ),
        pytest.param(
            filtered({"Dimensions": {"Key": "SERVICE", "MatchOptions": ["STARTS_WITH"]}}),
            INVALID,
            id="match of others",
        ),
    ],
)
def test_cost(verdict: Any, params: dict[str, Any], expected: str) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False):
        assert verdict("ce", "GetCostAndUsage", params) == expected
