"""The CloudWatch dashboard: the guide's widgets made right, and every KPI against its target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from avatarwatch.kpis import KPIS
from local.generate import aws_graphs
from local.generate import kpi_groups as kg
from local.generate.template import TEMPLATE, alarms, composites, defaults, load
from local.generate.widgets import (
    CRITICAL,
    FAINT,
    GOOD,
    SECOND,
    VALUE,
    WARNING,
    ZERO,
    Widget,
    alarm_status,
    graph,
    heading,
    line,
    log_table,
    numbers,
    placed,
    raw,
    written,
)

BEGIN = "  # >>> made by `make docs` from the KPI catalogue and the alarms above; do not edit\n"
END = "  # <<<\n"
_ARN = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:${SystemName}-"
_SHADES = (VALUE, SECOND, "#17becf", "#e377c2", FAINT)
_LOG_QUERIES = {
    "UploadSuccessQuery": "timeSeries",
    "ErrorsByTypeQuery": "table",
    "UploadTimeQuery": "table",
    "SlowestUsersQuery": "table",
    "DeduplicationQuery": "table",
}


def block(template: Mapping[str, Any]) -> str:
    """Return the dashboard's resource as it stands in the template."""
    first = list(placed(_first(template)))
    bottom = max(each["y"] + each["height"] for each in first)
    scaling = list(placed(_scaling(), bottom))
    below = max(each["y"] + each["height"] for each in scaling)
    lines = [f"            {written(each)}" for each in first]
    return f"""\
  Dashboard:
    Type: AWS::CloudWatch::Dashboard
    Properties:
      DashboardName: !Sub ${{SystemName}}-${{AWS::Region}}
      DashboardBody: !Sub
        - |-
          {{"start": "-PT12H", "periodOverride": "inherit", "widgets": [
{",\n".join(lines)}
          ${{ScalingWidgets}}${{LogWidgets}}]}}
        - Buckets: {_any_of("Buckets", "AvatarBucketNames")}
          Distributions: {_any_of("Distributions", "DistributionIds")}
          ScalingWidgets: !If
            - Scales
            - !Sub
              - |-
{_more(scaling)}
              - Group: !If [MakesScalingGroup, !Ref ApiScalingGroup, !Ref ScalingGroupName]
            - ""
          LogWidgets: !If
            - HasApiLogs
            - !Sub |-
{_more(placed(_logs(template), below))}
            - ""

"""


def _more(widgets: Iterable[dict[str, Any]]) -> str:
    """Return widgets that follow others, one a line."""
    return "\n".join(f"                , {written(each)}" for each in widgets)


def _any_of(what: str, parameter: str) -> str:
    """Return the names of a list as a search expression takes them inside JSON."""
    return f"""!If [Has{what}, !Join ['\\" OR \\"', !Split [",", !Ref {parameter}]], none]"""


def render() -> str:
    """Return template.yaml with the dashboard that belongs to it."""
    before, rest = TEMPLATE.read_text().split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{block(load())}{END}{after}"


def _first(template: Mapping[str, Any]) -> Iterable[Widget]:
    yield heading(
        "# ${SystemName}\nGreen lines are targets, orange and red ones are where an alert begins."
        " [What to do at each alert](${RunbookBaseUrl})",
        height=2,
    )
    yield alarm_status("Alarms", _arns(template))
    yield numbers("KPIs with a target", (
        _kpi(kpi.metric, f"{kpi.title} ({kg.target_text(kpi)})", VALUE)
        for kpi in KPIS.values() if kpi.target
    ), height=8)  # fmt: skip
    extra = {
        kg.UPLOADS: aws_graphs.uploads,
        kg.DELIVERY: aws_graphs.delivery,
        kg.AVAILABILITY: aws_graphs.availability,
        kg.STORAGE: aws_graphs.storage,
    }
    for section in (kg.UPLOADS, kg.DELIVERY, kg.AVAILABILITY, kg.BUDGETS, kg.STORAGE, kg.USERS,
                    kg.DEPENDENCIES):  # fmt: skip
        yield heading(f"## {section}")
        if section in extra:
            yield from extra[section]()
        yield from (_graph(group, template) for group in kg.groups(section))
    yield heading("## Avatar Watch itself")
    yield from _itself(template)


def _arns(template: Mapping[str, Any]) -> list[str]:
    values = defaults(template)
    shown = [name for name, each in alarms(template, values).items()
             if each.actions or name.endswith("Info")]  # fmt: skip
    shown += [name for name, each in composites(template, values).items() if each.actions]
    return [_ARN + name for name in shown]


