"""One shard's step: its services after one more round, and the alerts that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from avatarwatch.alerts import AlertMessage
from health_polling.announce import alerts, over_by_now, told_alone
from health_polling.endpoint import Endpoint
from health_polling.exchange import Exchange
from health_polling.judge import unreadable
from health_polling.store import Shard
from health_polling.track import Status
from health_polling.verdict import Judgement
from health_polling.watch import Change, Service, advance, look_at_certificate, removed


@dataclass(frozen=True, slots=True)
class Round:
    """What is the same for every service of a round.

    ``is_held``: all endpoints went down together, which is told of once for all. ``is_released``:
    some answer again, so that whoever stays down is told of by itself. ``counts`` is False in
    maintenance that availability leaves out.
    """

    now: datetime
    page: str | None = None
    certificate_days: float = 14
    is_held: bool = False
    is_released: bool = False
    counts: bool = True


@dataclass(slots=True)
class Step:
    """One shard's step; decided anew when somebody else wrote in between."""

    endpoints: Mapping[str, Endpoint]
    judged: Mapping[str, Judgement]
    round: Round
    only: str | None = None  # of the endpoints, when they are stepped one by one
    changes: list[Change] = field(default_factory=list)

    def decide(self, shard: Shard) -> Shard:
        """Return the shard after this round."""
        self.changes = []
        services: dict[str, Service] = {}
        outbox = list(shard.outbox)
        for name, service in shard.services.items():
            if name not in self.endpoints:
                outbox += self._removed(name, service)
        for name, endpoint in self.endpoints.items():
            before = shard.services.get(name)
            before = before or Service(endpoint.target.shown, lost=shard.is_lost)
            if self.only not in {None, name}:
                services[name] = before
                continue
            services[name], told, changes = self._moved(endpoint, before)
            outbox += told
            self.changes += changes
        return Shard(services, tuple(outbox))

    def _removed(self, name: str, service: Service) -> list[AlertMessage]:
        gone = removed(name, service, self.round.now)
        self.changes += gone
        ended = Service(service.address)
        told = alerts(name, service, ended, gone, self.round.page, self.round.now)
        return [m for m in told if not (service.held and m.alert == "EndpointDown")]

    def _moved(
        self, endpoint: Endpoint, before: Service
    ) -> tuple[Service, list[AlertMessage], list[Change]]:
        """Step one endpoint: should its answer break it, as unreadable; should its past, anew."""
        judgement = self.judged[endpoint.name]
        try:
            return self._advanced(endpoint, before, judgement)
        except Exception as error:  # noqa: BLE001 - one endpoint must not stop its neighbours
            strange = unreadable(error, Exchange())
        try:
            return self._advanced(endpoint, before, strange)
        except Exception:  # noqa: BLE001 - as above
            return self._advanced(endpoint, before.anew(), judgement)

    def _advanced(
        self, endpoint: Endpoint, before: Service, judgement: Judgement
    ) -> tuple[Service, list[AlertMessage], list[Change]]:
        now, page, name = self.round.now, self.round.page, endpoint.name
        after, changes = advance(endpoint, before, judgement, now, counts=self.round.counts)
        after = look_at_certificate(after, self.round.certificate_days)
        told = alerts(name, before, after, changes, page, now)
        is_down = after.answering.status is Status.DOWN
        newly = is_down and before.answering.status is not Status.DOWN
        if before.held or (newly and self.round.is_held):
            told = [message for message in told if message.alert != "EndpointDown"]
            if is_down and self.round.is_released:
                told.append(told_alone(name, after, page, now))
            after = replace(after, held=is_down and not self.round.is_released)
        if before.lost and not after.lost:
            told += over_by_now(name, after, page, now)
        return after, told, changes
