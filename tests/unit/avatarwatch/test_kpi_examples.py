"""For each KPI a worked example, with the arithmetic written out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.kpi.formulas import shown
from avatarwatch.kpi.preferred import Preferred
from avatarwatch.kpi.readings import Measure, Readings, Series, Value, Window
from avatarwatch.kpis import KPIS, Cadence, Kpi

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # where windows of five minutes and an hour begin
MIDNIGHT = NOW.replace(hour=0)  # where the day begins
NOVEMBER = MIDNIGHT.replace(day=1)

type Given = Mapping[str, float | Mapping[datetime, float]]

UPLOADS: Given = {"AvatarUploads": 98, "UploadFailures": 2}
PROBES: Given = {"EndpointUp": 9, "EndpointUp SampleCount": 10}
# 40 GB three weeks ago, 0.5 GB more each day: 50 GB today
SIZES = {MIDNIGHT - n * DAY: 50e9 - n * 0.5e9 for n in range(21)}
LEVELS: Given = {"BucketSizeBytes Average": SIZES}
# $0.80 a day of S3 and $0.20 of CloudFront since November began, told at each day's end
S3 = {NOVEMBER + n * DAY: 0.8 * n for n in range(20)}
CDN = {NOVEMBER + n * DAY: 0.2 * n for n in range(20)}
S3_BILL: Given = {"EstimatedCharges Maximum AmazonS3": S3}
BILL: Given = {**S3_BILL, "EstimatedCharges Maximum AmazonCloudFront": CDN}
# the mean size of the first nineteen days: 50 GB less 19 to 1 days of growth, on average 10
PER_GB = 19 * 0.8 / ((50 - 10 * 0.5) * 19 / 30)


def _month(first: datetime, days: int, usd: float) -> dict[datetime, float]:
    return {first + n * DAY: usd * n for n in range(1, days + 1)}


# $2 a day in September, $1 in October, $1.10 since: of all, half of S3 and half of CloudFront
_SEPTEMBER = datetime(2026, 9, 1, tzinfo=UTC)
_OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
_MONTHS = {**_month(_SEPTEMBER, 30, 1.0), **_month(_OCTOBER, 31, 0.5), **_month(NOVEMBER, 18, 0.55)}
MONTHS: Given = {
    "EstimatedCharges Maximum AmazonS3": _MONTHS,
    "EstimatedCharges Maximum AmazonCloudFront": _MONTHS,
}

EXAMPLES: tuple[tuple[str, Given, float], ...] = (
    ("AverageUploadTime", {"UploadDuration": 90_000, "UploadDuration SampleCount": 60},
     90_000 / 60),
    ("P95UploadTime", {"UploadDuration p95": 1900}, 1900),
    # 800 hits of 1,000 requests in one minute, all 500 in the next: the reader has weighed them
    ("CacheHitRate", {"CacheHitRate Average": {NOW: 800, NOW + HOUR / 60: 500},
                      "Requests with CacheHitRate": 1500},
     (800 + 500) / 1500 * 100),
    ("ErrorRate", {"TotalErrorRate Average": 30, "Requests with TotalErrorRate": 1500},
     30 / 1500 * 100),
    ("Availability", PROBES, 9 / 10 * 100),
    ("DeduplicationRate", {"DuplicateUploads": 35, "AvatarUploads": 100}, 35 / 100 * 100),
    ("CompressionRatio", {"OriginalBytes": 1000, "StoredBytes": 360}, (1000 - 360) / 1000 * 100),
    # 1,000 bytes came, of which 320 were duplicates; 680 were compressed to 36 %
    ("ErrorRate", {"ClientErrorRate": 300, "ServerErrorRate": 200, "BytesSent SampleCount": 1000,
                   "Requests": 1010, "Requests with TotalErrorRate": 1010,
                   "TotalErrorRate Average": 500}, 0.5),
    ("CacheHitRate", {"CacheHitRate": 9000, "CacheHitRate SampleCount": 100,
                      "BytesSent SampleCount": 120}, 90),
    ("BandwidthSavings", {"ByteHitRate": 80e9, "ByteHitRate SampleCount": 1e9,
                          "BytesSent SampleCount": 100, "UploadBytes": 10, "StoredBytes": 1}, 80),
    ("BandwidthSavings", {"UploadBytes": 1000, "StoredBytes": 680 * 0.36},
     (1000 - 244.8) / 1000 * 100),
    ("RequestsPerSecond", {"Requests": 1500}, 1500 / 86_400),
    ("ConcurrentUploads", {"ConcurrentUploads Maximum": {NOW: 4, NOW + HOUR / 60: 7}}, 7),
    ("StorageGrowthRate", LEVELS, 0.5e9),
    ("UploadSuccessRate", UPLOADS, 98 / (98 + 2) * 100),
    ("UserSatisfactionScore",
     {"UserSatisfactionScore": 46, "UserSatisfactionScore SampleCount": 10}, 46 / 10),
    ("TimeToFirstByte", {"TimeToFirstByte": 800, "TimeToFirstByte SampleCount": 10}, 800 / 10),
    # 100 uploads each hour of the nineteen days for which the bill is known, $1 a day
    ("CostPerUpload",
     {**BILL, "AvatarUploads": {NOVEMBER + n * HOUR: 100 for n in range(20 * 24)}},
     19 * (0.8 + 0.2) / (19 * 24 * 100)),
    ("CostPerGb", {**S3_BILL, **LEVELS}, PER_GB),
    # 18 days of $1.10 against October's first 18 of $1
    ("MonthlyGrowthRate", MONTHS, (18 * 1.1 / (18 * 1.0) - 1) * 100),
    ("DailyActiveUploaders", {"userId count_distinct": 412}, 412),
    ("FeatureAdoptionRate", {"MultiSizeUploads": 20, "AvatarUploads": 50}, 20 / 50 * 100),
    # the hours of the day; those before and after it are out
    ("UploadsLast24h", {"AvatarUploads": {MIDNIGHT + n * HOUR: 10 for n in range(-1, 26)}},
     24 * 10),
    ("StorageBytes", {"BucketSizeBytes Average": {MIDNIGHT - DAY: 42e9}}, 42e9),
    # the middle one of the last three: one slow answer is not told
    ("CdnLatency", {"OriginLatency p95": {NOW: 9000, NOW - HOUR: 320, NOW - 2 * HOUR: 310}}, 320),
    ("ErrorRate5m", {"TotalErrorRate Average": 30, "Requests with TotalErrorRate": 400},
     30 / 400 * 100),
    # the whole hour counts
    ("CacheHitRate1h", {"CacheHitRate Average": {NOW: 300, NOW - HOUR / 2: 500},
                        "Requests with CacheHitRate": {NOW: 500, NOW - HOUR / 2: 500}},
     800 / 1000 * 100),
    ("UploadFailureRate", UPLOADS, 2 / (98 + 2) * 100),
    # 13 GB an hour before, over the 10 of its threshold: it has crossed that
    ("Bandwidth24h", {"BytesDownloaded": {NOW - DAY: 9e9, MIDNIGHT: 4e9, NOW: 1e9}},
     4e9 + 1e9),
    ("RequestRate", {"Requests": 1500}, 1500 / 15),
    ("StorageGrowth7d", {"BucketSizeBytes Average": {NOW - DAY: 42e9, NOW - 8 * DAY: 31e9}},
     42e9 - 31e9),
    # 30 days to the 19th: 18 at $1.10, 12 at $1; 30 before: 19 at $1, 11 of September at $2
    ("CostIncrease30d", MONTHS, ((18 * 1.1 + 12 * 1.0) / (19 * 1.0 + 11 * 2.0) - 1) * 100),
    ("UserAdoption7d",
     {"DailyActiveUploaders Average":
      {MIDNIGHT - n * DAY: 110 if n <= 6 else 100 for n in range(14)}},
     (7 * 110 / (7 * 100) - 1) * 100),
    ("StorageIn30d", LEVELS, 50e9 + 30 * 0.5e9),
    ("StorageIn90d", LEVELS, 50e9 + 90 * 0.5e9),
    ("StorageCostIn30d", {**S3_BILL, **LEVELS}, 65 * PER_GB),
    ("StorageCostIn90d", {**S3_BILL, **LEVELS}, 95 * PER_GB),
    ("DaysUntilStorageWarning", LEVELS, (80e9 - 50e9) / 0.5e9),
    ("DaysUntilStorageCritical", LEVELS, (100e9 - 50e9) / 0.5e9),
    # 4 of 1,000 failed in 30 days where 10 may; what came before is out
    ("UploadBudgetLeft", {"AvatarUploads": {MIDNIGHT: 496, MIDNIGHT - 29 * DAY: 500,
                                            MIDNIGHT - 31 * DAY: 9},
                          "UploadFailures": {MIDNIGHT: 4, MIDNIGHT - 31 * DAY: 9}},
     (1 - 0.004 / 0.01) * 100),
    # one day is known: 2 of its 1,440 polls failed, of 43,200 in 30 days 43.2 may
    ("AvailabilityBudgetLeft", {"EndpointUp": 1438, "EndpointUp SampleCount": 1440},
     (1 - 2 / 43.2) * 100),
    # dollars a month as cost control reckoned them; a rule may also have cost more than it saved
    ("StorageSavingExpected", {"LifecycleSavingExpected Maximum": 1.86}, 1.86),
    ("StorageSavingRealised", {"LifecycleSavingRealised Maximum": -0.25}, -0.25),
    ("DatabaseCpu", {"CPUUtilization Maximum": 71}, 71),
    ("DatabaseConnections", {"DatabaseConnections Maximum": 40}, 40),
    ("CacheServerCpu", {"EngineCPUUtilization Maximum": 12}, 12),
    ("CacheServerEvictions", {"Evictions": {NOW: 3, NOW + HOUR / 60: 4}}, 3 + 4),
    ("WorkerQueueDepth", {"ApproximateNumberOfMessagesVisible Maximum": 17}, 17),
)  # fmt: skip


def window_of(kpi: Kpi) -> Window:
    at = MIDNIGHT if kpi.cadence is Cadence.DAY else NOW
    return Window(at, at + kpi.cadence.length)


def measure_of(kpi: Kpi, name: str) -> Measure:
    """Find an input by "Metric", "Metric Statistic" or "Metric Statistic Service".

    "Requests with Rate" are the requests whose rate is told.
    """
    if " with " in name:
        return next(measure for measure in kpi.inputs if shown(measure) == name)
    metric, statistic, service = (*name.split(), *("", "")[: 3 - len(name.split())])
    [found] = [
        measure
        for measure in kpi.inputs
        if (measure.metric, measure.statistic) == (metric, statistic or "Sum")
        and not measure.is_weight
        and (not service or ("ServiceName", service) in measure.dimensions)
    ]
    return found


def readings_of(kpi: Kpi, given: Given) -> Readings:
    start = window_of(kpi).start
    series = {
        measure_of(kpi, name): {"": Series.of(
            {start: number} if isinstance(number, int | float) else number
        )}
        for name, number in given.items()
    }  # fmt: skip
    return Readings(series, {}, {
        "StorageWarning": 80e9, "StorageCritical": 100e9, "UploadFailuresCritical": 10.0,
        "ErrorRateCritical": 5.0, "CacheHitRateWarning": 90.0, "BandwidthWarning": 10e9,
    })  # fmt: skip


@pytest.mark.parametrize(("metric", "given", "value"), EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_worked_examples(metric: str, given: Given, value: float) -> None:
    kpi = KPIS[metric]
    outcome = kpi.formula.compute(readings_of(kpi, given), window_of(kpi))
    assert isinstance(outcome, Value)
    assert outcome.value == pytest.approx(value)
    formula = kpi.formula
    ways = list(formula.ratios.values()) if isinstance(formula, Preferred) else [formula]
    assert tuple(name for name, _ in outcome.parts) in {way.parts for way in ways}


def test_the_figures_beside_a_value_are_of_its_unit_and_make_it() -> None:
    """A ratio is of its two; what a straight line comes to has no width."""
    for metric, given, value in EXAMPLES:
        kpi = KPIS[metric]
        outcome = kpi.formula.compute(readings_of(kpi, given), window_of(kpi))
        assert isinstance(outcome, Value)
        names, figures = [name for name, _ in outcome.parts], [each for _, each in outcome.parts]
        if names == [f"{metric}Low", f"{metric}High"]:
            assert figures == pytest.approx([value, value])
        elif len(figures) == 2:
            scale = value * figures[1] / figures[0]  # percent, or itself
            assert scale in (pytest.approx(1), pytest.approx(100)), metric


def test_as_far_back_as_a_kpi_says_is_far_enough() -> None:
    """It is what is read for it."""
    for metric, given, value in EXAMPLES:
        kpi = KPIS[metric]
        window = window_of(kpi)
        start = min(window.start, window.end - kpi.formula.lookback)
        read: Given = {
            name: points if isinstance(points, int | float) else
            {at: number for at, number in points.items() if start <= at < window.end}
            for name, points in given.items()
        }  # fmt: skip
        outcome = kpi.formula.compute(readings_of(kpi, read), window)
        assert isinstance(outcome, Value), metric
        assert outcome.value == pytest.approx(value), metric


def test_no_kpi_is_without_an_example() -> None:
    assert {metric for metric, *_ in EXAMPLES} == set(KPIS)


# What a KPI still is where one of its inputs has nothing: events that did not occur put nothing,
# another source tells the same, a service costs nothing. Where it is not said here, it has no
# number then.
STILL_TOLD: Mapping[tuple[str, str, int], float] = {
    ("DeduplicationRate", "DuplicateUploads", 2): 0,
    ("ErrorRate", "ClientErrorRate", 6): 0.2,
    ("ErrorRate", "ServerErrorRate", 6): 0.3,
    ("ErrorRate", "BytesSent SampleCount", 6): 500 / 1010 * 100,
    ("ErrorRate", "Requests", 6): 0.5,
    ("ErrorRate", "Requests with TotalErrorRate", 6): 0.5,
    ("ErrorRate", "TotalErrorRate Average", 6): 0.5,
    ("BandwidthSavings", "BytesSent SampleCount", 5): 90,
    ("BandwidthSavings", "UploadBytes", 5): 80,
    ("BandwidthSavings", "StoredBytes", 5): 80,
    ("UploadSuccessRate", "AvatarUploads", 2): 0,
    ("UploadSuccessRate", "UploadFailures", 2): 100,
    ("UploadFailureRate", "UploadFailures", 2): 0,
    ("CostPerUpload", "EstimatedCharges Maximum AmazonS3", 3): 0.2 / 2400,
    ("CostPerUpload", "EstimatedCharges Maximum AmazonCloudFront", 3): 0.8 / 2400,
    ("MonthlyGrowthRate", "EstimatedCharges Maximum AmazonS3", 2): 10,
    ("MonthlyGrowthRate", "EstimatedCharges Maximum AmazonCloudFront", 2): 10,
    ("CostIncrease30d", "EstimatedCharges Maximum AmazonS3", 2): (31.8 / 41 - 1) * 100,
    ("CostIncrease30d", "EstimatedCharges Maximum AmazonCloudFront", 2): (31.8 / 41 - 1) * 100,
    ("UploadBudgetLeft", "AvatarUploads", 2): (1 - 1 / 0.01) * 100,
    ("UploadBudgetLeft", "UploadFailures", 2): 100,
    ("AvailabilityBudgetLeft", "EndpointUp", 2): (1 - 1440 / 43.2) * 100,
}
"""By the metric, the input, and of how many inputs the example is."""


def test_without_one_of_its_inputs_a_kpi_has_no_number_or_the_one_said_above() -> None:
    found = {}
    for metric, given, _ in EXAMPLES:
        kpi = KPIS[metric]
        for left_out in given:
            rest = {name: series for name, series in given.items() if name != left_out}
            outcome = kpi.formula.compute(readings_of(kpi, rest), window_of(kpi))
            if isinstance(outcome, Value):
                found[metric, left_out, len(given)] = outcome.value
    assert found == pytest.approx(STILL_TOLD)
