"""What the Grafana dashboard is made of: variables, queries, panels and their colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from grafana_foundation_sdk.builders import common as common_builders
from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.builders import gauge, stat, timeseries
from grafana_foundation_sdk.builders.cloudwatch import CloudWatchMetricsQuery
from grafana_foundation_sdk.models import cloudwatch, common
from grafana_foundation_sdk.models import dashboard as models

from avatarwatch.namespaces import DEFAULT_ROOT
from avatarwatch.units import Unit
from local.generate.widgets import GLOBAL, VALUE

UNITS = {
    Unit.NONE: "short",
    Unit.PERCENT: "percent",
    Unit.BYTES: "decbytes",
    Unit.MILLISECONDS: "ms",
    Unit.DAYS: "d",
    Unit.USD: "currencyUSD",
    Unit.PER_MINUTE: "cpm",
    Unit.PER_SECOND: "cps",
}
_SOURCE = models.DataSourceRef(type_val="cloudwatch", uid="${datasource}")
_CLEAR = "transparent"

type Variable = (
    dashboards.DatasourceVariable | dashboards.TextBoxVariable | dashboards.QueryVariable
)
type Lines = Mapping[float, str]
"""Colours by the value from which on they hold."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One query of a panel; ``color`` None where it finds several lines."""

    namespace: str
    metric: str
    label: str = ""
    color: str | None = VALUE
    statistic: str = "Maximum"
    period: int = 300
    dimensions: dict[str, str | list[str]] = field(default_factory=dict)
    region: str = "$region"


def variables() -> Iterable[Variable]:
    """Return what is chosen at the top."""
    yield dashboards.DatasourceVariable("datasource").label("Data source").type("cloudwatch")
    yield dashboards.TextBoxVariable("system").label("System").default_value("avatar-system")
    yield dashboards.TextBoxVariable("root").label("Root namespace").default_value(DEFAULT_ROOT)
    yield _query("region", "Region", "regions()")
    yield (
        _query("bucket", "Buckets", "dimension_values($region,AWS/S3,BucketSizeBytes,BucketName)")
        .multi(multi=True)
        .include_all(include_all=True)
        .current(models.VariableOption(selected=True, text=["All"], value=["$__all"]))
    )
    yield _query(
        "distribution", "Distribution",
        f"dimension_values({GLOBAL},AWS/CloudFront,Requests,DistributionId)",
    )  # fmt: skip


def lines(number: int, title: str, unit: str, curves: Iterable[Curve]) -> timeseries.Panel:
    """Return lines over time, each in its colour."""
    panel = (
        timeseries.Panel().id(number).title(title).datasource(_SOURCE).unit(unit)
        .height(7).span(6).span_nulls(span_nulls=True).no_value("no data")
    )  # fmt: skip
    for ref, curve in zip("ABCDEFGHIJ", curves, strict=False):
        panel = panel.with_target(_target(ref, curve))
        if curve.color:
            fixed = {"mode": "fixed", "fixedColor": curve.color}
            panel = panel.override_by_query(ref, [models.DynamicConfigValue("color", fixed)])
    return panel


def marked(panel: timeseries.Panel, at: Lines) -> timeseries.Panel:
    """Draw lines across a panel: each step's colour at its value."""
    return panel.thresholds(steps(_CLEAR, at)).thresholds_style(
        common_builders.GraphThresholdsStyleConfig().mode(common.GraphThresholdsStyleMode.DASHED)
    )


def number(key: int, title: str, unit: str, curve: Curve) -> stat.Panel:
    """Return the latest value with its course; of three days, as a day's KPI is a day old."""
    return (
        stat.Panel().id(key).title(title).datasource(_SOURCE).unit(unit).height(4).span(4)
        .no_value("no data").time_from("3d").with_target(_target("A", curve))
    )  # fmt: skip


def dial(key: int, title: str, curve: Curve) -> gauge.Panel:
    """Return a percentage on a dial."""
    return (
        gauge.Panel().id(key).title(title).datasource(_SOURCE).unit("percent").height(4).span(4)
        .min(0).max(100).no_value("no data").time_from("3d").with_target(_target("A", curve))
    )  # fmt: skip


def steps(base: str, at: Lines) -> dashboards.ThresholdsConfig:
    """Return ``base`` and the colours that hold from their values on."""
    found = [models.Threshold(None, base)]
    found += [models.Threshold(value, color) for value, color in sorted(at.items())]
    return dashboards.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(found)


def _query(name: str, label: str, query: str) -> dashboards.QueryVariable:
    return (
        dashboards.QueryVariable(name).label(label).datasource(_SOURCE).query(query)
        .refresh(models.VariableRefresh.ON_DASHBOARD_LOAD)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
    )  # fmt: skip


def _target(ref: str, curve: Curve) -> CloudWatchMetricsQuery:
    return (
        CloudWatchMetricsQuery()
        .datasource(_SOURCE)
        .query_mode(cloudwatch.CloudWatchQueryMode.METRICS)
        .metric_query_type(cloudwatch.MetricQueryType.SEARCH)
        .metric_editor_mode(cloudwatch.MetricEditorMode.BUILDER)
        .id(f"q{ref.lower()}")
        .ref_id(ref)
        .region(curve.region)
        .namespace(curve.namespace)
        .metric_name(curve.metric)
        .dimensions(curve.dimensions)
        .match_exact(match_exact=True)
        .statistic(curve.statistic)
        .period(str(curve.period))
        .expression("")
        .label(curve.label)
    )
