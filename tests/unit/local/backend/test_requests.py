"""Shapes and limits of the requests, without any service."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from hypothesis import given
from hypothesis import strategies as st

from local.backend.metric_data import distribution, put, single, statistic_set
from local.backend.model import simulate_minute
from local.backend.scenarios import scenario_named
from local.backend.traffic import SystemState
from local.backend.writers import log_batches, log_event

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_logs.type_defs import InputLogEventTypeDef

START = datetime(2026, 11, 20, 17, tzinfo=UTC)
DAY_MS = 24 * 3600 * 1000


class Batches:
    def __init__(self) -> None:
        self.taken: list[list[dict[str, Any]]] = []

    @property
    def client(self) -> CloudWatchClient:
        return cast("CloudWatchClient", self)

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> None:  # noqa: N803 - boto3's names
        assert Namespace == "Some/Namespace"
        self.taken.append(MetricData)


@given(st.lists(st.integers(1, 400)))
def test_a_distribution_keeps_every_sample(samples: list[int]) -> None:
    data = distribution("UploadDuration", samples, "Milliseconds", START)
    kept = [
        value
        for datum in data
        for value, count in zip(datum["Values"], datum["Counts"], strict=True)
        for _ in range(int(count))
    ]
    assert kept == sorted(samples)
    assert all(len(datum["Values"]) <= 150 for datum in data)


def test_no_samples_are_no_datum() -> None:
    assert distribution("UploadDuration", [], "Milliseconds", START) == []
    assert statistic_set("UploadBytes", [], "Bytes", START) == []


def test_requests_hold_at_most_a_thousand_data() -> None:
    batches = Batches()
    put(batches.client, "Some/Namespace", [single("M", n, "Count", START) for n in range(2001)])
    assert [len(batch) for batch in batches.taken] == [1000, 1000, 1]
    assert [d["Value"] for batch in batches.taken for d in batch] == list(range(2001))


def test_requests_stay_below_a_megabyte_in_the_most_wordy_protocol() -> None:
    batches = Batches()
    data = distribution("M", [n + 0.123456789 for n in range(150 * 200)], "Bytes", START)
    put(batches.client, "Some/Namespace", data)
    assert sum(len(batch) for batch in batches.taken) == 200
    for batch in batches.taken:
        size = 0
        for index, datum in enumerate(batch, 1):
            size += 600
            for n, value in enumerate(datum["Values"], 1):
                size += len(f"&MetricData.member.{index}.Values.member.{n}={value}")
                size += len(f"&MetricData.member.{index}.Counts.member.{n}=1.0")
        assert size < 1_000_000


def test_nothing_to_put_makes_no_request() -> None:
    batches = Batches()
    put(batches.client, "Some/Namespace", [])
    assert batches.taken == []


def test_a_log_line_is_the_guides() -> None:
    minute = simulate_minute(scenario_named("upload_failures"), START, 3, SystemState())
    good, bad = minute.succeeded[0], minute.failed[0]
    event = log_event(good)
    line = json.loads(event["message"])
    assert list(line) == [
        "level",
        "message",
        "operation",
        "userId",
        "avatarId",
        "fileSize",
        "duration",
        "success",
        "isDuplicate",
        "correlationId",
        "timestamp",
    ]
    assert (line["level"], line["message"]) == ("info", "avatar_operation")
    assert line["operation"] == "avatar_upload"
    assert line["success"] is True
    assert line["timestamp"].startswith("2026-11-20T17:00:")
    assert line["timestamp"].endswith("Z")
    assert event["timestamp"] == round(good.finished.timestamp() * 1000)
    failure = json.loads(log_event(bad)["message"])
    assert failure["success"] is False
    assert failure["errorType"] == "ImageProcessingFailed"


events = st.builds(
    lambda at, size: {"timestamp": at, "message": "ä" * size},
    st.integers(0, 3 * DAY_MS),
    st.sampled_from([1, 100, 100_000]),
)


@given(st.lists(events, max_size=40))
def test_log_batches_keep_every_event_within_the_limits(
    given_events: list[InputLogEventTypeDef],
) -> None:
    batches = list(log_batches(given_events))
    sent = [event for batch in batches for event in batch]
    assert [event["timestamp"] for event in sent] == sorted(e["timestamp"] for e in given_events)
    assert len(sent) == len(given_events)
    for batch in batches:
        assert 0 < len(batch) <= 10_000
        assert sum(len(event["message"].encode()) + 26 for event in batch) <= 1_048_576
        assert batch[-1]["timestamp"] - batch[0]["timestamp"] < DAY_MS


def test_log_batches_hold_ten_thousand_events() -> None:
    batches = log_batches({"timestamp": n, "message": "x"} for n in range(25_000))
    assert [len(batch) for batch in batches] == [10_000, 10_000, 5_000]
