"""An error budget: what is left, of how much known time, in the same words wherever it is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.error_budget import PERIOD, ErrorBudget, coverage
from avatarwatch.kpi.budgets import BudgetLeft
from avatarwatch.kpi.readings import Readings, Series, Value, Window
from avatarwatch.kpi_inputs import AVAILABILITY
from health_polling.page.spans import budget
from health_polling.watch import Day
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


@given(st.integers(1, 40), st.integers(0, 1440))
def test_page_kpi_and_message_agree(days: int, failed: int) -> None:
    """The same polls of whole days, told by each from what it reads itself."""
    midnight = datetime(2026, 11, 27, tzinfo=UTC)
    each = [midnight - n * DAY for n in range(days, 0, -1)]
    polls = dict.fromkeys(each, 1440.0)
    good = {**polls, each[-1]: 1440.0 - failed}
    [counted], [total] = AVAILABILITY.counted.plus, AVAILABILITY.total.plus
    found = Readings({counted: {"": Series.of(good)}, total: {"": Series.of(polls)}})

    formula = BudgetLeft(AVAILABILITY)
    kpi = formula.compute(found, Window(midnight - DAY, midnight))
    assert isinstance(kpi, Value)
    known = {at.date(): Day(1440, failed if at == each[-1] else 0) for at in each}
    page = budget([known], date(2026, 11, 26))
    assert page is not None
    message = AVAILABILITY.budget(found, midnight)
    told = burn.facts(AVAILABILITY, message)

    assert page.left == pytest.approx(kpi.value)
    assert kpi.count == min(days, 30), "who reads the metric sees how many days are known"
    assert page.basis == formula.basis(kpi)
    assert told["Error budget"] == f"{page.rest} ({page.coverage})"
    assert told["In the same time"] == f"{page.succeeded} succeeded"


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
