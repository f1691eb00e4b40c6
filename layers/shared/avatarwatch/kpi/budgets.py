"""Error budgets: how much failure an objective still allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from avatarwatch.kpi.formulas import Formula, Term
from avatarwatch.kpi.readings import Measure, NoData, Outcome, Readings, Value, Window, unique

BUDGET_PERIOD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Events:
    """What happened in some time: all events and the bad ones among them."""

    bad: float
    total: float


@dataclass(frozen=True, slots=True)
class Objective:
    """Share of good events that is promised, in percent, and the events.

    ``is_good`` when ``counted`` are the good events, else they are the bad ones. ``least`` are the
    bad events below which nobody is paged, by default; ``noun`` is what the events are called.
    """

    name: str
    noun: str
    percent: float
    counted: Term
    total: Term
    least: float
    is_good: bool = False

    def events(self, readings: Readings, start: datetime, end: datetime) -> Events | NoData:
        """Return the events of [start, end); none without traffic."""
        total = self.total.over(readings, start, end)
        if not total:
            return NoData(f"no {self.total.name}")
        counted = self.counted.over(readings, start, end) or 0.0
        if not 0 <= counted <= total:
            return NoData(f"absurd: {counted:g} of {total:g}")
        return Events(total - counted if self.is_good else counted, total)

    def known_since(self, readings: Readings, start: datetime, end: datetime) -> datetime | None:
        """Return when the first event in [start, end) was counted."""
        return min(
            (
                at
                for measure in self.total.plus
                for at, _ in readings.points(measure, start, end)[:1]
            ),
            default=None,
        )

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What it reads."""
        return unique((*self.counted.measures, *self.total.measures))

    @property
    def allowed(self) -> float:
        """The share of events that may be bad, 0-1."""
        return 1 - self.percent / 100


@dataclass(frozen=True, slots=True)
class BudgetLeft(Formula):
    """Percent of the budget of the last 30 days that is left; negative when overspent.

    The budget is what 30 days of this traffic may fail. Of days before anything was counted
    nothing is known to have failed: how many are known stands beside the number.
    """

    objective: Objective

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The objective's."""
        return self.objective.measures

    @property
    def text(self) -> str:
        """Write it."""
        return f"(1 - bad events of 30 d / ({self.objective.allowed:.4g} x events of 30 d)) x 100"

    @property
    def lookback(self) -> timedelta:
        """The budget's period."""
        return BUDGET_PERIOD

    @property
    def parts(self) -> tuple[str, ...]:
        """What it was computed from."""
        return ("BadEvents", "Events", "DaysKnown")

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Subtract what was used from what 30 days allow."""
        start = window.end - BUDGET_PERIOD
        found = self.objective.events(readings, start, window.end)
        since = self.objective.known_since(readings, start, window.end)
        if isinstance(found, NoData) or since is None:
            return found if isinstance(found, NoData) else NoData("nothing was counted")
        known = window.end - since
        allowed = self.objective.allowed * found.total * (BUDGET_PERIOD / known)
        days = known / timedelta(days=1)
        return Value(
            (1 - found.bad / allowed) * 100,
            parts=tuple(zip(self.parts, (found.bad, found.total, days), strict=True)),
        )
