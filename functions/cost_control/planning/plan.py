"""From what is known of a bucket to the rule that would lower its bill, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from cost_control.lifecycle.checks import added_violations
from cost_control.lifecycle.merge import OWN_RULE, merge
from cost_control.lifecycle.model import Configuration, Filter, Predicates, Rule, Transition
from cost_control.lifecycle.words import above
from cost_control.measuring.usage import Bucket
from cost_control.money.bill import Outcome, evaluate
from cost_control.money.contents import Contents
from cost_control.money.course import HORIZON_MONTHS
from cost_control.money.histogram import EDGES, Sizes
from cost_control.money.moves import Move
from cost_control.money.prices import SMALL, PriceList, StorageClass, cents
from cost_control.money.use import Use
from cost_control.planning.counting import NotCountedError, contents_of
from cost_control.planning.given import Policy, assumptions, hygiene, narrower, use_of
from cost_control.planning.levels import Level
from cost_control.planning.overlaps import (
    days_to_try,
    deletes_on_a_date,
    ends,
    transitions_already,
)


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
    def saving(self) -> float | None:
        """Return US$ a month that the rules would save once objects have moved."""
        if self.outcome:
            return self.outcome.monthly_before - self.outcome.monthly_after
        return 0.0 if self.is_known else None


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of each class."""

    lifecycle: Configuration
    contents: Contents
    use: Use
    prices: PriceList
    policy: Policy
    level: Level
    today: date
    narrower: tuple[str, ...]
    sizes: Sizes


def plan_lifecycle(
    bucket: Bucket, prices: PriceList, policy: Policy, level: Level, today: date
) -> Plan:
    """Choose the transition that is expected to save most in twelve months, or none.

    Every class that is read without a restore is tried at every cut-off size. None is taken that
    loses in the worse end of its range, or that S3 would refuse beside the rules that are there.
    """
    suggestions = tuple(hygiene(bucket))
    nothing = Plan(bucket.facts.name, (), "", suggestions=suggestions, is_known=False)
    if bucket.usage.objects == 0:
        return replace(nothing, reason="no action because the bucket is empty", is_known=True)
    try:
        contents = contents_of(bucket) if _is_measured(bucket) else None
        why_not = _impossible(bucket, today)
    except NotCountedError as error:
        contents, why_not = None, str(error)
    nothing = replace(nothing, is_known=contents is not None)
    if why_not or contents is None:
        return replace(nothing, reason=f"no action because {why_not}")
    use = use_of(bucket, contents, policy)
    taken = tuple(assumptions(bucket, use, prices))
    wish = _Question(
        bucket.facts.lifecycle, contents, use, prices, policy, level, today,
        tuple(narrower(bucket)), bucket.sizes or Sizes(),
    )  # fmt: skip
    return _chosen(replace(nothing, assumptions=taken), wish)


def _chosen(nothing: Plan, asked: _Question) -> Plan:
    tried = [_best(asked, each) for each in _classes(asked.prices, asked.policy)]
    rejected = tuple(one for one in tried if isinstance(one, Rejected))
    outcomes = [one for one in tried if isinstance(one, Outcome)]
    best = max(outcomes, key=lambda one: one.saving, default=None)
    if best is None:
        reason = "; ".join(f"{one.storage_class}: {one.reason}" for one in rejected)
        return replace(nothing, reason=f"no action because {reason}", rejected=rejected)
    losers = tuple(_loser(one, best) for one in outcomes if one is not best)
    return replace(
        nothing,
        rules=(own_rule(best.move),),
        reason=_why(best),
        outcome=best,
        rejected=rejected + losers,
        assumptions=(*nothing.assumptions, *_range(best, asked)),
    )


def own_rule(move: Move) -> Rule:
    """Write a move as the one rule that is ours."""
    return Rule(
        rule_id=OWN_RULE,
        filter=Filter(Predicates(greater_than=move.greater_than)),
        transitions=(Transition(storage_class=move.storage_class.value, days=move.days),),
    )


def _is_measured(bucket: Bucket) -> bool:
    usage = bucket.usage
    return usage.total is not None and usage.objects is not None and usage.is_certain


def _impossible(bucket: Bucket, today: date) -> str | None:
    usage, lifecycle = bucket.usage, bucket.facts.lifecycle
    if not _is_measured(bucket):
        return f"the bucket's size is unknown ({usage.note or 'CloudWatch has no data'})"
    if bucket.facts.unknown_elements:
        names = ", ".join(bucket.facts.unknown_elements)
        return f"its lifecycle configuration holds what this version does not know ({names})"
    return transitions_already(lifecycle, today) or deletes_on_a_date(lifecycle, today)


