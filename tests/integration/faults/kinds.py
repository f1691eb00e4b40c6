"""How a call fails, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What the caller meets."""

    THROTTLED = "throttled"
    SERVER_ERROR = "5xx"
    TIMEOUT_BEFORE = "time-out before"
    TIMEOUT_AFTER = "time-out after"
    RESET = "reset"
    SLOW = "slow"
    DENIED = "denied"

    @property
    def takes_effect(self) -> bool:
        """Whether the service has done what was asked."""
        return self in (Kind.TIMEOUT_AFTER, Kind.SLOW)


class Span(StrEnum):
    """For how long."""

    ONCE = "once"
    LONG = "long"


LONG = timedelta(minutes=10)
"""From the first call that fails: longer than any function's own tries."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A call (``sns:Publish``, ``slack:chat.postMessage``) that fails."""

    call: str
    kind: Kind
    span: Span

    @property
    def way(self) -> tuple[Kind, Span]:
        """Return how it fails: its column."""
        return self.kind, self.span
