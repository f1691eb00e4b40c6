"""The handler with AWS's clients: every request passes the AWS contract."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError

import aws_contract
from access_logs import ledger, wiring
from access_logs.handler import EventError, handler
from access_logs.publishing import Publisher
from avatarwatch import clients
from avatarwatch.environment import SettingsError
from fakes.quick_moto import mock_aws

STREAM = "timestamp,sc-status,sc-bytes,x-edge-result-type,cs-method"
TABLE, LOGS = "state", "avatar-access-logs"


def context() -> Any:
    return SimpleNamespace(aws_request_id="r", get_remaining_time_in_millis=lambda: 100_000)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Make the function's surroundings; return the dead-letter queue."""
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName=TABLE,
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        boto3.client("s3").create_bucket(
            Bucket=LOGS, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"}
        )
        url = boto3.client("sqs").create_queue(QueueName="dead")["QueueUrl"]
        for name, value in {
            "STATE_TABLE_NAME": TABLE, "DEAD_LETTER_QUEUE_URL": url, "AWS_REGION": "eu-north-1",
            "POWERTOOLS_SERVICE_NAME": "access_logs", "COUNTS_FROM_STREAM": "false",
            "STREAM_LOG_FIELDS": STREAM,
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        _forget()
        yield url
        _forget()
        assert not aws_contract.violations()


def _forget() -> None:
    wiring.settings.cache_clear()
    cast("Any", clients)._client.cache_clear()
    cast("Any", clients)._session.cache_clear()


def put(key: str, data: bytes) -> dict[str, Any]:
    tag = boto3.client("s3").put_object(Bucket=LOGS, Key=key, Body=data)["ETag"].strip('"')
    made = {"key": key, "eTag": tag}
    body = {"Records": [
        {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": LOGS}, "object": made}}
    ]}  # fmt: skip
    return {"messageId": key, "body": json.dumps(body), "eventSource": "aws:sqs"}


def log(number: int, now: datetime) -> bytes:
    rows = "".join(
        f"{now:%Y-%m-%d\t%H:%M:%S}\t200\t{n}\tHit\tGET\t0.01{n % 10}\n" for n in range(number)
    )
    names = "date time sc-status sc-bytes x-edge-result-type cs-method time-to-first-byte"
    return gzip.compress(f"#Fields: {names}\n{rows}".encode())


def statistic(metric: str, name: str) -> float:
    now = datetime.now(UTC)
    found = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="AvatarSystem/Access", MetricName=metric, Period=86_400,
        StartTime=now - timedelta(days=2), EndTime=now + timedelta(days=2),
        Statistics=[cast("Any", name)],
    )["Datapoints"]  # fmt: skip
    return sum(float(cast("Any", point)[name]) for point in found)


def test_files_become_metrics_and_what_is_none_is_set_aside(queue: str) -> None:
    now = datetime.now(UTC) - timedelta(minutes=9)
    event = {
        "Records": [put("a.gz", log(10, now)), put("b", b"no log\n"), put("c.gz", log(5, now))]
    }
    assert handler(event, context()) == {"batchItemFailures": []}
    assert handler(event, context()) == {"batchItemFailures": []}
    assert statistic("BytesSent", "Sum") == 45 + 10
    assert statistic("BytesSent", "SampleCount") == 15
    dead = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    bodies = [json.loads(message["Body"]) for message in dead]
    assert {body["reason"] for body in bodies} == {
        "s3://avatar-access-logs/b: no format that is known: it begins 'no log'"
    }


def test_a_stream_is_counted_when_it_is_set_up(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTS_FROM_STREAM", "true")
    assert queue
    assert handler(records(1, 2, 3), context()) == {"batchItemFailures": []}
    assert statistic("BytesSent", "Sum") == 21


def test_the_tick_publishes_what_waits(queue: str) -> None:
    assert queue
    assert handler({"action": "publish"}, context()) == {"batches": 0, "requests": 0, "waits": ""}


@pytest.mark.parametrize(("left", "counted"), [(20_000, True), (19_999, False)])
def test_what_is_not_begun_when_there_is_no_time_comes_again(
    left: int, queue: str, *, counted: bool
) -> None:
    hurried = SimpleNamespace(aws_request_id="r", get_remaining_time_in_millis=lambda: left)
    event = {"Records": [put("a.gz", log(10, datetime.now(UTC)))]}
    assert queue
    failed = [] if counted else [{"itemIdentifier": "a.gz"}]
    assert handler(event, cast("Any", hurried)) == {"batchItemFailures": failed}


def test_a_file_that_cannot_be_asked_for_now_comes_again_and_the_others_count(queue: str) -> None:
    now = datetime.now(UTC) - timedelta(minutes=9)
    elsewhere = put("x.gz", log(3, now))
    elsewhere["body"] = elsewhere["body"].replace(LOGS, "no-such-bucket")
    event = {"Records": [put("a.gz", log(10, now)), elsewhere, put("c.gz", log(5, now))]}
    assert queue
    assert handler(event, context()) == {"batchItemFailures": [{"itemIdentifier": "x.gz"}]}
    assert statistic("BytesSent", "SampleCount") == 15


def records(*numbers: int) -> dict[str, Any]:
    data = base64.b64encode(f"{datetime.now(UTC).timestamp()}\t200\t7\tHit\tGET\n".encode())
    return {"Records": [
        {"eventSource": "aws:kinesis", "eventID": f"shardId-0:{n}",
         "eventSourceARN": "arn:aws:kinesis:eu-north-1:1:stream/cdn",
         "kinesis": {"sequenceNumber": str(n), "data": data.decode()}}
        for n in numbers
    ]}  # fmt: skip


@pytest.mark.usefixtures("queue")
def test_a_batch_of_the_stream_that_cannot_be_entered_comes_again_from_its_first_record(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COUNTS_FROM_STREAM", "true")
    monkeypatch.setattr(ledger, "ATTEMPTS", 0)
    failed = {"batchItemFailures": [{"itemIdentifier": "4"}]}
    assert handler(records(4, 5, 6), context()) == failed


@pytest.mark.usefixtures("queue")
def test_what_was_counted_and_cannot_be_published_waits_for_the_tick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime.now(UTC) - timedelta(minutes=9)
    with monkeypatch.context() as patch:
        patch.setattr(Publisher, "publish", denied)
        assert handler({"Records": [put("a.gz", log(4, now))]}, context()) == (
            {"batchItemFailures": []}
        )
    assert handler({"action": "publish"}, context()) == {"batches": 1, "requests": 4, "waits": ""}


def denied(_: Publisher) -> None:
    raise ClientError({"Error": {"Code": "Throttling", "Message": "slower"}}, "PutMetricData")


@pytest.mark.parametrize("event", [{}, [], None, {"Records": []}, {"action": "count"}])
def test_an_event_of_another_kind_says_what_is_taken(event: Any, queue: str) -> None:
    assert queue
    with pytest.raises(EventError, match="records of a queue or a stream"):
        handler(event, context())


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("STREAM_LOG_FIELDS", "timestamp,sc-bytes", "STREAM_LOG_FIELDS: the field sc-status"),
        ("PLAIN_LOG_FIELDS", "sc-status,sc-bytes", "PLAIN_LOG_FIELDS: the field date and time"),
        ("COUNTS_FROM_STREAM", "yes", "COUNTS_FROM_STREAM: 'yes' is none of true, false"),
        ("DEAD_LETTER_QUEUE_URL", "", "DEAD_LETTER_QUEUE_URL is not set"),
    ],
)
def test_a_setting_that_is_wrong_is_named(
    name: str, value: str, reason: str, queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTS_FROM_STREAM", "true")
    monkeypatch.setenv(name, value)
    assert queue
    with pytest.raises(SettingsError, match=reason):
        handler({"action": "publish"}, context())


@pytest.mark.usefixtures("queue")
def test_a_put_is_sent_once_and_the_marker_may_be_asked_for_again() -> None:
    publisher = wiring.publisher(context())
    attempts = [
        cast("Any", each).meta.config.retries["total_max_attempts"]
        for each in (publisher.putting, publisher.asking)
    ]
    assert attempts == [1, 3]
