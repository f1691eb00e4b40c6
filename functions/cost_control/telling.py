"""The alerts of cost control: what changed or should, the money, and how to undo it."""

from __future__ import annotations

import json
from datetime import datetime

from avatarwatch.alert_state import AlertState
from avatarwatch.alerts import AlertMessage
from avatarwatch.units import Unit, humanize
from cost_control.changing.writing import Change, Result
from cost_control.lifecycle.merge import ours
from cost_control.lifecycle.words import changes, sentence
from cost_control.money.prices import cents
from cost_control.planning.verdict import Step
from cost_control.report import BucketReport

NEEDS_A_LOOK, WENT_WELL = "CostControl", "CostControlInfo"  # of the catalogue
_LONGEST = 900  # characters of rules that a message takes; the answer has the whole difference


def undo_command(function_name: str, region: str, bucket: str) -> str:
    """Return the one command that takes our rules away again, as it runs wherever it is pasted."""
    payload = json.dumps({"action": "rollback", "bucket": bucket})
    return (
        f"aws lambda invoke --region {region} --function-name {function_name} --cli-binary-format"
        f" raw-in-base64-out --payload '{payload}' /dev/stdout"
    )


def worth_telling(report: BucketReport) -> str | None:
    """Return what makes a bucket's news, None for what nobody needs to hear.

    The same news is told once: a run compares it with what it told last.
    """
    if report.error:
        return f"error: {report.error}"
    if report.change and report.change.result is not Result.UNCHANGED:
        return f"{report.change.result}: {report.change.reason}"
    if report.kept:
        return f"kept: {report.kept.promise.at.isoformat()}"
    if report.verdict and (report.verdict.step is Step.STOP or report.verdict.is_news):
        return f"{report.verdict.step}: {report.verdict.reason}"
    if report.verdict and report.verdict.step is Step.ADVISE:
        outcome = report.plan.outcome if report.plan else None
        return f"advise {outcome.move.storage_class if outcome else report.verdict.reason}"
    return None


def message(report: BucketReport, function_name: str, region: str, now: datetime) -> AlertMessage:
    """Write the alert of one bucket's news."""
    facts: dict[str, str] = {"Bucket": report.name}
    if report.usage and report.usage.total is not None:
        facts["Size"] = humanize(report.usage.total, Unit.BYTES)
    outcome = report.plan.outcome if report.plan else None
    if outcome:
        facts["Saving in 12 months"] = (
            f"${cents(outcome.saving)} (${cents(outcome.low)} to ${cents(outcome.high)}),"
            f" after ${cents(outcome.once)} once"
        )
    facts["Why"] = _reason(report)[:_LONGEST]
    if report.change:
        undo = undo_command(function_name, region, report.name)
        facts |= _of_change(report.change, undo)
    elif report.plan and report.plan.rules:
        facts["Rule to add"] = "; ".join(map(sentence, report.plan.rules))[:_LONGEST]
    return AlertMessage(
        alert=_alert_id(report),
        state=AlertState.INFO,
        summary=_summary(report),
        reason=_reason(report),
        facts=facts,
        time=now,
        key=f"cost-control/{report.name}/{now:%Y-%m-%dT%H:%M:%S}",
    )


def _alert_id(report: BucketReport) -> str:
    """Return a warning for what a person has to look at: not for what was done, or could be."""
    if report.error:
        return NEEDS_A_LOOK
    if report.change:
        return WENT_WELL if report.change.result is Result.CHANGED else NEEDS_A_LOOK
    advised = report.verdict is not None and report.verdict.step is Step.ADVISE
    return WENT_WELL if advised and not report.kept else NEEDS_A_LOOK


def _of_change(change: Change, undo: str) -> dict[str, str]:
    """Return what was changed, rule by rule, and how it is undone while ours are there."""
    added, taken = changes(change.before, change.after)
    facts = {}
    if added:
        facts["Rules added"] = "; ".join(added)[:_LONGEST]
    if taken:
        facts["Rules taken away"] = "; ".join(taken)[:_LONGEST]
    kept = len(change.before.rules) - len(taken)
    facts["Rules left as they were"] = str(kept)
    if change.backup:
        facts["Backup"] = change.backup
        if ours(change.after) is not None:
            facts["Undo"] = undo
    return facts


def _summary(report: BucketReport) -> str:
    if report.error:
        return f"Cost control could not work on {report.name}"
    if report.change:
        words = {
            Result.CHANGED: "Lifecycle rules changed",
            Result.UNVERIFIED: "Lifecycle rules written, not yet confirmed",
            Result.REFUSED: "Lifecycle rules left as they are",
        }
        return f"{words[report.change.result]}: {report.name}"
    if report.kept:
        return f"A month of our lifecycle rule: {report.name}"
    if report.verdict and report.verdict.step is Step.STOP:
        return f"Another tool takes our lifecycle rule out: {report.name}"
    if report.verdict and report.verdict.is_news:
        return f"Another hand changed our lifecycle rule: {report.name}"
    return f"Storage could cost less: {report.name}"


def _reason(report: BucketReport) -> str:
    if report.error:
        return report.error
    if report.change:
        return report.change.reason
    if report.kept:
        return report.kept.sentence
    return report.verdict.reason if report.verdict else ""
