"""The writers' requests, taken by moto (for wire shapes: it enforces few limits)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import boto3
import pytest

import aws_contract
from aws_contract import core
from fakes.quick_moto import mock_aws
from local.backend.aws_side import AwsSideWriter
from local.backend.driver import Backend
from local.backend.kpis import publish_upload_kpis
from local.backend.model import MINUTE, simulate_minute
from local.backend.scenarios import scenario_named
from local.backend.traffic import SystemState, Upload
from local.backend.writers import (
    SAMPLES,
    CustomMetricsWriter,
    LogEventsRejectedError,
    LogLinesWriter,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import DimensionTypeDef

HOME = "eu-north-1"
GROUP = "/aws/avatar-system/api"
DIMENSIONS: list[DimensionTypeDef] = [
    {"Name": "DistributionId", "Value": "E1"},
    {"Name": "Region", "Value": "Global"},
]


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield


@pytest.fixture
def start() -> datetime:
    """An hour ago: moto refuses log events as AWS does, by the real clock."""
    return datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=1)


def checked(service: Literal["cloudwatch", "logs"]) -> Any:
    """A client of the home region whose requests AWS would take."""
    client = boto3.client(service, HOME)
    aws_contract.attach(client)
    return client


def exempt(service: Literal["cloudwatch", "logs"], region: str = HOME) -> Any:
    """A client without the AWS contract, for requests that only an emulator takes."""
    enabled = core._Checked.enabled
    aws_contract.disable()
    session = boto3.Session(region_name=region)
    if enabled:
        aws_contract.enable()
    return session.client(service)


def total(
    client: CloudWatchClient,
    start: datetime,
    name: str,
    *,
    namespace: str = "AvatarSystem/Custom",
    dimensions: Sequence[DimensionTypeDef] = (),
    stat: Literal["Sum", "Average", "SampleCount"] = "Sum",
) -> float:
    points = client.get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=list(dimensions),
        StartTime=start,
        EndTime=start + timedelta(hours=1),
        Period=3600,
        Statistics=[stat],
    )["Datapoints"]
    return sum(point[stat] for point in points)


def test_cloudwatch_has_the_ledgers_sums(start: datetime) -> None:
    client = checked("cloudwatch")
    backend = Backend([CustomMetricsWriter(client)])
    backend.play("upload_failures", 20, start)
    totals = backend.ledger.totals()
    assert total(client, start, "AvatarUploads") == totals.uploads
    assert total(client, start, "UploadFailures") == totals.failures
    assert total(client, start, "UploadDuration") == totals.duration_sum_ms
    assert total(client, start, "DuplicateUploads") == totals.duplicates
    assert total(client, start, "MultiSizeUploads") == totals.multi_size
    assert total(client, start, "ConcurrentUploads", stat="SampleCount") == 20


def test_custom_metrics_are_those_of_the_design_without_dimensions(start: datetime) -> None:
    """Of a minute in which one of everything happens."""
    client = checked("cloudwatch")
    new = Upload(start, "user-1", "avatar-1", "1", file_bytes=70_000, duration_ms=900,
                 duplicate=False, multi_size=True, stored_bytes=30_000, rating=4.5,
                 error_type=None)  # fmt: skip
    copy = replace(new, duplicate=True, stored_bytes=0)
    failed = replace(copy, duplicate=False, multi_size=False, error_type="InvalidImage")
    quiet = simulate_minute(scenario_named("normal_day"), start, 0, SystemState())
    CustomMetricsWriter(client).write([replace(quiet, uploads=(new, copy, failed))])
    metrics = client.list_metrics(Namespace="AvatarSystem/Custom")["Metrics"]
    assert {metric["MetricName"] for metric in metrics} == set(SAMPLES)
    assert all(metric["Dimensions"] == [] for metric in metrics)


def test_aws_side_metrics_are_in_the_regions_of_aws(start: datetime) -> None:
    home, everywhere = exempt("cloudwatch"), exempt("cloudwatch", "us-east-1")
    writer = AwsSideWriter(home, everywhere, bucket="avatars", distribution_id="E1")
    backend = Backend([writer])
    backend.play("normal_day", 5, start)
    assert {m["Namespace"] for m in home.list_metrics()["Metrics"]} == {"AWS/S3"}
    assert {m["Namespace"] for m in everywhere.list_metrics()["Metrics"]} == {
        "AWS/CloudFront",
        "AWS/Billing",
    }
    requests = total(
        everywhere, start, "Requests", namespace="AWS/CloudFront", dimensions=DIMENSIONS
    )
    assert requests == backend.ledger.totals().requests
    billed = everywhere.list_metrics(Namespace="AWS/Billing")["Metrics"]
    assert sorted(
        sorted((d["Name"], d["Value"]) for d in metric["Dimensions"]) for metric in billed
    ) == [
        [("Currency", "USD")],
        [("Currency", "USD"), ("ServiceName", "AmazonCloudFront")],
        [("Currency", "USD"), ("ServiceName", "AmazonS3")],
    ]


def test_the_log_stream_has_a_line_for_each_upload(start: datetime) -> None:
    client = checked("logs")
    writer = LogLinesWriter(client, GROUP, start)
    backend = Backend([writer])
    backend.play("upload_failures", 3, start)
    backend.play("normal_day", 3, start + 3 * MINUTE)
    assert writer.stream == f"api-{round(start.timestamp() * 1000)}"
    events = client.get_log_events(
        logGroupName=GROUP, logStreamName=writer.stream, startFromHead=True
    )["events"]
    lines = [json.loads(event["message"]) for event in events]
    totals = backend.ledger.totals()
    assert sum(line["success"] for line in lines) == totals.uploads
    assert sum(not line["success"] for line in lines) == totals.failures
    assert {line["message"] for line in lines} == {"avatar_operation"}
    stamps = [event["timestamp"] for event in events]
    assert stamps == sorted(stamps)


def test_a_log_group_and_stream_that_exist_are_used(start: datetime) -> None:
    client = checked("logs")
    client.create_log_group(logGroupName=GROUP)
    LogLinesWriter(client, GROUP, start).write(Backend().play("normal_day", 1, start))
    LogLinesWriter(client, GROUP, start).write(Backend().play("normal_day", 1, start + MINUTE))
    streams = client.describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert len(streams) == 1


def test_log_events_that_the_service_drops_are_an_error(start: datetime) -> None:
    writer = LogLinesWriter(exempt("logs"), GROUP, start)
    minutes = Backend().play("normal_day", 1, start - timedelta(days=20))
    with pytest.raises(LogEventsRejectedError, match=GROUP):
        writer.write(minutes)


def test_kpis_can_be_averaged(start: datetime) -> None:
    client = checked("cloudwatch")
    backend = Backend()
    publish_upload_kpis(client, backend.play("upload_failures", 15, start), start)
    totals = backend.ledger.totals()
    rate = total(client, start, "UploadFailureRate", namespace="AvatarSystem/KPI", stat="Average")
    assert rate == pytest.approx(totals.failures / (totals.uploads + totals.failures) * 100)
