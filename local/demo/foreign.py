"""Alarms of other teams, as CloudWatch publishes them to a topic."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def foreign_alarm(name: str, percent: float, state: str = "ALARM") -> dict[str, Any]:
    """Return the change of an alarm on a database's processor."""
    return {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:eu-north-1:000000000000:alarm:{name}",
        "AWSAccountId": "000000000000",
        "NewStateValue": state,
        "OldStateValue": "OK" if state == "ALARM" else "ALARM",
        "NewStateReason": f"Threshold Crossed: [{percent} (23/11/26 10:00:00)]",
        "StateChangeTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "Trigger": {
            "MetricName": "CPUUtilization", "Namespace": "AWS/RDS", "Statistic": "AVERAGE",
            "StatisticType": "Statistic", "Period": 300, "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanThreshold", "Threshold": 90.0,
            "Dimensions": [{"name": "DBInstanceIdentifier", "value": name.removesuffix("-cpu")}],
        },
    }  # fmt: skip
