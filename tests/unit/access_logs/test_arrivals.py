"""What announces log files, and what a stream hands over."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from access_logs.arrivals import ArrivalError, LogFile, Message, is_stream, stream_records


def files(body: Any) -> list[LogFile]:
    return Message("m", body if isinstance(body, str) else json.dumps(body)).files()


def s3_record(key: str, name: str = "ObjectCreated:Put", **more: str) -> dict[str, Any]:
    made = {"key": key, "size": 7, "eTag": "0f", **more}
    return {"eventName": name, "s3": {"bucket": {"name": "logs"}, "object": made}}


def test_s3s_own_notification_has_its_keys_encoded() -> None:
    body = {"Records": [s3_record("a+b%2Bc/%C3%A9.gz"), s3_record("d", versionId="v1")]}
    assert files(body) == [
        LogFile("logs", "a b+c/é.gz", "0f"),
        LogFile("logs", "d", "0f", "v1"),
    ]


def test_eventbridges_notification_has_them_as_they_are() -> None:
    body = {
        "source": "aws.s3", "detail-type": "Object Created",
        "detail": {"bucket": {"name": "logs"},
                   "object": {"key": "a+b%2B.gz", "etag": "0f", "version-id": "v1"}},
    }  # fmt: skip
    assert files(body) == [LogFile("logs", "a+b%2B.gz", "0f", "v1")]


def test_what_announces_nothing_is_no_error() -> None:
    assert files({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "logs"}) == []
    assert files({"Records": [s3_record("a", "ObjectRemoved:Delete")]}) == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[1]",
        "7",
        "{}",
        '{"Records": [{}]}',
        "[" * 100_000,
        '{"Records": 7}',
        '{"source": "aws.s3", "detail-type": "Object Created"}',
    ],
)
def test_what_is_no_notification_says_so(body: str) -> None:
    with pytest.raises(ArrivalError):
        files(body)


def test_versions_and_contents_are_different_sources() -> None:
    several = {
        LogFile("logs", "a", "1").identity, LogFile("logs", "a", "2").identity,
        LogFile("logs", "a", "1", "v").identity,
        LogFile("log", "sa", "1").identity,
    }  # fmt: skip
    assert len(several) == 4


def test_a_file_is_known_again_by_what_an_earlier_version_wrote_down() -> None:
    """Marks are kept for days: under another name, a file that comes again would count twice."""
    assert [LogFile("logs", "a b/é.gz", "0f", version).identity for version in (None, "v1")] == [
        "object#f603ba3361229eda0ef59bac7c77dfe53dd2ee70",
        "object#2fd0272102708af1e525fbb996d0a9d0c4145a13",
    ]


def test_a_notification_may_leave_out_what_tells_contents_apart() -> None:
    bare = s3_record("a.gz")
    del bare["s3"]["object"]["eTag"]
    assert files({"Records": [bare]}) == [LogFile("logs", "a.gz", "")]


def test_a_streams_records_are_named_by_stream_and_shard() -> None:
    def kinesis(sequence: str, data: str) -> dict[str, Any]:
        return {
            "eventSource": "aws:kinesis", "eventID": f"shardId-7:{sequence}",
            "eventSourceARN": "arn:aws:kinesis:eu-north-1:1:stream/cdn",
            "kinesis": {"sequenceNumber": sequence, "data": data},
        }  # fmt: skip

    event = {"Records": [kinesis("12", base64.b64encode(b"a\tb").decode()), kinesis("13", "%")]}
    assert is_stream(event)
    first, second = stream_records(event)
    assert (first.shard, first.sequence, first.lines) == ("cdn#shardId-7", "12", b"a\tb")
    assert second.lines is None
