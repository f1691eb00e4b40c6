"""Planned maintenance: windows that come once or again, by the rules of RFC 5545 (pure).

A window's times are on its zone's clock: one at 02:00 each Sunday stays at 02:00 when the clocks
change. A time that a change skips is read with the offset before it, one that comes twice is its
first (RFC 5545, section 3.3.5); a window lasts its minutes, whatever the clocks do meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateutil.rrule import rrule

LONGEST = 7 * 24 * 60
"""Minutes of one window: what lasts longer is no maintenance, and hides what nobody remembers."""

AHEAD = timedelta(days=400)
"""How far a rule is looked at to tell whether it ever ends."""

PARTS = ("FREQ", "INTERVAL", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
"""Of a rule. COUNT would have to be counted from the beginning each time: UNTIL says the same."""

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_YEARS = range(2000, 2200)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # of a month at most
_UNTIL = re.compile(r"\d{8}(T\d{6})?")


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
        _parts(window.repeat)
        first = _instant(start, zone)
        spans = list(spans_of(window, first, first + AHEAD))
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
    if not window.repeat:
        starts: Iterator[datetime] = iter([start])
    else:
        to = before.astimezone(UTC).replace(tzinfo=None) + day
        rule = _rule(window.repeat, start, to)
        starts = iter(rule.between(after.astimezone(UTC).replace(tzinfo=None) - lasts - day, to))
    for each in starts:
        began = _instant(each, zone)
        if began < before and began + lasts > after:
            yield Span(began, began + lasts)


def coming(window: Window, now: datetime) -> Span | None:
    """Return when a window is open now, else when it is the next time.

    None when it is over, or farther ahead than AHEAD.
    """
    return next(spans_of(window, now, now + AHEAD), None)


def is_over(window: Window, now: datetime) -> bool:
    """Whether a window never comes again; one farther ahead than AHEAD does."""
    last = _local(window)
    if window.repeat:
        until = _parts(window.repeat).get("UNTIL")
        if until is None:
            return False
        last = _until(until)
    return _instant(last, _zone(window)) + timedelta(minutes=window.minutes) <= now


def _rule(repeat: str, start: datetime, to: datetime) -> rrule:
    # late: only who has windows that come again needs it
    from dateutil.rrule import rrulestr  # noqa: PLC0415

    parts = _parts(repeat)
    until = parts.pop("UNTIL", None)
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    last = min(to, _until(until)) if until else to
    try:
        found = rrulestr(f"RRULE:{text};UNTIL={last:%Y%m%dT%H%M%S}", dtstart=start)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise WindowError(f"repeat: {error}") from None
    if not _has_a_day(parts):
        raise WindowError("repeat: it never comes")
    return found


def _has_a_day(parts: Mapping[str, str]) -> bool:
    """Whether a rule's months have its days; dateutil would look for one up to the year 9999."""
    months = [int(month) for month in parts.get("BYMONTH", "1").split(",")]
    longest = max((_DAYS[month - 1] for month in months if 1 <= month <= 12), default=0)
    days = [int(day) for day in parts.get("BYMONTHDAY", "1").split(",")]
    return any(0 < abs(day) <= longest for day in days)


def _parts(repeat: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in repeat.removeprefix("RRULE:").upper().split(";"):
        name, sign, value = part.partition("=")
        if not sign or not value or name not in PARTS or name in parts:
            raise WindowError(f"repeat: {part!r} is none of {', '.join(PARTS)}, each once")
        parts[name] = value
    if parts.get("FREQ") not in FREQUENCIES:
        raise WindowError(f"repeat: FREQ needs one of {', '.join(FREQUENCIES)}")
    if "UNTIL" in parts:
        _until(parts["UNTIL"])
    return parts


def _until(text: str) -> datetime:
    if not _UNTIL.fullmatch(text):
        raise WindowError("repeat: UNTIL needs a day or a time of the window's zone, without Z")
    form = "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d"
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - on the zone's clock
    except ValueError:
        raise WindowError(f"repeat: UNTIL={text} is no time") from None


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
        raise WindowError(f"zone: the tz database has no {window.zone!r}") from None


def _instant(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)
