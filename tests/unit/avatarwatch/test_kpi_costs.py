"""The bill restarts with the month, late; credits make it smaller within one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.kpi.bill import accrued, from_days, month_to_date, spent
from avatarwatch.kpi.costs import BILL_AGE
from avatarwatch.kpi.readings import NoData, Readings, Series, Value, Window
from avatarwatch.kpi_inputs import MONTHLY_UPLOADS, STORAGE, STORAGE_BILL, SYSTEM_BILL
from avatarwatch.kpis import KPIS

HOURS = timedelta(hours=1)
DAY = timedelta(days=1)


def at(day: int, hour: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


# the old bill is still shown at midnight and at six in the morning of the first
TURN = [(at(30, 12), 99.0), (at(30, 18), 100.0), (at(1, 0, 12), 101.0), (at(1, 6, 12), 101.0),
        (at(1, 12, 12), 2.0), (at(1, 18, 12), 3.0)]  # fmt: skip


def test_a_month_has_no_bill_until_the_counter_restarts() -> None:
    assert month_to_date(TURN, at(1, 7, 12)) is None
    assert month_to_date(TURN, at(1, 23, 12)) == (at(1, 18, 12), 3.0)


def test_spending_goes_on_over_a_months_end() -> None:
    """1 on the 30th evening, 1 more at midnight, then 2 and 1 of the new month."""
    assert spent(TURN, at(30, 12), at(1, 23, 12)) == pytest.approx(1 + 1 + 0 + 2 + 1)


def test_a_credit_within_a_month_is_no_restart() -> None:
    points = [(at(3), 10.0), (at(4), 8.0), (at(5), 9.0)]
    assert spent(points, at(3), at(5, 1)) == pytest.approx(-2 + 1)


def test_an_old_bill_at_the_first_point_is_not_the_new_months() -> None:
    """What was read begins on the first at midnight: 101 is November's, December begins with 2."""
    assert spent(TURN[2:], at(1, 0, 12), at(1, 23, 12)) == pytest.approx(2 + 1)
    assert month_to_date(TURN[2:], at(1, 7, 12)) is None
    assert month_to_date(TURN[2:], at(1, 13, 12)) == (at(1, 12, 12), 2.0)


def test_a_new_bill_that_never_dropped_is_found_once_the_old_one_must_be_gone() -> None:
    """The system was switched on at the end of November: $0.10 then, $0.50 by noon of the first."""
    points = [(at(30, 18), 0.1), (at(1, 12, 12), 0.5), (at(2, 12, 12), 1.5)]
    assert month_to_date(points, at(2, 23, 12)) is None
    points += [(at(3, 12, 12), 2.5)]
    assert month_to_date(points, at(3, 23, 12)) == (at(3, 12, 12), 2.5)
    assert spent(points, at(30, 18), at(3, 12, 12)) == pytest.approx(0.5 + 1 + 1)


def test_a_month_after_one_that_was_free_begins_with_its_first_point() -> None:
    points = [(at(29), 0.0), (at(30), 0.0), (at(1, 6, 12), 0.2)]
    assert month_to_date(points, at(1, 7, 12)) == (at(1, 6, 12), 0.2)


def test_daily_costs_make_a_bill_that_begins_with_its_month() -> None:
    """$1 a day to the 30th of November, then $2 a day: each month from zero, each day once."""
    days = {date(2026, 11, n): 1.0 for n in range(1, 31)}
    days |= {date(2026, 12, 1): 2.0, date(2026, 12, 2): 2.0}
    series = from_days(days)
    points = list(zip(series.times, series.values, strict=True))
    instant = timedelta(microseconds=1)
    assert spent(points, at(29), at(3, 0, 12)) == pytest.approx(1 + 1 + 2 + 2)
    assert month_to_date(points, at(3, 0, 12)) == (at(3, 0, 12) - instant, 4.0)
    last = at(1, 0, 12) - instant
    assert month_to_date(points, last) == (last, 30.0)
    assert month_to_date(points, at(1, 5, 12)) == (at(1, 0, 12), 0.0)


def test_spending_is_unknown_before_the_first_point() -> None:
    assert spent(TURN, at(29), at(1, 12, 12)) is None
    assert spent([], at(29), at(30)) is None


def test_a_month_whose_start_was_seen_counts_from_its_first_instant() -> None:
    found = accrued(TURN, at(1, 0, 12), at(1, 23, 12))
    assert found is not None
    assert (found.start, found.end, found.usd) == (at(1, 0, 12), at(1, 18, 12), 3.0)


def test_else_the_first_point_is_the_base() -> None:
    found = accrued([(at(10), 40.0), (at(11), 42.0)], at(1), at(11, 5))
    assert found is not None
    assert (found.start, found.usd, found.span) == (at(10), 2.0, DAY)
    assert accrued([(at(10), 40.0)], at(1), at(11)) is None


