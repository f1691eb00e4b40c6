"""The pages: one file each with its style inside, no script, nothing from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from avatarwatch.units import lasting
from reporting.found import State
from reporting.judging.course import Course
from reporting.judging.figures import Verdict
from reporting.judging.material import counted
from reporting.page.charts import HEIGHT, WIDTH, of_figures, of_trends
from reporting.report import Report
from reporting.spans import Kind

MOST_INCIDENTS, MOST_DETAILS, MOST_CHECKS = 60, 12, 120
"""Rows of a page; the files beside it have them all."""
_FIRST = (State.PERSON, State.NO_DATA, State.DONE)
_SPAN_WORDS = {Kind.DAILY: "Day", Kind.WEEKLY: "Week", Kind.MONTHLY: "Month"}


class Row(Struct, frozen=True):
    """A report's row on the page of all of them."""

    key: str
    title: str
    sentence: str
    to_do: int


def report_html(report: Report) -> str:
    """Return a report's page; everything that was read is escaped."""
    known = [each for each in report.figures if each.value is not None]
    course = report.course
    return _environment().get_template("report.j2").render(
        report=report,
        lines=sorted(report.lines, key=lambda line: _FIRST.index(line.state)),
        counts=_counts(report),
        known=known,
        unknown=[each for each in report.figures if each.verdict is Verdict.NO_DATA],
        charts=of_figures(report.figures, report.charted, report.start.date()),
        years=of_trends(report.trends),
        incidents=course.incidents[:MOST_INCIDENTS] if course else (),
        happened=_happened(course) if course else "",
        span_word=_SPAN_WORDS[Kind(report.kind)],
        days=(report.end - report.start).days,
        most_details=MOST_DETAILS,
        most_checks=MOST_CHECKS,
    )  # fmt: skip


def index_html(system: str, rows: Iterable[Row]) -> str:
    """Return the page of all reports, the newest first."""
    listed = sorted(rows, key=lambda row: row.key, reverse=True)
    kinds = [(kind, [r for r in listed if r.key.startswith(f"{kind}/")]) for kind in Kind]
    return _environment().get_template("index.j2").render(system=system, kinds=kinds)


def _counts(report: Report) -> str:
    found = Counter(line.state for line in report.lines)
    person = "needs a person" if found[State.PERSON] == 1 else "need a person"
    words = {State.PERSON: person, State.NO_DATA: "without data", State.DONE: "done"}
    return ", ".join(f"{found[state]} {words[state]}" for state in _FIRST if found[state])


def _happened(course: Course) -> str:
    half, longest = course.median_minutes, course.longest_minutes
    parts: Sequence[str] = (
        f"{counted(course.opened, 'alert')} opened",
        f"{lasting(course.minutes * 60)} in all",
        "" if half is None else f"half of them over within {lasting(half * 60)}",
        "" if longest is None else f"the longest took {lasting(longest * 60)}",
        f"{course.flapped} flapped" if course.flapped else "",
        f"{course.open_at_end} open at the end" if course.open_at_end else "none open at the end",
        f"noisiest: {course.noisiest}" if course.noisiest else "",
        _answers(course),
    )  # fmt: skip
    return ", ".join(filter(None, parts)) + "."


def _answers(course: Course) -> str:
    if course.median_answer is None:
        return "none acknowledged"
    half = lasting(course.median_answer * 60)
    if course.acknowledged == 1:
        return f"1 acknowledged, after {half}"
    return f"{course.acknowledged} acknowledged, half of them within {half}"


@cache
def _environment() -> Environment:
    folder = Path(__file__).parent
    made = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined,
        trim_blocks=False, keep_trailing_newline=True,
    )  # fmt: skip
    css = (folder / "report.css").read_text(encoding="utf-8")
    made.globals |= {"css": Markup(css), "width": WIDTH, "height": HEIGHT}  # noqa: S704 - our own
    made.filters |= {"minutes": lambda value: lasting(value * 60)}
    return made
