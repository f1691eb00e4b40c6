"""Which windows a run works on; pure. Windows are closed, aligned to UTC and looked at again.

Data comes late, so a window is looked at several times: as soon as it is over, and at set ages
until nothing more is to be expected. A missed run leaves windows that were never looked at; the
next run finds them by what is recorded, not by its schedule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from avatarwatch.kpi.readings import PROMPT, Window
from avatarwatch.kpis import Cadence
from kpi_aggregation.sets import Amount

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

LOOKS: Mapping[Cadence, tuple[timedelta, ...]] = {
    Cadence.FIVE_MINUTES: (PROMPT, 8 * _MINUTE, 18 * _MINUTE, 63 * _MINUTE),
    Cadence.HOUR: (PROMPT, 63 * _MINUTE, 6 * _HOUR + PROMPT),
    # at ten o'clock S3 has measured the day
    Cadence.DAY: (15 * _MINUTE, 10 * _HOUR, _DAY + 15 * _MINUTE, 2 * _DAY + 15 * _MINUTE),
}
"""Ages, from a window's end, at which it is looked at: the last is when it is settled."""

READABLE: tuple[tuple[timedelta, timedelta], ...] = (
    (_DAY, 48 * _HOUR), (3 * _HOUR, 2 * _HOUR), (timedelta(), PROMPT),
)  # fmt: skip
"""How long a point may take to be read back, by its age when it was put (PutMetricData, API
reference, for those older than three hours)."""

OLDEST = timedelta(days=14) - _HOUR
"""PutMetricData takes points of the last two weeks; an hour is left for the run itself."""

AT_ONCE: Mapping[Cadence, int] = {
    Cadence.FIVE_MINUTES: 288,
    Cadence.HOUR: 168,
    Cadence.DAY: 14,
}
"""Windows of one batch: what one run catches up beside the present."""

_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a window: when it was looked at, what was put in all.

    ``incomplete`` when something could not be read that the next run may find; ``query`` is the
    id of a Logs Insights query that is still running, ``asked`` how many were begun; ``costs_from``
    names the source of the costs that were published, ``sources`` that of each metric that could
    have had another.
    """

    looked_at: datetime | None = None
    published: Mapping[str, Amount] = field(default_factory=dict)
    incomplete: bool = False
    query: str | None = None
    asked: int = 0
    costs_from: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)


def floor(at: datetime, cadence: Cadence) -> datetime:
    """Return the start of the window in which an instant lies."""
    at = at.astimezone(UTC)  # clocks that change would make an hour of their own
    return at - (at - _EPOCH) % cadence.length


def stamp(cadence: Cadence, window: Window) -> datetime:
    """Return the timestamp of a window's numbers: its start, or a day's last hour.

    A point that is more than three hours old when it is put may take hours to be seen.
    """
    return window.end - _HOUR if cadence is Cadence.DAY else window.start


def windows(cadence: Cadence, start: datetime, end: datetime) -> Iterator[Window]:
    """Yield the aligned windows that lie in [start, end) as a whole."""
    at = floor(start, cadence)
    if at < start:
        at += cadence.length
    while at + cadence.length <= end:
        yield Window(at, at + cadence.length)
        at += cadence.length


def first_start(cadence: Cadence, now: datetime) -> datetime:
    """Return where a first run begins: at what would still be looked at."""
    return floor(now - LOOKS[cadence][-1], cadence)


def oldest_start(cadence: Cadence, now: datetime) -> datetime:
    """Return the oldest window's start whose points CloudWatch still takes."""
    return floor(now - OLDEST, cadence) + cadence.length


def is_due(cadence: Cadence, window: Window, record: Record | None, now: datetime) -> bool:
    """Whether a window is to be looked at: an age was reached since, or something was missing."""
    ages = LOOKS[cadence]
    if now < window.end + ages[0]:
        return False
    if record is None or record.looked_at is None or record.incomplete:
        return True
    return any(record.looked_at < window.end + age <= now for age in ages)


def is_settled(cadence: Cadence, window: Window, record: Record | None) -> bool:
    """Whether nothing more is expected of a window."""
    if record is None or record.looked_at is None or record.incomplete:
        return False
    return record.looked_at >= window.end + LOOKS[cadence][-1]


def is_held(cadence: Cadence, window: Window, until: datetime | None, now: datetime) -> bool:
    """Whether a run may be at a window, or died at it and nobody can see yet what it put.

    ``until`` is the end of its lease; None where it was given back.
    """
    if until is None:
        return False
    age = until - stamp(cadence, window)
    delay = next(delay for least, delay in READABLE if age >= least or not least)
    return now < until + delay


def batches(cadence: Cadence, due: list[Window]) -> list[list[Window]]:
    """Split due windows into the present and, oldest first, one batch of what was missed.

    Each is read as one span, so the present must not wait for a hole of days behind it.
    """
    recent_from = due[-1].start - LOOKS[cadence][-1] if due else None
    present = [window for window in due if recent_from and window.start >= recent_from]
    missed = [window for window in due if recent_from and window.start < recent_from]
    return [batch for batch in (present, missed[: AT_ONCE[cadence]]) if batch]
