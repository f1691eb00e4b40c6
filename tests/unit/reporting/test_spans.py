"""Days, weeks and months, whatever the calendar and the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.environment import SettingsError
from reporting.payload import read_order
from reporting.spans import DAY, Kind, Span, expected, latest, span_of

kinds = st.sampled_from(list(Kind))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(kinds, instants)
def test_spans_follow_one_another_without_a_gap(kind: Kind, at: datetime) -> None:
    span = span_of(kind, at)
    assert at in span
    assert span.before.end == span.start
    assert span.days[0] == span.start.date()
    assert span.days[-1] == (span.end - DAY).date()
    assert latest(kind, at).end <= at < latest(kind, at).end + (span.end - span.start)


@given(kinds, instants, instants)
def test_names_are_their_spans_own(kind: Kind, one: datetime, other: datetime) -> None:
    first, second = span_of(kind, one), span_of(kind, other)
    assert (first == second) is (first.name == second.name)


def test_a_leap_day_is_a_day_of_its_month() -> None:
    february = span_of(Kind.MONTHLY, date(2028, 2, 29))
    assert len(february.days) == 29
    assert span_of(Kind.DAILY, date(2028, 3, 1)).before.name == "2028-02-29"


def test_the_iso_year_of_a_week() -> None:
    assert span_of(Kind.WEEKLY, date(2027, 1, 1)).name == "2026-W53"
    assert span_of(Kind.WEEKLY, date(2027, 1, 1)).title == (
        "Week 53, 28 December to 3 January 2027"
    )


@pytest.mark.parametrize(
    "zone", ["Europe/Stockholm", "America/Los_Angeles", "Asia/Tokyo", "Pacific/Auckland",
             "Pacific/Honolulu", "Pacific/Kiritimati", "UTC"],
)  # fmt: skip
def test_each_span_has_a_morning_that_makes_it(zone: str) -> None:
    """A year of the schedules, both clock changes in it: everything is made, nothing is late."""
    place, made = ZoneInfo(zone), set()
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        morning = datetime(day.year, day.month, day.day, 7, 10, tzinfo=place).astimezone(UTC)
        for kind in scheduled(day):
            span = latest(kind, morning)
            if span.is_due(morning) and span not in made:
                assert not span.is_late(morning), (span, morning)
                made.add(span)
    for kind in Kind:
        of_kind = sorted(each for each in made if each.kind is kind)
        for earlier, later in pairwise(of_kind[1:]):
            assert later.before == earlier
    assert len({each for each in made if each.kind is Kind.MONTHLY}) == 12


def scheduled(day: date) -> list[Kind]:
    """Return the reports that the template's schedules ask for on a local day."""
    asked = [Kind.DAILY]
    asked += [Kind.WEEKLY] if day.weekday() in {0, 1} else []
    return [*asked, Kind.MONTHLY] if day.day in {1, 2} else asked


def test_what_was_missed_is_expected_and_nothing_of_before_the_first_run() -> None:
    now, since = datetime(2026, 12, 8, 6, tzinfo=UTC), datetime(2026, 12, 1, 6, tzinfo=UTC)
    names = [span.key for span in expected(now, since)]
    assert names == [
        "daily/2026-12-01", "daily/2026-12-02", "daily/2026-12-03", "daily/2026-12-04",
        "daily/2026-12-05", "daily/2026-12-06", "weekly/2026-W49",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"report": "yearly"}, "report: 'yearly' is none of daily, weekly, monthly"),
        ({}, "report: None"),
        ([], "an object, not list"),
        ({"report": "daily", "day": 1}, "day: not known"),
        ({"report": "daily", "date": "2026-11-31"}, "is no day such as"),
        ({"report": "daily", "date": 20261130}, "is no day such as"),
        ({"report": "daily", "date": "2026-12-01"}, "is not over before"),
        ({"report": "monthly", "date": "2026-12-01"}, "is not over before 2027-01-01"),
        ({"report": "daily", "date": "2024-01-01"}, "is older than"),
        ({"report": "daily", "date": "0001-01-01"}, "is older than"),
        ({"report": "weekly", "date": "9999-12-31"}, "is not over"),
    ],
)
def test_a_wrong_event_names_its_field(event: object, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_order(event, datetime(2026, 12, 1, 6, tzinfo=UTC))


def test_any_day_names_its_span() -> None:
    now = datetime(2026, 12, 1, 6, tzinfo=UTC)
    order = read_order({"report": "weekly", "date": "2026-11-25"}, now)
    assert order.span == Span(
        datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC), Kind.WEEKLY
    )
    assert not order.is_scheduled
