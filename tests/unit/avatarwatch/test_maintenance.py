"""Windows of maintenance: over both changes of clocks, against a second reckoning by the minute."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatarwatch.maintenance import (
    Span,
    Window,
    WindowError,
    checked,
    coming,
    is_over,
    spans_of,
)
from examples import examples

YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SUNDAYS = Window(
    "imports", "Storage*", "bulk import", "2026-01-04T02:30", 90, "Europe/Stockholm",
    "FREQ=WEEKLY;BYDAY=SU",
)  # fmt: skip
NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
LONGEST = 7 * 24 * 60


def by_the_minute(window: Window, falls_on: Callable[[date], bool]) -> Iterator[Span]:
    """Reckon anew, by looking at a clock on the wall minute by minute, without a rule."""
    zone, wall = ZoneInfo(window.zone), datetime.fromisoformat(window.starts).time()
    day = datetime.fromisoformat(window.starts).date()
    while day < date(2027, 1, 2):
        if falls_on(day):
            yield _of_day(day, wall.hour * 60 + wall.minute, zone, window.minutes)
        day += timedelta(days=1)


@cache
def _of_day(day: date, wanted: int, zone: ZoneInfo, minutes: int) -> Span:
    # three hours before, by the offset of that noon: further no clock is set
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    moment = (noon + timedelta(minutes=wanted - 15 * 60)).replace(tzinfo=UTC)
    moment -= noon.utcoffset() or timedelta()
    before = moment
    for _ in range(6 * 60):
        shown = moment.astimezone(zone)
        if shown.date() == day and shown.hour * 60 + shown.minute >= wanted:
            passed = shown.hour * 60 + shown.minute - wanted
            skips = moment.astimezone(zone).utcoffset() != before.astimezone(zone).utcoffset()
            # skipped by the clocks: as long after the change as it would have been before it
            start = (
                moment
                if passed == 0
                else before + MINUTE + timedelta(minutes=_gap(before, zone, wanted))
                if skips
                else moment
            )
            return Span(start, start + timedelta(minutes=minutes))
        before = moment
        moment += MINUTE
    raise AssertionError(day)


def _gap(before: datetime, zone: ZoneInfo, wanted: int) -> int:
    shown = before.astimezone(zone)
    return wanted - (shown.hour * 60 + shown.minute) - 1


def last_friday(day: date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    return day.weekday() == 4 and day.day > last - 7


def days_after(day: date) -> list[date]:
    return [day + timedelta(days=number) for number in range(1, 7)]


RULES: dict[str, Callable[[date], bool]] = {
    "FREQ=DAILY": lambda _: True,
    "FREQ=WEEKLY;BYDAY=SU": lambda day: day.weekday() == 6,
    "FREQ=WEEKLY;BYDAY=TU,TH,SU": lambda day: day.weekday() in {1, 3, 6},
    "FREQ=MONTHLY;BYMONTHDAY=29": lambda day: day.day == 29,
    "FREQ=MONTHLY;BYMONTHDAY=31": lambda day: day.day == 31,
    "FREQ=MONTHLY;BYDAY=1MO": lambda day: day.weekday() == 0 and day.day <= 7,
    "FREQ=MONTHLY;BYDAY=-1FR": last_friday,
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU": lambda day: (day - date(2026, 1, 4)).days % 14 == 0,
    "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1": lambda day: (
        day.weekday() < 5
        and all(later.weekday() >= 5 or later.month != day.month for later in days_after(day))
    ),
    # with weeks from Monday on, Monday and Sunday are of one week
    "freq=weekly;interval=2;byday=mo,su;wkst=su": lambda day: (
        (day - date(2026, 1, 4)).days % 14 in {0, 1}
    ),
    "FREQ=YEARLY;BYMONTH=3,10;BYMONTHDAY=25,29": (
        lambda day: day.month in {3, 10} and day.day in {25, 29}
    ),
}


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe",
                                  "Asia/Kolkata"])  # fmt: skip
@pytest.mark.parametrize("clock", ["02:30", "01:15", "23:50"])
@pytest.mark.parametrize("rule", RULES)
def test_a_year_over_both_changes_of_clocks(rule: str, clock: str, zone: str) -> None:
    window = replace(SUNDAYS, repeat=rule, zone=zone, starts=f"2026-01-04T{clock}", minutes=45)
    wanted = [span for span in by_the_minute(window, RULES[rule]) if span.start < YEAR[1]]
    assert [span for span in spans_of(window, *YEAR) if span.start >= YEAR[0]] == wanted
    assert wanted


def test_the_sunday_on_which_half_past_two_is_skipped() -> None:
    [spring] = spans_of(
        SUNDAYS, datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC)
    )
    # 02:30 by the offset before the change, which is 03:30 on the new clock
    assert spring == Span(
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 3, tzinfo=UTC)
    )


def test_the_sunday_on_which_half_past_two_comes_twice() -> None:
    [autumn] = spans_of(
        SUNDAYS, datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC)
    )
    assert autumn.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first of the two
    assert autumn.end - autumn.start == timedelta(minutes=90)


def test_what_is_open_now_is_coming_and_then_the_next() -> None:
    saturday = datetime(2026, 11, 28, 12, tzinfo=UTC)
    first = coming(SUNDAYS, saturday)
    assert first
    assert first.start == datetime(2026, 11, 29, 1, 30, tzinfo=UTC)
    assert coming(SUNDAYS, first.start) == coming(SUNDAYS, first.end - MINUTE) == first
    after = coming(SUNDAYS, first.end)
    assert after
    assert after.start - first.start == timedelta(days=7)


def test_one_that_comes_once_is_over_afterwards() -> None:
    once = replace(SUNDAYS, repeat="", starts="2026-11-29T02:30")
    span = coming(checked(once), NOW)
    assert span == Span(
        datetime(2026, 11, 29, 1, 30, tzinfo=UTC), datetime(2026, 11, 29, 3, tzinfo=UTC)
    )
    assert coming(once, datetime(2026, 11, 29, 3, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("repeat", "starts", "ends"),
    [
        ("", "2026-11-29T02:30", datetime(2026, 11, 29, 3, tzinfo=UTC)),
        ("", "2199-11-29T02:30", datetime(2199, 11, 29, 3, tzinfo=UTC)),
        # the last day of a rule may have one, as far as this is concerned
        (
            "FREQ=WEEKLY;UNTIL=20260111", "2026-01-04T02:30",
            datetime(2026, 1, 11, 0, 30, tzinfo=UTC),
        ),
        (
            "FREQ=WEEKLY;UNTIL=20260111T040000", "2026-01-04T02:30",
            datetime(2026, 1, 11, 4, 30, tzinfo=UTC),
        ),
    ],
)  # fmt: skip
def test_a_window_is_over_once_its_last_one_has_ended(
    repeat: str, starts: str, ends: datetime
) -> None:
    window = checked(replace(SUNDAYS, repeat=repeat, starts=starts))
    assert [is_over(window, ends - MINUTE), is_over(window, ends)] == [False, True]


def test_a_rule_without_an_end_is_never_over() -> None:
    assert not is_over(SUNDAYS, datetime(2190, 1, 1, tzinfo=UTC))


def test_what_comes_is_looked_for_over_four_hundred_days() -> None:
    once = replace(SUNDAYS, repeat="", starts="2027-12-28T00:00", zone="UTC")
    begins = datetime(2027, 12, 28, tzinfo=UTC)
    for ago, found in ((timedelta(days=400) - MINUTE, True), (timedelta(days=400), False)):
        assert (coming(once, begins - ago) is not None) is found


def test_a_window_is_on_utcs_clock_unless_it_says_so() -> None:
    [span] = spans_of(Window("a", "*", "b", "2026-03-29T02:30", 1), *YEAR)
    assert span.start == datetime(2026, 3, 29, 2, 30, tzinfo=UTC)
    assert checked(Window("a", "*", "b", "2026-03-29T02:30", 1)).repeat == ""


def test_until_is_on_the_zones_clock() -> None:
    until = replace(SUNDAYS, repeat="FREQ=WEEKLY;BYDAY=SU;UNTIL=20260111T023000")
    assert len(list(spans_of(until, *YEAR))) == 2
    day = replace(SUNDAYS, repeat="FREQ=WEEKLY;BYDAY=SU;UNTIL=20260111")
    assert len(list(spans_of(day, *YEAR))) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": 0}, "minutes: needs 1 to 10080, a window has to end"),
        ({"minutes": LONGEST + 1}, "minutes: needs 1 to 10080"),
        ({"minutes": LONGEST}, "repeat: it comes again before it is over"),
        ({"repeat": "FREQ=DAILY", "minutes": 1440}, "repeat: it comes again before it is over"),
        ({"repeat": "FREQ=DAILY;BYDAY="}, "repeat: 'BYDAY=' is none of FREQ"),
        ({"repeat": "FREQ=DAILY;BYDAY"}, "repeat: 'BYDAY' is none of FREQ"),
        ({"repeat": "BYDAY=SU"}, "repeat: FREQ needs one of"),
        ({"repeat": "FREQ=HOURLY"}, "repeat: FREQ needs one of DAILY, WEEKLY, MONTHLY, YEARLY"),
        ({"repeat": "FREQ=DAILY;COUNT=5"}, "repeat: 'COUNT=5' is none of FREQ"),
        ({"repeat": "FREQ=DAILY;UNTIL=20270101T000000Z"}, "repeat: UNTIL needs"),
        ({"repeat": "FREQ=DAILY;UNTIL=20279901"}, "repeat: UNTIL=20279901 is no time"),
        ({"repeat": "FREQ=WEEKLY;BYDAY=XX"}, "repeat: "),
        ({"repeat": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "repeat: it never comes"),
        ({"repeat": "FREQ=WEEKLY;BYMONTH=4,6;BYMONTHDAY=31,-31"}, "repeat: it never comes"),
        ({"repeat": "FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1"}, "repeat: BYMONTH=13 needs numbers"),
        ({"repeat": "FREQ=DAILY;BYMONTHDAY=0"}, "repeat: BYMONTHDAY=0 needs numbers of 1 to 31"),
        # dateutil looked for these for 22 s, for ever, and up to an error of its own
        ({"repeat": "FREQ=DAILY;BYSETPOS=2"}, "repeat: it never comes"),
        ({"repeat": "FREQ=DAILY;INTERVAL=0"}, "repeat: INTERVAL needs a number of 1 to 1000"),
        ({"repeat": "FREQ=DAILY;INTERVAL=-1"}, "repeat: INTERVAL needs a number of 1 to 1000"),
        ({"repeat": "FREQ=DAILY;INTERVAL=7;BYDAY=MO"}, "repeat: it never comes"),
        ({"repeat": "FREQ=WEEKLY;BYDAY=1MO"}, "repeat: BYDAY has a number, which needs FREQ=MON"),
        ({"repeat": "0 2 * * 0"}, "repeat: '0 2 * * 0' is none of FREQ"),
        ({"repeat": "every sunday"}, "repeat: 'EVERY SUNDAY' is none of"),
        ({"repeat": "FREQ=DAILY;FREQ=WEEKLY"}, "repeat: 'FREQ=WEEKLY' is none of"),
        ({"starts": "sunday"}, "starts: needs a time like"),
        ({"starts": "2026-01-04T02:30+01:00"}, "starts: is on the clock of `zone`"),
        ({"starts": "1999-12-31T23:59"}, "starts: needs a year of 2000 to 2199"),
        ({"starts": "2200-01-01T00:00"}, "starts: needs a year of 2000 to 2199"),
        (
            {"zone": "Europe/Stokholm"},
            "zone: the tz database has no 'Europe/Stokholm', did you mean Europe/Stockholm?",
        ),
        (
            {"zone": "europe/stockholm"},
            "zone: the tz database has no 'europe/stockholm', did you mean Europe/Stockholm?",
        ),
        ({"zone": "../etc"}, "zone: the tz database has no"),
        ({"alarms": " "}, "alarms: needs a text"),
        ({"reason": " "}, "reason: needs a text"),
        ({"name": ""}, "name: needs a text"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(changes: dict[str, object], said: str) -> None:
    with pytest.raises(WindowError) as caught:
        checked(replace(SUNDAYS, **changes))  # type: ignore[arg-type]
    assert str(caught.value).startswith(said)


@settings(max_examples=examples(60))
@given(
    st.sampled_from(sorted(RULES)), st.integers(1, 600),
    st.datetimes(datetime(2026, 1, 5), datetime(2026, 12, 1)),  # noqa: DTZ001 - made UTC below
)  # fmt: skip
def test_spans_are_apart_and_in_order(rule: str, minutes: int, at: datetime) -> None:
    window = checked(replace(SUNDAYS, repeat=rule, minutes=minutes))
    now = at.replace(tzinfo=UTC)
    spans = list(spans_of(window, now, now + timedelta(days=30)))
    assert all(earlier.end < later.start for earlier, later in pairwise(spans))
    assert all(span.end > now for span in spans)
    first = coming(window, now)
    assert first
    assert not spans or spans[0] == first
