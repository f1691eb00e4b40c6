"""What an answer makes of an incident, until when a mute lasts, and what comes too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.answered import is_answered, morning, said_by, take_in
from alarm_fanout.incident import Incident
from avatarwatch.alert_state import AlertState
from avatarwatch.answers import Answer, Said, What, opening

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
ALERT = Alert(Kind.METRIC, "a", "a", AlertState.ALARM, NOW)
OPEN = Incident(key="a", alert=ALERT, changed_at=NOW, is_open=True, opened_at=NOW, heard_at=NOW)


def said(what: What = What.ACKNOWLEDGE, by: str = "anna", number: int = 1, **more: Any) -> Said:
    return replace(Said(f"{number}", what, by, NOW + 60 * SECOND, "Slack"), **more)


def taken(incident: Incident, *answers: Said) -> Incident:
    for each in answers:
        incident = take_in(incident, each, None).incident
    return incident


@pytest.mark.parametrize(
    ("now", "zone", "until"),
    [
        ("2026-11-23T07:59:59+00:00", UTC, "2026-11-23T08:00:00+00:00"),
        ("2026-11-23T08:00:00+00:00", UTC, "2026-11-24T08:00:00+00:00"),
        ("2026-11-23T06:59:59+00:00", STOCKHOLM, "2026-11-23T07:00:00+00:00"),
        ("2026-11-23T07:00:00+00:00", STOCKHOLM, "2026-11-24T07:00:00+00:00"),
        ("2026-10-24T20:00:00+00:00", STOCKHOLM, "2026-10-25T07:00:00+00:00"),  # clocks go back
        ("2026-03-28T20:00:00+00:00", STOCKHOLM, "2026-03-29T06:00:00+00:00"),  # and forward
    ],
)
def test_morning_is_eight_where_the_team_reads(now: str, zone: Any, until: str) -> None:
    found = morning(datetime.fromisoformat(now), zone)
    assert found.isoformat() == until


@pytest.mark.parametrize(
    ("what", "until"),
    [
        (What.ACKNOWLEDGE, None),
        (What.TAKE, None),
        (What.MUTE_HOUR, NOW + timedelta(hours=1)),
        (What.MUTE_MORNING, NOW.replace(day=24, hour=8, minute=0)),
    ],
)
def test_an_answer_is_kept_with_its_end(what: What, until: datetime | None) -> None:
    answer = Answer(id="x", what=what, by="anna", at=NOW, over="Slack", key="a")
    assert said_by(answer, UTC) == Said("x", what, "anna", NOW, "Slack", until)


@pytest.mark.parametrize(
    ("incident", "answer", "opened", "why"),
    [
        (OPEN, said(), None, ""),
        (OPEN, said(), opening(NOW), ""),
        (OPEN, said(), opening(NOW - SECOND), "that one was over, and it rang anew"),
        (replace(OPEN, is_open=False), said(), None, "it was over already"),
        (OPEN, said(at=NOW - 2 * SECOND), None, ""),  # clocks differ
        (OPEN, said(at=NOW - 2.001 * SECOND), None,
         "it was said before anybody had heard of that one"),
        (replace(OPEN, heard_at=NOW + 9 * SECOND), said(at=NOW), None,
         "it was said before anybody had heard of that one"),
        (replace(OPEN, heard_at=None), said(at=NOW - 3 * SECOND), None,
         "it was said before anybody had heard of that one"),
        (replace(OPEN, heard_at=None, opened_at=None), said(at=NOW - 3 * SECOND), None, ""),
    ],
)  # fmt: skip
def test_what_comes_too_late(
    incident: Incident, answer: Said, opened: str | None, why: str
) -> None:
    outcome = take_in(incident, answer, opened)
    assert (outcome.why, outcome.is_new) == (why, not why)
    assert outcome.incident.answers == (() if why else (answer,))


TAKE, ACK, HOUR = What.TAKE, What.ACKNOWLEDGE, What.MUTE_HOUR


@pytest.mark.parametrize(
    ("before", "answer", "why"),
    [
        ([said()], said(number=2, by="bo"), "anna had acknowledged it"),
        ([said(TAKE)], said(number=2, by="bo"), "anna had acknowledged it"),
        ([said(HOUR)], said(number=2, by="bo"), ""),
        ([said()], said(TAKE, number=2), ""),
        ([said(TAKE)], said(TAKE, number=2), "anna was on it"),
        ([said(TAKE)], said(TAKE, number=2, by="bo"), ""),
        ([said(TAKE), said(TAKE, "bo", 2)], said(TAKE, number=3), ""),
        ([said(HOUR)], said(HOUR, number=2), ""),
    ],
)
def test_what_is_no_news(before: list[Said], answer: Said, why: str) -> None:
    assert take_in(taken(OPEN, *before), answer, None).why == why


def test_the_same_answer_twice_is_one() -> None:
    once = taken(OPEN, said())
    again = take_in(replace(once, is_open=False), said(), None)
    assert (again.why, again.is_new, again.incident.answers) == ("", False, once.answers)


def test_twenty_are_kept_the_first_and_the_latest() -> None:
    many = [said(HOUR, number=number) for number in range(30)]
    found = taken(OPEN, *many)
    assert [each.id for each in found.answers] == ["0", *(f"{n}" for n in range(11, 30))]
    assert taken(OPEN, *many[:20]).answers == tuple(many[:20])


@pytest.mark.parametrize(
    ("answers", "answered"),
    [
        ((), False),
        ((said(),), True),
        ((said(TAKE),), True),
        ((said(HOUR, until=NOW + SECOND),), True),
        ((said(HOUR, until=NOW),), False),
        ((said(HOUR, until=NOW - SECOND), said()), True),
        ((said(HOUR, until=NOW + SECOND), said(HOUR, number=2, until=NOW)), False),
    ],
)
def test_whether_nobody_need_be_reminded(answers: tuple[Said, ...], *, answered: bool) -> None:
    assert is_answered(replace(OPEN, answers=answers), NOW) is answered
