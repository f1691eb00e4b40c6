"""A figure's word agrees with its number, and a part is not told as the whole."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.kpis import KPIS
from reporting.found import Amount, Days
from reporting.judging.figures import Figure, Verdict, figure, target_of
from reporting.judging.material import of_figures
from reporting.judging.news import sentence
from reporting.page.charts import of_figures as of_charts
from reporting.spans import Kind, Span, span_of

WEEK = span_of(Kind.WEEKLY, date(2026, 11, 23))
DAY = span_of(Kind.DAILY, date(2026, 11, 23))
WITH_TARGET = sorted(name for name, kpi in KPIS.items() if kpi.target)


def of(metric: str, days: Days, span: Span = WEEK) -> Figure:
    return figure(KPIS[metric], days, span, span.days)


def pair(metric: str, before: float, now: float, count: float = 10_000.0) -> Figure:
    """Return a day's figure after another day."""
    days = {DAY.before.days[0]: before, DAY.days[0]: now}
    return of(metric, {day: Amount(each * count, count) for day, each in days.items()}, DAY)


@given(st.sampled_from(WITH_TARGET), st.floats(-0.02, 0.02))
def test_a_figure_reads_as_its_target_only_where_it_is_it(metric: str, off: float) -> None:
    kpi = KPIS[metric]
    assert kpi.target is not None
    value = kpi.target.value * (1 + off)
    found = of(metric, {DAY.days[0]: Amount(value, 1.0)}, DAY)
    bound = target_of(kpi).removeprefix(f"{kpi.target.direction} ")
    assert (found.shown == bound) is (found.value == kpi.target.value)


@pytest.mark.parametrize(
    ("known", "said"), [(range(7), ""), (range(3), "3 of 7 days"), (range(4, 7), "3 of 7 days")]
)
@pytest.mark.parametrize("metric", ["UploadsLast24h", "Availability", "RequestsPerSecond"])
def test_a_part_of_a_span_says_so(metric: str, known: range, said: str) -> None:
    assert of(metric, {WEEK.days[n]: Amount(9.0, 1.0) for n in known}).days == said


def test_a_peak_says_that_it_is_a_day_s() -> None:
    days = {WEEK.days[n]: Amount(value, 1.0) for n, value in enumerate((900.0, 2500.0, 700.0))}
    assert of("P95UploadTime", days).told == "2.5 s (highest of 3 of 7 days)"
    whole = dict.fromkeys(WEEK.days, Amount(900.0, 1.0))
    assert of("P95UploadTime", whole).told == "900 ms (highest day)"
    assert of("P95UploadTime", whole, DAY).told == "900 ms"


def test_what_a_ratio_is_of_has_its_unit() -> None:
    assert of("CompressionRatio", {DAY.days[0]: Amount(63.0, 6e8)}, DAY).of == "600 MB"
    assert of("ErrorRate", {DAY.days[0]: Amount(63.0, 90_000.0)}, DAY).of == "90,000"


def test_a_level_says_of_which_day_it_is_unless_of_the_last() -> None:
    assert of("StorageBytes", {WEEK.days[6]: Amount(1e9, 1.0)}).days == ""
    old = of("StorageBytes", {WEEK.days[1]: Amount(1e9, 1.0)})
    assert (old.days, old.beside) == ("of 24 Nov", ["of 24 Nov"])


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (range(7), range(3), ""),  # 300 are not 57 % less than 700
        (range(2), range(7), ""),
        (range(6), range(1, 7), "→ as before"),  # nobody comes on some day of the week
        (range(7), range(7), "→ as before"),
    ],
)
def test_totals_are_compared_of_as_many_days(before: range, now: range, change: str) -> None:
    past, days = WEEK.before.days, WEEK.days
    found = of("UploadsLast24h", dict.fromkeys(
        [*(past[n] for n in before), *(days[n] for n in now)], Amount(100.0, 1.0)
    ))  # fmt: skip
    assert found.change == change
    if not change:
        assert sentence([found], WEEK) == "Too little is known to compare with the week before."


@pytest.mark.parametrize(
    ("metric", "before", "now", "change", "better"),
    [
        ("Availability", 99.91, 99.87, "▼ 0.04 points less", False),
        ("Availability", 99.99, 99.95, "▼ 0.04 points less", False),
        ("Availability", 99.951, 99.952, "→ as before", None),
        ("ErrorRate", 0.5, 1.5, "▲ 1 point more", False),
        ("AverageUploadTime", 1999.9, 2000.1, "▲ 0.01 % more", False),
        ("AverageUploadTime", 850.1, 850.2, "→ as before", None),
    ],
)
def test_a_change_is_one_that_a_reader_sees(
    metric: str, before: float, now: float, change: str, *, better: bool | None
) -> None:
    found = pair(metric, before, now)
    assert (found.change, found.better) == (change, better)


def test_too_few_to_judge_is_said_and_is_no_news() -> None:
    days = {DAY.before.days[0]: Amount(50_000.0, 500.0), DAY.days[0]: Amount(0.0, 1.0)}
    found = of("UploadSuccessRate", days, DAY)
    assert (found.verdict, found.change) == (Verdict.TOO_FEW, "")
    assert found.beside == ["1 event: too few to judge, 10 do"]
    assert "0 %" not in sentence([found], DAY)


def test_what_a_figure_is_of_goes_with_it_into_every_sentence() -> None:
    past = dict.fromkeys(WEEK.before.days, Amount(144_000.0, 1440.0))
    found = of("Availability", {**past, WEEK.days[0]: Amount(142_560.0, 1440.0)})
    assert found.told == "99 % (1 of 7 days)"
    assert "99 % (1 of 7 days) after 100 % the week before" in sentence([found], WEEK)
    answer = of_figures([found], ())
    assert answer.text == "Off target: Availability 99 % (>= 99.9 %, 1 of 7 days)."
    few = of("UploadSuccessRate", {DAY.days[0]: Amount(100.0, 2.0)}, DAY)
    well = of("ErrorRate", {DAY.days[0]: Amount(100.0, 1000.0)}, DAY)
    assert of_figures([well, few], ()).text == (
        "Error rate 0.1 %, Upload success rate 50 % (2 events: too few to judge, 10 do)."
    )


def test_a_chart_s_points_are_on_their_side_of_its_target() -> None:
    days = [DAY.before.days[0], DAY.days[0]]
    amounts = {day: Amount(each, 100.0) for day, each in zip(days, (99.75, 100.26), strict=True)}
    [chart] = of_charts([figure(KPIS["ErrorRate"], amounts, DAY, days)], days, DAY.days[0])
    assert [dot.text for dot in chart.dots] == ["22 Nov: 0.998 %", "23 Nov: 1.003 %"]
    assert chart.target == "1 %"
