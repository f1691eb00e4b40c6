"""What a click in Slack says (pure).

Source: Slack's "block_actions payload". What is clicked stands in an attachment of the message.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from avatarwatch.answers import ADDRESS_LIMIT, ANSWERS, NAME_LIMIT, ROWS, Answer, What, read_button
from chat_actions.request import Request

LABEL = "Slack"


class NoAnswerError(Exception):
    """It is genuine, and nothing that answers an alert."""


def read_slack(request: Request, now: datetime) -> Answer:
    """Return the answer that a click gives; raises NoAnswerError for all else that Slack sends."""
    # by its signature, which holds its time: Slack sends no request twice
    signature = request.header("x-slack-signature")
    identity = f"slack:{hashlib.sha256(signature.encode()).hexdigest()[:32]}"
    payload = _payload(request.body)
    match payload:
        case {"type": "block_actions", "actions": [dict() as action, *_]}:
            what, of_rows = _what(action.get("action_id"))
        case _:
            raise NoAnswerError("no click on a button or a menu")
    value = _value(action)
    try:
        opened, key = read_button(value)
    except ValueError as error:
        raise NoAnswerError(str(error)) from None
    by, reply_to = _name(payload.get("user")), _address(payload.get("response_url"))
    if of_rows:
        return Answer(id=identity, what=what, by=by, at=now, over=LABEL, opened=opened,
                      row=key, place=_place(payload), reply_to=reply_to)  # fmt: skip
    return Answer(id=identity, what=what, by=by, at=now, over=LABEL, opened=opened, key=key,
                  reply_to=reply_to)  # fmt: skip


def _payload(body: bytes) -> dict[str, Any]:
    try:
        form = parse_qs(body.decode(), max_num_fields=10)
        payload = json.loads(form["payload"][0])
    except (ValueError, KeyError, RecursionError):
        raise NoAnswerError("no form with a payload") from None
    if not isinstance(payload, dict):
        raise NoAnswerError("the payload is no object")
    return payload


def _what(action_id: Any) -> tuple[What, bool]:
    """Return what an action's id says, and whether it is about rows of a group."""
    for prefix in (ANSWERS, ROWS):
        if isinstance(action_id, str) and action_id.startswith(prefix):
            name = action_id.removeprefix(prefix).removesuffix(":all")
            if name in set(What):
                return What(name), prefix == ROWS
    raise NoAnswerError("a button that is a link, or none of ours")


def _value(action: dict[str, Any]) -> str:
    match action:
        case {"value": str(value)} | {"selected_option": {"value": str(value)}}:
            return value[:2000]
        case _:
            raise NoAnswerError("nothing was chosen")


def _place(payload: dict[str, Any]) -> tuple[str, str]:
    match payload:
        case {"container": {"channel_id": str(channel), "message_ts": str(ts)}}:
            return channel, ts
        case {"channel": {"id": str(channel)}, "message": {"ts": str(ts)}}:
            return channel, ts
        case _:
            raise NoAnswerError("it does not say of which message")


def _address(url: Any) -> str:
    """Return where who clicked can be answered; whether that is Slack's decides who answers."""
    return url if isinstance(url, str) and len(url) <= ADDRESS_LIMIT else ""


def _name(user: Any) -> str:
    """Return how a person is called: what people chose themselves, so any text at all."""
    known = user if isinstance(user, dict) else {}
    for field in ("name", "username", "id"):
        if isinstance(known.get(field), str) and known[field].strip():
            return " ".join(str(known[field]).split())[:NAME_LIMIT]
    return "somebody"
