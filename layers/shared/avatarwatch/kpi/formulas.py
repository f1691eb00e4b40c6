"""The formulas of KPIs as data: each says what it reads, how far back, and how it computes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta

from avatarwatch.kpi.readings import (
    Measure,
    NoData,
    Outcome,
    Readings,
    Source,
    Value,
    Window,
    unique,
)

PLAUSIBLE_PERCENT = 100.0 + 1e-6


class Formula(ABC):
    """How a KPI is computed for a window from readings; pure."""

    @property
    @abstractmethod
    def measures(self) -> tuple[Measure, ...]:
        """What it reads."""

    @property
    @abstractmethod
    def text(self) -> str:
        """The formula as people write it, in the names of metrics."""

    @property
    def lookback(self) -> timedelta:
        """How far before the window's start it reads."""
        return timedelta()

    @property
    def covers(self) -> timedelta:
        """How much time up to the window's end its value is of, where that is more than it."""
        return self.lookback

    @property
    def parts(self) -> tuple[str, ...]:
        """The figures that are told beside the value, in the answer and the log."""
        return ()

    @property
    def reading(self) -> str:
        """How its metric is to be read."""
        return "Average of one point; over a longer span the mean of its points"

    @abstractmethod
    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Compute the value for a window, or say why there is none."""


@dataclass(frozen=True, slots=True)
class Term:
    """A count or a sum: all of ``plus`` that were put, less all of ``minus``.

    An event that did not occur puts no point, so a term counts when any of ``plus`` did. A
    difference needs both its sides: half of it would be a lie. Metrics that put 100 for each event
    are divided by ``per``.
    """

    name: str
    plus: tuple[Measure, ...]
    minus: tuple[Measure, ...] = ()
    per: float = 1.0

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What it reads."""
        return (*self.plus, *self.minus)

    @property
    def text(self) -> str:
        """Write it in the names of metrics."""
        plus = " + ".join(shown(measure) for measure in self.plus)
        text = plus + "".join(f" - {shown(measure)}" for measure in self.minus)
        return text if self.per == 1 else f"({text}) / {self.per:g}"

    @property
    def spoken(self) -> str:
        """What is missing where nothing was put: requests may be there whose share nobody tells."""
        return self.text if any(each.is_weight for each in self.plus) else self.name

    def over(self, readings: Readings, start: datetime, end: datetime) -> float | None:
        """Return the term over [start, end), None when nothing was put."""
        plus = [readings.over(measure, start, end) for measure in self.plus]
        minus = [readings.over(measure, start, end) for measure in self.minus]
        known = [value for value in plus if value is not None]
        if not known or (minus and (None in minus or None in plus)):
            return None
        return (sum(known) - sum(value for value in minus if value is not None)) / self.per


@dataclass(frozen=True, slots=True)
class Ratio(Formula):
    """``numerator`` / ``denominator`` x ``scale`` over the window, exact over any sum of windows.

    With less than ``minimum`` in the denominator it is published but not judged. A numerator that
    nobody put is 0 when ``absent_is_zero``: its events did not occur; or when somebody puts it at
    all, as ``seen_within`` before tells of what not every backend puts.
    """

    numerator: Term
    denominator: Term
    scale: float = 100.0
    minimum: float = 1.0
    absent_is_zero: bool = False
    seen_within: timedelta = timedelta()

    @property
    def source(self) -> Source:
        """Where its denominator comes from."""
        return self.denominator.plus[0].source

    @property
    def lookback(self) -> timedelta:
        """Where a numerator may have been put."""
        return self.seen_within

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Both terms'."""
        return unique((*self.numerator.measures, *self.denominator.measures))

    @property
    def text(self) -> str:
        """Both terms'."""
        scaled = f" x {self.scale:g}" if self.scale != 1 else ""
        return f"({self.numerator.text}) / ({self.denominator.text}){scaled}"

    @property
    def parts(self) -> tuple[str, ...]:
        """The two terms."""
        return (self.numerator.name, self.denominator.name)

    @property
    def reading(self) -> str:
        """The mean of sets is the ratio of sums."""
        return f"Average over any span; SampleCount is {self.denominator.name}"

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Divide."""
        below = self.denominator.over(readings, window.start, window.end)
        if below is None or below == 0:
            return NoData(f"no {self.denominator.spoken} in the window")
        above = self.numerator.over(readings, window.start, window.end)
        seen_from = window.end - self.seen_within
        if above is None and not (
            self.absent_is_zero or self.numerator.over(readings, seen_from, window.end) is not None
        ):
            return NoData(f"nobody puts {self.numerator.text}")
        return self.of(above or 0.0, below)

    def of(self, above: float, below: float) -> Outcome:
        """Return the ratio of two counts, unless they cannot be."""
        # more may be stored than was sent: a difference below nothing is a loss
        is_absurd = above < 0 and not self.numerator.minus
        if is_absurd or below < 0 or (
            self.scale == 100 and above / below * self.scale > PLAUSIBLE_PERCENT
        ):  # fmt: skip
            return NoData(f"absurd: {above:g} of {below:g}")
        parts = ((self.numerator.name, above), (self.denominator.name, below))
        return Value(above * self.scale, below, parts)


@dataclass(frozen=True, slots=True)
class OfOne(Formula):
    """A formula of one measure."""

    measure: Measure

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The one."""
        return (self.measure,)


