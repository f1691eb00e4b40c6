"""The Grafana dashboard, by Grafana's own Foundation SDK, from the KPI catalogue.

Schema version 41 (Grafana 11.6). The SDK's version is pinned in requirements/dev.in: without a pin
pip takes the flavour of Grafana 10.1, whose epoch sorts higher.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.builders import stat, text, timeseries
from grafana_foundation_sdk.builders.cloudwatch import CloudWatchMetricsQuery
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import cloudwatch, common
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.text import TextMode

from avatarwatch.kpis import KPIS, Direction, Target
from avatarwatch.units import Unit
from local.generate import kpi_groups as kg
from local.generate.widgets import CRITICAL, GLOBAL, GOOD, VALUE

_SOURCE = models.DataSourceRef(type_val="cloudwatch", uid="${datasource}")
_UNITS = {
    Unit.NONE: "short",
    Unit.PERCENT: "percent",
    Unit.BYTES: "decbytes",
    Unit.MILLISECONDS: "ms",
    Unit.DAYS: "d",
    Unit.USD: "currencyUSD",
    Unit.PER_MINUTE: "cpm",
    Unit.PER_SECOND: "cps",
}
_ORDER = (
    kg.UPLOADS, kg.DELIVERY, kg.AVAILABILITY, kg.BUDGETS, kg.STORAGE, kg.USERS, kg.DEPENDENCIES,
)  # fmt: skip


def render() -> str:
    """Return the dashboard as JSON."""
    built = _dashboard().build()
    return json.dumps(built, cls=JSONEncoder, indent=2, sort_keys=True) + "\n"


def _dashboard() -> dashboards.Dashboard:
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
    for variable in _variables():
        board = board.with_variable(variable)
    board = board.with_panel(
        text.Panel().title("").transparent(transparent=True).height(2).span(24)
        .mode(TextMode.MARKDOWN)
        .content("# $system\nA dashed line is a target: green is the side to be on.")
    )  # fmt: skip
    board = board.with_row(dashboards.Row("At a glance"))
    for panel in _glance():
        board = board.with_panel(panel)
    for section in _ORDER:
        board = board.with_row(dashboards.Row(section))
        for graph in (*_own(section), *(_graph(group) for group in kg.groups(section))):
            board = board.with_panel(graph)
    return board


def _variables() -> Iterable[
    dashboards.DatasourceVariable | dashboards.TextBoxVariable | dashboards.QueryVariable
]:
    yield dashboards.DatasourceVariable("datasource").label("Data source").type("cloudwatch")
    yield dashboards.TextBoxVariable("system").label("System").default_value("avatar-system")
    yield _query("region", "Region", "regions()")
    yield _query(
        "bucket", "Bucket", "dimension_values($region, AWS/S3, BucketSizeBytes, BucketName)"
    )
    yield _query(
        "distribution", "Distribution",
        f"dimension_values({GLOBAL}, AWS/CloudFront, Requests, DistributionId)",
    )  # fmt: skip


def _query(name: str, label: str, query: str) -> dashboards.QueryVariable:
    return (
        dashboards.QueryVariable(name)
        .label(label)
        .datasource(_SOURCE)
        .query(query)
        .refresh(models.VariableRefresh.ON_DASHBOARD_LOAD)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
        .multi(multi=name == "bucket")
    )


def _target(  # noqa: PLR0913 - all but the first two by name
    namespace: str,
    metric: str,
    *,
    ref: str = "A",
    statistic: str = "Maximum",
    period: int = 300,
    label: str = "",
    dimensions: dict[str, str | list[str]] | None = None,
    region: str = "$region",
) -> CloudWatchMetricsQuery:
    return (
        CloudWatchMetricsQuery()
        .datasource(_SOURCE)
        .query_mode(cloudwatch.CloudWatchQueryMode.METRICS)
        .metric_query_type(cloudwatch.MetricQueryType.SEARCH)
        .metric_editor_mode(cloudwatch.MetricEditorMode.BUILDER)
        .id(f"q{ref.lower()}")
        .ref_id(ref)
        .region(region)
        .namespace(namespace)
        .metric_name(metric)
        .dimensions(dimensions or {})
        .match_exact(match_exact=True)
        .statistic(statistic)
        .period(str(period))
        .expression("")
        .label(label)
    )


def _lines(title: str, unit: str) -> timeseries.Panel:
    return (
        timeseries.Panel()
        .title(title)
        .datasource(_SOURCE)
        .unit(unit)
        .height(7)
        .span(8)
        .span_nulls(span_nulls=True)
        .no_value("no data")
    )


def _own(section: str) -> Iterable[timeseries.Panel]:
    """Return the guide's panels and AWS's own metrics of a section."""
    if section == kg.UPLOADS:
        yield (
            _lines("Avatar upload rate", "short")
            .with_target(_target("AvatarSystem/Custom", "AvatarUploads", statistic="Sum",
                                 label="succeeded"))
            .with_target(_target("AvatarSystem/Custom", "UploadFailures", statistic="Sum",
                                 label="failed", ref="B"))
        )  # fmt: skip
    if section == kg.STORAGE:
        # no StorageType in the label's way: each class is a line of its own
        dimensions: dict[str, str | list[str]] = {"BucketName": "$bucket", "StorageType": "*"}
        yield _lines("Storage by class", "decbytes").with_target(
            _target("AWS/S3", "BucketSizeBytes", statistic="Average", period=86_400,
                    dimensions=dimensions)
        )  # fmt: skip
    if section == kg.DELIVERY:
        cdn: dict[str, str | list[str]] = {"DistributionId": "$distribution", "Region": "Global"}
        for metric, statistic, unit in (
            ("Requests", "Sum", "short"), ("BytesDownloaded", "Sum", "decbytes"),
            ("TotalErrorRate", "Average", "percent"),
        ):  # fmt: skip
            yield _lines(f"CDN: {metric}", unit).with_target(
                _target("AWS/CloudFront", metric, statistic=statistic, dimensions=cdn,
                        region=GLOBAL)
            )  # fmt: skip


def _glance() -> Iterable[stat.Panel]:
    """Return the KPIs with a target as numbers, and the guide's storage cost projection."""
    for kpi in (*(each for each in KPIS.values() if each.target), KPIS["StorageCostIn30d"]):
        title = "Storage cost projection" if kpi.target is None else kpi.title
        panel = (
            stat.Panel().title(title).description(kg.target_text(kpi)).datasource(_SOURCE)
            .unit(_UNITS[kpi.unit]).height(4).span(4).no_value("no data")
            .thresholds(_steps(kpi.target)).time_from("3d")
            .with_target(_target("AvatarSystem/KPI", kpi.metric, label=kpi.title,
                                 period=int(kpi.cadence.length.total_seconds())))
        )  # fmt: skip
        yield panel


def _graph(group: kg.Group) -> timeseries.Panel:
    panel = _lines(group.title, _UNITS[group.unit])
    for index, kpi in enumerate(group.kpis):
        panel = panel.with_target(
            _target("AvatarSystem/KPI", kpi.metric, ref=chr(ord("A") + index), label=kpi.title,
                    period=group.period)
        )  # fmt: skip
    if group.period == 86_400:
        panel = panel.time_from("30d")
    targets = [kpi.target for kpi in group.kpis if kpi.target]
    if targets:
        panel = panel.thresholds(_steps(targets[0])).thresholds_style(
            common_builders.GraphThresholdsStyleConfig().mode(
                common.GraphThresholdsStyleMode.DASHED
            )
        )
    return panel


def _steps(target: Target | None) -> dashboards.ThresholdsConfig:
    """Return the colours below and above a target."""
    if target is None:
        steps = [models.Threshold(None, VALUE)]
    elif target.direction is Direction.BELOW:
        steps = [models.Threshold(None, GOOD), models.Threshold(target.value, CRITICAL)]
    else:
        steps = [models.Threshold(None, CRITICAL), models.Threshold(target.value, GOOD)]
    return dashboards.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)
