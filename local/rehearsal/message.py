"""An alarm's change as CloudWatch puts it on a topic."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from alarm_evaluator import MetricAlarm, State, Transition

ACCOUNT = "123456789012"


def notification(change: Transition, alarm: MetricAlarm, region: str) -> str:
    """Return an SNS notification as it arrives in the queue.

    CloudWatch User Guide, "Notifying users on alarm changes".
    """
    body: dict[str, Any] = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": ACCOUNT,
        "NewStateValue": change.after,
        "NewStateReason": reason(change, alarm),
        "StateChangeTime": f"{_moment(change.at):%Y-%m-%dT%H:%M:%S}.000+0000",
        "Region": region,
        "AlarmArn": f"arn:aws:cloudwatch:{region}:{ACCOUNT}:alarm:{alarm.name}",
        "OldStateValue": change.before,
        "Trigger": _trigger(alarm),
    }
    return json.dumps({
        "Type": "Notification", "MessageId": f"{alarm.name}-{change.at}",
        "TopicArn": f"arn:aws:sns:{region}:{ACCOUNT}:AlertsTopic",
        "Message": json.dumps(body), "Timestamp": f"{_moment(change.at):%Y-%m-%dT%H:%M:%S}.000Z",
    })  # fmt: skip


def reason(change: Transition, alarm: MetricAlarm) -> str:
    """Return CloudWatch's sentence on why an alarm changed."""
    if not change.points:
        return (
            "Threshold Crossed: no datapoints were received for"
            f" {alarm.periods} periods and {alarm.periods} missing datapoints were treated as"
            f" [{alarm.missing}]."
        )
    shown = ", ".join(
        f"{point.value} ({_moment(point.at):%d/%m/%y %H:%M:%S})" for point in change.points
    )
    count, several = len(change.points), "s" if len(change.points) > 1 else ""
    negated = "" if change.after is State.ALARM else "not "
    verb = "were" if several else "was"
    return (
        f"Threshold Crossed: {count} datapoint{several} [{shown}] {verb} {negated}"
        f"{alarm.comparison.words} the threshold ({alarm.threshold})."
    )


def _trigger(alarm: MetricAlarm) -> dict[str, Any]:
    [query] = [each for each in alarm.queries if each.returns]
    if query.metric is None:
        raise ValueError(f"{alarm.name} watches an expression")
    return {
        "MetricName": query.metric.name, "Namespace": query.metric.namespace,
        "StatisticType": "Statistic", "Statistic": query.statistic.upper(), "Unit": None,
        "Dimensions": [{"name": n, "value": v} for n, v in query.metric.dimensions],
        "Period": alarm.period, "EvaluationPeriods": alarm.periods,
        "DatapointsToAlarm": alarm.needed, "ComparisonOperator": alarm.comparison,
        "Threshold": alarm.threshold, "TreatMissingData": alarm.missing,
        "EvaluateLowSampleCountPercentile": "",
    }  # fmt: skip


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
