"""What the tests of health polling share: endpoints, exchanges, and a world that is noted down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from avatarwatch.alerts import AlertMessage
from avatarwatch.state_table.memory import MemoryDocumentStore
from health_polling.documents import EndpointList, Problem, read_endpoints
from health_polling.endpoint import Endpoint
from health_polling.exchange import Answer, Exchange, Fault, FaultKind, Phases
from health_polling.figures import Datum, Polled
from health_polling.polling import Effects, Polling
from health_polling.report import Report
from health_polling.rounds import Judge, Outcome, is_our_fault
from health_polling.store import HealthStore, Shard

NOON = datetime(2026, 11, 23, 12, 1, tzinfo=UTC)
URL = "https://api.example.com/health"


def endpoint(**entry: Any) -> Endpoint:
    """Return an endpoint from an entry of the list; its mistakes fail the test."""
    found = read_endpoints("", [{"url": URL, "name": "api", **entry}], {})
    assert not found.problems, found.problems
    return found.endpoints[0]


def answered(
    document: Any = None,
    *,
    status: int = 200,
    ms: float = 50.0,
    body: bytes | None = None,
    location: str = "",
    is_cut: bool = False,
    ends: datetime | None = None,
    content_type: str = "application/json",
    headers: tuple[tuple[str, str], ...] = (),
) -> Exchange:
    """Return an exchange with an answer: a JSON document, or a body as it is."""
    raw = json.dumps(document).encode() if body is None else body
    answer = Answer(status, content_type, location, raw, is_cut, ends, headers)
    return Exchange(Phases(1.0, 2.0, 3.0, ms - 7.0, 1.0), answer)


def failed(kind: FaultKind = FaultKind.CONNECT, text: str = "connection refused") -> Exchange:
    """Return an exchange without an answer."""
    return Exchange(Phases(resolve=1.0), fault=Fault(kind, text))


def guide(**components: str) -> dict[str, Any]:
    """Return the guide's document; components are well unless given."""
    names = ("database", "redis", "s3", "avatarService", "workers")
    return {name: {"status": components.get(name, "healthy")} for name in names}


@dataclass(slots=True)
class World:
    """Polls that are given, everything that they led to, and a clock that goes on by minutes."""

    exchanges: dict[str, Exchange] = field(default_factory=dict)
    is_network_well: bool = True
    reference: bool | None = None
    is_left_out: bool = False
    problems: tuple[Problem, ...] = ()
    documents: MemoryDocumentStore = field(default_factory=MemoryDocumentStore)
    now: datetime = NOON
    told: list[AlertMessage] = field(default_factory=list)
    data: list[list[Datum]] = field(default_factory=list)
    pages: list[dict[str, Shard]] = field(default_factory=list)
    lines: list[Polled] = field(default_factory=list)
    publish_error: Exception | None = None
    certificate_days: float = 14

    def minute(self, *endpoints: Endpoint, page: bool = False) -> Report:
        """Play one minute."""
        work = Polling(
            HealthStore(self.documents), self._effects(), self.now,
            certificate_days=self.certificate_days,
        )  # fmt: skip
        try:
            return work.run(EndpointList(endpoints, self.problems), page=page)
        finally:
            self.now += timedelta(minutes=1)

    def store(self) -> HealthStore:
        """Return a store over what was kept."""
        return HealthStore(self.documents)

    def _effects(self) -> Effects:
        return Effects(
            ask=self._ask,
            is_left_out=lambda: self.is_left_out,
            reference=lambda: self.reference,
            is_our_fault=lambda outcomes: is_our_fault(outcomes, lambda: self.is_network_well),
            publish=self._publish,
            put=self.data.append,
            write_page=lambda shards, _: self.pages.append(shards),
            log=self.lines.append,
        )

    def _ask(self, endpoints: Sequence[Endpoint], judge: Judge) -> list[Outcome]:
        asked = [(each, self.exchanges[each.name]) for each in endpoints]
        return [Outcome(each, exchange, judge(each, exchange)) for each, exchange in asked]

    def _publish(self, message: AlertMessage) -> None:
        if self.publish_error:
            raise self.publish_error
        self.told.append(message)
