"""The CloudWatch dashboard's body as a deployment gets it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from avatarwatch.kpis import KPIS
from aws_contract.cloudwatch_dashboards import faults
from fakes.filled_in import REGION, Stack
from fakes.known_metrics import GLOBAL, HOME, is_known
from local.generate.template import alarms, defaults
from local.generate.widgets import CRITICAL, GOOD, WARNING

GIVEN = {
    "AvatarBucketNames": "avatars,avatars-old",
    "DistributionIds": "E3SJ7B3QL1F8WH",
    "ApiLogGroupName": "/aws/avatar-system/api",
    "ScalingGroupName": "avatar-api",
}
_SEARCH = re.compile(r"SEARCH\('\{(?P<schema>[^}]+)\} (?P<terms>.*)', '(?P<stat>\w+)', \d+\)")


def body(source: dict[str, Any], **given: str) -> dict[str, Any]:
    properties = source["Resources"]["Dashboard"]["Properties"]
    parsed: dict[str, Any] = json.loads(Stack(source, given).fill(properties["DashboardBody"]))
    return parsed


@pytest.fixture(scope="module")
def widgets(source: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body(source, **GIVEN)["widgets"]
    return found


def metrics(widget: dict[str, Any]) -> Iterator[tuple[str, str, frozenset[str], str, str]]:
    """Yield namespace, metric, dimension names, region and the term of each row."""
    for row in widget["properties"].get("metrics", []):
        options = row[-1] if isinstance(row[-1], dict) else {}
        region = options.get("region", widget["properties"]["region"])
        if "expression" not in options:
            plain = row[:-1] if options else row
            yield plain[0], plain[1], frozenset(plain[2::2]), region, ""
            continue
        found = _SEARCH.fullmatch(options["expression"])
        assert found, options["expression"]
        namespace, *dimensions = found["schema"].replace('"', "").split(",")
        [named] = re.findall(r'MetricName=(\([^)]*\)|"[^"]*")', found["terms"])
        for metric in re.findall(r'"([^"]+)"', named):
            yield namespace, metric, frozenset(dimensions), region, found["terms"]


@pytest.mark.parametrize("given", [{}, GIVEN, {"SystemName": "s" * 40}])
def test_cloudwatch_takes_and_shows_all_of_it(
    source: dict[str, Any], given: dict[str, str]
) -> None:
    assert list(faults(body(source, **given))) == []


def test_no_widget_overlaps_or_hangs_over(widgets: list[dict[str, Any]]) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in widgets:
        assert widget["x"] + widget["width"] <= 24
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken, widget["properties"].get("title")
        taken |= cells
    assert 30 < len(widgets) <= 500  # PutDashboard


def test_every_metric_is_published_by_somebody_there(widgets: list[dict[str, Any]]) -> None:
    named = [each for widget in widgets for each in metrics(widget)]
    place = {REGION: HOME, "us-east-1": GLOBAL}
    unknown = [each for each in named if not is_known(*each[:3], place[each[3]])]
    assert unknown == []
    assert len(named) > 70


def test_buckets_and_distributions_are_those_that_were_given(
    widgets: list[dict[str, Any]],
) -> None:
    terms = [each[4] for widget in widgets for each in metrics(widget)]
    assert any('BucketName=("avatars" OR "avatars-old")' in each for each in terms)
    cdn = [each for each in terms if "DistributionId" in each]
    assert len(cdn) == 6
    for each in cdn:
        assert 'Region="Global" DistributionId=("E3SJ7B3QL1F8WH")' in each


def test_storage_is_shown_by_the_day(widgets: list[dict[str, Any]]) -> None:
    [storage] = [w for w in widgets if w["properties"].get("title") == "Storage by class"]
    assert storage["properties"]["period"] == 86_400
    assert storage["properties"]["start"] == "-P30D"
    assert storage["properties"]["stacked"] is True


def test_every_kpi_is_shown_with_its_target_and_thresholds(
    source: dict[str, Any], widgets: list[dict[str, Any]]
) -> None:
    graphs: dict[str, dict[str, Any]] = {}
    for widget in widgets:
        if widget["properties"].get("view") == "timeSeries":
            for namespace, metric, *_ in metrics(widget):
                if namespace == "AvatarSystem/KPI":
                    graphs[metric] = widget["properties"]
    assert set(graphs) == set(KPIS)
    for metric, kpi in KPIS.items():
        lines = graphs[metric].get("annotations", {}).get("horizontal", [])
        if kpi.target:
            assert {"value": kpi.target.value, "color": GOOD}.items() <= lines[0].items()
    for name, alarm in alarms(source, defaults(source)).items():
        if alarm.metric in KPIS:
            lines = graphs[alarm.metric]["annotations"]["horizontal"]
            assert alarm.threshold in [line["value"] for line in lines], name


def test_colours_mean_the_same_everywhere(widgets: list[dict[str, Any]]) -> None:
    meant = {"target": GOOD, "Critical": CRITICAL, "Warning": WARNING}
    for widget in widgets:
        for line in widget["properties"].get("annotations", {}).get("horizontal", []):
            for word, color in meant.items():
                if word in line["label"]:
                    assert line["color"] == color, line


def test_a_threshold_that_was_changed_is_where_the_line_is(source: dict[str, Any]) -> None:
    found = body(source, StorageCriticalThreshold="7")["widgets"]
    [storage] = [w["properties"] for w in found if w["properties"].get("title") == "Storage"]
    values = {line["label"]: line["value"] for line in storage["annotations"]["horizontal"]}
    assert values["StorageCritical"] == 7e9


def test_every_alarm_that_tells_somebody_is_shown(
    source: dict[str, Any], widgets: list[dict[str, Any]]
) -> None:
    [status] = [widget["properties"] for widget in widgets if widget["type"] == "alarm"]
    assert len(status["alarms"]) <= 100
    shown = {arn.split(":alarm:avatar-system-")[1] for arn in status["alarms"]}
    for name, alarm in alarms(source, defaults(source)).items():
        assert (name in shown) == bool(alarm.actions or name.endswith("Info")), name


def test_without_anything_given_it_is_still_a_dashboard(source: dict[str, Any]) -> None:
    found = body(source)["widgets"]
    assert found
    assert not [widget for widget in found if widget["type"] == "log"]


def test_scaling_is_shown_where_something_scales(
    source: dict[str, Any], widgets: list[dict[str, Any]]
) -> None:
    titles = {"CPU of the group", "Instances"}
    assert titles <= {widget["properties"].get("title") for widget in widgets}
    assert not titles & {w["properties"].get("title") for w in body(source)["widgets"]}


def test_the_logs_are_asked_with_the_saved_queries(widgets: list[dict[str, Any]]) -> None:
    queries = [widget["properties"]["query"] for widget in widgets if widget["type"] == "log"]
    assert len(queries) == 5
    for query in queries:
        assert query.startswith("SOURCE '/aws/avatar-system/api' | filter operation=")
