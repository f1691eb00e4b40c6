"""Source metrics and alarms in a file: kept while an account is asked, read instead of one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

VERSION = 2
_HOUR = timedelta(hours=1)
KEPT = ((300, timedelta(days=15)), (3_600, timedelta(days=63)), (86_401, timedelta(days=455)))
"""How long points of a shorter period than so many seconds are kept (GetMetricData, API reference).

Hourly ones, and those of a day, for 455 days: fifteen months.
"""


def oldest(period: int, now: datetime) -> datetime:
    """Return since when points of a period (s) are there, an hour on the safe side."""
    kept = next(span for below, span in KEPT if period < below)
    return (now - kept + _HOUR).replace(second=0, microsecond=0)


class RecordingError(Exception):
    """A recording cannot be used; the message says why."""


class Points(msgspec.Struct, forbid_unknown_fields=True):
    """A query's points: seconds since 1970, and values."""

    times: list[int] = []
    values: list[float] = []


type Row = tuple[int, int, float, float, float, float]
"""When a period began, its length in s, and what it held: count, sum, least and most."""


class Recording(msgspec.Struct, forbid_unknown_fields=True):
    """What an account answered: points by query, and the metrics that it listed.

    ``alarms`` are deployed ones as DescribeAlarms tells of them, ``samples`` what they look at.
    """

    version: int
    start: datetime
    end: datetime
    points: dict[str, Points] = {}
    listed: dict[str, list[Any]] = {}
    alarms: list[dict[str, Any]] = []
    samples: dict[str, list[Row]] = {}

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
        except FileNotFoundError:
            raise RecordingError(f"there is no {path}: record it first (--record)") from None
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
        of = slice(bisect_left(known.times, start), bisect_left(known.times, end))
        return {
            "Id": query["Id"], "StatusCode": "Complete",
            "Timestamps": [datetime.fromtimestamp(at, UTC) for at in known.times[of]],
            "Values": known.values[of],
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
        """Ask, not for what has expired; RecordingError where an answer is not whole."""
        queries: Sequence[Any] = request["MetricDataQueries"]
        since = oldest(min(query["MetricStat"]["Period"] for query in queries), self.now)
        for query in queries:
            self.recording.points.setdefault(_query(self.region, query), Points())
        if request["EndTime"] <= since:
            return {"MetricDataResults": []}
        request["StartTime"] = max(request["StartTime"], since)
        answer = asked(self.client, self.region, request)
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
            with refusals(f"{operation} in {self.region}"):
                found = [metric for page in pages for metric in page["Metrics"]]
            self.recording.listed[_listing(self.region, asked)] = found
            return found

        return _Pages(find)


@contextmanager
def refusals(what: str) -> Iterator[None]:
    """Turn what AWS refuses into a RecordingError: half a recording would look like a calm month.

    A reader of ours takes such a failure for a KPI without data; a recording must not.
    """
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise RecordingError(f"{what} failed, so nothing is kept: {error}") from error


def asked(client: Any, region: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for one page of metrics; RecordingError where CloudWatch could not answer wholly."""
    with refusals(f"GetMetricData in {region}"):
        answer: dict[str, Any] = client.get_metric_data(**request)
    for result in answer["MetricDataResults"]:
        status = result.get("StatusCode", "Complete")
        if status not in {"Complete", "PartialData"}:  # partial: the next page goes on
            raise RecordingError(f"GetMetricData in {region} says {status}, so nothing is kept")
    return answer


class Counted:
    """CloudWatch that has nothing: what is asked of it is counted, and says the price."""

    def get_metric_data(self, **_: Any) -> dict[str, Any]:
        """Answer with nothing."""
        return {"MetricDataResults": []}

    def get_paginator(self, _: str) -> _Pages:
        """List nothing."""
        return _Pages(lambda _: [])
