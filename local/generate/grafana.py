"""The Grafana dashboard, by Grafana's own Foundation SDK, from the KPI catalogue.

Schema version 41 (Grafana 11.6). The SDK's version is pinned in requirements/dev.in: without a pin
pip takes the flavour of Grafana 10.1, whose epoch sorts higher.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.builders import gauge, stat, text, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.text import TextMode

from avatarwatch.kpi.budgets import BudgetLeft
from avatarwatch.kpis import KPIS, Direction, Kpi
from avatarwatch.namespaces import Own
from local.generate import kpi_groups as kg
from local.generate.grafana_parts import (
    UNITS,
    Curve,
    dial,
    lines,
    marked,
    number,
    steps,
    variables,
)
from local.generate.template import Alarm, alarms, defaults
from local.generate.widgets import (
    CRITICAL,
    FAINT,
    GLOBAL,
    GOOD,
    SECOND,
    SHADES,
    VALUE,
    WARNING,
    alarm_color,
)

_ORDER = (kg.UPLOADS, kg.DELIVERY, kg.AVAILABILITY, kg.BUDGETS, kg.STORAGE, kg.USERS)
_CUSTOM, _HEALTH, _KPI = (f"$root/{each}" for each in (Own.CUSTOM, Own.HEALTH, Own.KPI))
_HEAD = (
    "# $system\nGreen lines are targets, orange and red ones are where an alert begins (by the"
    " template's defaults). A number is green where it meets its target, orange where it misses"
    " it or an alert warns, red from a critical alert on."
)


def render(template: Mapping[str, Any]) -> str:
    """Return the dashboard as JSON."""
    built = _dashboard(template).build()
    return json.dumps(built, cls=JSONEncoder, indent=2, sort_keys=True) + "\n"


def _dashboard(template: Mapping[str, Any]) -> dashboards.Dashboard:
    watched = _watched(alarms(template, defaults(template)))
    ids = itertools.count(1)
    board = (
        dashboards.Dashboard("Avatar Watch")
        .uid("avatar-watch")
        .description("KPIs of one avatar system against their targets, made by `make docs`")
        .tags(["avatar-watch"])
        .editable()
        .timezone("browser")
        .time("now-24h", "now")
        .refresh("5m")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
    )
    for variable in variables():
        board = board.with_variable(variable)
    head = text.Panel().id(next(ids)).title("").transparent(transparent=True).height(2).span(24)
    board = board.with_panel(head.mode(TextMode.MARKDOWN).content(_HEAD))
    board = board.with_row(dashboards.Row("At a glance").id(next(ids)))
    for panel in _glance(ids, watched):
        board = board.with_panel(panel)
    for section in _ORDER:
        board = board.with_row(dashboards.Row(section).id(next(ids)))
        for graph in (
            *_own(section, ids),
            *(_graph(group, ids, watched) for group in kg.groups(section)),
        ):
            board = board.with_panel(graph)
    return board.with_row(_closed(kg.DEPENDENCIES, ids, watched))


def _closed(section: str, ids: Iterator[int], watched: Mapping[str, list[Alarm]]) -> dashboards.Row:
    """Return a row to open by whoever has what is in it: most have not, and see no empty graph."""
    row = dashboards.Row(section).id(next(ids)).collapsed(collapsed=True)
    for at, group in enumerate(kg.groups(section)):
        place = models.GridPos(h=7, w=6, x=6 * (at % 4), y=7 * (at // 4))
        row = row.with_panel(_graph(group, ids, watched).grid_pos(place))
    return row


def _watched(found: Mapping[str, Alarm]) -> dict[str, list[Alarm]]:
    """Return the alarms on each KPI."""
    watched: dict[str, list[Alarm]] = {}
    for alarm in found.values():
        if alarm.namespace == Own.KPI.full:
            watched.setdefault(alarm.metric, []).append(alarm)
    return watched


def _glance(
    ids: Iterator[int], watched: Mapping[str, list[Alarm]]
) -> Iterable[stat.Panel | gauge.Panel]:
    """Return the KPIs with a target as numbers, the guide's projection, and what budgets hold."""
    titles = {"UploadsLast24h": "", "StorageCostIn30d": "Storage cost projection"}
    shown = [kpi for kpi in KPIS.values() if kpi.target]
    for kpi in (*shown, *(KPIS[metric] for metric in titles)):
        title = titles.get(kpi.metric) or kpi.title
        panel = number(next(ids), title, UNITS[kpi.unit], _curve(kpi))
        yield panel.description(kg.target_text(kpi)).thresholds(_judged(kpi, watched))
    for kpi in KPIS.values():
        if isinstance(kpi.formula, BudgetLeft):
            # a quarter left is little, nothing left is a promise that was broken
            colors = steps(CRITICAL, {0.001: WARNING, 25.0: GOOD})
            yield (
                dial(next(ids), kpi.title, _curve(kpi))
                .thresholds(colors)
                .description("The metric's SampleCount says how many of the 30 days are known")
            )


def _judged(kpi: Kpi, watched: Mapping[str, list[Alarm]]) -> dashboards.ThresholdsConfig:
    """Return a number's colours: its target's side, and where an alert begins."""
    if kpi.target is None:
        return steps(VALUE, {})
    marks = {alarm.threshold: alarm_color(alarm.alert_id) for alarm in watched.get(kpi.metric, ())}
    if kpi.target.direction is Direction.BELOW:
        return steps(GOOD, {kpi.target.value: WARNING, **marks})
    # below a threshold holds the colour of the alert, from it on that of what is above
    colors, values = [GOOD, WARNING], [kpi.target.value]
    for value in sorted(marks, reverse=True):
        values.append(value)
        colors.append(marks[value])
    return steps(colors[-1], dict(zip(values, colors[:-1], strict=True)))


