"""JSON that people wrote: read strictly, and what is wrong with it told to who wrote it.

JSON's readers take the last of two equal names in silence, so that half of a document holds; they
take NaN, and call a byte order mark, which Windows' editors write, an invalid character.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

MARK = "\ufeff"  # what some editors write first; it says nothing in UTF-8 (RFC 8259, 8.1)
_QUOTES = 'names and texts need straight double quotes, "…"'
# What stands where the reader gives up, and what helps who wrote it
_HINTS = (
    (re.compile(r"//|/\*|#"), "JSON has no comments"),
    (re.compile("[\u2018-\u201f'`\u00ab\u00bb]"), _QUOTES),
    (re.compile(r"True\b|False\b|None\b"), "write true, false or null"),
)
_YAML = re.compile(r"\s*(?:---|- |[A-Za-z_]+:(?:\s|$))")


class NotJsonError(ValueError):
    """A text is no JSON; the message says where, and what helps."""


class _Doubled(dict[str, Any]):
    """An object in which a name stands twice."""

    names: tuple[str, ...] = ()


def read_json(text: str) -> Any:
    """Return the value that a text spells; NotJsonError with the line and what helps."""
    text = text.removeprefix(MARK)
    if not text.strip():
        raise NotJsonError("it is empty")
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_refuse, parse_float=_finite
        )
    except json.JSONDecodeError as error:
        hint = _hint(text, error)
        said = error.msg[:1].lower() + error.msg[1:]
        place = f"{said} at line {error.lineno}, column {error.colno}"
        raise NotJsonError(f"{place}: {hint}" if hint else place) from None
    except (RecursionError, ValueError) as error:  # also a number of thousands of digits
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise NotJsonError(why) from None


def doubled(value: Any, within: str = "") -> Iterator[str]:
    """Yield each name that stands twice in an object, by its path.

    >>> list(doubled(read_json('{"slack": {"a": 1, "a": 2}}')))
    ['slack.a']
    """
    if isinstance(value, _Doubled):
        yield from (_path(within, name) for name in value.names)
    for key, each in (
        value.items() if isinstance(value, dict) else
        enumerate(value) if isinstance(value, list) else ()
    ):  # fmt: skip
        yield from doubled(each, _path(within, key))


def _path(within: str, key: object) -> str:
    return f"{within}.{key}" if within else str(key)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    double = _Doubled(found)
    double.names = tuple(name for name in found if names.count(name) > 1)
    return double


def _refuse(word: str) -> Any:
    raise NotJsonError(f"{word} is no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotJsonError(f"{text} is too large a number")
    return number


def _hint(text: str, error: json.JSONDecodeError) -> str:
    if _YAML.match(text):
        return "it looks like YAML, and needs to be JSON"
    found = (hint for form, hint in _HINTS if form.match(text, error.pos))
    return next(found, _QUOTES if "property name" in error.msg else "")
