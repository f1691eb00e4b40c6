"""One metric alarm over a span of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress

from alarm_evaluator.decision import ABSENT, BREACHING, WITHIN, decide, filled
from alarm_evaluator.errors import EvaluatorError
from alarm_evaluator.expressions.compute import Expressions
from alarm_evaluator.model import MetricAlarm, MetricRef, Point, State, Transition
from alarm_evaluator.series import NOTHING, Series
from alarm_evaluator.windows import Grid, Windows, windows


@dataclass(frozen=True)
class Prepared:
    """An alarm with the values that each of its evaluations looks at.

    Made once, it is evaluated with any threshold: what a threshold costs is the comparison alone.
    """

    alarm: MetricAlarm
    grid: Grid
    of_metrics: Mapping[str, Windows]

    @classmethod
    def of(
        cls, alarm: MetricAlarm, data: Mapping[MetricRef, Series], start: int, end: int
    ) -> Prepared:
        """Read an alarm's metrics for its evaluations in [start, end)."""
        found = {
            query.id: windows(alarm, query.statistic, data.get(query.metric, NOTHING), start, end)
            for query in alarm.queries
            if query.metric is not None
        }
        return cls(alarm, Grid.of(alarm, start, end), found)

    @property
    def has_data(self) -> bool:
        """Whether any of its evaluations had a value to look at."""
        return any(value is not None for column in self.columns() for value in column)

    def columns(self) -> Iterator[Sequence[float | None]]:
        """Yield the values that each evaluation looks at, the oldest first."""
        watched = self._watched
        if watched.metric is not None:
            return self.of_metrics[watched.id].columns()
        return self._computed()

    def transitions(self, threshold: float | None = None) -> list[Transition]:
        """Return every change of state, with another threshold where one is given.

        It begins in INSUFFICIENT_DATA, as an alarm does that is created.
        """
        alarm = self.alarm if threshold is None else replace(self.alarm, threshold=threshold)
        return list(_run(alarm, self))

    def keys(self, breaches: Callable[[float], bool]) -> Iterator[bytes]:
        """Yield each evaluation's data points, as `decide` takes them."""
        watched = self._watched
        if watched.metric is not None:
            return _classified(self.of_metrics[watched.id], breaches)
        return (bytes(_kind(value, breaches) for value in column) for column in self._computed())

    @property
    def _watched(self) -> _Watched:
        [found] = [query for query in self.alarm.queries if query.returns]
        return _Watched(found.id, found.metric)

    @property
    def held(self) -> frozenset[int]:
        """The evaluations that keep their state for want of samples."""
        return frozenset().union(*(each.held for each in self.of_metrics.values()))

    def _computed(self) -> Iterator[Sequence[float | None]]:
        expressions = Expressions.of(self.alarm)
        names = list(self.of_metrics)
        known: dict[tuple[tuple[float | None, ...], ...], Sequence[float | None]] = {}
        columns = [each.columns() for each in self.of_metrics.values()]
        for read in zip(*columns, strict=True):
            inputs = tuple(map(tuple, read))
            if inputs not in known:
                known[inputs] = expressions.result(dict(zip(names, inputs, strict=True)))
            yield known[inputs]


@dataclass(frozen=True, slots=True)
class _Watched:
    """The query whose values are compared with the threshold."""

    id: str
    metric: MetricRef | None


def _kind(value: float | None, breaches: Callable[[float], bool]) -> int:
    if value is None:
        return ABSENT
    return BREACHING if breaches(value) else WITHIN


def _classified(values: Windows, breaches: Callable[[float], bool]) -> Iterator[bytes]:
    """Yield the data points of a plain metric; late data change what was classified before."""
    grid, late = values.grid, values.late
    kinds = bytearray(_kind(value, breaches) for value in values.values)
    advance, reach, stride = grid.advance, grid.reach, grid.stride
    for evaluation in range(grid.count):
        if evaluation in late:
            for cell, value in late[evaluation]:
                kinds[cell] = _kind(value, breaches)
        start = evaluation * advance
        yield bytes(kinds[start : start + reach : stride])


def _run(alarm: MetricAlarm, prepared: Prepared) -> Iterator[Transition]:
    grid, held = prepared.grid, prepared.held
    compare, threshold = alarm.comparison.breaches, alarm.threshold
    state, known = State.INSUFFICIENT_DATA, dict[bytes, State | None]()
    changes: list[tuple[int, State, State, bytes]] = []
    warm_until = grid.at(0) + alarm.warm_up if alarm.warm_up else 0
    for evaluation, key in enumerate(prepared.keys(lambda value: compare(value, threshold))):
        if key not in known:
            known[key] = decide(key, alarm.periods, alarm.needed, alarm.missing)
        after = known[key]
        if after is None or after is state or evaluation in held:
            continue
        if warm_until and grid.at(evaluation) < warm_until and filled(key, alarm.periods):
            continue  # "Evaluation begins as soon as enough data fills its evaluation window"
        warm_until = 0
        changes.append((evaluation, state, after, key))
        state = after
    return _told(alarm, prepared, changes)


def _told(
    alarm: MetricAlarm, prepared: Prepared, changes: Sequence[tuple[int, State, State, bytes]]
) -> Iterator[Transition]:
    """Yield changes with the values that they were decided with."""
    if not changes:
        return
    grid, at_change = prepared.grid, {change[0] for change in changes}
    wanted = compress(
        prepared.columns(), (evaluation in at_change for evaluation in range(grid.count))
    )
    for (evaluation, before, after, key), column in zip(changes, wanted, strict=True):
        end = grid.at(evaluation) - grid.delay
        points = [
            Point(end - (back + 1) * grid.period, value)
            for back, value in enumerate(reversed(column))
            if value is not None
        ]
        yield Transition(
            grid.at(evaluation), alarm.name, before, after, tuple(points[: alarm.periods]),
            filled(key, alarm.periods),
        )  # fmt: skip


def evaluate(
    alarm: MetricAlarm, data: Mapping[MetricRef, Series], start: int, end: int
) -> list[Transition]:
    """Return an alarm's changes of state in [start, end), created at ``start``.

    Raises
    ------
    EvaluatorError
        The alarm cannot be read. NotSimulatedError: AWS does what nobody outside can compute.
    """
    if sum(query.returns for query in alarm.queries) != 1:
        raise EvaluatorError(f"{alarm.name}: one query is to return data")
    return Prepared.of(alarm, data, start, end).transitions()
