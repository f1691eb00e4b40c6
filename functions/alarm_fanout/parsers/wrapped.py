"""Take a message out of what a sender wrapped it in by mistake: it is a text until it is unwrapped.

JSON written as JSON once more, base64, a block of Markdown, a byte order mark, Python's ``str()``
of an event, a form (StatusCake, and webhooks that were handed on as they came), HTML.
"""

import ast
import base64
import binascii
import html
import json
import re
from typing import Any
from urllib.parse import parse_qsl

_TIMES = 4  # so deep it is wrapped at most
_LONGEST_LITERAL = 100_000  # characters; Python's parser takes a hundred times their memory
_FENCE = re.compile(r"```\w{0,20}\n(.*?)\n?```", re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{40,}={0,2}\s*")
_LITERAL = re.compile(r"[{\[].*'.*[}\]]", re.DOTALL)
_FORM = re.compile(r"[\w.%+\[\]-]{1,60}=[^&\s=]*(?:&[\w.%+\[\]-]{1,60}=[^&\s=]*){2,}&?")
_HTML = re.compile(r"<(?:!doctype html|html|head|body|table|div|p|h[1-6])\b", re.IGNORECASE)
_UNSEEN = re.compile(r"<(head|style|script)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_ADDRESS = re.compile(r"<a\s[^>]{0,200}?href=[\"'](https://[^\"'\s]{3,1000})[\"']", re.IGNORECASE)
_LINE = re.compile(r"<(?:br|/p|/div|/h[1-6]|/tr|/li|/title)\b[^>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"<[!/]?[a-z][^<>]{0,2000}>", re.IGNORECASE)


def unwrapped(text: str) -> Any:
    """Return the message in a text, which may be JSON; what is not wrapped stays as it is."""
    found: Any = text
    for _ in range(_TIMES):
        inner = _once(found.removeprefix("\ufeff").strip())
        if inner is None:
            break
        found = inner
        if not isinstance(found, str):
            return found
    return found if found.strip() else text


def _once(text: str) -> Any:
    if fenced := _FENCE.fullmatch(text):
        return fenced[1]
    if text.startswith(('"', "{", "[")):
        return _json(text) or _literal(text)
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


def _literal(text: str) -> Any:
    """Return what Python's ``str()`` was made of: JSON with apostrophes, None and True."""
    if len(text) > _LONGEST_LITERAL or not _LITERAL.fullmatch(text):
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
    shown = _TAG.sub(" ", _LINE.sub("\n", _UNSEEN.sub("", text)))
    lines = [" ".join(line.split()) for line in html.unescape(shown).splitlines()]
    leads = list(dict.fromkeys(html.unescape(each) for each in _ADDRESS.findall(text)))
    return "\n".join((*filter(None, lines), *leads[:1]))
