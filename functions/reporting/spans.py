"""Which days a report is about; pure.

Days are UTC's, as the KPIs' windows are: any other day would need points by the minute, which
CloudWatch drops after 15 days, so that no older report could be made again (docs/decisions/0136).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
OLDEST = timedelta(days=455)
"""How long CloudWatch keeps points by the hour (GetMetricData, API reference)."""


class Kind(StrEnum):
    """The three reports of the guide."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


LOOKED_BACK = {Kind.DAILY: 7, Kind.WEEKLY: 4, Kind.MONTHLY: 2}
"""How many of each are made up when their runs were missed."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A day, an ISO week or a month in UTC, its end exclusive."""

    start: datetime
    end: datetime
    kind: Kind

    @property
    def name(self) -> str:
        """Its name in addresses: 2026-11-25, 2026-W48, 2026-11."""
        match self.kind:
            case Kind.DAILY:
                return f"{self.start:%Y-%m-%d}"
            case Kind.WEEKLY:
                return f"{self.start:%G-W%V}"
            case Kind.MONTHLY:
                return f"{self.start:%Y-%m}"

    @property
    def key(self) -> str:
        """Its folder, and its name in StateTable."""
        return f"{self.kind}/{self.name}"

    @property
    def title(self) -> str:
        """Its name for people."""
        last = self.end - DAY
        match self.kind:
            case Kind.DAILY:
                return f"{self.start:%A} {self.start.day} {self.start:%B %Y}"
            case Kind.WEEKLY:
                first = f"{self.start.day} {self.start:%B}"
                return f"Week {self.start:%V}, {first} to {last.day} {last:%B %Y}"
            case Kind.MONTHLY:
                return f"{self.start:%B %Y}"

    @property
    def days(self) -> list[date]:
        """Its days."""
        count = (self.end - self.start) // DAY
        return [(self.start + number * DAY).date() for number in range(count)]

    @property
    def before(self) -> Span:
        """The span before it."""
        return span_of(self.kind, self.start - DAY)

    def is_due(self, now: datetime) -> bool:
        """Whether a scheduled run is about it.

        Far in the east Monday's morning is Sunday in UTC, so that weeks and months are asked for on
        two days; the first of them finds the span of a week or a month ago.
        """
        return now < self.end + 2 * DAY

    def is_late(self, now: datetime) -> bool:
        """Whether its own run was missed."""
        return now >= self.end + DAY

    def __contains__(self, at: datetime | None) -> bool:
        """Whether an instant lies in it."""
        return at is not None and self.start <= at < self.end


def span_of(kind: Kind, at: date) -> Span:
    """Return the span of a kind in which a day lies."""
    day = datetime(at.year, at.month, at.day, tzinfo=UTC)
    match kind:
        case Kind.DAILY:
            return Span(day, day + DAY, kind)
        case Kind.WEEKLY:
            monday = day - day.weekday() * DAY
            return Span(monday, monday + 7 * DAY, kind)
        case Kind.MONTHLY:
            first = day.replace(day=1)
            return Span(first, (first + 31 * DAY).replace(day=1), kind)


def latest(kind: Kind, now: datetime) -> Span:
    """Return the last span of a kind that is over."""
    return span_of(kind, now.astimezone(UTC)).before


def expected(now: datetime, since: datetime) -> Iterator[Span]:
    """Yield the spans, the oldest first, whose own runs have long been due.

    A span's run comes on the day after it; what ended a day before that was missed, or is made.
    ``since`` is when reports began: nothing is owed from before.
    """
    due = latest(Kind.DAILY, now).start
    owed: list[Span] = []
    for kind, count in LOOKED_BACK.items():
        span = latest(kind, now)
        for _ in range(count + 1):
            if since < span.end <= due:
                owed.append(span)
            span = span.before
    yield from sorted(owed, key=lambda span: (span.end, span.kind))
