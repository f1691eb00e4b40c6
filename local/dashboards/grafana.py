"""Grafana's dashboard as panels, strictly: a key or a value that is not drawn here raises."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from avatarwatch.units import Unit, humanize
from local.charts.model import Axis, Curve, Graph, Mark, Write
from local.dashboards.labels import named
from local.dashboards.metrics import Query
from local.dashboards.panels import (
    Content,
    DashboardError,
    Gauge,
    Number,
    Numbers,
    Panel,
    Text,
)
from local.dashboards.search import Metric, Search
from local.dashboards.sources import Sources
from local.dashboards.variables import Variables, read_variables

# Grafana's classic palette, of which lines without a colour of their own take the next.
_PALETTE = ("#7EB26D", "#EAB839", "#6ED0E0", "#EF843C", "#E24D42", "#1F78C1", "#BA43A9")
_UNITS = {
    "short": Unit.NONE,
    "percent": Unit.PERCENT,
    "decbytes": Unit.BYTES,
    "ms": Unit.MILLISECONDS,
    "d": Unit.DAYS,
    "currencyUSD": Unit.USD,
    "cpm": Unit.PER_MINUTE,
    "cps": Unit.PER_SECOND,
}
_COMMON = {"id", "gridPos", "title", "type", "transparent", "repeatDirection"}
_KEYS = {
    "text": _COMMON | {"options"},
    "row": _COMMON | {"collapsed", "panels"},
    **dict.fromkeys(
        ("stat", "gauge", "timeseries"),
        _COMMON | {"datasource", "description", "fieldConfig", "targets", "timeFrom"},
    ),
}
_DEFAULTS = {"unit", "noValue", "thresholds", "custom", "min", "max"}
_TARGET = {
    "datasource", "dimensions", "expression", "id", "label", "matchExact", "metricEditorMode",
    "metricName", "metricQueryType", "namespace", "period", "queryMode", "refId", "region",
    "statistic",
}  # fmt: skip
_PLAIN = {
    "expression": "", "matchExact": True, "metricEditorMode": 0, "metricQueryType": 0,
    "queryMode": "Metrics", "datasource": {"type": "cloudwatch", "uid": "${datasource}"},
}  # fmt: skip
_SPAN = re.compile(r"(?:now-)?(\d+)([hd])")


def read_dashboard(
    board: Mapping[str, Any], sources: Sources, end: datetime, region: str
) -> list[Panel]:
    """Return a dashboard's panels as seen at ``end`` by somebody who chose ``region``."""
    if board["time"]["to"] != "now":
        raise DashboardError(f"the time is not drawn here: {board['time']}")
    variables = read_variables(board["templating"]["list"], sources.metrics, region)
    reader = _Reader(sources, variables, end, end - _span(board["time"]["from"]))
    with sources.metrics.collecting():
        for panel in board["panels"]:
            reader.panel(panel)
    return [reader.panel(panel) for panel in board["panels"]]


