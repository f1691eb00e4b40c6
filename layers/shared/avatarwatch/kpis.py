"""The KPIs that the suite computes: one entry each, read by dashboards and reports as well.

A team's own KPI is one entry in `kpi/team.py`. Each is published as one metric of <root>/KPI
without dimensions, a statistic set: a ratio's denominator is its SampleCount, so that the statistic
Average is the exact ratio of any span (docs/decisions/0040). What an alarm reads is computed every
five minutes, a day's sum every hour, all else once a day, since a metric costs by the hours in
which it is put (0042).
"""

from __future__ import annotations

from datetime import timedelta

from avatarwatch.kpi import team
from avatarwatch.kpi.budgets import BudgetLeft
from avatarwatch.kpi.costs import CostPer, CostPerGigabyte, SpendGrowth
from avatarwatch.kpi.entry import Cadence, Direction, Kpi, Target
from avatarwatch.kpi.formulas import (
    PerTime,
    Ratio,
    Statistic,
    Trailing,
)
from avatarwatch.kpi.levels import Level, LevelGrowth, PeriodGrowth
from avatarwatch.kpi.projections import LEVEL_AGE, Ahead, CostAhead, DaysUntil, Growth
from avatarwatch.kpi.readings import Measure, Source
from avatarwatch.kpi.signals import Crossing, Middle, Recent
from avatarwatch.kpi_inputs import (
    ACTIVE_UPLOADERS,
    AVAILABILITY,
    BANDWIDTH_SAVINGS,
    CACHE_HITS,
    CACHEABLE,
    COMPRESSED,
    CONCURRENT,
    DEDUPLICATED,
    DOWNLOADED,
    ERROR_RATE,
    FAILED_REQUESTS,
    FAILED_UPLOADS,
    GOOD_PROBES,
    HIT_RATE,
    LIFECYCLE_SAVING_EXPECTED,
    LIFECYCLE_SAVING_REALISED,
    MONTHLY_UPLOADS,
    MULTI_SIZE,
    ORIGIN_P95,
    ORIGINAL,
    PROBES,
    RATED_REQUESTS,
    RATING_COUNT,
    RATINGS,
    REQUESTS,
    STORAGE,
    STORAGE_BILL,
    SYSTEM_BILL,
    TIMED,
    TTFB_COUNT,
    TTFB_TOTAL,
    UPLOAD_ATTEMPTS,
    UPLOAD_P95,
    UPLOAD_TIME,
    UPLOADS,
    UPLOADS_OBJECTIVE,
)
from avatarwatch.units import Unit

__all__ = ["KPIS", "Cadence", "Direction", "Kpi", "Target", "of_cadence"]

_5M, _1H, _1D = Cadence.FIVE_MINUTES, Cadence.HOUR, Cadence.DAY
_MS, _PCT, _BYTES, _USD, _NONE = (
    Unit.MILLISECONDS, Unit.PERCENT, Unit.BYTES, Unit.USD, Unit.NONE,
)  # fmt: skip
_GROWTH = Growth(STORAGE, "StorageGrowthRate")
_IN_30D = Ahead(_GROWTH, 30, "StorageIn30d")
_IN_90D = Ahead(_GROWTH, 90, "StorageIn90d")
_PRICE = CostPerGigabyte(STORAGE_BILL, STORAGE)


def _below(value: float) -> Target:
    return Target(Direction.BELOW, value)


def _above(value: float) -> Target:
    return Target(Direction.ABOVE, value)


