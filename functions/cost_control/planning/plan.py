"""From what is known of a bucket to the rules that would lower its bill, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from cost_control.lifecycle.checks import violations
from cost_control.lifecycle.merge import OWN_PREFIX, merge
from cost_control.lifecycle.model import Filter, Predicates, Rule, Transition
from cost_control.lifecycle.words import above
from cost_control.measuring.usage import Bucket
from cost_control.money.bill import HORIZON_MONTHS, Move, Outcome, cents, evaluate
from cost_control.money.histogram import EDGES
from cost_control.money.prices import PriceList, StorageClass
from cost_control.planning.given import Policy, Use, hygiene
from cost_control.planning.given import assumptions as assumptions_of
from cost_control.planning.levels import Level
from cost_control.planning.overlaps import (
    days_between,
    deleted_on,
    expires_too_early,
    transitions_already,
)

OWN_RULE = f"{OWN_PREFIX}transition"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A class that was considered, and why it was not taken."""

    storage_class: StorageClass
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision for one bucket: rules to add, or none and the reason.

    ``rules`` are what cost control wants to have in the bucket; () means no rule of ours. What it
    would save is unknown, not zero, where the objects' sizes are not ``is_known``.
    """

    bucket: str
    rules: tuple[Rule, ...]
    reason: str
    outcome: Outcome | None = None
    rejected: tuple[Rejected, ...] = ()
    assumptions: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def saving(self) -> Decimal | None:
        """Return US$ a month that the rules would save once objects have moved."""
        if self.outcome:
            return self.outcome.monthly_before - self.outcome.monthly_after
        return Decimal(0) if self.is_known else None


def plan_lifecycle(bucket: Bucket, prices: PriceList, policy: Policy, level: Level) -> Plan:
    """Choose the transition that saves most in twelve months, or none.

    Every class that is read without a restore is tried at every cut-off size; a move that an
    existing rule contradicts is refused, and so is one that makes the configuration illegal.
    """
    facts = bucket.facts
    known = bucket.usage.objects == 0 or bucket.sizes is not None
    nothing = Plan(facts.name, (), "", suggestions=tuple(hygiene(bucket)), is_known=known)
    why_not = _impossible(bucket)
    if why_not:
        return _no(nothing, why_not)
    use = Use.of(bucket.usage, policy)
    tried = [_best(bucket, prices, policy, level, each, use) for each in _classes(prices, policy)]
    rejected = tuple(one for one in tried if isinstance(one, Rejected))
    outcomes = [one for one in tried if isinstance(one, Outcome)]
    best = max(outcomes, key=lambda one: one.saving, default=None)
    assumptions = tuple(assumptions_of(bucket, prices, policy))
    if best is None:
        reason = "; ".join(f"{one.storage_class}: {one.reason}" for one in rejected)
        return _no(nothing, reason, rejected, assumptions)
    losers = tuple(_loser(one, best) for one in outcomes if one is not best)
    return Plan(
        bucket=facts.name,
        rules=(own_rule(best.move),),
        reason=_why(best),
        outcome=best,
        rejected=rejected + losers,
        assumptions=assumptions,
        suggestions=nothing.suggestions,
    )


def _no(
    nothing: Plan,
    reason: str,
    rejected: tuple[Rejected, ...] = (),
    assumptions: tuple[str, ...] = (),
) -> Plan:
    said = f"no action because {reason}"
    return replace(nothing, reason=said, rejected=rejected, assumptions=assumptions)


def own_rule(move: Move) -> Rule:
    """Write a move as the one rule that is ours."""
    return Rule(
        rule_id=OWN_RULE,
        filter=Filter(Predicates(greater_than=move.greater_than)),
        transitions=(Transition(storage_class=move.storage_class.value, days=move.days),),
    )


def _impossible(bucket: Bucket) -> str | None:
    usage = bucket.usage
    if usage.total is None or usage.objects is None:
        return f"the bucket's size is unknown ({usage.note or 'CloudWatch has no data'})"
    if usage.objects == 0:
        return "the bucket is empty"
    if bucket.sizes is None:
        return f"the sizes of its objects are unknown ({bucket.sizes_note or 'not sampled'})"
    if bucket.facts.unknown_elements:
        names = ", ".join(bucket.facts.unknown_elements)
        return f"its lifecycle configuration holds what this version does not know ({names})"
    return transitions_already(bucket.facts.lifecycle)


def _classes(prices: PriceList, policy: Policy) -> Iterator[StorageClass]:
    for each in StorageClass:
        if each is StorageClass.STANDARD or each not in prices.classes:
            continue
        if each is not StorageClass.ONEZONE_IA or policy.allow_one_zone:
            yield each


def _best(  # noqa: PLR0913, PLR0917 - the plan's own inputs, handed on
    bucket: Bucket,
    prices: PriceList,
    policy: Policy,
    level: Level,
    into: StorageClass,
    use: Use,
) -> Outcome | Rejected:
    """Return the best move into one class, or why there is none."""
    found: list[Outcome] = []
    refusal = ""
    if bucket.sizes is None:
        return Rejected(into, "the sizes of its objects are unknown")
    for days in _days(bucket, policy, level, into):
        early = expires_too_early(bucket.facts.lifecycle, days, prices.classes[into].minimum_days)
        if early:
            refusal = early
            continue
        until = deleted_on(bucket.facts.lifecycle, days)
        found += [
            evaluate(
                Move(into, days, edge - 1, until), bucket.sizes, prices, use.reads, use.replaced
            )
            for edge in reversed(EDGES[1:])
        ]
    if not found:
        return Rejected(into, refusal)
    best = max(found, key=lambda one: one.saving)
    if best.saving < policy.worth_it:
        return Rejected(into, _too_little(best))
    merged = merge(bucket.facts.lifecycle, (own_rule(best.move),))
    illegal = violations(merged, ia_minimum_days=policy.ia_minimum_days)
    return Rejected(into, f"S3 would refuse it: {illegal[0]}") if illegal else best


def _too_little(best: Outcome) -> str:
    if not best.objects:
        return "it saves nothing at any size"
    return f"it saves ${cents(best.saving)} in {HORIZON_MONTHS} months at best"


def _days(bucket: Bucket, policy: Policy, level: Level, into: StorageClass) -> list[int]:
    """Return the days to try: the policy's, and those after which early expirations are over."""
    days = policy.accelerated_days if level is Level.CRITICAL else policy.days
    if into in {StorageClass.STANDARD_IA, StorageClass.ONEZONE_IA}:
        days = max(days, policy.ia_minimum_days)
    return sorted({days, *days_between(bucket.facts.lifecycle, days, 90)})


def _why(best: Outcome) -> str:
    move = best.move
    back = best.months_to_pay_back
    return (
        f"{best.objects:,} objects {_size(move)} into {move.storage_class} after"
        f" {move.days} days save ${cents(best.saving)} in {HORIZON_MONTHS} months"
        f" (${cents(best.monthly_before)} becomes ${cents(best.monthly_after)} a month,"
        f" ${cents(best.once)} once"
        + (f", paid back in {back:.1f} months)" if back is not None else ")")
    )


def _size(move: Move) -> str:
    return "of any size" if move.greater_than is None else above(move.greater_than)


def _loser(one: Outcome, best: Outcome) -> Rejected:
    return Rejected(
        one.move.storage_class,
        f"it saves ${cents(one.saving)}, {best.move.storage_class} ${cents(best.saving)}",
    )
