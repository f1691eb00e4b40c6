"""What of a window is published, and how a KPI stands against its target."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import isfinite

import pytest

from avatarwatch.kpi.readings import NoData, Outcome, Readings, Series, Unread, Value, Window
from avatarwatch.kpis import KPIS, Cadence, Kpi
from avatarwatch.units import Unit
from kpi_aggregation.answer import as_json
from kpi_aggregation.compute import Verdict, changes, evaluate, is_incomplete, verdict, without
from kpi_aggregation.publisher import data
from kpi_aggregation.report import Report, WindowReport
from kpi_aggregation.sets import SLIVER, Amount

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOW = Window(AT, AT + timedelta(minutes=5))
RATE, LATENCY = KPIS["UploadFailureRate"], KPIS["CdnLatency"]


@pytest.mark.parametrize(
    ("metric", "outcome", "expected"),
    [
        ("AverageUploadTime", Value(1999.0), Verdict.MET),
        ("AverageUploadTime", Value(2000.0), Verdict.MISSED),
        ("UploadSuccessRate", Value(9900.0, 100.0), Verdict.MISSED),
        ("UploadSuccessRate", Value(9901.0, 100.0), Verdict.MET),
        ("Availability", Value(99.9), Verdict.MET),
        ("Availability", Value(99.89), Verdict.MISSED),
        ("CdnLatency", Value(9000.0), Verdict.MONITORED),
        ("CdnLatency", NoData("silence"), Verdict.NO_DATA),
    ],
)
def test_verdicts(metric: str, outcome: Outcome, expected: Verdict) -> None:
    assert verdict(KPIS[metric], outcome) is expected


def test_late_events_are_put_as_the_difference() -> None:
    """Seven of 110 instead of six of 100, two of them late: readers see the sum of both sets."""
    success = KPIS["UploadSuccessRate"]
    before = {success.metric: Amount(100, 9400), "CdnLatency": Amount(1, 300 + 1e-10)}
    outcomes: dict[Kpi, Outcome] = {success: Value(10_300, 110), LATENCY: Value(300.0)}
    found = changes(outcomes, before)
    assert found.put == {success.metric: Amount(10, 900)}
    assert found.after[success.metric] == Amount(110, 10_300)
    assert found.corrected == {success.metric: (94.0, 10_300 / 110)}
    assert found.oversized == {}


def test_a_numerator_alone_is_corrected_by_a_sliver_of_a_sample() -> None:
    rate = KPIS["DeduplicationRate"]
    found = changes({rate: Value(3000, 100)}, {rate.metric: Amount(100, 4000)})
    assert found.put == {rate.metric: Amount(SLIVER, -1000)}
    assert found.after[rate.metric].value == pytest.approx(30, rel=1e-9)
    assert changes({rate: Value(3000, 100)}, found.after).put == {}


def test_what_was_put_too_often_cannot_be_taken_away_but_the_ratio_is_right() -> None:
    rate = KPIS["DeduplicationRate"]
    found = changes({rate: Value(1500, 100)}, {rate.metric: Amount(200, 8000)})
    assert found.after[rate.metric].value == pytest.approx(15, rel=1e-9)
    assert found.oversized == {rate.metric: (200, 100)}
    again = changes({rate: Value(1500, 100)}, found.after)
    assert again.put == {}
    assert again.oversized[rate.metric][0] == pytest.approx(200)


def test_what_cloudwatch_refuses_stays_as_it_was() -> None:
    rate = KPIS["DeduplicationRate"]
    before = {rate.metric: Amount(100, 4000)}
    found = changes({rate: Value(3000, 100), LATENCY: Value(5.0)}, before)
    kept = without(found, {rate.metric}, before)
    assert kept.put == {"CdnLatency": Amount(1, 5)}
    assert kept.after == {rate.metric: Amount(100, 4000), "CdnLatency": Amount(1, 5)}
    assert kept.corrected == {}


def test_no_data_is_published_as_nothing() -> None:
    outcomes: dict[Kpi, Outcome] = {RATE: NoData("too few", (("UploadAttempts", 3.0),))}
    assert changes(outcomes, {}).put == {}


def test_too_few_events_are_published_and_not_judged() -> None:
    rate = KPIS["UploadSuccessRate"]
    assert verdict(rate, Value(0.0, 9)) is Verdict.NO_DATA
    assert verdict(rate, Value(0.0, 10)) is Verdict.MISSED
    assert changes({rate: Value(0.0, 9)}, {}).put == {rate.metric: Amount(9, 0)}


@pytest.mark.parametrize("absurd", [float("inf"), float("nan"), 2.0**361])
def test_what_is_no_number_is_no_data(absurd: float) -> None:
    [measure] = LATENCY.inputs
    # Series.of would leave it out; it must not get through by another way either
    readings = Readings({measure: {"": Series((AT,), (absurd,))}})
    outcome = evaluate([LATENCY], readings, WINDOW, None)[LATENCY]
    assert isinstance(outcome, NoData)
    assert "absurd" in outcome.reason
    if not isfinite(absurd):
        assert Series.of({AT: absurd}).values == ()


def test_only_what_passes_is_tried_again() -> None:
    [measure] = LATENCY.inputs
    for passing in (True, False):
        readings = Readings(unread={measure: Unread("why", passing)})
        outcomes = evaluate([LATENCY], readings, WINDOW, None)
        assert outcomes[LATENCY] == NoData("why", passing=passing)
        assert is_incomplete(outcomes.values()) is passing


def test_data_carry_their_window_and_their_unit() -> None:
    [rate] = data({"UploadFailureRate": Amount(120, 600)}, AT)
    assert rate == {
        "MetricName": "UploadFailureRate", "Timestamp": AT, "Unit": "Percent",
        "StatisticValues": {"SampleCount": 120, "Sum": 600, "Minimum": 5.0, "Maximum": 5.0},
    }  # fmt: skip
    assert RATE.unit is Unit.PERCENT


def test_a_kpi_that_is_as_it_was_or_unknown_hides_no_other() -> None:
    same, unknown, new = (KPIS[n] for n in ("DeduplicationRate", "CdnLatency", "CompressionRatio"))
    outcomes: dict[Kpi, Outcome] = {
        same: Value(500.0, 100.0), unknown: NoData("silence"), new: Value(60.0, 1.0)
    }  # fmt: skip
    decided = changes(outcomes, {same.metric: Amount(100.0, 500.0)})
    assert decided.put == {new.metric: Amount(1.0, 60.0)}
    assert decided.corrected == {}


def test_an_answer_says_what_was_found_and_what_was_not() -> None:
    kpi = KPIS["DeduplicationRate"]
    outcomes: dict[Kpi, Outcome] = {
        kpi: Value(500.0, 100.0, (("DuplicateUploads", 5.0),)), LATENCY: NoData("silence")
    }  # fmt: skip
    decided = changes(outcomes, {kpi.metric: Amount(200, 1200)})
    one = WindowReport(WINDOW, outcomes, decided)
    answer = as_json(Report(Cadence.FIVE_MINUTES, [one], busy=1, left=2))
    assert (answer["windows"], answer["oversized"], answer["busy"], answer["left"]) == (1, 1, 1, 2)
    assert answer["kpis"]["DeduplicationRate"] == {
        "verdict": "✗", "value": 5.0, "shown": "5 %", "target": "> 30 %",
        "window": AT.isoformat(), "from": {"DuplicateUploads": 5.0},
    }  # fmt: skip
    assert answer["kpis"]["CdnLatency"] == {
        "verdict": "no data", "reason": "silence", "window": AT.isoformat()
    }  # fmt: skip
    assert (answer["met"], answer["missed"], answer["no_data"]) == (0, 1, 1)
    assert answer["changes"] == [
        {"kind": "corrected", "window": AT.isoformat(), "metric": kpi.metric,
         "published": 6.0, "now": 5.0},
        {"kind": "oversized", "window": AT.isoformat(), "metric": kpi.metric,
         "published": 200, "now": 100.0},
    ]  # fmt: skip
    assert as_json(Report(Cadence.DAY))["kpis"] == {}
    corrected = changes(outcomes, {kpi.metric: Amount(100, 400)})
    again = as_json(Report(Cadence.FIVE_MINUTES, [WindowReport(WINDOW, outcomes, corrected)]))
    assert (again["numbers"], again["corrected"], again["oversized"]) == (1, 1, 0)
    assert [each["kind"] for each in again["changes"]] == ["corrected"]


def test_an_answer_tells_of_the_newest_window_that_its_sources_can_have_filled() -> None:
    """The last five minutes of CloudFront are always on their way: those before are told."""
    later = Window(WINDOW.end, WINDOW.end + WINDOW.length)
    early = NoData("may be late", early=True)
    done = [
        WindowReport(WINDOW, {RATE: Value(5.0), LATENCY: Value(300.0)}, changes({}, {})),
        WindowReport(later, {RATE: NoData("no traffic"), LATENCY: early}, changes({}, {})),
    ]
    kpis = as_json(Report(Cadence.FIVE_MINUTES, done))["kpis"]
    assert (kpis["CdnLatency"]["value"], kpis["CdnLatency"]["window"]) == (300.0, AT.isoformat())
    assert kpis["UploadFailureRate"] == {
        "verdict": "no data", "reason": "no traffic", "window": later.start.isoformat(),
    }  # fmt: skip
    alone = as_json(Report(Cadence.FIVE_MINUTES, done[1:]))["kpis"]
    assert alone["CdnLatency"]["reason"] == "may be late"


def test_a_threshold_ahead_is_told_with_its_day() -> None:
    kpi, day = (
        KPIS["DaysUntilStorageCritical"],
        Window(AT.replace(hour=0), AT.replace(hour=0) + DAY),
    )
    one = WindowReport(day, {kpi: Value(81.5)}, changes({}, {}))
    told = as_json(Report(Cadence.DAY, [one]))["kpis"]["DaysUntilStorageCritical"]
    # 24 November 00:00 + 81.5 days
    assert (told["shown"], told["day"]) == ("81.5 days", "2027-02-13")