def _classes(prices: PriceList, policy: Policy) -> Iterator[StorageClass]:
    for each in StorageClass:
        if each is StorageClass.STANDARD or each not in prices.classes:
            continue
        if each is not StorageClass.ONEZONE_IA or policy.allow_one_zone:
            yield each


def _best(asked: _Question, into: StorageClass) -> Outcome | Rejected:
    """Return the best move into one class, or why there is none."""
    found = list(_outcomes(asked, into))
    worth = asked.policy.worth_it
    sure = [one for one in found if one.low >= 0 and one.low_of_rest >= worth]
    best = max(sure, key=_merit, default=None)
    if best is None:
        return Rejected(into, _too_little(max(found, key=_merit), asked))
    merged = merge(asked.lifecycle, (own_rule(best.move),))
    illegal = added_violations(
        asked.lifecycle, merged, ia_minimum_days=asked.policy.ia_minimum_days
    )
    return Rejected(into, f"S3 would refuse it: {illegal[0]}") if illegal else best


def _merit(one: Outcome) -> tuple[float, float]:
    """Prefer what is expected to save more, to the cent; then what is surer."""
    return round(one.saving, 2), one.low


def _outcomes(asked: _Question, into: StorageClass) -> Iterator[Outcome]:
    """Try every day and every cut-off; of what is not listed, those that are billed by the byte."""
    leaving = ends(asked.lifecycle, asked.today, asked.sizes)
    edges = [edge for edge in EDGES[1:] if asked.contents.is_exact or edge >= SMALL]
    for days in days_to_try(leaving, _least_days(asked, into)):
        for edge in edges:
            move = Move(into, days, edge - 1, leaving)
            yield evaluate(move, asked.contents, asked.prices, asked.use)


def _least_days(asked: _Question, into: StorageClass) -> int:
    policy = asked.policy
    days = policy.accelerated_days if asked.level is Level.CRITICAL else policy.days
    if into in {StorageClass.STANDARD_IA, StorageClass.ONEZONE_IA}:
        return max(days, policy.ia_minimum_days)
    return days


def _too_little(best: Outcome, asked: _Question) -> str:
    if best.saving < asked.policy.worth_it:
        if not best.objects or best.saving <= 0:
            return "it saves nothing at any size"
        return f"it saves ${cents(best.saving)} in {HORIZON_MONTHS:.0f} months at best"
    worst = f"it may cost ${cents(-best.low)}" if best.low < 0 else f"perhaps ${cents(best.low)}"
    more = f"; what would tell: {', '.join(asked.narrower)}" if asked.narrower else ""
    return f"it is expected to save ${cents(best.saving)} in 12 months, but {worst}{more}"


def _why(best: Outcome) -> str:
    move = best.move
    back = best.months_to_pay_back
    return (
        f"{best.objects:,} objects {_size(move)} into {move.storage_class} after"
        f" {'1 day' if move.days == 1 else f'{move.days} days'} save ${cents(best.saving)} in"
        f" {HORIZON_MONTHS:.0f} months, ${cents(best.low)} to ${cents(best.high)}"
        f" (${cents(best.monthly_before)} becomes ${cents(best.monthly_after)} a month,"
        f" ${cents(best.once)} once"
        + (f", paid back in {back:.1f} months)" if back is not None else ")")
    )


def _range(best: Outcome, asked: _Question) -> Iterator[str]:
    """Say between which ends the saving is, what they take, and what would bring them together."""
    yield (
        f"range: ${cents(best.low)} to ${cents(best.high)} in 12 months; at worst all reads are of"
        " what moves, everything is new, and what is replaced was moved the day before"
    )
    if not asked.contents.is_exact:
        yield "and what was not listed is as small as CloudWatch's sums allow"
    if asked.narrower:
        yield f"what would make the range narrower: {', '.join(asked.narrower)}"


def _size(move: Move) -> str:
    return "of any size" if move.greater_than is None else above(move.greater_than)


def _loser(one: Outcome, best: Outcome) -> Rejected:
    return Rejected(
        one.move.storage_class,
        f"it saves ${cents(one.saving)}, {best.move.storage_class} ${cents(best.saving)}",
    )
