"""What Slack refuses in a message of ours, and what it would cut or garble.

The first are its rules (`slack_rules`), which the inbox answers with as well. The others it takes
without a word: "Formatting text" and "chat.postMessage" say what becomes of them, and the budget of
the whole message keeps its blocks below the unwritten limit.
"""

import re
from collections.abc import Iterator, Mapping
from json import dumps
from typing import Any

from aws_contract.slack_rules import Checker, check_attachments

ADVISED_TEXT = 4_000
ADVISED_ATTACHMENTS = 20
MESSAGE_BUDGET = 12_000
_BARE_AMPERSAND = re.compile(r"&(?!amp;|lt;|gt;)")
_MARKUP = re.compile(r"<(?:https?://|mailto:|tel:|[@#!])[^<>\n]*>")
_QUOTATION = re.compile(r"^>+", re.MULTILINE)
_COLOR = re.compile(r"good|warning|danger|#[0-9A-Fa-f]{6}")

type Part = Mapping[str, Any]


def check_message(payload: Part) -> list[str]:
    """Say what is wrong with the body of a webhook or of chat.postMessage; empty when it is well.

    That an uploaded file is an image is left to who has the files.
    """
    checker = Checker(lambda file: isinstance(file.get("id") or file.get("url"), str))
    if payload.get("blocks") is not None:
        checker.blocks(payload["blocks"])
    if payload.get("attachments") is not None:
        check_attachments(checker, payload["attachments"])
    return [*checker.errors, *_advice(payload)]


def _advice(payload: Part) -> Iterator[str]:
    text = payload.get("text") or ""
    if not text:
        yield "text: missing, notifications and screen readers need it"
    if len(text) > ADVISED_TEXT:
        yield f"text: {len(text)} characters, at most {ADVISED_TEXT} are advised"
    if _is_bare(text):
        yield "text: &, < or > not escaped"
    for each in _marked(payload):
        if _is_bare(each):
            yield f"{each[:40]!r}: &, < or > not escaped"
    if payload.get("blocks") == []:
        yield "blocks: none"
    yield from _attachments(payload.get("attachments"))
    size = len(dumps(payload, ensure_ascii=False))
    if size > MESSAGE_BUDGET:
        yield f"message: {size} characters, budget {MESSAGE_BUDGET}"


def _attachments(attachments: list[Part] | None) -> Iterator[str]:
    if attachments is None:
        return
    if not 1 <= len(attachments) <= ADVISED_ATTACHMENTS:
        yield f"attachments: {len(attachments)}, 1 to {ADVISED_ATTACHMENTS} are advised"
    for number, each in enumerate(attachments):
        if each.get("color") and not _COLOR.fullmatch(each["color"]):
            yield f"attachments[{number}].color: {each['color']}"
        if not any(each.get(name) for name in ("blocks", "text", "fallback", "fields")):
            yield f"attachments[{number}]: empty"


def _marked(part: Any) -> Iterator[str]:
    """Yield the texts that Slack reads as mrkdwn."""
    if isinstance(part, Mapping):
        if part.get("type") == "mrkdwn":
            yield str(part.get("text"))
        for each in part.values():
            yield from _marked(each)
    elif isinstance(part, list):
        for each in part:
            yield from _marked(each)


def _is_bare(text: str) -> bool:
    rest = _QUOTATION.sub("", _MARKUP.sub("", text))
    return bool(_BARE_AMPERSAND.search(text)) or "<" in rest or ">" in rest
