"""How long this invocation may still work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """The time that is left, in seconds, less a reserve to write down what was done."""

    milliseconds_left: Callable[[], int]
    reserve: float = 4.0

    @property
    def left(self) -> float:
        """Seconds for work, never negative."""
        return max(0.0, self.milliseconds_left() / 1000 - self.reserve)
