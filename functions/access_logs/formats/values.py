"""The values of log fields: each reader says which field it could not read."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from access_logs.entry import LineError

ABSENT = frozenset({"", "-"})
"""How logs write that a field has no value."""
LONGEST = 24 * 3600 * 1000
"""Milliseconds; no request lasts longer than a day, so a larger number is no time."""
_MONTHS = {
    name: number
    for number, name in enumerate(
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1
    )
}  # fmt: skip


def whole(text: str, field: str, absent: int | None = None) -> int:
    """Return a whole number of 0 or more; ``absent`` stands for a dash, None for an error."""
    if text in ABSENT and absent is not None:
        return absent
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise LineError(f"{field} is {text[:40]!r}, no whole number")
    return int(text)


def milliseconds(text: str, field: str, *, seconds: bool) -> int | None:
    """Return a time, written in seconds with decimals or in whole milliseconds; None for a dash."""
    if text in ABSENT:
        return None
    try:
        value = round(float(text) * 1000) if seconds else int(text)
    except (ValueError, OverflowError):
        raise LineError(f"{field} is {text[:40]!r}, no time") from None
    if not 0 <= value <= LONGEST:
        raise LineError(f"{field} is {text[:40]!r}, no time of a request")
    return value


@lru_cache(maxsize=4096)
def minute_of_day(time: str) -> int:
    """Return the minute of the day of ``HH:MM:SS``; LineError if it is none."""
    hours, minutes = time[:2], time[3:5]
    if time[2:3] != ":" or time[5:6] != ":" or not (hours + minutes).isdecimal():
        raise LineError(f"time is {time[:40]!r}, not HH:MM:SS")
    if int(hours) > 23 or int(minutes) > 59:
        raise LineError(f"time is {time[:40]!r}, no time of day")
    return int(hours) * 60 + int(minutes)


@lru_cache(maxsize=512)
def day_start(date: str) -> int:
    """Return the first minute since 1970 of ``YYYY-MM-DD`` (UTC); LineError if it is none."""
    try:
        return _minutes(datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC))
    except ValueError:
        raise LineError(f"date is {date[:40]!r}, not YYYY-MM-DD") from None


@lru_cache(maxsize=4096)
def minute_of_stamp(stamp: str) -> int:
    """Return the minute since 1970 of ``20/Nov/2026:10:00:59 +0000``, the seconds left out.

    By hand: strptime reads month names in the language of the machine, and takes ten times as
    long. S3 writes UTC; another offset is unambiguous too.
    """
    day, month, year, zone = stamp[:2], stamp[3:6], stamp[7:11], stamp[21:]
    if month not in _MONTHS or len(zone) != len("+0000") or zone[0] not in "+-":
        raise LineError(f"time is {stamp[:40]!r}, not DD/Mon/YYYY:HH:MM:SS +0000")
    local = day_start(f"{year}-{_MONTHS[month]:02d}-{day}") + minute_of_day(stamp[12:20])
    ahead = minute_of_day(f"{zone[1:3]}:{zone[3:]}:00")
    return local - ahead if zone[0] == "+" else local + ahead


def minute_of_epoch(text: str, field: str, per_minute: int) -> int:
    """Return the minute of a number since 1970 that counts ``per_minute`` to the minute."""
    try:
        return int(float(text) // per_minute)
    except (ValueError, OverflowError):
        raise LineError(f"{field} is {text[:40]!r}, no time since 1970") from None


def _minutes(moment: datetime) -> int:
    return int(moment.timestamp()) // 60
