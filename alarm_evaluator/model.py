"""Alarms as CloudWatch knows them, and what becomes of them.

Amazon CloudWatch, API reference, PutMetricAlarm and PutCompositeAlarm. Times are seconds since
1970 in UTC, spans are seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from operator import ge, gt, le, lt


class State(StrEnum):
    """The states of an alarm."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class Missing(StrEnum):
    """What a period without data counts as."""

    BREACHING = "breaching"
    NOT_BREACHING = "notBreaching"
    IGNORE = "ignore"
    MISSING = "missing"


class Comparison(StrEnum):
    """How a value stands to the threshold for it to breach; the value is the first operand."""

    OVER = "GreaterThanThreshold"
    AT_LEAST = "GreaterThanOrEqualToThreshold"
    UNDER = "LessThanThreshold"
    AT_MOST = "LessThanOrEqualToThreshold"

    @property
    def words(self) -> str:
        """The words that CloudWatch's reasons have for it."""
        return _WORDS[self]

    def breaches(self, threshold: float) -> Callable[[float], bool]:
        """Return what tells whether a value breaches a threshold."""
        return partial(_TURNED[self], threshold)


_WORDS = {
    Comparison.OVER: "greater than",
    Comparison.AT_LEAST: "greater than or equal to",
    Comparison.UNDER: "less than",
    Comparison.AT_MOST: "less than or equal to",
}
# the threshold is the first operand here
_TURNED: dict[Comparison, Callable[[float, float], bool]] = {
    Comparison.OVER: lt,
    Comparison.AT_LEAST: le,
    Comparison.UNDER: gt,
    Comparison.AT_MOST: ge,
}


@dataclass(frozen=True, slots=True)
class MetricRef:
    """A metric by its name; dimensions in the order of their names."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """One entry of an alarm's Metrics: a metric with its statistic, or an expression."""

    id: str
    metric: MetricRef | None = None
    statistic: str = ""
    expression: str = ""
    returns: bool = True


@dataclass(frozen=True, slots=True)
class Actions:
    """What an alarm does when it changes: ARNs by the state that it changes to."""

    by_state: Mapping[State, tuple[str, ...]] = field(default_factory=dict)
    enabled: bool = True

    def of(self, state: State) -> tuple[str, ...]:
        """Return what is done on a change to a state."""
        return self.by_state.get(state, ()) if self.enabled else ()


@dataclass(frozen=True, slots=True)
class MetricAlarm:
    """An alarm on one metric (one query) or on metric math (several).

    ``needed`` of ``periods`` data points must breach. ``extra`` is how many periods further back
    the evaluation range reaches, None for `evaluation_range`'s answer. ``low_samples_ignored``
    keeps the state while a percentile has too few samples. ``warm_up`` are the seconds after its
    creation in which it waits for its first data.
    """

    name: str
    queries: tuple[Query, ...]
    period: int
    periods: int
    needed: int
    comparison: Comparison
    threshold: float
    missing: Missing = Missing.MISSING
    low_samples_ignored: bool = False
    warm_up: int = 0
    actions: Actions = field(default_factory=Actions)
    description: str = ""
    extra: int | None = None

    @property
    def range(self) -> int:
        """How many periods are looked at for data points."""
        return self.periods + (extra_periods(self.periods) if self.extra is None else self.extra)

    @property
    def is_multi_day(self) -> bool:
        """Whether it looks back for more than a day (User Guide, "Alarm evaluation")."""
        return self.period * self.periods > DAY

    @property
    def step(self) -> int:
        """The seconds between two evaluations (the same, "Alarm evaluation settings")."""
        if self.is_multi_day:
            return HOUR
        return 10 if self.period < MINUTE else MINUTE


@dataclass(frozen=True, slots=True)
class Suppressor:
    """An alarm that holds a composite's actions back while it is in ALARM."""

    name: str
    wait: int
    extension: int


@dataclass(frozen=True, slots=True)
class CompositeAlarm:
    """An alarm on the states of others. ``rule`` is an AlarmRule."""

    name: str
    rule: str
    suppressor: Suppressor | None = None
    actions: Actions = field(default_factory=Actions)
    description: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A data point that a decision was made with: when its period began, and its value."""

    at: int
    value: float


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of an alarm's state.

    ``at`` is when it was evaluated; ``points`` what it was decided with, the latest first;
    ``children`` are the alarms whose states made a composite change.
    """

    at: int
    name: str
    before: State
    after: State
    points: tuple[Point, ...] = ()
    filled: int = 0
    children: tuple[tuple[str, State], ...] = ()


MINUTE, HOUR, DAY = 60, 3_600, 86_400


def extra_periods(periods: int) -> int:
    """Return how many periods beyond its own an alarm asks for, in case some are missing.

    AWS tells the number for one case only: 5 for 3 of 3 (User Guide, "Configuring how CloudWatch
    alarms treat missing data"); the rest depends on "the length of the alarm period and whether
    it is ... standard resolution or high resolution". Two, or a third of the periods where that is
    more, agrees with that case and with what people saw of one daily period (three days until
    missing data rang); LocalStack's evaluator takes the same. `MetricAlarm.extra` overrides it.
    """
    return max(periods // 3, 2)
