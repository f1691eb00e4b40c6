"""How a message gets to Slack: by a bot's token or by an incoming webhook."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import (
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.webhook import WebhookClient

from alarm_fanout.channels.base import Deferred, Delivered, Receipt, Refused
from alarm_fanout.incident import MessageRef

if TYPE_CHECKING:
    from slack_sdk.http_retry import RetryHandler

    from alarm_fanout.deadline import Deadline
    from alarm_fanout.messages.slack import SlackMessage

TIMEOUT_SECONDS = 5
RETRY_SECONDS = 30.0
# ok:false with one of these is Slack's trouble, not ours (Slack's reference of chat.postMessage)
_PASSING = frozenset(
    "ratelimited rate_limited message_limit_exceeded internal_error fatal_error"
    " service_unavailable request_timeout".split()
)
# Slack does not like the form of the message: the bare text is better than nothing
_FORM = frozenset(
    "invalid_blocks invalid_blocks_format invalid_attachments msg_blocks_too_long"
    " too_many_attachments".split()
)


class _BoundedRateLimitRetry(RateLimitErrorRetryHandler):
    """Wait as long as Slack asks, if this invocation lasts that long."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(max_retry_count=3)
        self._deadline = deadline

    def _can_retry(self, *, response: Any = None, **others: Any) -> bool:
        limited: bool = super()._can_retry(response=response, **others)
        # one second more: the handler adds up to that in jitter
        return limited and retry_after(response.headers) + 1 + TIMEOUT_SECONDS < self._deadline.left


class _BoundedServerErrorRetry(ServerErrorRetryHandler):
    """Try a server error once more, if there is time."""

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(max_retry_count=1)
        self._deadline = deadline

    def _can_retry(self, **arguments: Any) -> bool:
        failed: bool = super()._can_retry(**arguments)
        return failed and self._deadline.left > 2 * TIMEOUT_SECONDS


def retry_after(headers: Any) -> float:
    """Return the seconds of a Retry-After header, 1 where there is none that can be read."""
    value = next((headers[name] for name in headers if name.lower() == "retry-after"), "1")
    value = value[0] if isinstance(value, list) else value
    try:
        return max(1.0, float(value))
    except ValueError:
        return 1.0


def _retries(deadline: Deadline) -> list[RetryHandler]:
    # Not the connection retry: a connection that broke may have carried the message already.
    return [_BoundedRateLimitRetry(deadline), _BoundedServerErrorRetry(deadline)]


class Transport(ABC):
    """One way into Slack. Nothing here raises for what Slack or the network does."""

    can_update: ClassVar[bool]

    @abstractmethod
    def post(
        self, channel: str, message: SlackMessage, deadline: Deadline, thread: str | None = None
    ) -> Receipt:
        """Post a message, below another when ``thread`` is that one's ts."""

    @abstractmethod
    def update(self, ref: MessageRef, message: SlackMessage, deadline: Deadline) -> Receipt:
        """Replace a message by another."""

    @abstractmethod
    def upload(self, ref: MessageRef, image: bytes, title: str, deadline: Deadline) -> Receipt:
        """Upload a PNG below a message."""


