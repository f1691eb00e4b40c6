"""The two axes: where their ticks stand, and how these are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_STEPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
        86_400, 172_800, 604_800, 1_209_600, 2_592_000, 7_776_000,
    )
)  # fmt: skip
_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ValueScale:
    """The value axis from ``low`` to ``high`` with a tick every ``step``."""

    low: float
    high: float
    step: float

    def ticks(self) -> list[float]:
        """List the ticks, the lowest first."""
        first = math.ceil(self.low / self.step - 1e-9)
        last = math.floor(self.high / self.step + 1e-9)
        return [number * self.step for number in range(first, last + 1)]

    def share(self, value: float) -> float:
        """Return how far up the axis a value stands, 0 to 1 within it."""
        return (value - self.low) / (self.high - self.low)


def value_scale(
    values: Sequence[float], minimum: float | None, maximum: float | None, room: int
) -> ValueScale:
    """Choose a scale that holds the values in about ``room`` steps.

    A step is 1, 2 or 5 times a power of ten. The ends that the widget fixes are kept as they are.
    """
    low = min(values) if minimum is None else minimum
    high = max(values) if maximum is None else maximum
    if high <= low:
        spread = abs(low) / 2 or 1.0
        low = low - spread if minimum is None else low
        high = low + 2 * spread if maximum is None else high
        low = min(low, high - spread)
    rough = (high - low) / max(room, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    if minimum is None:
        low = math.floor(low / step + 1e-9) * step
    if maximum is None:
        high = math.ceil(high / step - 1e-9) * step
    return ValueScale(low, high, step)


def number_text(value: float, step: float) -> str:
    """Write a tick's value with SI prefixes and as many decimals as its step needs."""
    size = max(abs(value), step)
    if abs(value) < step / 1e6:
        return "0"
    factor, prefix = next((pair for pair in _PREFIXES if size >= pair[0]), _PREFIXES[-1])
    if size < 1e-4:
        return f"{value:.3g}"
    decimals = max(0, -math.floor(math.log10(step / factor) + 1e-9))
    text = f"{value / factor:.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if prefix and "." in text else text) + prefix


def time_ticks(start: datetime, end: datetime, room: int) -> list[datetime]:
    """List at most ``room`` round times from start to end, in the start's time zone."""
    span = end - start
    step = next((step for step in _STEPS if span / step <= max(room, 1)), _STEPS[-1])
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight + math.ceil((start - midnight) / step) * step
    if step > _DAY:
        # whole days, counted from a fixed one: the same dates whatever the start
        origin = datetime(2000, 1, 3, tzinfo=start.tzinfo)  # a Monday
        first = origin + math.ceil((start - origin) / step) * step
    ticks = []
    while first <= end:
        ticks.append(first)
        first += step
    return ticks


def time_text(moment: datetime, ticks: Sequence[datetime]) -> str:
    """Write a tick's time: with seconds where ticks are that near, as a date at midnight."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else timedelta()
    if step >= _DAY or (ticks[0].date() != ticks[-1].date() and not (moment.hour or moment.minute)):
        return f"{moment:%m/%d}"
    return f"{moment:%H:%M:%S}" if step % timedelta(minutes=1) else f"{moment:%H:%M}"


def zone_text(moment: datetime) -> str:
    """Name the time zone: UTC, or its distance from it."""
    offset = moment.utcoffset()
    return "UTC" if not offset else f"UTC{moment:%z}"
