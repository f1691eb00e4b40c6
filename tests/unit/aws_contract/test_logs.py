from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from aws_contract.insights import fields_read, read
from aws_contract.insights_tree import Column, Field, Literal, Operation
from aws_contract.insights_words import QueryError
from kpi_aggregation.insights import QUERY

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MS = int(NOW.timestamp() * 1_000)
HOUR, DAY, MIB = 3_600_000, 86_400_000, 1_048_576
SENT, INVALID, MALFORMED = "sent", "InvalidParameterException", "MalformedQueryException"
GROUP = "/aws/avatar-system/api"


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def event(at: int = 0, text: str = "x") -> dict[str, Any]:
    return {"timestamp": MS + at, "message": text}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([event(-1), event()], SENT, id="in order"),
        pytest.param([event(), event(-1)], INVALID, id="out of order"),
        pytest.param([event()] * 10_000, SENT, id="10000"),
        pytest.param([event()] * 10_001, INVALID, id="10001"),
        pytest.param([event(text="x" * (MIB - 26))], SENT, id="1 MiB with overhead"),
        pytest.param([event(text="x" * (MIB - 25))], INVALID, id="more"),
        pytest.param([event(text="x" * (MIB // 2 - 26))] * 2, SENT, id="1 MiB together"),
        pytest.param([event(text="ü" * (MIB // 2))], INVALID, id="bytes, not characters"),
        pytest.param([event(-DAY), event()], SENT, id="24 hours"),
        pytest.param([event(-DAY - 1), event()], INVALID, id="over 24 hours"),
        pytest.param([event(-14 * DAY)], SENT, id="14 days old"),
        pytest.param([event(-14 * DAY - 1)], INVALID, id="older"),
        pytest.param([event(2 * HOUR)], SENT, id="2 hours ahead"),
        pytest.param([event(2 * HOUR + 1)], INVALID, id="further ahead"),
        pytest.param([event(text="")], "botocore", id="empty message"),
    ],
)
def test_events(verdict: Any, events: list[dict[str, Any]], expected: str) -> None:
    params = {"logGroupName": GROUP, "logStreamName": "s", "logEvents": events}
    assert verdict("logs", "PutLogEvents", params) == expected


SUCCESS = (
    'filter operation="avatar_upload" and ispresent(success) '
    "| stats count(*) as total, sum(success)/count(*)*100 as successRate by bin(1h)"
)
SIZES = (
    "filter success=1 | fields floor(fileSize/1000000) as sizeMB "
    "| stats pct(duration,95) as p95 by sizeMB | sort sizeMB asc"
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, SENT, id="plain"),
        pytest.param({"startTime": 0, "endTime": 0}, SENT, id="one second"),
        pytest.param({"startTime": 2, "endTime": 1}, INVALID, id="backwards"),
        pytest.param({"startTime": MS, "endTime": MS}, MALFORMED, id="milliseconds"),
        pytest.param({"limit": 10_000}, SENT, id="10000 rows"),
        pytest.param({"limit": 100_000}, SENT, id="100000 rows"),
        pytest.param({"limit": 100_001}, INVALID, id="100001 rows"),
        pytest.param({"limit": 10_001, "queryLanguage": "PPL"}, INVALID, id="PPL's limit"),
        pytest.param({"logGroupName": None}, INVALID, id="no group"),
        pytest.param({"logGroupNames": [GROUP]}, INVALID, id="two ways"),
        pytest.param(
            {"logGroupName": None, "logGroupNames": [f"g{n}" for n in range(50)]}, SENT, id="50"
        ),
        pytest.param(
            {"logGroupName": None, "logGroupNames": [f"g{n}" for n in range(51)]}, INVALID, id="51"
        ),
        pytest.param({"logGroupName": "two words"}, INVALID, id="illegal name"),
    ],
)
def test_query(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    seconds = MS // 1_000
    params = {
        "logGroupName": GROUP,
        "startTime": seconds - 3_600,
        "endTime": seconds,
        "queryString": SUCCESS,
    } | changes
    params = {name: value for name, value in params.items() if value is not None}
    assert verdict("logs", "StartQuery", params) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SUCCESS, SENT),
        (SIZES, SENT),
        ("# a comment\nfields @timestamp\n| filter @message like /a|b (c/", SENT),
        ("stats count(*) by bin(15 minutes)", SENT),
        ("fields fileSize | bin(fileSize, 1000000) as fileSizeBin", MALFORMED),
        ("stats avg(duration) by bin(fileSize)", MALFORMED),
        ("stats count(* by bin(1h)", MALFORMED),
        ("select * from logs", MALFORMED),
        ("fields @message | | limit 1", MALFORMED),
        ("x" * 10_001, MALFORMED),
    ],
    ids=[
        "rate",
        "sizes",
        "comment",
        "words",
        "guide's",
        "bin of a size",
        "open",
        "SQL",
        "gap",
        "long",
    ],
)
def test_query_text(verdict: Any, text: str, expected: str) -> None:
    params = {"logGroupName": GROUP, "startTime": 1, "endTime": 2, "queryString": text}
    assert verdict("logs", "StartQuery", params) == expected


@pytest.mark.parametrize(
    "text",
    [
        QUERY,
        "fields @timestamp, @message, concat(a, 'b|c') as d | sort @timestamp desc | limit 20",
        "filter not (status in [200, 404] or path not like /health|ready/) and ms >= 1.5",
        "filter @message =~ /(?i)error/ | stats count() as errors by bin(5m), service as name",
        "stats (max(ms) - min(ms)) / count(*) as spread, latest(@timestamp), pct(ms, 99.9)",
        "stats count_distinct(userId) as users by datefloor(@timestamp, 1h)",
        "filter ispresent(`user-agent.name`) and -1 < a.b.c % 10 ^ 2",
        "parse @message 'user=*, ms=*' as user, ms | dedup user | display user",
        "stats sum(strcontains(@message, 'Init')) as cold by bin(1 hour)",
        "fields a / b as ratio, c/d as other",
    ],
)
def test_queries_that_the_documentation_allows(verdict: Any, text: str) -> None:
    params = {"logGroupName": GROUP, "startTime": 1, "endTime": 2, "queryString": text}
    assert verdict("logs", "StartQuery", params) == SENT


@pytest.mark.parametrize(
    "text",
    [
        QUERY.replace("count_distinct(", "countDistinct("),
        QUERY.replace("count_distinct(userId)", "count_distinct(userId, avatarId)"),
        QUERY.replace("count_distinct(userId)", "count_distinct()"),
        QUERY.replace(" as uploaders", " uploaders"),
        QUERY.replace(" as uploaders", " as 'uploaders'"),
        QUERY.replace("ispresent(userId)", "exists(userId)"),
        QUERY.replace("ispresent(userId)", "ispresent(userId"),
        QUERY.replace(" and success=1", " and success==1"),
        QUERY.replace(" and success=1", " && success=1"),
        QUERY.replace(" and success=1", " success=1"),
        QUERY.replace('"avatar_upload"', '"avatar_upload'),
        QUERY.replace("stats count_distinct(userId)", "stats userId"),
        "filter count(*) > 3",
        "stats count(*) by",
        "stats count(*), by bin(1h)",
        "stats pct(ms) by bin(1h)",
        "filter status in (200, 404)",
        "filter a not 3",
        "filter path like health",
        "sort a upwards",
        "limit many",
        "fields a as",
    ],
)
def test_queries_that_it_does_not(verdict: Any, text: str) -> None:
    assert text != QUERY
    params = {"logGroupName": GROUP, "startTime": 1, "endTime": 2, "queryString": text}
    assert verdict("logs", "StartQuery", params) == MALFORMED


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, SENT, id="value from the event"),
        pytest.param({"metricValue": "1"}, SENT, id="one each"),
        pytest.param({"metricValue": "one"}, INVALID, id="no number"),
        pytest.param({"dimensions": {"a": "$.a"}, "unit": "Count"}, SENT, id="dimension"),
        pytest.param({"dimensions": dict.fromkeys("abcd", "$.a")}, INVALID, id="4 dimensions"),
        pytest.param({"dimensions": {"a": "$.a"}, "defaultValue": 0.0}, INVALID, id="with default"),
        pytest.param({"metricNamespace": "AWS/S3"}, INVALID, id="namespace of AWS"),
        pytest.param({"metricName": "a:b"}, INVALID, id="colon"),
        pytest.param({"unit": "ms"}, INVALID, id="unit"),
    ],
)
def test_metric_filter(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    transformation = {
        "metricName": "UploadDuration",
        "metricNamespace": "AvatarSystem/Custom",
        "metricValue": "$.duration",
    } | changes
    params = {
        "logGroupName": GROUP,
        "filterName": "duration",
        "filterPattern": "{ $.success IS TRUE }",
        "metricTransformations": [transformation],
    }
    assert verdict("logs", "PutMetricFilter", params) == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(1, SENT), (30, SENT), (3_653, SENT), (2, INVALID), (31, INVALID)]
)
def test_retention(verdict: Any, days: int, expected: str) -> None:
    params = {"logGroupName": GROUP, "retentionInDays": days}
    assert verdict("logs", "PutRetentionPolicy", params) == expected


