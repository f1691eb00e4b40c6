"""How full and how dear the buckets are, with hysteresis on the way back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

GB = 10**9
"""Thresholds are in decimal gigabytes, as everywhere in the suite; prices in binary ones."""
NEVER = float("inf")
"""A threshold that nothing crosses."""


class Level(StrEnum):
    """Where the storage of all buckets together stands."""

    NORMAL = "normal"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where a level begins; it ends only below ``hysteresis`` times that."""

    warning: float = NEVER
    critical: float = NEVER
    hysteresis: float = 0.9

    @property
    def is_set(self) -> bool:
        """Whether any of them can be crossed."""
        return min(self.warning, self.critical) < NEVER


NO_THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Standing:
    """The levels by size and by cost, each with its own hysteresis; the higher one counts."""

    size: Level = Level.NORMAL
    cost: Level = Level.NORMAL

    @property
    def level(self) -> Level:
        """Return the level that counts."""
        return higher(self.size, self.cost)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over all buckets; None when nothing is known, not certain when a part is missing."""

    value: float | None = None
    is_certain: bool = True


UNKNOWN = Total()


def level_of(total: Total, before: Level, thresholds: Thresholds) -> Level:
    """Return the level of a total.

    An unknown total changes nothing; one that is only a part can raise the level, never lower it.
    """
    if total.value is None:
        return before
    now = _level(total.value, before, thresholds)
    return now if total.is_certain else higher(now, before)


def higher(one: Level, other: Level) -> Level:
    """Return the higher of two levels."""
    return max(one, other, key=list(Level).index)


def _level(total: float, before: Level, thresholds: Thresholds) -> Level:
    if total > thresholds.critical:
        return Level.CRITICAL
    if before is Level.CRITICAL and total > thresholds.critical * thresholds.hysteresis:
        return Level.CRITICAL
    if total > thresholds.warning:
        return Level.WARNING
    if before is not Level.NORMAL and total > thresholds.warning * thresholds.hysteresis:
        return Level.WARNING
    return Level.NORMAL
