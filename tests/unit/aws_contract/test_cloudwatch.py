from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from aws_contract import cloudwatch

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SENT, VALUE, MISSING, CLASH = (
    "sent",
    "InvalidParameterValue",
    "MissingParameter",
    "InvalidParameterCombination",
)
INVALID = "ValidationError"


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def datum(**changes: Any) -> dict[str, Any]:
    given = {"MetricName": "AvatarUploads", "Value": 1.0} | changes
    return {name: value for name, value in given.items() if value is not None}


def dimensions(count: int) -> list[dict[str, str]]:
    return [{"Name": f"Name{number}", "Value": "value"} for number in range(count)]


def statistic_set(**changes: float) -> dict[str, float]:
    return {"SampleCount": 2, "Sum": 3, "Minimum": 1, "Maximum": 2} | changes


@pytest.mark.parametrize(
    ("namespace", "expected"),
    [
        ("AvatarSystem/KPI", SENT),
        ("with space.and-#:_", SENT),
        ("n" * 255, SENT),
        ("n" * 256, INVALID),
        ("AWS/S3", VALUE),
        (":colon", INVALID),
        ("ümlaut", VALUE),
        ("tab\t", VALUE),
        (" ", MISSING),
    ],
)
def test_namespace(verdict: Any, namespace: str, expected: str) -> None:
    params = {"Namespace": namespace, "MetricData": [datum()]}
    assert verdict("cloudwatch", "PutMetricData", params) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param([datum()], SENT, id="one"),
        pytest.param([datum()] * 1_000, SENT, id="1000 metrics"),
        pytest.param([datum()] * 1_001, VALUE, id="1001 metrics"),
        pytest.param([], MISSING, id="none"),
        pytest.param(
            [datum(Value=None, Values=[1.123456789] * 150)] * 999,
            "RequestEntityTooLarge",
            id="over 1 MB",
        ),
        pytest.param([datum(MetricName="m" * 255)], SENT, id="name of 255"),
        pytest.param([datum(MetricName="m" * 256)], INVALID, id="name of 256"),
        pytest.param([datum(MetricName="")], "botocore", id="name empty"),
        pytest.param([datum(Dimensions=dimensions(30))], SENT, id="30 dimensions"),
        pytest.param([datum(Dimensions=dimensions(31))], INVALID, id="31 dimensions"),
        pytest.param([datum(Dimensions=[*dimensions(1)] * 2)], VALUE, id="dimension twice"),
        pytest.param([datum(Value=None)], MISSING, id="no value"),
        pytest.param([datum(Values=[1.0])], CLASH, id="Value and Values"),
        pytest.param([datum(StatisticValues=statistic_set())], CLASH, id="Value and set"),
        pytest.param([datum(Value=None, StatisticValues=statistic_set())], SENT, id="set"),
        pytest.param(
            [datum(Value=None, StatisticValues=statistic_set(Maximum=0))], CLASH, id="set max<min"
        ),
        pytest.param(
            [datum(Value=None, StatisticValues=statistic_set(Sum=float("nan")))],
            VALUE,
            id="set NaN",
        ),
        pytest.param([datum(Value=float("nan"))], VALUE, id="NaN"),
        pytest.param([datum(Value=float("inf"))], VALUE, id="infinity"),
        pytest.param([datum(Value=-(2.0**360))], SENT, id="-2^360"),
        pytest.param([datum(Value=2.0**361)], VALUE, id="2^361"),
        pytest.param([datum(Value=None, Values=[1.0] * 150)], SENT, id="150 values"),
        pytest.param([datum(Value=None, Values=[1.0] * 151)], VALUE, id="151 values"),
        pytest.param([datum(Value=None, Values=[])], VALUE, id="0 values"),
        pytest.param([datum(Value=None, Values=[1.0], Counts=[3])], SENT, id="counts"),
        pytest.param([datum(Value=None, Values=[1.0], Counts=[1, 2])], CLASH, id="more counts"),
        pytest.param([datum(Value=None, Values=[1.0], Counts=[0])], VALUE, id="count of 0"),
        pytest.param([datum(Counts=[1])], CLASH, id="counts alone"),
        pytest.param([datum(Timestamp=NOW - timedelta(weeks=2))], SENT, id="two weeks old"),
        pytest.param([datum(Timestamp=NOW - timedelta(weeks=2, seconds=1))], VALUE, id="older"),
        pytest.param([datum(Timestamp=NOW + timedelta(hours=2))], SENT, id="two hours ahead"),
        pytest.param([datum(Timestamp=NOW + timedelta(hours=2, seconds=1))], VALUE, id="ahead"),
        pytest.param([datum(Timestamp="2026-11-23T11:00:00Z")], SENT, id="time as text"),
        pytest.param([datum(Timestamp="2025-11-23T11:00:00Z")], VALUE, id="old time as text"),
        pytest.param([datum(Unit="Milliseconds")], SENT, id="unit"),
        pytest.param([datum(Unit="ms")], INVALID, id="no unit of CloudWatch"),
        pytest.param([datum(StorageResolution=1)], SENT, id="1 s"),
        pytest.param([datum(StorageResolution=30)], VALUE, id="30 s"),
    ],
)
def test_metric_data(verdict: Any, data: list[dict[str, Any]], expected: str) -> None:
    params = {"Namespace": "AvatarSystem/KPI", "MetricData": data}
    assert verdict("cloudwatch", "PutMetricData", params) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Endpoint", "https://avatars.example/health?a=b", SENT),
        ("n" * 255, "v" * 1_024, SENT),
        ("n" * 256, "v", INVALID),
        ("n", "v" * 1_025, INVALID),
        (":Endpoint", "v", VALUE),
        ("Endpoint", "", "botocore"),
        ("Endpoint", "   ", VALUE),
        ("Endpoint", "höhe", VALUE),
        ("Endpoint", "line\nbreak", VALUE),
    ],
)
def test_dimension(verdict: Any, name: str, value: str, expected: str) -> None:
    data = [datum(Dimensions=[{"Name": name, "Value": value}])]
    params = {"Namespace": "AvatarSystem/Health", "MetricData": data}
    assert verdict("cloudwatch", "PutMetricData", params) == expected


