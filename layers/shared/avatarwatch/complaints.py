"""What msgspec says of a document that somebody wrote, in words for who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

# A host by its name: what urllib cannot take apart (a bracket, a port of 70000) fails in each try
_PORT = r"[1-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
_REST = rf"[A-Za-z0-9._-]+(?::(?:{_PORT}))?(?:[/?#][^\s]*)?"
URL = rf"^https?://{_REST}\Z"
HTTPS = rf"^https://{_REST}\Z"
HTTP = rf"^http://{_REST}\Z"
TEXT = r"^\S(?:.*\S)?\Z"
FORMS = {
    TEXT: "needs to be a text on one line, without spaces around it",
    URL: "needs to be an address that begins with https:// or http://, without spaces",
    HTTPS: "needs to be an address that begins with https://, without spaces",
}
"""The patterns that people's documents are held against, in words."""

# How msgspec ends and words what is wrong: "... - at `$.slack.channels`"
_PLACE = re.compile(
    r"(?P<what>.*?)(?: - at (?P<key>`key` in )?`\$\.?(?P<place>[^`]*)`)?", re.DOTALL
)
_FIELD = re.compile(r"Object (?P<how>missing required|contains unknown) field `(?P<name>.*)`")
_HOW = {"missing required": "is missing", "contains unknown": "is no setting"}
_KIND = re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<got>[^`]+)`")
_FORM = re.compile(r"Expected `str` matching regex (?P<quote>['\"])(?P<pattern>.*)(?P=quote)")
_SIZE = re.compile(r"Expected `(?P<kind>[^`]+)`(?P<length> of length)? (?P<sign>[<>]=?) (?P<n>\S+)")
_NONE_OF_THEM = re.compile(r"Invalid enum value (?P<value>.*)", re.DOTALL)
_KINDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object in braces",
    "null": "nothing",
}
_SIGNS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
_COUNTED = {
    "str": ("character", "characters"),
    "array": ("entry", "entries"),
    "object": ("field", "fields"),
}


def worded(message: str, within: str, kind: Any = None) -> str:
    """Write msgspec's message as the path of a field ``within`` something and what is wrong.

    ``kind`` is the field's type, whose words are told where a value is none of them.

    >>> worded("Object missing required field `url` - at `$.slack`", "")
    'slack.url: is missing'
    >>> worded("Expected `int`, got `str` - at `$.status[0]`", "api")
    'api.status.0: needs to be a whole number, not a text'
    """
    found = _PLACE.fullmatch(message)
    what, place = (found["what"], found["place"] or "") if found else (message, "")
    path = [within, *re.split(r"[.\[\]]+", place)]
    if of_field := _FIELD.fullmatch(what):
        path, what = [*path, of_field["name"]], _HOW[of_field["how"]]
    else:
        what = ("a name in it " if found and found["key"] else "") + _in_words(what, kind)
    return ": ".join(filter(None, (".".join(filter(None, path)), what)))


def _in_words(what: str, field: Any) -> str:
    if kind := _KIND.fullmatch(what):
        return f"needs to be {_any_of(kind['wanted'])}, not {_any_of(kind['got'])}"
    if size := _SIZE.fullmatch(what):
        if size["length"]:
            one, many = _COUNTED.get(size["kind"], ("part", "parts"))
            return f"needs {_SIGNS[size['sign']]} {size['n']} {one if size['n'] == '1' else many}"
        return f"needs to be {_SIGNS[size['sign']]} {size['n'].removesuffix('.0')}"
    if form := _FORM.fullmatch(what):
        pattern = form["pattern"].replace("\\\\", "\\")
        return FORMS.get(pattern, f"needs to be of the form {pattern}")
    if none := _NONE_OF_THEM.fullmatch(what):
        there = list(_words_of(field))
        asked = meant(none["value"].strip("'"), there) or f"there are {', '.join(there)}"
        return f"{none['value']} is none of what it can be" + (f", {asked}" if there else "")
    return what


def _words_of(kind: Any) -> Iterator[str]:
    """Yield the words that a type takes, wherever in it they stand."""
    kind = getattr(kind, "__value__", kind)  # of a name that stands for a type
    if get_origin(kind) is Literal:
        yield from map(str, get_args(kind))
    elif isinstance(kind, type) and issubclass(kind, StrEnum):
        yield from kind
    else:
        for each in get_args(kind):
            yield from _words_of(each)


def _any_of(kinds: str) -> str:
    return " or ".join(_KINDS.get(each, each) for each in kinds.split(" | "))


def near(name: str, known: Iterable[str]) -> list[str]:
    """Return the one right name that a wrong one is near to, if there is one, in any case."""
    from difflib import get_close_matches  # noqa: PLC0415 - only who errs needs it

    folded = {each.casefold(): each for each in known}
    return [folded[each] for each in get_close_matches(name.casefold(), folded, n=1)]


def zone_meant(name: str) -> str:
    """Ask for the time zone that a wrong name is near to, empty if none is."""
    from zoneinfo import available_timezones  # noqa: PLC0415 - late: only who errs needs them

    # of places, and UTC: EST is no answer to who wrote CEST
    known = (each for each in available_timezones() if "/" in each or each == "UTC")
    return meant(name, known)


def meant(name: str, known: Iterable[str]) -> str:
    """Ask for the right name that a wrong one is near to, empty if none is."""
    return "".join(f"did you mean {close}?" for close in near(name, known))
