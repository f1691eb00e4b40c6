"""An account with deployed alarms and what they look at, of which nothing but that is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from alarm_evaluator import Datum
from alarm_evaluator.stats import Data, statistic
from local.generate.template import load
from local.rehearsal.account import Account as Deployments
from local.rehearsal.account import Deployed
from local.rehearsal.deployed import Stack
from local.rehearsal.kpis import Computed
from local.rehearsal.recording import VERSION, Recording, oldest
from local.rehearsal.rehearse import Question, Rehearsal, Team, rehearse

REGION = "eu-north-1"
START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=3)
NOW = END + timedelta(hours=1)
AT = int(START.timestamp())
MINUTE, HOUR = 60, 3_600
GIVEN = {"WatchedAlarmPrefix": "shop-"}

type Rows = Mapping[str, Callable[[int], float | None]]
"""A metric's value by the minute, counted from START."""


@dataclass
class Account:
    """CloudWatch with some alarms; strict on what it is asked, and forgets as AWS does."""

    alarms: list[dict[str, Any]] = field(default_factory=list)
    values: Rows = field(default_factory=dict)
    now: datetime = NOW
    calls: list[dict[str, Any]] = field(default_factory=list)

    def get_paginator(self, operation: str) -> Account:
        assert operation == "describe_alarms"
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        assert asked["AlarmTypes"] == ["MetricAlarm", "CompositeAlarm"]
        prefix, names = asked.get("AlarmNamePrefix"), asked.get("AlarmNames", ())
        assert (prefix is None) != (not names)  # AWS takes one of the two
        found = [
            a for a in self.alarms
            if a["AlarmName"] in names or (prefix and a["AlarmName"].startswith(prefix))
        ]  # fmt: skip
        return [
            {"MetricAlarms": [a for a in found if "AlarmRule" not in a]},
            {"CompositeAlarms": [a for a in found if "AlarmRule" in a]},
        ]

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        self.calls.append(request)
        periods = {each["MetricStat"]["Period"] for each in request["MetricDataQueries"]}
        assert request["StartTime"] >= oldest(min(periods), self.now) - timedelta(hours=1)
        return {
            "MetricDataResults": [self._result(q, request) for q in request["MetricDataQueries"]]
        }

    def _result(self, query: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
        stat = query["MetricStat"]
        value = self.values.get(stat["Metric"]["MetricName"], _nothing)
        first, last = (int(request[name].timestamp()) for name in ("StartTime", "EndTime"))
        assert first % stat["Period"] == 0
        found: dict[int, list[Datum]] = {}
        for at in range(first, last, MINUTE):
            if (put := value((at - AT) // MINUTE)) is not None:
                found.setdefault(at - at % stat["Period"], []).append(Datum.of(put))
        read = statistic(stat["Stat"])
        return {
            "Id": query["Id"],
            "Timestamps": [datetime.fromtimestamp(at, UTC) for at in found],
            "Values": [read.over(Data(each))(0, len(each)) for each in found.values()],
        }  # fmt: skip


def _nothing(minute: int) -> None:
    del minute


def own_alarms() -> list[dict[str, Any]]:
    """Our alarms on the suite itself, as DescribeAlarms tells of them after a deployment."""
    found = []
    for alarm in Stack.of(load(), {}, REGION).own.values():
        [query] = alarm.queries
        assert query.metric is not None
        found.append({
            "AlarmName": alarm.name, "Namespace": query.metric.namespace,
            "MetricName": query.metric.name, "Statistic": query.statistic, "Period": alarm.period,
            "EvaluationPeriods": alarm.periods, "DatapointsToAlarm": alarm.needed,
            "Threshold": alarm.threshold, "ComparisonOperator": alarm.comparison.value,
            "Dimensions": [{"Name": n, "Value": f"made-{v}"} for n, v in query.metric.dimensions],
            "AlarmArn": "not kept", "StateUpdatedTimestamp": NOW,
        })  # fmt: skip
    return found


def shop(name: str, **more: Any) -> dict[str, Any]:
    return {
        "AlarmName": f"shop-{name}", "Namespace": "Shop", "MetricName": name, "Dimensions": [],
        "Statistic": "Average", "Period": 60, "EvaluationPeriods": 3, "DatapointsToAlarm": 2,
        "Threshold": 5.0, "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching", **more,
    }  # fmt: skip


# a service that is down, two of its parts, and a composite of the parts that the service holds back
PARTS = [
    shop("ServiceDown", Statistic="Maximum", EvaluationPeriods=1, DatapointsToAlarm=1),
    shop("Slow"), shop("Errors"),
    {"AlarmName": "shop-parts", "AlarmRule": "ALARM(shop-Slow) OR ALARM(shop-Errors)",
     "ActionsSuppressor": "arn:aws:cloudwatch:eu-north-1:123456789012:alarm:shop-ServiceDown",
     "ActionsSuppressorWaitPeriod": 120, "ActionsSuppressorExtensionPeriod": 120},
]  # fmt: skip


def recorded(account: Account, given: Mapping[str, str] = GIVEN) -> Recording:
    recording = Recording(VERSION, START, END)
    stack = Stack.of(load(), given, REGION)
    Deployments(account, REGION, account.now).record(recording, stack.prefixes)
    return recording


def rehearsed(
    account: Account, team: Team | None = None, given: Mapping[str, str] = GIVEN
) -> Rehearsal:
    stack = Stack.of(load(), given, REGION).joined(Deployed.of(recorded(account, given)))
    alone = {name: each for name, each in stack.alarms.items() if name in stack.own}
    asked = Question(START, END, REGION, 2)
    return rehearse(replace(stack, alarms=alone), Computed(), asked, team=team)


def within(first: int, last: int, value: float, otherwise: float | None = 0.0) -> Any:
    return lambda minute: value if first <= minute < last else otherwise
