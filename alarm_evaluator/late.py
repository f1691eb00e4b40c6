"""Windows of data that came late: a value changes after it was first seen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from alarm_evaluator.decision import Breaches, kinds
from alarm_evaluator.grid import Grid
from alarm_evaluator.series import Series, Visible
from alarm_evaluator.stats import statistic


@dataclass(frozen=True, slots=True)
class LateWindows:
    """Values by cell as they were first seen, and those that late data changed, by evaluation.

    ``held`` are the evaluations at which too few samples were there for a percentile.
    """

    grid: Grid
    values: list[float | None]
    late: Mapping[int, list[tuple[int, float | None]]]
    held: frozenset[int] = frozenset()

    @classmethod
    def of(cls, grid: Grid, name: str, series: Series, least: float, span: int) -> LateWindows:
        """Read a statistic (``name``), evaluation by evaluation.

        With less than ``least`` samples in the last ``span`` seconds an evaluation is held.
        """
        visible = Visible.of(series)
        value, values = _reader(grid, visible, name), list[float | None]()
        late: dict[int, list[tuple[int, float | None]]] = {}
        held: set[int] = set()
        seen, total, first, upto = series.seen, len(series.seen), 0, grid.reach
        for evaluation in range(grid.count):
            at, taken = grid.at(evaluation), visible.taken
            if taken < total and seen[taken] <= at:
                new = visible.until(at)
                if changed := _touched(grid, new, first, len(values)):
                    late[evaluation] = [(cell, value(cell)) for cell in changed]
            values += [value(cell) for cell in range(len(values), upto)]
            if least and 0 < _samples(visible, grid.first + evaluation * grid.step, span) < least:
                held.add(evaluation)
            first += grid.advance
            upto += grid.advance
        return cls(grid, values, late, frozenset(held))

    def columns(self) -> Iterator[Sequence[float | None]]:
        """Yield each evaluation's values, the oldest first."""
        grid, current = self.grid, list(self.values)
        for evaluation in range(grid.count):
            for cell, value in self.late.get(evaluation, ()):
                current[cell] = value
            start = evaluation * grid.advance
            yield current[start : start + grid.reach : grid.stride]

    def at(self, evaluations: Sequence[int]) -> Iterator[Sequence[float | None]]:
        """Yield the values of some evaluations, the oldest first."""
        wanted = set(evaluations)
        return compress(self.columns(), map(wanted.__contains__, range(self.grid.count)))

    def kinds(self, breaches: Breaches) -> Sequence[bytes]:
        """Return what data points are to `decide`: the oldest of all evaluations, the next ..."""
        return [bytes(place) for place in zip(*self._keys(breaches), strict=True)]

    def _keys(self, breaches: Breaches) -> Iterator[Sequence[int]]:
        grid = self.grid
        current = bytearray(kinds(self.values, breaches))
        for evaluation in range(grid.count):
            for cell, value in self.late.get(evaluation, ()):
                current[cell : cell + 1] = kinds((value,), breaches)
            start = evaluation * grid.advance
            yield tuple(current[start : start + grid.reach : grid.stride])


def _reader(grid: Grid, visible: Visible, name: str) -> Callable[[int], float | None]:
    """Return what gives the value of a cell's period by what can be read when it is asked."""
    times, read = visible.times, statistic(name).over(visible.data)
    origin, size, period = grid.origin, grid.cell, grid.period

    def value(cell: int) -> float | None:
        end = origin + cell * size
        first = bisect_left(times, end - period, 0, visible.taken)
        last = bisect_left(times, end, first, visible.taken)
        return read(first, last) if first < last else None

    return value


def _touched(grid: Grid, new: Sequence[int], first: int, known: int) -> Sequence[int]:
    """Return the cells in [first, known) whose periods hold one of some instants.

    A period's end is not of it.
    """
    origin, cell, period = grid.origin, grid.cell, grid.period
    found: set[int] = set()
    for at in new:
        after, last = (at - origin) // cell + 1, (at + period - origin) // cell
        found.update(range(max(first, after), min(known, last + 1)))
    return sorted(found)


def _samples(visible: Visible, end: int, span: int) -> float:
    first = bisect_left(visible.times, end - span, 0, visible.taken)
    last = bisect_left(visible.times, end, first, visible.taken)
    return sum(visible.data.part("count")[first:last])
