"""Thin writers that turn simulated minutes into the requests an avatar backend makes."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from avatarwatch.custom_metrics import CUSTOM_METRICS
from avatarwatch.kpi.backend_metric import CustomMetric
from avatarwatch.namespaces import Own
from local.backend.metric_data import distribution, put, statistic_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import InputLogEventTypeDef

    from local.backend.traffic import MinuteOfTraffic, Upload

SAMPLES: Mapping[str, Callable[[MinuteOfTraffic], Sequence[float]]] = {
    "AvatarUploads": lambda minute: [1] * len(minute.succeeded),
    "UploadFailures": lambda minute: [1] * len(minute.failed),
    "UploadDuration": lambda minute: [each.duration_ms for each in minute.succeeded],
    "UploadBytes": lambda minute: [each.file_bytes for each in minute.succeeded],
    "DuplicateUploads": lambda minute: [1 for each in minute.succeeded if each.duplicate],
    "DeduplicationSavings": lambda minute: [
        each.file_bytes for each in minute.succeeded if each.duplicate
    ],
    "OriginalBytes": lambda minute: [each.file_bytes for each in _new(minute)],
    "StoredBytes": lambda minute: [each.stored_bytes for each in _new(minute)],
    "ConcurrentUploads": lambda minute: [minute.concurrent_uploads],
    "MultiSizeUploads": lambda minute: [1 for each in minute.succeeded if each.multi_size],
    "UserSatisfactionScore": lambda minute: [
        each.rating for each in minute.uploads if each.rating is not None
    ],
}
"""What this backend has to tell of a minute, by the metric. Optional ones may be missing here."""

# PutLogEvents, API reference: 10,000 events, 1,048,576 bytes counting 26 for each event, 24 hours
MAX_EVENTS = 10_000
MAX_BATCH_BYTES = 1_048_576
EVENT_OVERHEAD_BYTES = 26
MAX_SPAN_MS = 24 * 3600 * 1000


class Writer(Protocol):
    """Takes simulated minutes somewhere."""

    def write(self, minutes: Sequence[MinuteOfTraffic]) -> None:
        """Write all of these minutes, or raise."""


class LogEventsRejectedError(RuntimeError):
    """CloudWatch Logs answered 200 but dropped events (too old, too new or expired)."""


class CustomMetricsWriter:
    """Puts the guide's custom metrics, a minute's worth at a time, stamped with its start.

    As in the guide, an event that did not occur puts nothing: no failures means no UploadFailures.
    """

    def __init__(self, client: CloudWatchClient) -> None:
        self._client = client

    def write(self, minutes: Sequence[MinuteOfTraffic]) -> None:
        """Put the minutes' metrics."""
        put(self._client, Own.CUSTOM.full, (d for minute in minutes for d in custom_data(minute)))


class LogLinesWriter:
    """Writes the guide's `avatar_operation` lines to a log group.

    The stream is `api-<epoch ms of started>`, as winston's transport in the guide names it. Group
    and stream are created at the first write where they are missing.
    """

    def __init__(self, client: CloudWatchLogsClient, group: str, started: datetime) -> None:
        self._client = client
        self._group = group
        self._ready = False
        self.stream = f"api-{_epoch_ms(started)}"

    def write(self, minutes: Sequence[MinuteOfTraffic]) -> None:
        """Write a line for each upload of the minutes.

        Raises
        ------
        LogEventsRejectedError
            The service took the request but dropped events.
        """
        uploads = (upload for minute in minutes for upload in minute.uploads)
        for batch in log_batches(log_event(upload) for upload in uploads):
            self.ensure()
            answer = self._client.put_log_events(
                logGroupName=self._group, logStreamName=self.stream, logEvents=batch
            )
            if rejected := answer.get("rejectedLogEventsInfo"):
                raise LogEventsRejectedError(f"{self._group}: {rejected}")

    def ensure(self) -> None:
        """Create the log group and the stream where they are missing."""
        if self._ready:
            return
        exists = self._client.exceptions.ResourceAlreadyExistsException
        with suppress(exists):
            self._client.create_log_group(logGroupName=self._group)
        with suppress(exists):
            self._client.create_log_stream(logGroupName=self._group, logStreamName=self.stream)
        self._ready = True


def custom_data(minute: MinuteOfTraffic) -> list[MetricDatumTypeDef]:
    """Return a minute's custom metrics; what they count is told by `ledger.Totals`."""
    return [
        datum
        for metric in CUSTOM_METRICS.values()
        if metric.name in SAMPLES or not metric.is_optional
        for datum in _data(metric, SAMPLES[metric.name](minute), minute.start)
    ]


def _data(metric: CustomMetric, samples: Sequence[float], at: datetime) -> list[MetricDatumTypeDef]:
    # hardly two files are of one size: as values, they would need a datum for every 150
    form = statistic_set if metric.unit == "Bytes" else distribution
    return form(metric.name, samples, metric.unit, at)


def _new(minute: MinuteOfTraffic) -> list[Upload]:
    return [each for each in minute.succeeded if not each.duplicate]


def log_line(upload: Upload) -> dict[str, Any]:
    """Return an upload as the guide's logger writes it; a failure has `errorType` besides."""
    line = {
        "level": "info",
        "message": "avatar_operation",
        "operation": "avatar_upload",
        "userId": upload.user_id,
        "avatarId": upload.avatar_id,
        "fileSize": upload.file_bytes,
        "duration": upload.duration_ms,
        "success": upload.succeeded,
        "isDuplicate": upload.duplicate,
        "correlationId": upload.correlation_id,
    }
    if upload.error_type is not None:
        line["errorType"] = upload.error_type
    return {**line, "timestamp": iso_ms(upload.finished)}


def log_event(upload: Upload) -> InputLogEventTypeDef:
    """Return the CloudWatch Logs event of an upload."""
    message = json.dumps(log_line(upload), separators=(",", ":"))
    return {"timestamp": _epoch_ms(upload.finished), "message": message}


def log_batches(
    events: Iterable[InputLogEventTypeDef],
) -> Iterator[list[InputLogEventTypeDef]]:
    """Yield the events by time, in batches within PutLogEvents' count, size and span."""
    batch: list[InputLogEventTypeDef] = []
    size = 0
    for event in sorted(events, key=lambda event: event["timestamp"]):
        needed = len(event["message"].encode()) + EVENT_OVERHEAD_BYTES
        if batch and (
            len(batch) == MAX_EVENTS
            or size + needed > MAX_BATCH_BYTES
            or event["timestamp"] - batch[0]["timestamp"] >= MAX_SPAN_MS
        ):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += needed
    if batch:
        yield batch


def iso_ms(at: datetime) -> str:
    """Return the time as JavaScript's `toISOString` does: UTC, milliseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _epoch_ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
