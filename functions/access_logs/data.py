"""Tallies as metric data of <root>/Access, stamped with their minutes.

Rates are statistic sets whose SampleCount is the denominator and whose Sum is 100 for each in the
numerator: Average is the exact percentage over any span, SampleCount the traffic behind it. Sets
of one minute that are put apart add up, so late lines need no correction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from access_logs.entry import Origin
from access_logs.tally import Minute, Spread, Tally, in_two
from avatarwatch.access_metrics import MARKER, PREFIXES

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef


def data(tally: Tally) -> Iterator[MetricDatumTypeDef]:
    """Yield the data of every minute, in the order of time."""
    for (origin, minute), found in sorted(tally.minutes.items(), key=lambda item: item[0][1]):
        moment = datetime.fromtimestamp(minute * 60, UTC)
        for name, unit, values in _metrics(origin, found):
            metric = f"{PREFIXES[origin.value]}{name}"
            yield cast(
                "MetricDatumTypeDef",
                {"MetricName": metric, "Timestamp": moment, "Unit": unit, **values},
            )


def marker(number: int, now: datetime) -> MetricDatumTypeDef:
    """Return the sign that a batch was put: its number, at the time of putting."""
    return {"MetricName": MARKER, "Timestamp": now, "Value": float(number), "Unit": "None"}


@dataclass(frozen=True, slots=True)
class _Set:
    count: int
    total: float
    least: float
    most: float

    def as_values(self) -> dict[str, Any]:
        return {
            "StatisticValues": {
                "SampleCount": float(self.count),
                "Sum": float(self.total),
                "Minimum": float(self.least),
                "Maximum": float(self.most),
            }
        }


def _metrics(origin: Origin, found: Minute) -> Iterator[tuple[str, str, dict[str, Any]]]:
    size = _Set(found.requests, found.size, found.smallest, found.largest)
    yield "BytesSent", "Bytes", size.as_values()
    yield "ClientErrorRate", "Percent", _share(found.client_errors, found.requests)
    yield "ServerErrorRate", "Percent", _share(found.server_errors, found.requests)
    if origin is Origin.CDN and found.lookups:
        yield "CacheHitRate", "Percent", _share(found.hits, found.lookups)
        if found.lookup_size:
            yield "ByteHitRate", "Percent", _share(found.hit_size, found.lookup_size)
    for name, spread in (("TimeToFirstByte", found.first_byte), ("TotalTime", found.total)):
        if spread:
            yield name, "Milliseconds", _values(spread)


def _share(part: int, whole: int) -> dict[str, Any]:
    return _Set(whole, 100 * part, 0 if part < whole else 100, 100 if part else 0).as_values()


def _values(spread: Spread) -> dict[str, Any]:
    """Return each bucket as its mean, so that the sum over all of them is exact."""
    buckets = [in_two(spread[bucket]) for bucket in sorted(spread)]
    return {
        "Values": [total / count for count, total in buckets],
        "Counts": [float(count) for count, _ in buckets],
    }
