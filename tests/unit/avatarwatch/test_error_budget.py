"""An error budget: what is left, of how much known time, in the same words wherever it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.error_budget import PERIOD, ErrorBudget, coverage
from avatarwatch.kpi.budgets import BudgetLeft
from avatarwatch.kpi.readings import Readings, Series, Value, Window
from avatarwatch.kpi_inputs import AVAILABILITY, UPLOADS_OBJECTIVE
from health_polling.history import History
from health_polling.page.spans import budget
from health_polling.page.view import view
from health_polling.watch import Day, Service
from kpi_aggregation import burn

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("bad", "total", "known", "left", "basis"),
    [
        # two bad minutes of the first day, and of thirty days
        (2, 1440, DAY, "95.4 % left", "of 30 days, 1 day known: 99.86 % of 1,440 polls succeeded"),
        (2, 43_200, PERIOD, "95.4 % left",
         "of 30 days, all known: 99.99 % of 43,200 polls succeeded"),
        (60, 43_200, 31 * DAY, "overspent by 38.9 %",
         "of 30 days, all known: 99.86 % of 43,200 polls succeeded"),
        (0, 17_000, 11.9 * DAY, "100 % left",
         "of 30 days, 11 days known: 100 % of 17,000 polls succeeded"),
        (0, 300, 5 * HOUR, "100 % left", "of 30 days, 5 h known: 100 % of 300 polls succeeded"),
        (1, 1, HOUR / 60, "97.7 % left",
         "of 30 days, less than 1 h known: 0 % of 1 poll succeeded"),
    ],
)  # fmt: skip
def test_what_is_left_says_what_it_is_of(
    bad: float, total: float, known: timedelta, left: str, basis: str
) -> None:
    found = ErrorBudget(99.9, "polls", bad, total, known)
    assert (found.rest, found.basis) == (left, basis)


MIDNIGHT = datetime(2026, 11, 27, tzinfo=UTC)
OBJECTIVE = AVAILABILITY.by_hour
# how many days ago there were polls, and how many of the last of them failed
POLLED = st.sets(st.integers(1, 40), min_size=1)


def hours(days: set[int], failed: int, first_hour: int = 0) -> Readings:
    """Return a poll a minute of whole days, the first of which begins at an hour."""
    [counted], [total] = OBJECTIVE.counted.plus, OBJECTIVE.total.plus
    polls = {
        MIDNIGHT - n * DAY + hour * HOUR: 60.0
        for n in days
        for hour in range(first_hour if n == max(days) else 0, 24)
    }
    last = max(polls)
    good = {at: 60.0 - (failed if at == last else 0) for at in polls}
    series = {counted: {"": Series.of(good)}, total: {"": Series.of(polls)}}
    of_burns = zip(AVAILABILITY.measures, (series[counted], series[total]), strict=True)
    return Readings({**series, **dict(of_burns)})


@given(POLLED, st.integers(0, 60))
def test_page_kpi_and_message_agree(days: set[int], failed: int) -> None:
    """The same polls of whole days, told by each from what it reads itself, gaps or not."""
    days |= {1}
    found = hours(days, failed)
    formula = BudgetLeft(AVAILABILITY)
    kpi = formula.compute(found, Window(MIDNIGHT - DAY, MIDNIGHT))
    assert isinstance(kpi, Value)
    known = {(MIDNIGHT - n * DAY).date(): Day(1440, failed if n == 1 else 0) for n in days}
    page = budget([known], MIDNIGHT - timedelta(minutes=1))
    assert page is not None
    message = AVAILABILITY.budget(found, MIDNIGHT)
    told = burn.facts(AVAILABILITY, message)

    assert page.left == pytest.approx(kpi.value)
    polled = sum(n <= 30 for n in days)
    assert kpi.count == polled, "who reads the metric sees how many days are known"
    assert page.left == pytest.approx((1 - failed / 43.2) * 100)
    assert page.basis == formula.basis(kpi)
    assert told["Error budget"] == f"{page.rest} ({page.coverage})"
    assert told["In the same time"] == f"{page.succeeded} succeeded"


@given(st.integers(0, 1439))
def test_a_message_at_any_minute_knows_them_all(minute: int) -> None:
    end = MIDNIGHT - timedelta(minutes=minute)
    known = AVAILABILITY.known(hours(set(range(1, 41)), 0), end - PERIOD, end)
    assert known == PERIOD


def test_a_first_day_that_began_at_three_has_nine_hours() -> None:
    kpi = BudgetLeft(AVAILABILITY).compute(hours({1}, 2, 15), Window(MIDNIGHT - DAY, MIDNIGHT))
    assert isinstance(kpi, Value)
    assert kpi.value == pytest.approx((1 - 2 / 43.2) * 100)
    assert BudgetLeft(AVAILABILITY).basis(kpi).startswith("of 30 days, 9 h known")


@given(st.sets(st.integers(0, 6), min_size=1), st.integers(0, 23), st.integers(0, 6))
def test_of_uploads_a_day_on_which_nobody_came_is_known(
    weekdays: set[int], hour: int, ago: int
) -> None:
    """Some days of the week, at one hour, since months: all of the thirty days are known."""
    objective = UPLOADS_OBJECTIVE.by_hour
    end = MIDNIGHT - ago * DAY
    came = [end - n * DAY + hour * HOUR for n in range(1, 60)]
    points = Series.of({at: 9.0 for at in came if at.weekday() in weekdays})
    found = Readings({key: {"": points} for key in objective.total.plus})
    assert objective.known(found, end - PERIOD, end) == PERIOD
    began = Readings({key: {"": Series.of({came[1]: 1.0})} for key in objective.total.plus})
    assert objective.known(began, end - PERIOD, end) == end - came[1]


@given(st.integers(0, 1439), st.integers(1, 5))
def test_a_page_that_has_known_them_all_says_so_at_any_minute(minute: int, added: int) -> None:
    """Today is not over, and some services came yesterday: no poll of thirty days is missing."""
    now = MIDNIGHT + timedelta(minutes=minute)
    old = {(MIDNIGHT - n * DAY).date(): Day(1440, n == 3) for n in range(1, 60)}
    today = {now.date(): Day(minute + 1, 0)}
    young = {(MIDNIGHT - DAY).date(): Day(1440, 0), **today}
    page = budget([{**old, **today}, *[young] * added], now)
    assert page is not None
    assert page.coverage == "of 30 days, all known"
    shown = view("s", {"api": Service("https://e", day=now.date(), today=today[now.date()])},
                 [History({"api": old})], [], now).budget  # fmt: skip
    assert shown is not None
    assert shown.days_known == shown.days
    alone = budget([{**old, **today}], now)
    assert alone is not None
    assert alone.left == pytest.approx((1 - 1 / 43.2) * 100)


@given(st.integers(1, 10**7))
def test_a_budget_that_is_used_up_to_the_last_event_is_not_overspent(many: int) -> None:
    for objective, every in ((99.9, 1000), (99.0, 100)):
        found = ErrorBudget(objective, "polls", many, many * every, PERIOD)
        assert found.rest == "0 % left"


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (HOUR - timedelta(seconds=1), "less than 1 h known"), (HOUR, "1 h known"),
        (DAY - timedelta(seconds=1), "23 h known"), (DAY, "1 day known"),
        (2 * DAY - timedelta(seconds=1), "1 day known"), (2 * DAY, "2 days known"),
        (30 * DAY - timedelta(seconds=1), "29 days known"), (30 * DAY, "all known"),
    ],
)  # fmt: skip
def test_how_much_is_known(known: timedelta, said: str) -> None:
    assert coverage(known) == f"of 30 days, {said}"


def test_a_budget_that_is_just_used_up_is_not_overspent() -> None:
    found = ErrorBudget(75, "polls", 25, 100, PERIOD, timedelta(hours=2))
    assert found.rest == "0 % left"
    assert found.happened == "75 % of 100 polls succeeded, without maintenance (2 h of it)"
    assert ErrorBudget(75, "polls", 26, 100, PERIOD).rest == "overspent by 4 %"
