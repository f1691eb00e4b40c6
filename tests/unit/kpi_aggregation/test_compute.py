"""What of a window is published, and how a KPI stands against its target."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import isfinite

import pytest

from avatarwatch.kpi.readings import NoData, Outcome, Readings, Series, Unread, Value, Window
from avatarwatch.kpis import KPIS, Cadence
from avatarwatch.units import Unit
from kpi_aggregation.answer import as_json
from kpi_aggregation.compute import Verdict, changes, evaluate, is_incomplete, verdict
from kpi_aggregation.publisher import data
from kpi_aggregation.report import Report, WindowReport

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WINDOW = Window(AT, AT + timedelta(minutes=5))
RATE, LATENCY = KPIS["UploadFailureRate"], KPIS["CdnLatency"]


@pytest.mark.parametrize(
    ("metric", "outcome", "expected"),
    [
        ("UploadFailureRate", Value(0.99), Verdict.MET),
        ("UploadFailureRate", Value(1.0), Verdict.MISSED),
        ("UploadSuccessRate", Value(99.0), Verdict.MISSED),
        ("UploadSuccessRate", Value(99.01), Verdict.MET),
        ("Availability", Value(99.9), Verdict.MET),
        ("Availability", Value(99.89), Verdict.MISSED),
        ("CdnLatency", Value(9000.0), Verdict.MONITORED),
        ("CdnLatency", NoData("silence"), Verdict.NO_DATA),
    ],
)
def test_verdicts(metric: str, outcome: Outcome, expected: Verdict) -> None:
    assert verdict(KPIS[metric], outcome) is expected


def test_new_grown_same_and_fallen_numbers() -> None:
    outcomes: dict[object, Outcome] = {
        RATE: Value(5.0, (("UploadFailures", 6.0), ("UploadAttempts", 120.0))),
        LATENCY: Value(300.0),
    }
    before = {"UploadFailureRate": 6.0, "UploadAttempts": 100.0, "CdnLatency": 300.0 + 1e-10}
    found = changes(outcomes, before)  # type: ignore[arg-type]
    assert found.put == {"UploadFailures": 6.0, "UploadAttempts": 120.0}
    assert found.corrected == {"UploadAttempts": (100.0, 120.0)}
    assert found.withheld == {"UploadFailureRate": (6.0, 5.0)}


def test_no_data_is_published_as_nothing_but_its_counts_are() -> None:
    outcomes = {RATE: NoData("too few", (("UploadAttempts", 3.0),)), LATENCY: NoData("silence")}
    assert changes(outcomes, {}).put == {"UploadAttempts": 3.0}


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


def test_data_carry_the_windows_start_and_their_unit() -> None:
    [rate, count] = data({"UploadFailureRate": 5.0, "UploadAttempts": 120.0}, AT)
    assert rate == {
        "MetricName": "UploadFailureRate", "Timestamp": AT, "Value": 5.0, "Unit": "Percent"
    }  # fmt: skip
    assert count["Unit"] == "None"
    assert RATE.unit is Unit.PERCENT


def test_an_answer_says_what_was_found_and_what_was_not() -> None:
    outcomes: dict[object, Outcome] = {RATE: Value(5.0), LATENCY: NoData("silence")}
    decided = changes(outcomes, {"UploadFailureRate": 6.0})  # type: ignore[arg-type]
    one = WindowReport(WINDOW, outcomes, decided)  # type: ignore[arg-type]
    answer = as_json(Report(Cadence.FIVE_MINUTES, [one], busy=1, left=2))
    assert (answer["windows"], answer["withheld"], answer["busy"], answer["left"]) == (1, 1, 1, 2)
    assert answer["kpis"]["UploadFailureRate"] == {
        "verdict": "✗", "value": 5.0, "shown": "5 %", "target": "< 1 %", "window": AT.isoformat()
    }  # fmt: skip
    assert answer["kpis"]["CdnLatency"] == {
        "verdict": "no data", "reason": "silence", "window": AT.isoformat()
    }  # fmt: skip
    assert (answer["met"], answer["missed"], answer["no_data"]) == (0, 1, 1)
    assert answer["changes"] == [{
        "kind": "withheld", "window": AT.isoformat(), "metric": "UploadFailureRate",
        "published": 6.0, "now": 5.0,
    }]  # fmt: skip
    assert as_json(Report(Cadence.DAY))["kpis"] == {}


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
        "verdict": "no data", "reason": "no traffic", "target": "< 1 %",
        "window": later.start.isoformat(),
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
