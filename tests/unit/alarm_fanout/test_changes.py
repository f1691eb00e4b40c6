"""What a change makes of an incident, field by field, and the moments at which it is another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alarm_fanout.alert import Alert, Crossing, Kind
from alarm_fanout.incident import (
    DeliveryRecord,
    DeliveryStatus,
    Incident,
    MessageRef,
    NoticeKind,
    NoticeRecord,
)
from alarm_fanout.observe import FlapPolicy, observe, settle
from avatarwatch.alert_state import AlertState
from avatarwatch.answers import Said, What
from avatarwatch.catalogue import Severity

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALARM, OK, INFO = AlertState.ALARM, AlertState.OK, AlertState.INFO
UNKNOWN = AlertState.INSUFFICIENT_DATA
FLAPS = FlapPolicy()
REF = {"slack": MessageRef("C", "1")}


def alert(state: AlertState, minutes: float = 0, **said: Any) -> Alert:
    return replace(Alert(Kind.METRIC, "a", "a", state, NOW + minutes * MINUTE), **said)


def known(state: AlertState = ALARM, **said: Any) -> Incident:
    at = alert(state)
    is_open = state is ALARM
    found = Incident(key="a", alert=at, changed_at=NOW, is_open=is_open, opened_at=NOW)
    return replace(found, **said)


def test_a_change_of_the_same_moment_is_no_earlier_one() -> None:
    assert observe(known(), alert(OK), FLAPS).news is NoticeKind.RECOVERED
    earlier = observe(known(), alert(OK, -0.001), FLAPS)
    assert (earlier.news, earlier.incident) == (None, known())


def test_an_event_of_before_is_told_and_moves_no_time_back() -> None:
    seen = observe(known(), alert(INFO, -5), FLAPS)
    assert (seen.news, seen.incident.changed_at) == (NoticeKind.EVENT, NOW)


@pytest.mark.parametrize(("apart", "flaps"), [(2.5, False), (2.499, True)])
def test_five_changes_within_ten_minutes_flap(apart: float, *, flaps: bool) -> None:
    incident: Incident | None = None
    told: list[NoticeKind | None] = []
    for number in range(5):
        seen = observe(incident, alert(OK if number % 2 else ALARM, apart * number), FLAPS)
        incident, told = seen.incident, [*told, seen.news]
    assert incident
    assert (told[-1] is NoticeKind.FLAPPING) is flaps
    assert incident.flapping_since == (NOW + 4 * apart * MINUTE if flaps else None)


def test_the_latest_five_changes_are_kept() -> None:
    incident: Incident | None = None
    for number in range(8):
        change = alert(OK if number % 2 else ALARM, 10 * number)
        incident = observe(incident, change, FLAPS).incident
    assert incident
    assert incident.changes == tuple(NOW + 10 * number * MINUTE for number in range(3, 8))


@pytest.mark.parametrize(
    ("period", "periods", "minutes"),
    [(60, 1, 10), (61, 1, 61 / 6), (60, 3, 30), (2160, 1, 360), (2161, 1, 360)],
)
def test_the_span_of_flapping_is_ten_times_what_is_looked_at(
    period: int, periods: int, minutes: float
) -> None:
    looked = Crossing((), None, None, period, periods, 1)
    within = FLAPS.within(alert(ALARM, crossing=looked))
    assert within == timedelta(minutes=minutes)
    flapping = known(alert=alert(ALARM, crossing=looked), flapping_since=NOW, changes=(NOW,))
    assert settle(flapping, NOW + within - timedelta(seconds=1), FLAPS) is None
    calm = settle(flapping, NOW + within, FLAPS)
    assert calm
    assert (calm.flapping_since, calm.changes) == (None, ())


def test_what_rings_begins_anew() -> None:
    before = known(
        OK, closed_at=NOW, reminded_at=NOW, heard_at=NOW, escalated_at=NOW, handed=("email",),
        answers=(Said("1", What.ACKNOWLEDGE, "anna", NOW, "Slack"),), refs=REF,
    )  # fmt: skip
    seen = observe(before, alert(ALARM, 60), FLAPS).incident
    assert seen.is_open
    assert seen.opened_at == seen.changed_at == NOW + 60 * MINUTE
    assert (seen.closed_at, seen.reminded_at, seen.heard_at, seen.escalated_at) == (None,) * 4
    assert (seen.handed, seen.answers) == ((), ())


DONE, PENDING = DeliveryStatus.DELIVERED, DeliveryStatus.PENDING


@pytest.mark.parametrize(
    ("kind", "states", "anew"),
    [
        (NoticeKind.RECOVERED, {"slack": DONE}, True),
        (NoticeKind.SETTLED, {"slack": DONE}, True),
        (NoticeKind.RECOVERED, {"slack": DONE, "email": PENDING}, True),  # e-mail has no place
        (NoticeKind.RECOVERED, {"slack": PENDING}, False),
        (NoticeKind.RECOVERED, {"email": DONE}, False),
        (NoticeKind.OPENED, {"slack": DONE}, False),
        (NoticeKind.REMINDER, {"slack": DONE}, False),
    ],
)
def test_a_message_that_says_it_is_over_is_left_so(
    kind: NoticeKind, states: dict[str, DeliveryStatus], *, anew: bool
) -> None:
    records = {name: DeliveryRecord(status) for name, status in states.items()}
    before = known(OK, refs=REF, notices=(NoticeRecord(kind, "c", records),))
    assert observe(before, alert(ALARM, 60), FLAPS).incident.refs == ({} if anew else REF)


def test_a_recovery_ends_what_was_open() -> None:
    seen = observe(known(), alert(OK, 7), FLAPS).incident
    assert (seen.is_open, seen.opened_at, seen.closed_at) == (False, NOW, NOW + 7 * MINUTE)
    unseen = observe(known(OK), alert(OK, 7, previous=ALARM), FLAPS).incident
    assert (unseen.opened_at, unseen.closed_at) == (None, NOW + 7 * MINUTE)


@pytest.mark.parametrize(
    ("before", "change", "news"),
    [
        (ALARM, {"suppressed": True}, NoticeKind.RECOVERED),  # it was told: so is its end
        (OK, {"suppressed": True, "previous": ALARM}, None),
        (OK, {"previous": UNKNOWN}, None),
    ],
)
def test_whose_end_is_told(before: AlertState, change: dict[str, Any], news: object) -> None:
    assert observe(known(before), alert(OK, 7, **change), FLAPS).news is news


@pytest.mark.parametrize(
    ("kind", "state", "summary", "news"),
    [
        (Kind.HEALTH, ALARM, "more", NoticeKind.UPDATED),
        (Kind.HEALTH, ALARM, "", None),
        (Kind.METRIC, ALARM, "more", None),
        (Kind.HEALTH, OK, "more", NoticeKind.RECOVERED),
    ],
)
def test_who_writes_more_of_what_is_open_is_told(
    kind: Kind, state: AlertState, summary: str, news: object
) -> None:
    before = known(alert=alert(ALARM, kind=kind))
    change = alert(state, 5, kind=kind, summary=summary)
    seen = observe(before, change, FLAPS)
    assert seen.news is news
    over = replace(before, is_open=False, alert=alert(OK, kind=kind))
    assert observe(over, change, FLAPS).news is not NoticeKind.UPDATED


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        (Severity.WARNING, Severity.CRITICAL, NoticeKind.UPDATED),
        (Severity.INFO, Severity.WARNING, NoticeKind.UPDATED),
        (Severity.CRITICAL, Severity.WARNING, None),
        (Severity.CRITICAL, Severity.CRITICAL, None),
        (None, Severity.CRITICAL, None),
        (Severity.WARNING, None, None),
    ],
)
def test_what_is_worse_than_it_was_told_is_told(
    before: Severity | None, after: Severity | None, news: object
) -> None:
    incident = known(alert=alert(ALARM, severity=before))
    seen = observe(incident, alert(ALARM, 5, severity=after), FLAPS)
    assert (seen.news, seen.incident.alert.severity) == (news, after)
    over = observe(incident, alert(OK, 5, severity=after), FLAPS)
    assert over.news is NoticeKind.RECOVERED


WAITS: dict[str, Any] = {"waits_until": NOW + 60 * MINUTE}


def test_a_new_alarm_waits_and_its_end_is_not_told() -> None:
    waiting = observe(None, alert(ALARM, **WAITS), FLAPS)
    assert (waiting.news, waiting.incident.is_open) == (None, False)
    over = observe(waiting.incident, alert(OK, 5, previous=ALARM), FLAPS)
    assert (over.news, over.incident.changed_at) == (None, NOW + 5 * MINUTE)
    silent = observe(waiting.incident, alert(UNKNOWN, 5, previous=ALARM), FLAPS)
    assert (silent.news, silent.incident.changed_at) == (None, NOW)
    assert silent.incident.alert.state is UNKNOWN
    rings = observe(waiting.incident, alert(ALARM, 5), FLAPS)
    assert rings.news is NoticeKind.OPENED


def test_what_rang_before_it_waited_ends_as_ever() -> None:
    open_one = known(alert=alert(ALARM, **WAITS))
    assert observe(open_one, alert(OK, 5), FLAPS).news is NoticeKind.RECOVERED


def test_no_data_leaves_what_is_known() -> None:
    assert observe(known(), alert(UNKNOWN, 5), FLAPS).incident == known()
    first = observe(None, alert(UNKNOWN, 5), FLAPS).incident
    assert first.changed_at < NOW - timedelta(days=365)
    assert not first.is_open


@pytest.mark.parametrize("kind", [NoticeKind.EVENT, NoticeKind.OPENED])
def test_a_copy_is_known_by_its_notice(kind: NoticeKind) -> None:
    change = alert(INFO if kind is NoticeKind.EVENT else ALARM, 3)
    before = known(OK, notices=(NoticeRecord(kind, change.change_id, {}),))
    seen = observe(before, change, FLAPS)
    assert (seen.repeated, seen.news) == (True, kind)
    assert seen.incident.alert == (change if kind is NoticeKind.EVENT else before.alert)
    other = observe(before, replace(change, changed_at=NOW + 4 * MINUTE), FLAPS)
    assert not other.repeated
