"""Formulas at their limits: silence, too little, absurdities, lateness, several resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.kpi.entry import Direction, Target
from avatarwatch.kpi.formulas import PerTime, Ratio, Statistic, Term, Trailing, hours
from avatarwatch.kpi.levels import Level, LevelGrowth
from avatarwatch.kpi.readings import Measure, NoData, Readings, Series, Source, Value, Window
from avatarwatch.kpi.signals import Middle
from avatarwatch.kpi_inputs import (
    ORIGIN_P95,
    PROBES,
    STORAGE,
    SYSTEM_BILL,
)
from avatarwatch.kpis import KPIS, Cadence, Kpi

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
S3, CDN = SYSTEM_BILL
DAY = timedelta(days=1)


def window_of(kpi: Kpi) -> Window:
    at = NOW.replace(hour=0) if kpi.cadence is Cadence.DAY else NOW
    return Window(at, at + kpi.cadence.length)


def measure_of(kpi: Kpi, name: str) -> Measure:
    metric, _, statistic = name.partition(" ")
    [found] = [
        measure for measure in kpi.inputs
        if (measure.metric, measure.statistic) == (metric, statistic or "Sum")
    ]  # fmt: skip
    return found


def compute(kpi: Kpi, given: Mapping[Measure, float | Mapping[datetime, float]]) -> Value | NoData:
    window = window_of(kpi)
    series = {
        measure: {"": Series.of(
            {window.start: number} if isinstance(number, int | float) else number
        )}
        for measure, number in given.items()
    }  # fmt: skip
    thresholds = {"StorageWarning": 50e9, "StorageCritical": 100e9,
                  "UploadFailuresCritical": 10.0, "CacheHitRateWarning": 90.0}  # fmt: skip
    return kpi.formula.compute(Readings(series, {}, thresholds), window)


def test_adoption_compares_seven_days_with_the_seven_before() -> None:
    kpi = KPIS["UserAdoption7d"]
    midnight = NOW.replace(hour=0) + DAY  # the window's end
    days = {midnight - n * DAY: 110.0 if n <= 7 else 100.0 for n in range(1, 15)}
    outcome = compute(kpi, {kpi.inputs[0]: days})
    assert outcome == Value(pytest.approx((770 / 700 - 1) * 100))  # type: ignore[arg-type]
    # CloudWatch still holds back the last two days: the seven and seven before them are compared
    late = {at: count for at, count in days.items() if at < midnight - 2 * DAY}
    late |= {midnight - n * DAY: 100.0 for n in (15, 16)}
    outcome = compute(kpi, {kpi.inputs[0]: late})
    # now 5 days of 110 and 2 of 100 against 7 of 100
    assert outcome == Value(pytest.approx((750 / 700 - 1) * 100))  # type: ignore[arg-type]
    del days[midnight - 3 * DAY]
    outcome = compute(kpi, {kpi.inputs[0]: days})
    assert isinstance(outcome, NoData)
    assert "13 of 14 days" in outcome.reason
    outcome = compute(kpi, {kpi.inputs[0]: {midnight - n * DAY: 100.0 for n in range(4, 19)}})
    assert outcome == NoData("no DailyActiveUploaders Average in 3 d")


def test_growth_and_what_follows_from_it() -> None:
    """40 GB twenty days ago, half a GB more each day: 50 GB at the window's day."""
    start = NOW.replace(hour=0)
    levels = {start - n * DAY: 50e9 - n * 0.5e9 for n in range(21)}
    bill = {start.replace(day=1) + n * DAY / 4: 0.2 * n for n in range(80)}
    known = {STORAGE: levels, S3: bill}
    expected = {
        "StorageGrowthRate": 0.5e9,
        "StorageIn30d": 50e9 + 30 * 0.5e9,
        "StorageIn90d": 50e9 + 90 * 0.5e9,
        "DaysUntilStorageWarning": 0.0,
        "DaysUntilStorageCritical": (100e9 - 50e9) / 0.5e9,
    }
    for metric, value in expected.items():
        outcome = compute(KPIS[metric], known)
        assert isinstance(outcome, Value), metric
        assert outcome.value == pytest.approx(value), metric
        assert all(low_high == pytest.approx(value) for _, low_high in outcome.parts), metric
    price, cost = compute(KPIS["CostPerGb"], known), compute(KPIS["StorageCostIn30d"], known)
    assert isinstance(price, Value)
    assert isinstance(cost, Value)
    # 79 quarters of a day at $0.20 each; the mean of the levels of those days
    mean = sum(levels[day] for day in levels if day >= start.replace(day=1)) / 20
    assert price.value == pytest.approx(79 * 0.2 / (mean / 1e9 * (79 / 4) / 30))
    assert cost.value == pytest.approx(65 * price.value)


