"""Latency: from the moment a metric is put until the alarm's message stands in Slack."""

from __future__ import annotations

import statistics
import sys
import time
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from local.scene import Scene

ALARMS = 20
_NAMESPACE = "Benchmark/Latency"
_WAIT_SECONDS = 60.0
_PAUSE_SECONDS = 1.5  # a message a second and channel is Slack's rate, which is not measured here


def run(console: Console) -> dict[str, Any]:
    """Measure and print; returns the figures in seconds."""
    with console.status("deploying"), Scene() as scene:
        measured = [_measure(scene, number) for number in range(ALARMS)]
    figures = {
        "alarms": ALARMS,
        "median_seconds": statistics.median(measured),
        "longest_seconds": max(measured),
    }
    table = Table(title=f"Latency: metric put to Slack message, {ALARMS} alarms")
    for column in ("median", "longest"):
        table.add_column(column, justify="right")
    table.add_row(f"{figures['median_seconds']:.2f} s", f"{figures['longest_seconds']:.2f} s")
    console.print(table)
    return figures


def _measure(scene: Scene, number: int) -> float:
    """Return the seconds from the metric's request to the message with the alarm's name."""
    name, cloudwatch = f"latency-{number:02}", scene.emulator.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace=_NAMESPACE,
        MetricName=name,
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=10.0,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[scene.stack.outputs["AlertsTopicArn"]],
    )
    time.sleep(_PAUSE_SECONDS)
    started = datetime.now(UTC)
    cloudwatch.put_metric_data(
        Namespace=_NAMESPACE,
        MetricData=[{"MetricName": name, "Value": 42.0, "Timestamp": started}],
    )
    scene.inbox.wait_for(lambda kept: name in str(kept.slack), _WAIT_SECONDS)
    return (datetime.now(UTC) - started).total_seconds()


if __name__ == "__main__":
    run(Console())
    sys.exit(0)
