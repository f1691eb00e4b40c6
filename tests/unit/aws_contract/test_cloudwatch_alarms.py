from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SENT, INVALID = "sent", "ValidationError"


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def stat(
    key: str = "m1", *, period: int = 300, name: str = "Sum", **changes: Any
) -> dict[str, Any]:
    metric = {"Namespace": "AvatarSystem/KPI", "MetricName": "Uploads"}
    return {"Id": key, "MetricStat": {"Metric": metric, "Period": period, "Stat": name}} | changes


def math(expression: str, key: str = "e1", **changes: Any) -> dict[str, Any]:
    return {"Id": key, "Expression": expression} | changes


NAMELESS = {"Metric": {"Namespace": "N"}, "Period": 60, "Stat": "Sum"}


TOPIC = "arn:aws:sns:eu-north-1:123456789012:alerts"


@pytest.mark.parametrize(
    ("queries", "expected"),
    [
        pytest.param([stat()], SENT, id="metric"),
        pytest.param([stat(), math("m1 / 100")], SENT, id="math"),
        pytest.param([stat(f"m{n}") for n in range(500)], SENT, id="500"),
        pytest.param([stat(f"m{n}") for n in range(501)], INVALID, id="501"),
        pytest.param([], "MissingParameter", id="none"),
        pytest.param([stat(), stat()], INVALID, id="id twice"),
        pytest.param([stat("M1")], INVALID, id="id in capitals"),
        pytest.param([stat("m-1")], INVALID, id="id with hyphen"),
        pytest.param([stat() | math("1", "m1")], INVALID, id="stat and expression"),
        pytest.param([{"Id": "m1"}], INVALID, id="neither"),
        pytest.param([stat(period=90)], INVALID, id="period of 90"),
        pytest.param([stat(period=10)], SENT, id="period of 10"),
        pytest.param([stat(name="p99.9")], SENT, id="percentile"),
        pytest.param([stat(name="P99")], INVALID, id="capital P"),
        pytest.param([stat(ReturnData=False)], INVALID, id="nothing returned"),
        pytest.param([math("m1 + 1")], INVALID, id="unknown variable"),
        pytest.param([stat(), math("FILL(m1, 0) / SUM([m1])")], SENT, id="functions"),
        pytest.param(
            [math("SEARCH('{AWS/S3,BucketName} size', 'Average', 300)")], SENT, id="search"
        ),
        pytest.param([math("SELECT AVG(x) FROM y", Period=60)], SENT, id="insights"),
        pytest.param([math("SELECT 1", "a"), math("SELECT 2", "b")], INVALID, id="two insights"),
        pytest.param([math("x" * 2_049)], INVALID, id="long expression"),
        pytest.param([{"Id": "m1", "MetricStat": NAMELESS}], INVALID, id="metric without name"),
    ],
)
def test_queries(verdict: Any, queries: list[dict[str, Any]], expected: str) -> None:
    params = {
        "MetricDataQueries": queries,
        "StartTime": NOW - timedelta(hours=1),
        "EndTime": NOW,
    }
    assert verdict("cloudwatch", "GetMetricData", params) == expected


@pytest.mark.parametrize(
    ("age", "period", "expected"),
    [
        (timedelta(hours=2), 10, SENT),
        (timedelta(hours=4), 10, INVALID),
        (timedelta(days=14), 60, SENT),
        (timedelta(days=16), 60, INVALID),
        (timedelta(days=16), 300, SENT),
        (timedelta(days=64), 300, INVALID),
        (timedelta(days=64), 3_600, SENT),
        (timedelta(days=64), 86_400, SENT),
        (timedelta(0), 60, INVALID),
    ],
    ids=str,
)
def test_age_of_the_window(verdict: Any, age: timedelta, period: int, expected: str) -> None:
    params = {"MetricDataQueries": [stat(period=period)], "StartTime": NOW - age, "EndTime": NOW}
    assert verdict("cloudwatch", "GetMetricData", params) == expected


@pytest.mark.parametrize(
    ("points", "expected"), [(1, SENT), (100_800, SENT), (100_801, INVALID), (0, INVALID)]
)
def test_number_of_datapoints(verdict: Any, points: int, expected: str) -> None:
    params = {
        "MetricDataQueries": [stat()],
        "StartTime": NOW - timedelta(hours=1),
        "EndTime": NOW,
        "MaxDatapoints": points,
    }
    assert verdict("cloudwatch", "GetMetricData", params) == expected


def alarm(**changes: Any) -> dict[str, Any]:
    given = {
        "AlarmName": "avatar-system-ErrorRateCritical",
        "Namespace": "AvatarSystem/KPI",
        "MetricName": "ErrorRate",
        "Statistic": "Maximum",
        "Period": 300,
        "EvaluationPeriods": 3,
        "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
    } | changes
    return {name: value for name, value in given.items() if value is not None}


