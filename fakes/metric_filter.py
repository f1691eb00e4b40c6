"""CloudWatch Logs' JSON filter patterns, as far as ours use them; anything else raises.

Amazon CloudWatch Logs, User Guide, "Filter pattern syntax for JSON log events".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_TERM = re.compile(r"\(\$\.(\w+) (?:(IS TRUE|IS FALSE)|(=) \"([^\"]*)\"|(>=) (\d+))\)")


class UnknownPatternError(ValueError):
    """A pattern, or a part of one, that this does not understand."""


def matcher(pattern: str) -> Callable[[Mapping[str, Any]], bool]:
    """Return what says whether a line matches; raises UnknownPatternError."""
    if not (pattern.startswith("{ ") and pattern.endswith(" }")):
        raise UnknownPatternError(pattern)
    terms = []
    for part in pattern[2:-2].split(" && "):
        found = _TERM.fullmatch(part)
        if not found:
            raise UnknownPatternError(part)
        terms.append(_term(found))
    return lambda line: all(term(line) for term in terms)


def _term(found: re.Match[str]) -> Callable[[Mapping[str, Any]], bool]:
    name, truth, _, text, _, least = found.groups()
    if truth:
        return lambda line: line.get(name) is (truth == "IS TRUE")
    if least is not None:
        bound = int(least)
        return lambda line: _number(line.get(name), bound)
    return lambda line: line.get(name) == text


def _number(value: Any, bound: int) -> bool:
    """Compare a number; a number in quotes is text to CloudWatch."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= bound
