"""Slack's interactivity: what a press of a button or a choice in a menu sends to the app.

Sources: Slack's "Handling user interaction" (three seconds, 200, ``response_url`` five times within
thirty minutes), "block_actions payload", "Verifying requests from Slack".
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from aws_contract.slack_rules import MAX_TEXT
from local.inbox.models import Whisper
from local.inbox.slack_chat import message_json
from local.inbox.slack_content import SlackError, read_content

if TYPE_CHECKING:
    from starlette.requests import Request

    from local.inbox.models import Json, SlackMessage
    from local.inbox.store import Store

SECONDS = 3.0  # within which an app has to answer
LIVES, USES = timedelta(minutes=30), 5  # of a response_url
_OPTIONS = ("text", "blocks", "attachments")
_FLAGS = ("response_type", "replace_original")


class App(BaseModel):
    """The settings of a Slack app: where interactions go, and what they are signed with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: HttpUrl
    signing_secret: str = Field(min_length=16)


class Press(BaseModel):
    """What somebody presses or chooses: the message, the element, its value, and who it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: str
    ts: str
    action_id: str
    value: str = Field(max_length=2000)
    user: str = Field(min_length=1, max_length=200)


@dataclass(slots=True)
class _Reply:
    """A response_url: who pressed what, until when it may be used, and how often it was."""

    message: SlackMessage
    user: str
    until: datetime
    used: int = 0


@dataclass(slots=True)
class Interactivity:
    """One app's interactivity; ``app`` is None until its address is given."""

    store: Store
    app: App | None = None
    _replies: dict[str, _Reply] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        """Return the routes: the app's settings, presses, and what an app answers later."""
        return [
            Route("/slack/app", self.set_app, methods=["PUT"]),
            Route("/slack/press", self.press, methods=["POST"]),
            Route("/slack/response/{token}", self.respond, methods=["POST"]),
        ]

    async def set_app(self, request: Request) -> Response:
        """Take the app's settings."""
        try:
            self.app = App.model_validate_json(await request.body())
        except ValidationError as problem:
            first = problem.errors()[0]
            place = ".".join(map(str, first["loc"]))
            return JSONResponse({"error": "invalid", "field": place, "message": first["msg"]}, 400)
        self.store.changed()
        return Response(status_code=204)

    async def press(self, request: Request) -> Response:
        """Send a press to the app, unless the message or its button is not there any more."""
        try:
            press = Press.model_validate_json(await request.body())
        except ValidationError as problem:
            return PlainTextResponse(str(problem.errors()[0]["loc"]), 400)
        message = self.store.find_message(press.channel, press.ts)
        element = _pressed(message, press) if message else None
        if self.app is None or message is None or element is None:
            return JSONResponse({"sent": False, "why": "there is no such button"})
        reply = self._reply_url(message, press.user, str(request.base_url))
        body = _form(payload(message, element, press, reply, self.store.clock()))
        if problem_text := await self._send(self.app, body):
            self._whisper(message, press.user, problem_text, is_error=True)
        return JSONResponse({"sent": True, "why": problem_text})

    def _reply_url(self, message: SlackMessage, user: str, base: str) -> str:
        token = secrets.token_urlsafe(16)
        self._replies[token] = _Reply(message, user, self.store.clock() + LIVES)
        return f"{base}slack/response/{token}"

    async def _send(self, app: App, body: bytes) -> str:
        """Post a signed body; return what Slack shows where the app does not take it."""
        time = str(int(self.store.clock().timestamp()))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": time,
            "X-Slack-Signature": signature(app.signing_secret, time, body),
        }
        try:
            async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as http:
                answer = await http.post(str(app.url), content=body, headers=headers)
        except httpx.TimeoutException:
            return f"This app did not answer within {SECONDS:.0f} seconds"
        except httpx.TransportError:
            return "This app could not be reached"
        if answer.status_code != httpx.codes.OK:
            return f"This app responded with status code {answer.status_code}"
        return ""

    async def respond(self, request: Request) -> Response:
        """Take what an app says to who pressed, or puts in the message's place."""
        reply = self._replies.get(request.path_params["token"])
        if reply is None or self.store.clock() > reply.until:
            return JSONResponse({"ok": False, "error": "expired_url"}, 404)
        if reply.used == USES:
            return JSONResponse({"ok": False, "error": "used_url"}, 404)
        reply.used += 1
        try:
            self._take(reply, json.loads(await request.body()))
        except (SlackError, ValueError) as error:
            code = error.code if isinstance(error, SlackError) else "invalid_payload"
            return JSONResponse({"ok": False, "error": code}, 500)
        return PlainTextResponse("ok")

    def _take(self, reply: _Reply, said: Json) -> None:
        if unknown := said.keys() - {*_OPTIONS, *_FLAGS}:
            raise ValueError(f"nobody plays {min(unknown)}")
        arguments = {key: said[key] for key in _OPTIONS if key in said}
        content = read_content(arguments, self.store, longest=MAX_TEXT)
        if said.get("replace_original") is True:
            kept = self.store.find_message(reply.message.channel, reply.message.ts)
            if kept is None:
                raise SlackError("message_not_found")
            self.store.edit_message(kept, content, broadcast=kept.broadcast)
        elif said.get("response_type", "ephemeral") == "ephemeral":
            self._whisper(reply.message, reply.user, content.text)
        else:
            raise ValueError("nobody plays response_type in_channel")

    def _whisper(
        self, message: SlackMessage, user: str, text: str, *, is_error: bool = False
    ) -> None:
        at = self.store.clock()
        self.store.whisper(Whisper(message.channel, message.ts, user, text, at, is_error))


