"""The CloudWatch dashboard's body as panels, strictly.

The body is first checked against everything that AWS documents (`aws_contract`); of that, what
has no drawing here raises.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aws_contract.cloudwatch_dashboards import faults
from local.charts.model import Axis, Curve, Graph, Mark, Side
from local.charts.scale import number_text
from local.dashboards import insights
from local.dashboards.labels import named
from local.dashboards.metrics import Query
from local.dashboards.panels import (
    Alarms,
    Content,
    DashboardError,
    Number,
    Numbers,
    Panel,
    Table,
    Text,
)
from local.dashboards.search import Metric, Search, read_search
from local.dashboards.sources import Sources
from local.widget_images.widget import DEFAULT_COLORS, moment

_DRAWN = {
    "title", "view", "stacked", "region", "stat", "period", "metrics", "yAxis", "annotations",
    "start", "end", "sparkline",
}  # fmt: skip
_OPTIONS = {
    "label", "color", "stat", "period", "region", "yAxis", "expression", "id", "visible",
}  # fmt: skip
_SEARCH = re.compile(r"SEARCH\('(?P<query>[^']*)', '(?P<statistic>\w+)', (?P<period>\d+)\)")
_SCALED = re.compile(r"(?P<id>[a-z]\w*) (?P<operator>[*/]) (?P<number>\d+)")
_STATES = ("ALARM", "INSUFFICIENT_DATA", "OK", None)  # as stateUpdatedTimestamp sorts them


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a widget's metrics with the widget's defaults applied."""

    metric: Metric
    search: Search | None
    label: str | None
    color: str | None
    statistic: str
    period: int
    region: str
    side: Side
    factor: float = 1.0
    """What its values are multiplied by."""


def read_body(body: Mapping[str, Any], sources: Sources, end: datetime) -> list[Panel]:
    """Return the panels of a body as seen at ``end``; raises DashboardError."""
    found = [f"{path}: {message}" for path, message in faults(body)]
    if found:
        raise DashboardError(f"CloudWatch would not take the body: {found[0]}")
    start = moment(body.get("start", "-PT3H"), end)
    reader = _Reader(sources, start, end)
    with sources.metrics.collecting():
        for widget in body["widgets"]:
            if widget["type"] == "metric":
                _panel(widget, reader)
    return [_panel(widget, reader) for widget in body["widgets"]]


def _panel(widget: Mapping[str, Any], reader: _Reader) -> Panel:
    properties = widget["properties"]
    title = str(properties.get("title", ""))
    try:
        content = reader.content(widget["type"], properties)
    except DashboardError as error:
        raise DashboardError(f"{title or widget['type']}: {error}") from error
    place = {name: widget[name] for name in ("x", "y", "width", "height")}
    return Panel(title=title, content=content, **place)


@dataclass(frozen=True, slots=True)
class _Reader:
    sources: Sources
    start: datetime
    end: datetime

    def content(self, kind: str, given: Mapping[str, Any]) -> Content:
        match kind:
            case "text":
                return Text(given["markdown"])
            case "alarm":
                return self._alarms(given)
            case "log":
                return self._table(given)
            case "metric":
                return self._metric(given)
        raise DashboardError(f"{kind} is not drawn here")

    def _alarms(self, given: Mapping[str, Any]) -> Alarms:
        _refuse(given, {"title", "alarms", "sortBy"})
        if given.get("sortBy") != "stateUpdatedTimestamp":
            raise DashboardError(f"not sorted here: {given.get('sortBy')}")
        found = [self.sources.alarm(arn) for arn in given["alarms"]]
        return Alarms(tuple(sorted(found, key=lambda each: _STATES.index(each.state))))

    def _table(self, given: Mapping[str, Any]) -> Table:
        _refuse(given, {"title", "region", "view", "query"})
        if given["view"] != "table":
            raise DashboardError(f"the view {given['view']} of log lines is not drawn here")
        query = insights.read_query(given["query"])
        events = self.sources.events(given["region"], query.group, self.start, self.end)
        answer = query.answer(events)
        return Table(answer.heads, answer.rows)

    def _metric(self, given: Mapping[str, Any]) -> Content:
        _refuse(given, _DRAWN)
        start = moment(given["start"], self.end) if "start" in given else self.start
        end = moment(given["end"], self.end) if "end" in given else self.end
        curves = tuple(self._curves([*_rows(given)], start, end))
        left, right = (_axis(given, side) for side in ("left", "right"))
        match given.get("view", "timeSeries"):
            case "timeSeries":
                stacked = bool(given.get("stacked"))
                return Graph(curves, _marks(given), start, end, left, right, stacked)
            case "singleValue":
                return Numbers(tuple(_number(curve) for curve in curves))
        raise DashboardError(f"the view {given['view']} is not drawn here")

    def _curves(self, rows: Sequence[_Row], start: datetime, end: datetime) -> Iterator[Curve]:
        colors = itertools.cycle(DEFAULT_COLORS)
        for row in rows:
            metrics = self._found(row)
            labels = named(row.label, metrics)
            queries = [Query(metric, row.statistic, row.period) for metric in metrics]
            lines = self.sources.metrics.read(row.region, queries, start, end)
            for metric, label, points in zip(metrics, labels, lines, strict=True):
                taken = next(colors)
                color = row.color if row.color and len(metrics) == 1 else taken
                why = "" if points else self.sources.metrics.why_none(row.region, metric)
                scaled = tuple((at, value * row.factor) for at, value in points)
                yield Curve(label, color, scaled, row.side, why)
            if not metrics:
                why = "there are no such metrics here"
                yield Curve(row.label or "", row.color or next(colors), (), row.side, why)

    def _found(self, row: _Row) -> list[Metric]:
        if row.search is None:
            return [row.metric]
        return self.sources.metrics.find(row.region, row.search)


