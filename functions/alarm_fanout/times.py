"""Write times and durations as a person reads them at night: UTC, short, no seconds."""

from datetime import datetime, timedelta


def clock(moment: datetime, now: datetime) -> str:
    """Write an instant as ``10:05 UTC``, with the date when it is not today's."""
    if moment.date() == now.date():
        return f"{moment:%H:%M} UTC"
    return f"{moment.day} {moment:%b %H:%M} UTC"


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
