"""Costs from Cost Explorer, when asked for: of the system's own tag, and back to last year.

A request costs $0.01, so it is asked at most once a day: the day is taken in StateTable before
the question goes out, and every other run works with the answer that is written there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from math import isfinite
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.kpi.bill import from_days
from avatarwatch.kpi.readings import Measure, Series, Unread
from avatarwatch.kpi_inputs import STORAGE_BILL
from avatarwatch.state_table.documents import DocumentStore, Json
from avatarwatch.state_table.partition import Partition
from kpi_aggregation.usage import Usage

STORAGE_SERVICE = "Amazon Simple Storage Service"
SERVICES = (STORAGE_SERVICE, "Amazon CloudFront")
# What is bought, whatever AWS gave for it: a credit would make uploads free.
NOT_SPENT = ("Credit", "Refund", "Tax")
SETTLES = timedelta(days=1)  # Cost Explorer refreshes at least once every 24 hours
HISTORY = timedelta(days=80)  # two spans of 30 days, two weeks of windows to compute again
MAX_PAGES = 5
KEPT = timedelta(days=100)


class _AnswerError(Exception):
    """An answer cannot be used: pages without an end, another currency, another shape."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Daily costs by service, in US$; complete up to the end of their last day."""

    days: Mapping[date, Mapping[str, float]]

    def bill(self, measure: Measure) -> dict[str, Series]:
        """Return a bill's measure by services: storage is S3's, the other one all that is not.

        With a tag the other one holds every service that bears it, CloudFront or not.
        """
        is_storage = measure in STORAGE_BILL
        names = {name for costs in self.days.values() for name in costs} | set(SERVICES)
        return {
            name: from_days({day: costs.get(name, 0.0) for day, costs in self.days.items()})
            for name in names
            if (name == STORAGE_SERVICE) is is_storage
        }


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What StateTable holds: when a run took the day, and what came of asking."""

    asked: datetime | None = None
    days: Mapping[date, Mapping[str, float]] = field(default_factory=dict)
    problem: str | None = None


@dataclass(slots=True)
class CostExplorer:
    """Asks, remembers, and says why there is nothing. ``tag`` is a cost allocation tag's pair."""

    client: Callable[[], Any]
    store: DocumentStore
    usage: Usage
    now: datetime
    tag: tuple[str, str] | None = None
    _known: Costs | Unread | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """What the costs are of."""
        scope = f"tag {'='.join(self.tag)}" if self.tag else " and ".join(SERVICES)
        return f"Cost Explorer ({scope})"

    def costs(self) -> Costs | Unread:
        """Return what is known; asks when nobody did today."""
        if self._known is None:
            self._known = self._find()
        return self._known

    def _find(self) -> Costs | Unread:
        remembered = Partition(self.store, "kpi-costs", _Remembered, KEPT)
        known, mine = remembered.change(self.name, self._take, self.now)
        if mine:
            # what was known stays where no answer comes
            known = replace(known, **self._ask())
            remembered.set(self.name, known, self.now)
        if known.days:
            return Costs(known.days)
        why = known.problem or "the run that asks is not done, or died"
        return Unread(f"{self.name}, asked once a day: {why}", passing=False)

    def _take(self, known: _Remembered | None) -> tuple[_Remembered, tuple[_Remembered, bool]]:
        """Take the day, unless another run has: that one asks."""
        known = known or _Remembered()
        mine = known.asked is None or known.asked.date() < self.now.date()
        after = replace(known, asked=self.now) if mine else known
        return after, (after, mine)

    def _ask(self) -> dict[str, Any]:
        """Ask, and return what came of it."""
        try:
            return {"days": self._answer(), "problem": "no day is complete yet"}
        except (ClientError, BotoCoreError, _AnswerError) as error:
            return {"problem": str(error)}

    def _answer(self) -> dict[date, dict[str, float]]:
        today = self.now.date()
        request: dict[str, Any] = {
            "TimePeriod": {
                "Start": (today - HISTORY).replace(day=1).isoformat(), "End": today.isoformat()
            },
            "Granularity": "DAILY",
            "Metrics": ["UnblendedCost"],
            "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
            "Filter": self._filter(),
        }  # fmt: skip
        days: dict[date, dict[str, float]] = {}
        for _ in range(MAX_PAGES):
            self.usage.cost_requests += 1  # before the answer: what fails may be charged as well
            page = self.client().get_cost_and_usage(**request)
            for day, costs in _read(page):
                days.setdefault(day, {}).update(costs)
            if not page.get("NextPageToken"):
                return {day: days[day] for day in _told(days) if self._is_settled(day)}
            request["NextPageToken"] = page["NextPageToken"]
        raise _AnswerError(f"more than {MAX_PAGES} pages")

    def _is_settled(self, day: date) -> bool:
        end = datetime.combine(day, time(), UTC) + timedelta(days=1)
        return end + SETTLES <= self.now

    def _filter(self) -> Json:
        spent = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": list(NOT_SPENT)}}}
        if self.tag:
            key, value = self.tag
            return {"And": [{"Tags": {"Key": key, "Values": [value]}}, spent]}
        return {"And": [{"Dimensions": {"Key": "SERVICE", "Values": list(SERVICES)}}, spent]}


def _read(page: Mapping[str, Any]) -> list[tuple[date, dict[str, float]]]:
    """Return a page's costs by day and service; _AnswerError for what is no answer of US$."""
    try:
        return [
            (date.fromisoformat(result["TimePeriod"]["Start"]), dict(map(_cost, result["Groups"])))
            for result in page["ResultsByTime"]
        ]
    except (LookupError, TypeError, ValueError) as error:
        raise _AnswerError(f"the answer cannot be read: {error!r}") from None


def _cost(group: Mapping[str, Any]) -> tuple[str, float]:
    cost = group["Metrics"]["UnblendedCost"]
    amount, unit = float(cost["Amount"]), cost.get("Unit", "USD")
    if not isfinite(amount):
        raise ValueError(f"{amount} is no amount")
    if amount and unit != "USD":  # what is nothing may have none: N/A
        raise _AnswerError(f"the costs are told in {unit}, and are reckoned in US$ here")
    return group["Keys"][0], amount


def _told(days: Mapping[date, Mapping[str, float]]) -> list[date]:
    """Return the days up to the last with any cost: it may be behind, which is not $0."""
    last = max((day for day, costs in days.items() if costs), default=date.min)
    return [day for day in days if day <= last]
