"""Costs from a bill: for each upload, for each gigabyte, and how spending grows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from avatarwatch.kpi.bill import (
    Points,
    accrued,
    added_up,
    month_before,
    month_start,
    month_to_date,
    spent,
)
from avatarwatch.kpi.formulas import Formula, Term, hours, last_moment, number
from avatarwatch.kpi.readings import Measure, NoData, Outcome, Readings, Value, Window, unique

MONTH = timedelta(days=31)
BILLING_MONTH = timedelta(days=30)  # what a gigabyte-month is taken as, whatever the calendar says
BILL_AGE = timedelta(days=3)  # metrics of the bill are hours old, Cost Explorer's days up to three


def _bill(
    readings: Readings, measures: tuple[Measure, ...], window: Window, back: timedelta
) -> Points:
    """Return what the services' bills came to, as long as they were known."""
    return added_up(
        [readings.points(measure, window.start - back, window.end) for measure in measures]
    )


@dataclass(frozen=True, slots=True)
class CostPer(Formula):
    """The month's bill for each of its events, over the part of it for which both are known."""

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
        """Divide over the time of the month for which both are known."""
        at = last_moment(window)
        known = {
            moment
            for measure in self.events.measures
            for moment, _ in readings.points(measure, month_start(at), window.end)
        }
        if not known:
            return NoData(f"no {self.events.name}")
        bill = _bill(readings, self.bill, window, MONTH)
        charge = accrued(bill, max(month_start(at), min(known)), at)
        if charge is None:
            return NoData(f"the bill of {at:%B} is not known for long enough yet")
        events = self.events.over(readings, charge.start, charge.end) or 0.0
        parts = (("MonthToDateCharges", charge.usd), (self.events.name, events))
        if events < self.minimum:
            return NoData(f"{events:g} {self.events.name}: too few for a cost of each", parts)
        return number(charge.usd / events, "no cost", parts)


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
        """Divide over the time of the month for which both are known."""
        at = last_moment(window)
        bill = _bill(readings, self.bill, window, MONTH)
        begun = month_start(at)
        known = readings.points(self.level, begun - BILL_AGE, window.end)
        # a month's size is not that of the days in which there was a bucket
        since = max(begun, known[0][0]) if known else begun
        charge = accrued(bill, since, at)
        if charge is None:
            return NoData(f"the bill of {at:%B} is not known for long enough yet")
        day = charge.start.replace(hour=0, minute=0)
        sizes = [size for _, size in readings.points(self.level, day, charge.end)]
        used = sum(sizes) / len(sizes) / 1e9 * (charge.span / BILLING_MONTH) if sizes else 0.0
        return number(charge.usd / used if used else None, "no BucketSizeBytes in the month yet")


@dataclass(frozen=True, slots=True)
class SpendGrowth(Formula):
    """Percent by which spending exceeds that of the span before, up to the bill's last point.

    ``days`` None compares the month so far with the same days of the month before, up to the last
    that both have.
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
        """Both spans, and the bill's age."""
        return 2 * timedelta(days=self.days) + BILL_AGE if self.days else 2 * MONTH

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Compare."""
        bill, at = _bill(readings, self.bill, window, self.lookback), last_moment(window)
        if not bill or bill[-1][0] < at - BILL_AGE:
            return NoData(f"no EstimatedCharges in {hours(BILL_AGE)}")
        if self.days:
            end, span = bill[-1][0], timedelta(days=self.days)
            now, before = spent(bill, end - span, end), spent(bill, end - 2 * span, end - span)
        else:
            now, before = _months(bill, at)
        if now is None or not before:
            days = len({at.date() for at, _ in bill})
            return NoData(f"too short to compare: days of the bill that are known: {days}")
        return Value((now / before - 1) * 100)


def _months(bill: Points, at: datetime) -> tuple[float | None, float | None]:
    """Return the month's bill and that of as many days of the month before."""
    charge = month_to_date(bill, at)
    if charge is None:
        return None, None
    then = month_before(charge[0])
    now = month_to_date(bill, charge[0].replace(day=then.day))
    earlier = month_to_date(bill, then)
    return now and now[1], earlier and earlier[1]
