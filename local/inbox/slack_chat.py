"""chat.postMessage and chat.update."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aws_contract.slack_rules import MAX_TEXT
from local.inbox.models import Author, Content, SlackMessage
from local.inbox.slack_content import SlackError, read_content
from local.inbox.store import channel_id

if TYPE_CHECKING:
    from local.inbox.models import Json
    from local.inbox.slack_call import Call
    from local.inbox.store import Store

_TS = re.compile(r"\d{1,12}\.\d{6}")
# https://docs.slack.dev/reference/methods/chat.update, error msg_too_long
_MAX_UPDATED_TEXT = 4_000
APP_NAME = "Avatar Watch"


def author_of(token: str) -> Author:
    """Return the app behind a bot token; any ``xoxb-…`` but ``xoxb-revoked`` is valid."""
    if token == "xoxb-revoked":  # noqa: S105 - a name that callers know, not a secret
        raise SlackError("token_revoked")
    if not token.startswith("xoxb-"):
        raise SlackError("invalid_auth")
    digest = hashlib.sha256(token.encode()).hexdigest()[:9].upper()
    return Author(f"B{digest}", APP_NAME)


def post_message(call: Call) -> Json:
    """Post to a channel, or to a thread with ``thread_ts``."""
    channel = open_channel(call.required("channel", "channel_not_found"), call.store)
    content = read_content(call.arguments, call.store, longest=MAX_TEXT)
    message = keep_message(call, channel, content)
    return {
        "channel": message.channel_id,
        "ts": message.ts,
        "message": message_json(message),
    }


def keep_message(call: Call, channel: str, content: Content) -> SlackMessage:
    """Keep a message that was checked, in its thread if the call names one."""
    parent = _thread(call, channel)
    author = replace(
        call.author,
        name=call.text("username") or call.author.name,
        icon_emoji=call.text("icon_emoji"),
    )
    message = SlackMessage(
        channel=channel,
        channel_id=channel_id(channel),
        ts=call.store.next_ts(),
        author=author,
        content=content,
        received_at=call.store.clock(),
        thread_ts=parent.ts if parent else None,
        broadcast=parent is not None and call.flag("reply_broadcast"),
        metadata=_metadata(call),
    )
    call.store.add_message(message)
    return message


def update(call: Call) -> Json:
    """Replace a message's contents; blocks and attachments not sent stay as they were."""
    channel = channel_by_id(call.required("channel", "channel_not_found"), call.store)
    message = call.store.find_message(channel, call.required("ts", "message_not_found"))
    if message is None:
        raise SlackError("message_not_found")
    if not call.store.posted_by(message, call.author):
        raise SlackError("cant_update_message")
    content = _updated(call, message)
    broadcast = message.broadcast or (
        message.thread_ts is not None and call.flag("reply_broadcast")
    )
    call.store.edit_message(message, content, broadcast=broadcast)
    answer = {"type": "message", "text": content.text, "blocks": list(content.blocks)}
    answer["attachments"] = list(content.attachments)
    return {
        "channel": message.channel_id,
        "ts": message.ts,
        "text": content.text,
        "message": answer,
    }


def _updated(call: Call, message: SlackMessage) -> Content:
    if not any(key in call.arguments for key in ("text", "blocks", "attachments")):
        raise SlackError("no_text")
    kept = {
        "text": message.text,
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
    }
    arguments = {**kept, **call.arguments}
    longest = _MAX_UPDATED_TEXT if "text" in call.arguments else MAX_TEXT
    content = read_content(arguments, call.store, longest=longest)
    return replace(content, files=message.content.files)


def open_channel(wanted: str, store: Store) -> str:
    """Return a channel's name as the inbox keeps it, from its name or ID.

    Channels are not made first: any ``#name`` and any ``C…`` exists, but ``#missing``; and
    ``#archived`` is archived.
    """
    name = store.channel_names.get(wanted, wanted)
    if name in ("#archived", channel_id("#archived")):
        raise SlackError("is_archived")
    known = name.startswith(("#", "C")) and len(name) > 1
    if not known or name in ("#missing", channel_id("#missing")):
        raise SlackError("channel_not_found")
    return name


def channel_by_id(wanted: str, store: Store) -> str:
    """Return a channel's name from its ID: only chat.postMessage takes names as well."""
    if not wanted.startswith("C"):
        raise SlackError("channel_not_found")
    return open_channel(wanted, store)


def _metadata(call: Call) -> Json | None:
    """Return a message's metadata (https://docs.slack.dev/messaging/message-metadata)."""
    match call.arguments.get("metadata"):
        case None:
            return None
        case {"event_type": str(kind), "event_payload": dict(payload), **more} if not more:
            return {"event_type": kind, "event_payload": payload}
        case _:
            raise SlackError("invalid_metadata_format")


def _thread(call: Call, channel: str) -> SlackMessage | None:
    thread_ts = call.text("thread_ts")
    if thread_ts is None:
        return None
    if not _TS.fullmatch(thread_ts):
        raise SlackError("invalid_thread_ts")
    parent = call.store.find_message(channel, thread_ts)
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.thread_ts is not None:
        return call.store.find_message(channel, parent.thread_ts)
    return parent


def message_json(message: SlackMessage) -> Json:
    """Return a message in Slack's JSON."""
    body: Json = {
        "type": "message",
        "text": message.text,
        "ts": message.ts,
        "username": message.author.name,
        "bot_id": message.author.id,
        "blocks": list(message.blocks),
        "attachments": [
            {"id": number, **item} for number, item in enumerate(message.attachments, 1)
        ],
    }
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    return body
