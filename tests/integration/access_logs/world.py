"""A log bucket, StateTable and CloudWatch around AccessLogs, each step of which can be its last."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from botocore.exceptions import ClientError

from access_logs.arrivals import Message, StreamRecord
from access_logs.formats.cloudfront import STANDARD_FIELDS
from access_logs.ledger import Ledger
from access_logs.publishing import Publisher
from access_logs.settings import FunctionSettings
from access_logs.work import Work
from avatarwatch.access_metrics import MARKER
from avatarwatch.state_table.documents import Document
from avatarwatch.state_table.memory import MemoryDocumentStore
from fakes.steps import Steps

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
NAMESPACE = "AvatarSystem/Access"
FIELDS = ("timestamp", "sc-status", "sc-bytes", "x-edge-result-type", "cs-method")


class SteppedStore(MemoryDocumentStore):
    """StateTable whose every write is a step."""

    def __init__(self, steps: Steps) -> None:
        super().__init__()
        self.steps = steps

    def put(self, document: Document, expires_at: datetime) -> Document:
        self.steps.take(f"put {document.key[0]}")
        return super().put(document, expires_at)

    def delete(self, document: Document) -> None:
        self.steps.take(f"delete {document.key[0]}")
        super().delete(document)


@dataclass(slots=True)
class Metrics:
    """What was put, exactly; a request arrives whole or not at all, and is seen after a while."""

    steps: Steps
    clock: Any
    delay: timedelta = timedelta(minutes=2)
    data: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    fails: list[str] = field(default_factory=list)  # of the puts to come: "before" or "after"
    status: str = "Complete"  # of what is asked

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> None:  # noqa: N803
        assert Namespace == NAMESPACE
        assert len(MetricData) <= 1000
        assert len(json.dumps(MetricData, default=str)) < 1_000_000
        self.steps.take("before PutMetricData")
        fault = self.fails.pop(0) if self.fails else ""
        if fault == "before":
            raise _error("Throttling", "PutMetricData")
        self.data += [(self.clock(), datum) for datum in MetricData]
        self.steps.take("after PutMetricData")
        if fault == "after":
            raise _error("ServiceUnavailable", "PutMetricData")

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        [query] = request["MetricDataQueries"]
        assert query["MetricStat"]["Metric"] == {"Namespace": NAMESPACE, "MetricName": MARKER}
        assert query["MetricStat"]["Stat"] == "Maximum"
        values = [
            datum["Value"]
            for at, datum in self.data
            if datum["MetricName"] == MARKER
            and request["StartTime"] <= datum["Timestamp"] < request["EndTime"]
            and at + self.delay <= self.clock()
        ]
        told = max(values) if values and self.status == "Complete" else None
        result = {"Id": query["Id"], "StatusCode": self.status,
                  "Values": [] if told is None else [told]}  # fmt: skip
        return {"MetricDataResults": [result]}

    def total(self, metric: str) -> tuple[float, float]:
        """Return SampleCount and Sum of a metric over all time."""
        sets = [d["StatisticValues"] for _, d in self.data if d["MetricName"] == metric]
        return sum(s["SampleCount"] for s in sets), sum(s["Sum"] for s in sets)


def _error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


@dataclass(slots=True)
class LogBucket:
    """Objects by key, read as S3's client reads them."""

    objects: dict[str, bytes] = field(default_factory=dict)
    denied: bool = False
    versions: dict[tuple[str, str], bytes] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)  # how, of each object
    exceptions: Any = field(default_factory=lambda: type("E", (), {"ClientError": ClientError}))

    def get_object(self, *, Bucket: str, Key: str, **how: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket == "logs"
        assert how.keys() <= {"IfMatch", "VersionId"}
        self.asked.append(how)
        if self.denied:
            raise _error("AccessDenied", "GetObject")
        if "VersionId" in how:
            if (Key, how["VersionId"]) not in self.versions:
                raise _error("NoSuchVersion", "GetObject")
            return {"Body": io.BytesIO(self.versions[Key, how["VersionId"]])}
        if Key not in self.objects:
            raise _error("NoSuchKey", "GetObject")
        if how.get("IfMatch") not in {None, etag(self.objects[Key])}:
            raise _error("PreconditionFailed", "GetObject")
        return {"Body": io.BytesIO(self.objects[Key])}


def etag(data: bytes) -> str:
    """Return what S3 names contents by."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def notification(key: str, data: bytes, number: int = 0, **other: str) -> Message:
    """Return the message that announces an object, with what else it says of it."""
    record = {
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "logs"}, "object": {"key": key, "eTag": etag(data), **other}},
    }
    return Message(f"{key}/{number}", json.dumps({"Records": [record]}))


def record(sequence: int, moment: datetime, status: int = 200, size: int = 10) -> StreamRecord:
    """Return a real-time record of one request."""
    line = f"{moment.timestamp():.3f}\t{status}\t{size}\tHit\tGET\n"
    return StreamRecord("cdn#shardId-000", str(sequence), line.encode())


@dataclass(slots=True)
class World:
    """Everything around the function, and its invocations."""

    now: datetime = NOW
    steps: Steps = field(default_factory=Steps)
    stream_fields: tuple[str, ...] = ()
    set_aside: list[tuple[str, str]] = field(default_factory=list)
    bucket: LogBucket = field(default_factory=LogBucket)
    distribution_ids: tuple[str, ...] = ()
    seconds_left: float = 60.0
    store: SteppedStore = field(init=False)
    metrics: Metrics = field(init=False)
    invocations: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.store = SteppedStore(self.steps)
        self.metrics = Metrics(self.steps, lambda: self.now)

    def ledger(self) -> Ledger:
        """Return an invocation's ledger, its attempt new."""
        self.invocations["all"] += 1
        return Ledger(self.store, f"attempt-{self.invocations['all']}", self.now)

    def work(self) -> Work:
        """Return an invocation's counting."""
        settings = FunctionSettings(
            "table",
            "queue",
            ("avatars",),
            self.distribution_ids,
            STANDARD_FIELDS,
            self.stream_fields,
        )
        keep = lambda reason, body: self.set_aside.append((reason, body))  # noqa: E731
        return Work(settings, self.ledger(), cast("Any", self.bucket), self.now, keep)

    def publisher(self) -> Publisher:
        """Return an invocation's publishing."""
        return Publisher(
            self.ledger(), self.store, cast("Any", self.metrics), cast("Any", self.metrics),
            NAMESPACE, lambda: self.now, lambda: self.seconds_left,
        )  # fmt: skip

    def deliver(self, *messages: Message) -> None:
        """Count messages and publish, as one invocation does."""
        counting = self.work()
        for message in messages:
            counting.message(message)
        self.publisher().publish()

    def settle(self) -> None:
        """Let the minute's tick run until a crash is a long time ago."""
        for _ in range(12):
            self.now += timedelta(minutes=1)
            self.publisher().publish()
