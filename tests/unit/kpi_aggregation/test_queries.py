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
    billed,
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


@pytest.mark.parametrize(("points", "calls"), [(MAX_POINTS // 2, 1), (MAX_POINTS // 2 + 1, 2)])
def test_a_page_is_filled_to_its_last_point(points: int, calls: int) -> None:
    span = Window(AT, AT + (points - 1) * MINUTE)  # as many points as minutes, and the one between
    assert len(pack(dict.fromkeys(many(2, MINUTE), timedelta()), span)) == calls


def test_what_looks_back_further_takes_nobody_along() -> None:
    """Of a full call the rest begins anew, with its own span."""
    far, near = many(MAX_QUERIES), many(MAX_QUERIES + 1)[-1]
    backs = dict.fromkeys(far, timedelta(hours=3)) | {near: timedelta(minutes=10)}
    first, second = pack(backs, FIVE)
    assert (first.start, second.start) == (AT - timedelta(hours=3), AT - timedelta(minutes=10))
    assert second.queries == (near,)


@pytest.mark.parametrize(("period", "apart"), [(1, True), (4, True), (5, False), (59, False)])
def test_points_that_are_kept_for_a_shorter_time_are_asked_apart(
    period: int, *, apart: bool
) -> None:
    both = [Query("r", "N", f"m{n}", (), "Sum", n * MINUTE) for n in (period, 30)]
    assert len(pack(dict.fromkeys(both, timedelta()), FIVE)) == 1 + apart
    hours = [Query("r", "N", f"m{n}", (), "Sum", n * MINUTE) for n in (period, 60)]
    assert len(pack(dict.fromkeys(hours, timedelta()), FIVE)) == 2


def test_a_series_has_a_period_of_its_own_or_the_window_s() -> None:
    resource = Resource("", "eu-north-1")
    [own] = queries_of(UPLOAD_P95, resource, 7 * MINUTE)
    assert own.period == (UPLOAD_P95.period or 7 * MINUTE)


@pytest.mark.parametrize(("statistics", "metrics"), [(0, 0), (1, 1), (5, 1), (6, 2), (11, 3)])
def test_five_statistics_of_a_metric_are_paid_as_one(statistics: int, metrics: int) -> None:
    one = [Query("r", "N", "m", (), f"p{n}", MINUTE) for n in range(statistics)]
    assert billed(one) == metrics
    other = [Query("r", "N", "m", (("a", "b"),), "Sum", MINUTE)]
    assert billed(one + other) == metrics + 1


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