@pytest.mark.parametrize(("name", "expected"), [("/aws/lambda/f", SENT), ("aws/x", INVALID)])
def test_log_group(verdict: Any, name: str, expected: str) -> None:
    assert verdict("logs", "CreateLogGroup", {"logGroupName": name}) == expected


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        (SUCCESS, {"operation", "success"}),
        (SIZES, {"success", "fileSize", "duration"}),
        (
            "fields a as b, b + 1 as c | filter b > 1 and not (`d e` like /x|y/) | sort c",
            {"a", "b", "d e"},
        ),
        ("SOURCE '/api' | dedup userId | display @message", {"userId", "@message"}),
        ("stats count(*), avg(x - -y) by bin(5m), coalesce(z, 'w')", {"x", "y", "z"}),
    ],
)
def test_the_fields_that_a_query_reads(query: str, fields: set[str]) -> None:
    assert fields_read(query) == fields


def test_which_fields_a_command_reads_is_known_or_refused() -> None:
    with pytest.raises(QueryError, match="parse"):
        fields_read("parse @message '*' as x")


def test_signs_bind_as_everywhere() -> None:
    [command] = read("fields 1 + a * 2 - b as c")
    product = Operation("*", (Field("a"), Literal(2.0)))
    total = Operation("+", (Literal(1.0), product))
    assert command.columns == (Column("c", Operation("-", (total, Field("b")))),)
