"""The CloudWatch dashboard's body as a deployment gets it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from avatarwatch.catalogue import CATALOGUE, Severity
from avatarwatch.kpis import KPIS, Cadence
from aws_contract.cloudwatch_dashboards import faults
from aws_contract.insights import fields_read
from fakes.known_metrics import GLOBAL, HOME, is_known
from local.cloudformation import PSEUDO, Deployment
from local.dashboards.insights import read_query
from local.generate.template import alarms, defaults
from local.generate.widgets import CRITICAL, GOOD, WARNING
from local.price.bill import prices
from local.price.dashboards import referenced
from local.price.page import DEFAULT

GIVEN = {
    "AvatarBucketNames": "avatars,avatars-old",
    "DistributionIds": "E3SJ7B3QL1F8WH",
    "ApiLogGroupName": "/aws/avatar-system/api",
    "ScalingGroupName": "avatar-api",
    "DatabaseInstanceIds": "avatars",
    "HealthEndpoints": "https://api.example.com/api/monitoring/health",
    "DashboardDetail": "everything",
}
REGION = PSEUDO["AWS::Region"]
_SEARCH = re.compile(r"SEARCH\('\{(?P<schema>[^}]+)\} (?P<terms>.*)', '(?P<stat>\w+)', \d+\)")
_IN_ANOTHER_UNIT = re.compile(r"(?P<id>\w+) (?P<operator>[*/]) (?P<number>\d+)")


# the guide's logAvatarOperation, and what a failure has besides (docs/integration.md)
LINE = {
    "operation", "userId", "avatarId", "fileSize", "duration", "success", "isDuplicate",
    "correlationId", "errorType",
}  # fmt: skip
OPTIONAL = [
    {name: GIVEN[name] for name in GIVEN if name in some}
    for some in (
        {"ApiLogGroupName"}, {"ScalingGroupName"}, {"DatabaseInstanceIds"},
        {"ApiLogGroupName", "ScalingGroupName"}, {"ApiLogGroupName", "DatabaseInstanceIds"},
        {"DashboardDetail"}, {"DashboardDetail", "ScalingGroupName"},
        GIVEN.keys() - {"DashboardDetail"},
    )
]  # fmt: skip


def body(source: dict[str, Any], **given: str) -> dict[str, Any]:
    properties = source["Resources"]["Dashboard"]["Properties"]
    text = Deployment(source, given).value(properties["DashboardBody"])
    parsed: dict[str, Any] = json.loads(text)
    return parsed


@pytest.fixture(scope="module")
def widgets(source: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body(source, **GIVEN)["widgets"]
    return found


def alarm_arns(widgets: list[dict[str, Any]]) -> set[str]:
    return {
        arn for widget in widgets if widget["type"] == "alarm"
        for arn in widget["properties"]["alarms"]
    }  # fmt: skip


def metrics(widget: dict[str, Any]) -> Iterator[tuple[str, str, frozenset[str], str, str]]:
    """Yield namespace, metric, dimension names, region and the term of each row."""
    for row in widget["properties"].get("metrics", []):
        options = row[-1] if isinstance(row[-1], dict) else {}
        region = options.get("region", widget["properties"]["region"])
        if "expression" not in options:
            plain = row[:-1] if options else row
            yield plain[0], plain[1], frozenset(plain[2::2]), region, ""
            continue
        if _IN_ANOTHER_UNIT.fullmatch(options["expression"]):
            continue  # of a metric that has a row of its own
        found = _SEARCH.fullmatch(options["expression"])
        assert found, options["expression"]
        namespace, *dimensions = found["schema"].replace('"', "").split(",")
        [named] = re.findall(r'MetricName=(\([^)]*\)|"[^"]*")', found["terms"])
        for metric in re.findall(r'"([^"]+)"', named):
            yield namespace, metric, frozenset(dimensions), region, found["terms"]


@pytest.mark.parametrize("given", [{}, GIVEN, *OPTIONAL, {"SystemName": "s" * 40}])
def test_cloudwatch_takes_and_shows_all_of_it(
    source: dict[str, Any], given: dict[str, str]
) -> None:
    assert list(faults(body(source, **given))) == []


@pytest.mark.parametrize("given", [{}, GIVEN, *OPTIONAL])
def test_no_widget_overlaps_hangs_over_or_leaves_a_gap(
    source: dict[str, Any], given: dict[str, str]
) -> None:
    widgets = body(source, **given)["widgets"]
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
    assert {y for _, y in taken} == set(range(max(y for _, y in taken) + 1))


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


def test_a_number_is_in_the_unit_of_its_target(widgets: list[dict[str, Any]]) -> None:
    [tiles] = [w["properties"] for w in widgets if w["properties"].get("view") == "singleValue"]
    hidden = {row[-1]["id"]: row[1] for row in tiles["metrics"] if "id" in row[-1]}
    shown = dict[str, str]()
    for row in tiles["metrics"]:
        options = row[-1]
        if "id" in options:
            assert options["visible"] is False
            continue
        kpi, factor = KPIS[row[1]] if len(row) > 1 else None, 1.0
        if found := _IN_ANOTHER_UNIT.fullmatch(options.get("expression", "")):
            kpi, number = KPIS[hidden[found["id"]]], float(found["number"])
            factor = number if found["operator"] == "*" else 1 / number
        assert kpi is not None
        assert kpi.target is not None
        written = options["label"].rpartition(" ")[2].removesuffix(")")
        assert float(written) == pytest.approx(kpi.target.value * factor)
        assert 0.1 <= kpi.target.value * factor < 1000, "neither 1.2k nor 6.8e-05"
        shown[kpi.metric] = options["label"]
    assert shown["AverageUploadTime"] == "Mean upload time, s (< 2)"
    assert shown["CostPerUpload"] == "Cost of an upload, US cents (< 1)"
    assert shown.keys() == {name for name, kpi in KPIS.items() if kpi.target}


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
    told, info = (
        {arn.split(":alarm:avatar-system-")[1] for arn in widget["properties"]["alarms"]}
        for widget in widgets
        if widget["type"] == "alarm"
    )
    assert not told & info
    assert len(info) == 4
    shown = told | info
    for name, alarm in alarms(source, defaults(source)).items():
        assert (name in shown) == (name in CATALOGUE), name
        assert (name in told) == bool(alarm.actions), name


def test_an_alarm_that_a_deployment_has_not_is_not_asked_for(
    source: dict[str, Any], widgets: list[dict[str, Any]]
) -> None:
    polls = {
        arn
        for name, resource in source["Resources"].items()
        if resource.get("Condition") == "PollsHealth"
        for arn in alarm_arns(widgets)
        if arn.endswith(f"-{name}")
    }
    assert len(polls) == 1
    assert alarm_arns(body(source)["widgets"]) == alarm_arns(widgets) - polls


def test_twenty_buckets_of_forty_letters_fit_into_a_search(source: dict[str, Any]) -> None:
    names = [f"{number:02d}{'x' * 38}" for number in range(21)]
    assert not [*faults(body(source, AvatarBucketNames=",".join(names[:20])))]
    assert [*faults(body(source, AvatarBucketNames=",".join(names)))]


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


def test_dependencies_are_shown_where_they_are_named(source: dict[str, Any]) -> None:
    shown = [w["properties"].get("title") for w in body(source, WorkerQueueNames="q")["widgets"]]
    assert "Messages waiting for workers" in shown
    assert "Database CPU" not in [w["properties"].get("title") for w in body(source)["widgets"]]


def test_the_logs_are_asked_with_the_saved_queries(widgets: list[dict[str, Any]]) -> None:
    texts = [widget["properties"]["query"] for widget in widgets if widget["type"] == "log"]
    assert len(texts) == 5
    for text in texts:
        query = read_query(text)
        assert query.group == "/aws/avatar-system/api"
        assert query.commands[0].name == "filter"
        assert {"operation"} < fields_read(text) <= LINE | {"@timestamp"}


def test_the_guides_three_widgets_are_made_right(widgets: list[dict[str, Any]]) -> None:
    rows = {w["properties"]["title"]: [*metrics(w)] for w in widgets if w["type"] == "metric"}

    def told(title: str) -> set[tuple[str, frozenset[str], str]]:
        return {(name, dimensions, region) for _, name, dimensions, region, _ in rows[title]}

    storage, cdn = frozenset({"BucketName", "StorageType"}), frozenset({"DistributionId", "Region"})
    requests = frozenset({"BucketName", "FilterId"})
    assert told("Storage by class") == {("BucketSizeBytes", storage, REGION)}
    assert told("Objects") == {("NumberOfObjects", storage, REGION)}
    assert told("CDN: requests and bytes") == {
        ("Requests", cdn, "us-east-1"), ("BytesDownloaded", cdn, "us-east-1"),
    }  # fmt: skip
    assert told("CDN: cache hits (needs additional metrics)") == {
        ("CacheHitRate", cdn, "us-east-1")
    }
    assert told("Errors: CDN in percent, S3 as counts (request metrics)") == {
        ("4xxErrorRate", cdn, "us-east-1"), ("5xxErrorRate", cdn, "us-east-1"),
        ("TotalErrorRate", cdn, "us-east-1"),
        ("4xxErrors", requests, REGION), ("5xxErrors", requests, REGION),
    }  # fmt: skip


def test_every_section_has_its_heading(widgets: list[dict[str, Any]]) -> None:
    heads = [w["properties"]["markdown"] for w in widgets if w["type"] == "text"]
    overview = [
        "Uploads", "Delivery", "Availability", "Error budgets", "Storage and cost",
        "Avatar Watch itself",
    ]  # fmt: skip
    detail = [*(each for each in overview if each != "Error budgets")]
    detail.insert(detail.index("Avatar Watch itself"), "Users")
    where_given = ["What the service depends on", "Scaling of the upload API", "The API's logs"]
    titles = [*overview, *(f"{each} in detail" for each in detail), *where_given]
    assert heads[1:] == [f"## {title}" for title in titles]


# ---- The overview, which is the default ----


def kpis_drawn(widgets: list[dict[str, Any]]) -> set[str]:
    graphs = (each for each in widgets if each["properties"].get("view") == "timeSeries")
    rows = (row for graph in graphs for row in metrics(graph))
    return {metric for namespace, metric, *_ in rows if namespace == "AvatarSystem/KPI"}


def test_an_overview_is_one_of_the_dashboards_that_are_always_free(source: dict[str, Any]) -> None:
    overview = {**DEFAULT, "ApiLogGroupName": "/avatar/api"}
    assert referenced(body(source, **overview)) <= prices()["always_free"]["dashboard_metrics"]


def test_an_overview_has_what_rings_within_the_day_and_every_target(source: dict[str, Any]) -> None:
    overview = body(source, **DEFAULT)["widgets"]
    drawn = kpis_drawn(overview)
    assert {kpi.metric for kpi in KPIS.values() if kpi.cadence is not Cadence.DAY} <= drawn
    critical = {
        alarm.metric for name, alarm in alarms(source, defaults(source)).items()
        if alarm.metric in KPIS and CATALOGUE[name].severity is Severity.CRITICAL
    }  # fmt: skip
    assert critical <= drawn
    [numbers] = [w for w in overview if w["properties"].get("view") == "singleValue"]
    assert {row[1] for row in numbers["properties"]["metrics"] if len(row) > 1} == {
        kpi.metric for kpi in KPIS.values() if kpi.target
    }


def test_what_an_overview_leaves_out_is_drawn_when_asked_for(source: dict[str, Any]) -> None:
    dependencies = {"DatabaseInstanceIds": "avatars", "DashboardDetail": "everything"}
    assert kpis_drawn(body(source, **dependencies)["widgets"]) == set(KPIS)
    assert kpis_drawn(body(source, **DEFAULT)["widgets"]) < set(KPIS)
