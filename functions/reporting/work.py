"""A run: make what is due and what was missed, keep it, tell once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from avatarwatch.alerts import AlertMessage
from reporting.books import Books, BusyRunError, Made
from reporting.compose import compose
from reporting.found import Check, Found, Snapshot, State
from reporting.message import message
from reporting.page.files import File, files_of
from reporting.page.html import Row, index_html
from reporting.payload import Order
from reporting.report import Report
from reporting.settings import FunctionSettings
from reporting.spans import Span, expected

INDEX = "index.html"
LEAST_SECONDS = 60.0
"""What must be left of a run to make up another missed report."""


@dataclass(slots=True)
class Work:
    """The work of one invocation. ``put`` keeps a file under its name below ``reports/``."""

    books: Books
    settings: FunctionSettings
    gather: Callable[[Span, Snapshot], Found]
    look: Callable[[Span], Iterable[Check]]
    put: Callable[[str, File], None]
    publish: Callable[[AlertMessage], None]
    address: Callable[[str], str]
    seconds_left: Callable[[], float]
    now: datetime
    late: list[str] = field(default_factory=list)

    def run(self, order: Order) -> dict[str, Any]:
        """Do what was asked for, and return what came of it.

        By its date a report is made again, and nobody is told.
        """
        if not order.is_scheduled:
            with self.books.hold(order.span) as held:
                report = self._make(order.span)
                told = held.made.told if held.made else False
                held.made = self._kept(report, told=told)
            return self._answer(report, "made by its date")
        self._make_up()
        return self._present(order.span)

    def _present(self, span: Span) -> dict[str, Any]:
        if not span.is_due(self.now):
            return {"report": span.key, "outcome": "not over yet", "late": self.late}
        known = self.books.made(span)
        if known and known.told:
            return {"report": span.key, "outcome": "made before", "late": self.late}
        try:
            with self.books.hold(span) as held:
                report = self._make(span)
                held.made = self._kept(report, told=False)
                self._tell(span, report)
                held.made = self._kept(report, told=True)
        except BusyRunError:  # the other one tells; should it die, it is itself tried again
            return {"report": span.key, "outcome": "another run is at it", "late": self.late}
        return self._answer(report, "made and told")

    def _make_up(self) -> None:
        """Make what was missed, the oldest first, as far as time allows; the next run goes on."""
        for span in expected(self.now, self.books.since()):
            known = self.books.made(span)
            if known and known.told:
                continue
            if self.seconds_left() < LEAST_SECONDS:
                return
            try:
                with self.books.hold(span) as held:
                    held.made = self._kept(self._make(span), told=True)
            except BusyRunError:
                continue
            self.late.append(span.title)

    def _make(self, span: Span) -> Report:
        snapshot = self.books.snapshot(span)
        if snapshot is None:
            snapshot = Snapshot(self.now, span.is_late(self.now), tuple(self.look(span)))
            self.books.keep(span, snapshot)
        report = compose(span, self.gather(span, snapshot), self.settings)
        for file in files_of(report):
            self.put(f"{span.key}/{file.name}", file)
        return report

    def _kept(self, report: Report, *, told: bool) -> Made:
        """Write the index with this report, and return what stands of it."""
        row = Row(report.key, report.title, report.sentence, len(report.to_do))
        others = [each for each in self.books.rows() if each.key != row.key]
        page = index_html(self.settings.system_name, [*others, row])
        self.put(INDEX, File(INDEX, page, "text/html; charset=utf-8"))
        return Made(row, told)

    def _tell(self, span: Span, report: Report) -> None:
        snapshot = self.books.snapshot(span)
        at = snapshot.at if snapshot else self.now
        self.publish(message(report, self.address(f"{span.key}/{INDEX}"), at, self.late))

    def _answer(self, report: Report, outcome: str) -> dict[str, Any]:
        return {
            "report": report.key,
            "outcome": outcome,
            "address": self.address(f"{report.key}/{INDEX}"),
            "late": self.late,
            "sentence": report.sentence,
            "lines": {
                state.value: sum(line.state is state for line in report.lines) for state in State
            },
            "to_do": [f"{line.question}: {line.text}" for line in report.to_do],
            "unread": list(report.unread),
        }
