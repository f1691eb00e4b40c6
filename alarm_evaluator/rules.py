"""A composite alarm's rule: API reference, PutCompositeAlarm, AlarmRule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from alarm_evaluator.errors import EvaluatorError
from alarm_evaluator.model import State

_TOKEN = re.compile(r"\s*(?:\"(?P<quoted>[^\"]+)\"|(?P<bare>[^\s(),\"]+)|(?P<mark>[(),]))")
_STATES = frozenset(State)

type States = Mapping[str, State]


@dataclass(frozen=True, slots=True)
class InState:
    """Whether an alarm is in a state."""

    state: State
    alarm: str

    def holds(self, states: States) -> bool:
        """Tell by the states of all alarms; one that is not there is in none."""
        return states.get(self.alarm) is self.state

    def alarms(self) -> Iterator[str]:
        """Yield the alarms that it looks at."""
        yield self.alarm


@dataclass(frozen=True, slots=True)
class Constant:
    """TRUE or FALSE."""

    value: bool

    def holds(self, states: States) -> bool:
        """Tell what it always is."""
        del states
        return self.value

    def alarms(self) -> Iterator[str]:
        """Yield none."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of another rule."""

    of: Rule

    def holds(self, states: States) -> bool:
        """Tell the opposite."""
        return not self.of.holds(states)

    def alarms(self) -> Iterator[str]:
        """Yield the other's."""
        return self.of.alarms()


@dataclass(frozen=True, slots=True)
class Several:
    """Several rules of which all hold, or any."""

    parts: tuple[Rule, ...]
    every: bool

    def holds(self, states: States) -> bool:
        """Tell whether they do."""
        decide: Callable[[Iterator[bool]], bool] = all if self.every else any
        return decide(part.holds(states) for part in self.parts)

    def alarms(self) -> Iterator[str]:
        """Yield those of all."""
        for part in self.parts:
            yield from part.alarms()


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many of some alarms are in a state, or with ``negated`` in another."""

    least: int
    state: State
    negated: bool
    names: tuple[str, ...]

    def holds(self, states: States) -> bool:
        """Count them."""
        found = sum((states.get(name) is self.state) is not self.negated for name in self.names)
        return found >= self.least

    def alarms(self) -> Iterator[str]:
        """Yield them."""
        return iter(self.names)


type Rule = InState | Constant | Not | Several | AtLeast


def read_rule(text: str) -> Rule:
    """Return a rule; EvaluatorError where it is none. Alarms are known by their names."""
    reader = _Reader(text, _tokens(text))
    rule = reader.several("OR")
    if reader.peek() is not None:
        raise EvaluatorError(f"{reader.peek()} is not expected in {text}")
    return rule


def _tokens(text: str) -> list[tuple[str, bool]]:
    """Return the words and marks, and of each whether it was quoted: then it is a name."""
    found: list[tuple[str, bool]] = []
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise EvaluatorError(f"{text[place:].strip()!r} is no part of a rule")
        found.append((match[match.lastgroup or 0], match.lastgroup == "quoted"))
        place = match.end()
    return found


@dataclass(slots=True)
class _Reader:
    """Reads a rule; each method reads one rule of the grammar. AND binds closer than OR."""

    text: str
    tokens: list[tuple[str, bool]]
    place: int = 0

    def peek(self) -> str | None:
        """Return the next word or mark, None for a quoted name and at the end."""
        if self.place >= len(self.tokens):
            return None
        word, quoted = self.tokens[self.place]
        return None if quoted else word

    def take(self) -> str:
        """Return the next word and pass over it."""
        if self.place >= len(self.tokens):
            raise EvaluatorError(f"{self.text} ends too soon")
        self.place += 1
        return self.tokens[self.place - 1][0]

    def expect(self, word: str) -> None:
        """Pass over what has to be there."""
        if (found := self.take()) != word:
            raise EvaluatorError(f"{word} is due before {found} in {self.text}")

    def several(self, operator: str) -> Rule:
        """Read operands with an operator in between."""

        def operand() -> Rule:
            return self.several("AND") if operator == "OR" else self.one()

        parts = [operand()]
        while self.peek() == operator:
            self.take()
            parts.append(operand())
        return parts[0] if len(parts) == 1 else Several(tuple(parts), every=operator == "AND")

    def one(self) -> Rule:
        """Read a state of an alarm, a constant, a number of alarms, or a rule in brackets."""
        word = self.take()
        if word == "NOT":
            return Not(self.one())
        if word in {"TRUE", "FALSE"}:
            return Constant(word == "TRUE")
        if word == "(":
            rule = self.several("OR")
            self.expect(")")
            return rule
        if word == "AT_LEAST":
            return self.at_least()
        if word not in _STATES:
            raise EvaluatorError(f"{word} is not expected in {self.text}")
        self.expect("(")
        name = self.name()
        self.expect(")")
        return InState(State(word), name)

    def at_least(self) -> AtLeast:
        """Read AT_LEAST(2, ALARM, (a, b, c)); the number may be a share, the state negated."""
        self.expect("(")
        number = self.take()
        self.expect(",")
        negated = self.peek() == "NOT"
        if negated:
            self.take()
        state = self.take()
        self.expect(",")
        self.expect("(")
        names = [self.name()]
        while self.peek() == ",":
            self.take()
            names.append(self.name())
        self.expect(")")
        self.expect(")")
        if state not in _STATES:
            raise EvaluatorError(f"{state} is no state in {self.text}")
        return AtLeast(self._least(number, len(names)), State(state), negated, tuple(names))

    def _least(self, number: str, of: int) -> int:
        share = number.endswith("%")
        if not (number.removesuffix("%").isdigit()):
            raise EvaluatorError(f"{number} is no number of alarms in {self.text}")
        least = int(number.removesuffix("%"))
        return ceil(of * least / 100) if share else least

    def name(self) -> str:
        """Read an alarm's name, or its ARN, of which the name is the end."""
        found = self.take()
        if found in {"(", ")", ","}:
            raise EvaluatorError(f"an alarm's name is due before {found} in {self.text}")
        return found.rsplit(":alarm:", 1)[-1]
