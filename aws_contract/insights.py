"""The grammar of Logs Insights' query language, as far as AWS documents it.

Source: as in `insights_words`. Commands that nobody here uses are known by their name only; what is
not documented is refused, as an emulator would not. The tree is for whoever runs a query or asks
which fields it reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aws_contract.insights_tree import Call, Column, Command, Field, Literal, Node, Operation
from aws_contract.insights_words import (
    AGGREGATES,
    COMMANDS,
    COMPARISONS,
    FUNCTIONS,
    PERIOD,
    WORDS,
    QueryError,
    Token,
    piped,
    tokens,
)


def read(query: str) -> tuple[Command, ...]:
    """Return a query's commands; raise QueryError when it is not one."""
    lines = [line for line in query.splitlines() if not line.lstrip().startswith("#")]
    return tuple(map(_command, piped("\n".join(lines))))


def fields_read(query: str) -> set[str]:
    """Return the fields of log lines that a query reads; QueryError where that is not known."""
    found: set[str] = set()
    made: set[str] = set()
    for command in read(query):
        if command.name not in {*_GRAMMARS, "source"}:
            raise QueryError(f"which fields {command.name} reads is not known here")
        columns = (*command.columns, *command.by)
        found |= {name for column in columns for name in _names(column.node)} - made
        made |= {column.name for column in columns if column.node != Field(column.name)}
    return found


def _names(node: Node) -> Iterator[str]:
    match node:
        case Field(name):
            yield name
        case Call(_, parts) | Operation(_, parts):
            for part in parts:
                yield from _names(part)
        case Literal():
            return


def _command(part: str) -> Command:
    word = re.match(r"\s*(\w+)", part)
    if word is None or word[1].lower() not in COMMANDS:
        raise QueryError(f"unexpected symbol found {word[1] if word else '|'}")
    name, rest = word[1].lower(), part[word.end() :]
    grammar = _GRAMMARS.get(name)
    if grammar is None:
        return Command(name, rest.strip())
    parser = _Parser(rest, tokens(rest))
    columns, by = grammar(parser)
    if parser.next.kind != "end":
        raise QueryError(f"unexpected symbol found {parser.next.text}")
    return Command(name, rest.strip(), tuple(columns), tuple(by))


