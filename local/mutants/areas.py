"""Which part of the product a module is of, and whether it only says how something looks."""

from __future__ import annotations

from fnmatch import fnmatch

SOURCES = ("functions", "layers/shared")
"""Where the code is that is mutated."""

RENDERING = (
    "functions/*/page/*",
    "functions/alarm_fanout/chart.py",
    "functions/alarm_fanout/words.py",
    "functions/alarm_fanout/channels/slack/*message.py",
    "functions/alarm_fanout/channels/teams/message.py",
    "functions/alarm_fanout/channels/email/message.py",
    "functions/alarm_fanout/channels/sms/message.py",
    "functions/cost_control/telling.py",
    "functions/health_polling/explain.py",
    "functions/reporting/message.py",
    "functions/reporting/compose.py",
)
"""Pages and words: what is wrong in them is seen, and loses nothing."""

WORDS = "pages and words"


def area(path: str, *, words: bool) -> str:
    """Name the area of a change: the function's package, what is shared, or what is read."""
    if words or any(fnmatch(path, pattern) for pattern in RENDERING):
        return WORDS
    parts = path.split("/")
    return parts[1] if parts[0] == "functions" else parts[2]
