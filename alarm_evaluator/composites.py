"""Alarms on the states of other alarms, and what holds their actions back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import merge
from itertools import groupby

from alarm_evaluator.errors import EvaluatorError
from alarm_evaluator.model import CompositeAlarm, State, Suppressor, Transition
from alarm_evaluator.rules import Rule, read_rule


class SuppressedBy(StrEnum):
    """Why a composite alarm does not act (API reference, CompositeAlarm, ActionsSuppressedBy)."""

    WAIT_PERIOD = "WaitPeriod"
    EXTENSION_PERIOD = "ExtensionPeriod"
    ALARM = "Alarm"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that an alarm tells: its actions for ``transition``, at ``at``.

    ``held`` says that they are held back, and by what; an act that follows one of these tells the
    state of then.
    """

    at: int
    transition: Transition
    held: SuppressedBy | None = None


def looked_at(alarm: CompositeAlarm) -> frozenset[str]:
    """Return the alarms that a composite looks at, its suppressor among them.

    EvaluatorError where its rule is none.
    """
    of_rule = frozenset(read_rule(alarm.rule).alarms())
    return of_rule | {alarm.suppressor.name} if alarm.suppressor else of_rule


def ordered(alarms: Sequence[CompositeAlarm]) -> list[tuple[CompositeAlarm, Rule]]:
    """Return composites, each after those that it looks at.

    Raises
    ------
    EvaluatorError
        They look at one another in a circle, which CloudWatch stops evaluating.
    """
    rules = {alarm.name: read_rule(alarm.rule) for alarm in alarms}
    by_name = {alarm.name: alarm for alarm in alarms}
    found: dict[str, None] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise EvaluatorError(f"composites in a circle: {' -> '.join((*above, name))}")
        if name in by_name and name not in found:
            for child in rules[name].alarms():
                visit(child, (*above, name))
            found[name] = None

    for name in by_name:
        visit(name, ())
    return [(by_name[name], rules[name]) for name in found]


def composite_transitions(
    alarms: Sequence[CompositeAlarm], changes: Iterable[Transition], names: Iterable[str],
    start: int,
) -> list[Transition]:  # fmt: skip
    """Return the changes of composites that the changes of other alarms (``names``) make.

    All begin in INSUFFICIENT_DATA and are evaluated once when they are made; after that a
    composite is in ALARM or OK, by its rule.
    """
    states = dict.fromkeys((*names, *(alarm.name for alarm in alarms)), State.INSUFFICIENT_DATA)
    by_rule = ordered(alarms)
    found = list(_evaluated(by_rule, states, start, {alarm.name for alarm in alarms}, ()))
    in_order = sorted(changes, key=lambda change: change.at)
    for at, together in groupby(in_order, key=lambda change: change.at):
        now = list(together)
        states.update({change.name: change.after for change in now})
        found += _evaluated(by_rule, states, at, {change.name for change in now}, now)
    return found


def _evaluated(
    by_rule: Sequence[tuple[CompositeAlarm, Rule]], states: dict[str, State], at: int,
    changed: set[str], changes: Sequence[Transition],
) -> Iterator[Transition]:  # fmt: skip
    first = not changes
    for alarm, rule in by_rule:
        looks_at = set(rule.alarms())
        if not (first or looks_at & changed):
            continue
        after = State.ALARM if rule.holds(states) else State.OK
        before = states[alarm.name]
        if after is before:
            continue
        states[alarm.name] = after
        changed.add(alarm.name)
        children = tuple((name, states[name]) for name in sorted(looks_at & changed))
        yield Transition(at, alarm.name, before, after, children=children)


@dataclass(slots=True)
class _Holding:
    """What a suppressor does to one composite's actions.

    User Guide, "Suppressing composite alarm actions", with its six examples.
    """

    suppressor: Suppressor
    is_on: bool = False
    until: int | None = None
    owed: Transition | None = None
    acts: list[Act] = field(default_factory=list)

    def pass_time(self, now: int) -> None:
        """Act on what a period that has ended held back."""
        if self.until is not None and self.until <= now:
            ended, self.until = self.until, None
            if self.owed is not None:
                self.acts.append(Act(ended, self.owed))
                self.owed = None

    def changed(self, change: Transition) -> None:
        """Hold a change of the composite back: by the suppressor, or for the wait period."""
        self.owed = change
        if self.is_on:
            self.acts.append(Act(change.at, change, SuppressedBy.ALARM))
            return
        self.until = change.at + self.suppressor.wait
        self.acts.append(Act(change.at, change, SuppressedBy.WAIT_PERIOD))
        self.pass_time(change.at)

    def suppressor_changed(self, at: int, after: State) -> None:
        """Begin to hold back without an end, or begin the extension period."""
        was_on, self.is_on = self.is_on, after is State.ALARM
        if self.is_on:
            self.until = None
        elif was_on:
            self.until = at + self.suppressor.extension
            self.pass_time(at)


def held_back(
    alarm: CompositeAlarm, changes: Sequence[Transition],
    others: Mapping[str, Sequence[Transition]], end: int,
) -> list[Act]:  # fmt: skip
    """Return what a composite tells of its changes up to ``end``, and what it held back.

    ``others`` are the changes of the other alarms, of which one may be its suppressor.
    """
    if alarm.suppressor is None:
        return [Act(change.at, change) for change in changes]
    holding = _Holding(alarm.suppressor)
    of_suppressor = others.get(alarm.suppressor.name, ())
    both = merge(
        ((change.at, 0, change) for change in of_suppressor),
        ((change.at, 1, change) for change in changes),
        key=lambda each: each[:2],
    )
    for at, is_own, change in both:
        holding.pass_time(at)
        if is_own:
            holding.changed(change)
        else:
            holding.suppressor_changed(at, change.after)
    holding.pass_time(end)
    return holding.acts
