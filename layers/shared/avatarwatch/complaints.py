"""What msgspec says of a document that somebody wrote, in words for who wrote it."""

from __future__ import annotations

import re

# How msgspec ends and words what is wrong: "... - at `$.slack.channels`"
_PLACE = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<place>[^`]*)`)?", re.DOTALL)
_FIELD = re.compile(r"Object (?P<how>missing required|contains unknown) field `(?P<name>.*)`")
_HOW = {"missing required": "is missing", "contains unknown": "is no setting"}


def worded(message: str, within: str) -> str:
    """Write msgspec's message as the path of a field ``within`` something and what is wrong.

    >>> worded("Object missing required field `url` - at `$.slack`", "")
    'slack.url: is missing'
    """
    found = _PLACE.fullmatch(message)
    what, place = (found["what"], found["place"] or "") if found else (message, "")
    path = [within, *re.split(r"[.\[\]]+", place)]
    if of_field := _FIELD.fullmatch(what):
        path, what = [*path, of_field["name"]], _HOW[of_field["how"]]
    return ": ".join(filter(None, (".".join(filter(None, path)), what)))
