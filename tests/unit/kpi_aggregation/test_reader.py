"""What an answer of GetMetricData counts as, by what it says of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from avatarwatch.kpi.readings import Unread
from kpi_aggregation.queries import Query
from kpi_aggregation.reader import _Answer, _take

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
QUERY = Query("eu-north-1", "AWS/SQS", "NumberOfMessagesSent", (), "Sum", timedelta(minutes=5))


def taken(**said: str) -> _Answer:
    result: Any = {"Id": "q0", "Timestamps": [AT], "Values": [7.0], **said}
    answer = _Answer()
    _take(QUERY, result, answer)
    return answer


@pytest.mark.parametrize("said", [{}, {"StatusCode": "Complete"}, {"StatusCode": "PartialData"}])
def test_what_is_there_counts_also_where_more_pages_follow(said: dict[str, str]) -> None:
    answer = taken(**said)
    assert answer.points == {QUERY: {AT: 7.0}}
    assert answer.problem([QUERY]) is None


@pytest.mark.parametrize("status", ["InternalError", "Forbidden"])
def test_an_answer_that_failed_is_none_and_may_come_later(status: str) -> None:
    answer = taken(StatusCode=status)
    assert answer.points == {}
    assert answer.problem([QUERY]) == Unread(
        f"NumberOfMessagesSent: CloudWatch says {status}", passing=True
    )
