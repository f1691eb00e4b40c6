"""Which incidents are of a span, and what is said of them: each bound, and a second beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.episodes import Episode, keep
from avatarwatch.state_table.memory import MemoryDocumentStore
from fakes.reporting import STOCKHOLM
from reporting.asking.kept import read_episodes
from reporting.judging.course import Course, Incident, course_of
from reporting.spans import Kind, span_of

SPAN = span_of(Kind.DAILY, datetime(2026, 11, 20, tzinfo=UTC))
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = (timedelta(**{each: 1}) for each in ("seconds", "minutes", "hours"))


def lasting(
    opened: datetime | None, minutes: float, name: str = "avatar-system-ErrorRateCritical"
) -> Episode:
    begun = opened or NOON
    return Episode(f"arn:{name}:{begun}", name, "metric alarm", opened, begun + minutes * MINUTE)


def course(*episodes: Episode) -> Course:
    return course_of(episodes, SPAN, STOCKHOLM, "avatar-system", "https://wiki.example.com/book")


def only(episode: Episode) -> Incident:
    [found] = course(episode).incidents
    return found


@pytest.mark.parametrize(
    ("opened", "closed", "is_in"),
    [
        (SPAN.start - HOUR, SPAN.start - SECOND, False),
        (SPAN.start - HOUR, SPAN.start, True),
        (SPAN.end - SECOND, SPAN.end + HOUR, True),
        (SPAN.end, SPAN.end + HOUR, False),
        (SPAN.start - 40 * 24 * HOUR, SPAN.end + 20 * 24 * HOUR, True),
        (None, SPAN.start, True),
        (None, SPAN.end, False),
    ],
)
def test_what_touches_a_span_is_read(
    opened: datetime | None, closed: datetime, *, is_in: bool
) -> None:
    store = MemoryDocumentStore()
    keep(store, Episode("arn:x", "x", "metric alarm", opened, closed), closed)
    assert bool(list(read_episodes(store, SPAN))) is is_in


def test_minutes_are_those_within_the_span() -> None:
    across = course(lasting(SPAN.start - HOUR, 90), lasting(SPAN.end - HOUR, 90))
    assert [each.minutes for each in across.incidents] == [30, 60]
    assert (across.minutes, across.opened, across.open_at_end) == (90, 1, 1)
    assert across.median_minutes == 30  # of the one that was over
    assert across.longest_minutes == 60


def test_what_ends_with_the_span_was_open_at_its_end() -> None:
    assert only(lasting(SPAN.end - HOUR, 60)).is_open
    assert not only(lasting(SPAN.end - HOUR, 59.9)).is_open


def test_what_begins_with_the_span_was_opened_in_it() -> None:
    assert course(lasting(SPAN.start, 5)).opened == 1
    assert course(lasting(SPAN.start - SECOND, 5)).opened == 0


def test_one_whose_beginning_was_not_seen_has_no_minutes() -> None:
    found = only(lasting(None, 30))
    assert (found.minutes, found.at) == (None, NOON + 30 * MINUTE)


@pytest.mark.parametrize(
    ("local", "is_night"),
    [
        ("21:59", False),
        ("22:00", True),
        ("23:59", True),
        ("01:00", True),
        ("06:59", True),
        ("07:00", False),
    ],
)
def test_night_is_the_readers(local: str, *, is_night: bool) -> None:
    at = datetime.fromisoformat(f"2026-11-20T{local}").replace(tzinfo=STOCKHOLM)
    assert only(lasting(at.astimezone(UTC), 1)).at_night is is_night


@pytest.mark.parametrize(
    ("lasted", "times"),
    [
        ([10, 10, 10], 3),
        ([10, 10], None),  # twice is no habit
        ([10, 10, 10.1], None),
        ([10, 10, 10, 99], 3),
        ([10, 10, 10, 10, 99, 99], 4),  # two thirds of them
        ([10, 10, 10, 99, 99], None),
    ],
)
def test_an_alert_that_is_mostly_short_is_one_that_nobody_needed(
    lasted: list[float], times: int | None
) -> None:
    found = course(*(lasting(NOON - n * HOUR, minutes) for n, minutes in enumerate(lasted)))
    assert [each.times for each in found.unneeded] == ([times] if times else [])


def test_what_is_open_at_the_end_was_not_short() -> None:
    assert not course(*(lasting(SPAN.end - n * MINUTE, 30) for n in (1, 2, 3))).unneeded


def test_the_noisiest_rang_more_than_once() -> None:
    assert course(lasting(NOON, 5)).noisiest == ""
    assert course(lasting(NOON, 5, "a"), lasting(NOON, 5, "a")).noisiest == "a (2 times)"
    both = [lasting(NOON, 5, name) for name in "abab"]
    assert course(*both).noisiest == course(*both[::-1]).noisiest == "b (2 times)"


@pytest.mark.parametrize(
    ("answered", "minutes"),
    [
        (None, None),
        (NOON - HOUR, 0.0),  # by a message that was underway
        (NOON + 7 * MINUTE, 7.0),
        (SPAN.end - SECOND, 12 * 60 - 1 / 60),
        (SPAN.end, None),  # made before that, a report would not know of it
    ],
)
def test_how_soon_somebody_answered(answered: datetime | None, minutes: float | None) -> None:
    episode = Episode("k", "x", "metric alarm", NOON, None, acknowledged_at=answered)
    assert only(episode).answered == (None if minutes is None else pytest.approx(minutes))
    found = course(episode)
    assert found.acknowledged == (minutes is not None)
    assert found.median_answer == only(episode).answered


def test_an_event_is_no_alert() -> None:
    event = Episode("k", "Avatar budget", "budget", NOON, None, is_event=True)
    found = course(event)
    assert (found.opened, found.open_at_end, found.minutes, found.longest_minutes) == (
        0,
        0,
        0,
        None,
    )
    [told] = found.incidents
    assert (told.title, told.severity, told.is_open, told.minutes) == (
        "Avatar budget", "info", False, None,
    )  # fmt: skip


def test_a_stranger_s_alarm_has_its_name_and_no_runbook() -> None:
    ours, other = only(lasting(NOON, 5)), only(lasting(NOON, 5, "somebody-else"))
    assert (ours.title, ours.severity) == ("Error rate", "critical")
    assert ours.runbook.startswith("https://wiki.example.com/book#")
    assert (other.title, other.severity, other.runbook) == ("somebody-else", "warning", "")


def test_incidents_stand_in_the_order_of_time() -> None:
    found = course(lasting(NOON + HOUR, 1), lasting(NOON, 1, "b"), lasting(NOON, 1, "a"))
    assert [each.at for each in found.incidents] == [NOON, NOON, NOON + HOUR]
    assert [each.title for each in found.incidents][:2] == ["a", "b"]
