"""Compute an alarm's expression over its metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from alarm_evaluator.errors import EvaluatorError, NotSimulatedError
from alarm_evaluator.expressions import functions
from alarm_evaluator.expressions.reading import (
    Array,
    Call,
    Name,
    Node,
    Number,
    Operation,
    Text,
    parse,
)
from alarm_evaluator.expressions.values import Column, Columns, Value, each_column, operate
from alarm_evaluator.model import MetricAlarm

_KEYWORDS = frozenset({"REPEAT", "LINEAR"})


@dataclass(frozen=True, slots=True)
class Expressions:
    """An alarm's expressions as trees; ``watched`` is the one that it compares."""

    trees: Mapping[str, Node]
    watched: str
    period: int

    @classmethod
    def of(cls, alarm: MetricAlarm) -> Expressions:
        """Read the expressions of an alarm."""
        [watched] = [query.id for query in alarm.queries if query.returns]
        trees = {query.id: parse(query.expression) for query in alarm.queries if query.expression}
        return cls(trees, watched, alarm.period)

    def result(self, metrics: Mapping[str, Column]) -> Column:
        """Return the series that the alarm watches; EvaluatorError where it is not one series."""
        found = _Computation(self, metrics).named(self.watched)
        if isinstance(found, Columns) and len(found.each) == 1:
            return found.each[0]
        if not isinstance(found, tuple):
            raise EvaluatorError(f"{self.watched} is no single time series")
        return found


@dataclass(slots=True)
class _Computation:
    """One evaluation of all expressions that the watched one needs."""

    expressions: Expressions
    metrics: Mapping[str, Column]
    known: dict[str, Value] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def named(self, name: str) -> Value:
        """Return what a query came to."""
        if name in self.metrics:
            return self.metrics[name]
        if name not in self.known:
            tree = self.expressions.trees.get(name)
            if tree is None or name in self.open:
                raise EvaluatorError(f"{name} is no other query of the alarm")
            self.open.add(name)
            self.known[name] = self.value(tree)
        return self.known[name]

    @property
    def length(self) -> int:
        """How many periods there are."""
        return len(next(iter(self.metrics.values()), ()))

    def value(self, node: Node) -> Value:
        """Return what a tree comes to."""
        match node:
            case Number(value):
                return value
            case Name(name):
                return self.named(name)
            case Array(parts):
                return functions.columns([self.value(part) for part in parts])
            case Operation(operator, left, right):
                return operate(operator, self.value(left), self.value(right))
            case Call(function, arguments):
                return self.call(function, arguments)
            case Text(text):
                raise EvaluatorError(f"{text!r} is no value")

    def call(self, function: str, arguments: tuple[Node, ...]) -> Value:
        """Return what a function makes of its arguments."""
        for apply in (self._of_request, self._of_series, self._of_one):
            if (found := apply(function, arguments)) is not None:
                return found
        raise NotSimulatedError(f"not simulated: {function} with {len(arguments)} arguments")

    def _of_request(self, function: str, arguments: tuple[Node, ...]) -> Value | None:
        """Apply a function that asks about the request itself."""
        match function, arguments:
            case "METRICS", ():
                return Columns(tuple(self.metrics.values()))
            case "METRICS", (Text(part),):
                return Columns(tuple(c for name, c in self.metrics.items() if part in name))
            case "METRIC_COUNT", (array,):
                return float(len(functions.columns([self.value(array)]).each))
            case "PERIOD", (Name(),):
                return float(self.expressions.period)
        return None

    def _of_series(self, function: str, arguments: tuple[Node, ...]) -> Value | None:
        """Apply a function that looks at a series as a whole."""
        match function, arguments:
            case "TIME_SERIES", (scalar,):
                return functions.chosen(1.0, self.value(scalar), None, self.length)
            case "RATE" | "DIFF", (of,):
                return self._difference(self.value(of), rate=function == "RATE")
            case "FILL", (of, filler):
                return self._filled(self.value(of), filler)
            case "IF", (condition, then, *rest) if len(rest) < 2:
                other = self.value(rest[0]) if rest else None
                return functions.chosen(self.value(condition), self.value(then), other, self.length)
        return None

    def _of_one(self, function: str, arguments: tuple[Node, ...]) -> Value | None:
        """Apply a function of single points, or one that reduces."""
        if len(arguments) != 1:
            return None
        value = self.value(arguments[0])
        found = functions.pointwise(function, value)
        return functions.reduction(function, value) if found is None else found

    def _difference(self, value: Value, *, rate: bool) -> Value:
        period = self.expressions.period
        return each_column(lambda one: functions.difference(one, period, rate=rate), value)

    def _filled(self, value: Value, filler: Node) -> Value:
        keyword = isinstance(filler, Name) and filler.name in _KEYWORDS
        with_what = filler.name if keyword and isinstance(filler, Name) else self.value(filler)
        return each_column(lambda one: functions.filled(one, with_what), value)
