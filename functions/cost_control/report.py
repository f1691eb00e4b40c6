"""What a run answers: every decision with its reason, fit to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from avatarwatch.units import Unit, humanize
from cost_control.changing.writing import Change
from cost_control.measuring.usage import Usage
from cost_control.money.prices import cents
from cost_control.money.use import Requests
from cost_control.planning.levels import Level, Standing
from cost_control.planning.plan import Plan
from cost_control.planning.promises import Kept, Promise
from cost_control.planning.standing import Totals
from cost_control.planning.verdict import Step, Verdict

_LINE = 500  # characters of a bucket's line in the summary
_NOTHING = Verdict(Step.LEAVE, "nothing was decided")


@dataclass(frozen=True, slots=True)
class BucketReport:
    """What was found and done in one bucket; ``error`` where it could not be worked on."""

    name: str
    usage: Usage | None = None
    plan: Plan | None = None
    verdict: Verdict | None = None
    change: Change | None = None
    diff: str = ""
    error: str | None = None
    realised: float | None = None
    promise: Promise | None = None
    kept: Kept | None = None

    @property
    def expected(self) -> float | None:
        """Return US$ a month that the plan would save, or our rule in place; None is unknown."""
        if self.plan:
            return self.plan.saving
        return self.promise.monthly if self.promise else None

    @property
    def line(self) -> str:
        """Return the one sentence that says what came of it."""
        return self.error or (self.change or self.verdict or _NOTHING).reason

    @property
    def outcome(self) -> str:
        """Return what came of it in a word: ``error``, a change's result, or the step."""
        if self.error:
            return "error"
        return self.change.result if self.change else (self.verdict or _NOTHING).step

    def daily(self) -> dict[str, Any]:
        """Return the bucket's part of the daily report."""
        return {
            "outcome": self.outcome,
            "line": self.line[:_LINE],
            "bytes": self.usage.total if self.usage else None,
            "expected_saving_usd_month": _cents(self.expected),
            "realised_saving_usd_month": _cents(self.realised),
        }

    def as_json(self) -> dict[str, Any]:
        """Return it for the answer."""
        shown: dict[str, Any] = {"bucket": self.name}
        if self.error:
            shown["error"] = self.error
        if self.usage:
            shown["usage"] = _usage(self.usage)
        if self.plan:
            shown["plan"] = _plan(self.plan)
        if self.promise:
            shown["promise"] = _promise(self.promise, self.kept)
        if self.verdict:
            shown["decision"] = {"step": self.verdict.step, "reason": self.verdict.reason}
        if self.change:
            shown["change"] = {
                "result": self.change.result,
                "reason": self.change.reason,
                "backup": self.change.backup,
            }
        if self.diff:
            shown["diff"] = self.diff.splitlines()
        return shown


@dataclass(slots=True)
class Report:
    """What a run found and did."""

    action: str
    mode: str
    standing: Standing = field(default_factory=Standing)
    totals: Totals = field(default_factory=Totals)
    buckets: dict[str, BucketReport] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    untold: dict[str, str] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """Return the level that counts."""
        return self.standing.level

    def daily(self) -> dict[str, Any]:
        """Return the figures, and one line a bucket: small enough for a log and for StateTable."""
        whole = self.as_json()
        return {name: each for name, each in whole.items() if name != "buckets"} | {
            "bytes": self.totals.size.value,
            "buckets": {name: one.daily() for name, one in self.buckets.items()},
        }

    def _without_ours(self) -> dict[str, float | None]:
        cost = self.totals.usd_without_ours
        return {} if cost is None else {"usd_month_without_our_rules": _dollars(cost.value)}

    def as_json(self) -> dict[str, Any]:
        """Return the answer."""
        each = self.buckets.values()
        return {
            "action": self.action,
            "mode": self.mode,
            "level": self.level.value,
            "level_by": {"size": self.standing.size.value, "cost": self.standing.cost.value},
            "storage": _shown(self.totals.size.value, Unit.BYTES),
            "storage_usd_month": _dollars(self.totals.usd),
            **self._without_ours(),
            "expected_saving_usd_month": _cents(_sum(one.expected for one in each)),
            "realised_saving_usd_month": _cents(_sum(one.realised for one in each)),
            "buckets": [one.as_json() for one in each],
            "told": self.told,
            **({"untold": self.untold} if self.untold else {}),
        }


def _shown(value: float | None, unit: Unit) -> str:
    return "unknown" if value is None else humanize(value, unit)


def _sum(parts: Iterable[float | None]) -> float | None:
    """Add up; a sum of which a part is unknown is unknown."""
    total = 0.0
    for part in parts:
        if part is None:
            return None
        total += part
    return total


def _cents(amount: float | None) -> float | None:
    return None if amount is None else float(cents(amount))


def _dollars(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "bytes": usage.total,
        "by_type": dict(usage.bytes_by_type),
        "objects": usage.objects,
        "growth_bytes_7_days": usage.growth,
        "is_certain": usage.is_certain,
        **({"requests_month": _requests(usage.requests)} if usage.requests else {}),
        **({"note": usage.note} if usage.note else {}),
    }


def _requests(counted: Requests) -> dict[str, float | None]:
    bytes_read = counted.downloaded
    return {
        "reads": round(counted.reads),
        "bytes_downloaded": None if bytes_read is None else round(bytes_read),
        "puts": round(counted.puts),
        "deletes": round(counted.deletes),
    }


def _promise(promise: Promise, found: Kept | None) -> dict[str, Any]:
    return {
        "since": promise.at.isoformat(),
        "storage_class": promise.storage_class,
        "usd_month": _cents(promise.monthly),
        "usd_month_low": _cents(promise.low),
        "usd_month_high": _cents(promise.high),
        **({"usd_month_realised": _cents(found.realised)} if found else {}),
    }


def _plan(plan: Plan) -> dict[str, Any]:
    shown: dict[str, Any] = {"reason": plan.reason}
    if plan.outcome:
        outcome = plan.outcome
        back = outcome.months_to_pay_back
        shown |= {
            "storage_class": outcome.move.storage_class,
            "days": outcome.move.days,
            "greater_than_bytes": outcome.move.greater_than,
            "objects": outcome.objects,
            "usd_month_before": float(cents(outcome.monthly_before)),
            "usd_month_after": float(cents(outcome.monthly_after)),
            "usd_once": float(cents(outcome.once)),
            "usd_saved_12_months": float(cents(outcome.saving)),
            "usd_saved_12_months_low": float(cents(outcome.low)),
            "usd_saved_12_months_high": float(cents(outcome.high)),
            "months_to_pay_back": None if back is None else round(back, 1),
        }
    return shown | {
        "rejected": {str(one.storage_class): one.reason for one in plan.rejected},
        "assumptions": list(plan.assumptions),
        "suggestions": list(plan.suggestions),
    }
