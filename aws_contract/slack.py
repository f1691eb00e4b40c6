"""Slack's limits for a message, read from its documentation and not from its SDK.

Sources: "Reference: blocks", "Reference: block elements", "Composition objects", "Formatting text"
and "chat.postMessage". The budget of the whole message was measured: Slack answered
`msg_blocks_too_long` from about 13,200 characters.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MAX_BLOCKS = 50
MAX_TEXT = 4_000
MAX_MESSAGE = 12_000
MAX_ATTACHMENTS = 20
_ESCAPED = re.compile(r"&(?!amp;|lt;|gt;)")
_MARKUP = re.compile(r"<(?:https?://|mailto:|tel:|[@#!])[^<>\n]*>")
_COLOR = re.compile(r"good|warning|danger|#[0-9A-Fa-f]{6}")

type Part = Mapping[str, Any]


def check_message(payload: Part) -> list[str]:
    """Say what Slack would refuse or cut in a message; an empty list is a good message.

    `payload` is the body of an incoming webhook or of chat.postMessage. A block or element of a
    type that is not known here is a fault, so that nothing passes unread.
    """
    faults = list(_message(payload))
    size = len(json.dumps(payload, ensure_ascii=False))
    if size > MAX_MESSAGE:
        faults.append(f"message: {size} characters, budget {MAX_MESSAGE}")
    return faults


def _message(payload: Part) -> Iterator[str]:
    blocks, attachments = payload.get("blocks"), payload.get("attachments")
    text = payload.get("text")
    if not text:
        yield "text: missing, notifications and screen readers need it"
    else:
        yield from _length("text", text, MAX_TEXT)
        yield from _escaping("text", text)
    if blocks is not None:
        yield from _blocks("blocks", blocks)
    if attachments is not None:
        yield from _count("attachments", attachments, MAX_ATTACHMENTS)
        for number, each in enumerate(attachments):
            yield from _attachment(f"attachments[{number}]", each)


def _attachment(where: str, attachment: Part) -> Iterator[str]:
    if attachment.get("color") and not _COLOR.fullmatch(attachment["color"]):
        yield f"{where}.color: {attachment['color']}"
    if not any(attachment.get(name) for name in ("blocks", "text", "fallback", "fields")):
        yield f"{where}: empty"
    if attachment.get("blocks") is not None:
        yield from _blocks(f"{where}.blocks", attachment["blocks"])
    for name in ("text", "pretext", "fallback"):
        yield from _length(f"{where}.{name}", attachment.get(name) or "", MAX_TEXT)
    for number, each in enumerate(attachment.get("fields") or ()):
        if not {"title", "value"} & set(each):
            yield f"{where}.fields[{number}]: empty"


def _length(where: str, text: str, most: int) -> Iterator[str]:
    if len(text) > most:
        yield f"{where}: {len(text)} characters, at most {most}"


def _count(where: str, items: Sequence[Any], most: int) -> Iterator[str]:
    if not 1 <= len(items) <= most:
        yield f"{where}: {len(items)} items, 1 to {most}"


def _escaping(where: str, text: str) -> Iterator[str]:
    rest = _MARKUP.sub("", text)
    rest = re.sub(r"^>+", "", rest, flags=re.MULTILINE)  # a quotation
    if _ESCAPED.search(text) or "<" in rest or ">" in rest:
        yield f"{where}: &, < or > not escaped"


def _blocks(where: str, blocks: Sequence[Part]) -> Iterator[str]:
    yield from _count(where, blocks, MAX_BLOCKS)
    ids = [each["block_id"] for each in blocks if each.get("block_id")]
    if len(set(ids)) < len(ids):
        yield f"{where}: block_id repeated"
    for number, each in enumerate(blocks):
        here = f"{where}[{number}]"
        yield from _length(f"{here}.block_id", each.get("block_id") or "", 255)
        yield from _block(f"{here} {each.get('type')}", each)


def _block(where: str, block: Part) -> Iterator[str]:
    match block.get("type"):
        case "section":
            yield from _section(where, block)
        case "header":
            yield from _text(where, block.get("text"), 150, plain=True)
        case "context":
            yield from _count(where, block.get("elements") or (), 10)
            for each in block.get("elements") or ():
                yield from (
                    _image(where, each)
                    if each.get("type") == "image"
                    else _text(where, each, 3_000)
                )
        case "actions":
            yield from _count(where, block.get("elements") or (), 25)
            yield from _elements(where, block.get("elements") or ())
        case "image":
            yield from _image(where, block)
        case "markdown":
            yield from _length(where, block.get("text") or "", MAX_MESSAGE)
        case "divider":
            pass
        case _:
            yield f"{where}: unknown type of block"


def _section(where: str, block: Part) -> Iterator[str]:
    fields = block.get("fields")
    if block.get("text") is None and fields is None:
        yield f"{where}: neither text nor fields"
    if block.get("text") is not None:
        yield from _text(where, block["text"], 3_000)
    if fields is not None:
        yield from _count(f"{where}.fields", fields, 10)
        for each in fields:
            yield from _text(f"{where}.fields", each, 2_000)
    accessory = block.get("accessory")
    if accessory is not None and accessory.get("type") == "image":
        yield from _image(where, accessory)
    elif accessory is not None:
        yield from _elements(where, [accessory])


def _text(where: str, text: Any, most: int, *, plain: bool = False) -> Iterator[str]:
    if not isinstance(text, Mapping) or text.get("type") not in {"mrkdwn", "plain_text"}:
        yield f"{where}: not a text object"
        return
    if plain and text["type"] != "plain_text":
        yield f"{where}: must be plain_text"
    if not text.get("text"):
        yield f"{where}: empty text"
    misplaced = "emoji" if text["type"] == "mrkdwn" else "verbatim"
    if misplaced in text:
        yield f"{where}: {misplaced} does not belong in {text['type']}"
    yield from _length(where, text.get("text") or "", most)
    if text["type"] == "mrkdwn":
        yield from _escaping(where, text.get("text") or "")


def _image(where: str, image: Part) -> Iterator[str]:
    url = image.get("image_url")
    if (url is None) == (image.get("slack_file") is None):
        yield f"{where}: needs exactly one of image_url and slack_file"
    if url is not None and not re.match(r"https?://", url):
        yield f"{where}: image_url {url}"
    yield from _length(f"{where}.image_url", url or "", 3_000)
    if not image.get("alt_text"):
        yield f"{where}: alt_text missing"
    yield from _length(f"{where}.alt_text", image.get("alt_text") or "", 2_000)
    if image.get("title") is not None:
        yield from _text(f"{where}.title", image["title"], 2_000, plain=True)


def _elements(where: str, elements: Sequence[Part]) -> Iterator[str]:
    actions = [each["action_id"] for each in elements if each.get("action_id")]
    if len(set(actions)) < len(actions):
        yield f"{where}: action_id repeated"
    for each in elements:
        if each.get("type") != "button":
            yield f"{where}: unknown type of element {each.get('type')}"
            continue
        yield from _text(f"{where} button", each.get("text"), 75, plain=True)
        for member, most in (("action_id", 255), ("url", 3_000), ("value", 2_000)):
            yield from _length(f"{where} button.{member}", each.get(member) or "", most)
        if each.get("url") is not None and not re.match(r"https?://", each["url"]):
            yield f"{where} button: url {each['url']}"
        if each.get("style", "primary") not in {"primary", "danger"}:
            yield f"{where} button: style {each['style']}"
