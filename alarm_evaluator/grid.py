"""When an alarm is evaluated, and the periods that it looks at.

"If the Period is 5 minutes and Evaluation Periods is 1, then at the end of minute 5 the alarm
evaluates based on data from minutes 1 to 5. Then at the end of minute 6 ... minutes 2 to 6" (User
Guide, "Alarm evaluation settings"): periods slide, they are not those of the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from alarm_evaluator.model import MetricAlarm

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

    @property
    def cells(self) -> int:
        """How many cells all evaluations span."""
        return (self.count - 1) * self.advance + self.reach if self.count else 0

    def at(self, evaluation: int) -> int:
        """Return when an evaluation takes place."""
        return self.first + evaluation * self.step + self.delay
