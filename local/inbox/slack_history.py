"""conversations.history and conversations.replies: what stands in a channel, or in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.inbox.slack_chat import author_of, channel_by_id, message_json
from local.inbox.slack_content import SlackError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.inbox.models import Json, SlackMessage
    from local.inbox.slack_call import Call

MAY_NOT_READ = "xoxb-unread"
"""A token without the scope channels:history."""

_MOST = 999  # https://docs.slack.dev/reference/methods/conversations.history, limit


def history(call: Call) -> Json:
    """Return a channel's messages, the newest first."""
    found = sorted(call.store.messages(_channel(call)).values(), key=lambda each: each.ts)
    return _page(call, reversed(found))


def replies(call: Call) -> Json:
    """Return a message and what stands below it, the oldest first."""
    channel = _channel(call)
    parent = call.store.find_message(channel, call.required("ts", "thread_not_found"))
    if parent is None:
        raise SlackError("thread_not_found")
    return _page(call, (parent, *parent.replies))


def _channel(call: Call) -> str:
    if call.author.id == author_of(MAY_NOT_READ).id:
        raise SlackError("missing_scope")
    return channel_by_id(call.required("channel", "channel_not_found"), call.store)


def _page(call: Call, messages: Iterable[SlackMessage]) -> Json:
    oldest, limit = float(call.text("oldest") or 0), int(call.text("limit") or 100)
    if not 1 <= limit <= _MOST:
        raise SlackError("invalid_limit")
    within = [each for each in messages if float(each.ts) > oldest]
    shown = [_shown(each, metadata=call.flag("include_all_metadata")) for each in within[:limit]]
    return {"messages": shown, "has_more": len(within) > limit}


def _shown(message: SlackMessage, *, metadata: bool) -> Json:
    body = message_json(message)
    return body | {"metadata": message.metadata} if metadata and message.metadata else body
