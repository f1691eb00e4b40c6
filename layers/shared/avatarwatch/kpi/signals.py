"""What alarms look at: numbers of the last minutes that are told only when they can be believed.

A rate of three uploads is no rate. Whether there were enough is decided here, where both counts
are known: an alarm that decides it (metric math) costs a metric more and is deaf where a quarter
of an hour never holds enough (docs/decisions/0046).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median_low

from avatarwatch.kpi.formulas import (
    Formula,
    OfOne,
    Ratio,
    Trailing,
    hours,
    shown,
)
from avatarwatch.kpi.readings import Measure, NoData, Outcome, Readings, Value, Window

FURTHEST = timedelta(hours=6)
"""How far back to look for enough events: older ones say little about now."""
TOLD_WINDOWS = 3
"""For how many windows a crossing is told: one point may be lost or come late."""


@dataclass(frozen=True, slots=True)
class Recent(Formula):
    """A ratio over the last minutes, or over as long as it takes to judge it.

    The span grows until it holds ``least`` bad events, or so many events that fewer are within
    the alarm's threshold (``limit``, by its name among the deployment's). Bad events are those
    above the line, or with ``is_good`` the others. Where six hours do not decide, there is no
    number, and the alarm stays as it is.
    """

    ratio: Ratio
    over: timedelta
    least: float
    limit: str
    is_good: bool = False

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The ratio's."""
        return self.ratio.measures

    @property
    def text(self) -> str:
        """Write it."""
        return (
            f"{self.ratio.text} over {hours(self.over)}, or longer (up to {hours(FURTHEST)})"
            f" until {self.least:g} bad ones are seen or ruled out"
        )

    @property
    def lookback(self) -> timedelta:
        """As far as may be needed."""
        return FURTHEST

    @property
    def parts(self) -> tuple[str, ...]:
        """The ratio's."""
        return self.ratio.parts

    @property
    def reading(self) -> str:
        """Sets that overlap add up to nothing."""
        below = self.ratio.denominator.name
        return f"Average of one point, SampleCount is {below}; points overlap: no longer span"

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Look back far enough, and divide."""
        term = self.ratio.denominator
        if not term.over(readings, window.start, window.end):
            return NoData(f"no {term.spoken} in the window")
        share = readings.thresholds[self.limit] / 100
        allowed = 1 - share if self.is_good else share
        span = self.over
        while True:
            above, below = self._counts(readings, window, span)
            if above is None:
                return NoData(f"nobody puts {self.ratio.numerator.text}")
            bad = below - above if self.is_good else above
            if bad >= self.least or below * allowed >= self.least or span >= FURTHEST:
                break
            span += window.length
        if bad >= self.least or bad <= below * allowed:
            return self.ratio.of(above, below)
        return NoData(
            f"{bad:g} of {below:g} {term.name} are bad in {hours(span)}: too few to judge,"
            f" which needs {self.least:g}",
            ((self.ratio.numerator.name, above), (term.name, below)),
        )

    def _counts(
        self, readings: Readings, window: Window, span: timedelta
    ) -> tuple[float | None, float]:
        start = window.end - span
        above = self.ratio.numerator.over(readings, start, window.end)
        if above is None and self.ratio.absent_is_zero:
            above = 0.0
        return above, self.ratio.denominator.over(readings, start, window.end) or 0.0


@dataclass(frozen=True, slots=True)
class Middle(OfOne):
    """The middle one of the last known values of a statistic: one wild value is not told.

    With an even number the lower one. Silence lies between the values as it comes.
    """

    values: int

    @property
    def text(self) -> str:
        """Write it."""
        return f"median of the last {self.values} {shown(self.measure)} within {hours(FURTHEST)}"

    @property
    def lookback(self) -> timedelta:
        """As far as a value counts."""
        return FURTHEST

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Take the middle one, where the window has one of its own."""
        if readings.over(self.measure, window.start, window.end) is None:
            return NoData(f"no {shown(self.measure)} in the window")
        known: list[float] = []
        at = window
        while len(known) < self.values and window.end - at.start <= FURTHEST:
            value = readings.over(self.measure, at.start, at.end)
            known += [] if value is None else [value]
            at = Window(at.start - window.length, at.start)
        return Value(median_low(known))


@dataclass(frozen=True, slots=True)
class Crossing(Formula):
    """A trailing sum, told when it crosses an alarm's threshold, up or down, and at a day's end.

    An alarm that keeps its state needs no other points, and a metric costs by the hours in which
    it is put. Where one of the windows has a sum, the others without one had nothing to add up:
    who delivers nothing puts nothing.
    """

    sum: Trailing
    limit: str

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The sum's."""
        return self.sum.measures

    @property
    def text(self) -> str:
        """Write it."""
        return (
            f"{self.sum.text}, put at a day's end and for {TOLD_WINDOWS} windows after it crossed"
            f" {self.limit}Threshold"
        )

    @property
    def reading(self) -> str:
        """It is of the time before its own window's end."""
        return "Average of one point; points overlap: no longer span"

    @property
    def lookback(self) -> timedelta:
        """The sum's time before each of the windows that are compared."""
        return self.sum.lookback + TOLD_WINDOWS * timedelta(hours=1)

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Add up, and compare with the windows before."""
        limit = readings.thresholds[self.limit]
        outcomes = [
            self.sum.compute(readings, Window(window.start - ago, window.end - ago))
            for ago in (n * window.length for n in range(TOLD_WINDOWS + 1))
        ]
        if all(isinstance(each, NoData) for each in outcomes):
            return outcomes[0]
        now, *before = (each.value if isinstance(each, Value) else 0.0 for each in outcomes)
        if _ends_a_day(window) or any((each > limit) is not (now > limit) for each in before):
            return Value(now)
        side = "over" if now > limit else "within"
        return NoData(f"still {side} its threshold: put at the day's end", (("Now", now),))


def _ends_a_day(window: Window) -> bool:
    return window.end == window.end.replace(hour=0, minute=0, second=0, microsecond=0)
