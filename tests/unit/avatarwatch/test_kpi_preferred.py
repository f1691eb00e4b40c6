"""Which of two sources tells a ratio: by what was kept, what was seen, and how late it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.kpi.formulas import Ratio
from avatarwatch.kpi.preferred import COVERED
from avatarwatch.kpi.readings import NoData, Readings, Series, Source, Unread, Window
from avatarwatch.kpi_inputs import ERROR_RATE

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WINDOW = Window(NOON, NOON + timedelta(days=1))
SEEN, THERE = ERROR_RATE.seen.plus[0], ERROR_RATE.all_of_them.plus[0]


def chosen(
    seen: float | None,
    there: float | None,
    *,
    is_late: bool,
    kept: str | None = None,
    unread: Unread | None = None,
) -> Ratio | NoData:
    counts = {SEEN: seen, THERE: there}
    series = {
        each: {"": Series((NOON,), (count,))} for each, count in counts.items() if count is not None
    }
    readings = Readings(series, {THERE: unread} if unread else {})
    return ERROR_RATE.chosen(readings, WINDOW, kept=kept, is_late=is_late)


BEST, USUAL = Source.ACCESS, Source.CDN


@pytest.mark.parametrize(
    ("seen", "there", "early", "late"),
    [
        (None, None, USUAL, USUAL),
        (None, 1000, USUAL, USUAL),
        (0, 1000, USUAL, USUAL),
        (0, None, USUAL, USUAL),
        (1, 1000, None, USUAL),
        (1000 * COVERED - 1, 1000, None, USUAL),
        (1000 * COVERED, 1000, BEST, BEST),
        (1000, 1000, BEST, BEST),
        (1, None, BEST, BEST),
    ],
)
def test_the_logs_where_they_saw_nearly_all_and_a_wait_where_they_have_begun(
    seen: float | None, there: float | None, early: Source | None, late: Source
) -> None:
    for is_late, wanted in ((False, early), (True, late)):
        found = chosen(seen, there, is_late=is_late)
        if wanted is None:
            assert isinstance(found, NoData)
            assert found.early
            assert not found.passing
            assert found.reason.startswith(f"waits for the logs: {seen:g} of {there:g} ")
        else:
            assert found is ERROR_RATE.ratios[wanted]
        for kept in (BEST, USUAL):
            assert chosen(seen, there, is_late=is_late, kept=kept) is ERROR_RATE.ratios[kept]


def test_a_fault_of_a_minute_does_not_choose_and_one_that_stays_does() -> None:
    found = chosen(1000, None, is_late=True, unread=Unread("throttled", passing=True))
    assert found == NoData("throttled", passing=True)
    found = chosen(1000, None, is_late=True, unread=Unread("denied", passing=False))
    assert found is ERROR_RATE.best
