"""Error budgets: how much failure an objective still allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from avatarwatch.error_budget import PERIOD, ErrorBudget
from avatarwatch.kpi.formulas import Formula, Term
from avatarwatch.kpi.readings import Measure, NoData, Outcome, Readings, Value, Window, unique

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
BEFORE = timedelta(days=7)
"""How far before its thirty days a budget looks for an earlier event: some days nobody comes."""


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
    ``leaves_out`` whether maintenance may be left out of them. ``is_steady`` when they come all the
    time: of a day without any nothing is known, where of uploads nobody came.
    """

    name: str
    noun: str
    percent: float
    counted: Term
    total: Term
    least: float
    is_good: bool = False
    leaves_out: bool = False
    is_steady: bool = False

    def events(self, readings: Readings, start: datetime, end: datetime) -> Events | NoData:
        """Return the events of [start, end); none without traffic."""
        total = self.total.over(readings, start, end)
        if not total:
            return NoData(f"no {self.total.name}")
        counted = self.counted.over(readings, start, end) or 0.0
        if not 0 <= counted <= total:
            return NoData(f"absurd: {counted:g} of {total:g}")
        return Events(total - counted if self.is_good else counted, total)

    def lasted(self, readings: Readings, start: datetime, end: datetime) -> bool:
        """Whether steady events of [start, end) were bad in more than one of the windows read.

        One minute in which all endpoints are lost is as many bad polls as there are endpoints.
        """
        if not self.is_steady:
            return True
        windows = {at for each in self.total.plus for at, _ in readings.points(each, start, end)}
        found = (self.events(readings, at, at + timedelta.resolution) for at in windows)
        return sum(isinstance(each, Events) and each.bad > 0 for each in found) > 1

    def known(self, readings: Readings, start: datetime, end: datetime) -> timedelta | None:
        """Return how much of [start, end) is known, None where nothing was counted.

        All since the first event, to the hour, where there was none before ``start``; of steady
        ones the days that have any.
        """
        read = {
            at for each in self.total.plus for at, _ in readings.points(each, start - BEFORE, end)
        }
        counted = sorted(at for at in read if at >= start)
        if not counted:
            return None
        since = start if len(counted) < len(read) else counted[0]
        if not self.is_steady:
            return end - since
        days = {at.replace(hour=0, minute=0, second=0, microsecond=0) for at in counted}
        spans = (min(day + _DAY, end) - max(day, since) for day in days)
        known = sum(spans, timedelta())
        # a bit of a day at either end may hold no point of an hour
        return end - start if end - start - known < _HOUR else known

    def budget(self, readings: Readings, end: datetime) -> ErrorBudget | NoData:
        """Return the budget of the 30 days before ``end``, as far as they are known."""
        found = self.events(readings, end - PERIOD, end)
        known = self.known(readings, end - PERIOD, end)
        if isinstance(found, NoData) or known is None:
            return found if isinstance(found, NoData) else NoData("nothing was counted")
        return self.budget_of(found, known)

    def budget_of(self, events: Events, known: timedelta) -> ErrorBudget:
        """Return the budget of the events of so much time."""
        return ErrorBudget(self.percent, self.noun, events.bad, events.total, known)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What it reads."""
        return unique((*self.counted.measures, *self.total.measures))

    @property
    def by_hour(self) -> Objective:
        """The same of points by the hour: a first day that began at noon is half a day."""
        return replace(self, counted=_by_hour(self.counted), total=_by_hour(self.total))

    def is_in(self, measures: Iterable[Measure]) -> bool:
        """Whether its events are among some measures, of whatever period."""
        names = {(each.source, each.metric) for each in self.measures}
        return any((each.source, each.metric) in names for each in measures)

    @property
    def allowed(self) -> float:
        """The share of events that may be bad, 0-1."""
        return 1 - self.percent / 100


def _by_hour(term: Term) -> Term:
    return replace(term, plus=tuple(replace(each, period=_HOUR) for each in term.plus))


@dataclass(frozen=True, slots=True)
class BudgetLeft(Formula):
    """Percent of the budget of the last 30 days that is left; negative when overspent.

    Its set weighs as many samples as days are known, so that whoever reads the metric sees both:
    of the first day's 95 % a SampleCount of 1 says what it is of.
    """

    objective: Objective

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The objective's, by the hour."""
        return self.objective.by_hour.measures

    @property
    def text(self) -> str:
        """Write it."""
        return f"(1 - bad events of 30 d / ({self.objective.allowed:.4g} x events of 30 d)) x 100"

    @property
    def lookback(self) -> timedelta:
        """The budget's period, and whether anything was counted before it."""
        return PERIOD + BEFORE

    @property
    def covers(self) -> timedelta:
        """The budget's period."""
        return PERIOD

    @property
    def parts(self) -> tuple[str, ...]:
        """What it was computed from, and the share that was good over the very same days."""
        return ("BadEvents", "Events", "GoodShare", "DaysKnown")

    @property
    def reading(self) -> str:
        """How its metric is to be read."""
        return (
            "Average of one point, SampleCount is how many of the 30 days are known; points"
            " overlap: no longer span"
        )

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Subtract what was used from what 30 days allow."""
        found = self.objective.by_hour.budget(readings, window.end)
        if isinstance(found, NoData):
            return found
        days = found.days_known / timedelta(days=1)
        figures = (found.bad, found.total, found.good, days)
        return Value(found.left * days, days, tuple(zip(self.parts, figures, strict=True)))

    def basis(self, value: Value) -> str:
        """Say what a computed value is of."""
        figures = dict(value.parts)
        events = Events(figures["BadEvents"], figures["Events"])
        return self.objective.budget_of(events, timedelta(days=figures["DaysKnown"])).basis
