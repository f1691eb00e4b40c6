"""What is measured and shown: alarms, dashboards, log groups and what is read from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.doctor.looking.look import Found, Look, OrphanError, as_json, command

if TYPE_CHECKING:
    from local.doctor.deployment import Deployment
    from local.doctor.resources import Wanted


def alarm(deployment: Deployment, wanted: Wanted) -> Found | None:
    """Return an alarm."""
    found = deployment.client("cloudwatch").describe_alarms(
        AlarmNames=[wanted.name], AlarmTypes=["MetricAlarm"]
    )["MetricAlarms"]
    return {"ActionsEnabled": True, **found[0]} if found else None


def _put(wanted: Wanted) -> str:
    asked = {key: value for key, value in wanted.properties.items() if key != "Tags"}
    return command("cloudwatch", "put-metric-alarm", "--cli-input-json", as_json(asked))


def dashboard(deployment: Deployment, wanted: Wanted) -> Found:
    """Return a dashboard's body."""
    found: Found = deployment.client("cloudwatch").get_dashboard(DashboardName=wanted.name)
    return {"DashboardBody": found["DashboardBody"]}


def log_group(deployment: Deployment, wanted: Wanted) -> Found | None:
    """Return how long a log group keeps its lines."""
    listed = deployment.client("logs").describe_log_groups(logGroupNamePrefix=wanted.name)
    for each in listed["logGroups"]:
        if each["logGroupName"] == wanted.name:
            return {"RetentionInDays": each.get("retentionInDays")}
    return None


def _retained(wanted: Wanted) -> str:
    return command(
        "logs", "put-retention-policy", "--log-group-name", wanted.name,
        "--retention-in-days", wanted.properties["RetentionInDays"],
    )  # fmt: skip


def metric_filter(deployment: Deployment, wanted: Wanted) -> Found | None:
    """Return what is counted from lines; an orphan where its log group is gone."""
    client, group = deployment.client("logs"), wanted.properties["LogGroupName"]
    try:
        pages = client.get_paginator("describe_metric_filters").paginate(
            logGroupName=group, filterNamePrefix=wanted.name
        )
        filters = [each for page in pages for each in page["metricFilters"]]
    except client.exceptions.ResourceNotFoundException as error:
        raise OrphanError(group) from error
    found = next((each for each in filters if each["filterName"] == wanted.name), None)
    if found is None:
        return None
    transformations = [_transformation(each) for each in found["metricTransformations"]]
    return {"FilterPattern": found["filterPattern"], "MetricTransformations": transformations}


def _transformation(found: dict[str, Any]) -> dict[str, Any]:
    """Return it by the names that CloudFormation has for its parts."""
    dimensions = [
        {"Key": key, "Value": value} for key, value in found.get("dimensions", {}).items()
    ]
    named = {key[:1].upper() + key[1:]: value for key, value in found.items()}
    return {**named, "Dimensions": dimensions}


def query(deployment: Deployment, wanted: Wanted) -> Found | None:
    """Look for a saved query."""
    pages = deployment.client("logs").describe_query_definitions(maxResults=1000)
    for each in pages["queryDefinitions"]:
        if each["queryDefinitionId"] == wanted.name:
            return {"Name": each["name"], "QueryString": each["queryString"]}
    return None


ALARM = Look(
    "alarm", alarm,
    named=True,
    means={"ActionsEnabled=false": "it tells nobody", "AlarmActions=none": "it tells nobody"},
    unless={
        "ActionsEnabled": True, "AlarmActions": [], "OKActions": [], "InsufficientDataActions": [],
        "TreatMissingData": "missing",
    },
    aside={
        "AlarmName": "how it is found", "AlarmDescription": "does nothing", "Tags": "do nothing",
        "WarmUpConfiguration": "asked by `make verify`",
    },
    mends={
        "ActionsEnabled": lambda wanted: command(
            "cloudwatch", "enable-alarm-actions", "--alarm-names", wanted.name
        ),
        **dict.fromkeys(
            ("Threshold", "AlarmActions", "OKActions", "InsufficientDataActions",
             "ComparisonOperator", "EvaluationPeriods", "DatapointsToAlarm", "Period", "Statistic",
             "ExtendedStatistic", "Namespace", "MetricName", "Dimensions", "Metrics",
             "TreatMissingData", "Unit"),
            _put,
        ),
    },
    anew=_put,
)  # fmt: skip
DASHBOARD = Look(
    "dashboard", dashboard, named=True, mild=True, aside={"DashboardName": "how it is found"},
)  # fmt: skip
LOG_GROUP = Look(
    "log group", log_group, named=True,
    aside={"LogGroupName": "how it is found"},
    unless={"RetentionInDays": None},
    mends={"RetentionInDays": _retained},
    anew=lambda wanted: (
        f"{command('logs', 'create-log-group', '--log-group-name', wanted.name)}"
        f" && {_retained(wanted)}"
    ),
)  # fmt: skip
METRIC_FILTER = Look(
    "metric filter", metric_filter, part_of=("LogGroupName",),
    aside={"LogGroupName": "where it is read", "FilterName": "how it is found"},
)  # fmt: skip
QUERY = Look("saved query", query, aside={"LogGroupNames": "a choice of who asks"})