@dataclass(frozen=True, slots=True)
class _Reader:
    sources: Sources
    variables: Variables
    end: datetime
    start: datetime

    def panel(self, given: Mapping[str, Any]) -> Panel:
        title = self.variables.filled(given["title"])
        try:
            content = self._content(given)
        except DashboardError as error:
            raise DashboardError(f"{title}: {error}") from error
        place = given["gridPos"]
        shown = "" if given["type"] == "row" else title
        return Panel(place["x"], place["y"], place["w"], place["h"], shown, content)

    def _content(self, given: Mapping[str, Any]) -> Content:
        if given["type"] not in _KEYS:
            raise DashboardError(f"a {given['type']} is not drawn here")
        _refuse(given, _KEYS[given["type"]])
        match given["type"]:
            case "text":
                return Text(self.variables.filled(given["options"]["content"]))
            case "row":
                closed = f" ({len(given['panels'])} panels, closed)" if given["collapsed"] else ""
                return Text(f"### {self.variables.filled(given['title'])}{closed}")
        return self._of_metrics(given)

    def _of_metrics(self, given: Mapping[str, Any]) -> Content:
        config = given["fieldConfig"]
        defaults = config["defaults"]
        _refuse(defaults, _DEFAULTS)
        start = self.end - _span(given["timeFrom"]) if "timeFrom" in given else self.start
        curves = [*self._curves(given["targets"], _colors(config["overrides"]), start)]
        write, steps = _write(defaults["unit"]), _steps(defaults)
        if given["type"] == "timeseries":
            marks = _marks(defaults, write, steps)
            axis = Axis(defaults.get("min"), defaults.get("max"), write=write)
            return Graph(tuple(curves), marks, start, self.end, axis)
        [curve] = curves
        number = _number(curve, write, steps)
        if given["type"] == "stat":
            return Numbers((number,))
        value = curve.points[-1][1] if curve.points else None
        return Gauge(number, value, defaults["min"], defaults["max"])

    def _curves(
        self, targets: Sequence[Mapping[str, Any]], colors: Mapping[str, str], start: datetime
    ) -> Iterator[Curve]:
        palette = itertools.cycle(_PALETTE)
        for target in targets:
            _refuse(target, _TARGET)
            for name, value in _PLAIN.items():
                if target[name] != value:
                    raise DashboardError(f"not drawn here: {name} {target[name]!r}")
            region = self.variables.filled(target["region"])
            metrics = self._metrics(target, region)
            period = int(target["period"])
            queries = [Query(metric, target["statistic"], period) for metric in metrics]
            lines = self.sources.metrics.read(region, queries, start, self.end)
            labels = named(target["label"], metrics)
            for metric, label, points in zip(metrics, labels, lines, strict=True):
                color = colors.get(target["refId"]) or next(palette)
                why = "" if points else self.sources.metrics.why_none(region, metric)
                yield Curve(label, color, points, reason=why)
            if not metrics:
                yield Curve("", next(palette), (), reason="there are no such metrics here")

    def _metrics(self, target: Mapping[str, Any], region: str) -> list[Metric]:
        """Return the metrics of a target: several where a dimension is * or has many values."""
        namespace = self.variables.filled(target["namespace"])
        wanted = {
            name: self.variables.values(value) for name, value in target["dimensions"].items()
        }
        if all(values is not None and len(values) == 1 for values in wanted.values()):
            pairs = tuple(sorted((name, min(values or ())) for name, values in wanted.items()))
            return [Metric(namespace, target["metricName"], pairs)]
        search = Search(
            namespace,
            tuple(wanted),
            frozenset({target["metricName"]}),
            {name: values for name, values in wanted.items() if values is not None},
        )
        return self.sources.metrics.find(region, search)


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if not found:
        raise DashboardError(f"not a time that is drawn here: {text}")
    unit = timedelta(hours=1) if found[2] == "h" else timedelta(days=1)
    return int(found[1]) * unit


def _write(unit: str) -> Write:
    if unit not in _UNITS:
        raise DashboardError(f"the unit {unit} is not written here")
    return lambda value: humanize(value, _UNITS[unit])


def _steps(defaults: Mapping[str, Any]) -> list[tuple[float, str]]:
    """Return the thresholds' values and colours, from the lowest up."""
    thresholds = defaults.get("thresholds", {"mode": "absolute", "steps": []})
    if thresholds["mode"] != "absolute":
        raise DashboardError("thresholds in percent are not drawn here")
    return [
        (float("-inf") if each["value"] is None else each["value"], each["color"])
        for each in thresholds["steps"]
    ]


def _marks(
    defaults: Mapping[str, Any], write: Write, steps: Sequence[tuple[float, str]]
) -> tuple[Mark, ...]:
    custom = defaults.get("custom", {})
    _refuse(custom, {"spanNulls", "thresholdsStyle"})
    if "thresholdsStyle" not in custom:
        return ()
    if custom["thresholdsStyle"] != {"mode": "dashed"}:
        raise DashboardError(f"not drawn here: {custom['thresholdsStyle']}")
    return tuple(
        Mark(value, write(value), color, dashed=True)
        for value, color in steps
        if value != float("-inf")
    )


def _colors(overrides: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the fixed colours by their query's refId."""
    colors = {}
    for override in overrides:
        match override:
            case {
                "matcher": {"id": "byFrameRefID", "options": str(ref)},
                "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": color}}],
            }:
                colors[ref] = str(color)
            case _:
                raise DashboardError(f"this override is not drawn here: {override}")
    return colors


def _number(curve: Curve, write: Write, steps: Sequence[tuple[float, str]]) -> Number:
    if not curve.points:
        return Number(curve.reason, None, "#8e8e8e", ())
    value = curve.points[-1][1]
    color = [color for least, color in steps if value >= least][-1]
    return Number("", write(value), color, curve.points)


def _refuse(given: Mapping[str, Any], known: set[str]) -> None:
    if foreign := given.keys() - known:
        raise DashboardError(f"{min(foreign)} is not drawn here")
