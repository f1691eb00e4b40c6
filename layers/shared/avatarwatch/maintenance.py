"""Planned maintenance: windows that come once or again, by the rules of RFC 5545 (pure).

A window's times are on its zone's clock: one at 02:00 each Sunday stays at 02:00 when the clocks
change. A time that a change skips is read with the offset before it, one that comes twice is its
first (RFC 5545, section 3.3.5); a window lasts its minutes, whatever the clocks do meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from avatarwatch.complaints import zone_meant
from avatarwatch.recurrence import Rule, RuleError, read_rule

LONGEST = 7 * 24 * 60
"""Minutes of one window: what lasts longer is no maintenance, and hides what nobody remembers."""

AHEAD = timedelta(days=400)
"""How far a rule is looked at to tell whether it ever ends."""

_YEARS = range(2000, 2200)


class WindowError(ValueError):
    """A window is none; the message begins with the field."""


@dataclass(frozen=True, slots=True)
class Window:
    """When alerts are held back: ``alarms`` is a glob over alarm names and AlertIds.

    ``starts`` is ISO 8601 without an offset, on the clock of ``zone`` (the tz database's name);
    ``repeat`` an RRULE's value (``FREQ=WEEKLY;BYDAY=SU``), empty for once.
    """

    name: str
    alarms: str
    reason: str
    starts: str
    minutes: int
    zone: str = "UTC"
    repeat: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """One time that a window is open, in UTC."""

    start: datetime
    end: datetime


def checked(window: Window) -> Window:
    """Return a window that has an end; raises WindowError that begins with the field."""
    if not 1 <= window.minutes <= LONGEST:
        raise WindowError(f"minutes: needs 1 to {LONGEST}, a window has to end")
    for field in ("name", "alarms", "reason"):
        if not getattr(window, field).strip():
            raise WindowError(f"{field}: needs a text")
    start, zone = _local(window), _zone(window)
    if window.repeat:
        begins = _instant(start, zone)
        spans = list(spans_of(window, begins, begins + AHEAD))
        if not spans:
            raise WindowError("repeat: it never comes")
        if any(later.start <= earlier.end for earlier, later in pairwise(spans)):
            raise WindowError(
                "repeat: it comes again before it is over, and would never end: fewer minutes, or"
                " a longer interval"
            )
    return window


def spans_of(window: Window, after: datetime, before: datetime) -> Iterator[Span]:
    """Yield when a window is open between two instants, those that it cuts included."""
    zone, start = _zone(window), _local(window)
    lasts = timedelta(minutes=window.minutes)
    day = timedelta(days=1)  # more than any offset of a zone from UTC
    starts = iter([start])
    if window.repeat:
        since = after.astimezone(UTC).replace(tzinfo=None) - lasts - day
        to = before.astimezone(UTC).replace(tzinfo=None) + day
        starts = _starts(_rule(window), start, since, to)
    for each in starts:
        began = _instant(each, zone)
        if began < before and began + lasts > after:
            yield Span(began, began + lasts)


def first(window: Window) -> datetime:
    """Return when a window begins at the earliest, in UTC; raises WindowError."""
    return _instant(_local(window), _zone(window))


def coming(window: Window, now: datetime) -> Span | None:
    """Return when a window is open now, else when it is the next time.

    None when it is over, or farther ahead than AHEAD.
    """
    return next(spans_of(window, now, now + AHEAD), None)


def is_over(window: Window, now: datetime) -> bool:
    """Whether a window never comes again; one farther ahead than AHEAD does."""
    last = _local(window)
    if window.repeat:
        until = _rule(window).until
        if until is None:
            return False
        last = until
    return _instant(last, _zone(window)) + timedelta(minutes=window.minutes) <= now


def _rule(window: Window) -> Rule:
    try:
        return read_rule(window.repeat)
    except RuleError as error:
        raise WindowError(f"repeat: {error}") from None


def _starts(rule: Rule, start: datetime, since: datetime, to: datetime) -> Iterator[datetime]:
    last = min(to, rule.until) if rule.until else to
    for day in rule.falls_on(start.date(), since.date(), last.date()):
        began = datetime.combine(day, start.time())
        if began <= last:
            yield began


def _local(window: Window) -> datetime:
    try:
        start = datetime.fromisoformat(window.starts)
    except ValueError:
        raise WindowError("starts: needs a time like 2026-12-06T02:00") from None
    if start.tzinfo is not None:
        raise WindowError("starts: is on the clock of `zone`, without an offset")
    if start.year not in _YEARS:
        raise WindowError(f"starts: needs a year of {_YEARS.start} to {_YEARS.stop - 1}")
    return start


def _zone(window: Window) -> tzinfo:
    if window.zone == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - as above

    try:
        return ZoneInfo(window.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        helps = zone_meant(window.zone) or "zones are called by places, as in Europe/Stockholm"
        raise WindowError(f"zone: the tz database has no {window.zone!r}, {helps}") from None


def _instant(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)
