"""The rehearsal's transitions against the emulator's own evaluator, over the same fortnight.

The emulator judges one statistic over N periods by the real clock. Here its clock is moved, in a
process of its environment: what it can evaluate at all, alarms of one period, has to come to the
same changes at the same instants.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from alarm_evaluator import Datum, MetricAlarm, MetricRef, Series, State, evaluate
from local.demo.rehearsal import recorded
from local.emulator import REGION
from local.paths import EMULATOR_HOME
from local.rehearsal.kpis import compute
from local.rehearsal.recording import Replay

pytestmark = pytest.mark.e2e

TODAY = datetime(2026, 11, 27, tzinfo=UTC)
MINUTE, DAY = 60, 86_400

# The emulator's evaluator as it is; its clock, its alarms and its points are given.
MOVED = """
import json, sys, types
from ministack.services import cloudwatch
given = json.load(sys.stdin)
clock = [0.0]
cloudwatch.time = types.SimpleNamespace(time=lambda: clock[0])
for alarm in given["alarms"]:
    cloudwatch._alarms[alarm["AlarmName"]] = dict(alarm, StateValue="INSUFFICIENT_DATA")
changes = []
for seen, namespace, name, at, value in given["points"]:
    clock[0] = seen
    key = (namespace, name, ())
    cloudwatch._metric_bucket(key).append({"Timestamp": at, "Value": value})
    before = {name: alarm["StateValue"] for name, alarm in cloudwatch._alarms.items()}
    cloudwatch._evaluate_all_alarms()
    changes += [
        [seen, name, alarm["StateValue"]]
        for name, alarm in cloudwatch._alarms.items() if alarm["StateValue"] != before[name]
    ]
json.dump(changes, sys.stdout)
"""


def on_the_emulator(
    alarms: list[MetricAlarm], data: Mapping[MetricRef, Series]
) -> list[tuple[int, str, str]]:
    points = sorted(
        (seen, ref.namespace, ref.name, at, datum.total / datum.count)
        for ref, series in data.items()
        for at, seen, datum in zip(series.times, series.seen, series.data, strict=True)
    )
    given = {"alarms": [described(alarm) for alarm in alarms], "points": points}
    answer = subprocess.run(
        [EMULATOR_HOME / "bin" / "python", "-c", MOVED], input=json.dumps(given), text=True,
        capture_output=True, check=True, cwd=Path("/"),
    )  # fmt: skip
    return [(seen, name, state) for seen, name, state in json.loads(answer.stdout)]


def described(alarm: MetricAlarm) -> dict[str, Any]:
    [query] = alarm.queries
    assert query.metric is not None
    return {
        "AlarmName": alarm.name, "Namespace": query.metric.namespace,
        "MetricName": query.metric.name, "Statistic": query.statistic, "Period": alarm.period,
        "EvaluationPeriods": alarm.periods, "Threshold": alarm.threshold,
        "ComparisonOperator": alarm.comparison.value, "ActionsEnabled": False,
    }  # fmt: skip


def test_what_the_emulator_can_evaluate_changes_as_it_does() -> None:
    if not EMULATOR_HOME.exists():
        pytest.skip("the emulator's environment is missing: run `make environments`")
    recording, stack = recorded(TODAY)
    computed = compute(
        stack.kpi_settings(REGION), lambda region: Replay(recording, region), recording.start,
        recording.end,
    )  # fmt: skip
    start, end = int(recording.start.timestamp()), int(recording.end.timestamp())
    every = {**stack.alarms, **stack.own}
    alarms = [
        alarm
        for name, alarm in every.items()
        if alarm.periods == 1 and name != "KpiAggregationSilent"  # it needs no data to ring
    ]
    data: dict[MetricRef, Series] = {}
    for alarm in alarms:
        [query] = alarm.queries
        assert query.metric is not None
        plain = MetricRef(query.metric.namespace, query.metric.name)
        rows = computed.data.get(query.metric) or queue(start, alarm.threshold)
        data[plain] = data[query.metric] = rows
    own = {ref: series for ref, series in data.items() if not ref.dimensions}
    found = on_the_emulator(alarms, own)
    expected = sorted(
        (change.at, change.name, str(change.after))
        for alarm in alarms
        for change in evaluate(alarm, data, start, end)
    )
    # a queue that says nothing is well: AWS says so at once, the emulator with the first point
    told = [row for row in expected if row[0] > start]
    assert sorted(row for row in found if row[2] == State.ALARM) == [
        row for row in told if row[2] == State.ALARM
    ]
    last = {name: state for _, name, state in found}
    assert last == {name: state for _, name, state in expected}
    rings = {name.removeprefix("avatar-system-") for _, name, state in found if state == "ALARM"}
    assert {"StorageWarning", "DeadLetters", "QueueAge"} <= rings


def queue(start: int, threshold: float) -> Series:
    """A queue's number by the minute of two hours: over the threshold for half an hour."""
    over = range(start + 40 * MINUTE, start + 70 * MINUTE)
    rows = range(start, start + 120 * MINUTE, MINUTE)
    return Series.of(
        (at, at + MINUTE, Datum.of(threshold + 1 if at in over else 0.0)) for at in rows
    )
