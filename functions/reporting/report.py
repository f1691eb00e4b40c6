"""A report: everything that its page, its JSON, its CSV and its message show."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from reporting.found import Check, State
from reporting.judging.checklist import Line
from reporting.judging.course import Course
from reporting.judging.figures import Figure
from reporting.judging.money import Crossing, Return, Uptime


class Number(Struct, frozen=True):
    """One of the five numbers: what, how much, and what to hold it against."""

    title: str
    shown: str
    beside: str
    verdict: str


class Month(Struct, frozen=True):
    """A month of the year before, for the course of a KPI; the value is exact over the month."""

    name: str
    value: float | None


class Trend(Struct, frozen=True):
    """A KPI's months."""

    metric: str
    title: str
    unit: str
    target: float | None
    months: tuple[Month, ...]


class Report(Struct, frozen=True):
    """A report. Times are the readers' (``zone``), days UTC's."""

    system: str
    kind: str
    name: str
    title: str
    start: datetime
    end: datetime
    zone: str
    sentence: str
    numbers: tuple[Number, ...]
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]
    charted: tuple[date, ...]
    course: Course | None
    checks: tuple[Check, ...]
    looked_at: str
    is_late: bool
    unread: tuple[str, ...]
    uptime: Uptime | None = None
    returned: Return | None = None
    crossings: tuple[Crossing, ...] = ()
    trends: tuple[Trend, ...] = ()

    @property
    def to_do(self) -> list[Line]:
        """The lines that need a person."""
        return [line for line in self.lines if line.state is State.PERSON]

    @property
    def key(self) -> str:
        """Its folder."""
        return f"{self.kind}/{self.name}"
