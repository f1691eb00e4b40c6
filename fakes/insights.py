"""Which fields a Logs Insights query reads, as far as ours are written; anything else raises.

Amazon CloudWatch Logs, User Guide, "CloudWatch Logs Insights language query syntax".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

COMMANDS = frozenset({"fields", "filter", "limit", "sort", "stats", "SOURCE"})
FUNCTIONS = frozenset({"avg", "bin", "count", "count_distinct", "floor", "ispresent", "pct", "sum"})
_WORDS = frozenset({"and", "as", "asc", "by", "desc", "not", "or"})
_TOKEN = re.compile(
    r"""\s*(?: (?P<text>"[^"]*"|'[^']*') | (?P<number>\d+(?:\.\d+)?[smhdw]?)
    | (?P<word>@?[A-Za-z_]\w*) | (?P<sign><=|>=|!=|[=<>*/+(),-]) )""",
    re.VERBOSE,
)


class UnknownQueryError(ValueError):
    """A query, or a part of one, that this does not understand."""


def fields_of(query: str) -> set[str]:
    """Return the fields of the log lines that a query reads; raises UnknownQueryError."""
    read: set[str] = set()
    made: set[str] = set()  # what `as` names, for the commands after it
    for command in query.split("|"):
        name, _, rest = command.strip().partition(" ")
        if name not in COMMANDS:
            raise UnknownQueryError(command)
        words = list(_words(rest))
        for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
            if before == "as":
                made.add(word)
            elif after == "(":
                if word not in FUNCTIONS:
                    raise UnknownQueryError(f"{word}() in {command}")
            elif _is_name(word) and word not in made:
                read.add(word)
    return read


def _is_name(word: str) -> bool:
    return word not in _WORDS and (word[0].isalpha() or word[0] in "@_")


def _words(text: str) -> Iterator[str]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if not found:
            raise UnknownQueryError(text[at:])
        at = found.end()
        if word := found["word"] or found["sign"]:
            yield word
