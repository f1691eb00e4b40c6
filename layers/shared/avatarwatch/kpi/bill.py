"""A bill as AWS tells it: dollars since the month began, a counter that restarts with the month."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from avatarwatch.kpi.readings import Series

type Points = Sequence[tuple[datetime, float]]
type Month = tuple[int, int]

DAY = timedelta(days=1)
RESTARTS_WITHIN = 2 * DAY
"""How long into a month the bill of the last one may still be shown."""


@dataclass(frozen=True, slots=True)
class _Charge:
    """One point of the bill: the month that it counts for, what was added since the last."""

    at: datetime
    month: Month
    total: float
    added: float


def _charges(points: Points) -> Iterator[_Charge]:
    """Yield the bill's points with the month that each belongs to.

    The first points of a month may still show the old bill, so a month begins where the value
    drops. A drop later in the month is a credit. Where nothing has dropped once the old bill must
    be gone, the new one has overtaken it unseen: the month begins with its first point.
    """
    if not points:
        return
    first, before = points[0]
    month = (first - RESTARTS_WITHIN).year, (first - RESTARTS_WITHIN).month
    for (year, number), group in groupby(points, key=lambda point: (point[0].year, point[0].month)):
        found = list(group)
        restart = _restart(found, before)
        if restart is None and found[0][0] == first:
            restart = 0
        for index, (at, total) in enumerate(found):
            added = total - before
            if index == restart:
                month = (year, number)
                added = 0.0 if at == first else total
            yield _Charge(at, month, total, added)
            before = total


def _restart(points: Points, before: float) -> int | None:
    """Return the index of a month's first own point, None when only the old bill was seen."""
    settled = month_start(points[0][0]) + RESTARTS_WITHIN
    totals = [before, *(total for _, total in points)]
    for index, (at, total) in enumerate(points):
        if at <= settled and total < totals[index]:
            return index
    return 0 if before == 0 or points[-1][0] > settled else None


def added_up(bills: Sequence[Points]) -> list[tuple[datetime, float]]:
    """Add up the bills of services, each as it was last told; their points need not meet.

    A service without a point is not on the bill. One that comes later is on it from then on, but
    within the first day nobody can tell that from the beginning of what was read. The hours in
    which the services are not yet in the same month are left out; who is no longer on the new
    month's bill two days into it has left it.
    """
    known = [list(_charges(points)) for points in bills if points]
    if not known:
        return []
    earliest = min(charges[0].at for charges in known)
    begin = max(c[0].at for c in known if c[0].at <= earliest + DAY)
    found: dict[datetime, float] = {}
    last: dict[int, _Charge] = {}
    merged = ((charge, which) for which, charges in enumerate(known) for charge in charges)
    for charge, which in sorted(merged, key=lambda pair: pair[0].at):
        last[which] = charge
        if charge.at < begin:
            continue
        found.pop(charge.at, None)
        counted = [
            each for each in last.values()
            if each.month == charge.month or charge.at - each.at <= RESTARTS_WITHIN
        ]  # fmt: skip
        if len({each.month for each in counted}) == 1:
            found[charge.at] = sum(each.total for each in counted)
    return sorted(found.items())


def spent(points: Points, start: datetime, end: datetime) -> float | None:
    """Return what was spent in (start, end]; None when the bill is not known for all of it."""
    known = list(_charges(points))
    if not known or known[0].at > start or known[-1].at < end - DAY:
        return None
    return sum(charge.added for charge in known if start < charge.at <= end)


def month_to_date(points: Points, at: datetime) -> tuple[datetime, float] | None:
    """Return when the month's bill was last known and what it was; None before it has begun."""
    charges = [c for c in _charges(points) if c.at <= at and c.month == (at.year, at.month)]
    return (charges[-1].at, charges[-1].total) if charges else None


@dataclass(frozen=True, slots=True)
class Accrued:
    """What a month's bill grew by between two instants."""

    start: datetime
    end: datetime
    usd: float

    @property
    def span(self) -> timedelta:
        """How long that took."""
        return self.end - self.start


def accrued(points: Points, since: datetime, at: datetime) -> Accrued | None:
    """Return what the bill of ``at``'s month grew by from ``since`` on, as far as it is known.

    A month whose beginning was seen counts from its first instant, else the first point is the
    base: what it holds was spent before anything here was counted.
    """
    month = (at.year, at.month)
    known = [charge for charge in _charges(points) if charge.at <= at]
    charges = [charge for charge in known if charge.month == month]
    if not charges:
        return None
    begun, last = month_start(at), charges[-1]
    base = next(((c.at, c.total) for c in charges if c.at >= since), None)
    if since <= begun and len(charges) < len(known):
        base = (begun, 0.0)
    if base is None or base[0] >= last.at:
        return None
    return Accrued(base[0], last.at, last.total - base[1])


def month_start(at: datetime) -> datetime:
    """Return the first instant of a month."""
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_before(at: datetime) -> datetime:
    """Return the same instant a month earlier, no later than that month's last day."""
    last = month_start(at) - DAY
    day = min(at.day, calendar.monthrange(last.year, last.month)[1])
    return at.replace(year=last.year, month=last.month, day=day)


def from_days(costs: dict[date, float]) -> Series:
    """Return the bill that daily costs make; the days follow one another from a month's first.

    A day's cost is known at its last instant, so that it is its month's and its window's own.
    """
    points: dict[datetime, float] = {}
    total = 0.0
    for day in sorted(costs):
        start = datetime.combine(day, time(), UTC)
        if day.day == 1:
            points[start] = total = 0.0
        total += costs[day]
        points[start + DAY - timedelta(microseconds=1)] = total
    return Series.of(points)
