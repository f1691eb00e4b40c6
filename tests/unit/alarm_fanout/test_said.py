"""What people answered, as messages say it, and what is offered to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alarm_fanout import said
from alarm_fanout.alert import Alert, Kind
from alarm_fanout.incident import Incident, NoticeKind
from alarm_fanout.notice import Notice
from alarm_fanout.routing import Router
from avatarwatch.alert_state import AlertState
from avatarwatch.answers import Said, What

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
ACK, TAKE, HOUR, MORNING = What.ACKNOWLEDGE, What.TAKE, What.MUTE_HOUR, What.MUTE_MORNING


def by(name: str, what: What = ACK, minutes: float = 3, *, until: float | None = None) -> Said:
    """Return what somebody said some minutes after it began, and until when."""
    ends = None if until is None else NOW + timedelta(minutes=until)
    at = NOW - timedelta(minutes=10) + timedelta(minutes=minutes)
    return Said(f"{name}{what}{minutes}", what, name, at, "Slack", ends)


def notice(*answers: Said, over: bool = False, kind: NoticeKind | None = None) -> Notice:
    state = AlertState.OK if over else AlertState.ALARM
    alert = Alert(Kind.METRIC, "pay", "pay", state, NOW)
    incident = Incident(
        key="pay", alert=alert, changed_at=NOW, is_open=not over, answers=answers,
        opened_at=NOW - timedelta(minutes=10), closed_at=NOW if over else None,
    )  # fmt: skip
    usual = NoticeKind.RECOVERED if over else NoticeKind.OPENED
    return Notice(kind or usual, alert.change_id, incident, Router("s", "", ()).route(alert), NOW)


def words(told: Notice) -> list[str]:
    """Return the lines with each instant as its minute."""
    found = said.lines(told, UTC)
    assert all((line.now, line.zone) == (NOW, UTC) for line in found)
    return [
        "".join(f"{part:%H:%M}" if isinstance(part, datetime) else part for part in line.parts)
        for line in found
    ]


@pytest.mark.parametrize(
    ("answers", "lines", "short"),
    [
        ((), [], ""),
        ((by("Anna"),), ["👀 Acknowledged by Anna at 10:08"], "acknowledged by Anna"),
        ((by("Anna", TAKE),), ["🙋 Anna is on it since 10:08"], "Anna is on it"),
        ((by("Anna"), by("Anna", TAKE, 4)), ["🙋 Anna is on it since 10:09"], "Anna is on it"),
        (
            (by("Anna"), by("Bo", TAKE, 4)),
            ["👀 Acknowledged by Anna at 10:08", "🙋 Bo is on it since 10:09"],
            "Bo is on it",
        ),
        (
            (by("Bo", TAKE), by("Cy", TAKE, 4)),
            ["👀 Acknowledged by Bo at 10:08", "🙋 Cy is on it since 10:09"],
            "Cy is on it",
        ),
        (
            (by("Anna", HOUR, until=1),), ["🔇 Muted by Anna until 10:16"], "muted until 10:16 UTC",
        ),
        ((by("Anna", HOUR, until=0),), [], ""),  # over as of now
        (
            (by("Anna"), by("Bo", HOUR, until=5), by("Cy", MORNING, until=9)),
            ["👀 Acknowledged by Anna at 10:08", "🔇 Muted by Cy until 10:24"],
            "acknowledged by Anna, muted until 10:24 UTC",
        ),
    ],
)  # fmt: skip
def test_who_said_what(answers: tuple[Said, ...], lines: list[str], short: str) -> None:
    assert words(notice(*answers)) == lines
    assert said.short(notice(*answers), UTC) == short


@pytest.mark.parametrize(
    ("answers", "lines"),
    [
        ((), []),
        ((by("Anna"),), ["Acknowledged by Anna after 3 min"]),
        ((by("Anna"), by("Anna", TAKE, 4)), ["Acknowledged by Anna after 3 min"]),
        ((by("Anna"), by("Bo", TAKE, 4)), ["Acknowledged by Anna after 3 min", "Bo was on it"]),
        ((by("Anna", HOUR, until=60),), []),
    ],
)
def test_what_a_recovery_says_of_it(answers: tuple[Said, ...], lines: list[str]) -> None:
    told = notice(*answers, over=True)
    assert words(told) == lines
    row = said.short(told, UTC)
    assert row == (lines[0].replace("Acknowledged", "acknowledged") if lines else "")
    unseen = replace(told, incident=replace(told.incident, opened_at=None))
    assert words(unseen) == [line.replace(" after 3 min", "") for line in lines]


@pytest.mark.parametrize(
    ("name", "over", "shown"),
    [
        ("Anna", "Slack", "Anna"),
        ("Anna", "PagerDuty", "Anna in PagerDuty"),
        (" Anna \n\t B ", "Slack", "Anna B"),
        (" ", "Slack", "somebody"),
        ("x" * 90, "Slack", "x" * 80),
    ],
)
def test_a_name_is_one_short_line(name: str, over: str, shown: str) -> None:
    answer = replace(by(name), over=over)
    assert said.short(notice(answer), UTC) == f"acknowledged by {shown}"


@pytest.mark.parametrize(
    ("answers", "offered"),
    [
        ((), (ACK, TAKE, HOUR, MORNING)),
        ((by("Anna"),), (TAKE, HOUR, MORNING)),
        ((by("Anna", TAKE),), (TAKE, HOUR, MORNING)),
        ((by("Anna", HOUR, until=1),), (ACK, TAKE)),
        ((by("Anna", HOUR, until=0),), (ACK, TAKE, HOUR, MORNING)),
    ],
)
def test_what_is_offered(answers: tuple[Said, ...], offered: tuple[What, ...]) -> None:
    assert said.offers(notice(*answers)) == offered
    assert said.offers(notice(*answers, over=True)) == ()
    event = notice(*answers, kind=NoticeKind.EVENT)
    assert said.offers(replace(event, incident=replace(event.incident, is_open=False))) == ()


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ("a", "a: over."),
        ("abcde", "a: over; b: over; c: over; d: over; e: over."),
        ("aabcdef", "a: over; b: over; c: over; d: over; e: over; and 1 more."),
        ("abcdefgh", "a: over; b: over; c: over; d: over; e: over; and 3 more."),
    ],
)
def test_who_pressed_in_vain_is_told_of_five_alerts(names: str, shown: str) -> None:
    told = said.did_nothing(What.MUTE_HOUR, [(name, "over") for name in names])
    assert told == f"“Mute 1 h” did nothing. {shown}"
