"""What an alarm of another account measured is never read from a metric of ours by that name."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.alarms import notification
from fakes.aws import OneCourse
from fakes.world import World

AT = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
OURS, THEIRS = "123456789012", "210987654321"


def course(slope: float) -> tuple[tuple[datetime, float], ...]:
    return tuple((AT - timedelta(minutes=1 + back), slope * back) for back in range(60))


FALLS, RISES = course(1), course(-1)


def rings(alarm: str, metric: str) -> str:
    """Return an alarm of one account on a metric of another, as CloudWatch tells it over SNS."""
    query: dict[str, Any] = {
        "Id": "m1", "ReturnData": True, "AccountId": metric,
        "MetricStat": {
            "Metric": {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": []},
            "Period": 60, "Stat": "Sum",
        },
    }  # fmt: skip
    body = {
        "AlarmName": "errors", "AWSAccountId": alarm, "NewStateValue": "ALARM",
        "OldStateValue": "OK", "Region": "EU (Stockholm)",
        "AlarmArn": f"arn:aws:cloudwatch:eu-north-1:{alarm}:alarm:errors",
        "NewStateReason": "Threshold Crossed: 1 datapoint [41.0 (23/11/26 10:14:00)] was greater"
        " than the threshold (5.0).",
        "StateChangeTime": "2026-11-23T10:15:00.000+0000",
        "Trigger": {
            "Metrics": [query], "Period": 60, "EvaluationPeriods": 1, "DatapointsToAlarm": 1,
            "ComparisonOperator": "GreaterThanThreshold", "Threshold": 5.0,
        },
    }  # fmt: skip
    return notification(json.dumps(body))


@pytest.mark.parametrize("linked", [True, False], ids=["monitoring account", "not linked"])
@pytest.mark.parametrize(
    ("alarm", "metric"),
    [(OURS, OURS), (OURS, THEIRS), (THEIRS, THEIRS), (THEIRS, OURS)],
)
def test_a_course_is_of_the_account_whose_metric_it_is(
    alarm: str, metric: str, *, linked: bool
) -> None:
    cloudwatch = OneCourse(FALLS, linked={THEIRS: RISES} if linked else {})
    with World(cloudwatch=cloudwatch).running() as world:
        world.clock.now = AT
        world.tell(rings(alarm, metric))
        [told] = [posted.text for posted in world.slack.top()]
    assert "41" in told
    bars = re.search("([▁-█]+) last hour", told)
    whose = (OURS if bars[1][0] > bars[1][-1] else THEIRS) if bars else None
    assert whose == (metric if linked or metric == OURS else None), told
    assert ("account 2109-8765-4321" in told) is (THEIRS in {alarm, metric})
