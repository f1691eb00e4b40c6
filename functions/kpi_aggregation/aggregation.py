"""One run: claim windows, read, compute, publish, write down what was published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from avatarwatch import metrics
from avatarwatch.kpi.readings import Measure, Readings, Source, Value, Window
from avatarwatch.kpi_inputs import LOG_BYTES
from avatarwatch.kpis import Kpi, of_cadence
from avatarwatch.namespaces import Own
from avatarwatch.state_table.lease import Lease
from kpi_aggregation.claims import Claims
from kpi_aggregation.compute import changes, evaluate, is_incomplete, of_one_source
from kpi_aggregation.insights import Insights
from kpi_aggregation.publisher import data
from kpi_aggregation.reader import Reader
from kpi_aggregation.report import Report, WindowReport
from kpi_aggregation.usage import Usage
from kpi_aggregation.windows import (
    AT_ONCE,
    Record,
    batches,
    first_start,
    is_due,
    is_settled,
    oldest_start,
    windows,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef


type _Known = dict[Window, Lease[Record]]


@dataclass(slots=True)
class Aggregation:
    """The work on one cadence. ``seconds_left`` is the time that the run may still take."""

    claims: Claims
    reader: Reader
    insights: Insights
    client: CloudWatchClient
    usage: Usage
    now: datetime
    seconds_left: Callable[[], float]

    def run(self) -> Report:
        """Look at every window that is due, the present first."""
        cadence, now = self.claims.cadence, self.now
        start = self.claims.watermark()
        if start is None:  # written down first: a run that dies must not leave a gap behind it
            start = first_start(cadence, now)
            self.claims.advance(start, now)
        start = max(start, oldest_start(cadence, now))
        candidates = list(windows(cadence, start, now))
        known = self.claims.load(candidates)
        free = (window for window in candidates if not known[window].is_held(now))
        due = [window for window in free if is_due(cadence, window, known[window].value, now)]
        report = Report(cadence, costs_from=self.reader.costs_from)
        for batch in batches(cadence, due):
            self._work(batch, known, report, late_from=now)
        report.left = len(due) - len(report.done) - report.busy
        report.done.sort(key=lambda done: done.window.start)
        self._advance(candidates, known)
        return report

    def recompute(self, start: datetime, end: datetime) -> Report:
        """Compute a span's closed windows again, whatever was recorded; newest batch first."""
        cadence = self.claims.cadence
        wanted = list(windows(cadence, start, min(end, self.now)))
        # who asks by hand may ask Logs Insights again
        known = {
            window: replace(lease, value=replace(lease.value, asked=0)) if lease.value else lease
            for window, lease in self.claims.load(wanted).items()
        }
        report = Report(cadence, costs_from=self.reader.costs_from)
        size = AT_ONCE[cadence]
        for first in range(len(wanted), 0, -size):
            if report.done and self.seconds_left() < 0:
                break
            part = wanted[max(first - size, 0) : first]
            self._work(part, known, report, late_from=None)
        report.left = len(wanted) - len(report.done) - report.busy
        report.done.sort(key=lambda done: done.window.start)
        return report

    def _work(
        self, batch: Sequence[Window], known: _Known, report: Report,
        *, late_from: datetime | None,
    ) -> None:  # fmt: skip
        """Do one batch: what was claimed is read in one span and published in one go."""
        claimed = list(self._claim(batch, known))
        report.busy += len(batch) - len(claimed)
        if not claimed:
            return
        span = Window(claimed[0].start, claimed[-1].end)
        kpis, length = of_cadence(self.claims.cadence), self.claims.cadence.length
        readings = self.reader.read(kpis, self._more(kpis), span, length)
        done: list[tuple[WindowReport, Record]] = []
        for window in claimed:
            record = known[window].value or Record()
            own = of_one_source(readings, record, self.reader.costs_from)
            own, record = self._with_logs(kpis, own, window, record, known)
            outcomes = evaluate(kpis, own, window, late_from)
            decided = changes(outcomes, record.published)
            done.append((WindowReport(window, outcomes, decided), record))
        self.usage.put_calls += metrics.put(
            self.client, Own.KPI.full, _data(one for one, _ in done)
        )
        for one, record in done:
            lease = known[one.window]
            after = self._after(one, record)
            self.claims.finish(lease, after, self.now)
            known[one.window] = replace(lease, until=None, value=after)
            report.done.append(one)

    def _claim(self, batch: Sequence[Window], known: _Known) -> Iterator[Window]:
        for window in batch:
            mine = self.claims.claim(known[window], self.now)
            if mine:
                known[window] = mine
                yield window

    def _more(self, kpis: Sequence[Kpi]) -> tuple[Measure, ...]:
        return (LOG_BYTES,) if self.insights.log_group and _counts_users(kpis) else ()

    def _with_logs(
        self, kpis: Sequence[Kpi], readings: Readings, window: Window, record: Record,
        known: _Known,
    ) -> tuple[Readings, Record]:  # fmt: skip
        """Count a window's users, once: later log lines are not worth another scan."""
        of_logs = [kpi for kpi in kpis if any(m.source is Source.LOGS for m in kpi.inputs)]
        if not of_logs:
            return readings, record
        if all(kpi.metric in record.published for kpi in of_logs):
            return self.insights.remembered(readings, window, record), record

        def note(record: Record) -> Record:
            known[window] = self.claims.note(known[window], record, self.now)
            return record

        return self.insights.add(readings, window, record, note)

    def _after(self, one: WindowReport, record: Record) -> Record:
        return replace(
            record,
            looked_at=self.now,
            published={**record.published, **one.changes.put},
            incomplete=is_incomplete(one.outcomes.values()),
            costs_from=self.reader.costs_from if _has_costs(one) else record.costs_from,
        )

    def _advance(self, candidates: Sequence[Window], known: _Known) -> None:
        for window in candidates:
            if not is_settled(self.claims.cadence, window, known[window].value):
                self.claims.advance(window.start, self.now)
                return


def _counts_users(kpis: Sequence[Kpi]) -> bool:
    return any(measure.source is Source.LOGS for kpi in kpis for measure in kpi.inputs)


def _has_costs(one: WindowReport) -> bool:
    return any(
        isinstance(outcome, Value) and any(m.source is Source.BILLING for m in kpi.inputs)
        for kpi, outcome in one.outcomes.items()
    )


def _data(done: Iterator[WindowReport]) -> Iterator[MetricDatumTypeDef]:
    for one in done:
        yield from data(one.changes.put, one.window.start)
