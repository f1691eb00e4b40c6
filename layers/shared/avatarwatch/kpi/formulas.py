"""The formulas of KPIs as data: each says what it reads, how far back, and how it computes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta

from avatarwatch.kpi.readings import Measure, NoData, Outcome, Readings, Value, Window, unique

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
    def parts(self) -> tuple[str, ...]:
        """The metrics that are published beside the value."""
        return ()

    @abstractmethod
    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Compute the value for a window, or say why there is none."""


@dataclass(frozen=True, slots=True)
class Term:
    """A count or a sum: all of ``plus`` that were put, less all of ``minus``.

    An event that did not occur puts no point, so a term counts when any of ``plus`` did. A
    difference needs both its sides: half of it would be a lie.
    """

    name: str
    plus: tuple[Measure, ...]
    minus: tuple[Measure, ...] = ()

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What it reads."""
        return (*self.plus, *self.minus)

    @property
    def text(self) -> str:
        """Write it in the names of metrics."""
        plus = " + ".join(shown(measure) for measure in self.plus)
        return plus + "".join(f" - {shown(measure)}" for measure in self.minus)

    def over(self, readings: Readings, start: datetime, end: datetime) -> float | None:
        """Return the term over [start, end), None when nothing was put."""
        plus = [readings.over(measure, start, end) for measure in self.plus]
        minus = [readings.over(measure, start, end) for measure in self.minus]
        known = [value for value in plus if value is not None]
        if not known or (minus and (None in minus or None in plus)):
            return None
        return sum(known) - sum(value for value in minus if value is not None)


@dataclass(frozen=True, slots=True)
class Ratio(Formula):
    """``numerator`` / ``denominator`` x ``scale`` over the window.

    With less than ``minimum`` in the denominator there is no ratio, only the two counts. A
    numerator that nobody put is 0 when ``absent_is_zero``: its events did not occur.
    """

    numerator: Term
    denominator: Term
    scale: float = 100.0
    minimum: float = 1.0
    absent_is_zero: bool = False

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

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Divide."""
        below = self.denominator.over(readings, window.start, window.end)
        if below is None or below == 0:
            return NoData(f"no {self.denominator.name} in the window")
        above = self.numerator.over(readings, window.start, window.end)
        if above is None and not self.absent_is_zero:
            return NoData(f"nobody puts {self.numerator.text}")
        above = above or 0.0
        if above < 0 or below < 0:
            return NoData(f"absurd: {above:g} of {below:g}")
        value = above / below * self.scale
        if self.scale == 100 and value > PLAUSIBLE_PERCENT:
            return NoData(f"absurd: {above:g} of {below:g}")
        parts = ((self.numerator.name, above), (self.denominator.name, below))
        if below < self.minimum:
            return NoData(
                f"{below:g} {self.denominator.name}: too few for a ratio, which needs"
                f" {self.minimum:g}",
                parts,
            )
        return Value(value, parts)


@dataclass(frozen=True, slots=True)
class Statistic(Formula):
    """One statistic as CloudWatch has it; of several resources the worst."""

    measure: Measure

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The one."""
        return (self.measure,)

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
    """A count for each second or minute, as the window's mean."""

    term: Term
    per: timedelta

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The term's."""
        return self.term.measures

    @property
    def text(self) -> str:
        """Write it."""
        return f"{self.term.text} / window x {self.per.total_seconds():g} s"

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Divide by the time."""
        count = self.term.over(readings, window.start, window.end)
        if count is not None:
            count = count / (window.length / self.per)
        return number(count, f"no {self.term.name} in the window")


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
    return Value(value, parts) if value >= 0 else NoData(f"absurd: {value:g}")


def shown(measure: Measure) -> str:
    """Write a measure."""
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
