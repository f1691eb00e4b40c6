"""Every name that is looked at is one that somebody writes: of metrics, and of the log's fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from alarm_fanout.delivery import Tally
from alarm_fanout.fanout import Report
from alarm_fanout.wiring import log_report
from avatarwatch.catalogue import CATALOGUE
from avatarwatch.custom_metrics import CUSTOM_METRICS
from avatarwatch.kpi.readings import GLOBAL_SOURCES, Measure, Source
from avatarwatch.kpis import KPIS
from avatarwatch.namespaces import Own
from aws_contract.insights import fields_read
from aws_contract.insights_words import QueryError
from fakes.health import NOON, World, answered, endpoint, guide
from fakes.known_metrics import GLOBAL, HOME, is_known, ours
from kpi_aggregation.insights import QUERY
from local.backend.driver import Backend
from local.backend.writers import SAMPLES, custom_data, log_line
from local.cloudformation import Deployment
from local.generate.template import alarms, defaults
from local.paths import ROOT
from local.templates import written
from reporting.gathering import BESIDES

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
INTEGRATION = (ROOT / "docs" / "integration.md").read_text()
GIVEN = {
    "ApiLogGroupName": "/aws/avatar-system/api",
    "HealthEndpoints": "https://api.example.com/health",
    "MonthlyBudgetUsd": "200",
    "AlertsQueueArn": "arn:aws:sqs:eu-north-1:123456789012:alerts",
}
# what each source's resources are told apart by; ours have no dimension
DIMENSIONS: dict[Source, frozenset[str]] = {
    Source.CDN: frozenset({"DistributionId", "Region"}),
    Source.STORAGE: frozenset({"BucketName", "StorageType"}),
    Source.DATABASE: frozenset({"DBInstanceIdentifier"}),
    Source.CACHE: frozenset({"CacheClusterId"}),
    Source.QUEUE: frozenset({"QueueName"}),
    Source.LOG_GROUP: frozenset({"LogGroupName"}),
}
type Resources = dict[str, dict[str, Any]]


@cache
def deployed(name: str) -> Resources:
    return Deployment(written(name), GIVEN).resources()


def of_type(resources: Resources, kind: str) -> Resources:
    return {name: each for name, each in resources.items() if each["Type"] == kind}


def watched(properties: dict[str, Any]) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield namespace, metric and dimensions of what an alarm looks at."""
    stats = [each["MetricStat"]["Metric"] for each in properties.get("Metrics", [])[1:]]
    for metric in stats or [properties]:
        names = frozenset(each["Name"] for each in metric.get("Dimensions", []))
        yield metric["Namespace"], metric["MetricName"], names


@pytest.mark.parametrize("name", ["template.yaml", "global.yaml"])
def test_every_alarm_looks_at_a_metric_that_somebody_publishes(name: str) -> None:
    alarms = of_type(deployed(name), "AWS::CloudWatch::Alarm")
    assert alarms
    for alarm, resource in alarms.items():
        for namespace, metric, dimensions in watched(resource["Properties"]):
            assert is_known(namespace, metric, dimensions, HOME), (alarm, metric)


def test_every_alarm_looks_at_a_kpi_no_more_often_than_it_is_computed() -> None:
    for name, resource in of_type(deployed("template.yaml"), "AWS::CloudWatch::Alarm").items():
        properties = resource["Properties"]
        if kpi := KPIS.get(properties.get("MetricName", "")):
            assert properties["Period"] >= kpi.cadence.length.total_seconds(), name


def test_every_filter_makes_a_metric_that_is_read_and_reads_a_field_that_is_written() -> None:
    filters = of_type(deployed("template.yaml"), "AWS::Logs::MetricFilter")
    counted = {metric.name for metric in CUSTOM_METRICS.values() if metric.line}
    assert {name.removesuffix("Filter") for name in filters} == counted
    read = {
        measure.metric
        for kpi in KPIS.values()
        for measure in kpi.formula.measures
        if measure.source is Source.CUSTOM
    } | {metric.name for metric in BESIDES if metric.namespace is Own.CUSTOM}
    shown = json.dumps(deployed("template.yaml")["Dashboard"]["Properties"])
    for name, resource in filters.items():
        properties = resource["Properties"]
        [made] = properties["MetricTransformations"]
        assert is_known(made["MetricNamespace"], made["MetricName"], frozenset(), HOME), name
        assert made["MetricName"] in read or f'\\"{made["MetricName"]}\\"' in shown, name
        fields = re.findall(r"\$\.(\w+)", properties["FilterPattern"] + made["MetricValue"])
        assert set(fields) <= written_fields(), name


