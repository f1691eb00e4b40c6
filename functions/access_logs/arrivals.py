"""What arrives: log files by S3's notifications in a queue, log lines by a Kinesis stream."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus


class ArrivalError(Exception):
    """A message announces no object; the message says why."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """One version of an object. ``version`` is None in a bucket without versioning."""

    bucket: str
    key: str
    etag: str
    version: str | None = None

    @property
    def identity(self) -> str:
        """Return the same text for the same contents of the same object, of bounded length."""
        parts = "\0".join((self.bucket, self.key, self.etag, self.version or ""))
        return "object#" + hashlib.sha256(parts.encode()).hexdigest()[:40]

    def __str__(self) -> str:
        """Return its address."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the queue and the files that it announces."""

    message_id: str
    body: str

    def files(self) -> list[LogFile]:
        """Return the files; ArrivalError when it is no notification of S3's or EventBridge's."""
        try:
            body = json.loads(self.body)
        except (ValueError, RecursionError):
            raise ArrivalError("no JSON") from None
        if not isinstance(body, dict):
            raise ArrivalError("no notification of S3's")
        if body.get("Event") == "s3:TestEvent":  # S3 tries a new notification with it
            return []
        try:
            return list(_files(body))
        except (KeyError, TypeError, AttributeError):
            raise ArrivalError("no notification of S3's") from None


def _files(body: dict[str, Any]) -> Iterator[LogFile]:
    if body.get("detail-type") == "Object Created" and body.get("source") == "aws.s3":
        made = body["detail"]["object"]  # EventBridge's form: the key as it is
        yield LogFile(
            body["detail"]["bucket"]["name"], made["key"], made["etag"], made.get("version-id")
        )
        return
    for record in body["Records"]:
        if not record["eventName"].startswith("ObjectCreated:"):
            continue
        made = record["s3"]["object"]  # S3's own form: the key encoded as in a form's address
        yield LogFile(
            record["s3"]["bucket"]["name"],
            unquote_plus(made["key"]),
            made.get("eTag", ""),
            made.get("versionId"),
        )


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """One record of a Kinesis stream; ``lines`` is its data, None when that is not readable."""

    shard: str
    sequence: str
    lines: bytes | None


def messages(event: dict[str, Any]) -> list[Message]:
    """Return the queue's messages in an event."""
    return [Message(record["messageId"], record["body"]) for record in event["Records"]]


def stream_records(event: dict[str, Any]) -> list[StreamRecord]:
    """Return a stream's records in an event, in their order."""
    found = []
    for record in event["Records"]:
        try:
            data = base64.b64decode(record["kinesis"]["data"], validate=True)
        except (binascii.Error, ValueError):
            data = None
        # eventID is "<shard>:<sequence number>"; the event source's ARN names the stream
        stream = record["eventSourceARN"].rpartition("/")[2]
        shard = record["eventID"].partition(":")[0]
        found.append(StreamRecord(f"{stream}#{shard}", record["kinesis"]["sequenceNumber"], data))
    return found


def is_stream(event: dict[str, Any]) -> bool:
    """Whether an event comes from Kinesis rather than from the queue."""
    return bool(event["Records"][0].get("eventSource") == "aws:kinesis")
