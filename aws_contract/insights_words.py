"""The words of Logs Insights' query language: commands, functions, tokens.

Source: Amazon CloudWatch Logs User Guide, "CloudWatch Logs Insights language query syntax" and its
pages on each command and on operations and functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMANDS = """
addtotals anomaly dedup diff display fields filter filterindex head join limit lookup parse pattern
sort source stats tail unmask unnest
"""
COMMANDS = frozenset(_COMMANDS.split())
# name: the fewest and the most arguments
AGGREGATES = {
    "avg": (1, 1), "count": (0, 1), "count_distinct": (1, 1), "max": (1, 1), "min": (1, 1),
    "pct": (2, 2), "stddev": (1, 1), "sum": (1, 1), "earliest": (1, 1), "latest": (1, 1),
    "sortsfirst": (1, 1), "sortslast": (1, 1),
}  # fmt: skip
FUNCTIONS = {
    "abs": (1, 1), "ceil": (1, 1), "floor": (1, 1), "greatest": (1, 99), "least": (1, 99),
    "log": (1, 1), "sqrt": (1, 1),
    "bin": (1, 1), "datefloor": (2, 2), "dateceil": (2, 2), "frommillis": (1, 1),
    "tomillis": (1, 1), "now": (0, 0),
    "ispresent": (1, 1), "coalesce": (1, 99),
    "jsonparse": (1, 1), "jsonstringify": (1, 1),
    "isvalidip": (1, 1), "isvalidipv4": (1, 1), "isvalidipv6": (1, 1), "isipinsubnet": (2, 2),
    "isipv4insubnet": (2, 2), "isipv6insubnet": (2, 2),
    "isempty": (1, 1), "isblank": (1, 1), "concat": (1, 99), "ltrim": (1, 2), "rtrim": (1, 2),
    "trim": (1, 2), "strlen": (1, 1), "toupper": (1, 1), "tolower": (1, 1), "substr": (2, 3),
    "replace": (3, 3), "strcontains": (2, 2),
}  # fmt: skip
PERIOD = re.compile(
    r"\d+\s*(ms|s|m|h|d|w|mo|mon|q|qtr|y|yr"
    r"|(millisecond|second|sec|minute|min|hour|hr|day|week|month|quarter|year)s?)",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<regex>/(?:\\.|[^/\\\n])+/)(?=\s|\)|\||,|$)
    | (?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    | (?P<number>\d+(?:\.\d+)?\w*)
    | (?P<name>`[^`]+`|@?[A-Za-z_][\w.@-]*\w|@?[A-Za-z_])
    | (?P<sign>=~|!=|<=|>=|[-+*/%^=<>(),|\[\]])
    )""",
    re.VERBOSE,
)
WORDS = frozenset({"and", "or", "not", "in", "like", "as", "by", "asc", "desc"})
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class QueryError(ValueError):
    """AWS would refuse the query; the message says at which word."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a command; ``start`` and ``end`` are where it stands in the command's text."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """Return what the grammar sees: names and signs as they are, the rest by their kind."""
        return self.text.lower() if self.kind in {"name", "sign"} else self.kind


def piped(text: str) -> list[str]:
    """Split at pipes outside of quotes and patterns."""
    quoted = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|/(?:\\.|[^/\\\n])*/(?=\s|\)|\||$)")
    hidden = quoted.sub(lambda found: found[0].replace("|", "\0"), text)
    return [part.replace("\0", "|") for part in hidden.split("|")]


def tokens(text: str) -> list[Token]:
    """Return the words of a command; QueryError for what is none."""
    found, at = [], 0
    divides = False  # after an operand a slash divides, elsewhere it opens a pattern
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match and match.lastgroup == "regex" and divides:
            match = re.compile(r"\s*(?P<sign>/)").match(text, at)
        if match is None or match.lastgroup is None:
            raise QueryError(f"unexpected symbol found {text[at:].strip()[:10]}")
        token = Token(match.lastgroup, match[match.lastgroup], *match.span(match.lastgroup))
        divides = token.kind in {"text", "number", "name"} and token.word not in WORDS
        divides = divides or token.text in {")", "]"}
        found.append(token)
        at = match.end()
    return found
