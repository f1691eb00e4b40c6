"""What was promised when a rule was written, and what came of it a month later: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from cost_control.measuring.usage import Usage
from cost_control.money.bill import Outcome
from cost_control.money.course import HORIZON_MONTHS
from cost_control.money.moves import DAYS_A_MONTH
from cost_control.money.prices import PriceList, cents
from cost_control.money.stored import realised, stored

_MONTH = timedelta(days=DAYS_A_MONTH)
_LATE = timedelta(days=3)
"""Transitions run once a day, and CloudWatch tells of a day in the next one or two."""


@dataclass(frozen=True, slots=True)
class Promise:
    """US$ a month that a rule was to save once objects had moved, and what lay there before.

    ``low`` and ``high`` are the ends of the range over twelve months, by the month.
    """

    at: datetime
    days: int
    storage_class: str
    monthly: float
    low: float
    high: float
    bytes_by_type: Mapping[str, float]
    is_told: bool = False

    @classmethod
    def of(cls, outcome: Outcome, usage: Usage, now: datetime) -> Self:
        """Return the promise of a rule that is being written."""
        return cls(
            at=now,
            days=outcome.move.days,
            storage_class=outcome.move.storage_class.value,
            monthly=outcome.monthly_before - outcome.monthly_after,
            low=outcome.low / HORIZON_MONTHS,
            high=outcome.high / HORIZON_MONTHS,
            bytes_by_type=dict(usage.bytes_by_type),
        )

    def as_json(self) -> dict[str, Any]:
        """Return it for StateTable."""
        return {
            "at": self.at.isoformat(), "days": self.days, "storage_class": self.storage_class,
            "monthly": self.monthly, "low": self.low, "high": self.high,
            "bytes_by_type": dict(self.bytes_by_type), "is_told": self.is_told,
        }  # fmt: skip

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """Read it back."""
        return cls(**{**body, "at": datetime.fromisoformat(body["at"])})


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise, and the US$ a month that came of it."""

    promise: Promise
    realised: float

    @property
    def sentence(self) -> str:
        """Say what was promised, what came of it, and the difference."""
        promise, difference = self.promise, self.realised - self.promise.monthly
        than = "more" if difference >= 0 else "less"
        return (
            f"our rule into {promise.storage_class} of {promise.at:%Y-%m-%d} saves"
            f" ${cents(self.realised)} a month by the bytes and requests of today;"
            f" ${cents(promise.monthly)} were promised (${cents(promise.low)} to"
            f" ${cents(promise.high)} as a month of twelve, moving included):"
            f" ${cents(abs(difference))} {than}"
        )


def kept(promise: Promise, usage: Usage, prices: PriceList, now: datetime) -> Kept | None:
    """Return what came of a promise a month after objects began to move; None before, or untold.

    Formula: today's bytes at the shares of the storage types of then, less what is billed for them
    today; what reading costs more is spread over the bytes.
    """
    due = promise.at + timedelta(days=promise.days) + _MONTH + _LATE
    then = sum(promise.bytes_by_type.values())
    if now < due or not usage.is_certain or not usage.total or not then:
        return None
    grown = usage.total / then
    before = {kind: size * grown for kind, size in promise.bytes_by_type.items()}
    saved = stored(before, prices) - stored(usage.bytes_by_type, prices)
    dearer = _reading(usage.bytes_by_type, usage, prices) - _reading(before, usage, prices)
    return Kept(promise, saved - dearer)


def _reading(bytes_by_type: Mapping[str, float], usage: Usage, prices: PriceList) -> float:
    """Return what reading costs more a month than from STANDARD."""
    unread = realised(bytes_by_type, prices)
    return unread - realised(bytes_by_type, prices, usage.requests)
