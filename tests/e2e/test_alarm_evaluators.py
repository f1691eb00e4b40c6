"""The rows of AWS's tables, as the emulator evaluates them: where it differs, and by which line.

moto evaluates no alarm (see the last test). LocalStack's evaluator is not at hand as a package: it
takes the same evaluation range (``max(N // 3, 2)`` periods more), rings early as AWS does where M
is over 1, and says OK where data points breach that are fewer and younger than M.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from alarm_evaluator import Missing, decide
from fakes.quick_moto import mock_aws
from local.emulator import Emulator
from local.paths import EMULATOR_HOME
from unit.alarm_evaluator.test_aws_tables import COLUMNS, ROWS, points

pytestmark = pytest.mark.e2e

# Why the emulator says something else: what it does, and the line of the documentation against it.
# All in "Configuring how CloudWatch alarms treat missing data" or "Alarm evaluation settings".
ONE_NUMBER = "one statistic over N periods, not M of N data points: 'must be breaching' is counted"
ITS_WINDOW = "only N periods back: 'attempts to retrieve a higher number of data points'"
KEEPS = "no data within N periods, state kept: 'fills in the missing data points with the result'"
VALUES = {"0": 0.0, "X": 10.0}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    if not EMULATOR_HOME.exists():
        pytest.skip("the emulator's environment is missing: run `make environments`")
    with Emulator() as running:
        yield running


def parameters(name: str, needed: int, missing: Missing) -> dict[str, Any]:
    return {
        "AlarmName": name, "Namespace": "Tables", "MetricName": name, "Statistic": "Average",
        "Period": 300, "EvaluationPeriods": 3, "DatapointsToAlarm": needed, "Threshold": 4.5,
        "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": missing.value,
    }  # fmt: skip


def put_row(cloudwatch: Any, name: str, row: str) -> None:
    """Put a row's data points so that each lies in its period before now."""
    now, kinds = datetime.now(UTC), row.split()
    data = [
        {"MetricName": name, "Value": VALUES[kind],
         "Timestamp": now - timedelta(seconds=300 * (len(kinds) - place) - 60)}
        for place, kind in enumerate(kinds)
        if kind != "-"
    ]  # fmt: skip
    if data:
        cloudwatch.put_metric_data(Namespace="Tables", MetricData=data)


def why(row: str) -> str:
    """Name the line that a row's difference comes from."""
    newest = row.split()[-3:]
    if all(kind == "-" for kind in newest):
        return KEEPS
    if len([kind for kind in newest if kind != "-"]) < min(3, len(row.replace("-", "").split())):
        return ITS_WINDOW
    return ONE_NUMBER


def test_the_emulators_evaluator_differs_where_it_is_told(
    emulator: Emulator, record_property: Callable[[str, object], None]
) -> None:
    cloudwatch = emulator.client("cloudwatch")
    expected = {}
    for number, (needed, (row, _, *_states)) in enumerate(ROWS):
        for missing in COLUMNS:
            name = f"row-{number}-{missing}"
            cloudwatch.put_metric_alarm(**parameters(name, needed, missing))
            put_row(cloudwatch, name, row)
            state = decide(points(row), 3, needed, missing)
            expected[name] = (needed, row, missing, str(state or "INSUFFICIENT_DATA"))
    time.sleep(0.2)
    found = {
        alarm["AlarmName"]: alarm["StateValue"]
        for page in cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix="row-")
        for alarm in page["MetricAlarms"]
    }
    different = [
        f"{needed} of 3 {row} {missing:13} AWS {state}, emulator {found[name]}: {why(row)}"
        for name, (needed, row, missing, state) in expected.items()
        if found[name] != state
    ]
    record_property("table", "\n".join(different))
    agree = len(expected) - len(different)
    # what the emulator can do at all: a row whose treatments all agree, decided by its newest three
    plain = [n for n, (needed, row, *_) in expected.items() if needed == 3 and row == "0 X X - X"]
    assert {found[name] for name in plain} == {"ALARM"}
    assert len(expected) == 4 * len(ROWS)
    assert 0 < agree < len(expected), "the emulator evaluates as AWS does: let it drive the demo"


def test_moto_evaluates_nothing() -> None:
    with mock_aws():
        cloudwatch = boto3.client("cloudwatch", "eu-north-1")
        cloudwatch.put_metric_alarm(**parameters("row", 1, Missing.BREACHING))
        put_row(cloudwatch, "row", "X X X X X")
        [alarm] = cloudwatch.describe_alarms()["MetricAlarms"]
        assert alarm["StateValue"] == "OK"  # and never another, but by SetAlarmState
