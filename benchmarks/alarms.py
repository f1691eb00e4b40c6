"""The alarm evaluator: alarm-days a second, over a month and over a year.

``make bench BENCH=alarms``. Every metric has its own points, a minute apart and read two minutes
late, as CloudWatch has them. Preparing reads the periods; with another threshold only the rest is
done again. The times are of this process alone.
"""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

from alarm_evaluator import MetricAlarm, MetricRef, Prepared, Series, metric_alarm
from benchmarks.parts.summary import Figure

MINUTE, DAY = 60, 86_400
LATE = 2 * MINUTE
# period, periods, needed, statistic: as template.yaml's alarms have them
SHAPES = (
    (300, 3, 1, "Average"), (300, 3, 1, "Maximum"), (60, 5, 5, "Sum"), (900, 1, 1, "Maximum"),
    (300, 1, 1, "Maximum"), (300, 12, 9, "Average"), (300, 3, 2, "Sum"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Load:
    """So many alarms over so many days of points ``every`` seconds."""

    title: str
    alarms: int
    days: int
    every: int


LOADS = (
    Load("30 days, 31 alarms, a point a minute", 31, 30, MINUTE),
    Load("a year, 60 alarms, a point in five minutes", 60, 365, 5 * MINUTE),
)


def _alarm(number: int) -> MetricAlarm:
    period, periods, needed, statistic = SHAPES[number % len(SHAPES)]
    return metric_alarm({
        "AlarmName": f"alarm-{number:02d}", "Namespace": "Benchmark",
        "MetricName": f"metric-{number:02d}", "Statistic": statistic, "Period": period,
        "EvaluationPeriods": periods, "DatapointsToAlarm": needed, "Threshold": 2.5,
        "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "ignore",
    })  # fmt: skip


def _series(number: int, load: Load) -> Series:
    drawn = Random(number)  # noqa: S311 - a simulation
    points = range(0, load.days * DAY, load.every)
    return Series.values(((at, drawn.gauss(0, 1)) for at in points), LATE)


def _measure(load: Load) -> dict[str, Any]:
    """Evaluate one alarm after the other, so that a year of them fits into memory."""
    prepared_in = evaluated_in = 0.0
    changes = 0
    for number in range(load.alarms):
        alarm = _alarm(number)
        data = {MetricRef("Benchmark", f"metric-{number:02d}"): _series(number, load)}
        started = time.process_time()
        prepared = Prepared.of(alarm, data, 0, load.days * DAY)
        ready = time.process_time()
        changes += len(prepared.transitions())
        prepared_in += ready - started
        evaluated_in += time.process_time() - ready
    seconds = prepared_in + evaluated_in
    return {
        "seconds": round(seconds, 2),
        "another_threshold_seconds": round(evaluated_in, 2),
        "alarm_days_a_second": round(load.alarms * load.days / seconds),
        "changes": changes,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def run(console: Console) -> dict[str, Any]:
    """Measure every load and print it."""
    figures = {load.title: _measure(load) for load in LOADS}
    table = Table(title="Evaluating alarms, on one core", title_justify="left")
    for name in ("", "seconds", "another threshold", "alarm-days/s", "changes", "peak MB"):
        table.add_column(name, justify="right")
    for title, figure in figures.items():
        table.add_row(title, *(str(value) for value in figure.values()))
    console.print(table)
    return figures


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return the seconds of each load; the goal is a month's."""
    goals = (5.0, None)
    return [
        Figure(f"{title}: {figures['alarm_days_a_second']:,} alarm-days a second",
               figures["seconds"], "s", at_most=goal, beside=f"{figures['peak_megabytes']} MB")
        for (title, figures), goal in zip(found.items(), goals, strict=True)
    ]  # fmt: skip


if __name__ == "__main__":
    run(Console())