@dataclass(slots=True)
class _Parser:
    text: str
    tokens: list[Token]
    at: int = 0
    aggregated: bool = False  # whether an aggregate was met since it was reset
    allowed: bool = False  # whether aggregates may be

    @property
    def next(self) -> Token:
        if self.at < len(self.tokens):
            return self.tokens[self.at]
        return Token("end", "<EOF>", len(self.text), len(self.text))

    def take(self, *words: str) -> str | None:
        """Take the next token when it is one of these words or kinds."""
        token = self.next
        if token.word in words and token.kind != "end":
            self.at += 1
            return token.word
        return None

    def need(self, *words: str) -> Token:
        token = self.next
        if self.take(*words) is None:
            raise QueryError(f"mismatched input '{token.text}' expecting {' or '.join(words)}")
        return token

    def name(self) -> str:
        token = self.next
        if token.kind != "name" or token.word in WORDS:
            raise QueryError(f"mismatched input '{token.text}' expecting a field")
        self.at += 1
        return token.text.strip("`")

    def listed[T](self, each: Callable[[], T]) -> list[T]:
        found = [each()]
        while self.take(","):
            found.append(each())
        return found

    def column(self) -> Column:
        start = self.next.start
        node = self.condition()
        written = self.text[start : self.tokens[self.at - 1].end]
        return Column(self.name() if self.take("as") else written, node)

    def condition(self) -> Node:
        return self._chain(lambda: self._chain(self._negated, "and"), "or")

    def _chain(self, part: Callable[[], Node], *signs: str) -> Node:
        """Read parts with signs between them, the left ones first."""
        node = part()
        while sign := self.take(*signs):
            node = Operation(sign, (node, part()))
        return node

    def _negated(self) -> Node:
        if self.take("not"):
            return Operation("not", (self._negated(),))
        left = self._expression()
        if sign := self.take(*COMPARISONS):
            return Operation(sign, (left, self._expression()))
        if self.take("=~"):
            return Operation("like", (left, self.literal("regex", "text")))
        negated = self.take("not")
        if self.take("like"):
            found = Operation("like", (left, self.literal("regex", "text")))
        elif self.take("in"):
            self.need("[")
            choices = self.listed(lambda: self.literal("text", "number"))
            self.need("]")
            found = Operation("in", (left, *choices))
        elif negated:
            raise QueryError(f"mismatched input '{self.next.text}' expecting like or in")
        else:
            return left
        return Operation("not", (found,)) if negated else found

    def _expression(self) -> Node:
        def product() -> Node:
            return self._chain(lambda: self._chain(self._operand, "^"), "*", "/", "%")

        return self._chain(product, "+", "-")

    def _operand(self) -> Node:
        if self.take("-"):
            return Operation("-", (self._operand(),))
        if self.take("("):
            node = self.condition()
            self.need(")")
            return node
        if self.next.kind in {"text", "number"}:
            return self.literal("text", "number")
        name = self.name()
        return self._call(name) if self.take("(") else Field(name)

    def literal(self, *kinds: str) -> Literal:
        token = self.need(*kinds)
        if token.kind == "number" and token.text.replace(".", "", 1).isdigit():
            return Literal(float(token.text))
        return Literal(token.text[1:-1] if token.kind == "text" else token.text)

    def _call(self, name: str) -> Call:
        function = name.lower()
        limits = {**AGGREGATES, **FUNCTIONS}.get(function)
        if limits is None:
            raise QueryError(f"Invalid function {name}")
        if function in AGGREGATES:
            if not self.allowed:
                raise QueryError(f"aggregate {name} outside of stats")
            self.aggregated = True
        if function == "bin":
            return Call(function, (self._period(),))
        arguments: list[Node] = []
        is_starred = function == "count" and self.take("*")
        if not is_starred:
            if self.next.text != ")":
                arguments = self.listed(self.condition)
            if not limits[0] <= len(arguments) <= limits[1]:
                raise QueryError(f"Invalid arguments for function {name}")
        self.need(")")
        return Call(function, tuple(arguments))

    def _period(self) -> Literal:
        words = []
        while self.next.text not in {")", "<EOF>"}:
            words.append(self.next.text)
            self.at += 1
        if not PERIOD.fullmatch(" ".join(words)):
            raise QueryError(f"Invalid arguments for function bin: {' '.join(words)}")
        self.need(")")
        return Literal("".join(words))


type _Parts = tuple[list[Column], list[Column]]


def _filter(parser: _Parser) -> _Parts:
    return [Column("", parser.condition())], []


def _columns(parser: _Parser) -> _Parts:
    return parser.listed(parser.column), []


def _stats(parser: _Parser) -> _Parts:
    parser.allowed = True

    def aggregate() -> Column:
        parser.aggregated = False
        column = parser.column()
        if not parser.aggregated:
            raise QueryError("stats needs an aggregate in each of its expressions")
        return column

    made = parser.listed(aggregate)
    parser.allowed = False
    return made, parser.listed(parser.column) if parser.take("by") else []


def _sort(parser: _Parser) -> _Parts:
    def key() -> Column:
        name = parser.name()
        return Column(name, Operation(parser.take("asc", "desc") or "", (Field(name),)))

    return parser.listed(key), []


def _dedup(parser: _Parser) -> _Parts:
    return [Column(name, Field(name)) for name in parser.listed(parser.name)], []


def _limit(parser: _Parser) -> _Parts:
    return [Column("", parser.literal("number"))], []


_GRAMMARS: dict[str, Callable[[_Parser], _Parts]] = {
    "filter": _filter,
    "fields": _columns,
    "display": _columns,
    "dedup": _dedup,
    "stats": _stats,
    "sort": _sort,
    "limit": _limit,
}
