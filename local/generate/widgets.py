"""Widgets of a CloudWatch dashboard, and where they stand.

Amazon CloudWatch, API reference, "Dashboard body structure and syntax". Texts may hold
CloudFormation's ``${...}``: the body is filled in by Fn::Sub.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from avatarwatch.catalogue import CATALOGUE, Severity
from avatarwatch.namespaces import Own

HOME, GLOBAL = "${AWS::Region}", "us-east-1"
COLUMNS = 24

# The same colour for the same meaning, on every widget and in Grafana.
GOOD, WARNING, CRITICAL = "#2ca02c", "#ff7f0e", "#d62728"
VALUE, SECOND, FAINT = "#1f77b4", "#9467bd", "#7f7f7f"

# of lines that mean nothing by their colour
SHADES = (VALUE, SECOND, "#17becf", "#e377c2", FAINT, "#8c564b", "#bcbd22")

ZERO = {"min": 0, "showUnits": False}  # an axis from zero, its unit in its label

_RAW = re.compile(r'"@raw:([^"]*)"')


@dataclass(frozen=True, slots=True)
class Widget:
    """One widget; sizes in the grid's units, of which a row has 24."""

    kind: str
    width: int
    height: int
    properties: dict[str, Any]


def alarm_color(alert: str) -> str:
    """Return the colour of an alarm's threshold; what a budget's composite looks at is critical."""
    severity = CATALOGUE[alert].severity if alert in CATALOGUE else Severity.CRITICAL
    return CRITICAL if severity is Severity.CRITICAL else WARNING


def raw(text: str) -> str:
    """Mark what Fn::Sub fills in as a number, not as text."""
    return f"@raw:{text}"


def heading(text: str, *, height: int = 1) -> Widget:
    """Return a line of Markdown over the whole width."""
    return Widget("text", COLUMNS, height, {"markdown": text, "background": "transparent"})


def line(label: str, value: float | str, color: str) -> dict[str, Any]:
    """Return a horizontal line; ``value`` a number or `raw`."""
    return {"label": label, "value": value, "color": color}


def graph(  # noqa: PLR0913 - all but the first two by name
    title: str,
    metrics: Iterable[list[Any]],
    *,
    region: str = HOME,
    stat: str = "Maximum",
    period: int = 300,
    width: int = 8,
    height: int = 6,
    lines: Iterable[dict[str, Any]] = (),
    left: dict[str, Any] | None = None,
    right: dict[str, Any] | None = None,
    stacked: bool = False,
    start: str | None = None,
) -> Widget:
    """Return lines over time; ``start`` (ISO 8601 duration) when it shows more than the others."""
    properties: dict[str, Any] = {
        "title": title, "view": "timeSeries", "stacked": stacked, "region": region,
        "stat": stat, "period": period, "metrics": list(metrics),
    }  # fmt: skip
    axes = {side: axis for side, axis in (("left", left), ("right", right)) if axis}
    if axes:
        properties["yAxis"] = axes
    if horizontal := list(lines):
        properties["annotations"] = {"horizontal": horizontal}
    if start:
        properties |= {"start": start, "end": "P0D"}
    return Widget("metric", width, height, properties)


def numbers(title: str, metrics: Iterable[list[Any]], *, height: int = 4) -> Widget:
    """Return the latest values with their course, over the whole width."""
    return Widget("metric", COLUMNS, height, {
        "title": title, "view": "singleValue", "sparkline": True, "region": HOME,
        "stat": "Average", "period": 86_400, "metrics": list(metrics),
        "start": "-P14D", "end": "P0D",  # a number is a day's, its course that of two weeks
    })  # fmt: skip


def alarm_status(title: str, arns: Iterable[str], *, width: int, height: int = 5) -> Widget:
    """Return the state of alarms, the loud ones first."""
    properties = {"title": title, "alarms": list(arns), "sortBy": "stateUpdatedTimestamp"}
    return Widget("alarm", width, height, properties)


def log_table(title: str, group: str, query: str, *, width: int) -> Widget:
    """Return what a Logs Insights query finds."""
    text = f"SOURCE '{group}' | {query}"
    properties = {"title": title, "region": HOME, "view": "table", "query": text}
    return Widget("log", width, 6, properties)


def ours(namespace: Own) -> str:
    """Return a namespace of the deployment's own."""
    return f"${{MetricNamespace}}/{namespace}"


def by(*dimensions: str) -> str:
    """Return a label of the values of dimensions; ``${!`` is no parameter of Fn::Sub.

    Amazon CloudWatch, User Guide, "Use dynamic labels".
    """
    return " ".join(f"${{!PROP('Dim.{name}')}}" for name in dimensions)


def search(schema: str, terms: str, stat: str, period: int, **options: Any) -> list[Any]:
    """Return a row of metrics that a search expression finds."""
    expression = f"SEARCH('{{{schema}}} {terms}', '{stat}', {period})"
    return [{"expression": expression, **options}]


def even(widgets: Iterable[Widget], *, most: int = 4) -> Iterator[Widget]:
    """Yield the widgets as wide as fills their rows, of which none has more than ``most``."""
    found = list(widgets)
    rows = ceil(len(found) / most)
    for row in range(rows):
        first, end = (len(found) * each // rows for each in (row, row + 1))
        for widget in found[first:end]:
            yield replace(widget, width=COLUMNS // (end - first))


def placed(widgets: Iterable[Widget], top: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the widgets in rows from the left, each row as high as its highest."""
    x, y, height = 0, top, 0
    for widget in widgets:
        if x + widget.width > COLUMNS:
            x, y, height = 0, y + height, 0
        yield {
            "type": widget.kind, "x": x, "y": y, "width": widget.width, "height": widget.height,
            "properties": widget.properties,
        }  # fmt: skip
        x, height = x + widget.width, max(height, widget.height)


def written(widget: dict[str, Any]) -> str:
    """Return a placed widget as one line of JSON."""
    return _RAW.sub(r"\1", json.dumps(widget, ensure_ascii=False))
