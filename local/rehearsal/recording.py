"""Source metrics in a file: written while an account is asked, read instead of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

VERSION = 1
FINE, KEPT = 300, timedelta(days=15) - timedelta(hours=1)
"""Points of less than five minutes are kept for 15 days (GetMetricData, API reference)."""


class RecordingError(Exception):
    """A recording cannot be used; the message says why."""


class Points(msgspec.Struct, forbid_unknown_fields=True):
    """A query's points: seconds since 1970, and values."""

    times: list[int] = []
    values: list[float] = []


class Recording(msgspec.Struct, forbid_unknown_fields=True):
    """What an account answered: points by query, and the metrics that it listed."""

    version: int
    start: datetime
    end: datetime
    points: dict[str, Points] = {}
    listed: dict[str, list[Any]] = {}

    @classmethod
    def load(cls, path: Path) -> Recording:
        """Read a file; RecordingError where it is none, or of another version."""
        try:
            content = path.read_bytes()
            version = msgspec.json.decode(content).get("version")
            if version != VERSION:
                raise RecordingError(
                    f"{path.name} is of version {version}, {VERSION} is needed: record it again"
                )
            return msgspec.json.decode(content, type=cls)
        except (OSError, AttributeError, msgspec.DecodeError) as error:
            raise RecordingError(f"{path.name} is no recording: {error}") from None

    def save(self, path: Path) -> None:
        """Write the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(self))


def _query(region: str, query: Mapping[str, Any]) -> str:
    stat = query["MetricStat"]
    metric = stat["Metric"]
    dimensions = sorted((each["Name"], each["Value"]) for each in metric["Dimensions"])
    parts = (
        region, metric["Namespace"], metric["MetricName"], dimensions, stat["Stat"], stat["Period"],
        stat.get("Unit"),
    )  # fmt: skip
    return msgspec.json.encode(parts).decode()


def _listing(region: str, asked: Mapping[str, Any]) -> str:
    return msgspec.json.encode((region, sorted(asked.items()))).decode()


@dataclass(frozen=True, slots=True)
class _Pages:
    """What a paginator gives: one page."""

    find: Callable[[Mapping[str, Any]], list[Any]]

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        """Yield what is listed."""
        yield {"Metrics": self.find(asked)}


@dataclass(frozen=True, slots=True)
class Replay:
    """CloudWatch in one region, as a recording has it."""

    recording: Recording
    region: str

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        """Answer from the recording; RecordingError where it has not asked for a metric."""
        start, end = request["StartTime"].timestamp(), request["EndTime"].timestamp()
        return {
            "MetricDataResults": [
                self._result(query, start, end) for query in request["MetricDataQueries"]
            ]
        }

    def _result(self, query: Mapping[str, Any], start: float, end: float) -> dict[str, Any]:
        known = self.recording.points.get(_query(self.region, query))
        if known is None:
            metric = query["MetricStat"]["Metric"]["MetricName"]
            raise RecordingError(
                f"{metric} in {self.region} was not recorded with these parameters"
            )
        rows = [row for row in zip(known.times, known.values, strict=True) if start <= row[0] < end]
        return {
            "Id": query["Id"], "StatusCode": "Complete",
            "Timestamps": [datetime.fromtimestamp(at, UTC) for at, _ in rows],
            "Values": [value for _, value in rows],
        }  # fmt: skip

    def get_paginator(self, operation: str) -> _Pages:
        """Return what list_metrics listed."""
        if operation != "list_metrics":
            raise RecordingError(f"{operation} is not recorded")
        return _Pages(lambda asked: self.recording.listed.get(_listing(self.region, asked), []))


@dataclass(frozen=True, slots=True)
class Recorder:
    """CloudWatch in one region of an account, each answer kept."""

    recording: Recording
    region: str
    client: Any
    now: datetime

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        """Ask, not for what has expired: a fine point older than 15 days is not there any more."""
        queries: Sequence[Any] = request["MetricDataQueries"]
        fine = any(query["MetricStat"]["Period"] < FINE for query in queries)
        oldest = self.now - KEPT
        for query in queries:
            self.recording.points.setdefault(_query(self.region, query), Points())
        if fine and request["EndTime"] <= oldest:
            return {"MetricDataResults": []}
        if fine and request["StartTime"] < oldest:
            request["StartTime"] = oldest.replace(second=0, microsecond=0)
        answer: dict[str, Any] = self.client.get_metric_data(**request)
        names = {query["Id"]: _query(self.region, query) for query in queries}
        for result in answer["MetricDataResults"]:
            self._keep(names[result["Id"]], result)
        return answer

    def _keep(self, name: str, result: Mapping[str, Any]) -> None:
        known = self.recording.points[name]
        rows = dict(zip(known.times, known.values, strict=True))
        pairs = zip(result["Timestamps"], result["Values"], strict=True)
        rows.update({int(at.timestamp()): value for at, value in pairs})
        ordered = sorted(rows.items())
        self.recording.points[name] = Points([at for at, _ in ordered], [v for _, v in ordered])

    def get_paginator(self, operation: str) -> _Pages:
        """List, and keep what is listed."""

        def find(asked: Mapping[str, Any]) -> list[Any]:
            pages = self.client.get_paginator(operation).paginate(**asked)
            found = [metric for page in pages for metric in page["Metrics"]]
            self.recording.listed[_listing(self.region, asked)] = found
            return found

        return _Pages(find)


class Counted:
    """CloudWatch that has nothing: what is asked of it is counted, and says the price."""

    def get_metric_data(self, **_: Any) -> dict[str, Any]:
        """Answer with nothing."""
        return {"MetricDataResults": []}

    def get_paginator(self, _: str) -> _Pages:
        """List nothing."""
        return _Pages(lambda _: [])
