"""Slack as a strict transport in memory."""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alarm_fanout.channels.base import Deferred, Delivered, Receipt, Refused
from alarm_fanout.channels.http import RETRY_SECONDS
from alarm_fanout.channels.slack.transport import Transport
from alarm_fanout.incident import MessageRef
from aws_contract.slack_message import check_message

if TYPE_CHECKING:
    from alarm_fanout.channels.slack.message import SlackMessage
    from alarm_fanout.deadline import Deadline
    from fakes.steps import Steps


DATE = re.compile(r"<!date\^\d+\^[^|>]+\|([^>]+)>")


@dataclass(slots=True)
class Posted:
    """A message as it stands; ``first`` is what it said when it was posted."""

    channel: str
    ts: str
    thread: str | None
    payload: dict[str, Any]
    first: dict[str, Any]
    files: int = 0
    broadcast: bool = False

    @property
    def text(self) -> str:
        """All that it says now, in reading order; a date as it is without a reader's zone."""
        return DATE.sub(r"\1", "\n".join(lines(self.payload)))


def lines(payload: Any) -> Iterator[str]:
    """Yield the texts of a payload in reading order, of a button or menu its label."""
    match payload:
        case {"text": str(text)} if set(payload) <= {"text", "type", "emoji", "verbatim"}:
            yield text
        case {"text": str(text), "attachments": attachments}:
            yield text
            yield from lines(attachments)
        case {"type": "section", "text": text}:
            yield from lines(text)
        case {"type": "section", "fields": fields}:
            yield from lines(fields)
        case {"type": "context" | "actions", "elements": elements}:
            yield from lines(elements)
        case {"type": "button", "text": text} | {"type": "static_select", "placeholder": text}:
            yield from (f"[{label}]" for label in lines(text))
        case {"color": str(), "blocks": blocks}:
            yield from lines(blocks)
        case list():
            for part in payload:
                yield from lines(part)
        case _:
            raise AssertionError(f"not known: {payload}")


@dataclass(slots=True)
class Workspace:
    """What Slack holds; ``faults`` answer the next calls, None of them lets a call through.

    ``down`` answers every call while it is set; so many of the next messages are taken
    ``silently``. ``whispers`` are addresses with what was said there to one person.
    """

    steps: Steps
    messages: dict[tuple[str, str], Posted] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    faults: deque[Receipt | None] = field(default_factory=deque)
    down: Receipt | None = None
    silently: int = 0
    whispers: list[tuple[str, str]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def fault(self, what: str) -> Receipt | None:
        """Take a step, and return what a test wants to be answered."""
        self.steps.take(f"slack {what}")
        self.calls.append(what)
        return self.down or (self.faults.popleft() if self.faults else None)

    def add(self, channel: str, thread: str | None, payload: dict[str, Any]) -> Posted:
        """Keep a message that keeps Slack's limits."""
        assert check_message(payload) == []
        if thread:
            assert self.messages[channel, thread].thread is None, "a reply has no thread"
        posted = Posted(channel, f"1795428900.{next(self._numbers):06d}", thread, payload, payload)
        self.messages[channel, posted.ts] = posted
        return posted

    def top(self) -> list[Posted]:
        """Return the messages of the channels, the oldest first."""
        return [message for message in self.messages.values() if message.thread is None]

    def replies(self, parent: Posted) -> list[Posted]:
        """Return what stands below a message."""
        return [m for m in self.messages.values() if m.thread == parent.ts]


@dataclass(slots=True)
class FakeBot(Transport):
    """A bot of the workspace; channels are named, and known by other ids in answers."""

    can_update = True

    workspace: Workspace

    def post(
        self, channel: str, message: SlackMessage, deadline: Deadline, thread: str | None = None
    ) -> Receipt:
        """Post a message."""
        assert deadline.left > 0
        fault = self.workspace.fault("reply" if thread else "post")
        if fault:
            return fault
        place = channel if channel.startswith("C") else f"C{channel.strip('#').upper()}"
        posted = self.workspace.add(place, thread, message.payload())
        posted.broadcast = thread is not None and message.broadcast
        if self.workspace.silently:
            self.workspace.silently -= 1
            return Deferred(RETRY_SECONDS, "Slack did not answer: TimeoutError", unknown=True)
        return Delivered(MessageRef(place, posted.ts))

    def update(self, ref: MessageRef, message: SlackMessage, deadline: Deadline) -> Receipt:
        """Replace a message."""
        assert deadline.left > 0
        fault = self.workspace.fault("update")
        if fault:
            return fault
        posted = self.workspace.messages.get((ref.channel, ref.ts))
        if posted is None:
            return Refused("message_not_found")
        assert check_message(message.payload()) == []
        posted.payload = message.payload()
        return Delivered(MessageRef(ref.channel, ref.ts))

    def respond(self, address: str, text: str, deadline: Deadline) -> Receipt:
        """Say something to who pressed a button."""
        assert deadline.left > 0
        fault = self.workspace.fault("respond")
        if fault:
            return fault
        self.workspace.whispers.append((address, text))
        return Delivered()

    def upload(self, ref: MessageRef, image: bytes, title: str, deadline: Deadline) -> Receipt:
        """Put a picture below a message."""
        assert image.startswith(b"\x89PNG")
        assert title
        assert deadline.left > 0
        fault = self.workspace.fault("upload")
        if fault:
            return fault
        self.workspace.messages[ref.channel, ref.ts].files += 1
        return Delivered()


@dataclass(slots=True)
class FakeWebhook(Transport):
    """An incoming webhook of the workspace."""

    can_update = False

    workspace: Workspace

    def post(
        self, channel: str, message: SlackMessage, deadline: Deadline, thread: str | None = None
    ) -> Receipt:
        """Post into the webhook's channel."""
        del channel, thread
        assert deadline.left > 0
        fault = self.workspace.fault("post")
        if fault:
            return fault
        self.workspace.add("CWEBHOOK", None, message.payload())
        return Delivered()

    def update(self, ref: MessageRef, message: SlackMessage, deadline: Deadline) -> Receipt:
        """Fail the test: a webhook cannot."""
        raise AssertionError((ref, message, deadline))

    def upload(self, ref: MessageRef, image: bytes, title: str, deadline: Deadline) -> Receipt:
        """Fail the test: a webhook cannot."""
        raise AssertionError((ref, image, title, deadline))


DOWN = Deferred(30.0, "HTTP 503")
