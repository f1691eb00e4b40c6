"""Error budgets: how much failure an objective still allows, and how fast it is used up.

Burn rate and its pairs of windows: Google, The Site Reliability Workbook, chapter 5, "Alerting on
SLOs"; the pairs are those of sloth for 30 days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from avatarwatch.kpi.formulas import Formula, Term, hours
from avatarwatch.kpi.readings import Measure, NoData, Outcome, Readings, Value, Window, unique

BUDGET_PERIOD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Objective:
    """Share of good events that is promised, in percent, and the events.

    ``is_good`` when ``counted`` are the good events, else they are the bad ones.
    """

    name: str
    percent: float
    counted: Term
    total: Term
    minimum: float
    is_good: bool = False

    def bad_share(self, readings: Readings, window: Window, over: timedelta) -> float | NoData:
        """Return bad / total events (0-1) up to the window's end; none without traffic."""
        start = window.end - over
        total = self.total.over(readings, start, window.end)
        if total is None or total < self.minimum:
            return NoData(f"fewer than {self.minimum:g} {self.total.name} in {hours(over)}")
        counted = self.counted.over(readings, start, window.end) or 0.0
        if not 0 <= counted <= total:
            return NoData(f"absurd: {counted:g} of {total:g}")
        return (total - counted if self.is_good else counted) / total

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What it reads."""
        return unique((*self.counted.measures, *self.total.measures))

    @property
    def allowed(self) -> float:
        """The share of events that may be bad, 0-1."""
        return 1 - self.percent / 100


@dataclass(frozen=True, slots=True)
class BurnRate(Formula):
    """How many times as fast as allowed the budget is used: 1 uses it up in just 30 days."""

    objective: Objective
    over: timedelta

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The objective's."""
        return self.objective.measures

    @property
    def text(self) -> str:
        """Write it."""
        return f"bad share over {hours(self.over)} / {self.objective.allowed:.4g}"

    @property
    def lookback(self) -> timedelta:
        """All of the time."""
        return self.over

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Divide the bad share by the one that is allowed."""
        bad = self.objective.bad_share(readings, window, self.over)
        return bad if isinstance(bad, NoData) else Value(bad / self.objective.allowed)


@dataclass(frozen=True, slots=True)
class BudgetLeft(Formula):
    """Percent of the budget of the last 30 days that is left; negative when overspent."""

    objective: Objective

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The objective's."""
        return self.objective.measures

    @property
    def text(self) -> str:
        """Write it."""
        return f"(1 - bad share over 30 d / {self.objective.allowed:.4g}) x 100"

    @property
    def lookback(self) -> timedelta:
        """The budget's period."""
        return BUDGET_PERIOD

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Subtract what was used."""
        bad = self.objective.bad_share(readings, window, BUDGET_PERIOD)
        if isinstance(bad, NoData):
            return bad
        return Value((1 - bad / self.objective.allowed) * 100)
