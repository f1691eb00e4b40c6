"""Every figure of a rich report, computed anew from the points alone, without the generator."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

import pytest

from avatarwatch.kpis import KPIS, Cadence
from fakes import reporting_scenes as scenes
from fakes.reporting import ReportWorld

SPANS = {
    "daily": (date(2026, 11, 30), 1, date(2026, 11, 29), 1),
    "weekly": (date(2026, 11, 23), 7, date(2026, 11, 16), 7),
    "monthly": (date(2026, 11, 1), 30, date(2026, 10, 1), 31),
}
# what the guide's formulas make of several days
SUMS = {"UploadsLast24h", "Bandwidth24h"}
MEANS = {"RequestsPerSecond", "DailyActiveUploaders"}
HIGHEST = {"P95UploadTime", "ConcurrentUploads"}
RATIOS = {
    "AverageUploadTime", "CacheHitRate", "ErrorRate", "Availability", "DeduplicationRate",
    "CompressionRatio", "BandwidthSavings", "UploadSuccessRate", "UserSatisfactionScore",
    "TimeToFirstByte", "FeatureAdoptionRate",
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> ReportWorld:
    found = scenes.rich(scenes.YEAR)
    for kind, (first, *_) in SPANS.items():
        found.run({"report": kind, "date": first.isoformat()}, scenes.later(7))
    return found


def report(world: ReportWorld, kind: str) -> dict[str, Any]:
    [text] = [
        file.text for name, file in world.kept.items()
        if name.startswith(f"{kind}/") and name.endswith("report.json")
    ]  # fmt: skip
    found: dict[str, Any] = json.loads(text)
    return found


def points(world: ReportWorld, metric: str, first: date, days: int) -> list[tuple[Any, Any]]:
    """Return total and count of each day, as they were put."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    end = start + timedelta(days=days)
    found = [
        (each.at, Fraction(each.value) * Fraction(each.count), Fraction(each.count))
        for (_, name, _), of in world.cloudwatch.points.items()
        if name == metric
        for each in of
        if start <= each.at < end
    ]
    return [(total, count) for _, total, count in sorted(found)]


def expected(metric: str, of: list[tuple[Any, Any]]) -> float | None:
    if not of:
        return None
    means = [total / count for total, count in of]
    over: Callable[[list[Any]], Any] = lambda each: each[-1]  # noqa: E731
    if metric in RATIOS:
        return float(sum(total for total, _ in of) / sum(count for _, count in of))
    if metric in SUMS:
        over = sum
    elif metric in MEANS:
        over = lambda each: sum(each) / len(each)  # noqa: E731
    elif metric in HIGHEST:
        over = max
    return float(over(means))


@pytest.mark.parametrize("kind", SPANS)
def test_each_kpi_now_and_before(world: ReportWorld, kind: str) -> None:
    first, days, before, days_before = SPANS[kind]
    figures = {each["metric"]: each for each in report(world, kind)["figures"]}
    assert figures.keys() == {n for n, kpi in KPIS.items() if kpi.cadence is Cadence.DAY}
    compared = 0
    for metric, figure in figures.items():
        now = expected(metric, points(world, metric, first, days))
        past = expected(metric, points(world, metric, before, days_before))
        assert figure["value"] == (now if now is None else pytest.approx(now, rel=1e-9)), metric
        assert figure["before"] == (past if past is None else pytest.approx(past, rel=1e-9)), metric
        if now is not None and (target := KPIS[metric].target):
            assert figure["verdict"] == ("met" if target.is_met(now) else "missed"), metric
        compared += now is not None
    assert compared == len(figures) - len(scenes.names())


@pytest.mark.parametrize("kind", SPANS)
def test_a_ratio_is_of_all_its_events_and_no_mean_of_days(world: ReportWorld, kind: str) -> None:
    first, days, *_ = SPANS[kind]
    figures = {each["metric"]: each for each in report(world, kind)["figures"]}
    for metric in RATIOS:
        count = sum(count for _, count in points(world, metric, first, days))
        assert figures[metric]["count"] == pytest.approx(float(count))


@pytest.mark.parametrize("kind", SPANS)
def test_each_day_of_the_charts(world: ReportWorld, kind: str) -> None:
    for figure in report(world, kind)["figures"]:
        for day, value in figure["course"]:
            of = points(world, figure["metric"], date.fromisoformat(day), 1)
            assert value == (pytest.approx(float(of[0][0] / of[0][1])) if of else None)


def test_a_year_of_months(world: ReportWorld) -> None:
    for trend in report(world, "monthly")["trends"]:
        assert len(trend["months"]) == 13
        for month in trend["months"]:
            first = date.fromisoformat(f"{month['name']}-01")
            days = ((first + timedelta(days=31)).replace(day=1) - first).days
            value = expected(trend["metric"], points(world, trend["metric"], first, days))
            assert month["value"] == pytest.approx(value)


def test_the_incidents(world: ReportWorld) -> None:
    course = report(world, "monthly")["course"]
    lasted = [minutes for *_, minutes in scenes._alerts()]
    assert course["opened"] == len(lasted) == 10
    assert course["minutes"] == pytest.approx(sum(lasted))
    assert course["median_minutes"] == median(lasted)
    assert course["longest_minutes"] == max(lasted)
    assert course["noisiest"] == "Cache hit rate (7 times)"
    assert [each["is_event"] for each in course["incidents"]].count(True) == 1
    [unneeded] = course["unneeded"]
    assert (unneeded["times"], unneeded["median_minutes"]) == (7, 4.0)
    assert unneeded["at_night"] == 7  # 01:12 UTC is 02:12 in Stockholm
    assert unneeded["threshold"] == "CacheHitRateWarningThreshold"


def test_the_money(world: ReportWorld) -> None:
    found = report(world, "monthly")["returned"]
    hits = sum(total / 100 for total, _ in points(world, "CacheHitRate", date(2026, 11, 1), 30))
    price = points(world, "CostPerGb", date(2026, 11, 30), 1)[0][0]
    lifecycle = points(world, "StorageSavingRealised", date(2026, 11, 30), 1)[0][0]
    usd = [each["usd"] for each in found["parts"]]
    assert usd == [
        pytest.approx(210e6 * 30 / 1e9 * float(price)),
        pytest.approx(float(hits) / 1000 * 0.0004),
        pytest.approx(float(lifecycle)),
    ]
    assert found["saved"] == pytest.approx(sum(usd))
    assert found["own"] == 14.0


def test_the_minutes(world: ReportWorld) -> None:
    up = report(world, "monthly")["uptime"]
    rounds = sum(count for _, count in points(world, "UnhealthyEndpoints", date(2026, 11, 1), 30))
    good = expected("Availability", points(world, "Availability", date(2026, 11, 1), 30))
    assert good is not None
    assert up["minutes"] == 43_200
    assert up["polled"] == float(rounds) < 43_200
    assert up["down"] == pytest.approx(float(rounds) * (100 - good) / 100)
    assert up["allowed"] == pytest.approx(43.2)


def test_the_days_on_which_storage_is_full(world: ReportWorld) -> None:
    days = {each["what"]: each["day"] for each in report(world, "monthly")["crossings"]}
    stored = 20e9 + 399 * 0.05e9
    for what, limit in (("StorageWarning", 50e9), ("StorageCritical", 100e9)):
        ahead = round((limit - stored) / 0.05e9)
        assert days[what] == (date(2026, 12, 1) + timedelta(days=ahead)).isoformat()
