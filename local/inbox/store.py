"""What was received, in order, and the news of each change."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from local.inbox.models import Edit, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.inbox.models import (
        Author,
        Content,
        Email,
        Incident,
        Post,
        Refusal,
        SlackMessage,
        Subscription,
        TextMessage,
        Whisper,
    )


def utc_now() -> datetime:
    """Return the time of now in UTC."""
    return datetime.now(tz=UTC)


def channel_id(name: str) -> str:
    """Return a channel's ID: itself if it is one, else one that always follows from the name."""
    if name.startswith("C"):
        return name
    return "C" + hashlib.sha256(name.encode()).hexdigest()[:10].upper()


@dataclass(slots=True)
class StoredFile:
    """A file on its way to Slack or arrived there; bytes are set by the upload."""

    id: str
    ticket: str
    name: str
    length: int
    created_at: datetime
    alt_text: str = ""
    title: str = ""
    data: bytes | None = None
    complete: bool = False


class Store:
    """Keep what the channels received; used from the server's event loop alone."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self.clock = clock
        self.version = 0
        self.closed = False
        self._listeners: set[asyncio.Event] = set()
        self._last_micros = 0
        self.clear()

    def clear(self) -> None:
        """Forget everything but the running number of versions."""
        self.slack: dict[str, dict[str, SlackMessage]] = {}
        self.channel_names: dict[str, str] = {}
        self.files: dict[str, StoredFile] = {}
        self.incidents: list[Incident] = []
        self.dropped_events = 0
        self.emails: list[Email] = []
        self.texts: list[TextMessage] = []
        self.posts: list[Post] = []
        self.subscriptions: list[Subscription] = []
        self.refusals: list[Refusal] = []
        self.whispers: list[Whisper] = []
        self.changed()

    def changed(self) -> None:
        """Count a change and wake whoever listens."""
        self.version += 1
        for listener in self._listeners:
            listener.set()

    def close(self) -> None:
        """Let the listeners end: the server is stopping."""
        self.closed = True
        self.changed()

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Give an event that is set at every change."""
        listener = asyncio.Event()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def next_ts(self) -> str:
        """Return a Slack time stamp, unique and growing even within one microsecond."""
        micros = int(self.clock().timestamp() * 1_000_000)
        self._last_micros = max(micros, self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def messages(self, channel: str) -> dict[str, SlackMessage]:
        """Return a channel's top-level messages by time stamp, oldest first."""
        return self.slack.get(channel, {})

    def find_message(self, channel: str, ts: str) -> SlackMessage | None:
        """Return a message or a reply of the channel."""
        messages = self.messages(channel)
        if ts in messages:
            return messages[ts]
        replies = (reply for parent in messages.values() for reply in parent.replies)
        return next((reply for reply in replies if reply.ts == ts), None)

    def add_message(self, message: SlackMessage) -> None:
        """Keep a message, or a reply below its parent."""
        messages = self.slack.setdefault(message.channel, {})
        self.channel_names[message.channel_id] = message.channel
        parent = messages.get(message.thread_ts) if message.thread_ts else None
        if parent is None:
            messages[message.ts] = message
        else:
            messages[parent.ts] = replace(parent, replies=(*parent.replies, message))
        self.changed()

    def edit_message(self, message: SlackMessage, content: Content, *, broadcast: bool) -> None:
        """Replace what a message says and keep what it said before."""
        edited = replace(
            message,
            content=content,
            broadcast=broadcast,
            edits=(*message.edits, Edit(message.content, self.clock())),
        )
        messages = self.slack[message.channel]
        if message.ts in messages:
            messages[message.ts] = edited
        else:
            parent = next(p for p in messages.values() if message in p.replies)
            replies = tuple(edited if r.ts == message.ts else r for r in parent.replies)
            messages[parent.ts] = replace(parent, replies=replies)
        self.changed()

    def posted_by(self, message: SlackMessage, author: Author) -> bool:
        """Tell whether this author posted the message; only the author may edit it."""
        return not message.author.webhook and message.author.id == author.id

    def replace_incident(self, incident: Incident) -> None:
        """Put an incident in the place of the one with its number."""
        self.incidents[incident.number - 1] = incident
        self.changed()

    def refuse(self, refusal: Refusal) -> None:
        """Keep what was refused: people look for the message that did not arrive."""
        self.refusals.append(refusal)
        self.changed()

    def whisper(self, said: Whisper) -> None:
        """Keep what was said to one person."""
        self.whispers.append(said)
        self.changed()

    def snapshot(self) -> Snapshot:
        """Return everything kept."""
        return Snapshot(
            version=self.version,
            slack={name: tuple(kept.values()) for name, kept in self.slack.items()},
            incidents=tuple(self.incidents),
            dropped_events=self.dropped_events,
            emails=tuple(self.emails),
            texts=tuple(self.texts),
            posts=tuple(self.posts),
            subscriptions=tuple(self.subscriptions),
            refusals=tuple(self.refusals),
            whispers=tuple(self.whispers),
        )
