"""How a message gets to Slack: by a bot's token or by an incoming webhook."""

from __future__ import annotations

import json
import re
import secrets
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from alarm_fanout.channels.base import Deferred, Delivered, Receipt, Refused
from alarm_fanout.channels.http import (
    RETRY_SECONDS,
    TIMEOUT_SECONDS,
    Answer,
    NoAnswer,
    post,
    unsuccessful,
)
from alarm_fanout.incident import MessageRef

if TYPE_CHECKING:
    from slack_sdk.errors import SlackApiError

    from alarm_fanout.channels.slack.message import SlackMessage
    from alarm_fanout.deadline import Deadline

# ok:false with one of these is Slack's trouble, not ours (Slack's reference of chat.postMessage)
_PASSING = frozenset(
    "ratelimited rate_limited message_limit_exceeded internal_error fatal_error"
    " service_unavailable request_timeout team_added_to_org org_login_required update_failed"
    " external_channel_migrating streaming_state_conflict".split()
)
# and with one of these it is about the one channel, whatever becomes of the others
_OF_CHANNEL = frozenset(
    "channel_not_found is_archived not_in_channel restricted_action"
    " restricted_action_read_only_channel restricted_action_thread_only_channel"
    " restricted_action_non_threadable_channel".split()
)
# it may not stand below another message, in its channel it may
_THREAD = frozenset(
    "cannot_reply_to_message restricted_action_non_threadable_channel thread_not_found"
    " restricted_action_thread_locked message_not_found".split()
)
# Slack does not like the form of the message: the bare text is better than nothing
_FORM = frozenset(
    "invalid_blocks invalid_blocks_format invalid_attachments msg_blocks_too_long msg_too_long"
    " too_many_attachments attachment_payload_limit_exceeded".split()
)
# "Handling user interaction": commercial Slack's and GovSlack's
_RESPONSE_URLS = ("https://hooks.slack.com/", "https://hooks.slack-gov.com/")
EVENT_TYPE = "avatar_watch_told"  # of a message's metadata, which its app alone sees
LOOKS_BACK = timedelta(minutes=1)  # for a message whose answer was lost: longer than a call takes
LOOKS_AT = 100  # of the latest messages
_SLACKS_WORD = re.compile(r"[a-z][a-z_]{2,60}")  # how its errors look: no_service


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

    def respond(self, address: str, text: str, deadline: Deadline) -> Receipt:
        """Answer who pressed a button, at the address that came with the press."""
        del address, text, deadline
        return Refused("it has no buttons")


@dataclass(slots=True)
class BotTransport(Transport):
    """Slack's Web API with a bot token (scopes chat:write, files:write).

    With channels:history as well, and a channel's id, it finds what Slack took without an answer.
    """

    can_update = True

    token: str
    api_url: str

    def post(
        self, channel: str, message: SlackMessage, deadline: Deadline, thread: str | None = None
    ) -> Receipt:
        """Call chat.postMessage; when Slack dislikes the blocks, once more with the bare text.

        Where it takes no reply, post into the channel. Where the answer is lost, look whether the
        message stands there.
        """
        mark = secrets.token_hex(8)
        arguments: dict[str, Any] = {
            "channel": channel,
            "unfurl_links": False,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"mark": mark}},
        }
        if thread:
            arguments |= {"thread_ts": thread, "reply_broadcast": message.broadcast}
        url = self._url("chat.postMessage")
        receipt = _of_api(post(url, arguments | message.payload(), self.token, deadline))
        if isinstance(receipt, Refused) and receipt.reason in _FORM:
            bare = arguments | {"text": message.text}
            receipt = _of_api(post(url, bare, self.token, deadline))
        if isinstance(receipt, Refused) and receipt.reason in _THREAD and thread:
            return self.post(channel, message, deadline)
        if isinstance(receipt, Deferred) and receipt.unknown:
            return self._found(channel, thread, mark, deadline) or receipt
        return receipt

    def _found(
        self, channel: str, thread: str | None, mark: str, deadline: Deadline
    ) -> Delivered | None:
        """Return where a message stands; None where it does not, or the token may not look."""
        if deadline.left < TIMEOUT_SECONDS:
            return None
        arguments = {
            "channel": channel,
            "oldest": f"{time.time() - LOOKS_BACK.total_seconds():.6f}",
            "limit": LOOKS_AT,
            "include_all_metadata": True,
        }
        method = "conversations.replies" if thread else "conversations.history"
        arguments |= {"ts": thread} if thread else {}
        answer = post(self._url(method), arguments, self.token, deadline)
        ts = _marked(answer, mark)
        return Delivered(MessageRef(channel=channel, ts=ts)) if ts else None

    def update(self, ref: MessageRef, message: SlackMessage, deadline: Deadline) -> Receipt:
        """Call chat.update."""
        arguments = {"channel": ref.channel, "ts": ref.ts, **message.payload()}
        return _of_api(post(self._url("chat.update"), arguments, self.token, deadline))

    def upload(self, ref: MessageRef, image: bytes, title: str, deadline: Deadline) -> Receipt:
        """Run files_upload_v2's three calls, each once: a picture is worth no waiting."""
        # late: the message stands already, and slack_sdk is slow to import
        from slack_sdk import WebClient  # noqa: PLC0415
        from slack_sdk.errors import SlackApiError, SlackClientError  # noqa: PLC0415

        del deadline
        client = WebClient(
            token=self.token, base_url=self.api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[]
        )
        try:
            client.files_upload_v2(
                channel=ref.channel,
                thread_ts=ref.ts,
                content=image,
                filename="graph.png",
                title=title,
                alt_txt=title,
            )
        except SlackApiError as error:
            return _of_upload(error)
        except (SlackClientError, OSError, ValueError) as error:
            return Deferred(RETRY_SECONDS, type(error).__name__)
        return Delivered()

    def respond(self, address: str, text: str, deadline: Deadline) -> Receipt:
        """Post to a response_url of Slack's, or of what stands in for Slack; to no other address.

        Slack signed the press that it came with; an answer that lay in a queue or a table is not
        signed any more.
        """
        own = f"{urlsplit(self.api_url).scheme}://{urlsplit(self.api_url).netloc}/"
        if not address.startswith((*_RESPONSE_URLS, own)):
            return Refused("no address of Slack's")
        said = {"response_type": "ephemeral", "replace_original": False, "text": text}
        return _of_webhook(post(address, said, None, deadline))

    def _url(self, method: str) -> str:
        return f"{self.api_url.rstrip('/')}/{method}"


