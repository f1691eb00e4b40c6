"""What the writers send adds up to what the ledger says was generated."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from local.backend.aws_side import AwsSideWriter, Cadence, WrongRegionError
from local.backend.driver import Backend
from local.backend.kpis import publish_kpis, publish_upload_kpis
from local.backend.ledger import Totals
from local.backend.model import MINUTE
from local.backend.scenarios import SCENARIOS, scenario_named
from local.backend.writers import CustomMetricsWriter, log_line

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

type Play = tuple[str, int, int, int]

START = datetime(2026, 11, 20, 17, tzinfo=UTC)


class Meta:
    def __init__(self, region: str) -> None:
        self.region_name = region


class Recorder:
    """Takes PutMetricData and nothing else, within the documented limits."""

    def __init__(self, region: str = "eu-north-1") -> None:
        self.meta = Meta(region)
        self.sums: dict[str, float] = defaultdict(float)
        self.samples: dict[str, float] = defaultdict(float)
        self.data: list[dict[str, Any]] = []

    @property
    def client(self) -> CloudWatchClient:
        return cast("CloudWatchClient", self)

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> None:  # noqa: N803 - boto3's names
        assert Namespace
        assert 0 < len(MetricData) <= 1000
        for datum in MetricData:
            self.data.append(datum)
            values, counts = self.read(datum)
            self.samples[datum["MetricName"]] += sum(counts)
            self.sums[datum["MetricName"]] += sum(
                value * count for value, count in zip(values, counts, strict=True)
            )

    @staticmethod
    def read(datum: dict[str, Any]) -> tuple[list[float], list[float]]:
        match datum:
            case {"Value": value}:
                return [value], [1]
            case {"Values": values, "Counts": counts}:
                assert 0 < len(values) == len(counts) <= 150
                assert len(set(values)) == len(values)
                return values, counts
            case {"StatisticValues": {"SampleCount": count, "Sum": total, **bounds}}:
                assert bounds["Minimum"] <= total / count <= bounds["Maximum"]
                return [total / count], [count]
            case _:
                raise AssertionError(f"no form of a datum: {datum}")


plays = st.tuples(
    st.sampled_from(sorted(SCENARIOS)), st.integers(1, 4), st.integers(0, 24 * 60), st.integers()
)


@given(plays)
@settings(max_examples=examples(50))
def test_custom_metrics_add_up_to_the_ledger(play: Play) -> None:
    name, minutes, offset, seed = play
    recorder = Recorder()
    backend = Backend([CustomMetricsWriter(recorder.client)], seed=seed)
    backend.play(name, minutes, START + offset * MINUTE)
    totals, sums = backend.ledger.totals(), recorder.sums
    assert sums["AvatarUploads"] == totals.uploads == recorder.samples["UploadDuration"]
    assert sums["UploadFailures"] == totals.failures
    assert sums["UploadDuration"] == totals.duration_sum_ms
    assert sums["UploadBytes"] == pytest.approx(totals.upload_bytes)
    assert sums["DuplicateUploads"] == totals.duplicates
    assert sums["DeduplicationSavings"] == pytest.approx(totals.dedup_savings_bytes)
    assert sums["OriginalBytes"] == pytest.approx(totals.original_bytes)
    assert sums["StoredBytes"] == pytest.approx(totals.stored_bytes)
    assert sums["MultiSizeUploads"] == totals.multi_size
    assert sums["UserSatisfactionScore"] == pytest.approx(totals.rating_sum)
    assert recorder.samples["UserSatisfactionScore"] == totals.ratings
    assert totals.upload_bytes == totals.original_bytes + totals.dedup_savings_bytes


@given(plays)
@settings(max_examples=examples(30))
def test_cdn_metrics_add_up_to_the_ledger(play: Play) -> None:
    name, minutes, offset, seed = play
    everywhere = Recorder("us-east-1")
    writer = AwsSideWriter(
        Recorder().client, everywhere.client, bucket="avatars", distribution_id="E1"
    )
    backend = Backend([writer], seed=seed)
    backend.play(name, minutes, START + offset * MINUTE)
    totals, sums = backend.ledger.totals(), everywhere.sums
    assert sums["Requests"] == totals.requests
    assert sums["BytesDownloaded"] == totals.bytes_downloaded
    assert sums["BytesUploaded"] == totals.bytes_uploaded
    assert everywhere.samples["OriginLatency"] == totals.requests - totals.cache_hits
    assert sums["TotalErrorRate"] == pytest.approx(sums["4xxErrorRate"] + sums["5xxErrorRate"])


@given(plays)
@settings(max_examples=examples(30))
def test_log_lines_add_up_to_the_ledger(play: Play) -> None:
    name, minutes, offset, seed = play
    backend = Backend(seed=seed)
    played = backend.play(name, minutes, START + offset * MINUTE)
    lines = [log_line(upload) for minute in played for upload in minute.uploads]
    done = [line for line in lines if line["success"]]
    totals = backend.ledger.totals()
    assert len(done) == totals.uploads
    assert sum("errorType" in line for line in lines) == totals.failures
    assert sum(line["fileSize"] for line in done) == totals.upload_bytes
    assert sum(line["duration"] for line in done) == totals.duration_sum_ms
    assert sum(line["isDuplicate"] for line in lines) == totals.duplicates


def test_metrics_carry_the_start_of_their_minute() -> None:
    recorder = Recorder()
    Backend([CustomMetricsWriter(recorder.client)]).play("normal_day", 2, START)
    assert {datum["Timestamp"] for datum in recorder.data} == {START, START + MINUTE}


@given(quiet=st.integers(0, 59), seed=st.integers())
@settings(max_examples=examples(30))
def test_a_quiet_end_of_an_hour_has_an_error_rate(quiet: int, seed: int) -> None:
    played = Backend([], seed=seed).play("quiet_day", 60, START)
    minutes = [
        replace(minute, cdn=replace(minute.cdn, errors_4xx=0, errors_5xx=0))
        if at >= quiet
        else minute
        for at, minute in enumerate(played)
    ]
    recorder = Recorder()
    kpis = ("ErrorRate5m", "CacheHitRate1h")
    publish_kpis(recorder.client, minutes, dict.fromkeys(kpis, START))
    assert recorder.samples.keys() == set(kpis)


OF_FAILURES = {"UploadFailures"}
OF_SUCCESSES = {
    "AvatarUploads", "UploadDuration", "UploadBytes", "DuplicateUploads", "DeduplicationSavings",
    "OriginalBytes", "StoredBytes", "MultiSizeUploads",
}  # fmt: skip
OF_COPIES = {"DuplicateUploads", "DeduplicationSavings"}


@pytest.mark.parametrize(
    ("rates", "impossible"),
    [
        ({"failure_share": 0.0}, OF_FAILURES),
        ({"failure_share": 1.0}, OF_SUCCESSES),
        ({"duplicate_share": 0.0}, OF_COPIES),
        ({"duplicate_share": 1.0, "failure_share": 0.0}, {"OriginalBytes", "StoredBytes"}),
        ({"multi_size_share": 0.0}, {"MultiSizeUploads"}),
        ({"per_minute": 0.0}, OF_FAILURES | OF_SUCCESSES | {"UserSatisfactionScore"}),
    ],
)
@given(seed=st.integers())
@settings(max_examples=examples(10))
def test_what_cannot_happen_puts_nothing(
    rates: dict[str, float], impossible: set[str], seed: int
) -> None:
    normal = scenario_named("normal_day")
    scenario = replace(normal, uploads=replace(normal.uploads, **rates))  # type: ignore[arg-type]
    recorder = Recorder()
    Backend([CustomMetricsWriter(recorder.client)], seed=seed).play(scenario, 2, START)
    assert not impossible & recorder.samples.keys()
    assert "ConcurrentUploads" in recorder.samples, "a level is put also where it is 0"


def test_levels_are_put_once_a_period_stamped_with_its_start() -> None:
    home, everywhere = Recorder(), Recorder("us-east-1")
    cadence = Cadence(storage=2 * MINUTE, billing=3 * MINUTE)
    writer = AwsSideWriter(
        home.client, everywhere.client, bucket="avatars", distribution_id="E1", cadence=cadence
    )
    backend = Backend([writer])
    backend.play("storage_growth", 3, START + MINUTE)
    backend.play("storage_growth", 1, START + 4 * MINUTE)
    stamps = [d["Timestamp"] for d in home.data if d["MetricName"] == "NumberOfObjects"]
    assert stamps == [START, START + 2 * MINUTE, START + 4 * MINUTE]
    billed = [d["Timestamp"] for d in everywhere.data if d["MetricName"] == "EstimatedCharges"]
    assert sorted(set(billed)) == [START, START + 3 * MINUTE]
    assert len(billed) == 6
    assert {tuple((d["Name"], d["Value"]) for d in datum["Dimensions"]) for datum in home.data} == {
        (("BucketName", "avatars"), ("StorageType", kind))
        for kind in ("StandardStorage", "StandardIAStorage", "AllStorageTypes")
    }


def test_cdn_metrics_outside_us_east_1_are_refused() -> None:
    with pytest.raises(WrongRegionError, match="eu-north-1"):
        AwsSideWriter(Recorder().client, Recorder().client, bucket="avatars", distribution_id="E1")


def test_upload_kpis_are_the_ratio_over_all_minutes() -> None:
    recorder, backend = Recorder(), Backend()
    minutes = backend.play("upload_failures", 15, START)
    publish_upload_kpis(recorder.client, minutes, START)
    totals = backend.ledger.totals()
    attempts = totals.uploads + totals.failures
    assert recorder.sums == {
        "UploadFailureRate": 100 * totals.failures,
    }
    assert recorder.data[0]["StatisticValues"]["SampleCount"] == attempts
    assert {datum["Timestamp"] for datum in recorder.data} == {START}


def test_no_traffic_has_no_failure_rate() -> None:
    recorder = Recorder()
    publish_upload_kpis(recorder.client, [], START)
    assert recorder.data == []


def test_ledger_rows_sum_to_its_totals_and_can_be_dumped(tmp_path: Path) -> None:
    backend = Backend()
    backend.play("upload_failures", 5, START)
    path = tmp_path / "ledger.json"
    backend.ledger.dump(path)
    book = json.loads(path.read_text(encoding="utf-8"))
    assert len(book["minutes"]) == 5
    for name, total in book["totals"].items():
        assert sum(row[name] for row in book["minutes"]) == pytest.approx(total)
    assert book["minutes"][0]["start"] == START.isoformat()
    assert book["minutes"][0]["uploaders"]


def test_ledger_windows_include_their_start_and_not_their_end() -> None:
    backend = Backend()
    backend.play("normal_day", 4, START)
    middle = backend.ledger.between(START + MINUTE, START + 3 * MINUTE)
    assert [entry.start for entry in middle] == [START + MINUTE, START + 2 * MINUTE]
    assert backend.ledger.totals(START + MINUTE, START + 3 * MINUTE) == Totals.sum(
        entry.totals for entry in middle
    )
