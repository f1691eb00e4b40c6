"""From a metric that is put to the message in Slack, on the emulator.

The way is the real one: PutMetricData, alarm, SNS, SQS, Lambda, Slack's Web API. On AWS an alarm is
evaluated about once a minute and the queue's batching window adds a second; the emulator evaluates
at once and has no window. So this measures our part, not AWS's.
"""

from __future__ import annotations

import statistics
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from benchmarks.parts.summary import Figure
from local.demo import evidence
from local.scene import Scene

if TYPE_CHECKING:
    from local.inbox.models import Snapshot

ALARMS = 20


def run(console: Console) -> dict[str, Any]:
    """Measure and print; returns the figures in seconds."""
    with console.status("deploying"):
        scene = Scene()
        scene.__enter__()
    try:
        seconds = [_one(scene, number) for number in range(ALARMS + 1)]
    finally:
        scene.close()
    cold, warm = seconds[0], seconds[1:]
    figures = {
        "alarms": ALARMS,
        "first_seconds": cold,
        "median_seconds": statistics.median(warm),
        "maximum_seconds": max(warm),
    }
    table = Table(title=f"Metric put to Slack message, {ALARMS} alarms on the emulator")
    for column in ("median", "maximum", "the first (cold start)"):
        table.add_column(column, justify="right")
    table.add_row(
        f"{figures['median_seconds']:.3f} s",
        f"{figures['maximum_seconds']:.3f} s",
        f"{cold:.3f} s",
    )
    console.print(table)
    return figures


def _one(scene: Scene, number: int) -> float:
    """Let one alarm of its own fire in a channel that has been quiet."""
    name = f"latency-{number:02d}"
    cloudwatch = scene.emulator.client("cloudwatch")
    scene.quiet()
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="Benchmark",
        MetricName=name,
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanThreshold",
        Threshold=1,
        AlarmActions=[scene.stack.outputs["AlertsTopicArn"]],
    )
    started = datetime.now(UTC)
    cloudwatch.put_metric_data(
        Namespace="Benchmark", MetricData=[{"MetricName": name, "Value": 2, "Timestamp": started}]
    )

    def arrived(kept: Snapshot) -> datetime | None:
        told = (m for m in evidence.slack(kept) if name in m.content.text)
        return next((message.received_at for message in told), None)

    return (scene.inbox.wait_for(arrived, 30) - started).total_seconds()


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return the seconds from the metric to the message."""
    return [
        Figure("metric put to Slack message, median", found["median_seconds"], "s"),
        Figure("metric put to Slack message, the longest", found["maximum_seconds"], "s"),
    ]


if __name__ == "__main__":
    run(Console())