def _kpi(metric: str, label: str, color: str) -> list[Any]:
    return ["AvatarSystem/KPI", metric, {"label": label, "color": color}]


def _graph(group: kg.Group, template: Mapping[str, Any]) -> Widget:
    """Return a group's graph with its targets and the thresholds of alarms on it."""
    lines = [line(kg.target_text(kpi), kpi.target.value, GOOD) for kpi in group.kpis if kpi.target]
    metrics = {kpi.metric for kpi in group.kpis}
    for name, alarm in alarms(template, defaults(template)).items():
        if alarm.metric in metrics and alarm.namespace == "AvatarSystem/KPI":
            color = CRITICAL if name.endswith("Critical") or "Burn" in name else WARNING
            threshold = line(name, _threshold(template, name), color)
            if all(threshold["value"] != other["value"] for other in lines):
                lines.append(threshold)
    label = kg.UNIT_NAMES[group.unit]
    return graph(
        group.title,
        (_kpi(kpi.metric, kpi.title, _SHADES[i % len(_SHADES)]) for i, kpi in
         enumerate(group.kpis)),
        period=group.period, width=6, height=5, lines=lines,
        left={"label": label, "showUnits": False},
        start="-P30D" if group.period == 86_400 else None,
    )  # fmt: skip


def _threshold(template: Mapping[str, Any], alarm: str) -> float | str:
    match template["Resources"][alarm]["Properties"]["Threshold"]:
        case {"Ref": str(name)}:
            return raw(f"${{{name}}}")
        case {"Fn::Sub": str(text)}:
            return raw(text)
        case value:
            return float(value)


def _itself(template: Mapping[str, Any]) -> Iterable[Widget]:
    functions = [name for name, each in template["Resources"].items()
                 if each["Type"] == "AWS::Serverless::Function"]  # fmt: skip
    for metric, stat, title in (
        ("Errors", "Sum", "Failed runs"), ("Throttles", "Sum", "Runs held back"),
        ("Duration", "p95", "Run time, 95th percentile"),
    ):  # fmt: skip
        yield graph(title, (
            ["AWS/Lambda", metric, "FunctionName", f"${{{name}}}",
             {"label": name.removesuffix("Function")}] for name in functions
        ), stat=stat, left=ZERO)  # fmt: skip
    queue, dead = "${AlertsQueue.QueueName}", "${AlertsDeadLetterQueue.QueueName}"
    visible = "ApproximateNumberOfMessagesVisible"
    yield graph("Alerts waiting", [
        ["AWS/SQS", visible, "QueueName", queue, {"label": "to be told", "color": VALUE}],
        ["AWS/SQS", visible, "QueueName", dead, {"label": "dead letters", "color": CRITICAL}],
    ], left=ZERO)  # fmt: skip
    yield graph("Oldest alert waits", [
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue, {"color": VALUE}],
    ], left={**ZERO, "label": "seconds"},
        lines=[line("QueueAge", _threshold(template, "QueueAge"), CRITICAL)])  # fmt: skip
    operations = ["AvatarSystem/Operations"]
    yield graph("Alerts: received, delivered, deferred", [
        [*operations, metric, "service", "alarm_fanout", {"label": label, "color": color}]
        for metric, label, color in (
            ("AlertsReceived", "received", FAINT), ("AlertsDelivered", "delivered", GOOD),
            ("AlertsDeferred", "deferred", WARNING))
    ], stat="Sum", left=ZERO)  # fmt: skip


def _scaling() -> Iterable[Widget]:
    group = ["AutoScalingGroupName", "${Group}"]
    yield heading("## Scaling of the upload API")
    yield graph("CPU of the group", [
        ["AWS/EC2", "CPUUtilization", *group, {"label": "mean", "color": VALUE}],
    ], stat="Average", width=12, left={**ZERO, "label": "percent"},
        lines=[line("target", raw("${ScalingCpuPercent}"), GOOD)])  # fmt: skip
    yield graph("Instances", [
        ["AWS/AutoScaling", "GroupDesiredCapacity", *group, {"label": "wanted", "color": FAINT}],
        ["AWS/AutoScaling", "GroupInServiceInstances", *group,
         {"label": "in service", "color": VALUE}],
    ], period=60, width=12, left=ZERO)  # fmt: skip


def _logs(template: Mapping[str, Any]) -> Iterable[Widget]:
    yield heading("## The API's logs")
    for name, view in _LOG_QUERIES.items():
        properties = template["Resources"][name]["Properties"]
        title = properties["Name"]["Fn::Sub"].removeprefix("${SystemName}/")
        query = " ".join(properties["QueryString"].split("\n"))
        yield log_table(title, "${ApiLogGroupName}", query, view=view)