ON_QUERIES = dict.fromkeys(("Namespace", "MetricName", "Statistic", "Period"))
BAND = {
    **ON_QUERIES,
    "Threshold": None,
    "ThresholdMetricId": "band",
    "ComparisonOperator": "GreaterThanUpperThreshold",
    "Metrics": [stat(), math("ANOMALY_DETECTION_BAND(m1, 2)", "band")],
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, SENT, id="one metric"),
        pytest.param({"AlarmName": "größte Fehlerrate 🔴"}, SENT, id="name in UTF-8"),
        pytest.param({"AlarmName": "n" * 256}, INVALID, id="name of 256"),
        pytest.param({"AlarmName": "line\nbreak"}, INVALID, id="name with line break"),
        pytest.param({"AlarmDescription": "d" * 1_025}, INVALID, id="description of 1025"),
        pytest.param({"Period": 30}, SENT, id="30 s"),
        pytest.param({"Period": 5}, INVALID, id="5 s"),
        pytest.param({"Period": 90}, INVALID, id="90 s"),
        pytest.param({"EvaluationPeriods": 288}, SENT, id="a day of 5 minutes"),
        pytest.param({"EvaluationPeriods": 289}, INVALID, id="over a day of 5 minutes"),
        pytest.param({"Period": 86_400, "EvaluationPeriods": 7}, SENT, id="a week"),
        pytest.param({"Period": 86_400, "EvaluationPeriods": 8}, INVALID, id="over a week"),
        pytest.param({"EvaluationPeriods": None}, INVALID, id="no evaluation periods"),
        pytest.param({"DatapointsToAlarm": 3}, SENT, id="3 of 3"),
        pytest.param({"DatapointsToAlarm": 4}, INVALID, id="4 of 3"),
        pytest.param({"ExtendedStatistic": "p95"}, INVALID, id="both statistics"),
        pytest.param({"Statistic": None, "ExtendedStatistic": "p95"}, SENT, id="p95"),
        pytest.param({"Statistic": None, "ExtendedStatistic": "Sum"}, INVALID, id="Sum extended"),
        pytest.param({"Statistic": None}, INVALID, id="no statistic"),
        pytest.param({"Statistic": "p95"}, INVALID, id="p95 as statistic"),
        pytest.param({"Period": None}, INVALID, id="no period"),
        pytest.param({"AlarmActions": [TOPIC] * 5}, SENT, id="5 actions"),
        pytest.param({"OKActions": ["arn:aws:sns:a:1:b"] * 6}, INVALID, id="6 actions"),
        pytest.param({"AlarmActions": ["topic"]}, INVALID, id="no ARN"),
        pytest.param({"TreatMissingData": "notBreaching"}, SENT, id="not breaching"),
        pytest.param({"TreatMissingData": "notbreaching"}, INVALID, id="missing data misspelt"),
        pytest.param({"EvaluateLowSampleCountPercentile": "no"}, INVALID, id="low samples"),
        pytest.param({"Threshold": None}, INVALID, id="no threshold"),
        pytest.param({"ComparisonOperator": None}, INVALID, id="no comparison"),
        pytest.param({"ComparisonOperator": ">"}, INVALID, id="comparison misspelt"),
        pytest.param({"ComparisonOperator": "GreaterThanUpperThreshold"}, INVALID, id="no band"),
        pytest.param({"Dimensions": [{"Name": "a", "Value": " "}]}, INVALID, id="blank dimension"),
        pytest.param(BAND, SENT, id="anomaly band"),
        pytest.param({"Metrics": [stat()]}, INVALID, id="metric and queries"),
        pytest.param(ON_QUERIES | {"Metrics": [stat()]}, SENT, id="queries"),
        pytest.param(ON_QUERIES, INVALID, id="no source"),
        pytest.param(ON_QUERIES | {"Metrics": [stat("a"), stat("b")]}, INVALID, id="two watched"),
        pytest.param(
            ON_QUERIES | {"Metrics": [stat("a", ReturnData=False), math("a * 100")]},
            SENT,
            id="math watched",
        ),
        pytest.param(ON_QUERIES | {"Metrics": [stat(period=5)]}, INVALID, id="query of 5 s"),
        pytest.param(
            ON_QUERIES | {"Metrics": [stat()], "Dimensions": []}, INVALID, id="dimensions beside"
        ),
        pytest.param(
            {"Tags": [{"Key": f"k{n}", "Value": ""} for n in range(51)]}, INVALID, id="51"
        ),
    ],
)
def test_alarm(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    assert verdict("cloudwatch", "PutMetricAlarm", alarm(**changes)) == expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        pytest.param({"AlarmNames": [f"a{n}" for n in range(100)]}, SENT, id="100 names"),
        pytest.param({"AlarmNames": [f"a{n}" for n in range(101)]}, INVALID, id="101 names"),
        pytest.param({"AlarmNamePrefix": "avatar-"}, SENT, id="prefix"),
        pytest.param({"AlarmNames": ["a"], "AlarmNamePrefix": "a"}, INVALID, id="both"),
        pytest.param({"MaxRecords": 101}, INVALID, id="101 records"),
        pytest.param({"StateValue": "FIRING"}, INVALID, id="state"),
    ],
)
def test_describe(verdict: Any, params: dict[str, Any], expected: str) -> None:
    assert verdict("cloudwatch", "DescribeAlarms", params) == expected
