"""The CloudWatch dashboard: the guide's widgets made right, and every KPI against its target.

An overview of 50 metrics or fewer is one of an account's three that are always free; every further
graph stands in a section that the parameter DashboardDetail asks for.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from avatarwatch.catalogue import CATALOGUE, Severity
from avatarwatch.kpis import KPIS, Kpi
from avatarwatch.namespaces import Own
from local.generate import aws_graphs
from local.generate import kpi_groups as kg
from local.generate.alarm_widgets import information, told
from local.generate.dashboard_block import Optional, any_of, block
from local.generate.log_queries import QUERIES
from local.generate.template import alarms, defaults
from local.generate.widgets import (
    CRITICAL,
    FAINT,
    GOOD,
    SHADES,
    VALUE,
    WARNING,
    ZERO,
    Widget,
    alarm_color,
    alarm_status,
    even,
    graph,
    heading,
    line,
    log_table,
    numbers,
    ours,
    placed,
    raw,
)

SECTIONS = (kg.UPLOADS, kg.DELIVERY, kg.AVAILABILITY, kg.BUDGETS, kg.STORAGE, kg.USERS)
_OVERVIEW = {
    kg.UPLOADS: aws_graphs.uploads,
    kg.DELIVERY: aws_graphs.delivery,
    kg.AVAILABILITY: aws_graphs.availability,
    kg.STORAGE: aws_graphs.storage,
}
_DETAIL = {
    kg.UPLOADS: aws_graphs.uploads_in_detail,
    kg.AVAILABILITY: aws_graphs.availability_in_detail,
    kg.STORAGE: aws_graphs.storage_in_detail,
}
_GROUP = "!If [MakesScalingGroup, !Ref ApiScalingGroup, !Ref ScalingGroupName]"


def _optional(template: Mapping[str, Any]) -> list[Optional]:
    return [
        Optional("DrawsEveryGraph", "DetailWidgets", tuple(placed(_detail(template)))),
        Optional("WatchesDependencies", "DependencyWidgets", _section(
            kg.DEPENDENCIES,
            *even(_graph(group, template) for group in kg.groups(kg.DEPENDENCIES)))),
        Optional("Scales", "ScalingWidgets", _section("Scaling of the upload API", *_scaling()),
                  {"Group": _GROUP}),
        Optional("HasApiLogs", "LogWidgets", _section("The API's logs", *_logs())),
    ]  # fmt: skip


def _section(title: str, *widgets: Widget) -> tuple[dict[str, Any], ...]:
    return tuple(placed((heading(f"## {title}"), *widgets)))


def made(template: Mapping[str, Any]) -> str:
    """Return the dashboard that belongs to a template."""
    return "\n" + block([*placed(_first(template))], _names(), _optional(template))


def _first(template: Mapping[str, Any]) -> Iterable[Widget]:
    yield heading(
        "# ${SystemName}\nGreen lines are targets, orange and red ones are where an alert begins."
        " [What to do at each alert](${RunbookBaseUrl})",
        height=2,
    )
    yield alarm_status("Alarms", told()[0], width=18)
    yield alarm_status("For information", information()[0], width=6)
    yield numbers("KPIs and their targets", (
        row for kpi in KPIS.values() if kpi.target for row in _tile(kpi)
    ), height=7)  # fmt: skip
    critical = _critical(template)
    for section in SECTIONS:
        found = kg.groups(section, lambda kpi: kg.is_for_an_overview(kpi, critical))
        yield from _filled(section, _OVERVIEW.get(section), found, template)
    yield heading("## Avatar Watch itself")
    yield from even(_alerts(template))


def _detail(template: Mapping[str, Any]) -> Iterable[Widget]:
    """Yield what an overview leaves out."""
    critical = _critical(template)
    for section in SECTIONS:
        found = kg.groups(section, lambda kpi: not kg.is_for_an_overview(kpi, critical))
        yield from _filled(f"{section} in detail", _DETAIL.get(section), found, template)
    yield heading("## Avatar Watch itself in detail")
    yield from even(_functions(template))


def _filled(
    title: str, sources: Callable[[], Iterable[Widget]] | None, groups: Iterable[kg.Group],
    template: Mapping[str, Any],
) -> Iterable[Widget]:  # fmt: skip
    """Yield a section: the graphs of its sources, then of its KPIs; nothing without any."""
    drawn = [*(sources() if sources else ()), *(_graph(group, template) for group in groups)]
    if drawn:
        yield heading(f"## {title}")
        yield from even(drawn)


def _critical(template: Mapping[str, Any]) -> set[str]:
    """Return the KPIs that critical alarms read."""
    return {
        alarm.metric
        for name, alarm in alarms(template, defaults(template)).items()
        if alarm.namespace == Own.KPI.full and CATALOGUE[name].severity is Severity.CRITICAL
    }


def _names() -> dict[str, str]:
    return {
        "Buckets": any_of("Buckets", "AvatarBucketNames"),
        "Distributions": any_of("Distributions", "DistributionIds"),
        **told()[1],
        **information()[1],
    }


def _tile(kpi: Kpi) -> Iterable[list[Any]]:
    """Show a number in the unit of its target, with both in its label."""
    shown = kg.tile(kpi)
    label = f"{kpi.title}{f', {shown.unit}' if shown.unit else ''} ({shown.target})"
    if not shown.arithmetic:
        yield _kpi(kpi.metric, label, VALUE)
        return
    name = f"{kpi.metric[0].lower()}{kpi.metric[1:]}"
    yield [ours(Own.KPI), kpi.metric, {"id": name, "visible": False}]
    yield [{"expression": f"{name}{shown.arithmetic}", "label": label, "color": VALUE}]


def _kpi(metric: str, label: str, color: str) -> list[Any]:
    return [ours(Own.KPI), metric, {"label": label, "color": color}]


def _graph(group: kg.Group, template: Mapping[str, Any]) -> Widget:
    """Return a group's graph with its targets and the thresholds of alarms on it."""
    lines = [line(kg.target_text(kpi), kpi.target.value, GOOD) for kpi in group.kpis if kpi.target]
    metrics = {kpi.metric for kpi in group.kpis}
    for name, alarm in alarms(template, defaults(template)).items():
        if alarm.metric in metrics and alarm.namespace == Own.KPI.full:
            threshold = line(name, _threshold(template, name), alarm_color(name))
            if all(threshold["value"] != other["value"] for other in lines):
                lines.append(threshold)
    curves = [
        _kpi(kpi.metric, label, color)
        for kpi, label, color in zip(
            group.kpis, group.labels, itertools.cycle(SHADES), strict=False
        )
    ]
    covered = {"stat": "SampleCount", "label": kg.COVERED, "color": FAINT, "yAxis": "right"}
    counted = [[ours(Own.KPI), kpi.metric, covered] for kpi in group.covered]
    return graph(
        group.title, [*curves, *counted],
        stat="Average", period=group.period, lines=lines,
        left={"label": kg.UNIT_NAMES[group.unit], "showUnits": False},
        right=ZERO if counted else None,
        start="-P30D" if group.is_put_daily else None,
    )  # fmt: skip


