"""JSON that is wrapped in something else, as some frameworks and gateways do."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

# Against scripts of other origins that would read it: Angular's, Google's, Facebook's, Spring's.
_GUARD = re.compile(r"(?:\)\]\}'?,?|for\s*\(;;\);|while\s*\((?:1|true)\);|\{\}\s*&&)\s*(?=[\[{\"])")
_CALLBACK = re.compile(
    r"(?:/\*\*/)?\s*(?:typeof \S+ === 'function' && )?[A-Za-z_$][\w$.]{0,79}"
    r"\(\s*([\[{].*[\]}])\s*\)\s*;?",
    re.DOTALL,
)
_EVENT = re.compile(r"^data: ?(.*)$", re.MULTILINE)
_EVENT_FIELDS = ("data:", "event:", "id:", "retry:", ":")


def unwrapped(text: str) -> str:
    """Return the JSON in a text that guards it, calls with it or sends it as an event.

    >>> unwrapped('callback({"status": "UP"});'), unwrapped('data: {"status": "UP"}')
    ('{"status": "UP"}', '{"status": "UP"}')
    """
    if text[:1] in {"{", "["} and not text.startswith("{}"):
        return text
    if guard := _GUARD.match(text):
        return text[guard.end() :]
    if call := _CALLBACK.fullmatch(text):
        return call[1]
    if text.startswith(_EVENT_FIELDS):  # of server-sent events the latest counts
        latest = re.split(r"\r?\n\r?\n", text.strip())[-1].replace("\r\n", "\n")
        data = "\n".join(_EVENT.findall(latest)).strip()
        return data if data[:1] in {"{", "["} else text
    return text


def inside(text: str) -> Any:
    """Return the object or list that a JSON string holds in turn, None where it holds none."""
    if text.lstrip()[:1] in {"{", "["}:
        with suppress(ValueError, RecursionError):
            return json.loads(text)
    return None


def by_line(text: str) -> list[Any] | None:
    """Return the objects of a text that has one a line (NDJSON), None where a line is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not all(line.lstrip()[0] == "{" for line in lines):
        return None
    held = [inside(line) for line in lines]
    return held if all(isinstance(each, dict) for each in held) else None
