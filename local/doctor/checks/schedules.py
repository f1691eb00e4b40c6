"""How the last deployment ended, and whether everything that should run can."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from local.doctor.checks.by_hand import is_not_there
from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind, mistake

_SOUND = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
_LEAST_CONCURRENCY = 20  # ours run at most ten at once, beside whatever else the account does
_MENDS = {
    "UPDATE_ROLLBACK_FAILED": "aws cloudformation continue-update-rollback --stack-name {stack}"
    " (with --resources-to-skip {failed} where the cause cannot be mended), then deploy again",
    "UPDATE_ROLLBACK_COMPLETE": "mend what the first failed event of `aws cloudformation"
    " describe-stack-events --stack-name {stack}` names, then deploy again",
    "DELETE_FAILED": "aws cloudformation delete-stack --stack-name {stack}"
    " --deletion-mode FORCE_DELETE_STACK, then deploy anew",
}
_NEVER_MADE = "it was never made whole: make delete, mend the first failed event, deploy anew"
_QUEUES = {
    "AlertsDeadLetterQueueUrl": ("dead-letter queue", "dead-letters", "could not be handled"),
    "RunsDeadLetterQueueUrl": (
        "dead-letter queue of runs",
        "runs-failed",
        "failed in the last hour",
    ),
}


def stack(deployment: Deployment) -> Iterator[Finding]:
    """Look at how the last deployment ended."""
    status = deployment.status
    if status.endswith("_IN_PROGRESS"):
        what = f"is in {status}: what is found may be half of it"
        yield Finding(Kind.NOTE, "stack", what, "ask again when it is over")
    elif status not in _SOUND:
        failed = " ".join(sorted(deployment.failed)) or "…"
        mend = _MENDS.get(status, _NEVER_MADE).format(stack=deployment.stack, failed=failed)
        why = "".join(f"; {name}: {reason}" for name, reason in sorted(deployment.failed.items()))
        yield mistake("stack", f"is in {status}{why}", mend)
    topic = deployment.outputs.get("AlertsTopicArn", "")  # a stack that was never whole has none
    if deployment.is_emulated and topic and "000000000000" not in topic:
        mend = "deploy with Emulated=false"
        yield mistake("stack", "Emulated=true leaves alarms out, and is for emulators", mend)


def twins(deployment: Deployment) -> Iterator[Finding]:
    """Name another stack of the region that watches under the same names."""
    ours = deployment.parameters.get("MetricNamespace")
    pages = deployment.client("cloudformation").get_paginator("describe_stacks").paginate()
    for other in (each for page in pages for each in page["Stacks"]):
        if other["StackName"] == deployment.stack or "DELETE" in other["StackStatus"]:
            continue
        given = {
            each["ParameterKey"]: each.get("ParameterValue") for each in other.get("Parameters", ())
        }
        if "SystemName" in given and ours and given.get("MetricNamespace") == ours:
            mend = "deploy one of the two with a MetricNamespace of its own"
            what = f"is also {other['StackName']}'s: their metrics and alarms mix"
            yield mistake(f"namespace {ours}", what, mend)


def functions(deployment: Deployment) -> Iterator[Finding]:
    """Look at each function: ready, and its last change taken."""
    client = deployment.client("lambda")
    for logical, name in deployment.resources.items():
        if not logical.endswith("Function"):
            continue
        try:
            found = client.get_function(FunctionName=name)["Configuration"]
        except ClientError as error:
            if is_not_there(error):
                continue  # told as a resource that is gone
            raise
        state = found.get("State", "Active")
        if state not in {"Active", "Inactive"}:  # Inactive: not called for weeks
            reason = found.get("StateReason", state)
            yield mistake(logical, f"is {state}: {reason}", "deploy again")
        elif found.get("LastUpdateStatus") == "Failed":
            reason = found.get("LastUpdateStatusReason", "no reason given")
            yield mistake(logical, f"its last change failed: {reason}", "deploy again")


def dead_letters(deployment: Deployment) -> Iterator[Finding]:
    """Count what could not be handled, in each queue that is for it."""
    client = deployment.client("sqs")
    for output, (where, heading, how) in _QUEUES.items():
        try:
            counted = client.get_queue_attributes(
                QueueUrl=deployment.outputs[output], AttributeNames=["ApproximateNumberOfMessages"]
            )["Attributes"]
        except ClientError as error:
            if is_not_there(error):
                continue
            raise
        count = int(counted["ApproximateNumberOfMessages"])
        if count:
            what = f"{count} message{'s' if count > 1 else ''} {how}"
            yield mistake(where, what, f"docs/runbook.md#{heading}")


def quotas(deployment: Deployment) -> Iterator[Finding]:
    """Look at how many calls the account may run at once; new accounts begin with ten."""
    limit = deployment.client("lambda").get_account_settings()["AccountLimit"]
    free = limit.get("UnreservedConcurrentExecutions", limit["ConcurrentExecutions"])
    if free < _LEAST_CONCURRENCY:
        mend = "ask for 1,000 (Service Quotas, Lambda, Concurrent executions)"
        yield Finding(Kind.NOTE, "Lambda", f"the account may run {free} calls at once", mend)
