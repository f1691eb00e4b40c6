"""What is asked of a deployment about what is only believed; reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from local.doctor.deployment import Deployment


class Verdict(StrEnum):
    """What an account says of a belief."""

    HOLDS = "holds"
    REFUTED = "refuted"
    OPEN = "not known"  # nothing was seen that would tell


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, and what it rests on."""

    verdict: Verdict
    seen: str


# KpiAggregation is called every five minutes; CloudWatch shows a call some minutes later.
_FIRST_CALLS = timedelta(minutes=15)


def _judged(seen: str, *, holds: bool) -> Answer:
    return Answer(Verdict.HOLDS if holds else Verdict.REFUTED, seen)


def _sum(deployment: Deployment, metric: str, dimensions: dict[str, str]) -> float | None:
    """Return a metric's sum over the last day, None without a point. ``metric`` is ns:name."""
    namespace, name = metric.split(":")
    now = datetime.now(UTC)
    found = deployment.client("cloudwatch").get_metric_statistics(
        Namespace=namespace, MetricName=name, Statistics=["Sum"], Period=3600,
        StartTime=now - timedelta(days=1), EndTime=now,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
    )["Datapoints"]  # fmt: skip
    return sum(point["Sum"] for point in found) if found else None


def _history(deployment: Deployment, kind: Any) -> Iterator[tuple[str, str]]:
    """Yield what became of the system's alarms: each one's name and the summary."""
    pages = deployment.client("cloudwatch").get_paginator("describe_alarm_history")
    for page in pages.paginate(HistoryItemType=kind):
        for item in page["AlarmHistoryItems"]:
            if item["AlarmName"].startswith(f"{deployment.system}-"):
                yield item["AlarmName"], item["HistorySummary"]


def cloudwatch_is_let_in(deployment: Deployment) -> Answer:
    """Look whether alarms could publish."""
    told: dict[str, int] = {}
    for _, summary in _history(deployment, "Action"):
        word = summary.split()[0]
        told[word] = told.get(word, 0) + 1
    if not told:
        return Answer(Verdict.OPEN, "no alarm has acted yet")
    failed = told.get("Failed", 0)
    worked = told.get("Successfully", 0)
    return _judged(f"{worked} actions succeeded, {failed} failed", holds=not failed)


def topics_reach_the_queue(deployment: Deployment) -> Answer:
    """Look whether what was published was delivered."""
    topic = {"TopicName": deployment.outputs["AlertsTopicArn"].rsplit(":", 1)[-1]}
    delivered = _sum(deployment, "AWS/SNS:NumberOfNotificationsDelivered", topic)
    failed = _sum(deployment, "AWS/SNS:NumberOfNotificationsFailed", topic)
    if delivered is None and failed is None:
        return Answer(Verdict.OPEN, "nothing was published in the last day")
    return _judged(f"{delivered or 0:g} delivered, {failed or 0:g} failed", holds=not failed)


def schedules_call(deployment: Deployment) -> Answer:
    """Look whether the function that is called most often was called."""
    name = {"FunctionName": deployment.outputs["KpiAggregationFunction"]}
    calls = _sum(deployment, "AWS/Lambda:Invocations", name)
    errors = _sum(deployment, "AWS/Lambda:Errors", name)
    if calls is None:
        client = deployment.client("cloudformation")
        [stack] = client.describe_stacks(StackName=deployment.stack)["Stacks"]
        if datetime.now(UTC) - stack["CreationTime"] < _FIRST_CALLS:
            return Answer(Verdict.OPEN, "the stack is too young for a call")
        return Answer(Verdict.REFUTED, "no call in the last day")
    return _judged(f"{calls:g} calls, {errors or 0:g} errors", holds=not errors)


def policies_are_kept(deployment: Deployment) -> Answer:
    """Look whether each topic has the statement of the template's policy."""
    client = deployment.client("sns")
    for output in ("AlertsTopicArn", "EmailTopicArn", "SmsTopicArn"):
        found: dict[str, Any] = client.get_topic_attributes(TopicArn=deployment.outputs[output])
        if "TlsOnly" not in found["Attributes"].get("Policy", ""):
            return Answer(Verdict.REFUTED, f"{output} has another policy")
    return Answer(Verdict.HOLDS, "all three topics have the template's policy")


def cost_explorer_may_be_asked(deployment: Deployment) -> Answer:
    """Ask IAM's simulator, since Cost Explorer's own answer costs a cent."""
    if deployment.parameters.get("CostSource") != "cost-explorer":
        return Answer(Verdict.OPEN, "CostSource is not cost-explorer")
    account = deployment.outputs["AlertsTopicArn"].split(":")[4]
    client, role = deployment.client("iam"), deployment.resources["KpiAggregationRole"]
    results = client.simulate_principal_policy(
        PolicySourceArn=client.get_role(RoleName=role)["Role"]["Arn"],
        ActionNames=["ce:GetCostAndUsage"],
        ResourceArns=[f"arn:aws:ce:us-east-1:{account}:/GetCostAndUsage"],
    )["EvaluationResults"]
    decision = results[0]["EvalDecision"]
    return _judged(f"IAM's simulator says {decision}", holds=decision == "allowed")


