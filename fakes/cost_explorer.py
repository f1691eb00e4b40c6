"""Cost Explorer in memory, behind a real boto3 client: what it does not know, it raises on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from fakes import wire

DAY = timedelta(days=1)
MEMBERS = {"TimePeriod", "Granularity", "Metrics", "GroupBy", "Filter", "NextPageToken"}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the bill."""

    day: date
    service: str
    usd: float
    record_type: str = "Usage"
    tags: frozenset[tuple[str, str]] = frozenset()


@dataclass(slots=True)
class FakeCostExplorer:
    """``page`` is how many days an answer holds; ``failing`` is the error of the calls to come."""

    items: list[Item] = field(default_factory=list)
    page: int = 10_000
    failing: str | None = None
    calls: list[Mapping[str, Any]] = field(default_factory=list)

    def client(self) -> Any:
        """Return a boto3 client whose requests end here."""
        return wire.client("ce", "us-east-1", self._answer)

    def _answer(self, operation: str, params: wire.Params) -> dict[str, Any]:
        self.calls.append(params)
        if operation != "GetCostAndUsage":
            raise NotImplementedError(operation)
        if self.failing:
            raise wire.RefusedError(self.failing, "Rate exceeded")
        return self._result(params)

    def _result(self, params: Mapping[str, Any]) -> dict[str, Any]:
        unknown = set(params) - MEMBERS
        group = [{"Type": "DIMENSION", "Key": "SERVICE"}]
        if unknown or params["Granularity"] != "DAILY" or params.get("GroupBy") != group:
            raise NotImplementedError(str(params))
        if params["Metrics"] != ["UnblendedCost"]:
            raise NotImplementedError(str(params["Metrics"]))
        span = params["TimePeriod"]
        start, end = date.fromisoformat(span["Start"]), date.fromisoformat(span["End"])
        days = [start + n * DAY for n in range((end - start).days)]
        first = int(params.get("NextPageToken", "0"))
        shown = days[first : first + self.page]
        costs: dict[date, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for item in self.items:
            if _matches(params["Filter"], item):
                costs[item.day][item.service] += item.usd
        more = first + self.page
        token = {"NextPageToken": str(more)} if more < len(days) else {}
        return {"ResultsByTime": [_day(day, costs[day]) for day in shown], **token}


def _day(day: date, costs: Mapping[str, float]) -> dict[str, Any]:
    return {
        "TimePeriod": {"Start": day.isoformat(), "End": (day + DAY).isoformat()},
        "Total": {},
        "Groups": [
            {"Keys": [service], "Metrics": {"UnblendedCost": {"Amount": f"{usd:.10f}",
                                                              "Unit": "USD"}}}
            for service, usd in costs.items()
        ],
        "Estimated": True,
    }  # fmt: skip


def _matches(expression: Mapping[str, Any], item: Item) -> bool:
    match dict(expression):
        case {"And": parts}:
            return all(_matches(part, item) for part in parts)
        case {"Not": part}:
            return not _matches(part, item)
        case {"Dimensions": {"Key": "SERVICE", "Values": values}}:
            return item.service in values
        case {"Dimensions": {"Key": "RECORD_TYPE", "Values": values}}:
            return item.record_type in values
        case {"Tags": {"Key": key, "Values": values}}:
            return any((key, value) in item.tags for value in values)
        case _:
            raise NotImplementedError(str(expression))
