"""Which channels there are, made from the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alarm_fanout.channel_names import ChannelName
from alarm_fanout.channels.base import Channel
from alarm_fanout.channels.topics import EmailChannel, SmsChannel
from avatarwatch.catalogue import Severity
from avatarwatch.clients import client

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

    from alarm_fanout.messages.words import System
    from alarm_fanout.notice import Notice
    from alarm_fanout.settings import FunctionSettings, NotificationSettings, SlackSettings
    from avatarwatch.state_table.documents import DocumentStore

WEBHOOK = "webhook"  # the one channel of an incoming webhook; its name is Slack's business


@dataclass(frozen=True, slots=True)
class Parts:
    """What channels are made of."""

    settings: NotificationSettings
    function: FunctionSettings
    system: System
    store: DocumentStore
    graph: Callable[[Notice], bytes | None]


def channels(parts: Parts) -> dict[ChannelName, Channel]:
    """Return the channels that are set up; e-mail and SMS always are."""
    made = (make(parts) for make in (_slack, _pagerduty, _email, _sms))
    return {channel.name: channel for channel in made if channel}


def _sns() -> SNSClient:
    return client("sns")


def _email(parts: Parts) -> Channel:
    return EmailChannel(_sns, parts.function.email_topic_arn, parts.system)


def _sms(parts: Parts) -> Channel:
    return SmsChannel(_sns, parts.function.sms_topic_arn, parts.system)


def _pagerduty(parts: Parts) -> Channel | None:
    from alarm_fanout.channels.pagerduty import PagerDutyChannel  # noqa: PLC0415 - cold start

    settings = parts.settings.pagerduty
    return PagerDutyChannel(settings, parts.system) if settings else None


def _slack(parts: Parts) -> Channel | None:
    settings = parts.settings.slack
    if settings is None:
        return None
    from alarm_fanout.channels.slack import channel, transport  # noqa: PLC0415 - cold start

    way: transport.Transport
    if settings.bot_token:
        way = transport.BotTransport(settings.bot_token.reveal(), settings.api_url)
    else:
        way = transport.WebhookTransport(settings.webhook_url or "")
    return channel.SlackChannel(
        transport=way,
        destinations=_destinations(settings),
        store=parts.store,
        system=parts.system,
        graph=parts.graph,
    )


def _destinations(settings: SlackSettings) -> dict[Severity, str]:
    named = settings.channels
    if named is None:
        return dict.fromkeys(Severity, WEBHOOK)
    return {
        Severity.CRITICAL: named.critical,
        Severity.WARNING: named.warning,
        Severity.INFO: named.info,
    }