# The guide's technical and business KPIs in its order, with its targets.
_GUIDE = (
    Kpi("averageUploadTime", "Mean upload time", _MS, _1D, _below(2000),
        Ratio(UPLOAD_TIME, TIMED, scale=1)),
    Kpi("p95UploadTime", "Upload time, 95th percentile", _MS, _1D, _below(2000),
        Statistic(UPLOAD_P95)),
    Kpi("cacheHitRate", "Cache hit rate", _PCT, _1D, _above(95),
        HIT_RATE),
    Kpi("errorRate", "Error rate", _PCT, _1D, _below(1),
        ERROR_RATE),
    Kpi("availability", "Availability", _PCT, _1D, Target(Direction.AT_LEAST, 99.9),
        Ratio(GOOD_PROBES, PROBES)),
    Kpi("deduplicationRate", "Deduplication rate", _PCT, _1D, _above(30),
        Ratio(DEDUPLICATED, UPLOADS, minimum=10, absent_is_zero=True)),
    Kpi("compressionRatio", "Compression ratio", _PCT, _1D, _above(60),
        Ratio(COMPRESSED, ORIGINAL)),
    Kpi("bandwidthSavings", "Bandwidth savings", _PCT, _1D, _above(70),
        BANDWIDTH_SAVINGS),
    Kpi("requestsPerSecond", "Requests a second", Unit.PER_SECOND, _1D, None,
        PerTime(REQUESTS, timedelta(seconds=1))),
    Kpi("concurrentUploads", "Concurrent uploads, peak", _NONE, _1D, None, Statistic(CONCURRENT)),
    Kpi("storageGrowthRate", "Storage growth a day", _BYTES, _1D, None, _GROWTH),
    Kpi("uploadSuccessRate", "Upload success rate", _PCT, _1D, _above(99),
        Ratio(UPLOADS, UPLOAD_ATTEMPTS, minimum=10, absent_is_zero=True)),
    Kpi("userSatisfactionScore", "User satisfaction (of 5)", _NONE, _1D, _above(4.5),
        Ratio(RATINGS, RATING_COUNT, scale=1, minimum=5)),
    Kpi("timeToFirstByte", "Time to first byte", _MS, _1D, _below(100),
        Ratio(TTFB_TOTAL, TTFB_COUNT, scale=1)),
    Kpi("costPerUpload", "Cost of an upload", _USD, _1D, _below(0.01),
        CostPer(SYSTEM_BILL, MONTHLY_UPLOADS, minimum=10)),
    Kpi("costPerGb", "Cost of a GB-month", _USD, _1D, _below(0.02), _PRICE),
    Kpi("monthlyGrowthRate", "Cost growth of the month", _PCT, _1D, None,
        SpendGrowth(SYSTEM_BILL, days=None)),
    Kpi("dailyActiveUploaders", "Active uploaders of the day", _NONE, _1D, None,
        Statistic(ACTIVE_UPLOADERS)),
    Kpi("featureAdoptionRate", "Multi-size uploads", _PCT, _1D, None,
        Ratio(MULTI_SIZE, UPLOADS, minimum=10, seen_within=timedelta(days=30))),
    Kpi("uploadsLast24h", "Uploads in 24 h", _NONE, _1D, None,
        Trailing(UPLOADS, timedelta(days=1))),
)  # fmt: skip

# What the guide's alerts read of levels and of whole days.
_LEVELS = (
    Kpi("storageBytes", "Storage", _BYTES, _1D, None, Level(STORAGE, LEVEL_AGE)),
    Kpi("storageGrowth7d", "Storage growth in 7 days", _BYTES, _1D, None,
        LevelGrowth(STORAGE, timedelta(days=7), LEVEL_AGE)),
    Kpi("costIncrease30d", "Cost increase in 30 days", _PCT, _1D, None,
        SpendGrowth(SYSTEM_BILL, days=30)),
    Kpi("userAdoption7d", "User adoption in 7 days", _PCT, _1D, None,
        PeriodGrowth(
            Measure(Source.KPI, "DailyActiveUploaders", "Average", timedelta(days=1)), 7)),
)  # fmt: skip

# What they read of the last minutes, over the time that the guide gives them; and of the last day,
# where waiting for midnight would ring late and end a day late.
_SIGNALS = (
    Kpi("bandwidth24h", "Bandwidth in 24 h", _BYTES, _1H, None,
        Crossing(Trailing(DOWNLOADED, timedelta(days=1)), "BandwidthWarning")),
    Kpi("uploadFailureRate", "Upload failures, 15 min", _PCT, _5M, None,
        Recent(Ratio(FAILED_UPLOADS, UPLOAD_ATTEMPTS, absent_is_zero=True),
               timedelta(minutes=15), 8, "UploadFailuresCritical")),
    Kpi("errorRate5m", "Error rate, 5 min", _PCT, _5M, None,
        Recent(Ratio(FAILED_REQUESTS, RATED_REQUESTS), timedelta(minutes=5), 20,
               "ErrorRateCritical")),
    Kpi("cdnLatency", "CDN latency, 95th percentile", _MS, _5M, None, Middle(ORIGIN_P95, 3)),
    Kpi("cacheHitRate1h", "Cache hit rate, 1 h", _PCT, _5M, None,
        Recent(Ratio(CACHE_HITS, CACHEABLE), timedelta(hours=1), 40, "CacheHitRateWarning",
               is_good=True)),
    Kpi("requestRate", "Request rate, 15 min", Unit.PER_MINUTE, _5M, None,
        PerTime(REQUESTS, timedelta(minutes=1), timedelta(minutes=15))),
)  # fmt: skip