def texts_are_counted_by_topic(deployment: Deployment) -> Answer:
    """Look whether what became of SMS is counted where the alarm looks."""
    topic = {"TopicName": deployment.outputs["SmsTopicArn"].rsplit(":", 1)[-1]}
    sent = _sum(deployment, "AWS/SNS:NumberOfMessagesPublished", topic)
    if not sent:
        return Answer(Verdict.OPEN, "no SMS in the last day: ring an alarm that sends one")
    told = [
        _sum(deployment, f"AWS/SNS:NumberOfNotifications{how}", topic)
        for how in ("Delivered", "Failed")
    ]
    counted = sum(each or 0 for each in told)
    return _judged(f"{sent:g} published, {counted:g} delivered or failed", holds=counted > 0)


def pending_are_counted(deployment: Deployment) -> Answer:
    """Hold the topic's count against the list of its subscriptions."""
    topic, client = deployment.outputs["EmailTopicArn"], deployment.client("sns")
    counted = int(client.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsPending"])
    pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    arns = [each["SubscriptionArn"] for page in pages for each in page["Subscriptions"]]
    listed = arns.count("PendingConfirmation")
    if not counted and not listed:
        return Answer(Verdict.OPEN, "each address has confirmed")
    return _judged(f"{counted} counted, {listed} listed", holds=counted == listed)


def _alarms(deployment: Deployment) -> Iterator[dict[str, Any]]:
    pages = deployment.client("cloudwatch").get_paginator("describe_alarms")
    for page in pages.paginate(AlarmNamePrefix=f"{deployment.system}-"):
        yield from page["MetricAlarms"]


def alarms_keep_their_state(deployment: Deployment) -> Answer:
    """Look whether one that keeps its state ever lost it for want of data."""
    keep = {a["AlarmName"] for a in _alarms(deployment) if a.get("TreatMissingData") == "ignore"}
    seen = [(name, how) for name, how in _history(deployment, "StateUpdate") if name in keep]
    had_one = [(name, how) for name, how in seen if "from INSUFFICIENT_DATA" not in how]
    lost = {name for name, how in had_one if how.endswith("to INSUFFICIENT_DATA")}
    if not had_one:
        return Answer(Verdict.OPEN, "none of them has changed since its first data")
    told = f"{len(had_one)} changes; lost their state: {', '.join(sorted(lost)) or 'none'}"
    return _judged(told, holds=not lost)


def alarms_warm_up(deployment: Deployment) -> Answer:
    """Look whether the alarms on silence have their warm-up."""
    silent = [a for a in _alarms(deployment) if a.get("TreatMissingData") == "breaching"]
    if not silent:
        return Answer(Verdict.OPEN, "no alarm on silence")
    found = [a["AlarmName"] for a in silent if a.get("WarmUpConfiguration")]
    return _judged(f"{len(found)} of {len(silent)} have it", holds=len(found) == len(silent))


def slivers_are_taken(deployment: Deployment) -> Answer:
    """Look in the log of the last day whether a correction was refused."""
    group = f"/avatar-watch/{deployment.stack}/kpi-aggregation"
    since = int((datetime.now(UTC) - timedelta(days=1)).timestamp() * 1000)

    def lines(pattern: str) -> int:
        pages = (
            deployment.client("logs")
            .get_paginator("filter_log_events")
            .paginate(logGroupName=group, filterPattern=pattern, startTime=since)
        )
        return sum(len(page["events"]) for page in pages)

    refused = lines('"corrections were refused"')
    if refused:
        return Answer(Verdict.REFUTED, f"refused {refused} times in the last day")
    corrected = lines("{ $.runs[0].corrected > 0 }")
    if not corrected:
        return Answer(Verdict.OPEN, "nothing was corrected in the last day")
    return Answer(Verdict.HOLDS, f"{corrected} runs corrected something, none was refused")


def batches_are_seen(deployment: Deployment) -> Answer:
    """Look whether the numbers of batches can be read; more no reading shows."""
    if "AccessLogsFunction" not in deployment.outputs:
        return Answer(Verdict.OPEN, "access logs are not counted")
    namespace = deployment.parameters.get("MetricNamespace", "AvatarSystem")
    batches = _sum(deployment, f"{namespace}/Access:AccessLogBatch", {})
    if batches is None:
        return Answer(Verdict.OPEN, "no batch in the last day")
    return Answer(
        Verdict.OPEN, f"{batches:g} were counted; that each is taken whole no reading shows"
    )
