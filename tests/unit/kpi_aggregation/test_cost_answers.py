"""What Cost Explorer answers: read as US$, or told why not; never an end of the run."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from avatarwatch.kpi.readings import Unread
from avatarwatch.state_table.memory import MemoryDocumentStore
from kpi_aggregation.cost_explorer import SERVICES, CostExplorer, Costs
from kpi_aggregation.usage import Usage

NOW = datetime(2026, 11, 28, 5, tzinfo=UTC)
DAY = date(2026, 11, 23)


def ask(*groups: dict[str, Any], **changes: Any) -> Costs | Unread:
    result = {"TimePeriod": {"Start": DAY.isoformat(), "End": "2026-11-24"}, "Total": {},
              "Groups": list(groups), "Estimated": True} | changes  # fmt: skip
    page = {"ResultsByTime": [result]}
    client = SimpleNamespace(get_cost_and_usage=lambda **_: page)
    return CostExplorer(lambda: cast("Any", client), MemoryDocumentStore(), Usage(), NOW).costs()


def group(amount: str, unit: str = "USD", metric: str = "UnblendedCost") -> dict[str, Any]:
    return {"Keys": [SERVICES[0]], "Metrics": {metric: {"Amount": amount, "Unit": unit}}}


@pytest.mark.parametrize(
    ("amount", "unit", "usd"),
    [("1.2E-7", "USD", 1.2e-7), ("0E-8", "USD", 0.0), ("-3", "USD", -3.0), ("0", "N/A", 0.0)],
)
def test_an_amount_is_read_as_it_is_written(amount: str, unit: str, usd: float) -> None:
    found = ask(group(amount, unit))
    assert isinstance(found, Costs)
    assert found.days == {DAY: {SERVICES[0]: usd}}


@pytest.mark.parametrize(
    ("groups", "changes", "why"),
    [
        ([group("9", "CNY")], {}, "told in CNY"),
        ([group("NaN")], {}, "cannot be read"),
        ([group("")], {}, "cannot be read"),
        ([group("1", metric="BlendedCost")], {}, "cannot be read: KeyError('UnblendedCost')"),
        ([{"Keys": [], "Metrics": group("1")["Metrics"]}], {}, "cannot be read"),
        ([], {"Groups": None}, "cannot be read"),
        ([], {"TimePeriod": {"Start": "soon"}}, "cannot be read"),
    ],
)
def test_what_is_no_answer_of_us_dollars_is_told(
    groups: list[dict[str, Any]], changes: dict[str, Any], why: str
) -> None:
    found = ask(*groups, **changes)
    assert isinstance(found, Unread)
    assert why in found.reason