def test_shrinking_storage_never_reaches_its_limit() -> None:
    levels = {NOW.replace(hour=0) - n * DAY: 40e9 + n * 1e9 for n in range(10)}
    outcome = compute(KPIS["DaysUntilStorageCritical"], {STORAGE: levels})
    assert outcome == NoData("not within ten years at this growth")


@pytest.mark.parametrize(
    ("metric", "given", "reason"),
    [
        ("UploadFailureRate", {}, "no UploadAttempts in the window"),
        ("UploadFailureRate", {"AvatarUploads": 8, "UploadFailures": 1}, "too few to judge"),
        ("CompressionRatio", {"OriginalBytes": 1000}, "nobody puts OriginalBytes - StoredBytes"),
        ("Availability", {"EndpointUp": 11, "EndpointUp SampleCount": 10}, "absurd: 11 of 10"),
        ("FeatureAdoptionRate", {"AvatarUploads": 50}, "nobody puts MultiSizeUploads"),
        ("TimeToFirstByte", {}, "no TimedRequests in the window"),
    ],
)
def test_no_data_says_why(metric: str, given: Mapping[str, float], reason: str) -> None:
    kpi = KPIS[metric]
    outcome = compute(kpi, {measure_of(kpi, name): number for name, number in given.items()})
    assert isinstance(outcome, NoData)
    assert reason in outcome.reason


@pytest.mark.parametrize(("metric", "sent"), [
    ("CompressionRatio", "OriginalBytes"), ("BandwidthSavings", "UploadBytes"),
])  # fmt: skip
def test_more_stored_than_was_sent_is_a_loss(metric: str, sent: str) -> None:
    kpi = KPIS[metric]
    given = {measure_of(kpi, sent): 1000.0, measure_of(kpi, "StoredBytes"): 1300.0}
    outcome = compute(kpi, given)
    assert isinstance(outcome, Value)
    assert (outcome.total, outcome.value) == (-30_000, -30)


def test_events_that_did_not_occur_are_none() -> None:
    kpi = KPIS["UploadFailureRate"]
    outcome = compute(kpi, {measure_of(kpi, "AvatarUploads"): 100.0})
    assert outcome == Value(0.0, 100.0, (("UploadFailures", 0.0), ("UploadAttempts", 100.0)))


def test_what_somebody_puts_at_all_did_not_occur_when_it_is_absent() -> None:
    kpi = KPIS["FeatureAdoptionRate"]
    uploads, multi = measure_of(kpi, "AvatarUploads"), measure_of(kpi, "MultiSizeUploads")
    before = {NOW.replace(hour=0) - 20 * DAY: 3.0}
    outcome = compute(kpi, {uploads: 50.0, multi: before})
    assert isinstance(outcome, Value)
    assert (outcome.total, outcome.count) == (0.0, 50.0)
    assert isinstance(compute(kpi, {uploads: 50.0}), NoData)


def test_small_windows_are_published_so_that_their_sum_is_whole() -> None:
    kpi = KPIS["UploadSuccessRate"]
    given = {measure_of(kpi, "AvatarUploads"): 1.0, measure_of(kpi, "UploadFailures"): 1.0}
    outcome = compute(kpi, given)
    assert isinstance(outcome, Value)
    assert (outcome.total, outcome.count, outcome.value) == (100.0, 2.0, 50.0)


@pytest.mark.parametrize(
    ("failures", "successes", "expected"),
    [
        ([8], [0], 100.0),  # eight bad ones are enough
        ([7], [0], None),  # seven are not
        ([4, 4], [0, 0], 100.0),  # an hour back there are four more
        ([1, 0], [9, 75], 1 / 85 * 100),  # so many good ones rule the others out
        ([0], [3], 0.0),  # none is fine, of however few
        ([2] + [0] * 5 + [4], [1] * 7, None),  # not over the threshold for six hours
    ],
)
def test_a_signal_looks_back_until_it_can_judge(
    failures: list[int], successes: list[int], expected: float | None
) -> None:
    kpi = KPIS["UploadFailureRate"]
    hour = timedelta(hours=1)
    given = {
        measure_of(kpi, name): {NOW - n * hour: float(count) for n, count in enumerate(counts)
                                if count}
        for name, counts in (("UploadFailures", failures), ("AvatarUploads", successes))
    }  # fmt: skip
    outcome = compute(kpi, given)
    assert (outcome.value if isinstance(outcome, Value) else None) == expected


