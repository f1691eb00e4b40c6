"""One run: claim windows, read, compute, publish, write down what was published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.kpi.readings import Measure, Outcome, Readings, Source, Value, Window
from avatarwatch.kpi_inputs import LOG_BYTES
from avatarwatch.kpis import Kpi
from avatarwatch.observability import logger
from avatarwatch.state_table.documents import ConflictError
from avatarwatch.state_table.lease import Lease
from kpi_aggregation.claims import Claims
from kpi_aggregation.compute import (
    changes,
    evaluate,
    is_incomplete,
    of_one_source,
    sources,
    without,
)
from kpi_aggregation.insights import Insights
from kpi_aggregation.publisher import Publisher
from kpi_aggregation.reader import Reader
from kpi_aggregation.report import Report, WindowReport
from kpi_aggregation.sets import greatest
from kpi_aggregation.windows import (
    AT_ONCE,
    Record,
    batches,
    first_start,
    is_due,
    is_held,
    is_settled,
    oldest_start,
    windows,
)

type _Known = dict[Window, Lease[Record]]


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
        start = self.claims.watermark()
        if start is None:  # written down first: a run that dies must not leave a gap behind it
            start = first_start(cadence, now)
            self.claims.advance(start, now)
        start = max(start, oldest_start(cadence, now))
        candidates = list(windows(cadence, start, now))
        known = self.claims.load(candidates)
        free = (window for window in candidates if not self._is_held(window, known))
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
        claimed = self._checked(list(self._claim(batch, known)), known)
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
            record = known[window].value or Record()
            own = of_one_source(readings, record, self.reader.costs_from)
            own, record = self._with_logs(kpis, own, window, record, known)
            outcomes = evaluate(kpis, own, window, late_from, record.sources)
            kept = self._with_sources(record, outcomes, window, known)
            if kept is None:
                report.busy += 1
                continue
            record = kept
            decided = changes(outcomes, record.published)
            done[window] = WindowReport(window, outcomes, decided), record
        refused = self.publisher.put({window: one.changes.put for window, (one, _) in done.items()})
        for window, (one, record) in done.items():
            one.changes = without(one.changes, refused, record.published)
            after = self._after(one, record)
            self.claims.finish(known[window], after, self.now)
            known[window] = replace(known[window], until=None, value=after)
            report.done.append(one)

    def _is_held(self, window: Window, known: _Known) -> bool:
        return is_held(self.claims.cadence, window, known[window].until, self.now)

    def _claim(self, batch: Sequence[Window], known: _Known) -> Iterator[Window]:
        for window in batch:
            before = known[window]
            if self._is_held(window, known) or not (mine := self.claims.claim(before, self.now)):
                continue
            if before.until is not None:  # never given back: its run died, or is given up for dead
                self._doubted.add(window)
            known[window] = mine
            yield window

    def _checked(self, claimed: list[Window], known: _Known) -> list[Window]:
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
            record = known[window].value or Record()
            seen = greatest(record.published, there.get(window, {}))
            known[window] = replace(known[window], value=replace(record, published=seen))
        return claimed

    def _more(self, kpis: Sequence[Kpi]) -> Mapping[Measure, timedelta]:
        return {**self.more, LOG_BYTES: timedelta()} if _counts_users(kpis) else self.more

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

    def _with_sources(
        self, record: Record, outcomes: Mapping[Kpi, Outcome], window: Window, known: _Known
    ) -> Record | None:
        """Write down what a window is about to be published from; None when another run has it.

        Before it is put: whoever comes after a run that died must not take the other source.
        """
        kept = sources(outcomes, record.sources)
        if kept == record.sources:
            return record
        after = replace(record, sources=kept)
        try:
            known[window] = self.claims.note(known[window], after, self.now)
        except ConflictError:
            return None
        return after

    def _after(self, one: WindowReport, record: Record) -> Record:
        return replace(
            record,
            looked_at=self.now,
            published=one.changes.after,
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
