"""What is only believed about AWS, how one command shows it, and what asks it of a deployment.

Everything here was read in AWS' documentation or in the work of others, and no emulator shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from local.doctor.deployment import Deployment


class Verdict(StrEnum):
    """What an account says of a belief."""

    HOLDS = "holds"
    REFUTED = "refuted"
    OPEN = "open"  # nothing was seen yet that would tell


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, and what it rests on."""

    verdict: Verdict
    seen: str


@dataclass(frozen=True, slots=True)
class Belief:
    """A claim about AWS, why it is not known, and the one command whose answer would show it.

    ``<Name>`` in ``command`` stands for an output or a resource of the stack.
    """

    claim: str
    why: str
    command: str
    holds: str
    ask: Callable[[Deployment], Answer]


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


def _topic_takes_from_cloudwatch(deployment: Deployment) -> Answer:
    pages = deployment.client("cloudwatch").get_paginator("describe_alarm_history")
    told: dict[str, int] = {}
    for page in pages.paginate(HistoryItemType="Action"):
        for item in page["AlarmHistoryItems"]:
            if item["AlarmName"].startswith(f"{deployment.system}-"):
                word = item["HistorySummary"].split()[0]
                told[word] = told.get(word, 0) + 1
    if not told:
        return Answer(Verdict.OPEN, "no alarm has acted yet")
    failed = told.get("Failed", 0)
    worked = told.get("Successfully", 0)
    return _judged(f"{worked} actions succeeded, {failed} failed", holds=not failed)


def _topics_reach_the_queue(deployment: Deployment) -> Answer:
    topic = {"TopicName": deployment.outputs["AlertsTopicArn"].rsplit(":", 1)[-1]}
    delivered = _sum(deployment, "AWS/SNS:NumberOfNotificationsDelivered", topic)
    failed = _sum(deployment, "AWS/SNS:NumberOfNotificationsFailed", topic)
    if delivered is None and failed is None:
        return Answer(Verdict.OPEN, "nothing was published in the last day")
    return _judged(f"{delivered or 0:g} delivered, {failed or 0:g} failed", holds=not failed)


def _schedules_call(deployment: Deployment) -> Answer:
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


def _policy_is_kept(deployment: Deployment) -> Answer:
    client = deployment.client("sns")
    for output in ("AlertsTopicArn", "EmailTopicArn", "SmsTopicArn"):
        found: dict[str, Any] = client.get_topic_attributes(TopicArn=deployment.outputs[output])
        if "TlsOnly" not in found["Attributes"].get("Policy", ""):
            return Answer(Verdict.REFUTED, f"{output} has another policy")
    return Answer(Verdict.HOLDS, "all three topics have the template's policy")


def _cost_explorer_may_be_asked(deployment: Deployment) -> Answer:
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


def _sms_counts_by_topic(deployment: Deployment) -> Answer:
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


BELIEFS: tuple[Belief, ...] = (
    Belief(
        "Each topic takes its policy as the template has it.",
        "SNS refuses what names two topics in a statement; three projects met it.",
        "aws sns get-topic-attributes --topic-arn <AlertsTopicArn> --query Attributes.Policy",
        "It holds when the answer has the statement TlsOnly.",
        _policy_is_kept,
    ),
    Belief(
        "CloudWatch may publish to topics under our key.",
        "The key lets it in by aws:SourceAccount; with a refused key alarms vanish silently.",
        "aws cloudwatch describe-alarm-history --history-item-type Action"
        " --query 'AlarmHistoryItems[].HistorySummary'",
        "It holds when none begins with Failed, and any with Successfully.",
        _topic_takes_from_cloudwatch,
    ),
    Belief(
        "SNS delivers from AlertsTopic into the encrypted queue.",
        "The emulator enforces neither the queue's policy nor keys.",
        "aws sns publish --topic-arn <AlertsTopicArn> --message hello",
        "It holds when Slack shows it within seconds.",
        _topics_reach_the_queue,
    ),
    Belief(
        "EventBridge Scheduler may call the functions by the roles that SAM makes.",
        "The emulator calls without a role.",
        "aws logs filter-log-events --limit 5"
        " --log-group-name /avatar-watch/avatar-watch-prod/kpi-aggregation",
        "It holds when there are lines, two runs in ten minutes.",
        _schedules_call,
    ),
    Belief(
        "Cost Explorer lets KpiAggregation ask.",
        "Which resource AWS checks was read in others' denials; with CostSource=cost-explorer.",
        "aws lambda invoke --function-name <KpiAggregationFunction>"
        ' --cli-binary-format raw-in-base64-out --payload \'{"cadence": "P1D"}\' /dev/stdout',
        "It holds when CostPerUpload is computed, or its reason is another than AccessDenied.",
        _cost_explorer_may_be_asked,
    ),
    Belief(
        "SMS that fail are counted with their topic's name.",
        "The metric's documentation names SMS, and TopicName as its dimension; nobody saw it here.",
        "aws cloudwatch list-metrics --namespace AWS/SNS --metric-name NumberOfNotificationsFailed",
        "It holds when NumberOfNotificationsDelivered or NumberOfNotificationsFailed is listed.",
        _sms_counts_by_topic,
    ),
)
