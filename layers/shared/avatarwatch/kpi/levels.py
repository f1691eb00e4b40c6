"""Formulas over what is measured once in a while: levels, and how they and daily counts grow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from avatarwatch.kpi.formulas import (
    OfOne,
    hours,
    last_moment,
    number,
    shown,
)
from avatarwatch.kpi.readings import NoData, Outcome, Readings, Value, Window

LATE_DAYS = timedelta(days=3)
"""A daily point is a day old when it is put, and CloudWatch may hold it back for two more."""


@dataclass(frozen=True, slots=True)
class Level(OfOne):
    """The last known level, no older than ``within``."""

    within: timedelta

    @property
    def text(self) -> str:
        """Write it."""
        return f"last {shown(self.measure)} within {hours(self.within)}"

    @property
    def lookback(self) -> timedelta:
        """As far as a level counts."""
        return self.within

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Look it up."""
        level = readings.latest(self.measure, last_moment(window), self.within)
        if level is not None and self.measure.signed:
            return Value(level)
        return number(level, f"no {shown(self.measure)} in {hours(self.within)}")


@dataclass(frozen=True, slots=True)
class LevelGrowth(OfOne):
    """By how much a level grew over some time; negative when it shrank."""

    over: timedelta
    within: timedelta

    @property
    def text(self) -> str:
        """Write it."""
        return f"{shown(self.measure)} less that of {hours(self.over)} before"

    @property
    def lookback(self) -> timedelta:
        """The time and the level before it."""
        return self.over + self.within

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Subtract."""
        at = last_moment(window)
        now = readings.latest(self.measure, at, self.within)
        before = readings.latest(self.measure, at - self.over, self.within)
        if now is None or before is None:
            when = "now" if now is None else f"{hours(self.over)} before"
            return NoData(f"no {shown(self.measure)} {when}")
        return Value(now - before)


@dataclass(frozen=True, slots=True)
class PeriodGrowth(OfOne):
    """Percent by which a daily count's sum over some days exceeds that of the days before."""

    days: int

    @property
    def text(self) -> str:
        """Write it."""
        return f"{shown(self.measure)} of {self.days} days against the {self.days} before, percent"

    @property
    def lookback(self) -> timedelta:
        """Both spans, and how late the last day may be."""
        return timedelta(days=2 * self.days) + LATE_DAYS

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Compare the last days that are known; each must be."""
        today = window.end.replace(hour=0, minute=0, second=0, microsecond=0)
        span = timedelta(days=self.days)
        known = readings.points(self.measure, today - 2 * span - LATE_DAYS, today)
        if not known or known[-1][0] < today - LATE_DAYS:
            return NoData(f"no {shown(self.measure)} in {hours(LATE_DAYS)}")
        end = known[-1][0] + timedelta(days=1)
        points = [(at, value) for at, value in known if at >= end - 2 * span]
        if len(points) < 2 * self.days:
            return NoData(
                f"{shown(self.measure)} is known for {len(points)} of {2 * self.days} days"
            )
        before = sum(value for at, value in points if at < end - span)
        after = sum(value for at, value in points if at >= end - span)
        return Value((after / before - 1) * 100) if before else NoData("nothing to compare with")
