"""The minutes of maintenance that availability leaves out, where a team asks for it.

HealthPolling writes down each minute whose polls it has not counted; whoever shows availability or
its budget says how long that was. Nothing is left out that does not stand here.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.partition import Partition
from avatarwatch.state_table.stored import Count, Moment

KEPT = timedelta(days=455)
"""As long as CloudWatch keeps the numbers that it is said of, by the hour."""

MOST = 4000  # runs of minutes; a document holds 400 KB, and a run takes 60 bytes
NAME = "all"  # the one document
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Run:
    """Minutes one after the other, beginning with ``start``."""

    start: Moment
    minutes: Count

    @property
    def end(self) -> datetime:
        """The first minute that is not in it."""
        return self.start + self.minutes * _MINUTE


@dataclass(frozen=True, slots=True)
class LeftOut:
    """All of them, in the order of time."""

    runs: tuple[Run, ...] = ()

    def plus(self, now: datetime) -> LeftOut:
        """Return it with the minute of ``now``; one that is in it already adds nothing."""
        minute = now.replace(second=0, microsecond=0)
        last = self.runs[-1] if self.runs else None
        if last and minute < last.end:
            return self
        first = bisect_right(self.runs, minute - KEPT, key=lambda run: run.end)
        kept = self.runs[first:][-MOST:]
        if last and minute == last.end:
            return replace(self, runs=(*kept[:-1], replace(last, minutes=last.minutes + 1)))
        return replace(self, runs=(*kept, Run(minute, 1)))

    def within(self, start: datetime, end: datetime) -> timedelta:
        """Return how many of the minutes that begin in [start, end) were left out."""
        found = timedelta()
        for run in self.runs:
            # a minute is counted where it begins
            first = max(0, -((run.start - start) // _MINUTE))
            last = min(run.minutes, -((run.start - end) // _MINUTE))
            found += max(0, last - first) * _MINUTE
        return found


def partition(store: DocumentStore) -> Partition[LeftOut]:
    """Return where it is kept; what is damaged begins anew."""
    return Partition(store, "health#left-out", LeftOut, KEPT, rescue=lambda _: LeftOut())


def read(store: DocumentStore) -> LeftOut:
    """Read it, for whoever shows it."""
    return partition(store).get(NAME) or LeftOut()


def without(span: timedelta) -> str:
    """Say how long maintenance was that is left out, empty where there was none.

    >>> without(timedelta(minutes=130)), without(timedelta())
    ('without maintenance (2 h 10 min of it)', '')
    """
    minutes = span // _MINUTE
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    parts = (f"{hours} h" if hours else "", f"{rest} min" if rest else "")
    return f"without maintenance ({' '.join(filter(None, parts))} of it)"
