"""Who may deliver what, and what is written of it, status by status."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.claiming import claim, hand_on, in_flight, known_now, mark, overtaken, untold
from alarm_fanout.incident import (
    ASIDE,
    DeliveryRecord,
    DeliveryStatus,
    Incident,
    MessageRef,
    NoticeKind,
    NoticeRecord,
)
from avatarwatch.alert_state import AlertState

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
LATER = NOW + timedelta(seconds=40)
DONE, PENDING, CLAIMED = DeliveryStatus.DELIVERED, DeliveryStatus.PENDING, DeliveryStatus.CLAIMED
REFUSED, OVER = DeliveryStatus.REFUSED, DeliveryStatus.OVERTAKEN


def incident(*notices: NoticeRecord, muted: bool = False) -> Incident:
    alert = Alert(Kind.METRIC, "a", "a", AlertState.ALARM, NOW)
    by = "m" if muted else None
    return Incident(
        key="a", alert=alert, changed_at=NOW, is_open=True, notices=notices, muted_by=by, held_by=by
    )


def notice(kind: NoticeKind, change: str, **states: DeliveryStatus) -> NoticeRecord:
    """Return a notice; a claim in it is in force."""
    return NoticeRecord(kind, change, {
        name: DeliveryRecord(status, LATER if status is CLAIMED else None)
        for name, status in states.items()
    })  # fmt: skip


def states(found: Incident, number: int = 0) -> dict[str, DeliveryStatus]:
    return {name: each.status for name, each in found.notices[number].deliveries.items()}


OPENED = NoticeKind.OPENED


@pytest.mark.parametrize(
    ("record", "is_open"),
    [
        (DeliveryRecord(PENDING), True),
        (DeliveryRecord(CLAIMED), True),
        (DeliveryRecord(CLAIMED, NOW), True),
        (DeliveryRecord(CLAIMED, LATER), False),
        (DeliveryRecord(DONE), False),
        (DeliveryRecord(REFUSED), False),
        (DeliveryRecord(OVER), False),
    ],
)
def test_what_somebody_may_send(record: DeliveryRecord, *, is_open: bool) -> None:
    assert record.is_open(NOW) is is_open


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_what_stands_aside_overtakes_nothing_and_leaves_what_is_held_back(kind: NoticeKind) -> None:
    waiting = notice(OPENED, "1", slack=PENDING, email=DONE, sms=CLAIMED, teams=REFUSED)
    found = claim(
        incident(waiting, muted=True), untold(kind, "2", ["slack"]), now=NOW, until=LATER
    ).incident  # fmt: skip
    aside = kind in ASIDE
    kept = aside or kind is NoticeKind.EVENT
    assert states(found) == {
        "slack": PENDING if kept else OVER, "email": DONE,
        "sms": CLAIMED if kept else OVER, "teams": REFUSED,
    }  # fmt: skip
    assert (found.muted_by, found.held_by) == (("m", "m") if aside else (None, None))
    assert states(found, 1) == {"slack": CLAIMED}
    assert found.notices[1].deliveries["slack"].until == LATER


def test_what_is_known_is_claimed_as_it_stands_and_overtakes_nothing() -> None:
    known = notice(OPENED, "1", slack=PENDING, email=DONE, sms=CLAIMED)
    other = notice(NoticeKind.UPDATED, "0", slack=PENDING)
    taken = claim(
        incident(other, known), untold(OPENED, "1", ["slack", "teams"]), now=NOW, until=LATER
    )  # fmt: skip
    assert (taken.mine, taken.busy, taken.again) == (frozenset({"slack"}), True, False)
    assert states(taken.incident) == {"slack": PENDING}
    assert states(taken.incident, 1) == {"slack": CLAIMED, "email": DONE, "sms": CLAIMED}
    late = claim(taken.incident, known, now=LATER, until=LATER + timedelta(seconds=40))
    assert (late.mine, late.busy, late.again) == (frozenset({"slack", "sms"}), False, True)


@pytest.mark.parametrize(
    ("kind", "status", "waits"),
    [
        (OPENED, CLAIMED, True),
        (OPENED, PENDING, False),
        (OPENED, DONE, False),
        (NoticeKind.ANSWERED, CLAIMED, True),
        (NoticeKind.EVENT, CLAIMED, False),
    ],
)
def test_what_is_being_sent_is_waited_for(
    kind: NoticeKind, status: DeliveryStatus, *, waits: bool
) -> None:
    found = incident(notice(kind, "1", email=DONE, slack=status))
    assert in_flight(found, "recovered:2", NOW) is waits
    assert not in_flight(found, "recovered:2", LATER)
    assert not in_flight(found, f"{kind}:1", NOW)


def test_an_outcome_is_written_beside_the_others() -> None:
    found = incident(notice(OPENED, "1", slack=CLAIMED, email=PENDING))
    ref = MessageRef("C", "1")
    told = mark(found, "opened:1", {"slack": DONE}, ("slack", ref), now=NOW)
    assert told.notices[0].deliveries == {
        "slack": DeliveryRecord(DONE), "email": DeliveryRecord(PENDING),
    }  # fmt: skip
    assert told.refs == {"slack": ref}
    again = mark(told, "opened:1", {"email": DONE}, ("email", ref))
    assert set(again.refs) == {"slack", "email"}
    assert mark(found, "opened:1", {"teams": DONE}).notices[0].deliveries["teams"].status is DONE


def test_since_when_it_is_put_off_and_that_nobody_knows_are_kept() -> None:
    found = incident(notice(OPENED, "1", slack=CLAIMED))
    first = mark(found, "opened:1", {"slack": PENDING}, unknown=True, now=NOW)
    assert first.notices[0].deliveries["slack"] == DeliveryRecord(PENDING, unknown=True, since=NOW)
    later = mark(first, "opened:1", {"slack": PENDING}, now=LATER)
    assert later.notices[0].deliveries == first.notices[0].deliveries
    done = mark(later, "opened:1", {"slack": DONE}, now=LATER)
    assert done.notices[0].deliveries["slack"] == DeliveryRecord(DONE, unknown=True, since=NOW)


def test_what_another_tells_in_its_place_is_added_once() -> None:
    found = incident(notice(OPENED, "1", slack=PENDING))
    handed = hand_on(found, "opened:1", {"email": "why", "slack": "never"})
    assert handed.notices[0].deliveries == {
        "slack": DeliveryRecord(PENDING), "email": DeliveryRecord(PENDING, instead="why"),
    }  # fmt: skip
    assert handed.handed == ("email",)
    marked = mark(handed, "opened:1", {"email": DONE})
    assert hand_on(marked, "opened:1", {"email": "again"}) == marked
    more = hand_on(marked.with_notice(notice(OPENED, "2", slack=PENDING)), "opened:2",
                   {"sms": "b", "email": "a"})  # fmt: skip
    assert more.handed == ("email", "sms")
    assert hand_on(found, "opened:9", {"email": "why"}) == found


def test_a_stand_in_becomes_the_channels_that_there_are() -> None:
    found = incident(notice(OPENED, "1", chat=PENDING, email=DONE, slack=DONE))
    known = known_now(found, "opened:1", {"chat": ["slack", "teams"], "page": ["pagerduty"]})
    assert states(known) == {"slack": PENDING, "teams": PENDING, "email": DONE}
    assert known_now(found, "opened:1", {"page": ["pagerduty"]}) == found
    assert known_now(found, "opened:9", {"chat": ["slack"]}) == found
    assert states(known_now(found, "opened:1", {"chat": []})) == {"email": DONE, "slack": DONE}


def test_only_the_notices_that_are_meant_are_overtaken() -> None:
    one, two = (notice(OPENED, n, slack=PENDING, email=CLAIMED, sms=REFUSED) for n in "12")
    found = overtaken(incident(one, two), {"opened:2"})
    assert states(found) == {"slack": PENDING, "email": CLAIMED, "sms": REFUSED}
    assert states(found, 1) == {"slack": OVER, "email": OVER, "sms": REFUSED}
    assert found.notices[1].deliveries["email"].until is None
