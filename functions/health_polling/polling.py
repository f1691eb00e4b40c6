"""One minute's work: ask, judge, keep, tell, publish, show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from avatarwatch.alerts import AlertMessage
from health_polling.announce import alerts
from health_polling.documents import EndpointList
from health_polling.endpoint import Endpoint
from health_polling.figures import Datum, Polled, figures
from health_polling.history import History, finished_day
from health_polling.judge import judge
from health_polling.rounds import Judge, Outcome
from health_polling.store import HealthStore, Shard, by_shard
from health_polling.verdict import Judgement, Verdict
from health_polling.watch import Change, Day, Service, advance, look_at_certificate, removed

PAGE_EVERY = 5  # minutes


@dataclass(frozen=True, slots=True)
class Effects:
    """What the work does to the world beside its state."""

    ask: Callable[[Sequence[Endpoint], Judge], list[Outcome]]
    is_our_fault: Callable[[Sequence[Outcome]], bool]
    publish: Callable[[AlertMessage], None]
    put: Callable[[list[Datum]], None]
    write_page: Callable[[dict[str, Shard], EndpointList], None]
    log: Callable[[Polled], None]


@dataclass(slots=True)
class Report:
    """What a round did, fit to read after an invocation."""

    polled: list[Polled] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    our_fault: bool = False
    page_written: bool = False

    def as_json(self, listed: EndpointList) -> dict[str, Any]:
        """Return the answer of the function."""
        verdicts = [each.judgement.verdict for each in self.polled]
        return {
            "endpoints": len(verdicts),
            "verdicts": {v.value: verdicts.count(v) for v in Verdict if v in verdicts},
            "troubles": [
                {"endpoint": each.name, "verdict": each.judgement.verdict.value,
                 "reason": each.judgement.reason}
                for each in self.polled
                if each.judgement.verdict is not Verdict.PASS
            ][:50],
            "changes": [f"{c.service} {c.component}".strip() + (" down" if c.is_down else " up")
                        for c in self.changes],
            "told": self.told,
            "our_network_is_at_fault": self.our_fault,
            "page_written": self.page_written,
            "problems": [f"{p.where}: {p.text}" for p in listed.problems],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Polling:
    """The work of one invocation."""

    store: HealthStore
    effects: Effects
    now: datetime
    phase_metrics: bool = True
    page_url: str | None = None
    certificate_days: float = 14  # with less left it is told that a certificate ends

    def run(self, listed: EndpointList, *, page: bool = False) -> Report:
        """Poll everything once; ``page`` asks for the status page whatever the minute."""
        report = Report()
        outcomes = self.effects.ask(listed.endpoints, lambda e, x: judge(e, x, self.now))
        report.our_fault = self.effects.is_our_fault(outcomes)
        report.polled = [_polled(outcome, ours=report.our_fault) for outcome in outcomes]
        for polled in report.polled:
            self.effects.log(polled)
        try:
            shards = self._keep(listed.endpoints, report)
        finally:  # a table or a topic that fails must not blind the alarms and KPIs as well
            self.effects.put(figures(report.polled, self.now, phases=self.phase_metrics))
        if page or report.changes or self.now.minute % PAGE_EVERY == 0:
            self.effects.write_page(shards, listed)
            report.page_written = True
        return report

    def _keep(self, endpoints: Sequence[Endpoint], report: Report) -> dict[str, Shard]:
        shards = self.store.load()
        wanted = by_shard((endpoint.name, endpoint) for endpoint in endpoints)
        judged = {each.name: each.judgement for each in report.polled}
        for shard in sorted(shards.keys() | wanted.keys()):
            known = shards.get(shard, Shard())
            self._keep_days(shard, known)
            work = _Step(
                wanted.get(shard, {}), judged, self.now, self.page_url, self.certificate_days
            )
            after = self.store.change(shard, work.decide, self.now)
            if work.changes:
                report.changes += work.changes
                self.store.change_history(shard, work.record, self.now)
            shards[shard] = self._tell(shard, after, report)
        return shards

    def _keep_days(self, shard: str, known: Shard) -> None:
        """Move days that are over into the history, before the state forgets them."""
        over = [
            (name, *done)
            for name, service in known.services.items()
            if (done := finished_day(service, self.now.date()))
        ]
        if over:
            self.store.change_history(shard, lambda h: _with_days(h, over), self.now)

    def _tell(self, shard: str, after: Shard, report: Report) -> Shard:
        """Publish what the state says is to be told, then take it out of the state."""
        if not after.outbox:
            return after
        for message in after.outbox:
            self.effects.publish(message)
            report.told.append(f"{message.alert} {message.state}: {message.summary}")
        told = set(map(_identity, after.outbox))

        def taken_out(shard: Shard) -> Shard:
            return replace(shard, outbox=tuple(m for m in shard.outbox if _identity(m) not in told))

        return self.store.change(shard, taken_out, self.now)


@dataclass(slots=True)
class _Step:
    """One shard's step; decided anew when somebody else wrote in between."""

    endpoints: dict[str, Endpoint]
    judged: dict[str, Judgement]
    now: datetime
    page: str | None
    certificate_days: float
    changes: list[Change] = field(default_factory=list)

    def decide(self, shard: Shard) -> Shard:
        """Return the shard after this round."""
        self.changes = []
        services: dict[str, Service] = {}
        outbox = list(shard.outbox)
        for name, service in shard.services.items():
            if name not in self.endpoints:
                gone = removed(name, service, self.now)
                ended = Service(service.address)
                outbox += alerts(name, service, ended, gone, self.page, self.now)
                self.changes += gone
        for name, endpoint in self.endpoints.items():
            before = shard.services.get(name) or Service(endpoint.target.shown)
            after, changes = advance(endpoint, before, self.judged[name], self.now)
            after = look_at_certificate(after, self.certificate_days)
            outbox += alerts(name, before, after, changes, self.page, self.now)
            self.changes += changes
            services[name] = after
        return Shard(services, tuple(outbox))

    def record(self, history: History) -> History:
        """Return the history with this step's changes."""
        return history.with_changes(self.changes)


def _polled(outcome: Outcome, *, ours: bool) -> Polled:
    judgement, fault = outcome.judgement, outcome.exchange.fault
    if fault and (ours or fault.kind.is_ours):
        judgement = Judgement(Verdict.UNKNOWN, Verdict.UNKNOWN, fault.text)
    return Polled(outcome.endpoint.name, outcome.exchange, judgement)


def _with_days(history: History, over: Iterable[tuple[str, date, Day]]) -> History:
    for name, day, record in over:
        history = history.with_day(name, day, record)
    return history


def _identity(message: AlertMessage) -> tuple[str, str, datetime]:
    return message.key, message.state, message.time
