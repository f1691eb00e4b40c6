"""Messages as CloudWatch, SNS and EventBridge write them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

TOPIC = "arn:aws:sns:eu-north-1:123456789012:AlertsTopic"


def arn(name: str) -> str:
    """Return the ARN of an alarm."""
    return f"arn:aws:cloudwatch:eu-north-1:123456789012:alarm:{name}"


def notification(message: str, *, message_id: str = "sns-1", subject: str | None = None) -> str:
    """Return an SNS notification as it arrives in a queue."""
    return json.dumps({
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": TOPIC,
        "Subject": subject,
        "Message": message,
        "Timestamp": "2026-11-23T10:15:00.000Z",
    })  # fmt: skip


def alarm(
    name: str,
    state: str,
    at: datetime,
    *,
    previous: str | None = None,
    value: float = 18.2,
    threshold: float = 10.0,
    description: str = "",
    children: tuple[str, ...] = (),
) -> str:
    """Return a change of an alarm over SNS; ``previous`` is by default the other of ALARM and OK.

    With ``children`` it is a composite alarm.
    """
    body: dict[str, Any] = {
        "AlarmName": name,
        "AlarmDescription": description or None,
        "AWSAccountId": "123456789012",
        "NewStateValue": state,
        "NewStateReason": f"Threshold Crossed: 1 out of the last 1 datapoints [{value}"
        f" ({at:%d/%m/%y %H:%M:%S})] was greater than the threshold ({threshold}) (minimum 1"
        " datapoint for OK -> ALARM transition).",
        "StateChangeTime": _moment(at),
        "Region": "EU (Stockholm)",
        "AlarmArn": arn(name),
        "OldStateValue": previous or ("OK" if state == "ALARM" else "ALARM"),
    }
    if children:
        body["NewStateReason"] = f"{arn(children[0])} transitioned to {state}"
        body["AlarmRule"] = " OR ".join(f"ALARM({child})" for child in children)
        body["TriggeringChildren"] = [
            {"Arn": arn(child), "State": {"Value": state, "Timestamp": _moment(at)}}
            for child in children
        ]
    else:
        body["Trigger"] = {
            "MetricName": "Failures",
            "Namespace": "Shop",
            "StatisticType": "Statistic",
            "Statistic": "MAXIMUM",
            "Unit": None,
            "Dimensions": [],
            "Period": 300,
            "EvaluationPeriods": 1,
            "DatapointsToAlarm": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": threshold,
            "TreatMissingData": "notBreaching",
            "EvaluateLowSampleCountPercentile": "",
        }
    return notification(json.dumps(body), message_id=f"{name}-{state}-{at:%H%M%S}")


def alarm_event(
    name: str,
    state: str,
    at: datetime,
    *,
    previous: str | None = None,
    suppressed: bool = False,
) -> str:
    """Return the same change as EventBridge tells it, straight into the queue."""
    before = previous or ("OK" if state == "ALARM" else "ALARM")
    now: dict[str, Any] = {"value": state, "reason": "Threshold Crossed", "timestamp": _moment(at)}
    if suppressed:
        now["actionsSuppressedBy"] = "Alarm"
        now["actionsSuppressedReason"] = "Actions suppressed by alarm"
    return json.dumps({
        "version": "0",
        "id": f"{name}-{state}-{at:%H%M%S}",
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "account": "123456789012",
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "region": "eu-north-1",
        "resources": [arn(name)],
        "detail": {
            "alarmName": name,
            "state": now,
            "previousState": {"value": before, "timestamp": _moment(at)},
            "configuration": {"metrics": []},
        },
    })  # fmt: skip


def new_alarm(name: str, made: datetime, at: datetime, *, over: str = "sns") -> str:
    """Return the first look at an alarm that was made before its metric had any data.

    Missing points are breaching to it. ``over`` is sns or eventbridge.
    """
    reason = (
        "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints"
        " were treated as [Breaching]."
    )
    if over == "eventbridge":
        event = json.loads(alarm_event(name, "ALARM", at, previous="INSUFFICIENT_DATA"))
        event["detail"]["state"]["reason"] = reason
        before = event["detail"]["previousState"]
        before |= {"reason": "Unchecked: Initial alarm creation", "timestamp": _moment(made)}
        return json.dumps(event)
    told = json.loads(alarm(name, "ALARM", at, previous="INSUFFICIENT_DATA"))
    body = json.loads(told["Message"])
    body |= {"NewStateReason": reason, "AlarmConfigurationUpdatedTimestamp": _moment(made)}
    body["Trigger"]["TreatMissingData"] = "breaching"
    return json.dumps(told | {"Message": json.dumps(body)})


def deleted(name: str, at: datetime) -> str:
    """Return what EventBridge tells when an alarm is deleted."""
    event = json.loads(alarm_event(name, "ALARM", at))
    detail = {"alarmName": name, "operation": "delete", "configuration": {"metrics": []}}
    kind = "CloudWatch Alarm Configuration Change"
    return json.dumps(event | {"detail-type": kind, "detail": detail})


def own(alert: str, state: str, at: datetime, *, key: str, summary: str = "It happened") -> str:
    """Return an alert that one of our functions published."""
    return notification(
        json.dumps({
            "source": "avatarwatch",
            "alert": alert,
            "state": state,
            "summary": summary,
            "time": at.isoformat(),
            "key": key,
        })
    )  # fmt: skip


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"
