"""A metric's values in an alarm's periods, as each evaluation sees them.

"If the Period is 5 minutes and Evaluation Periods is 1, then at the end of minute 5 the alarm
evaluates based on data from minutes 1 to 5. Then at the end of minute 6 ... minutes 2 to 6" (User
Guide, "Alarm evaluation settings"): periods slide, they are not those of the clock.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import gcd

from alarm_evaluator.model import MetricAlarm
from alarm_evaluator.series import Series, Visible
from alarm_evaluator.stats import least_samples, percentile_of, statistic

MULTI_DAY_DELAY = 180
"""How long after the hour a multi-day alarm is evaluated.

As in the User Guide's example, at 10:03, 11:03 and 12:03, "only the metrics up to the current hour
at the :00 minute".
"""


@dataclass(frozen=True, slots=True)
class Grid:
    """When an alarm is evaluated, and where the periods end that it looks at.

    Periods end at ``origin + cell x n``; evaluation ``e`` looks at the one that ends at
    ``first + e x step``, and at those that end ``period`` before it, ``range`` in all.
    """

    first: int
    count: int
    step: int
    cell: int
    period: int
    range: int
    delay: int

    @classmethod
    def of(cls, alarm: MetricAlarm, start: int, end: int) -> Grid:
        """Return the evaluations of an alarm in [start, end)."""
        step = alarm.step
        delay = MULTI_DAY_DELAY if alarm.is_multi_day else 0
        first = -(-(start - delay) // step) * step
        count = max(0, -(-(end - delay - first) // step))
        return cls(first, count, step, gcd(step, alarm.period), alarm.period, alarm.range, delay)

    @property
    def origin(self) -> int:
        """Where the earliest period that is looked at ends."""
        return self.first - (self.range - 1) * self.period

    @property
    def stride(self) -> int:
        """How many cells lie between two periods of one evaluation."""
        return self.period // self.cell

    @property
    def advance(self) -> int:
        """How many cells lie between two evaluations."""
        return self.step // self.cell

    @property
    def reach(self) -> int:
        """How many cells one evaluation spans."""
        return (self.range - 1) * self.stride + 1

    def at(self, evaluation: int) -> int:
        """Return when an evaluation takes place."""
        return self.first + evaluation * self.step + self.delay


@dataclass(frozen=True, slots=True)
class Windows:
    """Values by cell as they were first seen, and those that late data changed, by evaluation.

    ``held`` are the evaluations at which too few samples were there for a percentile.
    """

    grid: Grid
    values: list[float | None]
    late: Mapping[int, list[tuple[int, float | None]]]
    held: frozenset[int] = frozenset()

    def columns(self) -> Iterator[list[float | None]]:
        """Yield each evaluation's values, the oldest first."""
        grid, current = self.grid, list(self.values)
        for evaluation in range(grid.count):
            for cell, value in self.late.get(evaluation, ()):
                current[cell] = value
            start = evaluation * grid.advance
            yield current[start : start + grid.reach : grid.stride]


def windows(alarm: MetricAlarm, name: str, series: Series, start: int, end: int) -> Windows:
    """Return a metric's windows for an alarm's evaluations in [start, end).

    ``name`` is the statistic. One loop without calls of its own: it is run for every minute.
    """
    grid, visible = Grid.of(alarm, start, end), Visible.of(series)
    value, values = _reader(grid, visible, name), list[float | None]()
    late: dict[int, list[tuple[int, float | None]]] = {}
    few = _few(alarm, grid, visible, name)
    held: set[int] = set()
    seen, at, step = series.seen, grid.at(0), grid.step
    total, first, upto = len(seen), 0, grid.reach
    for evaluation in range(grid.count):
        taken = visible.taken
        if taken < total and seen[taken] <= at:
            new = visible.until(at)
            if changed := _touched(grid, new, first, len(values)):
                late[evaluation] = [(cell, value(cell)) for cell in changed]
        values += [value(cell) for cell in range(len(values), upto)]
        if few is not None and few(evaluation):
            held.add(evaluation)
        first += grid.advance
        upto += grid.advance
        at += step
    return Windows(grid, values, late, frozenset(held))


def _reader(grid: Grid, visible: Visible, name: str) -> Callable[[int], float | None]:
    """Return what gives the value of a cell's period by what can be read when it is asked."""
    times, data, read = visible.times, visible.data, statistic(name)
    origin, size, period = grid.origin, grid.cell, grid.period

    def value(cell: int) -> float | None:
        end = origin + cell * size
        first = bisect_left(times, end - period, 0, visible.taken)
        last = bisect_left(times, end, first, visible.taken)
        return read(data, first, last) if first < last else None

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


def _few(
    alarm: MetricAlarm, grid: Grid, visible: Visible, name: str
) -> Callable[[int], bool] | None:
    """Return what tells whether an evaluation's samples are too few "during the evaluation period".

    None where that is not asked. Without any sample, data are missing.
    """
    percentile = percentile_of(name) if alarm.low_samples_ignored else None
    if percentile is None:
        return None
    least = least_samples(percentile)

    def few(evaluation: int) -> bool:
        end = grid.first + evaluation * grid.step
        first = bisect_left(visible.times, end - alarm.period * alarm.periods, 0, visible.taken)
        last = bisect_left(visible.times, end, first, visible.taken)
        return 0 < sum(visible.data.counts[first:last]) < least

    return few
