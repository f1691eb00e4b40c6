"""What the figures of the page are of: how many polls, since when, and what they may still fail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from avatarwatch.kpis import KPIS
from health_polling.watch import Day

BUDGET_DAYS = 30
POLLS_A_DAY = 24 * 60


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


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of what ``BUDGET_DAYS`` may fail is left, in percent; negative when overspent.

    It is of all 30 days' polls at ``objective`` percent, as the KPI's is: of days before anything
    was polled nothing is known to have failed. ``days_known`` says how many are.
    """

    objective: float
    uptime: float
    polls: int
    failed: int
    days: int
    days_known: float
    left: float


def span(days: Mapping[str, Day], today: date, of: int, part: str = "") -> Span:
    """Return the figures of a service's last days, or of one of its parts."""
    first = today - timedelta(days=of - 1)
    within = {d: day for d, day in days.items() if d >= first.isoformat() and day.polls}
    polls = sum(day.polls for day in within.values())
    failed = sum(day.parts.get(part, 0) if part else day.failed for day in within.values())
    return Span(
        of=of,
        known=len(within),
        since=date.fromisoformat(min(within)) if within else None,
        polls=polls,
        failed=failed,
        uptime=(1 - failed / polls) * 100 if polls else None,
    )


def budget(services: Iterable[Mapping[str, Day]], today: date) -> Budget | None:
    """Return the error budget of all services together, None before the first poll."""
    target = KPIS["Availability"].target
    spans = [s for days in services if (s := span(days, today, BUDGET_DAYS)).polls]
    polls, failed = sum(s.polls for s in spans), sum(s.failed for s in spans)
    if not spans or target is None:
        return None
    allowed = (1 - target.value / 100) * len(spans) * BUDGET_DAYS * POLLS_A_DAY
    return Budget(
        objective=target.value,
        uptime=(1 - failed / polls) * 100,
        polls=polls,
        failed=failed,
        days=BUDGET_DAYS,
        days_known=min(float(BUDGET_DAYS), polls / POLLS_A_DAY / len(spans)),
        left=(1 - failed / allowed) * 100,
    )
