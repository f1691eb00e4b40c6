"""CloudWatch: composite alarms.

Source: API Reference, PutCompositeAlarm, AlarmRule.
"""

import re
from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule

MAX_CHILDREN = 100
MAX_ELEMENTS = 500
_STATES = frozenset({"ALARM", "OK", "INSUFFICIENT_DATA"})
_TOKEN = re.compile(r"""\s*(?:(?P<name>"[^"]+"|'[^']+'|[^\s(),"']+)|(?P<mark>[(),]))""")
_COUNT = re.compile(r"\d{1,2}|100|\d{1,3}%")


class _RuleError(Exception):
    """A rule is no expression of states."""


class _Expression:
    """A reader of alarm rules; each method reads one rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        self.children: list[str] = []
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if not match:
                raise _RuleError(text[place:])
            self.tokens.append(match["name"] or match["mark"])
            place = match.end()
        elements = sum(each in _STATES | {"TRUE", "FALSE"} for each in self.tokens)
        if elements > MAX_ELEMENTS:
            raise _RuleError(f"more than {MAX_ELEMENTS} elements")
        self.place = 0

    def whole(self) -> None:
        """Read the rule to its end."""
        self.operands()
        if self.place < len(self.tokens):
            raise _RuleError(self.tokens[self.place])

    def operands(self) -> None:
        """Read one operand or several with AND and OR in between."""
        self.operand()
        while self.peek() in {"AND", "OR"}:
            self.place += 1
            self.operand()

    def operand(self) -> None:
        """Read a state of an alarm, a constant, or a rule in brackets."""
        word = self.take()
        if word == "NOT":
            self.operand()
        elif word == "(":
            self.operands()
            self.expect(")")
        elif word in _STATES:
            self.expect("(")
            self.child()
            self.expect(")")
        elif word == "AT_LEAST":
            self.at_least()
        elif word not in {"TRUE", "FALSE"}:
            raise _RuleError(word)

    def at_least(self) -> None:
        """Read AT_LEAST(2, ALARM, (a, b, c)); the number may be a share in percent."""
        self.expect("(")
        if not _COUNT.fullmatch(self.take()):
            raise _RuleError("a number or a share is due")
        self.expect(",")
        if self.peek() == "NOT":
            self.place += 1
        if self.take() not in _STATES:
            raise _RuleError("a state is due")
        self.expect(",")
        self.expect("(")
        self.child()
        while self.peek() == ",":
            self.place += 1
            self.child()
        self.expect(")")
        self.expect(")")

    def child(self) -> None:
        """Read an alarm's name or ARN."""
        name = self.take()
        if name in {"(", ")", ","}:
            raise _RuleError("an alarm's name is due")
        self.children.append(name.strip("\"'"))

    def expect(self, text: str) -> None:
        """Pass over a token that has to be there."""
        if self.take() != text:
            raise _RuleError(f"{text} is due")

    def peek(self) -> str:
        """Return the next token, empty at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        """Return the next token and pass over it."""
        word = self.peek()
        if not word:
            raise _RuleError("the rule ends too soon")
        self.place += 1
        return word


def children(text: str) -> list[str]:
    """List the names and ARNs of the alarms that a valid rule looks at."""
    expression = _Expression(text)
    expression.whole()
    return expression.children


def _error(message: str) -> Breach:
    return Breach("ValidationError", message)


@rule("cloudwatch", "PutCompositeAlarm")
def composite_rule(params: Params) -> Iterator[Breach]:
    """Combine the states of alarms. Source: API Reference, PutCompositeAlarm, AlarmRule."""
    try:
        names = children(params["AlarmRule"])
    except _RuleError as error:
        yield _error(f"AlarmRule must be a valid expression of alarm states: {error}")
        return
    if len(set(names)) > MAX_CHILDREN:
        yield _error(f"AlarmRule must not reference more than {MAX_CHILDREN} alarms.")
    if params["AlarmName"] in {name.rsplit(":", 1)[-1] for name in names}:
        yield _error("AlarmRule must not reference the alarm itself.")


@rule("cloudwatch", "PutCompositeAlarm")
def composite_suppressor(params: Params) -> Iterator[Breach]:
    """Wait for a suppressor for a while. Source: the same, ActionsSuppressor."""
    periods = ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")
    for name in periods:
        if bool(params.get("ActionsSuppressor")) != (params.get(name) is not None):
            yield _error(f"{name} is required with ActionsSuppressor, and only then.")
