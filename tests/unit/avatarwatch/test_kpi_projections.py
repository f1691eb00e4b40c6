"""Where storage is heading: what noise, gaps, shrinking and thresholds do to a projection."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.kpi.readings import NoData, Outcome, Readings, Series, Value, Window
from avatarwatch.kpi_inputs import STORAGE
from avatarwatch.kpis import KPIS

DAY = timedelta(days=1)
TODAY = datetime(2026, 11, 20, tzinfo=UTC)
WINDOW = Window(TODAY, TODAY + DAY)
THRESHOLDS = {"StorageWarning": 50e9, "StorageCritical": 100e9}


def projected(metric: str, levels: Mapping[int, float]) -> Outcome:
    """Compute a KPI of levels in GB by how many days ago they were."""
    points = {TODAY - back * DAY: gb * 1e9 for back, gb in levels.items()}
    readings = Readings({STORAGE: {"": Series.of(points)}}, {}, THRESHOLDS)
    return KPIS[metric].formula.compute(readings, WINDOW)


def growing(days: int, gb_a_day: float = 1.0, today: float = 40.0) -> dict[int, float]:
    return {back: today - gb_a_day * back for back in range(days)}


def test_seven_days_make_a_trend_and_six_do_not() -> None:
    assert projected("StorageGrowthRate", growing(7)) == Value(
        pytest.approx(1e9),  # type: ignore[arg-type]
        parts=(("StorageGrowthRateLow", 1e9), ("StorageGrowthRateHigh", 1e9)),
    )
    short = projected("StorageGrowthRate", growing(6))
    assert isinstance(short, NoData)
    assert short.reason == (
        "BucketSizeBytes Average is known for 6 days up to 2026-11-20, a trend needs 7"
    )
    for metric in ("StorageIn30d", "StorageIn90d", "DaysUntilStorageCritical"):
        assert projected(metric, growing(6)) == short


def test_days_that_nobody_measured_are_not_made_up() -> None:
    """Ten days with four holes are six days: the level of the day before must not fill them."""
    holes = {back: gb for back, gb in growing(10).items() if back not in {2, 3, 5, 8}}
    assert isinstance(projected("StorageGrowthRate", holes), NoData)


def test_an_import_of_one_day_does_not_turn_the_trend_but_widens_it() -> None:
    """Half a GB a day, and 20 GB more ten days ago that were deleted again the day after."""
    levels = growing(30, 0.5)
    levels[10] += 20
    outcome = projected("StorageIn30d", levels)
    assert isinstance(outcome, Value)
    assert outcome.value == pytest.approx((40 + 30 * 0.5) * 1e9)
    (_, low), (_, high) = outcome.parts
    assert low <= outcome.value <= high


def test_noise_has_an_interval_around_the_trend() -> None:
    levels = {back: gb + 1.5 * math.sin(2.4 * back) for back, gb in growing(30, 0.5).items()}
    outcome = projected("StorageIn90d", levels)
    assert isinstance(outcome, Value)
    (_, low), (_, high) = outcome.parts
    assert low < outcome.value < high
    assert low < (40 + 90 * 0.5) * 1e9 < high, "the true growth lies within"


def test_storage_is_never_less_than_nothing() -> None:
    outcome = projected("StorageIn90d", growing(10, -1.0))
    assert outcome == Value(0.0, parts=(("StorageIn90dLow", 0.0), ("StorageIn90dHigh", 0.0)))


@pytest.mark.parametrize(
    ("today", "gb_a_day", "expected"),
    [
        (100.0, 1.0, Value(0.0)),  # reached
        (112.0, -1.0, Value(0.0)),  # passed, whatever comes
        (40.0, 0.0, NoData("not within ten years at this growth")),
        (40.0, -1.0, NoData("not within ten years at this growth")),
        (40.0, 0.01, NoData("not within ten years at this growth")),  # 6,000 days
        (40.0, 0.02, Value(pytest.approx(3000))),  # type: ignore[arg-type]
    ],
)
def test_when_a_threshold_is_reached(today: float, gb_a_day: float, expected: Outcome) -> None:
    levels = growing(20, gb_a_day, today)
    assert projected("DaysUntilStorageCritical", levels) == expected


def test_a_level_that_is_too_old_says_nothing_of_today() -> None:
    old = {back + 3: gb for back, gb in growing(20).items()}
    for metric in ("StorageIn30d", "DaysUntilStorageCritical", "StorageBytes"):
        missing = projected(metric, old)
        assert isinstance(missing, NoData), metric


def test_a_threshold_that_nobody_gave_is_named() -> None:
    readings = Readings({STORAGE: {"": Series.of({TODAY: 1.0})}})
    outcome = KPIS["DaysUntilStorageWarning"].formula.compute(readings, WINDOW)
    assert outcome == NoData("StorageWarning is not known")
