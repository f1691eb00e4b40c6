"""Rules of RFC 5545, held against dateutil's, which nobody waits for here."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import islice, takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from avatarwatch.recurrence import FREQUENCIES, RuleError, read_rule
from examples import examples

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
YEARS = timedelta(days=1200)


def numbers(name: str, least: int, most: int) -> st.SearchStrategy[str]:
    several = st.lists(st.integers(least, most).filter(bool), min_size=1, max_size=4)
    return several.map(lambda found: f"{name}={','.join(map(str, found))}")


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(FREQUENCIES))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 4))}",
             f"WKST={draw(st.sampled_from(WEEKDAYS))}"]  # fmt: skip
    days = draw(st.lists(st.sampled_from(WEEKDAYS), max_size=3, unique=True))
    if days and frequency in {"MONTHLY", "YEARLY"} and draw(st.booleans()):
        days = [f"{draw(st.integers(-5, 5).filter(bool))}{day}" for day in days]
    parts += [f"BYDAY={','.join(days)}"] if days else []
    if draw(st.booleans()):
        parts.append(draw(numbers("BYMONTH", 1, 12)))
    if draw(st.booleans()):
        parts.append(draw(numbers("BYMONTHDAY", -31, 31)))
    if frequency != "DAILY" and draw(st.booleans()):
        parts.append(draw(numbers("BYSETPOS", -6, 6)))
    return ";".join(parts)


@settings(max_examples=examples(150))
@given(rules(), st.dates(date(2024, 1, 1), date(2028, 1, 1)))
def test_the_days_are_those_of_dateutil(rule: str, start: date) -> None:
    end = start + YEARS
    ours = list(read_rule(rule).falls_on(start, start, end))
    if not ours:
        return  # dateutil would look for one up to the year 9999
    begun = datetime.combine(start, time(2, 30))
    found = (each.date() for each in rrulestr(f"RRULE:{rule}", dtstart=begun))
    theirs = list(takewhile(lambda day: day <= end, islice(found, 2000)))
    # dateutil counts positions of the first week from its start on, the RFC those of the week
    since = start + timedelta(days=7) if "WEEKLY" in rule and "BYSETPOS" in rule else start
    assert [day for day in ours if day >= since] == [day for day in theirs if day >= since]


@given(st.text(alphabet="FREQ=;,-+0129BYDAMONTHSEPWKLITV ", max_size=40))
def test_what_is_no_rule_is_refused_in_words(text: str) -> None:
    with suppress(RuleError):  # and nothing else
        read_rule(f"FREQ=WEEKLY;{text}")


@pytest.mark.parametrize(
    "text",
    ["FREQ=WEEKLY; BYDAY=SU, MO", " rrule:freq=weekly;byday=su,mo;", "FREQ = WEEKLY;BYDAY=MO,SU"],
)
def test_spaces_and_a_last_semicolon_say_nothing(text: str) -> None:
    start = date(2026, 11, 29)
    assert list(read_rule(text).falls_on(start, start, start + timedelta(days=2))) == [
        start, start + timedelta(days=1),
    ]  # fmt: skip
