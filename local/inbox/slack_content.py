"""From a request's arguments to a checked message, or Slack's error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_contract.slack_rules import (
    MAX_ATTACHMENTS,
    MAX_BLOCKS_TEXT,
    Checker,
    check_attachments,
    text_length,
)
from local.inbox.models import Content

if TYPE_CHECKING:
    from local.inbox.models import Json
    from local.inbox.store import Store


class SlackError(Exception):
    """A refusal in Slack's words: the error's code, and what is wrong in detail."""

    def __init__(self, code: str, details: list[str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.details = details or []


def read_content(arguments: Json, store: Store, *, longest: int) -> Content:
    """Check ``text``, ``blocks`` and ``attachments`` and return them.

    ``longest`` is the method's limit for the text in characters. Raises SlackError in the order
    in which Slack looks: format, blocks, attachments, text, sum.
    """
    text = arguments.get("text")
    if text is not None and not isinstance(text, str):
        raise SlackError("invalid_arguments", ["must provide a string [json-pointer:/text]"])
    blocks = _array(arguments, "blocks", "invalid_blocks_format")
    attachments = _array(arguments, "attachments", "invalid_attachments")
    _check_blocks(blocks, store)
    _check_attachments(attachments, store)
    if not (text and text.strip()) and not blocks and not any(map(_says, attachments)):
        raise SlackError("no_text")
    if text and len(text) > longest:
        raise SlackError("msg_too_long")
    if text_length([blocks, [a.get("blocks") for a in attachments]]) > MAX_BLOCKS_TEXT:
        raise SlackError("msg_blocks_too_long")
    return Content(text or "", tuple(blocks), tuple(attachments))


def find_image(file: Json, store: Store) -> str | None:
    """Return the ID of the uploaded image that a ``slack_file`` names by id or url."""
    wanted = file.get("id")
    url = file.get("url")
    if (wanted is None) == (url is None):
        return None
    if isinstance(url, str):
        name = url.rsplit("/", 2)[-2] if url.count("/") > 3 else ""
        wanted = name.rsplit("-", 1)[-1]
    stored = store.files.get(wanted) if isinstance(wanted, str) else None
    if stored is None or not stored.complete or stored.data is None:
        return None
    return stored.id if image_type(stored.data) else None


def image_type(data: bytes) -> str | None:
    """Return the media type of an image that Slack shows, told by its first bytes."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return None


def _array(arguments: Json, key: str, error: str) -> list[Any]:
    value = arguments.get(key)
    if isinstance(value, str):  # form bodies carry JSON in a field
        try:
            value = json.loads(value)
        except json.JSONDecodeError as problem:
            raise SlackError(error) from problem
    if value is None:
        return []
    if not isinstance(value, list):
        raise SlackError(error)
    return value


def _check_blocks(blocks: list[Any], store: Store) -> None:
    checker = Checker(lambda file: find_image(file, store) is not None)
    checker.blocks(blocks)
    if checker.errors:
        raise SlackError("invalid_blocks", checker.errors)


def _check_attachments(attachments: list[Any], store: Store) -> None:
    if len(attachments) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    checker = Checker(lambda file: find_image(file, store) is not None)
    check_attachments(checker, attachments)
    if checker.errors:
        raise SlackError("invalid_attachments", checker.errors)


def _says(attachment: Json) -> bool:
    return any(
        attachment.get(key)
        for key in ("blocks", "text", "pretext", "title", "fields", "fallback", "image_url")
    )
