"""Weeks of KPIs as KpiAggregation would have put them, day by day: simulated, and not in a store.

The emulator drops points older than two weeks. Whoever needs longer reads this in its stead: a real
client whose GetMetricData is answered from here, and which knows no other operation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from avatarwatch.kpis import KPIS, Cadence
from avatarwatch.namespaces import Own

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.emulator import Emulator

DAYS = 65  # the last month, the one before, and a few days
DAY = timedelta(days=1)
# denominator of a weekday, value, and how far it wanders
_RATIOS = {
    "AverageUploadTime": (17_000, 1240.0, 90.0), "CacheHitRate": (260_000, 95.8, 0.5),
    "ErrorRate": (260_000, 0.42, 0.12), "Availability": (1440, 99.93, 0.05),
    "DeduplicationRate": (17_000, 33.0, 1.5), "CompressionRatio": (9e9, 62.0, 1.0),
    "BandwidthSavings": (9e9, 73.0, 1.2), "UploadSuccessRate": (17_100, 99.5, 0.15),
    "UserSatisfactionScore": (210, 4.62, 0.06), "TimeToFirstByte": (250_000, 58.0, 5.0),
    "FeatureAdoptionRate": (17_000, 38.0, 2.0),
}  # fmt: skip
_SINGLE = {
    "P95UploadTime": (1890.0, 120.0), "RequestsPerSecond": (3.0, 0.2),
    "ConcurrentUploads": (12.0, 2.0), "StorageGrowthRate": (7e8, 5e7),
    "CostPerUpload": (0.0021, 0.0001), "CostPerGb": (0.0184, 0.0003),
    "MonthlyGrowthRate": (6.0, 1.0), "DailyActiveUploaders": (5200.0, 150.0),
    "UploadsLast24h": (17_000.0, 400.0), "Bandwidth24h": (61e9, 2e9),
    "StorageGrowth7d": (4.9e9, 1e8), "CostIncrease30d": (7.0, 1.0), "UserAdoption7d": (1.4, 0.8),
    "StorageCostIn30d": (2.3, 0.02), "StorageCostIn90d": (3.0, 0.02),
    "StorageSavingExpected": (0.55, 0.02), "StorageSavingRealised": (0.31, 0.02),
    "UploadBudgetLeft": (48.0, 3.0), "AvailabilityBudgetLeft": (30.0, 3.0),
}  # fmt: skip
METRICS_WITHOUT = frozenset(
    {"DatabaseCpu", "DatabaseConnections", "CacheServerCpu", "CacheServerEvictions",
     "WorkerQueueDepth"}
)  # fmt: skip
"""KPIs of what the simulated system has not: no database, cache server or queue is named."""

type Points = dict[tuple[str, str], dict[date, tuple[float, float]]]


class UnsimulatedError(Exception):
    """Somebody asked for what these weeks do not hold; the message says for what."""


@dataclass(slots=True)
class History:
    """Sums and counts of each metric's days."""

    points: Points = field(default_factory=dict)

    def put(self, space: Own, metric: str, day: date, value: float, count: float = 1.0) -> None:
        """Put a day's set, whose mean is the value."""
        self.points.setdefault((space.full, metric), {})[day] = (value * count, count)

    def client(self, emulator: Emulator) -> Any:
        """Return CloudWatch's client of the emulator, answered from here."""
        made = emulator.client("cloudwatch")
        made.meta.events.register("before-parameter-build.cloudwatch", _remember)
        made.meta.events.register("before-call.cloudwatch", self._reply)
        return made

    def _reply(self, model: Any, context: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        params = context["asked_for"]
        if model.name == "ListMetrics":  # S3's of replication, which the bucket has not
            return _Ok(), {"Metrics": []}
        if model.name != "GetMetricData":
            raise UnsimulatedError(model.name)
        results = [
            {"Id": each["Id"], **self._series(each["MetricStat"], params)}
            for each in params["MetricDataQueries"]
        ]
        return _Ok(), {"MetricDataResults": results}

    def _series(self, stat: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
        if stat["Period"] != DAY.total_seconds() or stat["Stat"] not in {"Sum", "SampleCount"}:
            raise UnsimulatedError(f"{stat['Stat']} by {stat['Period']} s")
        metric = stat["Metric"]
        days = self.points.get((metric["Namespace"], metric["MetricName"]), {})
        first, last = params["StartTime"].date(), params["EndTime"].date()
        chosen = [day for day in sorted(days) if first <= day < last]
        which = 0 if stat["Stat"] == "Sum" else 1
        return {
            "StatusCode": "Complete",
            "Timestamps": [datetime(d.year, d.month, d.day, tzinfo=UTC) for d in chosen],
            "Values": [days[day][which] for day in chosen],
        }


@dataclass(frozen=True, slots=True)
class _Ok:
    status_code: int = 200


def _remember(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["asked_for"] = dict(params)


def simulated(end: date) -> History:
    """Return the weeks before a day: fewer uploads at weekends, one bad day a fortnight."""
    history, random = History(), Random(end.toordinal())  # noqa: S311 - a simulation
    for back in range(DAYS, 0, -1):
        _day(history, end - back * DAY, DAYS - back, random)
    wanted = {name for name, kpi in KPIS.items() if kpi.cadence is Cadence.DAY}
    if missing := wanted - {metric for _, metric in history.points} - METRICS_WITHOUT:
        raise UnsimulatedError(f"nothing is simulated of {min(missing)}")
    return history


def _day(history: History, day: date, number: int, random: Random) -> None:
    busy = 0.7 if day.weekday() > 4 else 1.0  # Saturday and Sunday
    bad = number % 14 == 9
    for metric, (count, value, spread) in _RATIOS.items():
        found = value + random.uniform(-spread, spread)
        if bad and metric == "UploadSuccessRate":
            found -= 2.4
        weight = count if metric == "Availability" else count * busy
        history.put(Own.KPI, metric, day, found, weight)
    for metric, (value, spread) in _SINGLE.items():
        history.put(Own.KPI, metric, day, value + random.uniform(-spread, spread))
    stored = 46e9 + number * 0.7e9
    for metric, ahead in (("StorageBytes", 0), ("StorageIn30d", 30), ("StorageIn90d", 90)):
        history.put(Own.KPI, metric, day, stored + ahead * 0.7e9)
    for metric, limit in (("DaysUntilStorageWarning", 50e9), ("DaysUntilStorageCritical", 100e9)):
        history.put(Own.KPI, metric, day, max(limit - stored, 0.0) / 0.7e9)
    history.put(Own.CUSTOM, "DeduplicationSavings", day, 520_000.0, 5600 * busy)
    history.put(Own.HEALTH, "UnhealthyEndpoints", day, 0.0, 1440.0)
