"""The points of a widget's metrics, from the emulator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.widget_images.widget import Line, WidgetError

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

    from local.widget_images.widget import Widget


@dataclass(frozen=True, slots=True)
class Series:
    """A line with its points, oldest first; ``unit`` in CloudWatch's words, "" without points."""

    line: Line
    points: tuple[tuple[datetime, float], ...]
    unit: str


def read_series(cloudwatch: CloudWatchClient, widget: Widget) -> list[Series]:
    """Ask for every line's points; WidgetError where the emulator's answer would mislead."""
    return [_series(cloudwatch, line, widget) for line in widget.lines]


def _series(cloudwatch: CloudWatchClient, line: Line, widget: Widget) -> Series:
    if not line.dimensions and not _exists_alone(cloudwatch, line):
        return Series(line, (), "")
    # the emulator would make half a period of the first one
    start = math.ceil(widget.start.timestamp() / line.period) * line.period
    if start >= widget.end.timestamp():
        return Series(line, (), "")
    key = "ExtendedStatistics" if line.statistic.startswith("p") else "Statistics"
    wanted: dict[str, Any] = {key: [line.statistic]}
    answer = cloudwatch.get_metric_statistics(
        Namespace=line.namespace,
        MetricName=line.name,
        Dimensions=[{"Name": name, "Value": value} for name, value in line.dimensions],
        StartTime=datetime.fromtimestamp(start, UTC),
        EndTime=widget.end,
        Period=line.period,
        **wanted,
    )
    found: list[Any] = sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])
    points = tuple((point["Timestamp"], _value(point, line)) for point in found)
    return Series(line, points, found[0].get("Unit", "None") if found else "")


def _value(point: dict[str, Any], line: Line) -> float:
    values = point.get("ExtendedStatistics", {}) if line.statistic.startswith("p") else point
    if line.statistic not in values:
        raise WidgetError(f"The emulator has no {line.statistic} of {line.name}")
    return float(values[line.statistic])


def _exists_alone(cloudwatch: CloudWatchClient, line: Line) -> bool:
    """Tell whether a metric without dimensions exists.

    Asked for it, the emulator mixes in those that share its name, which are other metrics.
    """
    found = cloudwatch.list_metrics(Namespace=line.namespace, MetricName=line.name)["Metrics"]
    alone = any(not metric.get("Dimensions") for metric in found)
    if alone and any(metric.get("Dimensions") for metric in found):
        raise WidgetError(f"The emulator cannot tell {line.name} from the same with dimensions")
    return alone
