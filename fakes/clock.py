"""A clock that stands still until it is moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """Give the time when called; ``sleep`` moves it instead of waiting."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on by so many seconds."""
        self.now += timedelta(seconds=seconds)

    def advance(self, **span: float) -> None:
        """Move on by a timedelta's arguments."""
        self.now += timedelta(**span)
