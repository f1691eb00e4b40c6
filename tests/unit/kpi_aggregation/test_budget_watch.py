"""What is told of a budget: when it burns, once, and when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.alert_state import AlertState
from avatarwatch.alerts import AlertMessage
from avatarwatch.kpi.readings import NoData, Readings, Series, Unread, Window
from avatarwatch.kpi_inputs import DOWN, UPLOADS_OBJECTIVE
from avatarwatch.state_table.memory import MemoryDocumentStore
from kpi_aggregation.budget_watch import BudgetWatch

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
FIVE, MINUTE = timedelta(minutes=5), timedelta(minutes=1)
WINDOW = Window(NOW - FIVE, NOW)
[FAILED] = UPLOADS_OBJECTIVE.counted.plus
[GOOD] = [each for each in UPLOADS_OBJECTIVE.total.plus if each != FAILED]


class Watching:
    """A watch over days of uploads, of which so many fail in each of the last windows."""

    def __init__(self) -> None:
        self.store = MemoryDocumentStore()
        self.told: list[AlertMessage] = []
        self.asked: list[datetime] = []
        self.least: dict[str, float] = {}
        self.down = 0.0

    def look(self, bad: float, now: datetime = NOW, *, unread: bool = False) -> list[str]:
        events = {
            FAILED: {NOW - n * FIVE: bad for n in range(1, 13) if bad},
            GOOD: {NOW - n * FIVE: 100.0 for n in range(1, 12 * 72 + 1)},
        }
        series = {measure: {"": Series.of(points)} for measure, points in events.items()}
        why = {FAILED: Unread("throttled", passing=True)} if unread else {}
        watch = BudgetWatch(
            self.store, "avatar-system", self.least, lambda *_: NoData("nobody asked"),
            self._down, self.told.append, now,
        )  # fmt: skip
        return watch.look(Readings(series, why, {"UploadFailuresCritical": 1e9,
                                                 "ErrorRateCritical": 1e9}), WINDOW)  # fmt: skip

    def _down(self, end: datetime) -> Readings:
        self.asked.append(end)
        return Readings({DOWN: {"": Series.of({NOW - FIVE: self.down})}})


def test_it_is_told_once_when_it_burns_and_once_when_it_is_over() -> None:
    it = Watching()
    assert it.look(100.0) == ["UploadBudgetBurn", "UploadBudgetDrain"]
    assert [each.alert for each in it.told] == ["UploadBudgetBurn", "UploadBudgetDrain"]
    burn = it.told[0]
    assert burn.state is AlertState.ALARM
    assert "is used up" in burn.summary
    assert burn.key == f"avatar-system/{burn.alert}"
    assert burn.time == NOW
    assert burn.facts["Error budget"] == "not known: nobody asked"
    first = len(it.told)
    it.look(100.0, NOW + FIVE)
    assert len(it.told) == first
    it.look(0.0, NOW + FIVE + 29 * MINUTE)
    assert len(it.told) == first
    assert it.look(0.0, NOW + FIVE + 30 * MINUTE) == []
    over = it.told[first:]
    assert {each.alert for each in over} == {each.alert for each in it.told[:first]}
    assert {each.state for each in over} == {AlertState.OK}
    assert {each.summary for each in over} == {
        f"The error budget of {UPLOADS_OBJECTIVE.noun} is no longer used up too fast"
    }


def test_what_is_down_is_asked_for_where_something_burns_and_says_it_better() -> None:
    it = Watching()
    it.look(0.0)
    assert it.asked == []
    it.down = 1.0
    assert it.look(100.0)
    assert (it.asked, it.told) == ([NOW], [])


@pytest.mark.parametrize(("least", "burns"), [(1200.0, True), (1201.0, False)])
def test_the_least_that_burns_is_a_setting(least: float, *, burns: bool) -> None:
    it = Watching()
    it.least = {UPLOADS_OBJECTIVE.name: least}
    assert bool(it.look(100.0)) is burns


def test_what_cannot_be_read_neither_begins_nor_ends_anything() -> None:
    it = Watching()
    it.look(100.0)
    told = list(it.told)
    assert it.look(0.0, NOW + timedelta(hours=2), unread=True) == []
    assert it.told == told
