"""Endpoints that were down, polled once more: HealthPolling's own code over the page's history.

The status page keeps when a part of an endpoint was down (history.json beside it), not each poll.
So each poll of such a time fails and every other one passes; what HealthPolling tells of them, by
M of N polls, one by one or all together, is what it would have told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from avatarwatch.alerts import AlertMessage
from avatarwatch.state_table.memory import MemoryDocumentStore
from health_polling.documents import EndpointList, Problem, entries_of, read_endpoints, secret_names
from health_polling.endpoint import Endpoint
from health_polling.exchange import Exchange, Fault, FaultKind
from health_polling.history import Incident
from health_polling.polling import Effects, Polling
from health_polling.rounds import Outcome
from health_polling.settings import FunctionSettings
from health_polling.store import HealthStore
from health_polling.together import GRACE
from health_polling.verdict import ComponentReading, Judgement, Verdict
from health_polling.watch import Day
from local.rehearsal.deployed import TOLD_BY_POLLS, Stack
from local.rehearsal.recording import RecordingError

MINUTE = timedelta(minutes=1)


class History(msgspec.Struct):
    """What history.json holds: days by endpoint, and the incidents in them."""

    system: str
    days: dict[str, dict[date, Day]]
    incidents: list[Incident]

    @classmethod
    def load(cls, path: Path) -> History:
        """Read the status page's history.json; RecordingError where it is none."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError) as error:
            raise RecordingError(f"{path} is no history of a status page: {error}") from None

    @property
    def names(self) -> list[str]:
        """The endpoints that it knows."""
        return sorted({*self.days, *(incident.service for incident in self.incidents)})


def endpoints(history: History, addresses: str, document: Path | None) -> EndpointList:
    """Return how the history's endpoints are judged.

    By their entries in ``document`` (as HealthEndpointsParameter has them) where they are in it,
    else by the usual thresholds.

    Raises
    ------
    RecordingError
        The document has mistakes.
    """
    entries, problems = list[Any](), list[Problem]()
    if document:
        try:
            entries, problems = entries_of(document.read_text(encoding="utf-8"), str(document))
        except (OSError, UnicodeDecodeError) as error:
            raise RecordingError(f"{document} cannot be read: {error}") from None
    secrets = dict.fromkeys(secret_names(entries), "-")
    listed = read_endpoints(addresses, entries, secrets)
    if problems := [*problems, *listed.problems]:
        raise RecordingError("; ".join(f"{each.where}: {each.text}" for each in problems))
    known = {endpoint.name: endpoint for endpoint in listed.endpoints}
    [usual] = read_endpoints("https://endpoint.invalid", (), {}).endpoints
    return EndpointList(
        tuple(known.get(name) or replace(usual, name=name) for name in history.names), ()
    )


@dataclass(frozen=True, slots=True)
class Polls:
    """The polls of a history; ``told`` is what HealthPolling publishes of them."""

    history: History
    listed: EndpointList
    settings: FunctionSettings
    told: list[AlertMessage] = field(default_factory=list)
    store: HealthStore = field(default_factory=lambda: HealthStore(MemoryDocumentStore()))

    def run(self, start: datetime, end: datetime) -> list[AlertMessage]:
        """Poll each minute of [start, end) in which a poll could tell anything."""
        for minute in self._minutes(start, end):
            Polling(
                self.store, self._effects(minute), minute, page_url=self.settings.status_page_url
            ).run(self.listed)
        return self.told

    def _effects(self, now: datetime) -> Effects:
        return Effects(
            ask=lambda listed, _: [self._outcome(endpoint, now) for endpoint in listed],
            is_our_fault=lambda _: False, is_left_out=lambda: False, reference=lambda: None,
            publish=self.told.append, put=lambda _: None, write_page=lambda *_: None,
            log=lambda _: None,
        )  # fmt: skip

    def _minutes(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Yield the minutes of each incident, with enough before and after to be sure of it."""
        limits = [endpoint.thresholds for endpoint in self.listed.endpoints]
        before = MINUTE * max((limit.window for limit in limits), default=0)
        after = MINUTE * max((limit.recoveries for limit in limits), default=0) + GRACE + MINUTE
        wanted: set[datetime] = set()
        for incident in self.history.incidents:
            at = max(start, _minute(incident.since) - before)
            until = min(end, _minute(incident.until) + after if incident.until else end)
            while at < until:
                wanted.add(at)
                at += MINUTE
        yield from sorted(wanted)

    def _outcome(self, endpoint: Endpoint, now: datetime) -> Outcome:
        """Return what a poll came to; whether an answer came is told by no history, so none did."""
        named = [each for each in self.history.incidents if each.service == endpoint.name]
        down = {
            each.component: each.reason
            for each in named
            if _minute(each.since) <= now and (each.until is None or now < _minute(each.until))
        }
        if "" in down:
            fault = Fault(FaultKind.CONNECT, down[""])
            failed = Judgement(Verdict.FAIL, Verdict.FAIL, down[""])
            return Outcome(endpoint, Exchange(fault=fault), failed)
        names = sorted({each.component for each in named if each.component})
        parts = tuple(_part(name, down) for name in names)
        reason = "; ".join(f"{name}: {why}" for name, why in down.items())
        verdict = Verdict.FAIL if down else Verdict.PASS
        return Outcome(endpoint, Exchange(), Judgement(verdict, Verdict.PASS, reason, parts))


def _part(name: str, down: dict[str, str]) -> ComponentReading:
    verdict = Verdict.FAIL if name in down else Verdict.PASS
    return ComponentReading(name, verdict, down.get(name, ""))


def _minute(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def polled(
    stack: Stack, region: str, history: History, document: Path | None, span: Sequence[datetime]
) -> tuple[Stack, list[AlertMessage]]:
    """Return the stack with its endpoints rehearsed, and what is told of them in a span of time."""
    with stack.environment("HealthPollingFunction", region):
        settings = FunctionSettings.from_env()
    listed = endpoints(history, settings.endpoints, document)
    left_out = {name: why for name, why in stack.left_out.items() if name not in TOLD_BY_POLLS}
    return replace(stack, left_out=left_out), Polls(history, listed, settings).run(*span)
