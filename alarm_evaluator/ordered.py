"""Windows of data that could be read in the order of their timestamps, which is the usual case.

What can be read is then the first so many of them. A period that has been read whole has one value,
whichever evaluation looks at it; others are read once more for each. Everything is a list over all
evaluations, made without a call for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import lt

from alarm_evaluator.decision import Breaches, kinds
from alarm_evaluator.grid import Grid
from alarm_evaluator.series import Series
from alarm_evaluator.stats import Data, Statistic, statistic

type Values = list[float | None]


@dataclass(frozen=True, slots=True)
class OrderedWindows:
    """Values of whole periods by cell, and of those that were read in part, by evaluation.

    ``partial[0]`` are the latest periods, ``partial[1]`` those before them: as many as were not yet
    whole at one evaluation at least.
    """

    grid: Grid
    whole: Values
    partial: Sequence[Values]
    held: frozenset[int] = frozenset()

    @classmethod
    def of(cls, grid: Grid, name: str, series: Series, least: float, span: int) -> OrderedWindows:
        """Read a statistic (``name``); as `LateWindows.of` for data that are in order."""
        data, read = Data.of(series.data), statistic(name)
        begins = grid.origin - grid.period
        upto = _counted(series.times, range(begins, begins + grid.cell * (
            grid.cells + grid.stride), grid.cell))  # fmt: skip
        # what is seen at the very instant is read, a period's end is not of it
        seen = _counted(series.seen, range(grid.at(0) + 1, grid.at(grid.count) + 1, grid.step))
        partial: list[Values] = []
        for back in range(grid.range):
            cells = _cells(grid, back)
            ends = upto[grid.stride :][cells]
            if not any(map(lt, seen, ends)):
                break
            lasts = map(min, seen, ends)
            partial.append(_values(read, data, zip(upto[cells], lasts, strict=True)))
        # a period that no evaluation sees whole is not read at all
        needed = grid.cells - len(partial) * grid.stride if len(partial) < grid.range else 0
        pairs = zip(upto[:needed], upto[grid.stride :], strict=False)
        held = _held(grid, series, seen, least, span) if least else frozenset[int]()
        return cls(grid, _values(read, data, pairs), partial, held)

    def columns(self) -> Iterator[Sequence[float | None]]:
        """Yield each evaluation's values, the oldest first."""
        each = [self.whole[_cells(self.grid, back)] for back in self._whole_backs]
        return zip(*each, *reversed(self.partial), strict=True)

    def keys(self, breaches: Breaches) -> Iterator[Sequence[int]]:
        """Yield each evaluation's data points, as `decide` takes them."""
        whole = kinds(self.whole, breaches)
        each = [whole[_cells(self.grid, back)] for back in self._whole_backs]
        partial = [kinds(values, breaches) for values in self.partial]
        return zip(*each, *reversed(partial), strict=True)

    @property
    def _whole_backs(self) -> Iterable[int]:
        return reversed(range(len(self.partial), self.grid.range))


def _cells(grid: Grid, back: int) -> slice:
    """Return the cells of the periods that lie ``back`` before each evaluation."""
    first = (grid.range - 1 - back) * grid.stride
    return slice(first, first + (grid.count - 1) * grid.advance + 1, grid.advance)


def _counted(instants: Sequence[int], bounds: Iterable[int]) -> list[int]:
    """Return how many of ordered instants lie before each of ordered bounds."""
    found: list[int] = []
    place, total = 0, len(instants)
    for bound in bounds:
        while place < total and instants[place] < bound:
            place += 1
        found.append(place)
    return found


def _values(read: Statistic, data: Data, places: Iterable[tuple[int, int]]) -> Values:
    """Read what lies between places; between the same as before, it is the same."""
    found: Values = []
    before, value = (0, 0), None
    for pair in places:
        if pair != before:
            before = first, last = pair
            value = read(data, first, last) if first < last else None
        found.append(value)
    return found


def _held(
    grid: Grid, series: Series, seen: Sequence[int], least: float, span: int
) -> frozenset[int]:
    """Return the evaluations with samples, but fewer than ``least``, in the last ``span`` s."""
    ends = range(grid.first, grid.first + grid.count * grid.step, grid.step)
    upto, counts = _counted(series.times, ends), [datum.count for datum in series.data]
    since = _counted(series.times, [end - span for end in ends])
    return frozenset(
        evaluation
        for evaluation, (first, last, now) in enumerate(zip(since, upto, seen, strict=True))
        if 0 < sum(counts[first : min(last, now)]) < least
    )
