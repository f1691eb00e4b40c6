"""Costs from AWS/Billing EstimatedCharges: dollars since the month began, every few hours."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from avatarwatch.kpi.formulas import Formula, Term, last_moment
from avatarwatch.kpi.readings import Measure, NoData, Outcome, Readings, Value, Window, unique

type Points = Sequence[tuple[datetime, float]]

MONTH = timedelta(days=31)
DAY = timedelta(days=1)
BILLING_MONTH = timedelta(days=30)  # what a gigabyte-month is taken as, whatever the calendar says


@dataclass(frozen=True, slots=True)
class _Charge:
    """One point of the bill: the month that it counts for, what was added since the last."""

    at: datetime
    month: tuple[int, int]
    total: float
    added: float


def _charges(points: Points) -> Iterator[_Charge]:
    """Yield the bill's points with the month that each belongs to.

    The counter restarts with the month, but the first points of a month may still show the old
    bill: a month begins where the value has dropped. A drop within a month is a credit.
    """
    month: tuple[int, int] | None = None
    before = 0.0
    for at, total in points:
        this = (at.year, at.month)
        if month is None:
            yield _Charge(at, this, total, 0.0)
            month = this
        elif this != month and total < before:
            yield _Charge(at, this, total, total)
            month = this
        else:
            yield _Charge(at, month, total, total - before)
        before = total


def spent(points: Points, start: datetime, end: datetime) -> float | None:
    """Return what was spent in [start, end); None when the bill is not known before ``start``."""
    known = list(_charges(points))
    if not known or known[0].at > start or known[-1].at < end - DAY:
        return None
    return sum(charge.added for charge in known if start < charge.at < end)


def month_to_date(points: Points, at: datetime) -> tuple[datetime, float] | None:
    """Return when the month's bill was last known and what it was; None before it has begun."""
    charges = [c for c in _charges(points) if c.at <= at and c.month == (at.year, at.month)]
    return (charges[-1].at, charges[-1].total) if charges else None


def month_start(at: datetime) -> datetime:
    """Return the first instant of a month."""
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _month_before(at: datetime) -> datetime:
    """Return the same instant a month earlier, no later than that month's last day."""
    last = month_start(at) - DAY
    day = min(at.day, calendar.monthrange(last.year, last.month)[1])
    return at.replace(year=last.year, month=last.month, day=day)


def _bill(
    readings: Readings, measures: tuple[Measure, ...], window: Window, back: timedelta
) -> Points:
    """Return the points at which all measures are known, added up."""
    found: dict[datetime, list[float]] = {}
    for measure in measures:
        for at, value in readings.points(measure, window.start - back, window.end):
            found.setdefault(at, []).append(value)
    return [(at, sum(found[at])) for at in sorted(found) if len(found[at]) == len(measures)]


@dataclass(frozen=True, slots=True)
class CostPer(Formula):
    """The month's bill so far for each event of the month so far."""

    bill: tuple[Measure, ...]
    events: Term
    minimum: float

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Bill and events."""
        return unique((*self.bill, *self.events.measures))

    @property
    def text(self) -> str:
        """Write it."""
        return f"EstimatedCharges of the month / {self.events.text} of the month"

    @property
    def lookback(self) -> timedelta:
        """A month."""
        return MONTH

    @property
    def parts(self) -> tuple[str, ...]:
        """Both."""
        return ("MonthToDateCharges", self.events.name)

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Divide, counting events up to the last point of the bill."""
        at = last_moment(window)
        charge = month_to_date(_bill(readings, self.bill, window, MONTH), at)
        if charge is None:
            return NoData(f"no bill for {at:%B} yet")
        until = charge[0] + timedelta(hours=1)  # the bill's points are an hour's
        events = self.events.over(readings, month_start(at), until) or 0.0
        parts = (("MonthToDateCharges", charge[1]), (self.events.name, events))
        if events < self.minimum:
            return NoData(f"{events:g} {self.events.name}: too few for a cost of each", parts)
        return Value(charge[1] / events, parts)


@dataclass(frozen=True, slots=True)
class CostPerGigabyte(Formula):
    """The month's storage bill over the gigabyte-months used (10^9 bytes for 30 days)."""

    bill: tuple[Measure, ...]
    level: Measure

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Bill and size."""
        return (*self.bill, self.level)

    @property
    def text(self) -> str:
        """Write it."""
        return "EstimatedCharges of S3 in the month / (mean BucketSizeBytes / 10^9 x time / 30 d)"

    @property
    def lookback(self) -> timedelta:
        """A month."""
        return MONTH

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Divide, taking the size up to the last point of the bill."""
        at = last_moment(window)
        charge = month_to_date(_bill(readings, self.bill, window, MONTH), at)
        if charge is None:
            return NoData(f"no bill for {at:%B} yet")
        begun = month_start(at)
        sizes = [size for _, size in readings.points(self.level, begun, charge[0] + DAY)]
        elapsed = (charge[0] - begun) / BILLING_MONTH
        if not sizes or elapsed <= 0:
            return NoData("no BucketSizeBytes in the month yet" if not sizes else "the month began")
        used = sum(sizes) / len(sizes) / 1e9 * elapsed
        return Value(charge[1] / used) if used > 0 else NoData("nothing is stored")


@dataclass(frozen=True, slots=True)
class SpendGrowth(Formula):
    """Percent by which spending exceeds that of the span before.

    ``days`` None compares the month so far with the same days of the month before.
    """

    bill: tuple[Measure, ...]
    days: int | None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The bill."""
        return self.bill

    @property
    def text(self) -> str:
        """Write it."""
        span = f"of {self.days} d" if self.days else "of the month so far"
        return f"EstimatedCharges {span} against those before, percent"

    @property
    def lookback(self) -> timedelta:
        """Both spans."""
        return timedelta(days=2 * self.days + 2) if self.days else 2 * MONTH

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Compare."""
        bill, end = _bill(readings, self.bill, window, self.lookback), window.end
        if self.days:
            span = timedelta(days=self.days)
            now, before = spent(bill, end - span, end), spent(bill, end - 2 * span, end - span)
        else:
            at = last_moment(window)
            charge, earlier = month_to_date(bill, at), month_to_date(bill, _month_before(at))
            now, before = charge and charge[1], earlier and earlier[1]
        if now is None or not before:
            return NoData(f"the bill is known for {_days(bill)} days: too short to compare")
        return Value((now / before - 1) * 100)


def _days(bill: Points) -> int:
    return len({at.date() for at, _ in bill})
