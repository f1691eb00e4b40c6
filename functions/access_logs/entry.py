"""One request as a log tells it, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Who answered the request and wrote the log line."""

    CDN = "cdn"
    BUCKET = "bucket"


class LineError(Exception):
    """A line is no request of its format; the message says which field, or how many fields."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One request.

    ``minute`` counts minutes since 1970 (UTC); ``size`` is the bytes that were sent; times are
    whole milliseconds, None where the log does not say; ``hit`` is None for what no cache could
    have answered. ``address`` and ``requester`` are kept for refused requests alone.
    """

    minute: int
    status: int
    size: int
    address: str
    first_byte: int | None = None
    total: int | None = None
    hit: bool | None = None
    requester: str = "-"


REFUSED = frozenset({401, 403})
"""The statuses of a request that was refused."""
