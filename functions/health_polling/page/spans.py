"""What the figures of the page are of: how many polls, since when, and what they may still fail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from avatarwatch.error_budget import PERIOD, ErrorBudget
from avatarwatch.kpi.budgets import Events
from avatarwatch.kpi_inputs import AVAILABILITY
from avatarwatch.left_out import LeftOut
from health_polling.watch import Day

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_NOTHING = LeftOut()


@dataclass(frozen=True, slots=True)
class Span:
    """Polls of the last ``of`` days; ``known`` of them have any, the first of those is ``since``.

    ``uptime`` is the percentage of polls that succeeded, None without any.
    """

    of: int
    known: int
    since: date | None
    polls: int
    failed: int
    uptime: float | None


def span(days: Mapping[date, Day], today: date, of: int, part: str = "") -> Span:
    """Return the figures of a service's last days, or of one of its parts."""
    first = today - timedelta(days=of - 1)
    within = {d: day for d, day in days.items() if first <= d <= today and day.polls}
    polls = sum(day.polls for day in within.values())
    failed = sum(day.parts.get(part, 0) if part else day.failed for day in within.values())
    return Span(
        of=of,
        known=len(within),
        since=min(within) if within else None,
        polls=polls,
        failed=failed,
        uptime=(1 - failed / polls) * 100 if polls else None,
    )


def budget(
    services: Iterable[Mapping[date, Day]], now: datetime, left_out: LeftOut = _NOTHING
) -> ErrorBudget | None:
    """Return the error budget of all services together, None before the first poll.

    It is of the last thirty days, today's up to now. Known are the days with polls of any service,
    of the first of all as much as the polls of one take at one a minute, and the maintenance that
    was left out.
    """
    end = now.replace(second=0, microsecond=0) + _MINUTE
    first = now.date() - timedelta(days=PERIOD.days - 1)
    every = list(services)
    spans = [span(days, now.date(), PERIOD.days) for days in every]
    polls, failed = sum(s.polls for s in spans), sum(s.failed for s in spans)
    if not polls:
        return None
    most: dict[date, int] = {}
    for days in every:
        for day, record in days.items():
            if record.polls > most.get(day, 0):
                most[day] = record.polls
    known = sum(
        (
            _known(midnight, min(midnight + _DAY, end), most, left_out)
            for midnight in map(_midnight, (first + timedelta(days=n) for n in range(PERIOD.days)))
        ),
        timedelta(),
    )
    found = AVAILABILITY.budget_of(Events(failed, polls), known)
    without = left_out.within(_midnight(first), end)
    return replace(found, left_out=without, span=end - _midnight(first))


def _known(
    start: datetime, end: datetime, polls: Mapping[date, int], left_out: LeftOut
) -> timedelta:
    """Return how much of a day is known."""
    day = start.date()
    if day in polls and day != min(polls):
        return end - start
    counted = timedelta(minutes=polls.get(day, 0)) + left_out.within(start, end)
    return min(counted, end - start)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
