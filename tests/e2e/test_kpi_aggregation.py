"""A simulated day in two regions, and what was published of it: both computed independently."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import quantiles
from typing import TYPE_CHECKING

import pytest

from avatarwatch.kpis import KPIS, Cadence
from avatarwatch.units import Unit, humanize
from local.backend.ledger import Entry, Totals
from local.demo import evidence
from local.history import DAY, Day, play_day, yesterday
from local.paths import ROOT
from local.scene import FunctionError

if TYPE_CHECKING:
    from local.scene import Scene

pytestmark = pytest.mark.e2e

WITHIN = 1e-3
FIVE, HOUR = timedelta(minutes=5), timedelta(hours=1)
# what the emulator has nothing of, or the day is too short for
ABSENT = {
    "TimeToFirstByte", "CostIncrease30d", "UserAdoption7d", "MonthlyGrowthRate",
    "DailyActiveUploaders", "DatabaseCpu", "DatabaseConnections", "CacheServerCpu",
    "CacheServerEvictions", "WorkerQueueDepth",
}  # fmt: skip

SAVINGS = {"LifecycleSavingExpected": 12.5, "LifecycleSavingRealised": -1.5}
"""What cost control found that day, in US$ a month: a loss is below zero."""

type Expected = Mapping[str, Callable[[datetime], float]]


@pytest.fixture(scope="module")
def day(deployed: Scene) -> Day:
    """Play a day and let the deployed function compute it."""
    # the day before yesterday: other tests put points that are almost a day old
    played = play_day(deployed.emulator, yesterday() - DAY)
    deployed.emulator.client("cloudwatch").put_metric_data(
        Namespace="AvatarSystem/Operations",
        MetricData=[
            {"MetricName": name, "Value": value, "Unit": "None", "Timestamp": played.start}
            for name, value in SAVINGS.items()
        ],
    )
    for cadence in Cadence:
        answer = deployed.invoke("KpiAggregation", recompute(played.start, cadence))
        [run] = answer["runs"]
        assert (run["busy"], run["left"]) == (0, 0)
    return played


def recompute(start: datetime, cadence: Cadence) -> dict[str, str]:
    return {
        "action": "recompute",
        "from": start.isoformat(),
        "to": (start + DAY).isoformat(),
        "cadence": cadence.value,
    }


def published(
    scene: Scene, day: Day, names: list[str], period: timedelta
) -> dict[str, dict[datetime, float]]:
    answer = scene.emulator.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {"Id": f"m{index}", "MetricStat": {
                "Metric": {"Namespace": "AvatarSystem/KPI", "MetricName": name},
                "Period": int(period.total_seconds()), "Stat": "Maximum"}}
            for index, name in enumerate(names)
        ],
        StartTime=day.start, EndTime=day.start + DAY,
    )  # fmt: skip
    return {
        names[int(result["Id"][1:])]: dict(zip(result["Timestamps"], result["Values"], strict=True))
        for result in answer["MetricDataResults"]
        if result["Timestamps"]
    }


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
        "UploadFailures": lambda at: totals(at).failures,
        "UploadAttempts": lambda at: totals(at).uploads + totals(at).failures,
        "FailedRequests": lambda at: totals(at).errors_4xx + totals(at).errors_5xx,
        "Requests": lambda at: totals(at).requests,
        "CacheHits": lambda at: totals(at).cache_hits,
        "CacheableRequests": lambda at: totals(at).requests,
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


@pytest.mark.parametrize(
    ("cadence", "expected_of"),
    [
        (Cadence.FIVE_MINUTES, of_five_minutes),
        (Cadence.HOUR, of_hours),
        (Cadence.DAY, of_the_day),
    ],
)
def test_published_values_are_those_of_the_simulators_own_book(
    scene: Scene, day: Day, cadence: Cadence, expected_of: Callable[[Day], Expected]
) -> None:
    expected = expected_of(day)
    kpis = [kpi.metric for kpi in KPIS.values() if kpi.cadence is cadence]
    found = published(scene, day, sorted({*kpis, *expected}), cadence.length)
    assert set(found) == set(expected), "a KPI is published that nothing here computes, or lacks"
    assert set(kpis) - set(found) <= ABSENT
    compared = 0
    for name, values in found.items():
        for at, value in values.items():
            assert value == pytest.approx(expected[name](at), rel=WITHIN, abs=1e-6), (name, at)
            compared += 1
    windows = int(DAY / cadence.length)
    assert compared >= len(found) * windows * 0.9


def test_windows_are_whole(scene: Scene, day: Day) -> None:
    found = published(scene, day, ["Requests"], FIVE)["Requests"]
    assert len(found) == 288
    assert all(later - earlier == FIVE for earlier, later in pairwise(sorted(found)))


def test_computing_a_day_again_publishes_nothing_anew(scene: Scene, day: Day) -> None:
    [run] = scene.invoke("KpiAggregation", recompute(day.start, Cadence.HOUR))["runs"]
    assert (run["windows"], run["numbers"], run["corrected"]) == (24, 0, 0)


def test_a_scheduled_run_comes_to_its_end_and_shows_it(scene: Scene, day: Day) -> None:
    del day
    answer = scene.invoke("KpiAggregation", {"cadence": "PT5M"})
    [run] = answer["runs"]
    assert run["cadence"] == "PT5M"
    assert set(run["kpis"]) <= set(KPIS)
    assert answer["usage"]["usd"] < 0.001
    now = datetime.now(UTC)
    beats = scene.emulator.client("cloudwatch").get_metric_statistics(
        Namespace="AvatarSystem/KPI", MetricName="KpiAggregationHeartbeat",
        StartTime=now - 2 * FIVE, EndTime=now + FIVE, Period=60, Statistics=["Maximum"],
    )["Datapoints"]  # fmt: skip
    assert {beat["Maximum"] for beat in beats} == {1.0}


def test_an_hourly_run_takes_the_days_along(scene: Scene) -> None:
    runs = scene.invoke("KpiAggregation", {"cadence": "PT1H"})["runs"]
    assert [run["cadence"] for run in runs] == ["PT1H", "P1D"]


@pytest.mark.parametrize(
    ("event", "problem"),
    [("refused-cadence", "cadence: "), ("refused-too-old", "from: CloudWatch takes points")],
)
def test_a_wrong_payload_is_refused_by_the_name_of_its_field(
    scene: Scene, event: str, problem: str
) -> None:
    path = ROOT / "events" / "kpi_aggregation" / f"{event}.json"
    with pytest.raises(FunctionError, match=problem):
        scene.invoke("KpiAggregation", json.loads(path.read_text()))


def test_failing_uploads_reach_slack_through_the_function(scene: Scene, day: Day) -> None:
    """From the backend's own metrics: computed, published, judged by the alarm, told."""
    del day  # played first: its points must not come after these
    now = datetime.now(UTC)
    window = now - (now - datetime(1970, 1, 1, tzinfo=UTC)) % FIVE - FIVE
    scene.backend.play("upload_failures", 5, window)
    totals = scene.backend.ledger.totals(window, window + FIVE)

    scene.invoke("KpiAggregation", {
        "action": "recompute", "cadence": "PT5M",
        "from": window.isoformat(), "to": (window + FIVE).isoformat(),
    })  # fmt: skip

    message = scene.inbox.wait_for(lambda kept: evidence.ringing(kept, "Upload failures"), 30)
    rate = totals.failures / (totals.failures + totals.uploads) * 100
    assert f"Upload failures {humanize(rate, Unit.PERCENT)}" in message.content.text