_PROJECTIONS = (
    Kpi("storageIn30d", "Storage in 30 days", _BYTES, _1D, None, _IN_30D),
    Kpi("storageIn90d", "Storage in 90 days", _BYTES, _1D, None, _IN_90D),
    Kpi("storageCostIn30d", "Storage cost a month in 30 days", _USD, _1D, None,
        CostAhead(_IN_30D, _PRICE, "StorageCostIn30d")),
    Kpi("storageCostIn90d", "Storage cost a month in 90 days", _USD, _1D, None,
        CostAhead(_IN_90D, _PRICE, "StorageCostIn90d")),
    Kpi("daysUntilStorageWarning", "Storage reaches its warning in", Unit.DAYS, _1D, None,
        DaysUntil(_GROWTH, "StorageWarning")),
    Kpi("daysUntilStorageCritical", "Storage reaches its limit in", Unit.DAYS, _1D, None,
        DaysUntil(_GROWTH, "StorageCritical")),
)  # fmt: skip

# What cost control found in its last run; it runs once a day, and one run may be missed.
_RUN_AGE = timedelta(hours=49)
_SAVINGS = (
    Kpi("storageSavingExpected", "Storage saving a month, expected", _USD, _1D, None,
        Level(LIFECYCLE_SAVING_EXPECTED, _RUN_AGE)),
    Kpi("storageSavingRealised", "Storage saving a month, realised", _USD, _1D, None,
        Level(LIFECYCLE_SAVING_REALISED, _RUN_AGE)),
)  # fmt: skip


_BUDGETS = tuple(
    Kpi(f"{objective.name}BudgetLeft", f"{objective.name.capitalize()} error budget left, 30 days",
        _PCT, _1D, None, BudgetLeft(objective))
    for objective in (UPLOADS_OBJECTIVE, AVAILABILITY)
)  # fmt: skip


def _dependency(kpi_id: str, title: str, unit: Unit, measure: Measure) -> Kpi:
    return Kpi(kpi_id, title, unit, _1D, None, Statistic(measure))


# Where their ids are given; AWS's own percentages and counts, brought beside the others.
_DEPENDENCIES = (
    _dependency("databaseCpu", "Database CPU", _PCT,
                Measure(Source.DATABASE, "CPUUtilization", "Maximum")),
    _dependency("databaseConnections", "Database connections", _NONE,
                Measure(Source.DATABASE, "DatabaseConnections", "Maximum")),
    _dependency("cacheServerCpu", "Cache server CPU", _PCT,
                Measure(Source.CACHE, "EngineCPUUtilization", "Maximum")),
    _dependency("cacheServerEvictions", "Cache server evictions", _NONE,
                Measure(Source.CACHE, "Evictions")),
    _dependency("workerQueueDepth", "Messages waiting for workers", _NONE,
                Measure(Source.QUEUE, "ApproximateNumberOfMessagesVisible", "Maximum")),
)  # fmt: skip

KPIS: dict[str, Kpi] = {
    kpi.metric: kpi
    for kpi in (
        *(*_GUIDE, *_LEVELS, *_SIGNALS, *team.KPIS),
        *(*_PROJECTIONS, *_SAVINGS, *_BUDGETS, *_DEPENDENCIES),
    )
}
"""Every KPI by its metric's name, the guide's first and in its order."""


def of_cadence(cadence: Cadence) -> tuple[Kpi, ...]:
    """Return the KPIs of one cadence."""
    return tuple(kpi for kpi in KPIS.values() if kpi.cadence is cadence)
