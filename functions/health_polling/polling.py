"""One minute's work: ask, judge, keep, tell, publish, show. Whatever breaks one leaves the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from avatarwatch.alerts import AlertMessage
from health_polling.announce import state_lost
from health_polling.documents import EndpointList
from health_polling.endpoint import Endpoint
from health_polling.figures import Datum, Polled, figures
from health_polling.history import History, finished_day
from health_polling.judge import judge
from health_polling.report import Report
from health_polling.rounds import Judge, Outcome, are_unreachable_together
from health_polling.step import Round, Step
from health_polling.store import HealthStore, Shard, by_shard
from health_polling.together import RoundState, Seen, begun, ended, held, mistakes, released
from health_polling.track import Status
from health_polling.verdict import Judgement, Verdict
from health_polling.watch import Change, Day, Service, advance, remembered

PAGE_EVERY = 5  # minutes
# What an answer that we did not think of may raise; what AWS answers passes as it is.
_OUR_MISTAKES = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Effects:
    """What the work does to the world beside its state.

    ``is_left_out`` says whether availability leaves this minute out, as one of maintenance;
    ``reference`` whether the reference address is reached, None without one.
    """

    ask: Callable[[Sequence[Endpoint], Judge], list[Outcome]]
    is_our_fault: Callable[[Sequence[Outcome]], bool]
    is_left_out: Callable[[], bool]
    reference: Callable[[], bool | None]
    publish: Callable[[AlertMessage], None]
    put: Callable[[list[Datum]], None]
    write_page: Callable[[dict[str, Shard], EndpointList], None]
    log: Callable[[Polled], None]


@dataclass(frozen=True, slots=True)
class Polling:
    """The work of one invocation; ``metrics`` are the kinds that every endpoint has of its own."""

    store: HealthStore
    effects: Effects
    now: datetime
    metrics: frozenset[str] = frozenset()
    page_url: str | None = None
    certificate_days: float = 14  # with less left it is told that a certificate ends

    def run(self, listed: EndpointList, *, page: bool = False) -> Report:
        """Poll everything once; ``page`` asks for the status page whatever the minute.

        Everything that can be done is done; then the first thing that went wrong is raised.
        """
        report, shards, is_loaded = Report(), dict[str, Shard](), False
        outcomes = self.effects.ask(listed.endpoints, lambda e, x: judge(e, x, self.now))
        is_together = are_unreachable_together(outcomes)
        reached = self.effects.reference() if is_together else None
        report.our_fault = self.effects.is_our_fault(outcomes) or reached is False
        with _noted(report):
            shards, is_loaded = self.store.load(), True
        known = {name: s for shard in shards.values() for name, s in shard.services.items()}
        report.polled = [self._polled(o, known, report) for o in outcomes]
        for polled in report.polled:
            with _noted(report):
                self.effects.log(polled)
        if is_loaded:
            judged = {each.name: each.judgement for each in report.polled}
            falling = self._falling(listed.endpoints, known, judged) if is_together else []
            seen = Seen(
                len(outcomes), is_together, report.our_fault, reached, len(falling),
                _faults(outcomes), min(falling, default=None),
            )  # fmt: skip
            report.left_out = self._is_left_out(report)
            self._keep_all(listed, shards, judged, seen, report)
        is_first = is_loaded and all(s.day != self.now.date() for s in known.values())
        down = _down(shards) if report.is_whole else None
        with _noted(report):  # a table or a topic that fails must not blind the alarms and KPIs
            self.effects.put(
                figures(
                    report.polled, self.now, down=down, is_first=is_first,
                    counts=not report.left_out,
                )
            )  # fmt: skip
        if page or report.changes or self.now.minute % PAGE_EVERY == 0:
            with _noted(report):
                self.effects.write_page(shards, listed)
                report.page_written = True
        with _noted(report):
            self._mend(listed, report)
        if report.errors:
            raise report.errors[0]
        return report

    def _is_left_out(self, report: Report) -> bool:
        """Whether availability leaves this minute out; never without that being written down."""
        with _noted(report):
            if self.effects.is_left_out():
                self.store.leave_out(self.now)
                return True
        return False

    def _mend(self, listed: EndpointList, report: Report) -> None:
        """Tell of what could not be read, and write over it; its neighbours never noticed."""
        for document, why in self.store.mend(self.now).items():
            names = (endpoint.name for endpoint in listed.endpoints)
            concerned = sorted(name for name in names if self.store.is_of(document, name))
            with _noted(report):
                message = state_lost(document, why, concerned, self.now)
                self.effects.publish(message)
                report.told.append(f"{message.alert} {message.state}: {message.summary}")

    def _polled(self, outcome: Outcome, known: Mapping[str, Service], report: Report) -> Polled:
        endpoint, fault = outcome.endpoint, outcome.exchange.fault
        judgement, service = outcome.judgement, known.get(endpoint.name)
        if fault and (report.our_fault or fault.kind.is_ours):
            judgement = Judgement(Verdict.UNKNOWN, Verdict.UNKNOWN, fault.text)
        if service:
            judgement = remembered(service, judgement, self.now)
        return Polled(endpoint.name, outcome.exchange, judgement, self.metrics | endpoint.metrics)

    def _keep_all(
        self,
        listed: EndpointList,
        shards: dict[str, Shard],
        judged: Mapping[str, Judgement],
        seen: Seen,
        report: Report,
    ) -> None:
        """Step every shard, and what is kept of all together before and after it."""
        this = Round(
            self.now, self.page_url, self.certificate_days, counts=not report.left_out
        )  # fmt: skip
        with _noted(report):
            state = self.store.round()
            this = replace(this, is_held=held(state, seen))
            state = self._together(report, lambda s: begun(s, seen, self.now, self.page_url))
            this = replace(this, is_released=released(state, self.now))
        wanted = by_shard((endpoint.name, endpoint) for endpoint in listed.endpoints)
        for shard in sorted(shards.keys() | wanted.keys()):
            with _noted(report):
                self._keep_days(shards.get(shard, Shard()))
            with _noted(report):  # a history that cannot be kept blinds nobody
                after = self._keep(shard, Step(wanted.get(shard, {}), judged, this), report)
                shards[shard] = self._tell(shard, after, report)
        held_down = sum(s.held for each in shards.values() for s in each.services.values())
        with _noted(report):
            self._together(report, lambda s: ended(s, held_down, self.now, self.page_url))
            self._together(report, lambda s: mistakes(s, listed.problems, self.now))

    def _falling(
        self,
        endpoints: Sequence[Endpoint],
        known: Mapping[str, Service],
        judged: Mapping[str, Judgement],
    ) -> list[datetime]:
        """Return since when the endpoints fail that this round brings down."""
        found = []
        for endpoint in endpoints:
            before = known.get(endpoint.name) or Service(endpoint.target.shown)
            try:
                after, _ = advance(endpoint, before, judged[endpoint.name], self.now)
            except _OUR_MISTAKES:
                continue  # its step says so
            was, now = before.answering.status, after.answering.status
            if now is Status.DOWN and was is not Status.DOWN:
                found.append(after.answering.failing_since or self.now)
        return found

    def _together(
        self,
        report: Report,
        decide: Callable[[RoundState], tuple[RoundState, list[AlertMessage]]],
    ) -> RoundState:
        """Change what is kept of all together; it is told first: twice rather than never."""
        _, messages = decide(self.store.round())
        for message in messages:
            self.effects.publish(message)
            report.told.append(f"{message.alert} {message.state}: {message.summary}")
        return self.store.change_round(lambda known: decide(known)[0], self.now)

    def _keep(self, shard: str, work: Step, report: Report) -> Shard:
        try:
            after = self.store.change(shard, work.decide, self.now)
        except _OUR_MISTAKES as error:
            report.errors.append(error)
            return self._one_by_one(shard, work, report)
        if work.changes:
            report.changes += work.changes
            self._record(work.changes)
        return after

    def _one_by_one(self, shard: str, work: Step, report: Report) -> Shard:
        """Step each endpoint by itself, so that the one that cannot be kept stops no other."""
        after = Shard()
        for name in work.endpoints:
            alone = replace(work, only=name, changes=[])
            with _noted(report):
                after = self.store.change(shard, alone.decide, self.now)
                report.changes += alone.changes
                self._record(alone.changes)
        return after

    def _record(self, changes: Sequence[Change]) -> None:
        named = [(change.service, change) for change in changes]
        self.store.change_history(named, History.with_changes, self.now)

    def _keep_days(self, known: Shard) -> None:
        """Move days that are over into the history, before the state forgets them."""
        over = [
            (name, (name, *done))
            for name, service in known.services.items()
            if (done := finished_day(service, self.now.date()))
        ]
        self.store.change_history(over, _with_days, self.now)

    def _tell(self, shard: str, after: Shard, report: Report) -> Shard:
        """Publish what the state says is to be told, then take it out of the state."""
        told = set()
        for message in after.outbox:
            with _noted(report):
                self.effects.publish(message)
                report.told.append(f"{message.alert} {message.state}: {message.summary}")
                told.add(_identity(message))

        def taken_out(shard: Shard) -> Shard:
            return replace(shard, outbox=tuple(m for m in shard.outbox if _identity(m) not in told))

        return self.store.change(shard, taken_out, self.now) if told else after


@contextmanager
def _noted(report: Report) -> Iterator[None]:
    """Note what goes wrong and go on: it is raised when the round is over."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - see above
        report.errors.append(error)


def _down(shards: Mapping[str, Shard]) -> int:
    """Count the endpoints that are down, or of which a component is: what people are told of."""
    services = (s for shard in shards.values() for s in shard.services.values())
    return sum(service.status is Status.DOWN for service in services)


def _faults(outcomes: Iterable[Outcome]) -> str:
    return "; ".join(dict.fromkeys(o.exchange.fault.text for o in outcomes if o.exchange.fault))


def _with_days(history: History, over: Iterable[tuple[str, date, Day]]) -> History:
    for name, day, record in over:
        history = history.with_day(name, day, record)
    return history


def _identity(message: AlertMessage) -> tuple[str, str, datetime]:
    return message.key, message.state, message.time
