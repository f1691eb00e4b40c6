"""A log file is delivered, and its requests are metrics that add up, counted once."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from access_logs.formats.cloudfront import STANDARD_FIELDS
from avatarwatch.access_metrics import MARKER
from avatarwatch.namespaces import Own
from local.backend.access_logs import HIT_MS, AccessLogsWriter, lines
from local.backend.aws_side import GLOBAL_REGION, cdn_data
from local.backend.metric_data import put
from local.backend.model import simulate_minute
from local.backend.scenarios import scenario_named
from local.backend.traffic import SystemState
from local.history import DISTRIBUTION, exempt_client

if TYPE_CHECKING:
    from local.backend.traffic import MinuteOfTraffic
    from local.scene import Scene

pytestmark = pytest.mark.e2e
SECONDS = 600.0  # until metrics of a log are surely missing, however busy the machine is
DAY = 86_400


def statistic(  # noqa: PLR0917 - what GetMetricData takes
    scene: Scene, metric: str, stat: str, start: datetime, period: int = 3600, own: Own = Own.ACCESS
) -> float:
    answer = scene.emulator.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "q", "MetricStat": {
            "Metric": {"Namespace": own.full, "MetricName": metric},
            "Period": period, "Stat": stat}}],
        StartTime=start, EndTime=start + timedelta(seconds=period),
    )  # fmt: skip
    values = answer["MetricDataResults"][0]["Values"]
    return float(values[0]) if values else 0.0


def test_a_log_file_becomes_metrics_once(scene: Scene) -> None:
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    minutes: list[MinuteOfTraffic] = []
    state = SystemState()
    for number in range(5):
        start = hour + timedelta(minutes=number)
        minutes.append(simulate_minute(scenario_named("normal_day"), start, number, state))
        state = minutes[-1].state
    s3, bucket = scene.emulator.client("s3"), scene.stack.outputs["AccessLogsBucketName"]
    AccessLogsWriter(s3, bucket, DISTRIBUTION).write(minutes)
    [file] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    s3.put_object(Bucket=bucket, Key="broken", Body=b"no log at all\n")

    requests = sum(minute.cdn.requests for minute in minutes)
    wait = time.monotonic() + SECONDS
    while statistic(scene, "BytesSent", "SampleCount", hour) < requests:
        assert time.monotonic() < wait, "no metrics came"
        time.sleep(1)
    # the same file again: S3 may announce it twice
    body = s3.get_object(Bucket=bucket, Key=file["Key"])["Body"].read()
    s3.put_object(Bucket=bucket, Key=file["Key"], Body=body)
    queue = scene.stack.outputs["AlertsDeadLetterQueueUrl"]
    while not (dead := dead_letters(scene, queue, "s3://")):
        assert time.monotonic() < wait, "what is no log was not set aside"
        time.sleep(1)
    assert "no format that is known: it begins 'no log at all'" in dead[0]
    while statistic(scene, MARKER, "Maximum", today()) < 1:
        assert time.monotonic() < wait, "no sign of life"
        time.sleep(1)

    assert statistic(scene, "BytesSent", "SampleCount", hour) == requests
    assert statistic(scene, "BytesSent", "Sum", hour) == sum(
        m.cdn.bytes_downloaded for m in minutes
    )
    errors = sum(minute.cdn.errors_4xx for minute in minutes)
    assert statistic(scene, "ClientErrorRate", "Sum", hour) == 100 * errors
    average = statistic(scene, "ClientErrorRate", "Average", hour)
    assert average == pytest.approx(100 * errors / requests)
    assert min(HIT_MS) < statistic(scene, "TimeToFirstByte", "Average", hour) < 2000


def test_kpis_take_the_logs_of_a_day_as_their_source(scene: Scene) -> None:
    """From log objects to the published KPIs of a day, beside CloudFront's own metrics of it."""
    day = (today() - timedelta(days=5)).replace(hour=0)
    minutes: list[MinuteOfTraffic] = []
    state = SystemState()
    for number in range(6):
        start = day + timedelta(hours=4 * number)
        minutes.append(simulate_minute(scenario_named("normal_day"), start, number, state))
        state = minutes[-1].state
    cdn = exempt_client(scene.emulator, GLOBAL_REGION)
    put(cdn, "AWS/CloudFront", (d for m in minutes for d in cdn_data(m, DISTRIBUTION)))
    bucket = scene.stack.outputs["AccessLogsBucketName"]
    writer = AccessLogsWriter(scene.emulator.client("s3"), bucket, DISTRIBUTION)
    for minute in minutes:
        writer.write([minute])
    requests = sum(minute.cdn.requests for minute in minutes)
    wait = time.monotonic() + SECONDS
    while statistic(scene, "BytesSent", "SampleCount", day, DAY) < requests:
        assert time.monotonic() < wait, "no metrics came"
        time.sleep(1)

    answer = scene.invoke("KpiAggregation", {
        "action": "recompute", "cadence": "P1D",
        "from": day.isoformat(), "to": (day + timedelta(days=1)).isoformat(),
    })  # fmt: skip
    rows = answer["runs"][0]["kpis"]
    of_logs = ("ErrorRate", "CacheHitRate", "BandwidthSavings", "TimeToFirstByte")
    assert {rows[name]["basis"] for name in of_logs} == {"from access logs"}
    errors = sum(minute.cdn.errors_4xx + minute.cdn.errors_5xx for minute in minutes)
    logged = [fields for minute in minutes for fields in map(split, lines(minute))]
    cacheable = [fields for fields in logged if fields["x-edge-result-type"] in {"Hit", "Miss"}]
    hits = [fields for fields in cacheable if fields["x-edge-result-type"] == "Hit"]
    sizes = [sum(int(each["sc-bytes"]) for each in some) for some in (hits, cacheable)]
    waits = [float(each["time-to-first-byte"]) * 1000 for each in logged]
    expected = {
        "ErrorRate": errors / requests * 100,
        "CacheHitRate": len(hits) / len(cacheable) * 100,
        "BandwidthSavings": sizes[0] / sizes[1] * 100,
        "TimeToFirstByte": sum(waits) / len(waits),
    }
    for name, value in expected.items():
        published = statistic(scene, name, "Average", day, DAY, Own.KPI)
        assert published == pytest.approx(value), name
    assert statistic(scene, "ErrorRate", "SampleCount", day, DAY, Own.KPI) == requests


def split(line: str) -> dict[str, str]:
    return dict(zip(STANDARD_FIELDS, line.rstrip("\n").split("\t"), strict=True))


def today() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def dead_letters(scene: Scene, queue: str, text: str) -> list[str]:
    found = scene.emulator.client("sqs").receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=1
    )
    mine = [each for each in found.get("Messages", ()) if text in each["Body"]]
    for each in mine:
        scene.emulator.client("sqs").delete_message(
            QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"]
        )
    return [each["Body"] for each in mine]
