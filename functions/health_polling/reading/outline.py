"""YAML as services write it: maps and lists by indentation, each line a name, a word or both."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

_LINE = re.compile(
    r"(?P<dashes>(?:- +)*)"
    r"(?:(?P<name>[^\s:#\"'{\[&*!|>%@`-][^:#]{0,60}?|\"[^\"]{1,60}\"|'[^']{1,60}'):(?= |$))?"
    r" *(?P<value>.*)"
)
_COMMENT = re.compile(r"(?:^|\s)#[^\"']*$")
_MOST_LINES = 1000
_LONGEST_LINE = 400
_PLAIN = {"true": True, "false": False, "null": None, "~": None, "": None}
_BEYOND = ("&", "*", "!")  # what is beyond lines of names and words
_BLOCK = re.compile(r"[|>][+-]?\d?")  # a text in the lines below
_MAP = re.compile(r"\{([^{}\[\]]*)\}")
_LIST = re.compile(r"\[([^{}\[\]]*)\]")
_MEMBER = re.compile(r"\s*[\"']?([\w .-]{1,60}?)[\"']?\s*:\s+(.*)")

type _Row = tuple[int, str, str]  # indent, name ("-" of a list's item), value


def outline_of(text: str) -> dict[str, Any] | None:
    """Return what a text holds that is indented as YAML is, None for any other.

    Only maps and lists of plain words, and at least one inside another: a flat text is a list of
    names and words as it stands, anything else is beyond what a health answer is written in.
    """
    if "\t" in text or any(len(line) > _LONGEST_LINE for line in text.splitlines()):
        return None
    lines = [_COMMENT.sub("", line).rstrip() for line in text.splitlines()]
    lines = [line for line in lines if line.strip() and line not in {"---", "..."}]
    is_nested = len(lines) <= _MOST_LINES and any(
        line[0] == " " or line.endswith(("}", "]")) for line in lines
    )
    if not is_nested or lines[0].startswith((" ", "-")):
        return None
    rows: list[_Row] = []
    text_below = -1
    for line in lines:
        if -1 < text_below < len(line) - len(line.lstrip()):
            continue
        text_below = -1
        found = _LINE.fullmatch(line.strip())
        if found is None or found["value"].startswith(_BEYOND):
            return None
        indent, name = len(line) - len(line.lstrip()), (found["name"] or "").strip("\"'")
        for _ in range(found["dashes"].count("-")):
            rows.append((indent, "-", ""))
            indent += 2
        if name or not found["dashes"]:
            is_text = _BLOCK.fullmatch(found["value"]) is not None
            text_below = indent if is_text else -1
            rows.append((indent, name, "a text" if is_text else found["value"]))
        else:
            rows[-1] = (rows[-1][0], "-", found["value"])
    with suppress(_OtherError, RecursionError):
        value, end = _block(rows, 0)
        return value if isinstance(value, dict) and end == len(rows) else None
    return None


class _OtherError(ValueError):
    """It is no YAML of the kind that is read here."""


def _block(rows: list[_Row], start: int) -> tuple[Any, int]:
    """Return the map or list that begins at a row, and where it ends."""
    indent, first, _ = rows[start]
    is_list = first == "-"
    listed: list[Any] = []
    held: dict[str, Any] = {}
    at = start
    while at < len(rows) and rows[at][0] == indent and (rows[at][1] == "-") is is_list:
        _, name, text = rows[at]
        if not name or (not is_list and name in held):
            raise _OtherError
        at += 1
        value: Any = _scalar(text)
        is_below = at < len(rows) and (
            rows[at][0] > indent or (rows[at][0] == indent and rows[at][1] == "-" and not is_list)
        )
        if is_below and text:
            raise _OtherError
        if is_below:
            value, at = _block(rows, at)
        if is_list:
            listed.append(value)
        else:
            held[name] = value
    if at < len(rows) and rows[at][0] > indent:
        raise _OtherError
    return listed if is_list else held, at


def _scalar(text: str) -> Any:
    plain = text.strip().lower()
    if plain in _PLAIN:
        return _PLAIN[plain]
    if plain.isdecimal() and len(plain) < 10:
        return int(plain)
    if flow := _MAP.fullmatch(plain):
        return _members(text.strip()[1:-1]) if flow[1].strip() else {}
    if flow := _LIST.fullmatch(plain):
        return [_scalar(each) for each in text.strip()[1:-1].split(",")] if flow[1].strip() else []
    if plain[0] in "{[|>":
        raise _OtherError
    return text.strip().strip("\"'")


def _members(text: str) -> dict[str, Any]:
    found = [_MEMBER.fullmatch(each) for each in text.split(",")]
    held = {each[1]: _scalar(each[2]) for each in found if each}
    if len(held) < len(found):
        raise _OtherError
    return held