def test_services_of_a_bill_need_not_be_told_in_the_same_hour() -> None:
    kpi, start = KPIS["CostPerUpload"], NOW.replace(day=1, hour=0)
    hour = timedelta(hours=1)
    s3 = {start + 6 * n * hour: 0.4 * n for n in range(80)}
    cdn = {start + (6 * n + 2) * hour: 0.6 * n for n in range(80)}
    uploads = {start + n * hour: 5.0 for n in range(24 * 20)}
    [events] = [m for m in kpi.inputs if m.metric == "AvatarUploads"]
    both = compute(kpi, {S3: s3, CDN: cdn, events: uploads})
    assert isinstance(both, Value)
    assert both.value == pytest.approx(1.0 / 30, rel=0.02)
    without = compute(kpi, {S3: s3, events: uploads})  # no CloudFront, no charge of it
    assert isinstance(without, Value)
    assert without.value == pytest.approx(0.4 / 30, rel=0.02)


def test_a_storage_class_that_is_late_does_not_look_like_less_storage() -> None:
    days = {"STANDARD": {NOW - DAY: 30e9, NOW: 31e9}, "IA": {NOW - DAY: 5e9}}
    series = {STORAGE: {name: Series.of(points) for name, points in days.items()}}
    window = window_of(KPIS["StorageBytes"])
    assert KPIS["StorageBytes"].formula.compute(Readings(series), window) == Value(36e9)


def test_several_resources_add_up_or_the_worst_counts() -> None:
    window = window_of(KPIS["Availability"])
    probes = {"a": Series.of({NOW: 5}), "b": Series.of({NOW: 5})}
    assert Readings({PROBES.plus[0]: probes}).over(PROBES.plus[0], NOW, window.end) == 10
    latencies = {"a": Series.of({NOW: 80}), "b": Series.of({NOW: 900})}
    assert Readings({ORIGIN_P95: latencies}).over(ORIGIN_P95, NOW, window.end) == 900


ONE = Measure(Source.CUSTOM, "One")
OTHER = Measure(Source.CUSTOM, "Other")
HOUR_OF_ONE = Window(NOW, NOW + timedelta(hours=1))


def read(**points: Mapping[datetime, float]) -> Readings:
    measures = {"one": ONE, "other": OTHER}
    return Readings({measures[name]: {"": Series.of(each)} for name, each in points.items()})


@pytest.mark.parametrize(
    ("above", "below", "scale", "value"),
    [
        (1, 4, 100.0, 25.0), (4, 4, 100.0, 100.0), (4.001, 4, 100.0, None), (5, 4, 1.0, 1.25),
        (0, 4, 100.0, 0.0), (-1, 4, 100.0, None), (1, -4, 100.0, None),
    ],
)  # fmt: skip
def test_a_share_is_of_something_and_no_more_than_all_of_it(
    above: float, below: float, scale: float, value: float | None
) -> None:
    ratio = Ratio(Term("Above", (ONE,)), Term("Below", (OTHER,)), scale)
    found = ratio.compute(read(one={NOW: above}, other={NOW: below}), HOUR_OF_ONE)
    assert (found.value if isinstance(found, Value) else None) == value
    if isinstance(found, Value):
        assert found.parts == (("Above", above), ("Below", below))
        assert (found.total, found.count) == (above * scale, below)


def test_nothing_is_divided_by_nothing() -> None:
    ratio = Ratio(Term("Above", (ONE,)), Term("Below", (OTHER,)))
    none = NoData("no Below in the window")
    assert ratio.compute(read(one={NOW: 1}, other={NOW: 0}), HOUR_OF_ONE) == none
    assert ratio.compute(read(one={NOW: 1}), HOUR_OF_ONE) == none


@pytest.mark.parametrize(
    ("points", "over"),
    [
        ({"one": {NOW: 6}, "other": {NOW: 2}}, 2.0), ({"one": {NOW: 6}}, None),
        ({"other": {NOW: 2}}, None), ({}, None),
    ],
)  # fmt: skip
def test_a_difference_needs_both_its_sides(
    points: dict[str, Mapping[datetime, float]], over: float | None
) -> None:
    term = Term("Saved", (ONE,), (OTHER,), per=2)
    assert term.over(read(**points), NOW, HOUR_OF_ONE.end) == over
    assert term.text == "(One - Other) / 2"


