"""Queries are packed into as few calls as CloudWatch allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil

import pytest

from avatarwatch.kpi.readings import Window
from avatarwatch.kpi_inputs import FAILED_REQUESTS, REQUESTS, UPLOAD_P95
from kpi_aggregation.queries import (
    MAX_POINTS,
    MAX_QUERIES,
    Query,
    Resource,
    furthest,
    pack,
    queries_of,
)

MINUTE = timedelta(minutes=1)
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FIVE = Window(AT, AT + 5 * MINUTE)


def many(count: int, period: timedelta = 5 * MINUTE, region: str = "eu-north-1") -> list[Query]:
    return [Query(region, "N", f"m{n}", (), "Sum", period) for n in range(count)]


@pytest.mark.parametrize("count", [1, 500, 501, 1000, 2600])
def test_calls_are_as_few_as_may_be(count: int) -> None:
    calls = pack(dict.fromkeys(many(count), timedelta()), FIVE)
    assert len(calls) == ceil(count / MAX_QUERIES)
    assert sum(len(call.queries) for call in calls) == count
    assert {(call.start, call.end) for call in calls} == {(FIVE.start, FIVE.end)}


def test_a_call_keeps_to_one_page_of_points() -> None:
    day = Window(AT, AT + timedelta(days=1))
    calls = pack(dict.fromkeys(many(200, MINUTE), timedelta()), day)
    assert len(calls) == ceil(200 / (MAX_POINTS // 1441))
    for call in calls:
        assert len(call.queries) * 1440 <= MAX_POINTS


def test_regions_are_asked_apart() -> None:
    both = many(3) + many(2, region="us-east-1")
    assert [call.region for call in pack(dict.fromkeys(both, timedelta()), FIVE)] == [
        "eu-north-1", "us-east-1"
    ]  # fmt: skip


def test_a_calls_span_begins_with_its_longest_period() -> None:
    [call] = pack(dict.fromkeys(many(1, timedelta(days=1)), timedelta(days=3)), FIVE)
    assert call.start == datetime(2026, 11, 20, tzinfo=UTC)


def test_a_query_looks_back_as_far_as_anybody_wants() -> None:
    [query] = many(1)
    assert furthest([(query, MINUTE), (query, 6 * MINUTE), (query, timedelta())]) == {
        query: 6 * MINUTE
    }


def test_a_share_brings_its_weight_which_is_asked_for_once() -> None:
    resource = Resource("E1", "us-east-1", (("DistributionId", "E1"), ("Region", "Global")))
    share = queries_of(FAILED_REQUESTS.plus[0], resource, 5 * MINUTE)
    plain = queries_of(REQUESTS.plus[0], resource, 5 * MINUTE)
    assert [(q.metric, q.statistic) for q in share] == [
        ("TotalErrorRate", "Average"), ("Requests", "Sum")
    ]  # fmt: skip
    assert share[1] == plain[0]


def test_a_request_names_the_unit_that_is_meant() -> None:
    [query] = queries_of(UPLOAD_P95, Resource("", "eu-north-1"), 5 * MINUTE)
    stat = query.request("q0")["MetricStat"]
    assert (stat["Stat"], stat["Period"], stat.get("Unit")) == ("p95", 300, "Milliseconds")