def payload(
    message: SlackMessage, element: Json, press: Press, response_url: str, at: datetime
) -> Json:
    """Return the ``block_actions`` payload of a press on what stands in a message."""
    chosen: Json = {"value": press.value}
    if element["type"] == "static_select":
        chosen = {"selected_option": _option(element, press.value)}
    attachment = next(
        (n for n, each in enumerate(message.attachments, 1) if element in elements(each)), None
    )
    container = {
        "type": "message" if attachment is None else "message_attachment",
        "message_ts": message.ts, "channel_id": message.channel_id, "is_ephemeral": False,
        **({} if attachment is None else {"attachment_id": attachment}),
    }  # fmt: skip
    user = user_id(press.user)
    return {
        "type": "block_actions",
        "user": {"id": user, "username": press.user, "name": press.user, "team_id": "T0INBOX"},
        "api_app_id": "A0INBOX", "token": "unused", "trigger_id": f"{message.ts}.{user}",
        "team": {"id": "T0INBOX", "domain": "inbox"}, "enterprise": None,
        "is_enterprise_install": False, "container": container,
        "channel": {"id": message.channel_id, "name": message.channel.removeprefix("#")},
        "message": message_json(message), "state": {"values": {}}, "response_url": response_url,
        "actions": [{
            "type": element["type"], "action_id": press.action_id,
            "block_id": element.get("block_id", "b"), **chosen,
            "action_ts": f"{at.timestamp():.6f}",
        }],
    }  # fmt: skip


def user_id(name: str) -> str:
    """Return a person's id, the same for a name each time."""
    return f"U{hashlib.sha256(name.encode()).hexdigest()[:9].upper()}"


def signature(secret: str, time: str, body: bytes) -> str:
    """Sign a body as Slack does."""
    signed = b"v0:" + time.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _form(said: Json) -> bytes:
    return urlencode({"payload": json.dumps(said, ensure_ascii=False)}).encode()


def _pressed(message: SlackMessage, press: Press) -> Json | None:
    """Return the element of a message that is pressed, as long as it stands there."""
    content = message.content
    for element in elements([content.blocks, content.attachments]):
        if element["action_id"] == press.action_id and (
            element.get("value", press.value) == press.value
            if element["type"] == "button"
            else _option(element, press.value) is not None
        ):
            return element
    return None


def _option(element: Json, value: str) -> Json | None:
    return next((o for o in element.get("options", ()) if o.get("value") == value), None)


def elements(part: Any) -> Iterator[Json]:
    """Yield the buttons and menus of a message."""
    match part:
        case {"type": "button" | "static_select", "action_id": str()}:
            yield part
        case dict():
            for each in part.values():
                yield from elements(each)
        case list() | tuple():
            for each in part:
                yield from elements(each)
