"""From an expression's text to its tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from alarm_evaluator.errors import EvaluatorError, NotSimulatedError

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')|(?P<mark>==|!=|<=|>=|&&|\|\||[-+*/^(),\[\]<>]))"
)
# What decides them is inside AWS; the message says what somebody asked for.
_OF_AWS = {
    "ANOMALY_DETECTION_BAND": "an anomaly detection band",
    "INSIGHT_RULE_METRIC": "Contributor Insights",
    "SERVICE_QUOTA": "a service quota",
    "SEARCH": "a search",
    "DB_PERF_INSIGHTS": "Performance Insights",
    "LAMBDA": "a data source of one's own",
}
_LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"OR", "||"}),
    frozenset({"AND", "&&"}),
    frozenset({"==", "!=", "<", ">", "<=", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "/"}),
)
_SAME = {"||": "OR", "&&": "AND"}


@dataclass(frozen=True, slots=True)
class Number:
    """A scalar."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """Another query by its id, or a keyword (REPEAT, LINEAR)."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string: what the ids are to contain."""

    text: str


@dataclass(frozen=True, slots=True)
class Array:
    """Several time series."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator between two operands."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; ``-`` is the unary minus."""

    function: str
    arguments: tuple[Node, ...]


type Node = Number | Name | Text | Array | Operation | Call


def parse(text: str) -> Node:
    """Return an expression's tree.

    Raises
    ------
    EvaluatorError
        It is no expression.
    NotSimulatedError
        It asks for what only AWS knows.
    """
    if text.lstrip().upper().startswith("SELECT"):
        raise NotSimulatedError(f"not simulated: a Metrics Insights query: {text}")
    reader = _Reader(text, _tokens(text))
    node = reader.binary(0)
    if reader.peek():
        raise EvaluatorError(f"{reader.peek()} is not expected in {text}")
    return node


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise EvaluatorError(f"{text[place:].strip()!r} is no part of an expression")
        found.append(match.group().strip())
        place = match.end()
    return found


@dataclass(slots=True)
class _Reader:
    """Reads tokens, each method one rule of the grammar."""

    text: str
    tokens: list[str]
    place: int = 0

    def peek(self) -> str:
        """Return the next token, empty at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        """Return the next token and pass over it."""
        token = self.peek()
        if not token:
            raise EvaluatorError(f"{self.text} ends too soon")
        self.place += 1
        return token

    def expect(self, token: str) -> None:
        """Pass over a token that has to be there."""
        if (found := self.take()) != token:
            raise EvaluatorError(f"{token} is due before {found} in {self.text}")

    def binary(self, level: int) -> Node:
        """Read operands with operators of a level in between, from left to right."""
        below: Callable[[], Node] = (
            self.unary if level == len(_LEVELS) - 1 else lambda: self.binary(level + 1)
        )
        node = below()
        while self.peek() in _LEVELS[level]:
            operator = self.take()
            node = Operation(_SAME.get(operator, operator), node, below())
        return node

    def unary(self) -> Node:
        """Read an operand that may have a minus before it, or a power after it."""
        if self.peek() == "-":
            self.take()
            return Call("-", (self.unary(),))
        node = self.operand()
        if self.peek() == "^":
            self.take()
            return Operation("^", node, self.unary())
        return node

    def operand(self) -> Node:
        """Read a number, a name, a function, an array, or an expression in brackets."""
        word = self.take()
        if word == "(":
            node = self.binary(0)
            self.expect(")")
            return node
        if word == "[":
            return Array(self.several("]"))
        if word[0] in "\"'":
            return Text(word[1:-1])
        if word[0].isdigit() or word[0] == ".":
            return Number(float(word))
        if not (word[0].isalpha() or word[0] == "_"):
            raise EvaluatorError(f"{word} is not expected in {self.text}")
        if self.peek() != "(":
            return Name(word)
        if word in _OF_AWS:
            raise NotSimulatedError(f"not simulated: {_OF_AWS[word]}: {self.text}")
        self.take()
        return Call(word, self.several(")"))

    def several(self, end: str) -> tuple[Node, ...]:
        """Read what commas part, to its end."""
        found: list[Node] = []
        while self.peek() != end:
            if found:
                self.expect(",")
            found.append(self.binary(0))
        self.take()
        return tuple(found)