def test_cost_of_an_upload_counts_uploads_while_the_bill_is_known() -> None:
    """$2 more over the tenth, 100 uploads then: $0.02 each; what came later does not count."""
    uploads = {at(10) + n * HOURS: 100 / 24 for n in range(24)} | {at(11, 1): 1000.0}
    bill = {at(10): 20.0, at(11): 21.0}
    series = {
        MONTHLY_UPLOADS.plus[0]: {"": Series.of(uploads)},
        **{measure: {"": Series.of(bill)} for measure in SYSTEM_BILL},
    }
    outcome = KPIS["CostPerUpload"].formula.compute(Readings(series), Window(at(11), at(12)))
    assert isinstance(outcome, Value)
    assert outcome.value == pytest.approx(2 / 100)


@pytest.mark.parametrize("metric", ["CostIncrease30d", "MonthlyGrowthRate"])
def test_spending_against_the_span_before(metric: str) -> None:
    """$1 a day until the end of October, $1.20 a day since: 20 % more."""
    bill: dict[datetime, float] = {}
    total, day = 0.0, at(25, month=8)
    while day < at(1, month=12):
        total = (0.0 if day.day == 1 else total) + (1.2 if day >= at(1) else 1.0)
        bill[day] = total
        day += DAY
    kpi, end = KPIS[metric], at(1, month=12)
    window = Window(end - kpi.cadence.length, end)
    half = Series.of({moment: usd / 2 for moment, usd in bill.items()})
    outcome = kpi.formula.compute(Readings({m: {"": half} for m in SYSTEM_BILL}), window)
    assert isinstance(outcome, Value)
    # 30 days against 30 up to the 30th, and the 30th's bill against that of October's 30th
    assert outcome.value == pytest.approx((36 / 30 - 1) * 100)
    short = {m: {"": Series.of({at(29): 1.0, at(30): 2.0})} for m in SYSTEM_BILL}
    assert isinstance(kpi.formula.compute(Readings(short), window), NoData)


@pytest.mark.parametrize(("late", "is_told"), [(timedelta(), True), (timedelta(seconds=1), False)])
def test_a_bill_of_three_days_ago_is_still_one(late: timedelta, *, is_told: bool) -> None:
    kpi, end = KPIS["CostIncrease30d"], at(1, month=12)
    window = Window(end - kpi.cadence.length, end)
    last = end - BILL_AGE - late
    bill = Series.of({last - n * DAY: 100.0 - n for n in range(64)})
    outcome = kpi.formula.compute(Readings({m: {"": bill} for m in SYSTEM_BILL}), window)
    assert isinstance(outcome, Value) is is_told


def daily(rate: Callable[[datetime], float], start: datetime, end: datetime) -> Series:
    """Return the bill of so much a day, four times a day, from one month's beginning on."""
    points, total = {}, 0.0
    for n in range((end - start) // (6 * HOURS)):
        moment = start + n * 6 * HOURS
        total = 0.0 if moment == moment.replace(day=1, hour=0) else total
        points[moment] = total
        total += rate(moment) / 4
    return Series.of(points)


@pytest.mark.parametrize("first", [1, 2, 15])
def test_a_gigabyte_costs_the_same_in_whichever_month_its_bucket_was_made(first: int) -> None:
    """10 GB at $0.023 from some day on: before it there was nothing, and nothing to pay."""
    made, end = at(first), at(1, month=12)
    bill = daily(lambda moment: 10 * 0.023 / 30 if moment >= made else 0.0, at(1, month=10), end)
    sizes = Series.of({made + n * DAY: 10e9 for n in range((end - made) // DAY)})
    kpi = KPIS["CostPerGb"]
    series = {STORAGE_BILL[0]: {"": bill}, STORAGE: {"": sizes}}
    outcome = kpi.formula.compute(Readings(series), Window(end - DAY, end))
    assert isinstance(outcome, Value)
    assert outcome.value == pytest.approx(0.023, rel=0.01)


@given(st.integers(0, 800))
def test_a_steady_bill_does_not_grow_whatever_the_length_of_its_months(day: int) -> None:
    end = datetime(2026, 11, 2, tzinfo=UTC) + day * DAY
    bill = daily(lambda _: 1.0, (end - 100 * DAY).replace(day=1), end)
    kpi = KPIS["MonthlyGrowthRate"]
    known = Readings({measure: {"": bill} for measure in SYSTEM_BILL})
    outcome = kpi.formula.compute(known, Window(end - DAY, end))
    assert isinstance(outcome, Value)
    assert outcome.value == pytest.approx(0)