def test_entity_data_counts_too(verdict: Any) -> None:
    entity = {"Entity": {}, "MetricData": [datum()] * 600}
    params = {"Namespace": "N", "MetricData": [datum()] * 400}
    assert verdict("cloudwatch", "PutMetricData", params | {"EntityMetricData": [entity]}) == SENT
    params["MetricData"] = [datum()] * 401
    assert verdict("cloudwatch", "PutMetricData", params | {"EntityMetricData": [entity]}) == VALUE


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, SENT, id="one day of minutes"),
        pytest.param({"StartTime": NOW - timedelta(days=1, minutes=1)}, CLASH, id="1441 points"),
        pytest.param({"Period": 61}, VALUE, id="period of 61"),
        pytest.param({"EndTime": NOW - timedelta(days=1)}, CLASH, id="empty span"),
        pytest.param({"Statistics": None}, MISSING, id="no statistic"),
        pytest.param({"Statistics": ["p95"]}, INVALID, id="percentile as statistic"),
        pytest.param({"Statistics": None, "ExtendedStatistics": ["p95"]}, SENT, id="percentile"),
        pytest.param({"Statistics": None, "ExtendedStatistics": ["p101"]}, VALUE, id="p101"),
        pytest.param({"Dimensions": [{"Name": "a", "Value": " "}]}, VALUE, id="dimension"),
    ],
)
def test_statistics(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    params = {
        "Namespace": "AWS/S3",
        "MetricName": "BucketSizeBytes",
        "StartTime": NOW - timedelta(days=1),
        "EndTime": NOW,
        "Period": 60,
        "Statistics": ["Average"],
    }
    params = {name: value for name, value in (params | changes).items() if value is not None}
    assert verdict("cloudwatch", "GetMetricStatistics", params) == expected


@pytest.mark.parametrize(
    ("widget", "expected"),
    [
        ('{"metrics": [["AWS/S3", "BucketSizeBytes"]], "width": 600}', SENT),
        ('{"metrics": [["A", "B"]], "width": 2001}', INVALID),
        ('{"metrics": [["A", "B"]], "height": 0}', INVALID),
        ('{"metrics": [["A", "B"]], "period": 61}', INVALID),
        ("{metrics: []}", INVALID),
        ("[]", INVALID),
        ('{"metrics": [' + ",".join(["[]"] * 101) + "]}", INVALID),
        ('{"title": "' + "x" * 102_400 + '"}', INVALID),
        ('{"metrics": []}', INVALID),
        ('{"metrics": [["A", "B", {"stat": "Mean"}]]}', INVALID),
        ('{"metrics": [["A", "B", {"color": "red"}]]}', INVALID),
        ('{"metrics": [["A", "B"]], "view": "lines"}', INVALID),
        ('{"metrics": [["A", "B"]], "timezone": "UTC"}', INVALID),
        ('{"metrics": [["A", "B"]], "annotations": {"horizontal": [{"label": "x"}]}}', INVALID),
        ('{"metrics": [["A", "B"]], "annotations": {"vertical": [{"value": 1}]}}', INVALID),
        (
            '{"metrics": [["A", "B"]], "annotations": {"horizontal": [[{"value": 1}]]}}',
            SENT,
        ),
    ],
    ids=[
        "good", "wide", "flat", "period", "no JSON", "no object", "101 metrics", "over 100 KB",
        "no metric", "statistic", "color", "view", "zone", "no value", "no time", "band",
    ],
)  # fmt: skip
def test_widget_image(verdict: Any, widget: str, expected: str) -> None:
    assert verdict("cloudwatch", "GetMetricWidgetImage", {"MetricWidget": widget}) == expected


def test_widget_image_is_a_png(verdict: Any) -> None:
    params = {"MetricWidget": '{"metrics": [["A", "B"]]}', "OutputFormat": "jpg"}
    assert verdict("cloudwatch", "GetMetricWidgetImage", params) == INVALID


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        pytest.param({"Namespace": "AWS/S3", "RecentlyActive": "PT3H"}, SENT, id="recent"),
        pytest.param({"RecentlyActive": "PT1H"}, INVALID, id="PT1H"),
        pytest.param({"Dimensions": [{"Name": str(n)} for n in range(11)]}, INVALID, id="11"),
        pytest.param({"OwningAccount": "123456789012"}, VALUE, id="account alone"),
    ],
)
def test_list_metrics(verdict: Any, params: dict[str, Any], expected: str) -> None:
    assert verdict("cloudwatch", "ListMetrics", params) == expected


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        *[(name, True) for name in ("Average", "SampleCount", "IQM", "p0", "p95", "p99.99")],
        *[(name, True) for name in ("tm90", "TM(10%:90%)", "PR(100:2000)", "WM(:95%)", "p100")],
        *[(name, False) for name in ("average", "P95", "p", "p100.5", "p101", "median", "")],
    ],
)
def test_statistic_names(*, name: str, legal: bool) -> None:
    assert cloudwatch.is_statistic(name) is legal
