"""What changed since the span before: a figure's own words, and the sentence of the whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.kpis import KPIS, Direction
from reporting.found import Amount, Days
from reporting.judging.figures import Figure, Verdict, changed, figure
from reporting.judging.news import sentence, size
from reporting.spans import Kind, span_of

SPAN = span_of(Kind.DAILY, datetime(2026, 11, 30, tzinfo=UTC))
TODAY, YESTERDAY = SPAN.start.date(), SPAN.before.start.date()


def made(metric: str, now: Amount | float | None, before: Amount | float | None) -> Figure:
    days: Days = {
        day: each if isinstance(each, Amount) else Amount(each * 1000, 1000)
        for day, each in ((TODAY, now), (YESTERDAY, before))
        if each is not None
    }
    return figure(KPIS[metric], days, SPAN, ())


@pytest.mark.parametrize(
    ("metric", "now", "before", "said"),
    [
        ("UploadsLast24h", 0.0, 0.0, "→ as before"),
        ("UploadsLast24h", 1999.0, 2000.0, "→ as before"),
        ("UploadsLast24h", 2000.0, 1999.0, "→ as before"),
        ("UploadsLast24h", 1998.0, 2000.0, "▼ 0.1 % less"),
        ("UploadsLast24h", 300.0, 200.0, "▲ 50 % more"),
        ("UploadsLast24h", 200.0, 300.0, "▼ 33.3 % less"),
        ("StorageBytes", 3e9, 0.0, "▲ 3 GB more"),  # of nothing there is no share
        ("StorageGrowth7d", 1e9, -2e9, "▲ 3 GB more"),
        ("StorageGrowth7d", -2e9, 1e9, "▼ 300 % less"),
        ("ErrorRate", 1.5, 1.0, "▲ 0.5 points more"),
        ("ErrorRate", 1.0, None, ""),
    ],
)
def test_a_change_is_said_in_what_it_is_measured_by(
    metric: str, now: float, before: float | None, said: str
) -> None:
    assert changed(KPIS[metric], now, before)[0] == said


def test_the_better_way_is_the_target_s() -> None:
    for kpi in KPIS.values():
        more, less = (changed(kpi, *pair)[1] for pair in ((3.0, 2.0), (2.0, 3.0)))
        if kpi.target is None:
            assert (more, less) == (None, None)
        else:
            is_less = kpi.target.direction is Direction.BELOW
            assert (more, less) == (not is_less, is_less)
        assert changed(kpi, 2.0, 2.0)[1] is None


@given(st.floats(1, 1e12), st.floats(1, 1e12))
def test_an_arrow_points_where_the_value_went(now: float, before: float) -> None:
    said, _ = changed(KPIS["UploadsLast24h"], now, before)
    back, _ = changed(KPIS["UploadsLast24h"], before, now)
    assert {said[0], back[0]} in ({"→"}, {"▲", "▼"})
    if said[0] != "→":
        assert (said[0] == "▲") is (now > before)


def test_a_ratio_of_too_few_is_not_judged() -> None:
    kpi = KPIS["UploadSuccessRate"]
    enough = made(kpi.metric, Amount(50.0 * kpi.minimum_traffic, kpi.minimum_traffic), None)
    few = made(kpi.metric, Amount(450.0, kpi.minimum_traffic - 1), 60.0)
    assert (enough.verdict, enough.reason) == (Verdict.MISSED, "")
    assert (few.verdict, few.value, few.change) == (Verdict.TOO_FEW, 50.0, "")
    assert few.reason == "9 events: too few to judge, 10 do"
    against_few = made(kpi.metric, 60.0, Amount(450.0, kpi.minimum_traffic - 1))
    assert against_few.before is None


@pytest.mark.parametrize(
    ("metric", "now", "before", "expected"),
    [
        ("ErrorRate", 0.5, 0.4, 0.2),
        ("Availability", 99.5, 99.9, 0.8),  # five times as many failures
        ("UploadsLast24h", 50.0, 100.0, 0.5),
        ("UploadsLast24h", 0.0, 0.0, 0.0),
        ("StorageGrowth7d", -3.0, 1.0, 4 / 3),
        ("UserSatisfactionScore", 4.0, 5.0, 0.2),  # above is good, but it is no percentage
    ],
)
def test_how_much_it_is(metric: str, now: float, before: float, expected: float) -> None:
    assert size(made(metric, now, before)) == pytest.approx(expected)
    assert size(made(metric, None, before)) == size(made(metric, now, None)) == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "Nothing was measured."),
        ([("ErrorRate", None, 0.4)], "Nothing was measured."),
        ([("ErrorRate", 0.4, None)],
         "There is nothing to compare with: the day before has no figures."),
        ([("ErrorRate", 2.0, 0.4)],
         "Error rate misses its target (< 1 %): 2 % after 0.4 % the day before."),
        ([("ErrorRate", 0.4, 2.0)],
         "Error rate meets its target again (< 1 %): 0.4 % after 2 % the day before."),
        ([("ErrorRate", 0.1, 9.0), ("CacheHitRate", 94.9, 95.1)],  # what is missed comes first
         "Cache hit rate misses its target (> 95 %): 94.9 % after 95.1 % the day before."),
        ([("CacheHitRate", 94.9, 95.1), ("ErrorRate", 9.0, 0.1)],
         "Error rate misses its target (< 1 %): 9 % after 0.1 % the day before."),
        ([("UploadsLast24h", 91.0, 100.0)],
         "Nothing changed by more than a tenth against the day before."),
        ([("UploadsLast24h", 90.0, 100.0), ("ConcurrentUploads", 1.0, 9.0)],
         "Uploads in 24 h changed most: 90 after 100 the day before."),
        ([("UploadsLast24h", 80.0, 100.0), ("Bandwidth24h", 5e9, 8e9)],
         "Uploads in 24 h changed most: 80 after 100 the day before."),
        ([("StorageIn30d", 9.0, 1.0), ("UploadsLast24h", 80.0, 100.0)],  # foreseen is no news
         "Uploads in 24 h changed most: 80 after 100 the day before."),
    ],
)  # fmt: skip
def test_the_sentence_of_the_day(given: list[tuple[str, float, float]], said: str) -> None:
    assert sentence([made(*each) for each in given], SPAN) == said


def test_the_sentence_names_what_it_is_held_against() -> None:
    for kind, before in zip(Kind, ("the day", "the week", "the month"), strict=True):
        span = span_of(kind, SPAN.start - timedelta(days=40))
        assert sentence([made("ErrorRate", 0.4, None)], span) == (
            f"There is nothing to compare with: {before} before has no figures."
        )
