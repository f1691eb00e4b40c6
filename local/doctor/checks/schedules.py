"""Whether everything that should run does."""

from __future__ import annotations

from collections.abc import Iterator

from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind, mistake

_SOUND = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})
_LEAST_CONCURRENCY = 20  # ours run at most ten at once, beside whatever else the account does
_ROUND = "HealthPollingFunctionEveryMinute"


def stack(deployment: Deployment) -> Iterator[Finding]:
    """Look at how the last deployment ended."""
    if deployment.status not in _SOUND:
        mend = f"aws cloudformation describe-stack-events --stack-name {deployment.stack}"
        yield mistake("stack", f"is in {deployment.status}", mend)
    if deployment.parameters.get("Emulated") == "true" and "000000000000" not in str(
        deployment.outputs["AlertsTopicArn"]
    ):
        mend = "deploy with Emulated=false"
        yield mistake("stack", "Emulated=true leaves alarms out, and is for emulators", mend)


def functions(deployment: Deployment) -> Iterator[Finding]:
    """Look at each function: there, ready, and as the stack made it."""
    client = deployment.client("lambda")
    for logical, name in deployment.resources.items():
        if not logical.endswith("Function"):
            continue
        try:
            found = client.get_function(FunctionName=name)
        except client.exceptions.ResourceNotFoundException:
            mend = "delete the stack and deploy it anew: CloudFormation does not see the loss"
            yield mistake(logical, "is not there any more", mend)
            continue
        state = found["Configuration"].get("State", "Active")
        if state not in {"Active", "Inactive"}:  # Inactive: not called for weeks
            reason = found["Configuration"].get("StateReason", state)
            yield mistake(logical, f"is {state}: {reason}", "deploy again")
        if found.get("Concurrency", {}).get("ReservedConcurrentExecutions") == 0:
            mend = f"aws lambda delete-function-concurrency --function-name {name}"
            yield mistake(logical, "is throttled to nothing", mend)


def triggers(deployment: Deployment) -> Iterator[Finding]:
    """Look at what calls the functions: the queue's mapping and the schedules."""
    queue = deployment.client("lambda").list_event_source_mappings(
        FunctionName=deployment.outputs["AlarmFanoutFunction"]
    )["EventSourceMappings"]
    for each in queue:
        if each["State"] not in {"Enabled", "Enabling", "Creating", "Updating"}:
            mend = f"aws lambda update-event-source-mapping --enabled --uuid {each['UUID']}"
            yield mistake("AlertsQueue", "is not read: no alert is told", mend)
    client = deployment.client("scheduler")
    polls = deployment.names("HealthEndpoints") or deployment.names("HealthEndpointsParameter")
    for logical, name in deployment.resources.items():
        if not _is_schedule(logical):
            continue
        found = client.get_schedule(Name=name)
        if found["State"] != "ENABLED" and (polls or logical != _ROUND):
            mend = "enable it in EventBridge Scheduler's console, or deploy again with a change"
            yield mistake(f"schedule {logical}", "is disabled: it calls nothing", mend)


def _is_schedule(logical: str) -> bool:
    function, _, event = logical.partition("Function")
    return (
        bool(function and event)
        and not event.endswith(("Role", "Policy", "InvokeConfig"))
        and (event != "Alerts")
    )


def dead_letters(deployment: Deployment) -> Iterator[Finding]:
    """Count what could not be handled, and what waits for long."""
    client = deployment.client("sqs")
    url = deployment.outputs["AlertsDeadLetterQueueUrl"]
    counted = client.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )["Attributes"]
    count = int(counted["ApproximateNumberOfMessages"])
    if count:
        what = f"{count} message{'s' if count > 1 else ''} could not be handled"
        yield mistake("dead-letter queue", what, "docs/runbook.md#dead-letters")


def quotas(deployment: Deployment) -> Iterator[Finding]:
    """Look at how many calls the account may run at once; new accounts begin with ten."""
    limit = deployment.client("lambda").get_account_settings()["AccountLimit"]
    free = limit.get("UnreservedConcurrentExecutions", limit["ConcurrentExecutions"])
    if free < _LEAST_CONCURRENCY:
        mend = "ask for 1,000 (Service Quotas, Lambda, Concurrent executions)"
        yield Finding(Kind.NOTE, "Lambda", f"the account may run {free} calls at once", mend)
