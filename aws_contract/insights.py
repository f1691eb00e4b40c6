"""The grammar of Logs Insights' query language, as far as AWS documents it.

Source: Amazon CloudWatch Logs User Guide, "CloudWatch Logs Insights language query syntax" and its
pages on each command and on operations and functions. Commands that nobody here uses are known by
their name only; what is not documented is refused, as an emulator would not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

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
_PERIOD = re.compile(
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
_WORDS = frozenset({"and", "or", "not", "in", "like", "as", "by", "asc", "desc"})
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class QueryError(ValueError):
    """AWS would refuse the query; the message says at which word."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    @property
    def word(self) -> str:
        return self.text.lower() if self.kind in {"name", "sign"} else self.kind


def check(query: str) -> None:
    """Raise QueryError when a query is not one."""
    lines = [line for line in query.splitlines() if not line.lstrip().startswith("#")]
    text = "\n".join(lines)
    for part in _piped(text):
        command = re.match(r"\s*(\w+)", part)
        if command is None or command[1].lower() not in COMMANDS:
            raise QueryError(f"unexpected symbol found {command[1] if command else '|'}")
        grammar = _GRAMMARS.get(command[1].lower())
        if grammar:
            parser = _Parser(_tokens(part[command.end() :]))
            grammar(parser)
            if parser.next.kind != "end":
                raise QueryError(f"unexpected symbol found {parser.next.text}")


def _piped(text: str) -> list[str]:
    """Split at pipes outside of quotes and patterns."""
    quoted = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|/(?:\\.|[^/\\\n])*/(?=\s|\)|\||$)")
    hidden = quoted.sub(lambda found: found[0].replace("|", "\0"), text)
    return [part.replace("\0", "|") for part in hidden.split("|")]


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    divides = False  # after an operand a slash divides, elsewhere it opens a pattern
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match and match.lastgroup == "regex" and divides:
            match = re.compile(r"\s*(?P<sign>/)").match(text, at)
        if match is None or match.lastgroup is None:
            raise QueryError(f"unexpected symbol found {text[at:].strip()[:10]}")
        token = _Token(match.lastgroup, match[match.lastgroup])
        divides = token.kind in {"text", "number", "name"} and token.word not in _WORDS
        divides = divides or token.text in {")", "]"}
        found.append(token)
        at = match.end()
    return found


@dataclass(slots=True)
class _Parser:
    tokens: list[_Token]
    at: int = 0
    aggregated: bool = field(default=False)  # whether an aggregate was met since it was reset
    allowed: bool = field(default=False)  # whether aggregates may be

    @property
    def next(self) -> _Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _Token("end", "<EOF>")

    def take(self, *words: str) -> str | None:
        """Take the next token when it is one of these words or kinds."""
        token = self.next
        if token.word in words and token.kind != "end":
            self.at += 1
            return token.word
        return None

    def need(self, *words: str) -> str:
        found = self.take(*words)
        if found is None:
            raise QueryError(f"mismatched input '{self.next.text}' expecting {' or '.join(words)}")
        return found

    def name(self) -> str:
        token = self.next
        if token.kind != "name" or token.word in _WORDS:
            raise QueryError(f"mismatched input '{token.text}' expecting a field")
        self.at += 1
        return token.text

    def listed(self, each: Callable[[], object]) -> None:
        each()
        while self.take(","):
            each()

    def condition(self) -> None:
        self._both()
        while self.take("or"):
            self._both()

    def _both(self) -> None:
        self._negated()
        while self.take("and"):
            self._negated()

    def _negated(self) -> None:
        while self.take("not"):
            pass
        self.expression()
        if self.take(*_COMPARISONS):
            self.expression()
        elif self.take("=~"):
            self.need("regex", "text")
        else:
            negated = self.take("not")
            if self.take("like"):
                self.need("regex", "text")
            elif self.take("in"):
                self.need("[")
                self.listed(lambda: self.need("text", "number"))
                self.need("]")
            elif negated:
                raise QueryError(f"mismatched input '{self.next.text}' expecting like or in")

    def expression(self) -> None:
        self._operand()
        while self.take("+", "-", "*", "/", "%", "^"):
            self._operand()

    def _operand(self) -> None:
        while self.take("-"):
            pass
        if self.take("("):
            self.condition()
            self.need(")")
        elif not self.take("text", "number"):
            name = self.name()
            if self.take("("):
                self._call(name)

    def _call(self, name: str) -> None:
        function = name.lower()
        limits = {**AGGREGATES, **FUNCTIONS}.get(function)
        if limits is None:
            raise QueryError(f"Invalid function {name}")
        if function in AGGREGATES:
            if not self.allowed:
                raise QueryError(f"aggregate {name} outside of stats")
            self.aggregated = True
        if function == "bin":
            self._period()
            return
        given = 0
        if not (function == "count" and self.take("*")):
            while self.next.text != ")":
                self.condition()
                given += 1
                if not self.take(","):
                    break
            if not limits[0] <= given <= limits[1]:
                raise QueryError(f"Invalid arguments for function {name}")
        self.need(")")

    def _period(self) -> None:
        words = []
        while self.next.text not in {")", "<EOF>"}:
            words.append(self.next.text)
            self.at += 1
        if not _PERIOD.fullmatch(" ".join(words)):
            raise QueryError(f"Invalid arguments for function bin: {' '.join(words)}")
        self.need(")")


def _aliased(parser: _Parser) -> None:
    parser.condition()
    if parser.take("as"):
        parser.name()


def _stats(parser: _Parser) -> None:
    parser.allowed = True

    def aggregate() -> None:
        parser.aggregated = False
        _aliased(parser)
        if not parser.aggregated:
            raise QueryError("stats needs an aggregate in each of its expressions")

    parser.listed(aggregate)
    parser.allowed = False
    if parser.take("by"):
        parser.listed(lambda: _aliased(parser))


def _sort(parser: _Parser) -> None:
    def key() -> None:
        parser.name()
        parser.take("asc", "desc")

    parser.listed(key)


_GRAMMARS: dict[str, Callable[[_Parser], object]] = {
    "filter": lambda parser: parser.condition(),
    "fields": lambda parser: parser.listed(lambda: _aliased(parser)),
    "display": lambda parser: parser.listed(lambda: _aliased(parser)),
    "dedup": lambda parser: parser.listed(parser.name),
    "stats": _stats,
    "sort": _sort,
    "limit": lambda parser: parser.need("number"),
}
