"""What of a window is published, and how a KPI stands against its target."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import isfinite

import pytest

from avatarwatch.kpi.readings import (
    NoData,
    Outcome,
    Readings,
    Series,
    Source,
    Unread,
    Value,
    Window,
)
from avatarwatch.kpis import KPIS, Cadence, Kpi
from avatarwatch.units import Unit
from kpi_aggregation.answer import as_json
from kpi_aggregation.compute import (
    MOST,
    Verdict,
    changes,
    evaluate,
    is_incomplete,
    of_one_source,
    verdict,
    without,
)
from kpi_aggregation.publisher import data
from kpi_aggregation.report import Report, WindowReport
from kpi_aggregation.sets import SLIVER, Amount, greatest, is_oversized, missing
from kpi_aggregation.usage import Usage
from kpi_aggregation.windows import Record

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


def test_half_an_event_is_none() -> None:
    """Counts are whole numbers; what is between them comes of adding up."""
    known = Amount(10.0, 100.0)
    assert missing(known, Amount(10.5, 105.0)) == Amount(0.5, 5.0)
    assert missing(known, Amount(10.49, 100.0)) is None
    assert missing(known, Amount(10.49, 104.0)) == Amount(SLIVER, 4.0)
    assert is_oversized(known, Amount(9.5, 95.0))
    assert not is_oversized(known, Amount(9.51, 95.1))
    assert missing(None, known) == known


def test_of_what_was_noted_and_what_is_seen_neither_shrinks() -> None:
    one, two, three = (Amount(float(n), 5.0 * n) for n in (1, 2, 3))
    noted, seen = {"a": one, "b": three, "c": one}, {"a": two, "b": two, "d": two}
    assert greatest(noted, seen) == {"a": two, "b": three, "c": one, "d": two}


def test_as_much_as_a_datum_may_be_is_put() -> None:
    [measure] = LATENCY.inputs
    for value in (MOST, -MOST):
        readings = Readings({measure: {"": Series((AT,), (value,))}})
        assert isinstance(evaluate([LATENCY], readings, WINDOW, None)[LATENCY], Value)


def test_a_source_is_waited_for_until_it_can_have_told() -> None:
    [measure] = LATENCY.inputs
    readings, ready = (
        Readings({measure: {"": Series((AT,), (5.0,))}}),
        WINDOW.end + measure.lateness,
    )
    early = evaluate([LATENCY], readings, WINDOW, ready - timedelta(seconds=1))[LATENCY]
    assert isinstance(early, NoData)
    assert early.early
    assert isinstance(evaluate([LATENCY], readings, WINDOW, ready)[LATENCY], Value)


def test_a_window_s_costs_stay_of_their_source() -> None:
    [bill, *_] = [m for m in KPIS["CostIncrease30d"].inputs if m.source is Source.BILLING]
    [latency] = LATENCY.inputs
    series = {bill: {"": Series((AT,), (5.0,))}, latency: {"": Series((AT,), (5.0,))}}
    for known, is_left in ((None, True), ("a bill", True), ("another", False)):
        found = of_one_source(Readings(series), Record(costs_from=known), "a bill")
        assert [each.passing for each in found.unread.values()] == ([] if is_left else [False])
        assert set(found.unread) == (set() if is_left else {bill})


def test_a_run_s_price_is_that_of_each_call() -> None:
    """One of each at us-east-1's list prices: $0.01 a thousand, $0.005 a GB, $0.01 a question."""
    assert Usage(metrics_requested=1000).usd == pytest.approx(0.01)
    assert Usage(list_calls=1000).usd == Usage(put_calls=1000).usd == pytest.approx(0.01)
    assert Usage(scanned_bytes=2e9).usd == pytest.approx(0.01)
    assert Usage(cost_requests=1).usd == pytest.approx(0.01)
    assert Usage(get_calls=1000).usd == 0  # its metrics are what is paid
    every = Usage(9, 1000, 1000, 1000, 2e9, 1)
    assert every.usd == pytest.approx(0.05)
    assert every.as_json() == {
        "get_calls": 9, "metrics_requested": 1000, "list_calls": 1000, "put_calls": 1000,
        "scanned_bytes": 2e9, "cost_requests": 1, "usd": 0.05,
    }  # fmt: skip


def test_an_answer_spells_out_twenty_corrections() -> None:
    rate = KPIS["DeduplicationRate"]
    decided = changes({rate: Value(3000, 100)}, {rate.metric: Amount(100, 4000)})
    done = [
        WindowReport(Window(AT + n * WINDOW.length, AT + (n + 1) * WINDOW.length), {}, decided)
        for n in range(21)
    ]
    answer = as_json(Report(Cadence.FIVE_MINUTES, done))
    assert (answer["corrected"], len(answer["changes"]), answer["numbers"]) == (21, 20, 21)
    assert (answer["first"], answer["last"]) == (
        AT.isoformat(), (AT + 20 * WINDOW.length).isoformat(),
    )  # fmt: skip
    assert as_json(Report(Cadence.DAY))["first"] is as_json(Report(Cadence.DAY))["last"] is None
