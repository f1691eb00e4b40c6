"""What an answer of GetMetricData counts as, by what it says of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from avatarwatch.kpi.readings import Unread
from avatarwatch.kpi_inputs import CACHE_HITS, CACHEABLE
from kpi_aggregation.queries import Query, Resource, queries_of
from kpi_aggregation.reader import _Answer, _combined, _take

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
QUERY = Query("eu-north-1", "AWS/SQS", "NumberOfMessagesSent", (), "Sum", timedelta(minutes=5))


def taken(**said: str) -> _Answer:
    result: Any = {"Id": "q0", "Timestamps": [AT], "Values": [7.0], **said}
    answer = _Answer()
    _take(QUERY, result, answer)
    return answer


@pytest.mark.parametrize("said", [{}, {"StatusCode": "Complete"}])
def test_what_is_there_counts(said: dict[str, str]) -> None:
    answer = taken(**said)
    assert answer.points == {QUERY: {AT: 7.0}}
    assert answer.problem([QUERY]) is None


def test_a_part_counts_once_a_page_has_the_rest() -> None:
    answer = taken(StatusCode="PartialData")
    assert answer.problem([QUERY]) == Unread(
        "NumberOfMessagesSent: CloudWatch says PartialData", passing=True
    )
    later: Any = {"Id": "q0", "Timestamps": [AT + timedelta(minutes=5)], "Values": [3.0],
                  "StatusCode": "Complete"}  # fmt: skip
    _take(QUERY, later, answer)
    assert answer.problem([QUERY]) is None
    assert sum(answer.points[QUERY].values()) == 10


@pytest.mark.parametrize("status", ["InternalError", "Forbidden"])
def test_an_answer_that_failed_is_none_and_may_come_later(status: str) -> None:
    answer = taken(StatusCode=status)
    assert answer.points == {}
    assert answer.problem([QUERY]) == Unread(
        f"NumberOfMessagesSent: CloudWatch says {status}", passing=True
    )


def test_a_share_is_of_the_requests_whose_share_is_told() -> None:
    """Of a minute that is late, or a distribution without the metric, nothing is bad or good."""
    [hits], [of] = CACHE_HITS.plus, CACHEABLE.plus
    minute = timedelta(minutes=1)
    resource = Resource("E1", "us-east-1", (("DistributionId", "E1"),))
    share, requests = queries_of(hits, resource, minute)
    assert queries_of(of, resource, minute) == (share, requests)
    points = {share: {AT: 90.0}, requests: {AT: 100.0, AT + minute: 900.0}}
    assert _combined(hits, (share, requests), points) == {AT: 90.0}
    assert _combined(of, (share, requests), points) == {AT: 100.0}
    assert _combined(of, (share, requests), {requests: {AT: 900.0}}) == {}
