"""Where storage is heading: growth, size and cost ahead, and when a threshold is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from avatarwatch.kpi.costs import CostPerGigabyte
from avatarwatch.kpi.formulas import (
    Formula,
    OfOne,
    last_moment,
    shown,
)
from avatarwatch.kpi.readings import Measure, NoData, Outcome, Readings, Value, Window, unique
from avatarwatch.kpi.trend import Trend, theil_sen

HISTORY = timedelta(days=30)
LEAST_DAYS = 7
DAY = timedelta(days=1)
LEVEL_AGE = timedelta(days=3)  # S3 measures once a day and tells up to two days later
NEVER = 3650.0  # days; beyond ten years a crossing is not worth a number


@dataclass(frozen=True, slots=True)
class Growth(OfOne):
    """Growth of a level a day, as the trend of its last 30 days with its 95 % interval."""

    name: str

    @property
    def text(self) -> str:
        """Write it."""
        return f"Theil-Sen slope of {shown(self.measure)} over 30 d"

    @property
    def lookback(self) -> timedelta:
        """The trend's history and the level before it."""
        return HISTORY + LEVEL_AGE

    @property
    def parts(self) -> tuple[str, ...]:
        """The interval's bounds."""
        return (f"{self.name}Low", f"{self.name}High")

    def trend(self, readings: Readings, window: Window) -> Trend | NoData:
        """Fit the line; x are days from the window's end, so that x = 0 is now."""
        end = last_moment(window)
        days = [
            (-float(back), level)
            for back in range(HISTORY.days)
            if (level := _own_day(readings, self.measure, window, back)) is not None
        ]
        if len(days) < LEAST_DAYS:
            return NoData(
                f"{shown(self.measure)} is known for {len(days)} days up to {end:%Y-%m-%d},"
                f" a trend needs {LEAST_DAYS}"
            )
        return theil_sen(days)

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Return the slope."""
        line = self.trend(readings, window)
        if isinstance(line, NoData):
            return line
        return Value(line.slope, parts=tuple(zip(self.parts, (line.low, line.high), strict=True)))


def _own_day(readings: Readings, measure: Measure, window: Window, back: int) -> float | None:
    """Return a day's level; days without any point of their own are not made up."""
    at = last_moment(window) - back * DAY
    if readings.over(measure, at - DAY, at) is None:
        return None
    return readings.latest(measure, at, LEVEL_AGE)


@dataclass(frozen=True, slots=True)
class Ahead(Formula):
    """A level some days ahead: the last one plus the trend, with the trend's interval."""

    growth: Growth
    days: int
    name: str

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The trend's."""
        return self.growth.measures

    @property
    def text(self) -> str:
        """Write it."""
        return f"last {shown(self.growth.measure)} + {self.days} x its daily growth"

    @property
    def lookback(self) -> timedelta:
        """The trend's."""
        return self.growth.lookback

    @property
    def parts(self) -> tuple[str, ...]:
        """The interval's bounds."""
        return (f"{self.name}Low", f"{self.name}High")

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Add the growth; storage is never less than nothing."""
        line = self.growth.trend(readings, window)
        level = readings.latest(self.growth.measure, last_moment(window), LEVEL_AGE)
        if isinstance(line, NoData) or level is None:
            return line if isinstance(line, NoData) else NoData("the level of today is not known")
        low, middle, high = (
            max(level + slope * self.days, 0.0) for slope in (line.low, line.slope, line.high)
        )
        return Value(middle, parts=tuple(zip(self.parts, (low, high), strict=True)))


@dataclass(frozen=True, slots=True)
class CostAhead(Formula):
    """Dollars a month for storage some days ahead, at the present cost of a gigabyte."""

    ahead: Ahead
    price: CostPerGigabyte
    name: str

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Size and bill."""
        return unique((*self.ahead.measures, *self.price.measures))

    @property
    def text(self) -> str:
        """Write it."""
        return f"({self.ahead.text}) x CostPerGb"

    @property
    def lookback(self) -> timedelta:
        """The longer one."""
        return max(self.ahead.lookback, self.price.lookback)

    @property
    def parts(self) -> tuple[str, ...]:
        """The interval's bounds."""
        return (f"{self.name}Low", f"{self.name}High")

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Multiply."""
        size = self.ahead.compute(readings, window)
        price = self.price.compute(readings, window)
        if isinstance(size, NoData):
            return size
        if isinstance(price, NoData):
            return NoData(price.reason)
        low, high = (value / 1e9 * price.value for _, value in size.parts)
        return Value(
            size.value / 1e9 * price.value, parts=tuple(zip(self.parts, (low, high), strict=True))
        )


@dataclass(frozen=True, slots=True)
class DaysUntil(Formula):
    """Days until the trend reaches a threshold; 0 when it is passed."""

    growth: Growth
    threshold: str  # its name among the deployment's thresholds

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The trend's."""
        return self.growth.measures

    @property
    def text(self) -> str:
        """Write it."""
        return f"({self.threshold} - last {shown(self.growth.measure)}) / its daily growth"

    @property
    def lookback(self) -> timedelta:
        """The trend's."""
        return self.growth.lookback

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Divide what is left by the growth."""
        limit = readings.thresholds.get(self.threshold)
        level = readings.latest(self.growth.measure, last_moment(window), LEVEL_AGE)
        if limit is None or level is None:
            missing = self.threshold if limit is None else shown(self.growth.measure)
            return NoData(f"{missing} is not known")
        if level >= limit:
            return Value(0.0)
        line = self.growth.trend(readings, window)
        if isinstance(line, NoData):
            return line
        days = (limit - level) / line.slope if line.slope > 0 else NEVER
        return Value(days) if days < NEVER else NoData("not within ten years at this growth")
