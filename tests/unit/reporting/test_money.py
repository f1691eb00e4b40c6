"""What was saved, how long the service was up, and when storage is full: by hand, at each bound."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from avatarwatch.kpis import KPIS
from avatarwatch.left_out import LeftOut, Run
from reporting.found import Amount, Days, Found, State
from reporting.judging.figures import Figure, figure
from reporting.judging.lines.monthly import service_level
from reporting.judging.material import Material
from reporting.judging.money import Return, Uptime, crossings, returned, uptime
from reporting.settings import Limits
from reporting.spans import DAY, Kind, span_of

SPAN = span_of(Kind.WEEKLY, date(2026, 11, 23))
LAST = SPAN.days[-1]
NOTHING = LeftOut()


def figures(**days: Days) -> dict[str, Figure]:
    names = ("CostPerGb", "CacheHitRate", "StorageSavingRealised", "StorageBytes", "Availability",
             "StorageGrowthRate")  # fmt: skip
    return {name: figure(KPIS[name], days.get(name, {}), SPAN, SPAN.days) for name in names}


def each_day(total: float, count: float, days: int = 7) -> Days:
    return dict.fromkeys(SPAN.days[:days], Amount(total, count))


def test_what_was_saved_is_what_is_not_paid() -> None:
    found = returned(
        figures(
            CostPerGb={LAST: Amount(0.05, 1.0)},
            CacheHitRate=each_day(90.0 * 10_000, 10_000.0),
            StorageSavingRealised={LAST: Amount(3.0, 1.0)},
        ),
        each_day(2e9, 4.0), SPAN, own=7.0,
    )  # fmt: skip
    kept, hits = 7 * 2 * 0.05, 7 * 9_000 / 1000 * 0.0004
    assert [part.usd for part in found.parts] == [pytest.approx(kept), pytest.approx(hits), 3.0]
    assert found.saved == pytest.approx(kept + hits + 3.0)
    assert (found.own, found.unknown) == (7.0, [])
    assert "what the bill says" in found.parts[0].text


def test_what_is_not_told_saves_nothing_that_is_known() -> None:
    bare = returned(figures(), {}, SPAN, own=1.0)
    assert bare.unknown == ["deduplication", "caching", "lifecycle rules"]
    assert bare.saved == 0
    listed = returned(
        figures(), {SPAN.end.date(): Amount(9e9, 1.0), LAST: Amount(1e9, 1.0)}, SPAN, 1.0
    )
    assert listed.parts[0].usd == pytest.approx(0.023)  # the day after is of another span
    assert "list price" in listed.parts[0].text
    assert listed == Return(listed.parts, listed.saved, 1.0)


def up(good: float, rounds: Days, left_out: LeftOut = NOTHING, days: int = 7) -> Uptime:
    found = uptime(
        figures(Availability=each_day(good * 1440, 1440.0, days)), rounds, SPAN, left_out
    )
    assert found is not None
    return found


def test_minutes_are_those_that_were_polled() -> None:
    found = up(99.0, each_day(0.0, 1000.0))
    assert (found.minutes, found.polled, found.maintenance) == (7 * 1440, 7000, 0)
    assert found.down == pytest.approx(70)
    assert found.allowed == pytest.approx(7 * 1.44)
    assert found.left == pytest.approx((1 - 70 / 10.08) * 100)
    assert uptime(figures(), each_day(0.0, 1.0), SPAN, NOTHING) is None


def test_where_nobody_counted_polls_days_with_some_count() -> None:
    assert up(99.0, {}, days=3).polled == 3 * 1440
    assert up(99.0, each_day(0.0, 2000.0)).polled == 7 * 1440  # no more than there are


def test_maintenance_is_of_neither() -> None:
    left_out = LeftOut((Run(SPAN.start, 100),))
    found = up(99.0, each_day(0.0, 1000.0), left_out)
    assert (found.minutes, found.polled, found.maintenance) == (7 * 1440 - 100, 6900, 100)
    whole = up(99.0, each_day(0.0, 1440.0), LeftOut((Run(SPAN.start, 7 * 1440),)))
    assert whole.minutes == 1.0  # nothing is divided by nothing


def test_all_of_the_allowed_minutes_may_be_used_and_none_more() -> None:
    budgets = {
        name: figure(KPIS[name], {}, SPAN, ())
        for name in ("UploadBudgetLeft", "AvailabilityBudgetLeft")
    }
    for down, state in ((9.0, State.DONE), (10.0, State.DONE), (10.01, State.PERSON)):
        used = Uptime(10_000, 10_000, down, 10.0, 99.9)
        found = service_level(Material(SPAN, budgets, Found(), Limits(), "", uptime=used))
        assert found.state is state


def crossed(level: float | None, days: Days) -> tuple[date | None, str]:
    known = {} if level is None else {LAST: Amount(level, 1.0)}
    growth = {LAST: Amount(1e9, 1.0)}
    [found] = crossings(
        figures(StorageBytes=known, StorageGrowthRate=growth),
        {"DaysUntil": days},
        SPAN,
        [("Warning", "DaysUntil", 50e9)],
    )
    assert (found.what, found.threshold) == ("Warning", "50 GB")
    return found.day, found.text


def test_storage_is_full_so_many_days_after_the_last_that_is_known() -> None:
    ahead = {LAST - DAY: Amount(9.0, 1.0), LAST: Amount(80.4, 1.0), SPAN.end.date(): Amount(1, 1)}
    assert crossed(1e9, ahead) == (date(2027, 2, 18), "2027-02-18, in 80 days")
    assert crossed(1e9, {LAST - DAY: Amount(9.0, 1.0)})[0] == LAST + timedelta(days=9)


def test_a_threshold_that_is_reached_or_out_of_sight_has_no_day() -> None:
    ahead = {LAST: Amount(80.4, 1.0)}
    assert crossed(50e9, ahead) == (None, "passed: 50 GB")
    assert crossed(49e9, {}) == (None, "no growth that reaches it within ten years")
    assert crossed(None, {}) == (None, "storage was not measured")
