"""Slack's incoming webhooks: plain words for answers, and no time stamp of the message."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse

from aws_contract.slack_rules import MAX_TEXT
from local.inbox.models import Author, Refusal, SlackMessage
from local.inbox.services import Service
from local.inbox.slack_content import SlackError, read_content
from local.inbox.store import channel_id

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from local.inbox.models import Json
    from local.inbox.rate_limit import RateLimiter
    from local.inbox.store import Store

# Webhooks that fail as Slack's do, told by the last segment of the path.
_FAILING = {
    "missing": (404, "channel_not_found"),
    "no_service": (404, "no_service"),
    "archived": (410, "channel_is_archived"),
    "prohibited": (403, "action_prohibited"),
}


async def webhook(request: Request, store: Store, limiter: RateLimiter) -> Response:
    """Post what a webhook brought: 200 ``ok`` or an error's name with its status."""
    path = request.path_params["path"].strip("/")
    channel = f"webhook/{path}"
    if not path:
        return _refused(store, channel, 404, "no_service")
    wait = limiter.wait_for(channel, time.monotonic())
    if wait:
        return _limited(wait)
    last = path.rpartition("/")[2]
    if last in _FAILING:
        return _refused(store, channel, *_FAILING[last])
    try:
        arguments = _payload(await request.body(), request.headers.get("content-type", ""))
        content = read_content(arguments, store, longest=MAX_TEXT)
    except SlackError as error:
        return _refused(store, channel, 400, error.code, error.details)
    name = arguments.get("username")
    icon = arguments.get("icon_emoji")
    store.add_message(
        SlackMessage(
            channel=channel,
            channel_id=channel_id(channel),
            ts=store.next_ts(),
            author=Author(
                id=f"B{channel_id(channel)[1:]}",
                name=name if isinstance(name, str) and name else "Avatar Watch",
                icon_emoji=icon if isinstance(icon, str) else None,
                webhook=True,
            ),
            content=content,
            received_at=store.clock(),
        )
    )
    return PlainTextResponse("ok")


def _payload(body: bytes, content_type: str) -> Json:
    """Read JSON, or the ``payload`` field of a form."""
    try:
        text = body.decode()
        if content_type.startswith("application/x-www-form-urlencoded") and text[:1] != "{":
            text = parse_qs(text).get("payload", [""])[0]
        value = json.loads(text)
    except ValueError as problem:
        raise SlackError("invalid_payload") from problem
    if not isinstance(value, dict):
        raise SlackError("invalid_payload")
    return value


def _refused(
    store: Store, channel: str, status: int, error: str, details: list[str] | None = None
) -> Response:
    refusal = Refusal(channel, "webhook", status, error, store.clock(), tuple(details or ()))
    store.refuse(refusal)
    return PlainTextResponse(error, status_code=status)


def _limited(seconds: int) -> Response:
    return PlainTextResponse("rate_limited", 429, {"Retry-After": str(seconds)})


SERVICE = Service(
    channels=("slack",),
    plays={("/slack/webhook/{path:path}", ("POST",)): webhook},
    refusal=lambda status, error: PlainTextResponse(error, status),
    limited=_limited,
)
