"""A call that hangs never takes a function's time: something is done about it within that."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.retries.standard import ExponentialBackoff

from access_logs.wiring import RESERVE as TO_ENTER
from alarm_fanout.deadline import Deadline
from avatarwatch import clients
from avatarwatch.clients import RESERVE, SHORTEST, Limits, Patience
from health_polling.wiring import RESERVE as AFTER_POLLS
from kpi_aggregation.wiring import RESERVE as TO_PUBLISH
from reporting.gathering import LEAST_SECONDS as TO_MAKE

RESERVES = {
    "AccessLogsFunction": TO_ENTER,
    "AlarmFanoutFunction": Deadline(lambda: 0).reserve,
    "ChatActionsFunction": RESERVE,
    "CostControlFunction": RESERVE,
    "HealthPollingFunction": AFTER_POLLS,
    "KpiAggregationFunction": TO_PUBLISH,
    "ReportingFunction": TO_MAKE,
}
"""Seconds that each function keeps for what follows."""


def times(resources: dict[str, dict[str, Any]]) -> dict[str, float]:
    return {
        name: each["Properties"]["Timeout"]
        for name, each in resources.items()
        if each["Type"] == "AWS::Lambda::Function"
    }


def test_every_function_has_its_reserve(resources: dict[str, dict[str, Any]]) -> None:
    assert times(resources).keys() == RESERVES.keys()
    assert min(times(resources).values()) == SHORTEST


@pytest.mark.parametrize("patience", Patience)
@pytest.mark.parametrize("function", RESERVES)
def test_a_call_that_hangs_leaves_the_reserve(
    resources: dict[str, dict[str, Any]], function: str, patience: Patience
) -> None:
    seconds = times(resources)[function]
    limits = patience.limits(seconds)
    assert limits.longest < seconds - RESERVES[function]


@pytest.mark.parametrize(
    ("patience", "seconds", "limits"),
    [
        # half of 26 s; three tries, with 1 s and 2 s between, each with 1 s to connect
        (Patience.RETRYING, 30.0, Limits(1, (13 - 3) / 3 - 1, 3)),
        (Patience.RETRYING, 900.0, Limits(1, 10, 3)),
        (Patience.RETRYING, 10.0, Limits(1, 1, 3)),
        (Patience.ONCE, 30.0, Limits(3, 10)),
        (Patience.ONCE, 900.0, Limits(3, 20)),
        (Patience.ONCE, 10.0, Limits(3, 1)),
        (Patience.HASTY, 30.0, Limits(1, 3)),
        (Patience.HASTY, 900.0, Limits(1, 3)),
    ],
)
def test_a_client_waits_as_long_as_its_functions_time_allows(
    patience: Patience, seconds: float, limits: Limits
) -> None:
    assert patience.limits(seconds) == limits


def test_two_calls_that_hang_leave_alarm_fanout_its_reserve(
    resources: dict[str, dict[str, Any]],
) -> None:
    seconds = times(resources)["AlarmFanoutFunction"]
    assert 2 * Patience.RETRYING.limits(seconds).longest <= seconds - RESERVE


def test_the_longest_wait_is_botocores() -> None:
    backoff = ExponentialBackoff(max_backoff=20, random=lambda: 1.0)
    attempts_made: list[Any] = [SimpleNamespace(attempt_number=n) for n in range(1, 7)]
    delays = [backoff.delay_amount(context) for context in attempts_made]
    for attempts in range(1, 8):
        assert Limits(0, 0, attempts).longest == sum(delays[: attempts - 1])


def test_a_client_keeps_within_what_was_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(clients._time, "seconds", SHORTEST)
    clients.allow(54.99)
    config: Any = clients.client("sqs", "eu-north-1").meta.config
    limits = Patience.RETRYING.limits(55)
    assert (config.connect_timeout, config.read_timeout) == (limits.connect, limits.read)
    assert config.retries["total_max_attempts"] == limits.attempts


def test_a_queue_hides_what_is_read_for_six_runs_and_the_window(
    resources: dict[str, dict[str, Any]],
) -> None:
    """AWS Lambda, Developer Guide, "Using Lambda with Amazon SQS", configuring a queue."""
    found = 0
    for mapping in resources.values():
        given = mapping["Properties"] if mapping["Type"].endswith("EventSourceMapping") else {}
        queue, function = (
            str(each.get("Fn::GetAtt", each.get("Ref", "")) if isinstance(each, dict) else each)
            for each in (given.get("EventSourceArn", ""), given.get("FunctionName", ""))
        )
        for name, each in resources.items():
            if each["Type"] == "AWS::SQS::Queue" and name in queue:
                [runs] = [seconds for of, seconds in times(resources).items() if of in function]
                window = given.get("MaximumBatchingWindowInSeconds", 0)
                assert each["Properties"]["VisibilityTimeout"] >= 6 * runs + window
                found += 1
    assert found == 2
