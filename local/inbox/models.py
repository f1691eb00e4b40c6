"""What the inbox keeps: the same records on the server, in its JSON and in the client."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

type Json = dict[str, Any]


class IncidentState(StrEnum):
    """Where a PagerDuty incident stands."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Content:
    """What a Slack message says, as it was sent (blocks and attachments are Slack's JSON)."""

    text: str = ""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Author:
    """Who posted: an app by its bot token, or an incoming webhook."""

    id: str
    name: str
    icon_emoji: str | None = None
    webhook: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """An earlier state of a message and the moment when it was replaced."""

    content: Content
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A message of a channel; replies stand below their parent, oldest first.

    ``broadcast`` marks a reply that was also sent to the channel; ``metadata`` is what its app
    keeps with it, which nobody sees.
    """

    channel: str
    channel_id: str
    ts: str
    author: Author
    content: Content
    received_at: datetime
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    edits: tuple[Edit, ...] = ()
    replies: tuple[SlackMessage, ...] = ()

    @property
    def text(self) -> str:
        """Return the message's text, which notifications show."""
        return self.content.text

    @property
    def blocks(self) -> tuple[Json, ...]:
        """Return the blocks outside attachments."""
        return self.content.blocks

    @property
    def attachments(self) -> tuple[Json, ...]:
        """Return the attachments, each with its blocks."""
        return self.content.attachments


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """One event of an incident's log: trigger, acknowledge or resolve."""

    action: str
    at: datetime
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an incident; ``text`` may be empty."""

    href: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """An image of an incident, always served over https."""

    src: str
    href: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """A PagerDuty incident: every event with its dedup key until it is resolved."""

    number: int
    routing_key: str
    dedup_key: str
    state: IncidentState
    summary: str
    source: str
    severity: str
    opened_at: datetime
    component: str | None = None
    group: str | None = None
    event_class: str | None = None
    custom_details: Any = None
    client: str | None = None
    client_url: str | None = None
    links: tuple[Link, ...] = ()
    images: tuple[Image, ...] = ()
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    events: tuple[IncidentEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail as an SNS subscription delivers it: plain text."""

    message_id: str
    topic_arn: str
    subject: str
    body: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class TextMessage:
    """An SMS with the parts that it is billed as; encoding is ``GSM-7`` or ``UCS-2``."""

    message_id: str
    topic_arn: str
    body: str
    encoding: str
    parts: tuple[str, ...]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Post:
    """A message of a service that can't come back to it, as people read it; ``colour`` its bar."""

    service: str
    title: str
    lines: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    colour: str
    payload: Json
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """An SNS subscription of the inbox; ``confirmed`` once SubscribeURL answered 200."""

    topic_arn: str
    protocol: str
    confirmed: bool
    received_at: datetime
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that was not accepted: by its contents, by a fault rule or by a rate limit."""

    channel: str
    request: str
    status: int
    error: str
    received_at: datetime
    details: tuple[str, ...] = ()
    injected: bool = False


@dataclass(frozen=True, slots=True)
class Whisper:
    """What an app says to one person alone about a message, or that a press of theirs failed."""

    channel: str
    ts: str
    user: str
    text: str
    at: datetime
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything kept; ``version`` grows with every change."""

    version: int = 0
    slack: dict[str, tuple[SlackMessage, ...]] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()
    dropped_events: int = 0
    emails: tuple[Email, ...] = ()
    texts: tuple[TextMessage, ...] = ()
    posts: tuple[Post, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    whispers: tuple[Whisper, ...] = ()


SNAPSHOT_JSON = TypeAdapter(Snapshot)
