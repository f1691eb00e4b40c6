"""Write times and durations as a person reads them at night: short, no seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo


def zone_of(name: str) -> tzinfo:
    """Return a time zone by its name in the tz database, UTC for one that is not there."""
    if name in {"", "UTC"}:
        return UTC
    # late: who reads in UTC does without it in a cold start
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def is_today(moment: datetime, now: datetime, zone: tzinfo = UTC) -> bool:
    """Whether two instants are of one day where the reader is."""
    return moment.astimezone(zone).date() == now.astimezone(zone).date()


def clock(moment: datetime, now: datetime, zone: tzinfo = UTC) -> str:
    """Write an instant as ``10:05 UTC``, with the date when it is not today's."""
    return f"{_bare(moment, now, zone)} {moment.astimezone(zone):%Z}"


def _bare(moment: datetime, now: datetime, zone: tzinfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%H:%M}" if is_today(moment, now, zone) else f"{local.day} {local:%b %H:%M}"


@dataclass(frozen=True, slots=True)
class Line:
    """A text with times in it, which a channel may write in its own way."""

    parts: tuple[str | datetime, ...]
    now: datetime
    zone: tzinfo = UTC

    @property
    def text(self) -> str:
        """The line as plain text: the zone once, behind the last of its times."""
        left = sum(isinstance(part, datetime) for part in self.parts)
        written: list[str] = []
        for part in self.parts:
            if isinstance(part, datetime):
                left -= 1
                write = _bare if left else clock
                written.append(write(part, self.now, self.zone))
            else:
                written.append(part)
        return "".join(written)


def lasting(duration: timedelta) -> str:
    """Write a duration in its one or two largest units.

    >>> lasting(timedelta(minutes=23)), lasting(timedelta(hours=25, minutes=10))
    ('23 min', '1 d 1 h')
    """
    seconds = max(0, round(duration.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours = seconds // 60, seconds // 3600
    if hours < 1:
        return f"{minutes} min"
    if hours < 24:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{hours // 24} d {hours % 24} h" if hours % 24 else f"{hours // 24} d"
