"""What was put of a metric, and when it could be read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alarm_evaluator.stats import Data, Datum


@dataclass(frozen=True, slots=True)
class Series:
    """Data points of one metric in the order in which they could be read.

    ``times`` are their timestamps, ``seen`` when CloudWatch could answer with them; an alarm that
    is evaluated before knows nothing of them (User Guide, alarms "evaluate metrics based on data
    points available at a specific moment").
    """

    times: list[int]
    seen: list[int]
    data: list[Datum]

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, Datum]]) -> Series:
        """Take in (timestamp, seen at, datum) in any order."""
        ordered = sorted(rows, key=lambda row: (row[1], row[0]))
        return cls(
            [row[0] for row in ordered], [row[1] for row in ordered], [row[2] for row in ordered]
        )

    @classmethod
    def values(cls, points: Iterable[tuple[int, float]], delay: int = 0) -> Series:
        """Take in single values, each of which can be read ``delay`` seconds later."""
        return cls.of((at, at + delay, Datum.of(value)) for at, value in points)


def is_ordered(instants: list[int]) -> bool:
    """Whether none is earlier than the one before it."""
    return instants == sorted(instants)


NOTHING = Series([], [], [])


@dataclass(slots=True)
class Visible:
    """The part of a series that can be read by now: the first ``taken`` of ``times`` and ``data``.

    Where data can be read in the order of their timestamps, all are there from the beginning and
    only ``taken`` grows; else each is put in its place when its time has come.
    """

    series: Series
    times: list[int]
    data: Data
    in_order: bool
    taken: int = 0

    @classmethod
    def of(cls, series: Series) -> Visible:
        """Return a series of which nothing can be read yet."""
        if is_ordered(series.times):
            return cls(series, list(series.times), Data(list(series.data)), in_order=True)
        return cls(series, [], Data(), in_order=False)

    def until(self, now: int) -> Sequence[int]:
        """Take in what can be read by ``now``, and return the timestamps that are new."""
        first, self.taken = self.taken, bisect_right(self.series.seen, now, self.taken)
        new = self.series.times[first : self.taken]
        if not self.in_order:
            for at, datum in zip(new, self.series.data[first : self.taken], strict=True):
                place = bisect_right(self.times, at)
                self.times.insert(place, at)
                self.data.insert(place, datum)
        return new
