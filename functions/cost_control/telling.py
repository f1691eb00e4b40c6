"""The alerts of cost control: what changed or should, the money, and how to undo it."""

from __future__ import annotations

import json
from datetime import datetime

from avatarwatch.alerts import AlertMessage, AlertState
from avatarwatch.units import Unit, humanize
from cost_control.applying import Result
from cost_control.money.bill import cents
from cost_control.report import BucketReport
from cost_control.verdict import Step

ALERT_ID = "CostControl"
_LONGEST = 900  # characters of the diff that a message takes; the answer has it all


def undo_command(function_name: str, bucket: str) -> str:
    """Return the one command that takes our rules away again."""
    payload = json.dumps({"action": "rollback", "bucket": bucket})
    return (
        f"aws lambda invoke --function-name {function_name} --cli-binary-format"
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
    if report.verdict and report.verdict.step is Step.ADVISE:
        outcome = report.plan.outcome if report.plan else None
        return f"advise {outcome.move.storage_class if outcome else report.verdict.reason}"
    return None


def message(report: BucketReport, function_name: str, now: datetime) -> AlertMessage:
    """Write the alert of one bucket's news."""
    facts: dict[str, str] = {"Bucket": report.name}
    if report.usage and report.usage.total is not None:
        facts["Size"] = humanize(report.usage.total, Unit.BYTES)
    outcome = report.plan.outcome if report.plan else None
    if outcome:
        facts["Saving in 12 months"] = (
            f"${cents(outcome.saving)}, after ${cents(outcome.once)} once"
        )
    if report.diff:
        facts["Rules"] = report.diff[:_LONGEST]
    if report.change and report.change.backup:
        facts["Backup"] = report.change.backup
        facts["Undo"] = undo_command(function_name, report.name)
    return AlertMessage(
        alert=ALERT_ID,
        state=AlertState.INFO,
        summary=_summary(report),
        reason=_reason(report),
        facts=facts,
        time=now,
        key=f"cost-control/{report.name}/{now:%Y-%m-%dT%H:%M:%S}",
    )


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
    return f"Storage could cost less: {report.name}"


def _reason(report: BucketReport) -> str:
    if report.error:
        return report.error
    if report.change:
        return report.change.reason
    return report.verdict.reason if report.verdict else ""
