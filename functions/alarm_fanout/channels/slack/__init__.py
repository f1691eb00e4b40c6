"""Slack, by a bot or an incoming webhook: an alert is a message, several together are one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from alarm_fanout.channels.base import Channel, Deferred, Delivered, Outcome, Parts, Urgency
from alarm_fanout.channels.slack.lane import Lane
from alarm_fanout.channels.slack.message import escape
from alarm_fanout.channels.slack.sender import Sender
from alarm_fanout.channels.slack.transport import BotTransport, Transport, WebhookTransport
from alarm_fanout.fields import Secret, SecretUrl, Section, Text, Url
from avatarwatch.catalogue import ChannelKind, Severity
from avatarwatch.complaints import HTTP

if TYPE_CHECKING:
    from alarm_fanout.deadline import Deadline
    from alarm_fanout.incident import Incident
    from alarm_fanout.notice import Notice

LANE_TAKEN_SECONDS, LANE_TAKEN = 5.0, "another invocation is sending"
WEBHOOK = "webhook"  # the one channel of an incoming webhook; its name is Slack's business


class BotToken(Secret):
    """A bot's token; a user's (xoxp-) would post in that person's name (Slack's "Token types")."""

    __slots__ = ()
    pattern = re.compile(r"(xoxe\.)?xoxb-\S+")
    form = "a bot's token, which begins with xoxb-"


class WebhookUrl(SecretUrl):
    """An incoming webhook of Slack; by http only what stands in for Slack on one's own machine.

    A workflow's webhook (/triggers/, /workflows/) takes variables, no messages.
    """

    __slots__ = ()
    pattern = re.compile(rf"https://hooks\.slack(-gov)?\.com/services/\S+|{HTTP}")
    form = "an incoming webhook's address, which begins with https://hooks.slack.com/services/"


class SlackChannels(Section, frozen=True):
    """Where a bot posts alerts of each severity (channel ids or names)."""

    critical: Text
    warning: Text
    info: Text


class SlackSettings(Section, frozen=True):
    """Either an incoming webhook, or a bot token with its channels.

    Only a bot can update its messages, thread below them and upload graphs.
    """

    webhook_url: WebhookUrl | None = None
    bot_token: BotToken | None = None
    channels: SlackChannels | None = None
    api_url: Url = "https://slack.com/api/"

    def __post_init__(self) -> None:
        """Refuse two ways at once, and none."""
        if (self.webhook_url is None) == (self.bot_token is None):
            raise ValueError("give either webhook_url or bot_token")
        if self.bot_token is not None and self.channels is None:
            raise ValueError("bot_token needs channels with critical, warning and info")

    @property
    def transport(self) -> Transport:
        """The way into Slack."""
        if self.bot_token:
            return BotTransport(self.bot_token.reveal(), self.api_url)
        return WebhookTransport(self.webhook_url.reveal() if self.webhook_url else "")

    @property
    def destinations(self) -> dict[Severity, str]:
        """Which channel each severity goes to; a webhook has one for all."""
        if self.channels is None:
            return dict.fromkeys(Severity, WEBHOOK)
        return {
            Severity.CRITICAL: self.channels.critical,
            Severity.WARNING: self.channels.warning,
            Severity.INFO: self.channels.info,
        }


@dataclass(slots=True)
class SlackChannel(Channel[SlackSettings]):
    """Slack's channels, one at a time and at Slack's pace."""

    name = "slack"
    kind = ChannelKind.CHAT
    urgency = Urgency.TELLS
    label = "Slack"
    settings_model = SlackSettings

    transport: Transport
    destinations: dict[Severity, str]
    parts: Parts

    @classmethod
    def make(cls, settings: SlackSettings, parts: Parts) -> Self:
        """Return the channel over a bot or a webhook."""
        return cls(settings.transport, settings.destinations, parts)

    def deliver(self, notices: Sequence[Notice], deadline: Deadline) -> Iterator[Outcome]:
        """Tell the notices channel by channel, holding each channel's lane meanwhile."""
        for destination in dict.fromkeys(self.destination(notice) for notice in notices):
            batch = [notice for notice in notices if self.destination(notice) == destination]
            lane = Lane(self.parts.store, destination, self.parts.clock, self.parts.sleep)
            if not lane.acquire(deadline):
                yield batch, Deferred(LANE_TAKEN_SECONDS, LANE_TAKEN, turn=True)
                continue
            try:
                yield from Sender(self.transport, self.parts, lane, deadline).send(batch)
            finally:
                lane.release()

    def shows_answers(self, incident: Incident) -> bool:
        """Whether it can come back to a message: a webhook cannot."""
        return self.transport.can_update and self.name in incident.refs

    def reply(self, address: str, text: str, deadline: Deadline) -> bool:
        """Say something below a message that only who pressed its button sees."""
        return isinstance(self.transport.respond(address, escape(text), deadline), Delivered)

    def destination(self, notice: Notice) -> str:
        """Return the Slack channel of the notice's severity."""
        return self.destinations[notice.route.severity]


CHANNEL = SlackChannel