@dataclass(frozen=True, slots=True)
class Statistic(OfOne):
    """One statistic as CloudWatch has it; of several resources the worst."""

    @property
    def text(self) -> str:
        """Write it."""
        return shown(self.measure)

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Take it."""
        return number(
            readings.over(self.measure, window.start, window.end),
            f"no {shown(self.measure)} in the window",
        )


@dataclass(frozen=True, slots=True)
class PerTime(Formula):
    """A count for each second or minute: the window's mean, or that of ``over`` to its end."""

    term: Term
    per: timedelta
    over: timedelta = timedelta()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The term's."""
        return self.term.measures

    @property
    def text(self) -> str:
        """Write it."""
        span = hours(self.over) if self.over else "window"
        return f"{self.term.text} / {span} x {self.per.total_seconds():g} s"

    @property
    def lookback(self) -> timedelta:
        """All of the time."""
        return self.over

    @property
    def reading(self) -> str:
        """The mean of sets is the rate of all of their time."""
        if self.over:
            return "Average of one point; points overlap: no longer span"
        return "Average over any span: the mean over the windows that had any"

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Divide by the time."""
        span = self.over or window.length
        count = self.term.over(readings, window.end - span, window.end)
        if count is None:
            return NoData(f"no {self.term.name} in the window")
        return Value(count, span / self.per)


@dataclass(frozen=True, slots=True)
class Trailing(Formula):
    """A sum over the time up to the window's end."""

    term: Term
    over: timedelta

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The term's."""
        return self.term.measures

    @property
    def text(self) -> str:
        """Write it."""
        return f"sum of {self.term.text} over {hours(self.over)}"

    @property
    def lookback(self) -> timedelta:
        """All of the time."""
        return self.over

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Add up."""
        total = self.term.over(readings, window.end - self.over, window.end)
        return number(total, f"no {self.term.name} in {hours(self.over)}")


def last_moment(window: Window) -> datetime:
    """Return the last instant inside a window: its end belongs to the next."""
    return window.end - timedelta(microseconds=1)


def number(
    value: float | None, otherwise: str, parts: tuple[tuple[str, float], ...] = ()
) -> Outcome:
    """Return a value that was found and can be, else why there is none."""
    if value is None:
        return NoData(otherwise)
    return Value(value, parts=parts) if value >= 0 else NoData(f"absurd: {value:g}")


def shown(measure: Measure) -> str:
    """Write a measure."""
    if measure.is_weight:
        return f"{measure.weight} with {measure.metric}"
    statistic = "" if measure.statistic == "Sum" else f" {measure.statistic}"
    share = f" of {measure.weight}" if measure.weight else ""
    return f"{measure.metric}{share or statistic}"


def hours(span: timedelta) -> str:
    """Write a span of time in its largest unit."""
    minutes = int(span.total_seconds() // 60)
    for size, name in ((1440, "d"), (60, "h")):
        if minutes % size == 0:
            return f"{minutes // size} {name}"
    return f"{minutes} min"
