"""Payloads that are wrong are refused by the name of their field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from avatarwatch.kpis import Cadence
from kpi_aggregation.payload import read_request
from kpi_aggregation.request import RecomputeRequest, RequestError, RunRequest, scheduled


@pytest.mark.parametrize("cadence", Cadence)
def test_what_schedules_send(cadence: Cadence) -> None:
    event = {"cadence": cadence.value}
    assert scheduled(event) == read_request(event) == RunRequest(cadence)


@pytest.mark.parametrize(
    "event", [None, [], {}, {"cadence": "PT7M"}, {"cadence": ["PT5M"]},
              {"cadence": "PT5M", "at": "now"}],
)  # fmt: skip
def test_anything_else_is_for_the_full_check(event: Any) -> None:
    assert scheduled(event) is None


def test_a_span_to_compute_again() -> None:
    request = read_request({
        "action": "recompute", "from": "2026-11-22T01:00:00+01:00", "to": "2026-11-23T00:00:00Z"
    })  # fmt: skip
    assert isinstance(request, RecomputeRequest)
    assert request.start == datetime(2026, 11, 22, tzinfo=UTC)
    assert request.cadence is None


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ([], "must be a JSON object, not list"),
        ({}, "cadence: Field required"),
        ({"cadence": "PT7M"}, "cadence: Input should be"),
        ({"cadence": "PT5M", "at": "now"}, "at: Extra inputs"),
        ({"action": "delete"}, "action: Input should be 'recompute'"),
        ({"action": "recompute", "from": "2026-11-22T00:00:00Z"}, "to: Field required"),
        ({"action": "recompute", "from": "2026-11-22T00:00:00", "to": "2026-11-23T00:00:00Z"},
         "from: Value error, needs an offset from UTC"),
        ({"action": "recompute", "from": "2026-11-23T00:00:00Z", "to": "2026-11-22T00:00:00Z"},
         "from must be before to"),
    ],
)  # fmt: skip
def test_wrong_payloads(event: Any, problem: str) -> None:
    with pytest.raises(RequestError, match=problem):
        read_request(event)
