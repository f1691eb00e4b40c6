"""Whether a plan may be carried out, and what becomes of our rules: pure decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cost_control.lifecycle.merge import is_ours
from cost_control.measuring.usage import BucketFacts
from cost_control.planning.levels import Level
from cost_control.planning.plan import Plan

OPT_OUT_TAG = "avatar-watch:cost-control"
_CLOUDFORMATION = "aws:cloudformation:stack-name"
_MANAGERS = ("terraform", "opentofu", "pulumi", "cdk")


class Step(StrEnum):
    """What to do with a bucket."""

    APPLY = "apply"
    REVERT = "revert"
    ADVISE = "advise"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The step, with its reason."""

    step: Step
    reason: str


def judge(facts: BucketFacts, plan: Plan, level: Level, *, writes: bool) -> Verdict:
    """Decide what to do with a bucket.

    Rules are written only over the critical threshold, where the plan saves, in enforce mode and
    for a bucket that was named; they are taken away once the cause is gone.
    """
    has_ours = any(is_ours(rule) for rule in facts.lifecycle.rules)
    kept_off = untouchable(facts)
    if kept_off:
        return kept_off
    if has_ours and level is not Level.CRITICAL:
        reason = f"storage is back to {level}: the cause of our rule is gone"
        return Verdict(Step.REVERT if writes else Step.ADVISE, reason)
    if not plan.rules or _is_in_place(facts, plan):
        in_place = "our rule is in place: " if plan.rules else ""
        return Verdict(Step.LEAVE, f"{in_place}{plan.reason}")
    if level is not Level.CRITICAL:
        return Verdict(Step.ADVISE, f"storage is {level}, not critical: {plan.reason}")
    if not writes:
        why = "observed only: enforcing needs CostControlMode=enforce and the bucket's name"
        return Verdict(Step.ADVISE, f"{plan.reason}; {why} in EnforcedBucketNames")
    return Verdict(Step.APPLY, plan.reason)


def held_back(verdict: Verdict, since: str | None) -> Verdict:
    """Return what becomes of a verdict after a rollback by hand: the bucket is left alone.

    What a person took out does not come back by itself: not before the threshold is crossed anew,
    or the bucket is named in an apply. Nor is it advised: that person knows.
    """
    if since is None or verdict.step is not Step.APPLY:
        return verdict
    return Verdict(Step.LEAVE, f"rolled back by hand at {since}: {verdict.reason}")


def _is_in_place(facts: BucketFacts, plan: Plan) -> bool:
    """Whether our rule moves objects into the planned class already.

    Cut-off and day follow the sample; a rule is not rewritten each day for a few bytes.
    """
    ours = [rule for rule in facts.lifecycle.rules if is_ours(rule) and rule.is_enabled]
    there = {each.storage_class for rule in ours for each in rule.transitions}
    return there == {each.storage_class for rule in plan.rules for each in rule.transitions}


def untouchable(facts: BucketFacts) -> Verdict | None:
    """Return why a bucket is not written whatever the plan says, None when it may be."""
    tags = facts.tags
    if tags.get(OPT_OUT_TAG, "").lower() == "off":
        return Verdict(Step.LEAVE, f"the bucket is tagged {OPT_OUT_TAG} = off")
    manager = managed_by(tags)
    if manager:
        reason = f"its rules come from {manager}, which would undo ours: change them there"
        return Verdict(Step.ADVISE, reason)
    return None


def managed_by(tags: Mapping[str, str]) -> str | None:
    """Return which tool owns a bucket by its tags, None when none is known to."""
    if _CLOUDFORMATION in tags:
        return f"CloudFormation stack {tags[_CLOUDFORMATION]}"
    for key, value in tags.items():
        for tool in _MANAGERS:
            if tool in key.lower() or (tool in value.lower() and "manage" in key.lower()):
                return f"{tool} (tag {key} = {value})"
    return None
