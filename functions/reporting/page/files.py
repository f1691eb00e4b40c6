"""The files of a report, by their names in its folder."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO

import msgspec

from reporting.page.html import report_html
from reporting.report import Report

FORMULAS = tuple("=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
                  "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
"""First characters with which a spreadsheet takes a cell for a formula (OWASP, "CSV Injection")."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a report."""

    name: str
    text: str
    kind: str


def files_of(report: Report) -> list[File]:
    """Return a report as a page, as JSON and as tables."""
    return [
        File("index.html", report_html(report), "text/html; charset=utf-8"),
        File("report.json", as_json(report), "application/json"),
        File("kpis.csv", _csv(_kpis(report)), "text/csv; charset=utf-8"),
        File("incidents.csv", _csv(_incidents(report)), "text/csv; charset=utf-8"),
    ]


def as_json(report: Report) -> str:
    """Return all of a report, in the order of its fields."""
    return msgspec.json.format(msgspec.json.encode(report)).decode() + "\n"


def _kpis(report: Report) -> Iterator[list[object]]:
    yield ["kpi", "title", "unit", "value", "of", "how", "target", "verdict", "before", "reason",
           "without", "days", *report.charted]  # fmt: skip
    for each in report.figures:
        days = [value for _, value in each.course]
        yield [
            each.metric, each.title, each.unit, each.value, each.count, each.way, each.target,
            each.verdict, each.before, each.reason, each.without, each.days, *days,
        ]  # fmt: skip


def _incidents(report: Report) -> Iterator[list[object]]:
    yield ["began", "alert", "name", "severity", "minutes", "open", "event", "flapped", "night",
           "said", "acknowledged after", "by"]  # fmt: skip
    for each in report.course.incidents if report.course else ():
        yield [
            each.at.isoformat(), each.title, each.name, each.severity, each.minutes, each.is_open,
            each.is_event, each.flapped, each.at_night, each.sentence,
            each.answered, each.by,
        ]  # fmt: skip


def _csv(rows: Iterable[list[object]]) -> str:
    written = StringIO()
    csv.writer(written).writerows([[_cell(each) for each in row] for row in rows])
    return written.getvalue()


def _cell(value: object) -> object:
    """Return a cell that no spreadsheet computes: a text that would be a formula is quoted."""
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULAS):
        return f"'{value}"
    return "" if value is None else value
