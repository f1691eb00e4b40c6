"""The board: what KpiAggregation answered and published, in the order of its subjects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from avatarwatch.kpis import KPIS, Cadence, Kpi
from avatarwatch.units import humanize
from local.generate import kpi_groups

NO_DATA = "○"
_SECTIONS = (
    kpi_groups.UPLOADS, kpi_groups.DELIVERY, kpi_groups.AVAILABILITY, kpi_groups.STORAGE,
    kpi_groups.USERS, kpi_groups.BUDGETS, kpi_groups.DEPENDENCIES,
)  # fmt: skip
_SPANS = {Cadence.FIVE_MINUTES: "5 min", Cadence.HOUR: "1 h", Cadence.DAY: "1 day"}


@dataclass(frozen=True, slots=True)
class Row:
    """One KPI: ``mark`` is ✓, ✗, · (no target) or ○ (no data), ``course`` its values up to now.

    ``basis`` says of a budget how much of its thirty days is known, ``last`` what a day's number
    is over the last five minutes.
    """

    kpi: Kpi
    mark: str
    shown: str | None
    reason: str | None
    course: tuple[float, ...] = ()
    day: date | None = None
    basis: str = ""
    last: str = ""

    @property
    def target(self) -> str:
        """Its target, empty where it has none."""
        found = self.kpi.target
        return f"{found.direction.value} {humanize(found.value, self.kpi.unit)}" if found else ""

    @property
    def note(self) -> str:
        """The day that it foretells."""
        return f"on {self.day.day} {self.day:%B %Y}" if self.day else ""

    @property
    def span(self) -> str:
        """The length of its windows."""
        return _SPANS[self.kpi.cadence]

    @property
    def is_asked_for(self) -> bool:
        """Whether the system has its input at all: no parameter that names it is empty."""
        return not (self.reason or "").startswith("the parameter")


@dataclass(frozen=True, slots=True)
class Section:
    """KPIs of one subject."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything, by subject; ``end`` is the last window's."""

    sections: tuple[Section, ...]
    end: datetime
    left_out: int

    @property
    def summary(self) -> str:
        """One sentence: how many targets are met, missed, unknown."""
        rows = [row for section in self.sections for row in section.rows]
        marks = Counter(row.mark for row in rows if row.kpi.target)
        unknown = f", {marks[NO_DATA]} without data" if marks[NO_DATA] else ""
        return f"{marks['✓']} of {marks.total()} targets met, {marks['✗']} missed{unknown}"


def board(
    answers: Mapping[str, Mapping[str, Any]],
    courses: Mapping[str, Sequence[float]],
    end: datetime,
    last: Mapping[str, str] | None = None,
) -> Board:
    """Make the board of the answer's KPIs; ``last`` are days' over the last five minutes."""
    rows = [
        _row(KPIS[metric], answer, courses.get(metric, ()), (last or {}).get(metric, ""))
        for metric, answer in answers.items()
    ]
    shown = [row for row in rows if row.is_asked_for]
    sections = [
        Section(title, tuple(r for r in shown if kpi_groups.section_of(r.kpi) == title))
        for title in _SECTIONS
    ]
    known = tuple(section for section in sections if section.rows)
    return Board(known, end, len(answers) - len(shown))


def _row(kpi: Kpi, answer: Mapping[str, Any], course: Sequence[float], last: str) -> Row:
    reason = answer.get("reason")
    mark = NO_DATA if reason else str(answer["verdict"])
    day = date.fromisoformat(answer["day"]) if "day" in answer else None
    basis = answer.get("basis", "")
    return Row(kpi, mark, answer.get("shown"), reason, tuple(course), day, basis, last)
