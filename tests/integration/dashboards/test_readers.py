"""The real documents and small ones, read into panels against a strict CloudWatch in memory."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from avatarwatch.kpis import KPIS
from fakes.cloudwatch import FakeCloudWatch
from local.charts.model import Graph
from local.dashboards.cloudwatch import read_body
from local.dashboards.grafana import read_dashboard
from local.dashboards.insights import Event
from local.dashboards.metrics import Metrics
from local.dashboards.panels import (
    Alarms,
    AlarmState,
    DashboardError,
    Gauge,
    Numbers,
    Panel,
    Table,
    Text,
)
from local.dashboards.preview import GRAFANA
from local.dashboards.sources import Sources

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOME, GLOBAL = "eu-north-1", "us-east-1"
KPI, HEALTH = "AvatarSystem/KPI", "AvatarSystem/Health"
ALARM = "arn:aws:cloudwatch:eu-north-1:123456789012:alarm:"
CDN = {"DistributionId": "E1", "Region": "Global"}

type Clouds = dict[str, FakeCloudWatch]


@pytest.fixture
def clouds() -> Iterator[Clouds]:
    with time_machine.travel(NOW, tick=False):
        yield {HOME: FakeCloudWatch(), GLOBAL: FakeCloudWatch(region=GLOBAL)}


@pytest.fixture
def sources(clouds: Clouds) -> Sources:
    clients = {region: cloud.client() for region, cloud in clouds.items()}
    metrics = Metrics(clients.__getitem__, {"TimeToFirstByte": "no requests"})
    found = Sources(emulator=None, metrics=metrics)  # type: ignore[arg-type]  # asked for nothing
    found._alarms[HOME] = {
        name: AlarmState(name, state) for name, state in (("calm", "OK"), ("loud", "ALARM"))
    }
    line: Event = {"@timestamp": NOW.timestamp() - 60, "userId": "a", "success": 1.0}
    found._events[(HOME, "/api", NOW - timedelta(hours=12), NOW)] = [line, line]
    return found


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def read(sources: Sources, kind: str, **properties: Any) -> Panel:
    widget = {"type": kind, "x": 0, "y": 0, "width": 12, "height": 6, "properties": properties}
    [panel] = read_body({"start": "-PT12H", "widgets": [widget]}, sources, NOW)
    return panel


def metric(sources: Sources, *rows: list[Any], **properties: Any) -> Panel:
    return read(sources, "metric", **{"region": HOME, "metrics": [*rows], **properties})


def test_a_plain_metric_with_its_lines_and_axes(sources: Sources, clouds: Clouds) -> None:
    clouds[HOME].put(KPI, "ErrorRate", {ago(20): 1.0, ago(10): 2.0})
    panel = metric(
        sources, [KPI, "ErrorRate", {"label": "errors", "color": "#d62728", "stat": "Maximum"}],
        title="Errors", yAxis={"left": {"min": 0, "label": "%", "showUnits": False}},
        annotations={"horizontal": [{"label": "limit", "value": 5, "color": "#ff7f0e"}]},
    )  # fmt: skip
    assert isinstance(panel.content, Graph)
    [curve] = panel.content.curves
    assert (panel.title, curve.label, curve.color) == ("Errors", "errors", "#d62728")
    assert curve.points == ((ago(20), 1.0), (ago(10), 2.0))
    assert [(mark.value, mark.label) for mark in panel.content.marks] == [(5, "limit")]
    assert (panel.content.left.minimum, panel.content.left.label) == (0, "%")


def test_a_search_finds_a_line_each_in_its_own_region(sources: Sources, clouds: Clouds) -> None:
    for endpoint, value in (("api", 1.0), ("web", 0.0)):
        clouds[HOME].put(HEALTH, "EndpointUp", {ago(10): value}, {"Endpoint": endpoint})
    clouds[GLOBAL].put("AWS/CloudFront", "Requests", {ago(10): 7.0}, CDN)
    up = f"""SEARCH('{{"{HEALTH}",Endpoint}} MetricName="EndpointUp"', 'Sum', 60)"""
    cdn = """SEARCH('{AWS/CloudFront,DistributionId,Region} MetricName="Requests"', 'Sum', 300)"""
    panel = metric(
        sources,
        [{"expression": up, "label": "${PROP('Dim.Endpoint')}"}],
        [{"expression": cdn, "label": "requests", "region": GLOBAL, "yAxis": "right"}],
    )
    assert isinstance(panel.content, Graph)
    found = {(each.label, each.side): each.points[0][1] for each in panel.content.curves}
    assert found == {("api", "left"): 1.0, ("web", "left"): 0.0, ("requests", "right"): 7.0}


def test_numbers_are_the_latest_values(sources: Sources, clouds: Clouds) -> None:
    clouds[HOME].put(KPI, "ErrorRate", {ago(20): 1.0, ago(10): 1234.0})
    rows = [[KPI, "ErrorRate", {"label": "errors", "stat": "Maximum"}],
            [KPI, "TimeToFirstByte", {"label": "first byte", "stat": "Maximum"}]]  # fmt: skip
    panel = metric(sources, *rows, view="singleValue", sparkline=True)
    assert isinstance(panel.content, Numbers)
    assert [number.text for number in panel.content.numbers] == ["1.234k", None]


def test_a_number_is_shown_in_another_unit(sources: Sources, clouds: Clouds) -> None:
    clouds[HOME].put(KPI, "AverageUploadTime", {ago(20): 1500.0, ago(10): 2500.0})
    clouds[HOME].put(KPI, "CostPerUpload", {ago(10): 0.0000679})
    rows: list[list[Any]] = [
            [KPI, "AverageUploadTime", {"id": "time", "visible": False}],
            [{"expression": "time / 1000", "label": "s"}],
            [KPI, "CostPerUpload", {"id": "cost", "visible": False}],
            [{"expression": "cost * 100", "label": "cents"}]]  # fmt: skip
    panel = metric(sources, *rows, view="singleValue", stat="Maximum")
    assert isinstance(panel.content, Numbers)
    shown = {number.label: number.text for number in panel.content.numbers}
    assert shown == {"s": "2.500", "cents": "0.00679"}


def test_no_data_says_why(sources: Sources, clouds: Clouds) -> None:
    clouds[HOME].put(KPI, "Availability", {ago(60 * 24): 1.0})
    rows = [[KPI, "TimeToFirstByte"], [KPI, "Availability"], ["AWS/SQS", "X", "QueueName", "q"]]
    panel = metric(sources, *rows, stat="Maximum")
    assert isinstance(panel.content, Graph)
    reasons = [curve.reason for curve in panel.content.curves]
    assert reasons[:2] == ["no requests", "no data in this time"]
    assert "emulator" in reasons[2]


def test_the_first_half_of_a_period_is_no_point(sources: Sources, clouds: Clouds) -> None:
    clouds[HOME].put(KPI, "ErrorRate", {NOW - timedelta(hours=11, minutes=50): 9.0, ago(5): 1.0})
    panel = metric(
        sources, [KPI, "ErrorRate", {"period": 3600}], stat="Sum", start="-PT11H55M", end="PT0H"
    )
    assert isinstance(panel.content, Graph)
    assert [value for _, value in panel.content.curves[0].points] == [1.0]


def test_what_the_emulator_would_mix_is_refused(sources: Sources, clouds: Clouds) -> None:
    clouds[HOME].put(KPI, "ErrorRate", {ago(5): 1.0})
    clouds[HOME].put(KPI, "ErrorRate", {ago(5): 1.0}, {"Endpoint": "api"})
    with pytest.raises(DashboardError, match="mixes ErrorRate"):
        metric(sources, [KPI, "ErrorRate"], stat="Sum")


def test_an_answer_in_pages_is_put_together(clouds: Clouds, sources: Sources) -> None:
    clouds[HOME].page = 2
    clouds[HOME].put(KPI, "ErrorRate", {ago(5 * n): float(n) for n in range(1, 6)})
    panel = metric(sources, [KPI, "ErrorRate"], stat="Sum")
    assert isinstance(panel.content, Graph)
    assert [value for _, value in panel.content.curves[0].points] == [5, 4, 3, 2, 1]


def test_alarms_are_the_loud_ones_first(sources: Sources) -> None:
    arns = [f"{ALARM}{name}" for name in ("gone", "calm", "loud")]
    panel = read(sources, "alarm", alarms=arns, title="Alarms", sortBy="stateUpdatedTimestamp")
    assert isinstance(panel.content, Alarms)
    found = [(each.name, each.state) for each in panel.content.alarms]
    assert found == [("loud", "ALARM"), ("calm", "OK"), ("gone", None)]


def test_log_lines_are_counted(sources: Sources) -> None:
    query = "SOURCE '/api' | stats count(*) as n by userId"
    panel = read(sources, "log", query=query, region=HOME, view="table")
    assert panel.content == Table(("userId", "n"), (("a", "2"),))


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("metric", {"titel": "Errors"}),  # CloudWatch does not know it
        ("metric", {"liveData": True}),  # it does, we do not
        ("metric", {"view": "pie"}),
        ("metric", {"metrics": [[{"expression": "m1 / m2"}]]}),
        ("metric", {"metrics": [[KPI, "A"], [".", "B"]]}),
        ("metric", {"metrics": [[KPI, "A", {"label": "${LAST}"}]]}),
        ("metric", {"metrics": [[KPI, "A", {"visible": False}]]}),
        ("metric", {"annotations": {"vertical": [{"value": "2026-11-25T10:00:00Z"}]}}),
        ("metric", {"yAxis": {"left": {"min": 0}}}),  # units beside the ticks
        ("alarm", {"alarms": [f"{ALARM}calm"], "states": ["OK"]}),
        ("log", {"query": "SOURCE '/api' | limit 1", "region": HOME, "view": "bar"}),
        ("log", {"query": "SOURCE '/api' | parse x", "region": HOME, "view": "table"}),
        ("text", {"markdown": "words", "color": "red"}),
    ],
)
def test_what_is_not_drawn_is_refused(
    sources: Sources, kind: str, properties: dict[str, Any]
) -> None:
    given = {"region": HOME, "metrics": [[KPI, "A"]], **properties}
    with pytest.raises(DashboardError):
        read(sources, kind, **(given if kind == "metric" else properties))


def board() -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(GRAFANA.read_text())
    return parsed


def shown[T](panels: list[Panel], kind: type[T], title: str) -> T:
    """Return the content of this kind and title: a KPI is a number and a graph."""
    [found] = [
        panel.content for panel in panels
        if panel.title == title and isinstance(panel.content, kind)
    ]  # fmt: skip
    return found


def filled(clouds: Clouds) -> None:
    clouds[GLOBAL].put("AWS/CloudFront", "Requests", {ago(10): 7.0}, CDN)
    for bucket, size in (("new", 1e9), ("old", 2e9)):
        where = {"BucketName": bucket, "StorageType": "StandardStorage"}
        clouds[HOME].put("AWS/S3", "BucketSizeBytes", {NOW - timedelta(days=1): size}, where)
    for name in KPIS:
        clouds[HOME].put(KPI, name, {NOW - timedelta(hours=12): 40.0})


def test_grafanas_dashboard_is_drawn_whole(sources: Sources, clouds: Clouds) -> None:
    filled(clouds)
    panels = read_dashboard(board(), sources, NOW, HOME)
    storage = shown(panels, Graph, "Storage by class")
    labels = [curve.label for curve in storage.curves]
    assert labels == ["new StandardStorage", "old StandardStorage"]
    requests = shown(panels, Graph, "CDN: requests")
    assert [value for _, value in requests.curves[0].points] == [7.0]
    [cost] = shown(panels, Numbers, "Cost of an upload").numbers
    assert (cost.text, cost.color) == ("$40.00", "#ff7f0e")  # its target is missed
    assert shown(panels, Gauge, "Upload error budget left, 30 days").number.text == "40 %"
    texts = [panel.content.markdown for panel in panels if isinstance(panel.content, Text)]
    assert texts[0].startswith("# avatar-system")
    assert texts[-1] == "### What the service depends on (5 panels, closed)"


type Change = Callable[[dict[str, Any]], Any]


def _panel(document: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(p for p in document["panels"] if p["type"] == kind)
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b["time"].update({"to": "now-1h"}),
        lambda b: b["templating"]["list"].pop(),
        lambda b: b["templating"]["list"][2].update({"type": "custom"}),
        lambda b: _panel(b, "stat").update({"type": "piechart"}),
        lambda b: _panel(b, "stat").update({"options": {}}),
        lambda b: _panel(b, "stat")["fieldConfig"]["defaults"].update({"unit": "bytes"}),
        lambda b: _panel(b, "stat")["targets"][0].update({"queryMode": "Logs"}),
        lambda b: _panel(b, "stat")["targets"][0].update({"expression": "m1"}),
        lambda b: _panel(b, "stat")["targets"][0].update({"hide": True}),
        lambda b: _panel(b, "stat").update({"timeFrom": "1w"}),
        lambda b: _panel(b, "text")["options"].update({"content": "$nobody"}),
        lambda b: _panel(b, "timeseries")["fieldConfig"]["overrides"].append({"matcher": {}}),
    ],
)
def test_what_of_grafana_is_not_drawn_is_refused(
    sources: Sources, clouds: Clouds, change: Change
) -> None:
    filled(clouds)
    document = copy.deepcopy(board())
    change(document)
    with pytest.raises(DashboardError):
        read_dashboard(document, sources, NOW, HOME)
