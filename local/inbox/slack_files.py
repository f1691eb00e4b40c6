"""Slack's three steps of an upload: get a URL, send the bytes, complete; and files.info."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import PlainTextResponse, Response

from local.inbox import slack_chat
from local.inbox.models import Content, Refusal
from local.inbox.slack_content import SlackError, image_type
from local.inbox.store import StoredFile

if TYPE_CHECKING:
    from starlette.requests import Request

    from local.inbox.models import Json
    from local.inbox.rate_limit import RateLimiter
    from local.inbox.slack_call import Call
    from local.inbox.store import Store

_TEAM_ID = "T0INBOX"


def get_upload_url(call: Call) -> Json:
    """Reserve a file and tell where its bytes go."""
    name = call.required("filename")
    length = call.required("length")
    if not length.isdigit() or int(length) == 0:
        raise SlackError("invalid_arguments", ["length must be a positive integer"])
    identity = f"F{secrets.token_hex(5).upper()}"
    file = StoredFile(
        id=identity,
        ticket=secrets.token_urlsafe(16),
        name=name,
        length=int(length),
        created_at=call.store.clock(),
        alt_text=call.text("alt_txt") or "",
    )
    call.store.files[identity] = file
    return {
        "upload_url": f"{call.base_url}slack/upload/v1/{file.ticket}",
        "file_id": identity,
    }


async def upload(request: Request, store: Store, limiter: RateLimiter) -> Response:
    """Take the bytes of a reserved file: as many as were announced."""
    del limiter
    ticket = request.path_params["ticket"]
    file = next((file for file in store.files.values() if file.ticket == ticket), None)
    data = await request.body()
    if file is None or file.data is not None:
        return _refused(store, 404, "upload_url_not_found")
    if len(data) != file.length:
        problem = f"length is {len(data)}, announced were {file.length}"
        return _refused(store, 400, problem)
    file.data = data
    store.changed()
    return PlainTextResponse(f"OK - {len(data)}")


def complete_upload(call: Call) -> Json:
    """Finish uploads and share them in ``channel_id`` (or ``channels``) if one is named."""
    files = [_uploaded(entry, call.store) for entry in _entries(call)]
    channels = [
        slack_chat.channel_by_id(wanted, call.store)
        for wanted in (call.text("channel_id") or call.text("channels") or "").split(",")
        if wanted
    ]
    for file, title in files:
        file.complete = True
        file.title = title or file.name
    content = Content(
        text=call.text("initial_comment") or "", files=tuple(file.id for file, _ in files)
    )
    for channel in channels:
        slack_chat.keep_message(call, channel, content)
    call.store.changed()
    return {"files": [file_json(file, call.base_url) for file, _ in files]}


def info(call: Call) -> Json:
    """Describe a file that was completed."""
    file = call.store.files.get(call.required("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return {"file": file_json(file, call.base_url)}


def file_json(file: StoredFile, base_url: str) -> Json:
    """Return a file in Slack's JSON."""
    media_type = image_type(file.data or b"") or "application/octet-stream"
    path = f"{_TEAM_ID}-{file.id}/{quote(file.name, safe='')}"
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "mimetype": media_type,
        "filetype": media_type.rpartition("/")[2],
        "size": file.length,
        "created": int(file.created_at.timestamp()),
        "alt_txt": file.alt_text,
        "url_private": f"{base_url}slack/files-pri/{path}",
        "permalink": f"{base_url}slack/files/{path}",
    }


def _entries(call: Call) -> list[Any]:
    value = call.arguments.get("files")
    try:
        entries = json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError as problem:
        raise SlackError("invalid_arguments", ["files is not JSON"]) from problem
    if not isinstance(entries, list) or not entries:
        raise SlackError("invalid_arguments", ["missing required field: files"])
    return entries


def _uploaded(entry: Any, store: Store) -> tuple[StoredFile, str | None]:
    identity = entry.get("id") if isinstance(entry, dict) else None
    file = store.files.get(identity) if isinstance(identity, str) else None
    if file is None or file.data is None:
        raise SlackError("file_not_found")
    return file, entry.get("title")


def _refused(store: Store, status: int, error: str) -> Response:
    store.refuse(Refusal("slack", "file upload", status, error, store.clock()))
    return PlainTextResponse(error, status_code=status)
