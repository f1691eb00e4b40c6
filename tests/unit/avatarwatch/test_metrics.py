"""Metrics of our own are put in as few requests as the limits of PutMetricData allow."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from avatarwatch import metrics


class CloudWatch:
    """What takes metric data."""

    def __init__(self) -> None:
        self.taken: list[list[Any]] = []

    def put_metric_data(self, Namespace: str, MetricData: list[Any]) -> None:  # noqa: N803
        """Take one request."""
        assert Namespace == "Ours"
        self.taken.append(MetricData)


def put(data: list[dict[str, Any]]) -> list[int]:
    client = CloudWatch()
    assert metrics.put(cast("Any", client), "Ours", cast("Any", data)) == len(client.taken)
    assert [each for batch in client.taken for each in batch] == data
    return [len(batch) for batch in client.taken]


@pytest.mark.parametrize(
    ("count", "batches"),
    [(0, []), (1, [1]), (1000, [1000]), (1001, [1000, 1]), (2500, [1000, 1000, 500])],
)
def test_a_request_holds_a_thousand(count: int, batches: list[int]) -> None:
    assert put([{"MetricName": f"{number}"} for number in range(count)]) == batches


def test_a_request_holds_nine_hundred_thousand_bytes() -> None:
    bare = len(json.dumps({"MetricName": ""}))
    third = {"MetricName": "x" * (300_000 - bare)}
    assert put([third] * 4) == [3, 1]
    longer = {"MetricName": "x" * (300_001 - bare)}
    assert put([longer, third, third, third]) == [2, 2]
    assert put([{"MetricName": "x" * 1_000_000}, third]) == [1, 1]


def page(*statuses: str) -> Any:
    return {"MetricDataResults": [
        {"Id": f"q{number}", "Timestamps": [], "Values": [1.0], "StatusCode": status}
        for number, status in enumerate(statuses)
    ]}  # fmt: skip


def test_a_part_is_whole_once_a_page_has_the_rest_and_a_failure_stays_one() -> None:
    whole = [page("PartialData", "Complete"), page("Complete")]
    assert len(list(metrics.results(whole))) == 3
    for lacking in (
        [page("PartialData")],
        [page("Complete", "InternalError"), page("Complete")],
        [page("InternalError"), page("Complete")],
    ):
        with pytest.raises(metrics.PartialAnswerError, match="CloudWatch says"):
            list(metrics.results(lacking))
