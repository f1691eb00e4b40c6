"""What msgspec says of a document that somebody wrote, in words for who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable

# A host by its name: what urllib cannot take apart (a bracket, a port of 70000) fails in each try
_PORT = r"[1-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
_REST = rf"[A-Za-z0-9._-]+(?::(?:{_PORT}))?(?:[/?#][^\s]*)?"
URL = rf"^https?://{_REST}\Z"
HTTPS = rf"^https://{_REST}\Z"
HTTP = rf"^http://{_REST}\Z"
FORMS = {
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


def worded(message: str, within: str) -> str:
    """Write msgspec's message as the path of a field ``within`` something and what is wrong.

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
        what = ("a name in it " if found and found["key"] else "") + _in_words(what)
    return ": ".join(filter(None, (".".join(filter(None, path)), what)))


def _in_words(what: str) -> str:
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
        return f"{none['value']} is none of what it can be"
    return what


def _any_of(kinds: str) -> str:
    return " or ".join(_KINDS.get(each, each) for each in kinds.split(" | "))


def near(name: str, known: Iterable[str]) -> list[str]:
    """Return the one right name that a wrong one is near to, if there is one."""
    from difflib import get_close_matches  # noqa: PLC0415 - only who errs needs it

    return get_close_matches(name, known, n=1)


def meant(name: str, known: Iterable[str]) -> str:
    """Ask for the right name that a wrong one is near to, empty if none is."""
    return "".join(f"did you mean {close}?" for close in near(name, known))
