"""What the page says in words: figures with what they are of, times and spans of time."""

from __future__ import annotations

from datetime import datetime, timedelta

from avatarwatch.error_budget import PERIOD
from avatarwatch.left_out import without
from avatarwatch.units import Unit, good_share, humanize
from health_polling.page.spans import Span
from health_polling.page.view import Budget


def figure(span: Span) -> str:
    """Say of how many polls, since when, a share succeeded; of the whole span when it is known.

    >>> figure(Span(of=90, known=1, since=date(2026, 11, 23), polls=15, failed=6, uptime=60.0))
    '60 % of 15 polls since 23 Nov'
    """
    if span.uptime is None or span.since is None:
        return "no data yet"
    if span.known >= span.of:
        return f"{good_share(span.uptime)} up in {span.of} days"
    since = f"{span.since.day} {span.since:%b}"
    polls = f"{span.polls:,} poll{'' if span.polls == 1 else 's'}"
    return f"{good_share(span.uptime)} of {polls} since {since}"


def share(span: Span) -> str:
    """Say the share alone, where there is little room."""
    return "no data" if span.uptime is None else good_share(span.uptime)


def budget_line(budget: Budget | None) -> str:
    """Say what is left of the error budget, what it is of, and how much of that is known."""
    if budget is None:
        return ""
    minutes = (1 - budget.objective / 100) * PERIOD.total_seconds() / 60
    return (
        f'<p class="quiet budget">Error budget of {PERIOD.days} days at {budget.objective:g} %'
        f" ({minutes:.0f} min an endpoint): <b>{budget.rest}</b>; {budget.basis}.</p>"
    )


def left_out_line(minutes: int) -> str:
    """Say what maintenance no figure of the page has in it, empty where there was none."""
    said = without(timedelta(minutes=minutes))
    return f'<p class="quiet budget">Every share of polls is {said}.</p>' if said else ""


def updated(at: datetime) -> str:
    """Say when the page was written."""
    return f'Updated <time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{at.day} {at:%b %H:%M} UTC</time>'


def clock(at: datetime) -> str:
    """Write a time of the day."""
    return f"{at:%H:%M}"


def moment(at: datetime, now: datetime) -> str:
    """Write a day and a time; today is said as such."""
    if at.date() == now.date():
        return f"today {at:%H:%M}"
    year = f" {at.year}" if at.year != now.year else ""
    return f"{at.day} {at:%b}{year} {at:%H:%M}"


def until(end: datetime, now: datetime, since: datetime | None = None) -> str:
    """Write when something ends: the time alone where it is clear of which day it is."""
    return clock(end) if end.date() == (since or now).date() else moment(end, now)


def ends(days: int) -> str:
    """Write what a certificate has left.

    >>> ends(1), ends(-3)
    ('1 day', 'ended 3 days ago')
    """
    left = humanize(abs(days), Unit.DAYS)
    return left if days >= 0 else f"ended {left} ago"