def test_of_a_sum_one_part_is_enough() -> None:
    term = Term("Both", (ONE, OTHER))
    assert term.over(read(one={NOW: 6}), NOW, HOUR_OF_ONE.end) == 6
    assert term.over(read(one={NOW: 6}, other={NOW: 1}), NOW, HOUR_OF_ONE.end) == 7
    assert term.text == "One + Other"


def test_a_rate_is_by_the_second_or_the_minute_over_the_window_or_its_own_time() -> None:
    term, minute = Term("Ones", (ONE,)), timedelta(minutes=1)
    points = read(one={NOW - minute: 7, NOW: 60, HOUR_OF_ONE.end: 1000})
    assert PerTime(term, minute).compute(points, HOUR_OF_ONE) == Value(60, 60)
    by_second = PerTime(term, timedelta(seconds=1), timedelta(hours=2))
    assert by_second.compute(points, HOUR_OF_ONE) == Value(67, 7200)
    assert by_second.lookback == timedelta(hours=2)
    assert PerTime(term, minute).compute(read(), HOUR_OF_ONE) == NoData("no Ones in the window")


def test_a_trailing_sum_ends_with_its_window() -> None:
    day = Trailing(Term("Ones", (ONE,)), timedelta(days=1))
    end = HOUR_OF_ONE.end
    points = read(one={end - DAY - timedelta(seconds=1): 1, end - DAY: 2, NOW: 4, end: 8})
    assert day.compute(points, HOUR_OF_ONE) == Value(6)
    assert day.compute(read(), HOUR_OF_ONE) == NoData("no Ones in 1 d")


def test_no_count_is_below_nothing() -> None:
    assert Statistic(ONE).compute(read(one={NOW: -2}), HOUR_OF_ONE) == NoData("absurd: -2")
    assert Statistic(ONE).compute(read(one={NOW: 0}), HOUR_OF_ONE) == Value(0.0)


@pytest.mark.parametrize(
    ("span", "text"),
    [(1, "1 min"), (59, "59 min"), (60, "1 h"), (90, "90 min"), (1440, "1 d"), (1500, "25 h"),
     (2880, "2 d")],
)  # fmt: skip
def test_a_span_is_written_in_its_largest_unit(span: int, text: str) -> None:
    assert hours(timedelta(minutes=span)) == text


@pytest.mark.parametrize(
    ("direction", "met"),
    [(Direction.BELOW, [True, False, False]), (Direction.ABOVE, [False, False, True]),
     (Direction.AT_LEAST, [False, True, True])],
)  # fmt: skip
def test_a_target_is_met(direction: Direction, met: list[bool]) -> None:
    assert [Target(direction, 5).is_met(value) for value in (4.9, 5, 5.1)] == met


def test_a_series_is_read_from_its_start_until_its_end() -> None:
    second = timedelta(seconds=1)
    series = Series.of({NOW + second: 2, NOW: 1, NOW + 2 * second: float("nan")})
    assert series.between(NOW, NOW + second) == (1,)
    assert series.between(NOW, NOW + 2 * second) == (1, 2)
    assert series.latest(NOW - second, DAY) is None
    assert series.latest(NOW, DAY) == (NOW, 1)
    assert series.latest(NOW + second + DAY - second, DAY) == (NOW + second, 2)
    assert series.latest(NOW + second + DAY, DAY) is None


def test_a_figure_that_may_be_below_nothing_is_told() -> None:
    signed = replace(ONE, signed=True)
    readings = Readings({signed: {"": Series.of({NOW: -3})}})
    assert Level(signed, DAY).compute(readings, HOUR_OF_ONE) == Value(-3.0)
    assert Level(ONE, DAY).compute(read(one={NOW: -3}), HOUR_OF_ONE) == NoData("absurd: -3")
    growth = LevelGrowth(ONE, DAY, DAY)
    assert growth.compute(read(one={NOW: 3, NOW - DAY: 5}), HOUR_OF_ONE) == Value(-2)
    assert growth.compute(read(one={NOW: 3}), HOUR_OF_ONE) == NoData("no One 1 d before")
    assert growth.compute(read(one={NOW - DAY: 3}), HOUR_OF_ONE) == NoData("no One now")


def test_a_median_is_of_the_last_six_hours() -> None:
    five = timedelta(minutes=5)
    end = NOW + five
    within = {NOW: 1, end - timedelta(hours=6): 9, NOW - five: 5}
    assert Middle(ONE, 3).compute(read(one=within), Window(NOW, end)) == Value(5)
    late = {NOW: 1, end - timedelta(hours=6) - timedelta(seconds=1): 9, NOW - five: 5}
    assert Middle(ONE, 3).compute(read(one=late), Window(NOW, end)) == Value(1)
