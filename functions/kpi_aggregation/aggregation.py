"""One run: claim windows, read, compute, publish, write down what was published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.kpi.readings import Measure, Readings, Source, Value, Window
from avatarwatch.kpi_inputs import LOG_BYTES
from avatarwatch.kpis import Kpi
from avatarwatch.observability import logger
from kpi_aggregation.claims import Claims
from kpi_aggregation.compute import changes, evaluate, is_incomplete, of_one_source, without
from kpi_aggregation.insights import Insights
from kpi_aggregation.publisher import Publisher
from kpi_aggregation.reader import Reader
from kpi_aggregation.report import Report, WindowReport
from kpi_aggregation.usage import Usage
from kpi_aggregation.windows import (
    AT_ONCE,
    Record,
    batches,
    first_start,
    is_doubted,
    is_due,
    is_held,
    is_settled,
    oldest_start,
    windows,
)


@dataclass(slots=True)
class Aggregation:
    """The work on one cadence's ``kpis``. ``seconds_left`` is what the run may still take.

    ``more`` is what others want to know of the time before the newest windows, and how far back;
    ``latest`` has it after a run that had windows to look at.
    """

    claims: Claims
    reader: Reader
    insights: Insights
    publisher: Publisher
    kpis: Sequence[Kpi]
    now: datetime
    seconds_left: Callable[[], float]
    more: Mapping[Measure, timedelta] = field(default_factory=dict)
    latest: tuple[Readings, Window] | None = None
    _doubted: set[Window] = field(default_factory=set, init=False)

    def run(self) -> Report:
        """Look at every window that is due, the present first."""
        cadence, now = self.claims.cadence, self.now
        if not self.kpis:
            return Report(cadence)
        start = self.claims.watermark()
        if start is None:  # written down first: a run that dies must not leave a gap behind it
            start = first_start(cadence, now)
            self.claims.advance(start, now)
        start = max(start, oldest_start(cadence, now))
        candidates = list(windows(cadence, start, now))
        records = self.claims.load(candidates)
        due = [w for w in candidates if is_due(cadence, w, records.get(w), now)]
        report = Report(cadence, costs_from=self.reader.costs_from)
        for batch in batches(cadence, due):
            self._work(batch, records, report, late_from=now)
        report.left = len(due) - len(report.done) - report.busy
        report.done.sort(key=lambda done: done.window.start)
        self._advance(candidates, records)
        return report

    def recompute(self, start: datetime, end: datetime) -> Report:
        """Compute a span's closed windows again, whatever was recorded; newest batch first."""
        cadence = self.claims.cadence
        wanted = list(windows(cadence, start, min(end, self.now)))
        # who asks by hand may ask Logs Insights again
        records = {w: replace(r, asked=0) for w, r in self.claims.load(wanted).items()}
        report = Report(cadence, costs_from=self.reader.costs_from)
        size = AT_ONCE[cadence]
        for first in range(len(wanted), 0, -size):
            if report.done and self.seconds_left() < 0:
                break
            part = wanted[max(first - size, 0) : first]
            self._work(part, records, report, late_from=None)
        report.left = len(wanted) - len(report.done) - report.busy
        report.done.sort(key=lambda done: done.window.start)
        return report

    def _work(
        self, batch: Sequence[Window], records: dict[Window, Record], report: Report,
        *, late_from: datetime | None,
    ) -> None:  # fmt: skip
        """Do one batch: what was claimed is read in one span and published in one go."""
        claimed = self._checked(list(self._claim(batch, records)), records)
        report.busy += len(batch) - len(claimed)
        if not claimed:
            return
        span = Window(claimed[0].start, claimed[-1].end)
        kpis, length = self.kpis, self.claims.cadence.length
        readings = self.reader.read(kpis, self._more(kpis), span, length)
        if self.latest is None:
            self.latest = readings, claimed[-1]
        done: dict[Window, tuple[WindowReport, Record]] = {}
        for window in claimed:
            record = records[window]
            own = of_one_source(readings, record, self.reader.costs_from)
            own, record = self._with_logs(kpis, own, window, record)
            outcomes = evaluate(kpis, own, window, late_from)
            decided = changes(outcomes, record.published)
            done[window] = WindowReport(window, outcomes, decided), record
        refused = self.publisher.put({window: one.changes.put for window, (one, _) in done.items()})
        for window, (one, record) in done.items():
            one.changes = without(one.changes, refused, record.published)
            records[window] = self._finished(one, record)
            report.done.append(one)

    def _checked(self, claimed: list[Window], records: dict[Window, Record]) -> list[Window]:
        """Ask CloudWatch what is there where a run died; what it does not say is left for later."""
        doubted = [window for window in claimed if window in self._doubted]
        if not doubted:
            return claimed
        try:
            there = self.publisher.there(doubted, [kpi.metric for kpi in self.kpis])
        except (ClientError, BotoCoreError) as error:
            logger().warning("what was put is not known", extra={"error": str(error)})
            return [window for window in claimed if window not in self._doubted]
        for window in doubted:
            known = dict(records[window].published)
            for name, put in there.get(window, {}).items():
                if name not in known or put.count > known[name].count:
                    known[name] = put
            records[window] = replace(records[window], published=known)
        return claimed

    def _claim(self, batch: Sequence[Window], records: dict[Window, Record]) -> Iterator[Window]:
        for window in batch:
            record = records.get(window)
            if is_held(self.claims.cadence, window, record, self.now):
                continue
            mine = self.claims.claim(window, record, self.now)
            if mine:
                if is_doubted(record):
                    self._doubted.add(window)
                records[window] = mine
                yield window

    def _more(self, kpis: Sequence[Kpi]) -> Mapping[Measure, timedelta]:
        bounded = self.insights.log_group and _counts_users(kpis)
        return {**self.more, LOG_BYTES: timedelta()} if bounded else self.more

    def _with_logs(
        self, kpis: Sequence[Kpi], readings: Readings, window: Window, record: Record
    ) -> tuple[Readings, Record]:
        """Count a window's users, once: later log lines are not worth another scan."""
        of_logs = [kpi for kpi in kpis if any(m.source is Source.LOGS for m in kpi.inputs)]
        if not of_logs:
            return readings, record
        if all(kpi.metric in record.published for kpi in of_logs):
            return self.insights.remembered(readings, window, record), record
        note = partial(self.claims.note, window, now=self.now)
        return self.insights.add(readings, window, record, note)

    def _finished(self, one: WindowReport, record: Record) -> Record:
        after = replace(
            record,
            looked_at=self.now,
            published=one.changes.after,
            incomplete=is_incomplete(one.outcomes.values()),
            costs_from=self.reader.costs_from if _has_costs(one) else record.costs_from,
        )
        self.claims.finish(one.window, after, self.now)
        return replace(after, claimed_until=None)

    def _advance(self, candidates: Sequence[Window], records: Mapping[Window, Record]) -> None:
        for window in candidates:
            if not is_settled(self.claims.cadence, window, records.get(window)):
                self.claims.advance(window.start, self.now)
                return


def _counts_users(kpis: Sequence[Kpi]) -> bool:
    return any(measure.source is Source.LOGS for kpi in kpis for measure in kpi.inputs)


def _has_costs(one: WindowReport) -> bool:
    return any(
        isinstance(outcome, Value) and any(m.source is Source.BILLING for m in kpi.inputs)
        for kpi, outcome in one.outcomes.items()
    )
