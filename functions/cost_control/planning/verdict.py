"""Whether a plan may be carried out, and what becomes of our rule: pure decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cost_control.lifecycle.merge import OWN_RULE, foreign, ours
from cost_control.lifecycle.model import Configuration
from cost_control.lifecycle.words import sentence
from cost_control.measuring.usage import BucketFacts, Setup
from cost_control.planning.levels import Level
from cost_control.planning.plan import Plan

OPT_OUT_TAG = "avatar-watch:cost-control"
MOST_GONE = 2
"""How often another hand takes our rule out before it is left out."""
_CLOUDFORMATION = "aws:cloudformation:stack-name"
_MANAGERS = ("terraform", "opentofu", "pulumi", "crossplane", "cdk")
_TELLS = ("manage", "provision", "created", "deploy", "iac")
"""Of a tag's key that says who makes the bucket."""
_NOT = frozenset({"false", "no", "off", "0"})
_MARKS = {"tf-s3-lifecycle-": "Terraform (by the IDs of its rules)"}


class Step(StrEnum):
    """What to do with a bucket."""

    APPLY = "apply"
    REVERT = "revert"
    ADVISE = "advise"
    LEAVE = "leave"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The step, with its reason; ``is_news`` where it is told although nothing is done."""

    step: Step
    reason: str
    is_news: bool = False


def before_sizes(facts: BucketFacts, level: Level, *, writes: bool) -> Verdict | None:
    """Decide what no sizes are needed for; None where a plan has to be made.

    Over the critical threshold a rule that is in place stays as it is: cut-off and day are not
    rewritten for a few bytes. Below, the cause is gone, and so is the rule. What another hand made
    something else of is theirs by now, and nobody writes against them.
    """
    mine = ours(facts.lifecycle)
    if mine is None:
        return None
    if not facts.is_own_known:
        why = f"a rule named {OWN_RULE} stands there that this stack did not write: it stays"
        return Verdict(Step.LEAVE, why)
    if facts.is_own_changed:
        why = f"another hand changed our rule, and it stays so ({sentence(mine)})"
        return Verdict(Step.LEAVE, why, is_news=True)
    if level is Level.CRITICAL:
        into = ", ".join(each.storage_class or "?" for each in mine.transitions)
        state = "" if mine.is_enabled else ", disabled by another hand"
        reason = f"our rule into {into} is in place{state}"
        return Verdict(Step.LEAVE, reason, is_news=not mine.is_enabled)
    reason = f"storage is back to {level}: the cause of our rule is gone"
    return Verdict(Step.REVERT if writes else Step.ADVISE, reason)


def untouchable(setup: Setup) -> Verdict | None:
    """Return why a bucket is not written whatever the plan says, None when it may be."""
    if setup.tags.get(OPT_OUT_TAG, "").strip().lower() == "off":
        return Verdict(Step.LEAVE, f"the bucket is tagged {OPT_OUT_TAG} = off")
    if setup.has_mfa_delete:
        return Verdict(Step.LEAVE, "S3 takes no lifecycle rules in a bucket with MFA delete")
    manager = managed_by(setup.tags)
    if manager:
        reason = f"its rules come from {manager}, which would undo ours: change them there"
        return Verdict(Step.ADVISE, reason)
    return None


def fought(facts: BucketFacts, gone: int) -> Verdict | None:
    """Return that we stop where another hand took our rule out twice, None else."""
    if gone < MOST_GONE:
        return None
    return Verdict(
        Step.STOP,
        f"{_tool(facts)} has taken our rule out {gone} times, and ours is left out now: add the"
        " rule there, or let it ignore lifecycle rules; an apply that names the bucket begins anew",
    )


def judge(plan: Plan, level: Level, *, writes: bool, gone: int = 0) -> Verdict:
    """Decide what becomes of a plan.

    Rules are written only over the critical threshold, where the plan saves, in enforce mode and
    for a bucket that was named.
    """
    if not plan.rules:
        return Verdict(Step.LEAVE, plan.reason)
    if level is not Level.CRITICAL:
        return Verdict(Step.ADVISE, f"storage is {level}, not critical: {plan.reason}")
    if not writes:
        why = "observed only: enforcing needs CostControlMode=enforce and the bucket's name"
        return Verdict(Step.ADVISE, f"{plan.reason}; {why} in EnforcedBucketNames")
    again = "put back after another hand took it out: " if gone else ""
    return Verdict(Step.APPLY, f"{again}{plan.reason}")


def managed_by(tags: Mapping[str, str]) -> str | None:
    """Return which tool owns a bucket by its tags, None when none is known to."""
    if _CLOUDFORMATION in tags:
        return f"CloudFormation stack {tags[_CLOUDFORMATION]}"
    for key, value in tags.items():
        name, said = key.lower(), value.strip().lower()
        tells = any(word in name for word in _TELLS)
        for tool in _MANAGERS:
            if (tool in name and said not in _NOT) or (tool in said and tells):
                return f"{tool} (tag {key} = {value})"
    return None


def _tool(facts: BucketFacts) -> str:
    """Name who writes the bucket's rules, as well as tags and IDs tell."""
    manager = managed_by(facts.setup.tags)
    return (
        manager
        or _by_ids(facts.lifecycle)
        or (
            "another tool that writes all rules of the bucket (Terraform, CloudFormation, a script)"
        )
    )


def _by_ids(lifecycle: Configuration) -> str | None:
    for rule in foreign(lifecycle):
        for mark, tool in _MARKS.items():
            if rule.rule_id and rule.rule_id.startswith(mark):
                return tool
    return None
