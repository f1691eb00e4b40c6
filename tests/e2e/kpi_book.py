"""A simulated day's KPIs from the simulator's own book, computed without any of our formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from statistics import quantiles

from local.backend.ledger import Entry, Totals
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
    """Each KPI from the simulator's own book; ``at`` is the window's start."""

    def totals(at: datetime, back: timedelta = timedelta()) -> Totals:
        return day.ledger.totals(at + FIVE - (back or FIVE), at + FIVE)

    def minutes(at: datetime) -> Iterator[Entry]:
        return iter(day.ledger.between(at, at + FIVE))

    def durations(at: datetime) -> list[int]:
        played = [m for m in day.minutes if at <= m.start < at + FIVE]
        return [u.duration_ms for m in played for u in m.succeeded]

    def latencies(at: datetime) -> list[int]:
        played = [m for m in day.minutes if at <= m.start < at + FIVE]
        return [ms for m in played for ms in m.cdn.origin_latencies_ms]

    def up(at: datetime, back: timedelta = FIVE) -> float:
        span = min(back, at + FIVE - day.start)
        down = sum(at + FIVE - span <= moment < at + FIVE for moment in day.down)
        return 1 - down / (span / timedelta(minutes=1))

    def failed(at: datetime, back: timedelta = FIVE) -> float:
        found = totals(at, back)
        return found.failures / (found.uploads + found.failures)

    def depended(metric: str) -> Callable[[datetime], float]:
        *_, value = DEPENDENCIES[metric]
        whole = sum if metric == "CacheServerEvictions" else max

        def of(at: datetime) -> float:
            first = int((at - day.start) / timedelta(minutes=1))
            return float(whole(value(n) for n in range(first, first + 5)))

        return of

    spans = {"5m": FIVE, "30m": 6 * FIVE, "1h": HOUR, "2h": 2 * HOUR, "6h": 6 * HOUR}
    burns = {
        f"UploadBurnRate{name}": lambda at, back=back: failed(at, back) / 0.01
        for name, back in spans.items()
    } | {
        f"AvailabilityBurnRate{name}": lambda at, back=back: (1 - up(at, back)) / 0.001
        for name, back in spans.items()
    }
    return {
        "AverageUploadTime": lambda at: totals(at).duration_sum_ms / totals(at).uploads,
        "P95UploadTime": lambda at: p95(durations(at)),
        "CacheHitRate": lambda at: totals(at).cache_hits / totals(at).requests * 100,
        "ErrorRate": lambda at: (totals(at).errors_4xx + totals(at).errors_5xx)
        / totals(at).requests * 100,
        "Availability": lambda at: up(at) * 100,
        "DeduplicationRate": lambda at: totals(at).duplicates / totals(at).uploads * 100,
        "CompressionRatio": lambda at: 100
        - totals(at).stored_bytes / totals(at).original_bytes * 100,
        "BandwidthSavings": lambda at: 100
        - totals(at).stored_bytes / totals(at).upload_bytes * 100,
        "RequestsPerSecond": lambda at: totals(at).requests / 300,
        "RequestRate": lambda at: totals(at).requests / 5,
        "ConcurrentUploads": lambda at: max(entry.concurrent_uploads for entry in minutes(at)),
        "UploadSuccessRate": lambda at: 100 - failed(at) * 100,
        "UploadFailureRate": lambda at: failed(at) * 100,
        "CdnLatency": lambda at: p95(latencies(at)),
        "TimeToFirstByte": lambda at: sum(latencies(at)) / len(latencies(at)),
        "TimeToFirstByteTotal": lambda at: sum(latencies(at)),
        "TimedRequests": lambda at: len(latencies(at)),
        "UploadFailures": lambda at: totals(at).failures,
        "UploadAttempts": lambda at: totals(at).uploads + totals(at).failures,
        "FailedRequests": lambda at: totals(at).errors_4xx + totals(at).errors_5xx,
        "Requests": lambda at: totals(at).requests,
        "CacheHits": lambda at: totals(at).cache_hits,
        "CacheableRequests": lambda at: totals(at).requests,
        **{metric: depended(metric) for metric in DEPENDENCIES},
        **burns,
    }  # fmt: skip


def of_hours(day: Day) -> Expected:
    def totals(at: datetime) -> Totals:
        return day.ledger.totals(day.start, at + HOUR)

    def rating(at: datetime) -> float:
        found = day.ledger.totals(at, at + HOUR)
        return found.rating_sum / found.ratings

    def failed(at: datetime) -> float:
        return totals(at).failures / (totals(at).uploads + totals(at).failures)

    def down(at: datetime) -> float:
        minutes = (at + HOUR - day.start) / timedelta(minutes=1)
        return sum(moment < at + HOUR for moment in day.down) / minutes

    level = sum(day.ledger.entries[0].storage_bytes.values())
    return {
        "UserSatisfactionScore": rating,
        "UploadsLast24h": lambda at: totals(at).uploads,
        "StorageBytes": lambda _: level,
        "Bandwidth24h": lambda at: totals(at).bytes_downloaded,
        "StorageGrowth7d": lambda _: 7 * 700e6,
        "StorageSavingExpected": lambda _: SAVINGS["LifecycleSavingExpected"],
        "StorageSavingRealised": lambda _: SAVINGS["LifecycleSavingRealised"],
        "UploadBurnRate1d": lambda at: failed(at) / 0.01,
        "UploadBurnRate3d": lambda at: failed(at) / 0.01,
        "UploadBudgetLeft": lambda at: (1 - failed(at) / 0.01) * 100,
        "AvailabilityBurnRate1d": lambda at: down(at) / 0.001,
        "AvailabilityBurnRate3d": lambda at: down(at) / 0.001,
        "AvailabilityBudgetLeft": lambda at: (1 - down(at) / 0.001) * 100,
    }


def of_the_day(day: Day) -> Expected:
    entries, totals = day.ledger.entries, day.ledger.totals()
    level = sum(entries[0].storage_bytes.values())
    first, last = entries[0].charges_usd, entries[18 * 60].charges_usd  # the bill's points
    until = day.ledger.totals(day.start, day.start + 18 * HOUR)
    s3 = last["AmazonS3"] - first["AmazonS3"]
    price = s3 / (level / 1e9 * 18 / 24 / 30)
    return {
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
