"""An incident's life: which changes are news, and who may tell them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from alarm_fanout.alert import Alert, Comparison, Crossing, Kind
from alarm_fanout.claiming import claim, in_flight, mark, untold
from alarm_fanout.incident import (
    ASIDE,
    KEPT_NOTICES,
    UNFINISHED_NOTICES,
    DeliveryRecord,
    DeliveryStatus,
    Incident,
    MessageRef,
    NoticeKind,
    NoticeRecord,
)
from alarm_fanout.observe import FlapPolicy, observe, settle
from avatarwatch.alert_state import AlertState

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
UNTIL = NOW + timedelta(seconds=40)
SLACK, EMAIL = "slack", "email"
ALARM, OK = AlertState.ALARM, AlertState.OK
INFO, UNKNOWN = AlertState.INFO, AlertState.INSUFFICIENT_DATA
FLAPS = FlapPolicy()


def alert(state: AlertState, minutes: float = 0, previous: AlertState | None = None) -> Alert:
    at = NOW + timedelta(minutes=minutes)
    return Alert(Kind.METRIC, "payments", "arn", state, at, previous=previous)


def after(*alerts: Alert) -> Incident:
    """Return the incident after changes, each claimed as the intake does."""
    incident: Incident | None = None
    for each in alerts:
        seen = observe(incident, each, FLAPS)
        incident = seen.incident
        if seen.news:
            notice = untold(seen.news, each.change_id, [SLACK, EMAIL])
            incident = claim(incident, notice, now=NOW, until=UNTIL).incident
            incident = mark(
                incident, notice.id, dict.fromkeys((SLACK, EMAIL), DeliveryStatus.DELIVERED)
            )
    assert incident
    return incident


def news(known: Incident | None, change: Alert) -> NoticeKind | None:
    return observe(known, change, FLAPS).news


@pytest.mark.parametrize(
    ("before", "change", "told"),
    [
        ([], alert(ALARM), NoticeKind.OPENED),
        ([], alert(OK), None),
        ([], alert(OK, previous=UNKNOWN), None),
        ([], alert(OK, previous=ALARM), NoticeKind.RECOVERED),
        ([], alert(UNKNOWN, previous=ALARM), None),
        ([], alert(INFO), NoticeKind.EVENT),
        ([alert(ALARM)], alert(ALARM, 1), None),
        ([alert(ALARM)], alert(OK, 1), NoticeKind.RECOVERED),
        ([alert(ALARM)], alert(OK, 1, UNKNOWN), NoticeKind.RECOVERED),
        ([alert(ALARM)], alert(UNKNOWN, 1), None),
        ([alert(ALARM)], alert(INFO, 1), NoticeKind.EVENT),
        ([alert(ALARM), alert(OK, 1)], alert(OK, 2), None),
        ([alert(ALARM), alert(OK, 1)], alert(ALARM, 2), NoticeKind.OPENED),
        ([alert(ALARM, 5)], alert(OK, 1, ALARM), None),
        ([alert(ALARM, 5)], alert(INFO, 1), NoticeKind.EVENT),
        ([alert(UNKNOWN, 5)], alert(ALARM, 1), NoticeKind.OPENED),
    ],
)
def test_what_is_news(before: list[Alert], change: Alert, told: NoticeKind | None) -> None:
    assert news(after(*before) if before else None, change) is told


def test_the_times_of_an_incident() -> None:
    incident = after(alert(ALARM), alert(OK, 7))
    assert (incident.opened_at, incident.closed_at) == (NOW, NOW + timedelta(minutes=7))
    assert not incident.is_open
    again = after(alert(ALARM), alert(OK, 7), alert(ALARM, 60))
    assert (again.opened_at, again.closed_at) == (NOW + timedelta(hours=1), None)


@pytest.mark.parametrize("aside", [None, *sorted(ASIDE)])
def test_what_was_told_over_rings_by_a_new_message_whatever_stands_beside(
    aside: NoticeKind | None,
) -> None:
    told = replace(after(alert(ALARM), alert(OK, 7)), refs={SLACK: MessageRef("C1", "1.1")})
    if aside:
        told = told.with_notice(untold(aside, "said", [SLACK]))
    assert observe(told, alert(ALARM, 60), FLAPS).incident.refs == {}


def test_a_suppressed_alarm_is_quiet_until_it_is_not_suppressed() -> None:
    quiet = observe(None, replace(alert(ALARM), suppressed=True), FLAPS)
    assert quiet.news is None
    assert not quiet.incident.is_open
    assert news(quiet.incident, alert(ALARM, 5, ALARM)) is NoticeKind.OPENED
    assert news(quiet.incident, replace(alert(OK, 5, ALARM), suppressed=True)) is None


def test_flapping_is_told_once_and_settles() -> None:
    changes = [alert(OK if number % 2 else ALARM, number) for number in range(8)]
    kinds = []
    incident: Incident | None = None
    for change in changes:
        seen = observe(incident, change, FLAPS)
        incident = seen.incident
        kinds.append(seen.news)
    assert incident
    assert kinds[4:] == [NoticeKind.FLAPPING, None, None, None]
    assert settle(incident, NOW + timedelta(minutes=16), FLAPS) is None
    calm = settle(incident, NOW + timedelta(minutes=17), FLAPS)
    assert calm
    assert calm.flapping_since is None
    assert settle(calm, NOW + timedelta(hours=1), FLAPS) is None


def crossing(period: int, periods: int) -> Crossing:
    return Crossing((), Comparison.GreaterThanThreshold, 1.0, period, periods, periods)


def flapped_after(minutes: Sequence[float], period: int, periods: int) -> list[int]:
    """Return which of the changes at these minutes was told as flapping."""
    incident, told = None, []
    for number, minute in enumerate(minutes):
        change = alert(OK if number % 2 else ALARM, minute)
        seen = observe(incident, replace(change, crossing=crossing(period, periods)), FLAPS)
        incident = seen.incident
        told += [number] if seen.news is NoticeKind.FLAPPING else []
    return told


@given(st.lists(st.integers(300, 600), min_size=5, max_size=12))
def test_an_alarm_of_five_minutes_flaps_that_changes_every_five_to_ten(gaps: list[int]) -> None:
    minutes = [seconds / 60 for seconds in accumulate(gaps)]
    assert flapped_after(minutes, 300, 1) == [4]


@pytest.mark.parametrize(
    ("period", "periods", "apart", "told"),
    [
        (60, 1, 2.4, [4]),  # as of an alert that tells no period
        (60, 1, 2.6, []),
        (10, 1, 2.4, [4]),
        (60, 3, 7, [4]),
        (60, 3, 8, []),
        (300, 1, 13, []),
        (300, 3, 30, [4]),  # twelve changes of one outage of six hours
        (3600, 1, 80, [4]),
        (3600, 1, 100, []),
        (86_400, 1, 24 * 60, []),  # one message a day is no noise
    ],
)
def test_what_flaps_is_judged_by_what_the_alarm_looks_at(
    period: int, periods: int, apart: float, told: list[int]
) -> None:
    assert flapped_after([apart * number for number in range(7)], period, periods) == told


@pytest.mark.parametrize(
    ("period", "periods", "minutes"), [(0, 0, 10), (60, 1, 10), (300, 3, 150), (86_400, 1, 360)]
)
def test_it_has_settled_after_as_long(period: int, periods: int, minutes: int) -> None:
    changed = replace(alert(ALARM), crossing=crossing(period, periods))
    flaps = replace(opened(), alert=changed, flapping_since=NOW, changes=(NOW,) * 5)
    assert settle(flaps, NOW + timedelta(minutes=minutes - 1), FLAPS) is None
    assert settle(flaps, NOW + timedelta(minutes=minutes), FLAPS)


def test_a_copy_that_tells_no_period_hides_no_flapping() -> None:
    incident: Incident | None = None
    told: list[NoticeKind | None] = []
    for number in range(6):
        change = alert(OK if number % 2 else ALARM, 8 * number)
        if change.state is ALARM:
            change = replace(change, crossing=crossing(300, 1))
        seen = observe(incident, change, FLAPS)
        incident, told = seen.incident, [*told, seen.news]
    assert told[4] is NoticeKind.FLAPPING


def test_slow_changes_do_not_flap() -> None:
    changes = [alert(OK if number % 2 else ALARM, 3 * number) for number in range(12)]
    assert after(*changes).flapping_since is None


def test_a_copy_of_any_change_changes_nothing_and_is_known() -> None:
    changes = [alert(ALARM), alert(OK, 1), alert(ALARM, 2)]
    incident = after(*changes)
    for change in changes:
        seen = observe(incident, change, FLAPS)
        assert seen.incident == incident
        assert seen.repeated


@given(st.permutations(range(6)))
def test_in_any_order_the_last_state_is_the_latest_change_s(order: list[int]) -> None:
    changes = [alert(OK if number % 2 else ALARM, 4 * number, ALARM) for number in range(6)]
    incident = after(*(changes[number] for number in order))
    assert incident.changed_at == changes[-1].changed_at
    assert not incident.is_open


# notices that are kept


statuses = st.sampled_from(DeliveryStatus)
records = st.lists(
    st.tuples(st.sampled_from(NoticeKind), statuses), min_size=1, max_size=UNFINISHED_NOTICES
)


def with_notices(found: Sequence[tuple[NoticeKind, DeliveryStatus]]) -> Incident:
    incident = opened()
    for number, (kind, status) in enumerate(found):
        record = NoticeRecord(kind, f"c{number}", {SLACK: DeliveryRecord(status)})
        incident = incident.with_notice(record)
    return incident


@given(records)
def test_what_is_unfinished_is_never_forgotten(
    found: list[tuple[NoticeKind, DeliveryStatus]],
) -> None:
    kept = with_notices(found).notices
    unfinished = {DeliveryStatus.PENDING, DeliveryStatus.CLAIMED}
    changes = [notice.change_id for notice in kept]
    must = [f"c{number}" for number, (_, status) in enumerate(found) if status in unfinished]
    assert [change for change in changes if change in must] == must
    assert kept[-1].change_id == f"c{len(found) - 1}"
    assert changes == sorted(changes, key=lambda change: int(change[1:]))
    assert len(kept) <= max(KEPT_NOTICES, len(must) + 1)


def test_what_stood_aside_is_forgotten_first() -> None:
    done = DeliveryStatus.DELIVERED
    answers = [(NoticeKind.ANSWERED, done)] * 12
    kept = with_notices([(NoticeKind.OPENED, done), (NoticeKind.UPDATED, done), *answers]).notices
    assert [notice.kind for notice in kept[:2]] == [NoticeKind.OPENED, NoticeKind.UPDATED]
    assert len(kept) == KEPT_NOTICES


def test_a_document_holds_so_many_that_are_unfinished() -> None:
    waiting = [(NoticeKind.EVENT, DeliveryStatus.PENDING)] * 300
    assert len(with_notices(waiting).notices) == UNFINISHED_NOTICES


# claims


BOTH, NONE = frozenset({SLACK, EMAIL}), frozenset[str]()


def opened() -> Incident:
    return observe(None, alert(ALARM), FLAPS).incident


NOTICE = untold(NoticeKind.OPENED, "c1", [SLACK, EMAIL])


def test_a_notice_belongs_to_who_claims_it_first() -> None:
    first = claim(opened(), NOTICE, now=NOW, until=UNTIL)
    assert (first.mine, first.busy, first.again) == (BOTH, False, False)
    second = claim(first.incident, NOTICE, now=NOW, until=UNTIL)
    assert (second.mine, second.busy) == (NONE, True)


def test_an_expired_claim_is_taken_over() -> None:
    first = claim(opened(), NOTICE, now=NOW, until=UNTIL)
    late = claim(first.incident, NOTICE, now=UNTIL, until=UNTIL + timedelta(seconds=40))
    assert (late.mine, late.busy, late.again) == (BOTH, False, True)


@pytest.mark.parametrize("status", [DeliveryStatus.DELIVERED, DeliveryStatus.REFUSED])
def test_what_is_settled_is_not_claimed_again(status: DeliveryStatus) -> None:
    first = claim(opened(), NOTICE, now=NOW, until=UNTIL)
    marked = mark(first.incident, NOTICE.id, {SLACK: status, EMAIL: DeliveryStatus.PENDING})
    again = claim(marked, NOTICE, now=NOW, until=UNTIL)
    assert (again.mine, again.busy, again.again) == (frozenset({EMAIL}), False, False)


def test_later_news_overtakes_what_was_not_told() -> None:
    first = mark(
        claim(opened(), NOTICE, now=NOW, until=UNTIL).incident,
        NOTICE.id,
        {SLACK: DeliveryStatus.PENDING, EMAIL: DeliveryStatus.DELIVERED},
    )
    later = untold(NoticeKind.RECOVERED, "c2", [SLACK, EMAIL])
    told = claim(first, later, now=NOW, until=UNTIL).incident
    assert told.notices[0].deliveries == {
        SLACK: DeliveryRecord(DeliveryStatus.OVERTAKEN),
        EMAIL: DeliveryRecord(DeliveryStatus.DELIVERED),
    }
    assert not claim(told, NOTICE, now=NOW, until=UNTIL).mine


def test_an_event_overtakes_nothing() -> None:
    first = mark(
        claim(opened(), NOTICE, now=NOW, until=UNTIL).incident,
        NOTICE.id,
        {SLACK: DeliveryStatus.PENDING},
    )
    event = untold(NoticeKind.EVENT, "c2", [SLACK])
    told = claim(first, event, now=NOW, until=UNTIL).incident
    assert told.notices[0].deliveries[SLACK].status is DeliveryStatus.PENDING


def test_what_is_being_told_is_in_flight_for_others_until_its_claim_expires() -> None:
    incident = claim(opened(), NOTICE, now=NOW, until=UNTIL).incident
    assert in_flight(incident, "recovered:c2", NOW)
    assert not in_flight(incident, NOTICE.id, NOW)
    assert not in_flight(incident, "recovered:c2", UNTIL)


def test_only_the_latest_notices_are_kept_and_a_forgotten_one_is_marked_in_vain() -> None:
    incident = opened()
    for number in range(KEPT_NOTICES + 2):
        notice = untold(NoticeKind.EVENT, f"c{number}", [SLACK])
        incident = claim(incident, notice, now=NOW, until=UNTIL).incident
        incident = mark(incident, notice.id, {SLACK: DeliveryStatus.DELIVERED})
    assert [notice.change_id for notice in incident.notices] == [
        f"c{number}" for number in range(2, KEPT_NOTICES + 2)
    ]
    assert mark(incident, "event:c0", {SLACK: DeliveryStatus.DELIVERED}) == incident


def test_an_incident_survives_its_document() -> None:
    incident = mark(
        after(alert(ALARM), alert(OK, 3)),
        "recovered:OK@2026-11-23T10:18:00.000+00:00",
        {SLACK: DeliveryStatus.DELIVERED},
        (SLACK, MessageRef("C1", "1.2", group=True)),
    )
    adapter = TypeAdapter(Incident)
    assert adapter.validate_json(adapter.dump_json(incident)) == incident
    assert incident.refs[SLACK].group
