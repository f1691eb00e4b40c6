"""Take a message out of what a sender wrapped it in by mistake: it is a text until it is unwrapped.

JSON written as JSON once more, base64, a block of Markdown, a byte order mark, Python's ``str()``
of an event, a form (StatusCake, and webhooks that were handed on as they came), HTML, a field
of JSON that holds JSON and is alone.
"""

import ast
import base64
import binascii
import html
import json
import re
from typing import Any
from urllib.parse import parse_qsl

_MOST_LINES = 50
_PROTOCOLS = 12  # that SNS knows
_TIMES = 6  # so deep it is wrapped at most
_LONGEST_LITERAL = 100_000  # characters; Python's parser takes a hundred times their memory
_FENCE = re.compile(r"```\w{0,20}\n(.*?)\n?```", re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{40,}={0,2}\s*")
_FORM = re.compile(r"[\w.%+\[\]-]{1,60}=[^&\s=]*(?:&[\w.%+\[\]-]{1,60}=[^&\s=]*){2,}&?")
_HTML = re.compile(r"<(?:!doctype html|html|head|body|table|div|p|h[1-6])\b", re.IGNORECASE)
_TAG = re.compile(r"(<[!/]?[A-Za-z-][^<>]*>)")
_NAME = re.compile(r"</?([a-z]+[1-6]?)")
_ADDRESS = re.compile(r"<a\s[^>]{0,200}?href=[\"'](https://[^\"'\s]{3,1000})[\"']", re.IGNORECASE)
_UNSEEN = frozenset({"head", "style", "script"})
_LINES = frozenset({"br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "table", "tr"})


def unwrapped(message: Any) -> Any:
    """Return the message in a text, which may be JSON; what is not wrapped stays as it is."""
    found = message
    for _ in range(_TIMES):
        inner = _once(found)
        if inner is None:
            break
        found = inner
    return found if not isinstance(found, str) or found.strip() else message


def _once(message: Any) -> Any:
    match message:
        case str():
            return _of_text(message.lstrip("\ufeff").strip())
        case {"default": str() as text} if len(message) <= _PROTOCOLS:
            return text  # SNS' form of a text for each protocol, published as if it were one text
        case dict() if len(message) == 1:
            [only] = message.values()
            read = unwrapped(only) if isinstance(only, str) else None
            return read if isinstance(read, dict | list) else None
        case _:
            return None


def _of_text(text: str) -> Any:
    if fenced := _FENCE.fullmatch(text):
        return fenced[1]
    if text.startswith(('"', "{", "[")):
        return _json(text) or _lines(text) or _literal(text)
    if _HTML.match(text):
        return _seen(text)
    if _FORM.fullmatch(text):
        return dict(parse_qsl(text, keep_blank_values=True)) or None
    return _decoded(text) if _BASE64.fullmatch(text) else None


def _json(text: str) -> Any:
    """Return what JSON spells, None for what is no object, array or text."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict | list | str) else None


def _lines(text: str) -> list[Any] | None:
    """Return the objects of which each line is one."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not 1 < len(lines) <= _MOST_LINES:
        return None
    read = [_json(line) for line in lines]
    return read if all(isinstance(each, dict) for each in read) else None


def _literal(text: str) -> Any:
    """Return what Python's ``str()`` was made of: JSON with apostrophes, None and True."""
    if len(text) > _LONGEST_LITERAL or "'" not in text or text[-1] not in "}]":
        return None
    try:
        read = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None
    return read if isinstance(read, dict | list) else None


def _decoded(text: str) -> str | None:
    """Return the text or JSON that base64 holds, None where it only looks like that."""
    try:
        read = base64.b64decode("".join(text.split()), validate=True).decode("utf-8-sig")
    except (binascii.Error, ValueError):
        return None
    return read if "".join(read.split()).isprintable() else None


def _seen(text: str) -> str:
    """Return what somebody sees of a page: a line for each paragraph, and where it leads to."""
    shown, leads, within = [], [], ""
    for index, part in enumerate(_TAG.split(text)):
        if index % 2 == 0:
            shown.append("" if within else part)
            continue
        tag = found[1] if (found := _NAME.match(part.lower())) else ""
        if within or tag in _UNSEEN:
            ended = part.startswith("</") and tag == within
            within = "" if ended else within or tag
        shown.append("\n" if tag in _LINES else " ")
        leads += _ADDRESS.findall(part)
    lines = [" ".join(line.split()) for line in html.unescape("".join(shown)).splitlines()]
    return "\n".join((*filter(None, lines), *map(html.unescape, leads[:1])))
