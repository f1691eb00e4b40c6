"""AlarmFanout's own channels over transports that write down instead of sending."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from alarm_fanout.channels.base import Channel, Delivered, Parts, Receipt
from alarm_fanout.channels.email import EmailChannel
from alarm_fanout.channels.http import Answer
from alarm_fanout.channels.pagerduty import PagerDutyChannel, PagerDutySettings, RoutingKey
from alarm_fanout.channels.slack import SlackChannel, SlackSettings
from alarm_fanout.channels.slack.transport import Transport
from alarm_fanout.channels.sms import SmsChannel
from alarm_fanout.channels.teams import TeamsChannel
from alarm_fanout.incident import MessageRef
from avatarwatch.catalogue import Severity

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from pagerduty import EventsApiV2Client

    from alarm_fanout.channels.slack.message import SlackMessage
    from alarm_fanout.deadline import Deadline
    from alarm_fanout.fields import Section


class Notes(Protocol):
    """Where messages are written down."""

    def note(self, channel: str, text: str, *, wakes: bool = False) -> None:
        """Write a message down."""

    @property
    def instant(self) -> float:
        """Seconds since 1970."""


type Make = Callable[[Any, Notes, Parts], Channel[Any]]


def channels(
    sections: Mapping[str, Section] | None, notes: Notes, parts: Parts
) -> dict[str, Channel[Any]]:
    """Return the channels of a settings document; Slack's bot and PagerDuty where there is none.

    E-mail and SMS are always there: that somebody has confirmed is taken for granted.
    """
    chosen = _USUAL if sections is None else {**_OF_TEMPLATE, **sections}
    made = [MAKE[name](settings, notes, parts) for name, settings in chosen.items()]
    return {each.name: each for each in sorted(made, key=lambda channel: channel.urgency)}


def _pagerduty(settings: Any, notes: Notes, parts: Parts) -> Channel[Any]:
    given = settings or PagerDutySettings(routing_key=RoutingKey("0" * 32))
    pages = cast("EventsApiV2Client", _Pages(notes))
    return PagerDutyChannel(given, parts.system, lambda _: pages)


def _slack(settings: SlackSettings | None, notes: Notes, parts: Parts) -> Channel[Any]:
    if settings is None:
        return SlackChannel(_Bot(notes), {each: f"#{each}" for each in Severity}, parts)
    transport = _Bot(notes) if settings.bot_token else _Webhook(notes)
    return SlackChannel(transport, settings.destinations, parts)


def _teams(_: Any, notes: Notes, parts: Parts) -> Channel[Any]:
    def send(url: str, card: Any, *_: Any) -> Answer:
        del url
        notes.note("teams", _first_line(card))
        return Answer(202, "")

    return TeamsChannel("", parts.system, send)


def _sms(_: Any, notes: Notes, parts: Parts) -> Channel[Any]:
    topic = parts.function.sms_topic_arn
    return SmsChannel(lambda: topics(notes, topic), topic, parts.system)


def _email(_: Any, notes: Notes, parts: Parts) -> Channel[Any]:
    topic = parts.function.email_topic_arn
    return EmailChannel(
        lambda: topics(notes, parts.function.sms_topic_arn), topic, parts.system
    )  # fmt: skip


MAKE: Mapping[str, Make] = {
    "pagerduty": _pagerduty, "slack": _slack, "teams": _teams, "sms": _sms, "email": _email,
}  # fmt: skip
"""Each channel of the registry; a test holds the two together."""
_OF_TEMPLATE = dict.fromkeys(("sms", "email"))
_USUAL = dict.fromkeys(("pagerduty", "sms", "slack", "email"))


def topics(notes: Notes, sms_topic: str) -> SNSClient:
    """Return the topics of e-mail and SMS."""
    return cast("SNSClient", _Topics(notes, sms_topic))


def _first_line(card: Any) -> str:
    """Return the first words of a card, those of one block together."""
    if isinstance(card, dict):
        if inlines := card.get("inlines"):
            return "".join(run["text"] for run in inlines)
        card = list(card.values())
    found = (_first_line(each) for each in card) if isinstance(card, list) else iter(())
    return next(filter(None, found), "")


@dataclass(slots=True)
class _Webhook(Transport):
    """An incoming webhook: what it has posted stands."""

    can_update = False

    notes: Notes

    def post(
        self, channel: str, message: SlackMessage, deadline: Deadline, thread: str | None = None
    ) -> Receipt:
        del deadline
        self.notes.note("slack", message.text if thread is None else f"↳ {message.text}")
        return Delivered(MessageRef(channel, f"{self.notes.instant:.6f}"))

    def update(self, ref: MessageRef, message: SlackMessage, deadline: Deadline) -> Receipt:
        del message, deadline
        return Delivered(ref)

    def upload(self, ref: MessageRef, image: bytes, title: str, deadline: Deadline) -> Receipt:
        del ref, image, title, deadline
        return Delivered()


@dataclass(slots=True)
class _Bot(_Webhook):
    """A bot: what changes a message that stands is none."""

    can_update = True


@dataclass(frozen=True, slots=True)
class _Pages:
    """PagerDuty, as far as somebody is woken."""

    notes: Notes

    def send_event(self, action: str, dedup_key: str, **event: Any) -> str:
        del action
        self.notes.note("pagerduty", json.dumps(event["payload"]["summary"])[1:-1], wakes=True)
        return dedup_key

    def acknowledge(self, dedup_key: str) -> str:
        return dedup_key

    def resolve(self, dedup_key: str) -> str:
        return dedup_key

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class _Topics:
    """The topics of e-mail and SMS; of an SMS only that of a beginning wakes somebody."""

    notes: Notes
    sms_topic: str

    def publish(self, **message: Any) -> Mapping[str, str]:
        is_text = message["TopicArn"] == self.sms_topic
        text = message["Message"] if is_text else message["Subject"]
        is_start = is_text and not text.startswith("OK")
        self.notes.note("sms" if is_text else "email", text, wakes=is_start)
        return {"MessageId": "rehearsal"}

    def get_topic_attributes(self, **_: str) -> Mapping[str, Mapping[str, str]]:
        """Say that the addresses have confirmed."""
        return {"Attributes": {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "0"}}
