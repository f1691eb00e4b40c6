"""A simulated day's KPIs from the simulator's own book, computed without any of our formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from statistics import median_low, quantiles

from local.backend.ledger import Totals
from local.history import Day

FIVE, HOUR = timedelta(minutes=5), timedelta(hours=1)

type Expected = Mapping[str, Callable[[datetime], float]]

# what the service depends on: AWS's metric, and its value in the n-th minute of the day
DEPENDENCIES: Mapping[str, tuple[str, str, str, str, Callable[[int], float]]] = {
    "DatabaseCpu": ("AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "avatars-db",
                    lambda n: 20 + n % 7),
    "DatabaseConnections": ("AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", "avatars-db",
                            lambda n: 40 + n % 11),
    "CacheServerCpu": ("AWS/ElastiCache", "EngineCPUUtilization", "CacheClusterId",
                       "avatars-cache", lambda n: 5 + n % 3),
    "CacheServerEvictions": ("AWS/ElastiCache", "Evictions", "CacheClusterId", "avatars-cache",
                             lambda n: n % 4),
    "WorkerQueueDepth": ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName",
                         "avatar-jobs", lambda n: n % 13),
}  # fmt: skip

SAVINGS = {"LifecycleSavingExpected": 12.5, "LifecycleSavingRealised": -1.5}
"""What cost control found that day, in US$ a month: a loss is below zero."""


def p95(samples: list[int]) -> float:
    return quantiles(samples, n=20, method="inclusive")[18]


def of_five_minutes(day: Day) -> Expected:
    """Each KPI that alarms read from the simulator's own book; ``at`` is the window's start.

    At this traffic the time that the guide gives each is enough to judge it, but for nights.
    """

    def totals(at: datetime, back: timedelta) -> Totals:
        return day.ledger.totals(max(at + FIVE - back, day.start), at + FIVE)

    def shares(at: datetime, back: timedelta, enough: Callable[[Totals], bool]) -> Totals:
        while not enough(totals(at, back)) and back < 6 * HOUR:
            back += FIVE
        return totals(at, back)

    def failed(at: datetime) -> float:
        found = shares(
            at, 3 * FIVE, lambda t: t.failures >= 8 or (t.failures + t.uploads) * 0.1 >= 8
        )
        return found.failures / (found.uploads + found.failures) * 100

    def errors(at: datetime) -> float:
        def bad(found: Totals) -> float:
            return found.errors_4xx + found.errors_5xx

        found = shares(at, FIVE, lambda t: bad(t) >= 20 or t.requests * 0.05 >= 20)
        return bad(found) / found.requests * 100

    def hits(at: datetime) -> float:
        found = shares(
            at, HOUR, lambda t: t.requests - t.cache_hits >= 40 or t.requests * 0.1 >= 40
        )
        return found.cache_hits / found.requests * 100

    return {
        "UploadFailureRate": failed,
        "ErrorRate5m": errors,
        "CacheHitRate1h": hits,
        "CdnLatency": lambda at: _middle(day, at),
        "RequestRate": lambda at: totals(at, 3 * FIVE).requests / 15,
    }


def _middle(day: Day, at: datetime) -> float:
    """Return the median of the last three five minutes that had any request of the origin."""
    known: list[float] = []
    while len(known) < 3 and at >= day.start:
        played = [m for m in day.minutes if at <= m.start < at + FIVE]
        samples = [ms for m in played for ms in m.cdn.origin_latencies_ms]
        known += [p95(samples)] if samples else []
        at -= FIVE
    return median_low(known)


def of_the_day(day: Day) -> Expected:
    entries, totals = day.ledger.entries, day.ledger.totals()
    level = sum(entries[0].storage_bytes.values())
    first, last = entries[0].charges_usd, entries[18 * 60].charges_usd  # the bill's points
    until = day.ledger.totals(day.start, day.start + 18 * HOUR)
    s3 = last["AmazonS3"] - first["AmazonS3"]
    price = s3 / (level / 1e9 * 18 / 24 / 30)
    durations = [u.duration_ms for m in day.minutes for u in m.succeeded]
    waited = [ms for m in day.minutes for ms in m.cdn.origin_latencies_ms]
    down = len(day.down) / (24 * 60)
    attempts = totals.uploads + totals.failures

    def depended(metric: str, at: datetime) -> float:
        del at  # the day is one
        *_, value = DEPENDENCIES[metric]
        whole = sum if metric == "CacheServerEvictions" else max
        return float(whole(value(n) for n in range(24 * 60)))

    return {
        "AverageUploadTime": lambda _: totals.duration_sum_ms / totals.uploads,
        "P95UploadTime": lambda _: p95(durations),
        "CacheHitRate": lambda _: totals.cache_hits / totals.requests * 100,
        "ErrorRate": lambda _: (totals.errors_4xx + totals.errors_5xx) / totals.requests * 100,
        "Availability": lambda _: (1 - down) * 100,
        "DeduplicationRate": lambda _: totals.duplicates / totals.uploads * 100,
        "CompressionRatio": lambda _: 100 - totals.stored_bytes / totals.original_bytes * 100,
        "BandwidthSavings": lambda _: 100 - totals.stored_bytes / totals.upload_bytes * 100,
        "RequestsPerSecond": lambda _: totals.requests / 86_400,
        "ConcurrentUploads": lambda _: max(entry.concurrent_uploads for entry in entries),
        "UploadSuccessRate": lambda _: totals.uploads / attempts * 100,
        "TimeToFirstByte": lambda _: sum(waited) / len(waited),
        "UserSatisfactionScore": lambda _: totals.rating_sum / totals.ratings,
        "UploadsLast24h": lambda _: totals.uploads,
        "StorageBytes": lambda _: level,
        "StorageGrowth7d": lambda _: 7 * 700e6,
        "StorageSavingExpected": lambda _: SAVINGS["LifecycleSavingExpected"],
        "StorageSavingRealised": lambda _: SAVINGS["LifecycleSavingRealised"],
        # of thirty days one is known, the others have failed nothing that anybody knows of
        "UploadBudgetLeft": lambda _: (1 - totals.failures / attempts / 0.01 / 30) * 100,
        "AvailabilityBudgetLeft": lambda _: (1 - down / 0.001 / 30) * 100,
        **{metric: partial(depended, metric) for metric in DEPENDENCIES},
        "StorageGrowthRate": lambda _: 700e6,
        "StorageIn30d": lambda _: level + 30 * 700e6,
        "StorageIn90d": lambda _: level + 90 * 700e6,
        "StorageCostIn30d": lambda _: (level / 1e9 + 30 * 0.7) * price,
        "StorageCostIn90d": lambda _: (level / 1e9 + 90 * 0.7) * price,
        "DaysUntilStorageWarning": lambda _: (50e9 - level) / 700e6,
        "DaysUntilStorageCritical": lambda _: (100e9 - level) / 700e6,
        "CostPerUpload": lambda _: (sum(last.values()) - sum(first.values())) / until.uploads,
        "CostPerGb": lambda _: price,
        "FeatureAdoptionRate": lambda _: totals.multi_size / totals.uploads * 100,
    }
