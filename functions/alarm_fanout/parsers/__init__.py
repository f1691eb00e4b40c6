"""One parser for each shape that AWS sends, each into one Alert."""

from alarm_fanout.parsers.dispatch import parse
from alarm_fanout.parsers.errors import UnreadableError

__all__ = ["UnreadableError", "parse"]
