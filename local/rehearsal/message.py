"""An alarm's change as CloudWatch puts it on a topic."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from alarm_evaluator import Act, CompositeAlarm, MetricAlarm, Query, State, Transition

ACCOUNT = "123456789012"


def notification(change: Transition, alarm: MetricAlarm, region: str) -> str:
    """Return an SNS notification of an alarm's action as it arrives in the queue.

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
        "AlarmArn": _arn(alarm.name, region),
        "OldStateValue": change.before,
        "Trigger": _trigger(alarm),
    }
    return published(body, change.at, f"{alarm.name}-{change.at}", region)


def published(body: Mapping[str, Any], at: int, message_id: str, region: str) -> str:
    """Return an SNS notification of what was published to AlertsTopic."""
    return json.dumps({
        "Type": "Notification", "MessageId": message_id,
        "TopicArn": f"arn:aws:sns:{region}:{ACCOUNT}:AlertsTopic",
        "Message": json.dumps(body), "Timestamp": f"{_moment(at):%Y-%m-%dT%H:%M:%S}.000Z",
    })  # fmt: skip


def event(act: Act, alarm: MetricAlarm | CompositeAlarm, region: str) -> str:
    """Return the event by which EventBridge tells of an alarm that another stack has.

    CloudWatch User Guide, "Alarm events and EventBridge". One that ends a suppression tells the
    state that was held back.
    """
    change, at = act.transition, f"{_moment(act.at):%Y-%m-%dT%H:%M:%S}.000+0000"
    state: dict[str, Any] = {"value": change.after, "timestamp": at}
    previous: dict[str, Any] = {"value": change.before}
    if isinstance(alarm, CompositeAlarm):
        configuration: dict[str, Any] = {"alarmRule": alarm.rule}
        children = [{"arn": _arn(name, region), "state": {"value": of, "timestamp": at}}
                    for name, of in change.children]  # fmt: skip
        state["reasonData"] = json.dumps({"triggeringAlarms": children})
        state["reason"] = ", ".join(f"{name} is {of}" for name, of in change.children)
    else:
        configuration = {"metrics": [_watched(query, alarm) for query in alarm.queries]}
        state["reason"] = reason(change, alarm)
    if act.held:
        state["actionsSuppressedBy"] = act.held
    elif act.at > change.at:
        previous = {"value": change.after, "actionsSuppressedBy": "Alarm"}
    return json.dumps({
        "version": "0", "id": f"{alarm.name}-{act.at}", "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change", "account": ACCOUNT, "region": region,
        "time": f"{_moment(act.at):%Y-%m-%dT%H:%M:%SZ}", "resources": [_arn(alarm.name, region)],
        "detail": {
            "alarmName": alarm.name, "state": state, "previousState": previous,
            "configuration": {"description": alarm.description, **configuration},
        },
    })  # fmt: skip


def _watched(query: Query, alarm: MetricAlarm) -> dict[str, Any]:
    found: dict[str, Any] = {"id": query.id, "returnData": query.returns}
    if query.metric is None:
        return {**found, "expression": query.expression}
    return {**found, "metricStat": {
        "metric": {"namespace": query.metric.namespace, "name": query.metric.name,
                   "dimensions": dict(query.metric.dimensions)},
        "period": alarm.period, "stat": query.statistic,
    }}  # fmt: skip


def _arn(name: str, region: str) -> str:
    return f"arn:aws:cloudwatch:{region}:{ACCOUNT}:alarm:{name}"


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
