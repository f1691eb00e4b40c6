"""What the figures of the page are of: how many polls, since when, and what they may still fail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from avatarwatch.error_budget import PERIOD, ErrorBudget
from avatarwatch.kpi.budgets import Events
from avatarwatch.kpi_inputs import AVAILABILITY
from health_polling.watch import Day


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
    services: Iterable[Mapping[date, Day]], today: date, left_out: timedelta = timedelta()
) -> ErrorBudget | None:
    """Return the error budget of all services together, None before the first poll.

    As many days are known of it as the polls of all take at one a minute, and the maintenance that
    was left out.
    """
    spans = [s for days in services if (s := span(days, today, PERIOD.days)).polls]
    if not spans:
        return None
    polls, failed = sum(s.polls for s in spans), sum(s.failed for s in spans)
    known = timedelta(minutes=polls / len(spans)) + left_out
    return replace(AVAILABILITY.budget_of(Events(failed, polls), known), left_out=left_out)