def _marked(answer: Answer | NoAnswer, mark: str) -> str | None:
    """Return the ts of the message of a history that has a mark, None where none has."""
    if isinstance(answer, NoAnswer):
        return None
    try:
        found = json.loads(answer.body).get("messages", ())
        for each in found:
            match each:
                case {"ts": str(ts), "metadata": {"event_payload": {"mark": had}}} if had == mark:
                    return ts
    except (ValueError, AttributeError, TypeError):  # a proxy's page
        pass
    return None


def _of_api(answer: Answer | NoAnswer) -> Receipt:
    """Read what the Web API says: a failure comes as a success of HTTP (Slack's documentation)."""
    if isinstance(answer, NoAnswer) or answer.status != 200:
        return unsuccessful(answer, "Slack")
    try:
        match json.loads(answer.body):
            case {"ok": True, "channel": str(channel), "ts": str(ts)}:
                return Delivered(MessageRef(channel=channel, ts=ts))
            case {"ok": False, "error": str(reason)} as said:
                if reason in _PASSING:
                    return Deferred(RETRY_SECONDS, reason)
                if (
                    isinstance(said.get("needed"), str) and said["needed"]
                ):  # of missing_scope: which
                    return Refused(f"{reason}: {said['needed'][:100]}")
                return Refused(reason, everywhere=reason not in _OF_CHANNEL)
    except ValueError:
        pass
    return Deferred(RETRY_SECONDS, "Slack's answer cannot be read")


def _of_upload(error: SlackApiError) -> Receipt:
    response: Any = error.response
    return Refused(str(response.get("error", f"HTTP {response.status_code}")))


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
        receipt = _of_webhook(post(self.url, message.payload(), None, deadline))
        if isinstance(receipt, Refused) and "invalid_" in receipt.reason:
            return _of_webhook(post(self.url, {"text": message.text}, None, deadline))
        return receipt

    def update(self, ref: MessageRef, message: SlackMessage, deadline: Deadline) -> Receipt:
        """Refuse: a webhook cannot."""
        del ref, message, deadline
        return Refused("a webhook cannot update")

    def upload(self, ref: MessageRef, image: bytes, title: str, deadline: Deadline) -> Receipt:
        """Refuse: a webhook cannot."""
        del ref, image, title, deadline
        return Refused("a webhook cannot upload")


def _of_webhook(answer: Answer | NoAnswer) -> Receipt:
    """Read what a webhook says: ``ok``, and nothing else, is Slack's word for a message taken.

    A proxy's page comes with 200 as well, and so did ``no_service`` of a hook that is gone.
    """
    if isinstance(answer, NoAnswer) or answer.status != 200:
        return unsuccessful(answer, "Slack")
    said = answer.body.strip()
    if said == "ok":
        return Delivered()
    if _SLACKS_WORD.fullmatch(said):
        return Refused(said)
    return Deferred(RETRY_SECONDS, "what answered is not Slack")