@dataclass(slots=True)
class BotTransport(Transport):
    """Slack's Web API with a bot token (scopes chat:write, files:write)."""

    can_update = True

    token: str
    api_url: str

    def post(
        self, channel: str, message: SlackMessage, deadline: Deadline, thread: str | None = None
    ) -> Receipt:
        """Call chat.postMessage; when Slack dislikes the blocks, once more with the bare text."""
        arguments: dict[str, Any] = {"channel": channel, "unfurl_links": False}
        if thread:
            arguments |= {"thread_ts": thread, "reply_broadcast": message.broadcast}
        receipt = self._call(deadline, "chat.postMessage", {**arguments, **message.payload()})
        if isinstance(receipt, Refused) and receipt.reason in _FORM:
            return self._call(deadline, "chat.postMessage", {**arguments, "text": message.text})
        return receipt

    def update(self, ref: MessageRef, message: SlackMessage, deadline: Deadline) -> Receipt:
        """Call chat.update."""
        arguments = {"channel": ref.channel, "ts": ref.ts, **message.payload()}
        return self._call(deadline, "chat.update", arguments)

    def upload(self, ref: MessageRef, image: bytes, title: str, deadline: Deadline) -> Receipt:
        """Run files_upload_v2's three calls."""
        try:
            self._client(deadline).files_upload_v2(
                channel=ref.channel,
                thread_ts=ref.ts,
                content=image,
                filename="graph.png",
                title=title,
                alt_txt=title,
            )
        except SlackApiError as error:
            return _from_answer(error)
        except (SlackClientError, OSError, ValueError) as error:
            return Deferred(RETRY_SECONDS, type(error).__name__)
        return Delivered()

    def _client(self, deadline: Deadline) -> WebClient:
        return WebClient(
            token=self.token,
            base_url=self.api_url,
            timeout=TIMEOUT_SECONDS,
            retry_handlers=_retries(deadline),
        )

    def _call(self, deadline: Deadline, method: str, arguments: dict[str, Any]) -> Receipt:
        sent = {name: value for name, value in arguments.items() if value is not None}
        try:
            answer = self._client(deadline).api_call(method, json=sent)
        except SlackApiError as error:
            return _from_answer(error)
        except (SlackClientError, OSError, ValueError) as error:
            return Deferred(RETRY_SECONDS, f"Slack did not answer: {type(error).__name__}")
        return Delivered(MessageRef(channel=str(answer["channel"]), ts=str(answer["ts"])))


def _from_answer(error: SlackApiError) -> Receipt:
    response: Any = error.response
    status = getattr(response, "status_code", 200)
    if status == 429:
        return Deferred(retry_after(response.headers), "rate limited")
    if status >= 500:
        return Deferred(RETRY_SECONDS, f"HTTP {status}")
    reason = str(response.get("error", "unknown_error"))
    return Deferred(RETRY_SECONDS, reason) if reason in _PASSING else Refused(reason)


@dataclass(slots=True)
class WebhookTransport(Transport):
    """An incoming webhook: it posts into its own channel and can never come back to a message."""

    can_update = False

    url: str

    def post(
        self, channel: str, message: SlackMessage, deadline: Deadline, thread: str | None = None
    ) -> Receipt:
        """Send to the webhook; it has one channel and no threads."""
        del channel, thread
        receipt = self._send(message.payload(), deadline)
        if isinstance(receipt, Refused) and "invalid_" in receipt.reason:
            return self._send({"text": message.text}, deadline)
        return receipt

    def update(self, ref: MessageRef, message: SlackMessage, deadline: Deadline) -> Receipt:
        """Refuse: a webhook cannot."""
        del ref, message, deadline
        return Refused("a webhook cannot update")

    def upload(self, ref: MessageRef, image: bytes, title: str, deadline: Deadline) -> Receipt:
        """Refuse: a webhook cannot."""
        del ref, image, title, deadline
        return Refused("a webhook cannot upload")

    def _send(self, payload: dict[str, Any], deadline: Deadline) -> Receipt:
        client = WebhookClient(self.url, timeout=TIMEOUT_SECONDS, retry_handlers=_retries(deadline))
        try:
            answer = client.send_dict(payload)
        except (URLError, OSError, SlackClientError, json.JSONDecodeError) as error:
            return Deferred(RETRY_SECONDS, f"Slack did not answer: {type(error).__name__}")
        if answer.status_code == 200:
            return Delivered()
        if answer.status_code == 429:
            return Deferred(retry_after(answer.headers), "rate limited")
        if answer.status_code >= 500:
            return Deferred(RETRY_SECONDS, f"HTTP {answer.status_code}")
        return Refused(f"HTTP {answer.status_code} {answer.body[:100]}")
