"""Worlds for reports: rich with a year of data, sparse, and empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from avatarwatch.kpis import KPIS, Cadence
from avatarwatch.namespaces import Own
from fakes.reporting import DAY, ReportWorld

END = date(2026, 12, 1)
"""The day after the last one with data: a Tuesday that ends a month."""
YEAR, TWO_MONTHS = 400, 62

# metric: denominator a day, percent or mean, and how much it wanders
_RATIOS = {
    "AverageUploadTime": (1200, 850.0, 60.0), "CacheHitRate": (90_000, 96.2, 0.6),
    "ErrorRate": (90_000, 0.4, 0.15), "Availability": (7200, 99.97, 0.02),
    "DeduplicationRate": (1190, 34.0, 2.0), "CompressionRatio": (600e6, 63.0, 1.0),
    "BandwidthSavings": (600e6, 74.0, 1.5), "UploadSuccessRate": (1200, 99.4, 0.3),
    "UserSatisfactionScore": (80, 4.6, 0.08), "TimeToFirstByte": (80_000, 62.0, 5.0),
    "FeatureAdoptionRate": (1190, 41.0, 3.0),
}  # fmt: skip
_SINGLE = {
    "P95UploadTime": (1700.0, 90.0), "RequestsPerSecond": (1.04, 0.1),
    "ConcurrentUploads": (9.0, 2.0), "StorageGrowthRate": (0.9e9, 0.1e9),
    "CostPerUpload": (0.0021, 0.0002), "CostPerGb": (0.0182, 0.0004),
    "MonthlyGrowthRate": (4.0, 1.0), "DailyActiveUploaders": (640.0, 30.0),
    "UploadsLast24h": (1193.0, 60.0), "Bandwidth24h": (38e9, 2e9),
    "CostIncrease30d": (5.0, 1.0), "UserAdoption7d": (2.0, 1.0),
    "StorageCostIn30d": (1.1, 0.05), "StorageCostIn90d": (2.2, 0.05),
    "StorageSavingExpected": (0.6, 0.01), "StorageSavingRealised": (0.42, 0.01),
    "UploadBudgetLeft": (41.0, 4.0), "AvailabilityBudgetLeft": (63.0, 5.0),
}  # fmt: skip


def rich(days: int = TWO_MONTHS) -> ReportWorld:
    """Return a system that has all its numbers, of ``YEAR`` days if asked, and a lively month."""
    world, random = ReportWorld(), Random(15)  # noqa: S311 - a simulation
    for back in range(days, 0, -1):
        _day(world, END - back * DAY, YEAR - back, random)
    for at, alert, minutes in _alerts():
        answered = {"acknowledged_at": at + timedelta(minutes=4), "acknowledged_by": "anna"}
        world.episode(
            alert, at, minutes, sentence=f"{alert} was over its threshold",
            **(answered if minutes > 30 else {}),
        )  # fmt: skip
    world.episode("Budget", _at(20, 6), None, kind="budget", alert_id=None, name="Avatar budget",
                  sentence="The budget's forecast is over $ 40")  # fmt: skip
    for day in range(1, 31):
        world.cost_run(date(2026, 11, day), {
            "level": "normal", "expected_saving_usd_month": 0.6,
            "buckets": {"avatars": {
                "outcome": "advise", "line": "GLACIER_IR would save $0.60 a month",
                "expected_saving_usd_month": 0.6}},
        })  # fmt: skip
    return world


def _day(world: ReportWorld, day: date, number: int, random: Random) -> None:
    for metric, (count, mean, spread) in _RATIOS.items():
        value = mean + random.uniform(-spread, spread)
        if metric == "UploadSuccessRate" and day == date(2026, 11, 30):
            value = 97.8
        world.kpi(metric, day, value * count, count)
    for metric, (mean, spread) in _SINGLE.items():
        world.kpi(metric, day, mean + random.uniform(-spread, spread))
    stored = 20e9 + number * 0.05e9
    world.kpi("StorageBytes", day, stored)
    world.kpi("StorageGrowth7d", day, 0.35e9)
    world.kpi("StorageIn30d", day, stored + 1.5e9)
    world.kpi("StorageIn90d", day, stored + 4.5e9)
    for metric, limit in (("DaysUntilStorageWarning", 50e9), ("DaysUntilStorageCritical", 100e9)):
        world.kpi(metric, day, (limit - stored) / 0.05e9)
    world.metric(Own.CUSTOM, "DeduplicationSavings", day, 210e6, 400)
    world.metric(Own.HEALTH, "UnhealthyEndpoints", day, float(number % 2), 1440.0 - number % 3)


def _alerts() -> Iterator[tuple[datetime, str, float]]:
    yield _at(3, 10), "UploadFailuresCritical", 42.0
    yield _at(12, 14), "ErrorRateCritical", 18.5
    yield _at(30, 9, 30), "UploadFailuresCritical", 65.0
    for day in range(5, 30, 4):
        yield _at(day, 1, 12), "CacheHitRateWarning", 4.0


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def sparse() -> ReportWorld:
    """Return a system of ten days' standing that tells of little, and may read half of it."""
    world = ReportWorld()
    for back in range(10, 0, -1):
        day = END - back * DAY
        world.kpi("Availability", day, 99.8 * 1440, 1440)
        if back != 4:  # a day without traffic
            world.kpi("UploadSuccessRate", day, 100.0 * 6, 6)
        world.kpi("StorageBytes", day, 4e9)
    world.answers["s3"]["GetBucketPolicyStatus"] = "AccessDenied"
    world.answers["s3"]["GetBucketVersioning"] = {}
    world.answers["guardduty"]["ListDetectors"] = {"DetectorIds": []}
    world.answers["securityhub"]["GetFindings"] = "InvalidAccessException"
    return world


def empty() -> ReportWorld:
    """Return the first day: nothing was counted, nothing may be read."""
    world = ReportWorld()
    world.answers = {
        service: dict.fromkeys(answers, "AccessDenied")
        for service, answers in world.answers.items()
    }  # fmt: skip
    return world


def names() -> set[str]:
    """Return the KPIs of the day that the rich world has none of."""
    given = {*_RATIOS, *_SINGLE, "StorageBytes", "StorageGrowth7d", "StorageIn30d", "StorageIn90d"}
    given |= {"DaysUntilStorageWarning", "DaysUntilStorageCritical"}
    return {name for name, kpi in KPIS.items() if kpi.cadence is Cadence.DAY} - given


def later(hours: float) -> datetime:
    """Return a time after the last day with data."""
    return datetime(END.year, END.month, END.day, tzinfo=UTC) + timedelta(hours=hours)