def _threshold(template: Mapping[str, Any], alarm: str) -> float | str:
    match template["Resources"][alarm]["Properties"]["Threshold"]:
        case {"Ref": str(name)}:
            return raw(f"${{{name}}}")
        case {"Fn::Sub": str(text)}:
            return raw(text)
        case value:
            return float(value)


def _alerts(template: Mapping[str, Any]) -> Iterable[Widget]:
    """Yield what shows that alerts come through, and where failed runs end."""
    visible = "ApproximateNumberOfMessagesVisible"
    queues = (
        ("AlertsQueue", "to be told", VALUE), ("AlertsDeadLetterQueue", "dead letters", CRITICAL),
        ("RunsDeadLetterQueue", "failed runs", WARNING),
    )  # fmt: skip
    yield graph("Alerts that wait, and what failed", [
        ["AWS/SQS", visible, "QueueName", f"${{{queue}.QueueName}}",
         {"label": label, "color": color}]
        for queue, label, color in queues
    ], left=ZERO)  # fmt: skip
    yield graph("Oldest alert waits", [
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "${AlertsQueue.QueueName}",
         {"label": "waits", "color": VALUE}],
    ], left={**ZERO, "label": "seconds"},
        lines=[line("QueueAge", _threshold(template, "QueueAge"), CRITICAL)])  # fmt: skip


def _functions(template: Mapping[str, Any]) -> Iterable[Widget]:
    functions = [
        name
        for name, each in template["Resources"].items()
        if each["Type"] == "AWS::Serverless::Function" and "Condition" not in each
    ]  # fmt: skip - its name is none where it is not
    for metric, stat, title in (
        ("Errors", "Sum", "Failed runs"), ("Throttles", "Sum", "Runs held back"),
        ("Duration", "p95", "Run time, 95th percentile"),
    ):  # fmt: skip
        yield graph(title, (
            ["AWS/Lambda", metric, "FunctionName", f"${{{name}}}",
             {"label": name.removesuffix("Function")}] for name in functions
        ), stat=stat,
            left={**ZERO, "label": "ms"} if metric == "Duration" else ZERO)  # fmt: skip


def _scaling() -> Iterable[Widget]:
    group = ["AutoScalingGroupName", "${Group}"]
    yield graph("CPU of the group", [
        ["AWS/EC2", "CPUUtilization", *group, {"label": "mean", "color": VALUE}],
    ], stat="Average", width=12, left={**ZERO, "label": "%"},
        lines=[line("target", raw("${ScalingCpuPercent}"), GOOD)])  # fmt: skip
    yield graph("Instances", [
        ["AWS/AutoScaling", "GroupDesiredCapacity", *group, {"label": "wanted", "color": FAINT}],
        ["AWS/AutoScaling", "GroupInServiceInstances", *group,
         {"label": "in service", "color": VALUE}],
    ], period=60, width=12, left=ZERO)  # fmt: skip


def _logs() -> Iterable[Widget]:
    for query in QUERIES:
        if query.columns:
            text = " | ".join(query.steps)
            yield log_table(query.title, "${ApiLogGroupName}", text, width=query.columns)
