from datetime import UTC, datetime

import pytest

from local.dashboards.insights import Event, read_query
from local.dashboards.panels import (
    DashboardError,
)

AT = datetime(2026, 11, 25, 10, 5, tzinfo=UTC).timestamp()


def upload(minute: float, **fields: str | float) -> Event:
    at = AT + 60 * minute
    return {"@timestamp": at, "operation": "avatar_upload", "success": 1.0, **fields}


EVENTS: list[Event] = [
    upload(0, duration=100.0, fileSize=500_000.0, userId="a", isDuplicate=1.0),
    upload(10, duration=300.0, fileSize=1_500_000.0, userId="b", isDuplicate=0.0),
    upload(70, duration=200.0, fileSize=1_700_000.0, userId="a", isDuplicate=0.0),
    upload(71, success=0.0, userId="c", errorType="InvalidImage"),
    upload(72, success=0.0, userId="c", errorType="InvalidImage"),
    upload(73, success=0.0, userId="d"),
    {"@timestamp": AT, "operation": "avatar_delete", "success": 1.0},
]


def rows(query: str) -> list[tuple[str, ...]]:
    return [*read_query(f"SOURCE '/api' | {query}").answer(EVENTS).rows]


def test_success_rate_by_the_hour() -> None:
    query = (
        'filter operation="avatar_upload" and ispresent(success)'
        " | stats count(*) as total, sum(success) as ok, sum(success)/count(*)*100 as rate"
        " by bin(1h)"
    )
    assert rows(query) == [
        ("2026-11-25 10:00", "2", "2", "100"),
        ("2026-11-25 11:00", "4", "1", "25"),
    ]


def test_upload_time_by_size() -> None:
    query = (
        'filter operation="avatar_upload" and success=1 and ispresent(fileSize)'
        " | fields floor(fileSize/1000000) as sizeMB"
        " | stats count(*) as uploads, avg(duration) as mean, pct(duration,95) as p95 by sizeMB"
        " | sort sizeMB desc"
    )
    assert rows(query) == [("1", "2", "250", "300"), ("0", "1", "100", "100")]


def test_errors_by_type_and_those_without_one() -> None:
    query = (
        "filter success=0 | stats count(*) as failures, count_distinct(userId) as users"
        " by errorType | sort failures desc"
    )
    assert rows(query) == [("InvalidImage", "2", "1"), ("", "1", "1")]


def test_a_limit() -> None:
    query = "filter success=1 | stats count(*) as n by userId | sort n desc | limit 1"
    assert rows(query) == [("a", "2")]


def test_nothing_matches() -> None:
    assert rows('filter operation="other" | stats count(*) as n by bin(1d)') == []


@pytest.mark.parametrize(
    "query",
    [
        "stats count(*) by bin(1h)",  # no source
        "SOURCE '/api' | parse @message '*' as x",
        "SOURCE '/api' | filter success like /1/",
        "SOURCE '/api' | filter success=1 or success=0",
        "SOURCE '/api' | filter strlen(userId) = 3",
        "SOURCE '/api' | filter success=1 | stats stddev(duration) as d",
        "SOURCE '/api' | stats count(*) as n by userId | sort n",
        "SOURCE '/api' | dedup userId",
    ],
)
def test_what_is_not_understood_is_refused(query: str) -> None:
    with pytest.raises(DashboardError):
        read_query(query).answer(EVENTS)
