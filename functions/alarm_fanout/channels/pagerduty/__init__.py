"""PagerDuty: one incident for each alert, resolved when the alert is over."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from alarm_fanout.channels.base import (
    Channel,
    Deferred,
    Delivered,
    Outcome,
    Parts,
    Receipt,
    Refused,
    Urgency,
)
from alarm_fanout.channels.pagerduty import message
from alarm_fanout.fields import Secret, Section, Url
from alarm_fanout.incident import NoticeKind
from alarm_fanout.words import System, words
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import ChannelKind

if TYPE_CHECKING:
    from pagerduty import EventsApiV2Client

    from alarm_fanout.deadline import Deadline
    from alarm_fanout.incident import Incident
    from alarm_fanout.notice import Notice

TIMEOUT_SECONDS = 5
RETRY_SECONDS = 30.0
_LONGEST = 200  # characters of PagerDuty's own words
# PagerDuty's page on the Events API: 429 and 5xx are retried, 400 never; these at once
_AT_ONCE = (429, 500, 502, 503, 504)


class RoutingKey(Secret):
    """The integration key of a PagerDuty Events API v2 integration (its documentation)."""

    __slots__ = ()
    length = 32


class PagerDutySettings(Section, frozen=True):
    """An Events API v2 integration."""

    routing_key: RoutingKey
    events_url: Url = "https://events.pagerduty.com"


def connect(settings: PagerDutySettings) -> EventsApiV2Client:
    """Return a client that gives up soon: the queue is the better place to wait in."""
    # late: only alerts that page need the package and its HTTP client
    from pagerduty import EventsApiV2Client  # noqa: PLC0415

    class Client(EventsApiV2Client):
        url = ""  # the package refuses an address by http, which an inbox on this machine has

    # as PagerDuty's pages give it, with the path that the package adds itself
    host = settings.events_url.rstrip("/").removesuffix("/v2/enqueue")
    client = Client(settings.routing_key.reveal(), base_url=host)
    client.retry = dict.fromkeys(_AT_ONCE, 1)
    client.sleep_timer = 0.5
    client.max_network_attempts = 1
    client.timeout = TIMEOUT_SECONDS
    return client


@dataclass(slots=True)
class PagerDutyChannel(Channel[PagerDutySettings]):
    """Events API v2; the dedup key is the incident's, so a repeated trigger opens nothing twice."""

    name = "pagerduty"
    kind = ChannelKind.PAGE
    urgency = Urgency.WAKES
    label = "PagerDuty"
    settings_model = PagerDutySettings

    settings: PagerDutySettings
    system: System
    connect: Callable[[PagerDutySettings], EventsApiV2Client] = connect

    @classmethod
    def make(cls, settings: PagerDutySettings, parts: Parts) -> Self:
        """Return the channel over an integration."""
        return cls(settings, parts.system)

    def shows_answers(self, incident: Incident) -> bool:
        """Whether it is told that somebody acknowledged: of its own it knows."""
        first = incident.acknowledged
        return first is not None and first.over != self.label

    def deliver(self, notices: Sequence[Notice], deadline: Deadline) -> Iterator[Outcome]:
        """Trigger or resolve for each notice; after the first failure for now, defer the rest."""
        blocked: Deferred | None = None
        with closing(self.connect(self.settings)) as client:
            for notice in notices:
                if blocked is None and deadline.left < TIMEOUT_SECONDS:
                    blocked = Deferred(1, "out of time", turn=True)
                receipt = blocked or self._send(client, notice)
                if isinstance(receipt, Deferred):
                    blocked = receipt
                yield [notice], receipt

    def _send(self, client: EventsApiV2Client, notice: Notice) -> Receipt:
        from pagerduty import Error  # noqa: PLC0415

        if notice.kind is NoticeKind.REMINDER:
            return Delivered()  # PagerDuty escalates and reminds by itself
        key = message.dedup_key(notice.incident)
        try:
            # an alarm that flaps and is OK now wakes nobody
            if notice.is_recovery or notice.alert.state is AlertState.OK:
                client.resolve(key)
            elif notice.kind is NoticeKind.ANSWERED:
                self._acknowledge(client, notice, key)
            else:
                event = message.trigger(notice, words(notice, self.system), self.system.name)
                client.send_event("trigger", dedup_key=key, **event)
                if notice.kind in {NoticeKind.OPENED, NoticeKind.SETTLED}:
                    self._acknowledge(client, notice, key)  # it may have been down meanwhile
        except Error as error:
            return _receipt(error)
        return Delivered()

    def _acknowledge(self, client: EventsApiV2Client, notice: Notice, key: str) -> None:
        """Say that somebody acknowledged it, unless PagerDuty itself said so."""
        if self.shows_answers(notice.incident):
            client.acknowledge(key)


def _receipt(error: Exception) -> Receipt:
    response = getattr(error, "response", None)
    if response is None:
        return Deferred(RETRY_SECONDS, "PagerDuty did not answer")
    reason = f"PagerDuty: HTTP {response.status_code}"
    if response.status_code in {408, 429} or response.status_code >= 500:
        return Deferred(RETRY_SECONDS, reason)
    return Refused(f"{reason} {_said(response.text)}".strip())


def _said(body: str) -> str:
    """Return what PagerDuty says is wrong: its ``errors``, nothing of a proxy's page."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return "" if body.lstrip().startswith("<") else body[:_LONGEST]
    match document:
        case {"errors": [str(), *_] as errors}:
            return "; ".join(each for each in errors if isinstance(each, str))[:_LONGEST]
        case {"message": str(message)}:
            return message[:_LONGEST]
        case _:
            return body[:_LONGEST]


CHANNEL = PagerDutyChannel
