"""A simulated fortnight in an account: what a rehearsal is shown with where nobody has an account.

A quiet system with a bad hour at night, half a day in which a few uploads too many fail, a cold
cache, a slow evening, storage that passes its warning; and a team's own alarms, whose composite
rings alone once and is held back once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

DAYS = 14
PREFIX = "checkout-"
_DAY, _HOUR = 1_440, 60  # minutes


class UnsimulatedError(Exception):
    """Somebody asked for what the fortnight does not hold; the message says for what."""


def _at(day: int, hour: float) -> int:
    return day * _DAY + round(hour * _HOUR)


NIGHT = range(_at(3, 1), _at(3, 2))  # four of ten uploads fail
DRAIN = range(_at(8, 7), _at(8, 18))  # 7 of 100: below the alarm's threshold
COLD = range(_at(5, 13), _at(5, 15))  # the cache
SLOW = range(_at(12, 22.5), _at(12, 23.2))  # the origin
OUTAGE = range(_at(6, 10), _at(6, 10.7))  # the team's service is down, its parts fail with it
ALONE = range(_at(10, 14), _at(10, 14.5))  # one part is slow


def _is_night(minute: int) -> bool:
    return not 6 * _HOUR <= minute % _DAY < 22 * _HOUR


def _attempts(minute: int) -> float:
    return 4.0 if _is_night(minute) else 14.0


def _failures(minute: int) -> float:
    share = 0.4 if minute in NIGHT else 0.07 if minute in DRAIN else 0.0005
    each = share * _attempts(minute)
    return float(int((minute + 1) * each) - int(minute * each))


_VALUES: Mapping[str, Callable[[int], float]] = MappingProxyType({
    "AvatarUploads": lambda minute: _attempts(minute) - _failures(minute),
    "UploadFailures": _failures,
    "Requests": lambda minute: 15.0 * _attempts(minute),
    "TotalErrorRate": lambda _: 0.4,
    "CacheHitRate": lambda minute: 78.0 if minute in COLD else 96.0,
    "OriginLatency": lambda minute: 6_500.0 if minute in SLOW else 310.0,
    "Down": lambda minute: float(minute in OUTAGE),
    "Latency": lambda minute: 900.0 if minute in OUTAGE or minute in ALONE else 120.0,
    "Errors": lambda minute: 9.0 if minute in OUTAGE else 0.0,
})  # fmt: skip
_STORED, _GROWTH = 44e9, 0.7e9


@cache
def _minutes(name: str) -> tuple[float, ...]:
    """Return a metric's values, one a minute."""
    return tuple(map(_VALUES[name], range(DAYS * _DAY)))


def team_alarms(topic: str = "") -> tuple[dict[str, Any], ...]:
    """Return the alarms of a team as PutMetricAlarm and PutCompositeAlarm take them.

    Two of three for each part; the composite alone tells, unless the service is down.
    """
    part = {"Namespace": "Checkout", "Period": 60, "Statistic": "Average", "EvaluationPeriods": 3,
            "DatapointsToAlarm": 2, "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching"}  # fmt: skip
    told = {"AlarmActions": [topic], "OKActions": [topic]} if topic else {}
    return (
        {**part, "AlarmName": f"{PREFIX}down", "MetricName": "Down", "Threshold": 0.0,
         "EvaluationPeriods": 1, "DatapointsToAlarm": 1, **told},
        {**part, "AlarmName": "part-latency", "MetricName": "Latency", "Threshold": 500.0},
        {**part, "AlarmName": "part-errors", "MetricName": "Errors", "Threshold": 5.0},
        {"AlarmName": f"{PREFIX}degraded", "AlarmRule": "ALARM(part-latency) OR ALARM(part-errors)",
         "ActionsSuppressor": f"{PREFIX}down", "ActionsSuppressorWaitPeriod": 120,
         "ActionsSuppressorExtensionPeriod": 180, **told},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fortnight:
    """CloudWatch of that account from ``start`` on; strict on what it is asked."""

    start: datetime

    @classmethod
    def before(cls, now: datetime) -> Fortnight:
        """Return the fortnight that ended with the last midnight in UTC."""
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(midnight - timedelta(days=DAYS))

    @property
    def end(self) -> datetime:
        """When it ends."""
        return self.start + timedelta(days=DAYS)

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        """Answer from the simulation, all of it on one page."""
        first, last = max(request["StartTime"], self.start), min(request["EndTime"], self.end)
        return {
            "MetricDataResults": [
                {"Id": each["Id"], "StatusCode": "Complete", "Timestamps": list(points),
                 "Values": list(points.values())}
                for each in request["MetricDataQueries"]
                for points in [dict(self._points(each["MetricStat"], first, last))]
            ]
        }  # fmt: skip

    def _points(
        self, stat: Mapping[str, Any], first: datetime, last: datetime
    ) -> Iterator[tuple[datetime, float]]:
        name, period = stat["Metric"]["MetricName"], timedelta(seconds=stat["Period"])
        minute, length = timedelta(minutes=1), period // timedelta(minutes=1)
        at = first - (first - self.start) % period
        while at < last:
            since = (at - self.start) // minute
            if name == "BucketSizeBytes":
                yield at, _STORED + _GROWTH * (since // _DAY)
            elif name in _VALUES:
                yield at, _read(stat["Stat"], _minutes(name)[since : since + length])
            at += period

    def get_paginator(self, operation: str) -> _Pages:
        """Return what describe_alarms and list_metrics list."""
        listed: dict[str, Callable[..., dict[str, Any]]] = {
            "describe_alarms": _described, "list_metrics": _metrics,
        }  # fmt: skip
        if operation not in listed:
            raise UnsimulatedError(operation)
        return _Pages(listed[operation])


@dataclass(frozen=True, slots=True)
class _Pages:
    page: Callable[..., dict[str, Any]]

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        yield self.page(**asked)


def _described(
    AlarmNamePrefix: str = "", AlarmNames: tuple[str, ...] = (), **_: Any  # noqa: N803 - AWS's
) -> dict[str, Any]:  # fmt: skip
    found = [
        alarm
        for alarm in team_alarms()
        if alarm["AlarmName"] in AlarmNames
        or (AlarmNamePrefix and alarm["AlarmName"].startswith(AlarmNamePrefix))
    ]
    return {
        "MetricAlarms": [alarm for alarm in found if "AlarmRule" not in alarm],
        "CompositeAlarms": [alarm for alarm in found if "AlarmRule" in alarm],
    }


def _metrics(**asked: Any) -> dict[str, Any]:
    named = {each["Name"]: each["Value"] for each in asked.get("Dimensions", ())}
    if asked.get("MetricName") != "BucketSizeBytes":
        return {"Metrics": []}
    dimensions = {**named, "StorageType": "StandardStorage"}
    return {"Metrics": [{"Dimensions": [{"Name": n, "Value": v} for n, v in dimensions.items()]}]}


def _read(statistic: str, values: Sequence[float]) -> float:
    """Return a statistic of a period's minutes, in each of which there was one value."""
    match statistic:
        case "Sum":
            return sum(values)
        case "SampleCount":
            return float(len(values))
        case "Average":
            return sum(values) / len(values)
        case "Minimum":
            return min(values)
        case "Maximum" | "p95":  # of values that are alike
            return max(values)
    raise UnsimulatedError(statistic)