def _graph(
    group: kg.Group, ids: Iterator[int], watched: Mapping[str, list[Alarm]]
) -> timeseries.Panel:
    curves = [
        _curve(kpi, label, color, group.period)
        for kpi, label, color in zip(
            group.kpis, group.labels, itertools.cycle(SHADES), strict=False
        )
    ]
    panel = lines(next(ids), group.title, UNITS[group.unit], curves)
    if group.is_put_daily:
        panel = panel.time_from("30d")
    marks = {kpi.target.value: GOOD for kpi in group.kpis if kpi.target}
    for kpi in group.kpis:
        for alarm in watched.get(kpi.metric, ()):
            marks.setdefault(alarm.threshold, alarm_color(alarm.alert_id))
    return marked(panel, marks) if marks else panel


def _curve(
    kpi: Kpi, label: str | None = None, color: str = VALUE, period: int | None = None
) -> Curve:
    length = int(kpi.cadence.length.total_seconds())
    title = label or kpi.title
    return Curve(_KPI, kpi.metric, title, color, "Average", period or length)


def _own(section: str, ids: Iterator[int]) -> Iterable[timeseries.Panel]:
    """Return the guide's panels and AWS's own metrics of a section."""
    match section:
        case kg.UPLOADS:
            yield lines(next(ids), "Avatar upload rate", "short", [
                Curve(_CUSTOM, "AvatarUploads", "succeeded", GOOD, "Sum"),
                Curve(_CUSTOM, "UploadFailures", "failed", CRITICAL, "Sum"),
                Curve(_CUSTOM, "DuplicateUploads", "of them duplicates", FAINT, "Sum"),
            ])  # fmt: skip
            yield lines(next(ids), "Upload time", "ms", [
                Curve(_CUSTOM, "UploadDuration", "median", VALUE, "p50"),
                Curve(_CUSTOM, "UploadDuration", "95th percentile", SECOND, "p95"),
            ])  # fmt: skip
            yield lines(next(ids), "Bytes that came, and that deduplication saved", "decbytes", [
                Curve(_CUSTOM, "UploadBytes", "uploaded", VALUE, "Sum"),
                Curve(_CUSTOM, "DeduplicationSavings", "saved", GOOD, "Sum"),
            ])  # fmt: skip
        case kg.DELIVERY:
            yield lines(next(ids), "CDN: requests", "short", [_cdn("Requests", VALUE, "Sum")])
            yield lines(next(ids), "CDN: bytes downloaded", "decbytes",
                        [_cdn("BytesDownloaded", VALUE, "Sum")])  # fmt: skip
            yield lines(next(ids), "CDN: errors", "percent", [
                _cdn("4xxErrorRate", WARNING), _cdn("5xxErrorRate", CRITICAL),
                _cdn("TotalErrorRate", FAINT),
            ])  # fmt: skip
        case kg.AVAILABILITY:
            yield lines(next(ids), "Share of the endpoints that are up", "short", [
                Curve(_HEALTH, "EndpointUp", "up", GOOD, "Average", 60),
            ]).min(0).max(1)  # fmt: skip
            yield lines(next(ids), "Endpoints: response time", "ms", [
                Curve(_HEALTH, "ResponseTime", "mean of all", VALUE, "Average", 60),
                Curve(_HEALTH, "ResponseTime", "slowest", FAINT, "Maximum", 60),
            ]).min(0)  # fmt: skip
            yield lines(next(ids), "Endpoints that are down", "short", [
                Curve(_HEALTH, "UnhealthyEndpoints", "down", CRITICAL, "Maximum", 60),
            ]).min(0)  # fmt: skip
        case kg.BUDGETS:
            yield lines(next(ids), "Error budgets: days known, of 30", "short", [
                Curve(_KPI, kpi.metric, kpi.title.split(" error")[0], color, "SampleCount", 86_400)
                for kpi, color in zip(
                    (kpi for group in kg.groups(section) for kpi in group.covered),
                    itertools.cycle(SHADES), strict=False,
                )
            ]).min(0).time_from("30d")  # fmt: skip
        case kg.STORAGE:
            label = "${PROP('Dim.BucketName')} ${PROP('Dim.StorageType')}"
            yield lines(next(ids), "Storage by class", "decbytes", [
                Curve("AWS/S3", "BucketSizeBytes", label, None, "Average", 86_400,
                      {"BucketName": "$bucket", "StorageType": "*"})
            ]).time_from("30d")  # fmt: skip
            yield lines(next(ids), "Objects", "short", [
                Curve("AWS/S3", "NumberOfObjects", "${PROP('Dim.BucketName')}", None, "Average",
                      86_400, {"BucketName": "$bucket", "StorageType": "AllStorageTypes"})
            ]).time_from("30d")  # fmt: skip
            yield lines(next(ids), "Charges of the month so far", "currencyUSD", [
                Curve("AWS/Billing", "EstimatedCharges", "account", SECOND, "Maximum", 21_600,
                      {"Currency": "USD"}, GLOBAL)
            ]).time_from("30d")  # fmt: skip


def _cdn(metric: str, color: str, statistic: str = "Average") -> Curve:
    where: dict[str, str | list[str]] = {"DistributionId": "$distribution", "Region": "Global"}
    return Curve("AWS/CloudFront", metric, metric, color, statistic, 300, where, GLOBAL)
