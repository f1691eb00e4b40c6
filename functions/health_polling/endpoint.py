"""An endpoint and how it is asked and judged."""

from __future__ import annotations

from dataclasses import dataclass

from health_polling.addresses import Target
from health_polling.conditions import Condition
from health_polling.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds that each phase may take; ``total`` bounds all of them together."""

    resolve: float = 2.0
    connect: float = 3.0
    tls: float = 3.0
    total: float = 10.0

    def within(self, seconds: float) -> Timeouts:
        """Return the same, bounded by so many seconds in all."""
        total = min(self.total, seconds)
        return Timeouts(
            min(self.resolve, total), min(self.connect, total), min(self.tls, total), total
        )


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How many bad polls make an incident, and how many good ones in a row end it.

    Down with ``failures`` bad ones among the last ``window``; up after ``recoveries`` good ones.
    """

    failures: int = 3
    window: int = 5
    recoveries: int = 2


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint. ``statuses`` are the expected HTTP statuses; ``slow_ms`` is degraded above.

    ``optional`` names components whose failure only degrades the service; ``stale_after`` is how
    old, in seconds, the time in its document may be, 0 for any age; ``words`` are status words of
    its own, folded, and what they mean; ``metrics`` are kinds of metrics that it has of its own.
    Header values may be secret: never log them.
    """

    name: str
    target: Target
    statuses: frozenset[int] = frozenset(range(200, 300))
    headers: tuple[tuple[str, str], ...] = ()
    timeouts: Timeouts = Timeouts()
    thresholds: Thresholds = Thresholds()
    conditions: tuple[Condition, ...] = ()
    optional: frozenset[str] = frozenset()
    slow_ms: float = 2000.0
    stale_after: float = 300.0
    words: tuple[tuple[str, Verdict], ...] = ()
    metrics: frozenset[str] = frozenset()