def _rows(given: Mapping[str, Any]) -> Iterator[_Row]:
    hidden: dict[str, _Row] = {}
    for row in given["metrics"]:
        options = row[-1] if isinstance(row[-1], dict) else {}
        _refuse(options, _OPTIONS)
        texts = row[:-1] if options else row
        if {".", "..."} & set(texts):
            raise DashboardError("the shorthands . and ... are not read here")
        made = _row(given, options, texts, hidden)
        if options.get("visible", True):
            yield made
        elif "id" not in options:
            raise DashboardError("a hidden metric without an id is not drawn here")
        else:
            hidden[options["id"]] = made


def _row(
    given: Mapping[str, Any],
    options: Mapping[str, Any],
    texts: Sequence[str],
    hidden: Mapping[str, _Row],
) -> _Row:
    search, factor = None, 1.0
    statistic = options.get("stat", given.get("stat", "Average"))
    period = options.get("period", given.get("period", 300))
    scaled = _SCALED.fullmatch(options.get("expression", ""))
    if scaled and scaled["id"] in hidden:
        base, number = hidden[scaled["id"]], float(scaled["number"])
        metric, statistic, period = base.metric, base.statistic, base.period
        factor = number if scaled["operator"] == "*" else 1 / number
    elif "expression" in options:
        search, statistic, period = _search(options["expression"])
        metric = Metric(search.namespace, "", ())
    else:
        metric = Metric(texts[0], texts[1], _pairs(texts[2:]))
    return _Row(
        metric, search, options.get("label"), options.get("color"), statistic, period,
        options.get("region", given["region"]), options.get("yAxis", "left"), factor,
    )  # fmt: skip


def _search(expression: str) -> tuple[Search, str, int]:
    """Read an expression: our dashboards use SEARCH, and a hidden metric in another unit."""
    found = _SEARCH.fullmatch(expression)
    if not found:
        raise DashboardError(f"not evaluated here: {expression}")
    return read_search(found["query"]), found["statistic"], int(found["period"])


def _pairs(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(zip(texts[::2], texts[1::2], strict=True)))


def _axis(given: Mapping[str, Any], side: str) -> Axis:
    axis = given.get("yAxis", {}).get(side, {})
    if axis.get("showUnits", True) and axis:
        raise DashboardError("units beside ticks are not drawn here: set showUnits to false")
    return Axis(axis.get("min"), axis.get("max"), axis.get("label", ""))


def _marks(given: Mapping[str, Any]) -> tuple[Mark, ...]:
    annotations = given.get("annotations", {})
    if annotations.keys() - {"horizontal"}:
        raise DashboardError("only horizontal annotations are drawn here")
    marks = []
    for each in annotations.get("horizontal", ()):
        if isinstance(each, list):
            raise DashboardError("a band of annotations is not drawn here")
        _refuse(each, {"label", "value", "color", "yAxis"})
        marks.append(Mark(each["value"], each["label"], each["color"], each.get("yAxis", "left")))
    return tuple(marks)


def _number(curve: Curve) -> Number:
    text = _short(curve.points[-1][1]) if curve.points else None
    return Number(curve.label, text, curve.color, curve.points)


def _short(value: float) -> str:
    """Write a number as CloudWatch does: three digits and an SI prefix."""
    return number_text(value, abs(value) / 500 if value else 1.0)


def _refuse(given: Mapping[str, Any], drawn: set[str]) -> None:
    if foreign := given.keys() - drawn:
        raise DashboardError(f"{min(foreign)} is not drawn here")
