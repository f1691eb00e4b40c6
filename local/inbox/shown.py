"""How the page writes colours and times."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_NAMED_COLOURS = {"good": "#2eb67d", "warning": "#ecb22e", "danger": "#e01e5a"}
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")


def colour(value: object) -> str:
    """Return an attachment's colour as #rrggbb; grey for what Slack does not know either."""
    if isinstance(value, str):
        if value in _NAMED_COLOURS:
            return _NAMED_COLOURS[value]
        match = _HEX.fullmatch(value)
        if match:
            return f"#{match[1].lower()}"
    return "#9a9aa0"


def clock_time(moment: datetime) -> str:
    """Return hours and minutes in this machine's time zone."""
    return moment.astimezone().strftime("%H:%M")


def full_time(moment: datetime) -> str:
    """Return the whole moment in this machine's time zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def day_name(moment: datetime) -> str:
    """Return ``Today``, ``Yesterday`` or the date."""
    today = datetime.now().astimezone().date()
    day = moment.astimezone().date()
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return day.strftime("%A, %B %-d, %Y")


def duration(start: datetime, end: datetime) -> str:
    """Return how long something took: ``23 min``, ``1 h 5 min``, ``40 s``."""
    seconds = max(0, round((end - start).total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
