"""CloudWatch: the MetricWidget document of GetMetricWidgetImage.

Source: API Reference, GetMetricWidgetImage and "GetMetricWidgetImage: Metric Widget Structure and
Syntax". It lists the document's parameters but not what becomes of a foreign one, so only the
values of known parameters are checked here.
"""

import re
from collections.abc import Iterator
from typing import Any

from aws_contract.cloudwatch import is_period, is_statistic
from aws_contract.core import Breach, Params, rule
from aws_contract.values import json_object, utf8_length

MAX_BYTES = 100 * 1024
MAX_METRICS = 100
MAX_SIDE = 2_000
_CHOICES: dict[str, tuple[object, ...]] = {
    "theme": ("light", "dark"),
    "view": ("timeSeries", "bar", "pie"),
    "stacked": (True, False),
}
_ZONE = re.compile(r"[+-]\d{4}")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def _invalid(message: str) -> Breach:
    return Breach("ValidationError", message)


@rule("cloudwatch", "GetMetricWidgetImage")
def widget_image(params: Params) -> Iterator[Breach]:
    """Draw at most 100 metrics in 100 KB of JSON and 2,000 pixels a side."""
    widget = json_object(params["MetricWidget"])
    if widget is None:
        yield _invalid("The parameter MetricWidget must be valid JSON.")
        return
    if utf8_length(params["MetricWidget"]) > MAX_BYTES:
        yield _invalid("The parameter MetricWidget must be at most 100 KB.")
    for side in ("width", "height"):
        length = widget.get(side, 1)
        if not (isinstance(length, int) and 1 <= length <= MAX_SIDE):
            yield _invalid(f"The {side} must be between 1 and {MAX_SIDE}.")
    for name, choices in _CHOICES.items():
        if name in widget and widget[name] not in choices:
            yield _invalid(f"The {name} of the metric widget is invalid.")
    if not _ZONE.fullmatch(str(widget.get("timezone", "+0000"))):
        yield _invalid("The timezone must be like +0130.")
    yield from _metrics(widget.get("metrics"))
    yield from _rendering(widget, "widget")
    yield from _annotations(widget.get("annotations") or {})


@rule("cloudwatch", "GetMetricWidgetImage")
def widget_format(params: Params) -> Iterator[Breach]:
    """Give PNG alone; SDKs say png. Source: API model, GetMetricWidgetImage.OutputFormat."""
    if params.get("OutputFormat", "png") not in {"png", "image/png"}:
        yield _invalid("The parameter OutputFormat must be png.")


def _metrics(metrics: Any) -> Iterator[Breach]:
    if not isinstance(metrics, list) or not 1 <= len(metrics) <= MAX_METRICS:
        yield _invalid(f"The metric widget must have 1 to {MAX_METRICS} metrics.")
        return
    for metric in metrics:
        if not isinstance(metric, list) or not metric:
            yield _invalid("Each metric of the metric widget must be an array.")
        elif isinstance(metric[-1], dict):
            yield from _rendering(metric[-1], "metric")


def _rendering(options: Params, of: str) -> Iterator[Breach]:
    period, statistic = options.get("period", 60), options.get("stat", "Average")
    if not (isinstance(period, int) and is_period(period)):
        yield _invalid(f"The period of the {of} is invalid.")
    if not (isinstance(statistic, str) and is_statistic(statistic)):
        yield _invalid(f"The stat of the {of} is invalid.")
    if not _COLOR.fullmatch(str(options.get("color", "#000000"))):
        yield _invalid(f"The color of the {of} must be six hexadecimal digits after #.")


def _annotations(annotations: Any) -> Iterator[Breach]:
    if not isinstance(annotations, dict):
        yield _invalid("The annotations of the metric widget must be an object.")
        return
    for kind, types in (("horizontal", (int, float)), ("vertical", (str,))):
        for line in annotations.get(kind) or ():
            # a band is an array of its two edges
            for edge in line if isinstance(line, list) else (line,):
                value = edge.get("value") if isinstance(edge, dict) else None
                if isinstance(value, bool) or not isinstance(value, types):
                    yield _invalid(f"Each {kind} annotation must have a value.")
                elif not _COLOR.fullmatch(str(edge.get("color", "#000000"))):
                    yield _invalid(f"The color of a {kind} annotation is invalid.")
