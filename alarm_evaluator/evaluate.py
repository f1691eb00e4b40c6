"""One metric alarm over a span of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, compress

from alarm_evaluator.decision import Breaches, changed, decide, filled, kinds
from alarm_evaluator.errors import EvaluatorError
from alarm_evaluator.expressions.compute import Expressions
from alarm_evaluator.grid import Grid
from alarm_evaluator.model import MetricAlarm, MetricRef, Point, State, Transition
from alarm_evaluator.series import NOTHING, Series
from alarm_evaluator.windows import Windows, windows


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
        grid = Grid.of(alarm, start, end)
        found = {
            query.id: windows(alarm, query.statistic, data.get(query.metric, NOTHING), grid)
            for query in alarm.queries
            if query.metric is not None
        }
        return cls(alarm, grid, found)

    @property
    def values(self) -> frozenset[float]:
        """The values that its evaluations looked at, each once."""
        found = frozenset(chain.from_iterable(self.columns()))
        return frozenset(value for value in found if value is not None)

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
        return list(_told(alarm, self, _changes(alarm, self)))

    def rings(self, threshold: float) -> tuple[int, float]:
        """Return what another threshold would come to.

        How often it would have gone into ALARM, and for which share of the evaluations (0-1).
        """
        changes = _changes(replace(self.alarm, threshold=threshold), self)
        ends = [change.evaluation for change in changes[1:]] + [self.grid.count]
        spells = (
            [
                end - change.evaluation
                for change, end in zip(changes, ends, strict=True)
                if change.after is State.ALARM
            ]
            if changes
            else []
        )
        return len(spells), sum(spells) / max(1, self.grid.count)

    def at(self, evaluations: Sequence[int]) -> Iterator[Sequence[float | None]]:
        """Yield the values that some evaluations look at, the oldest first."""
        watched = self._watched
        if watched.metric is not None:
            return self.of_metrics[watched.id].at(evaluations)
        wanted = set(evaluations)
        return compress(self._computed(), map(wanted.__contains__, range(self.grid.count)))

    def kinds(self, breaches: Breaches) -> Sequence[bytes]:
        """Return what data points are to `decide`: the oldest of all evaluations, the next ..."""
        watched = self._watched
        if watched.metric is not None:
            return self.of_metrics[watched.id].kinds(breaches)
        columns = zip(*self._computed(), strict=True)
        return [kinds(column, breaches) for column in columns]

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


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of state at an evaluation; ``filled`` data points were missing."""

    evaluation: int
    before: State
    after: State
    filled: int


@dataclass(frozen=True, slots=True)
class _Looks:
    """What each evaluation of an alarm decides with, and at which the alarm is warm."""

    alarm: MetricAlarm
    prepared: Prepared
    places: Sequence[bytes]
    held: frozenset[int]
    decided: dict[Sequence[int], State | None] = field(default_factory=dict)

    @classmethod
    def of(cls, alarm: MetricAlarm, prepared: Prepared) -> _Looks:
        places = prepared.kinds(alarm.comparison.breaches(alarm.threshold))
        return cls(alarm, prepared, places, prepared.held)

    def key(self, evaluation: int) -> Sequence[int]:
        """Return an evaluation's data points, as `decide` takes them."""
        return tuple([place[evaluation] for place in self.places])

    def decide(self, key: Sequence[int]) -> State | None:
        """Return what data points mean: there are few that differ, each is decided once."""
        if key not in self.decided:
            alarm = self.alarm
            self.decided[key] = decide(key, alarm.periods, alarm.needed, alarm.missing)
        return self.decided[key]

    def that_matter(self) -> Iterator[int]:
        """Yield the evaluations that may change a state: by data, or after a hold.

        Those that are held do not.
        """
        warms, count = self._warms(), self.prepared.grid.count
        if self.held:
            return (e for e in range(warms, count) if e not in self.held)
        later = (e for e in changed(self.places, count) if e > warms)
        return chain(range(warms, min(warms + 1, count)), later)

    def _warms(self) -> int:
        """Return at which evaluation the warm-up is over.

        "Evaluation begins as soon as enough data fills its evaluation window" (API reference,
        WarmUpConfiguration), at the latest after its time.
        """
        alarm, grid = self.alarm, self.prepared.grid
        for evaluation in range(grid.count):
            if grid.at(evaluation) >= grid.at(0) + alarm.warm_up or (
                evaluation not in self.held and not filled(self.key(evaluation), alarm.periods)
            ):
                return evaluation
        return grid.count


def _changes(alarm: MetricAlarm, prepared: Prepared) -> list[_Change]:
    """Return an alarm's changes: only where its data points are others than before can one be."""
    looks = _Looks.of(alarm, prepared)
    state = State.INSUFFICIENT_DATA
    found: list[_Change] = []
    for evaluation in looks.that_matter():
        key = looks.key(evaluation)
        after = looks.decide(key)
        if after is not None and after is not state:
            found.append(_Change(evaluation, state, after, filled(key, alarm.periods)))
            state = after
    return found


def _told(
    alarm: MetricAlarm, prepared: Prepared, changes: Sequence[_Change]
) -> Iterator[Transition]:
    """Yield changes with the values that they were decided with."""
    grid = prepared.grid
    columns = prepared.at([change.evaluation for change in changes]) if changes else iter(())
    for change, column in zip(changes, columns, strict=True):
        end = grid.at(change.evaluation) - grid.delay
        points = [
            Point(end - (back + 1) * grid.period, value)
            for back, value in enumerate(reversed(column))
            if value is not None
        ]
        yield Transition(
            grid.at(change.evaluation), alarm.name, change.before, change.after,
            tuple(points[: alarm.periods]), change.filled,
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
