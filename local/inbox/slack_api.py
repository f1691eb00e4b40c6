"""Slack's Web API: chat.postMessage, chat.update, histories, auth.test and the files methods."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.responses import JSONResponse

from local.inbox import slack_chat, slack_files, slack_history
from local.inbox.models import Refusal
from local.inbox.services import Service
from local.inbox.slack_call import TEAM, Call
from local.inbox.slack_content import SlackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from local.inbox.models import Author, Json
    from local.inbox.rate_limit import RateLimiter
    from local.inbox.store import Store

    type Method = Callable[[Call], Json]


def auth_test(call: Call) -> Json:
    """Tell who the token is."""
    return {
        "url": call.base_url,
        "team": TEAM,
        "user": "avatar_watch",
        "team_id": "T0INBOX",
        "user_id": f"U{call.author.id[1:]}",
        "bot_id": call.author.id,
        "is_enterprise_install": False,
    }


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": slack_chat.post_message,
    "chat.update": slack_chat.update,
    "conversations.history": slack_history.history,
    "conversations.replies": slack_history.replies,
    "files.getUploadURLExternal": slack_files.get_upload_url,
    "files.completeUploadExternal": slack_files.complete_upload,
    "files.info": slack_files.info,
}


async def web_api(request: Request, store: Store, limiter: RateLimiter) -> Response:
    """Answer a call of a method; errors too have the status 200, as at Slack, but for 429."""
    name = request.path_params["method"]
    arguments: Json = {}
    try:
        method = _method(name)
        arguments = await _arguments(request)
        call = Call(arguments, _author(request), store, str(request.base_url))
        wait = _wait(limiter, name, arguments)
        if wait:
            return _limited(wait)
        return JSONResponse({"ok": True, **method(call)})
    except SlackError as error:
        channel = str(arguments.get("channel") or arguments.get("channel_id") or "slack")
        refusal = Refusal(channel, name, 200, error.code, store.clock(), tuple(error.details))
        store.refuse(refusal)
        return JSONResponse(error_body(error))


def _method(name: str) -> Method:
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method")
    return method


def _wait(limiter: RateLimiter, name: str, arguments: Json) -> int:
    """Return the seconds to wait; of the methods here only posting counts a channel."""
    if name != "chat.postMessage":
        return 0
    return limiter.wait_for(str(arguments.get("channel")), time.monotonic())


def error_body(error: SlackError) -> Json:
    """Return Slack's JSON for an error, with the details twice as Slack has them."""
    body: Json = {"ok": False, "error": error.code}
    if error.details:
        body["errors"] = error.details
        messages = [f"[ERROR] {detail}" for detail in error.details]
        body["response_metadata"] = {"messages": messages}
    return body


async def _arguments(request: Request) -> Json:
    """Read the arguments from a JSON or form body and the query; a JSON body wins."""
    arguments: Json = dict(request.query_params)
    body = await request.body()
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if request.method == "GET" or not body:
        return arguments
    if media_type == "application/json":
        return {**arguments, **_json_object(body)}
    if media_type == "application/x-www-form-urlencoded":
        try:
            return {**arguments, **dict(parse_qsl(body.decode(), keep_blank_values=True))}
        except UnicodeDecodeError as problem:
            raise SlackError("invalid_charset") from problem
    raise SlackError("invalid_post_type")


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError as problem:
        raise SlackError("invalid_json") from problem
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return {key: item for key, item in value.items() if item is not None}


def _author(request: Request) -> Author:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise SlackError("not_authed")
    return slack_chat.author_of(token)


def _refusal(status: int, error: str) -> Response:
    return JSONResponse({"ok": False, "error": error}, status)


def _limited(seconds: int) -> Response:
    body = {"ok": False, "error": "ratelimited"}
    return JSONResponse(body, 429, {"Retry-After": str(seconds)})


SERVICE = Service(
    channels=("slack",),
    plays={
        ("/slack/api/{method:path}", ("GET", "POST")): web_api,
        ("/slack/upload/v1/{ticket}", ("POST",)): slack_files.upload,
    },
    refusal=_refusal,
    limited=_limited,
)
