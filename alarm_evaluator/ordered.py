"""Windows of data that could be read in the order of their timestamps, which is the usual case.

What can be read is then the first so many of them. A period that has been read whole has one value,
whichever evaluation looks at it; others are read once more for each. Everything is a list over all
evaluations, made without a call for each.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import lt

from alarm_evaluator.decision import Breaches, kinds
from alarm_evaluator.grid import Grid
from alarm_evaluator.series import Series
from alarm_evaluator.stats import Data, Read, Statistic, statistic

type Values = list[float | None]

BLOCK = 64  # evaluations that are tried at once: where data are missing, so many take the long way


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
        data, stat = Data(series.data), statistic(name)
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
            lasts = list(map(min, seen, ends))
            partial.append(_values(stat, data, upto[cells], lasts))
        # a period that no evaluation sees whole is not read at all
        needed = grid.cells - len(partial) * grid.stride if len(partial) < grid.range else 0
        whole = _values(stat, data, upto[:needed], upto[grid.stride :][:needed])
        held = _held(grid, series, seen, least, span) if least else frozenset[int]()
        return cls(grid, whole, partial, held)

    def columns(self) -> Iterator[Sequence[float | None]]:
        """Yield each evaluation's values, the oldest first."""
        return zip(*self._places(self.whole, self.partial), strict=True)

    def at(self, evaluations: Sequence[int]) -> Iterator[Sequence[float | None]]:
        """Yield the values of some evaluations, the oldest first."""
        places = self._places(self.whole, self.partial)
        return ([place[evaluation] for place in places] for evaluation in evaluations)

    def kinds(self, breaches: Breaches) -> Sequence[bytes]:
        """Return what data points are to `decide`: the oldest of all evaluations, the next ..."""
        return self._places(
            kinds(self.whole, breaches), [kinds(values, breaches) for values in self.partial]
        )

    def _places[S: (Values, bytes)](self, whole: S, partial: Sequence[S]) -> list[S]:
        """Return what stands at each place of the evaluation range, over all evaluations."""
        backs = reversed(range(len(partial), self.grid.range))
        places = [whole[_cells(self.grid, back)] for back in backs]
        places.extend(reversed(partial))
        return places


def _cells(grid: Grid, back: int) -> slice:
    """Return the cells of the periods that lie ``back`` before each evaluation."""
    first = (grid.range - 1 - back) * grid.stride
    return slice(first, first + (grid.count - 1) * grid.advance + 1, grid.advance)


def _counted(instants: Sequence[int], bounds: range) -> list[int]:
    """Return how many of ordered instants lie before each of ordered bounds."""
    found: list[int] = []
    start, step = bounds.start, bounds.step
    first, total = bisect_left(instants, start), bisect_left(instants, bounds[-1])
    for begin in range(first, total, BLOCK):
        block = instants[begin : min(begin + BLOCK, total)]
        alone = block[:1] if _is_run(block, step) else block
        for place, instant in enumerate(alone, begin):
            # it lies before none of the bounds up to this one
            found += [place] * ((instant - start) // step + 1 - len(found))
        found += range(begin + len(alone), begin + len(block))
    return found + [total] * (len(bounds) - len(found))


def _is_run(numbers: Sequence[int], step: int = 1) -> bool:
    first, length = numbers[0], step * len(numbers)
    return numbers[-1] == first + length - step and numbers == list(
        range(first, first + length, step)
    )


def _values(stat: Statistic, data: Data, firsts: Sequence[int], lasts: Sequence[int]) -> Values:
    """Read what lies between places, so many at once where they move on by one datum each."""
    found: Values = []
    read = stat.over(data)
    for start in range(0, len(firsts), BLOCK):
        of, to = firsts[start : start + BLOCK], lasts[start : start + BLOCK]
        if of[0] < to[0] and _is_run(of) and _is_run(to):
            found += stat.run(data, of[0], to[0], len(of))
        else:
            _each(read, zip(of, to, strict=True), found)
    return found


def _each(read: Read, places: Iterable[tuple[int, int]], found: Values) -> None:
    """Read what lies between places; between the same as before, it is the same."""
    before, value = (0, 0), None
    for pair in places:
        if pair != before:
            before = first, last = pair
            value = read(first, last) if first < last else None
        found.append(value)


def _held(
    grid: Grid, series: Series, seen: Sequence[int], least: float, span: int
) -> frozenset[int]:
    """Return the evaluations with samples, but fewer than ``least``, in the last ``span`` s."""
    ends = range(grid.first, grid.first + grid.count * grid.step, grid.step)
    upto, counts = _counted(series.times, ends), [datum.count for datum in series.data]
    since = _counted(series.times, range(ends.start - span, ends.stop - span, ends.step))
    return frozenset(
        evaluation
        for evaluation, (first, last, now) in enumerate(zip(since, upto, seen, strict=True))
        if 0 < sum(counts[first : min(last, now)]) < least
    )
