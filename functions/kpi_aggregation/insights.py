"""Count distinct users with Logs Insights: the only input that no metric can tell.

It scans a day's log lines once, over the closed window, and only when CloudWatch's own count of
the bytes that came in says that the scan stays below a bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.kpi.readings import Readings, Series, Unread, Window
from avatarwatch.kpi_inputs import ACTIVE_UPLOADERS, LOG_BYTES
from avatarwatch.state_table.documents import ConflictError
from kpi_aggregation.usage import Usage
from kpi_aggregation.windows import Record

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import GetQueryResultsResponseTypeDef

FIELD = "uploaders"
QUERY = (
    'filter operation="avatar_upload" and success=1 and ispresent(userId)'
    f" | stats count_distinct(userId) as {FIELD}"
)
_WAIT = 1.0  # seconds between two looks at a running query
_RUNNING = frozenset({"Scheduled", "Running", "Unknown"})
MOST_QUERIES = 3  # of one day: each scans, and costs, as much as the first

type Note = Callable[[Record], Record]
"""Writes a window's record down at once; ConflictError when another run has the window."""


@dataclass(slots=True)
class Insights:
    """Counts a window's uploaders. ``seconds_left`` bounds the wait for a query's end."""

    client: Callable[[], CloudWatchLogsClient]  # made when it is needed: its model is large
    log_group: str | None
    max_bytes: float
    usage: Usage
    seconds_left: Callable[[], float]
    # looked up when it is made: tests let time pass by hand
    sleep: Callable[[float], None] = field(default_factory=lambda: time.sleep)

    def add(
        self, readings: Readings, window: Window, record: Record, note: Note
    ) -> tuple[Readings, Record]:
        """Add the count to a window's readings; a query that still runs stays in the record."""
        try:
            count, record = self._count(readings, window, record, note)
        except ConflictError:
            count = Unread("another run has taken the window over", passing=True)
        if isinstance(count, Unread):
            return replace(readings, unread={**readings.unread, ACTIVE_UPLOADERS: count}), record
        return _with(readings, window, count), replace(record, query=None)

    def remembered(self, readings: Readings, window: Window, record: Record) -> Readings:
        """Add the count that was published for a window: its lines are not scanned again."""
        return _with(readings, window, record.published["DailyActiveUploaders"].value)

    def _count(
        self, readings: Readings, window: Window, record: Record, note: Note
    ) -> tuple[float | Unread, Record]:
        if record.query is None:
            refusal = self._refusal(readings, window, record)
            if refusal:
                return refusal, record
            # noted before: runs that die here, one after the other, must not scan without end
            record = note(replace(record, asked=record.asked + 1))
            try:
                query = self._start(window)
            except ClientError as error:  # refused, so nothing was scanned
                why = Unread(f"Logs Insights failed: {error}", passing=True)
                return why, replace(record, asked=record.asked - 1)
            except BotoCoreError as error:
                return Unread(f"Logs Insights failed: {error}", passing=True), record
            record = note(replace(record, query=query))
        return self._answer(record, str(record.query))

    def _refusal(self, readings: Readings, window: Window, record: Record) -> Unread | None:
        """Say why not even to ask."""
        if self.log_group is None:
            return Unread("the parameter ApiLogGroupName is empty", passing=False)
        if record.asked >= MOST_QUERIES:
            return Unread(f"{record.asked} Logs Insights queries gave no count", passing=False)
        if LOG_BYTES in readings.unread:
            return readings.unread[LOG_BYTES]
        size = readings.over(LOG_BYTES, window.start, window.end)
        if size is None:
            return Unread("no log line came in (AWS/Logs IncomingBytes)", passing=False)
        if size > self.max_bytes:
            return Unread(
                f"counting would scan {size / 1e9:.1f} GB of logs, more than the"
                f" {self.max_bytes / 1e9:g} GB of MaxScanGb",
                passing=False,
            )
        return None

    def _start(self, window: Window) -> str:
        # both ends of a query's span are inclusive, in whole seconds (StartQuery, API reference)
        answer = self.client().start_query(
            logGroupName=str(self.log_group),
            startTime=int(window.start.timestamp()),
            endTime=int(window.end.timestamp()) - 1,
            queryString=QUERY,
            limit=1,
        )
        return answer["queryId"]

    def _answer(self, record: Record, query: str) -> tuple[float | Unread, Record]:
        while True:
            try:
                answer = self.client().get_query_results(queryId=query)
            except (ClientError, BotoCoreError) as error:
                gone = "ResourceNotFound" in str(error)
                why = Unread(f"Logs Insights failed: {error}", passing=True)
                return why, replace(record, query=None if gone else query)
            status = answer["status"]
            if status not in _RUNNING:
                self.usage.scanned_bytes += answer.get("statistics", {}).get("bytesScanned", 0.0)
            if status == "Complete":
                return _parsed(answer), record
            if status not in _RUNNING:  # Failed, Cancelled, Timeout: asked anew, not for ever
                why = Unread(f"the Logs Insights query ended as {status}", passing=True)
                return why, replace(record, query=None)
            if self.seconds_left() < 2 * _WAIT:
                return Unread("the Logs Insights query is still running", passing=True), record
            self.sleep(_WAIT)


def _with(readings: Readings, window: Window, count: float) -> Readings:
    series = {ACTIVE_UPLOADERS: {"": Series.of({window.start: count})}}
    return replace(readings, series={**readings.series, **series})


def _parsed(answer: GetQueryResultsResponseTypeDef) -> float | Unread:
    rows = answer["results"]
    if not rows:
        return 0.0  # lines came in, none of an upload that succeeded
    values = {cell.get("field"): cell.get("value") for cell in rows[0]}
    try:
        return float(values[FIELD] or "")
    except (KeyError, ValueError):
        return Unread(f"Logs Insights answered without {FIELD}: {sorted(map(str, values))}", False)  # noqa: FBT003
