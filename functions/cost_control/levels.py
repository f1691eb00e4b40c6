"""How full the buckets are, with hysteresis on the way back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

GB = 10**9
"""Thresholds are in decimal gigabytes, as everywhere in the suite; prices in binary ones."""


class Level(StrEnum):
    """Where the storage of all buckets together stands."""

    NORMAL = "normal"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Bytes from which a level begins; it ends only below ``hysteresis`` times that."""

    warning: float
    critical: float
    hysteresis: float = 0.9


def level_of(total: float | None, before: Level, thresholds: Thresholds) -> Level:
    """Return the level for a total in bytes; an unknown total changes nothing."""
    if total is None:
        return before
    if total > thresholds.critical:
        return Level.CRITICAL
    if before is Level.CRITICAL and total > thresholds.critical * thresholds.hysteresis:
        return Level.CRITICAL
    if total > thresholds.warning:
        return Level.WARNING
    if before is not Level.NORMAL and total > thresholds.warning * thresholds.hysteresis:
        return Level.WARNING
    return Level.NORMAL
