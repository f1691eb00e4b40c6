"""The work of an invocation: files and lines into the ledger, the ledger into CloudWatch."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from access_logs.arrivals import ArrivalError, LogFile, Message, StreamRecord
from access_logs.counting import Counted, FileCounter
from access_logs.entry import Origin
from access_logs.formats.cloudfront import TabularFormat
from access_logs.ledger import BacklogError, Ledger
from access_logs.reading import LogFileError
from access_logs.settings import FunctionSettings
from access_logs.tally import Tally

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# PutMetricData takes points from two weeks back to two hours ahead (API reference); an hour is
# kept for the way from here to there.
OLDEST = timedelta(days=14) - timedelta(hours=1)
NEWEST = timedelta(hours=1)
_DISTRIBUTION = re.compile(r"(?:^|/)([A-Z0-9]{8,32})\.\d{4}-\d{2}-\d{2}-\d{2}\.[^/]*$")
_GONE = frozenset({"NoSuchKey", "NoSuchVersion"})
_REPLACED = "PreconditionFailed"


@dataclass(slots=True)
class Report:
    """What an invocation did, in numbers fit to read."""

    files: int = 0
    known: int = 0  # files or records that were counted before
    lines: int = 0
    requests: int = 0
    skipped: int = 0  # lines that are no request to what is watched
    unread: int = 0
    outside: int = 0  # requests of times that CloudWatch does not take
    set_aside: int = 0
    reasons: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {name: getattr(self, name) for name in self.__slots__}

    def take(self, counted: Counted) -> None:
        """Add what a file or a batch of lines came to."""
        self.lines += counted.lines
        self.skipped += counted.skipped
        self.unread += counted.unread
        if counted.reason:
            self.reasons.append(counted.reason)


@dataclass(frozen=True, slots=True)
class Work:
    """Count what arrives. ``set_aside`` keeps what nobody can read, with its reason."""

    settings: FunctionSettings
    ledger: Ledger
    s3: S3Client
    now: datetime
    set_aside: Callable[[str, str], None]
    report: Report = field(default_factory=Report)

    def message(self, message: Message) -> None:
        """Count the files that a message announces; what cannot ever be read is set aside."""
        try:
            files = message.files()
        except ArrivalError as error:
            self._give_up(f"the message is {error}", message.body)
            return
        for file in files:
            try:
                self._file(file)
            except LogFileError as error:
                self._give_up(f"{file}: {error}", message.body)

    def records(self, records: Sequence[StreamRecord]) -> bool:
        """Count a shard's records; False when they are to come again later."""
        shard = records[0].shard
        position = self.ledger.position(shard)
        new = [record for record in records if int(record.sequence) > position]
        self.report.known += len(records) - len(new)
        if not new:
            return True
        lines = b"".join(_line(record) for record in new if record.lines is not None)
        counter = FileCounter()
        counted = counter.count_lines(lines, TabularFormat(self.settings.stream_fields))
        broken = sum(record.lines is None for record in new)
        if counted.unread or broken:
            reason = counted.reason or "no base64"
            self._give_up(
                f"{counted.unread + broken} of {len(new)} records of {shard} cannot be"
                f" read (STREAM_LOG_FIELDS must be the configuration's fields): {reason}",
                "\n".join(counted.samples),
            )
        self.report.take(counted)
        tally = self._within(counted.tally)
        try:
            entered = self.ledger.enter_shard(shard, int(new[-1].sequence), tally)
        except BacklogError as error:
            self.report.reasons.append(str(error))
            return False
        self.report.requests += tally.requests if entered else 0
        return entered

    def _file(self, file: LogFile) -> None:
        if self._is_elsewhere_counted(file):
            self.report.skipped += 1
            return
        if self.ledger.is_counted(file.identity):
            self.report.known += 1
            return
        counted = self._read(file)
        if counted is None:
            return
        self.report.files += 1
        self.report.take(counted)
        # what a stream tells as well is left out; a file's name need not say whose it is
        mine = counted.tally.without(Origin.CDN) if self._streams else counted.tally
        tally = self._within(mine)
        if self.ledger.enter_file(file.identity, tally):
            self.report.requests += tally.requests
        else:
            self.report.known += 1

    def _read(self, file: LogFile) -> Counted | None:
        """Count a file as it was announced; None when a newer version has taken its place."""
        request: dict[str, Any] = {"Bucket": file.bucket, "Key": file.key}
        if file.version:
            request["VersionId"] = file.version
        elif file.etag:
            request["IfMatch"] = file.etag
        counter = FileCounter(self.settings.bucket_names, file.bucket, self.settings.plain_fields)
        try:
            body = self.s3.get_object(**request)["Body"]
        except self.s3.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            if code == _REPLACED:
                return None  # the newer one has a message of its own
            if code in _GONE:
                raise LogFileError("it is not there any more") from error
            raise
        try:
            return counter.count(body)
        finally:
            body.close()

    def _is_elsewhere_counted(self, file: LogFile) -> bool:
        """Whether a file is of a distribution that is not watched, or whose stream is counted."""
        found = _DISTRIBUTION.search(file.key)
        if not found:
            return False
        ids = self.settings.distribution_ids
        return self._streams or bool(ids and found[1] not in ids)

    @property
    def _streams(self) -> bool:
        return bool(self.settings.stream_fields)

    def _within(self, tally: Tally) -> Tally:
        first, last = (
            int(moment.timestamp()) // 60 for moment in (self.now - OLDEST, self.now + NEWEST)
        )
        inside, outside = tally.within(first, last)
        self.report.outside += outside
        return inside

    def _give_up(self, reason: str, body: str) -> None:
        self.set_aside(reason, body)
        self.report.set_aside += 1
        self.report.reasons.append(reason)


def _line(record: StreamRecord) -> bytes:
    lines = record.lines or b""
    return lines if lines.endswith(b"\n") else lines + b"\n"