def written_fields() -> set[str]:
    """Return the fields that the integration guide asks a backend to write."""
    table = INTEGRATION.split("| Field |")[1].split("\n\n")[0]
    cells = [row.split("|")[1] for row in table.splitlines()[2:]]
    return {field for cell in cells for field in re.findall(r"`(\w+)`", cell)}


def test_the_simulated_backend_writes_what_the_guide_asks_for() -> None:
    failed = Backend().play("upload_failures", 5, AT)[0].failed[0]
    own = {"level", "message", "timestamp"}  # of the logger, not of ours
    assert set(log_line(failed)) - own == written_fields()


@cache
def queries() -> dict[str, str]:
    """Return every Insights query that is saved, shown or asked by a function."""
    resources = deployed("template.yaml")
    saved = of_type(resources, "AWS::Logs::QueryDefinition")
    body = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"])
    shown = [each["properties"] for each in body["widgets"] if each["type"] == "log"]
    return {
        **{name: each["Properties"]["QueryString"] for name, each in saved.items()},
        **{f"widget {each['title']}": each["query"] for each in shown},
        "KpiAggregation": QUERY,
    }


@pytest.mark.parametrize("name", sorted(queries()))
def test_every_query_reads_fields_that_are_written(name: str) -> None:
    of_insights_itself = {"@timestamp", "@message"}
    read = fields_read(queries()[name])
    assert "operation" in read or "correlationId" in read
    assert read <= written_fields() | of_insights_itself


def test_saved_shown_and_asked_are_all_looked_at() -> None:
    assert len([name for name in queries() if name.startswith("widget")]) == 5
    assert len(queries()) == 6 + 5 + 1


@pytest.mark.parametrize(
    "query",
    [
        "fields operaton | filter operaton='x'",
        "filter operation='x' | stats median(duration)",
        "filter operation='x' | parse @message '*' as x",
        "filter operation='x' | dedup userid",
        "filter operation ~ 'x'",
    ],
)
def test_a_slip_in_a_query_is_seen(query: str) -> None:
    try:
        assert fields_read(query) - written_fields()
    except QueryError:
        return


def test_every_kpi_reads_a_metric_that_somebody_publishes_where_it_is() -> None:
    measures: set[Measure] = {each for kpi in KPIS.values() for each in kpi.formula.measures}
    # what nobody writes (yet) is no data with its reason: access logs are for another function
    metric_sources = set(Source) - {Source.LOGS, Source.ACCESS}
    for measure in measures:
        if measure.source in metric_sources:
            own = frozenset(key for key, _ in measure.dimensions)
            dimensions = DIMENSIONS.get(measure.source, frozenset()) | own
            region = GLOBAL if measure.source in GLOBAL_SOURCES else HOME
            assert is_known(measure.source.namespace, measure.metric, dimensions, region), measure


# ---- What is called ours is written by our own code ----


def test_health_polling_publishes_what_is_known_of_it() -> None:
    world = World(exchanges={"api": answered(guide(), ends=NOON + timedelta(days=60))})
    world.minute(endpoint())
    published = {
        (datum.name, frozenset(key for key, _ in datum.dimensions)) for datum in world.data[-1]
    }
    for dimensions, names in ours("AvatarSystem/Health").items():
        assert {(name, dimensions) for name in names} <= published


def test_a_backend_publishes_what_is_known_of_it() -> None:
    minutes = Backend().play("upload_failures", 10, AT)
    data = [datum for minute in minutes for datum in custom_data(minute)]
    [names] = ours("AvatarSystem/Custom").values()
    put = {datum["MetricName"] for datum in data}
    assert put == SAMPLES.keys() <= names
    assert {name for name, metric in CUSTOM_METRICS.items() if not metric.is_optional} <= put
    for datum in data:
        assert datum["Unit"] == CUSTOM_METRICS[datum["MetricName"]].unit


def test_what_the_suite_puts_of_its_own_work_is_read_by_an_alarm_or_a_kpi(
    source: dict[str, Any],
) -> None:
    """Nobody pays for a count that nobody reads: logs have it."""
    names = {name for each in ours("AvatarSystem/Operations").values() for name in each}
    inputs = {measure.metric for kpi in KPIS.values() for measure in kpi.inputs}
    watched = {alarm.metric for alarm in alarms(source, defaults(source)).values()}
    assert names <= inputs | watched


def test_functions_log_their_counts_and_make_no_metrics_of_them(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Tally(delivered={"slack": 1}, deferred={next(iter(CATALOGUE)): 1.0})
    log_report(Report(received=2, tally=told))
    [line] = [vars(each) for each in caplog.records]
    assert (line["received"], line["delivered"], line["deferred"]) == (2, {"slack": 1}, 1)
    assert "_aws" not in capsys.readouterr().out
