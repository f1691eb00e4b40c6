"""What a group keeps of an alert, and how many alerts of which length it has room for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alarm_fanout.alert import Alert, Child, Comparison, Crossing, Kind
from alarm_fanout.answered import take_in
from alarm_fanout.channels.slack.groups import (
    BYTES_LIMIT,
    GroupStore,
    fitting,
    group_of,
    key_of,
    member,
    opened,
    takes_more,
    waits,
)
from alarm_fanout.group import Family, Group, Member, Standing, families
from alarm_fanout.incident import Incident, MessageRef, NoticeKind
from alarm_fanout.notice import Notice
from alarm_fanout.routing import Router
from alarm_fanout.words import words
from avatarwatch.alert_state import AlertState
from avatarwatch.answers import Said, What, opening
from avatarwatch.catalogue import Severity
from avatarwatch.state_table.memory import MemoryDocumentStore
from fakes.world import SYSTEM
from unit.alarm_fanout import test_group

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
CROSSING = Crossing((), Comparison.LessThanThreshold, 5.0, 60, 1, 1, values=(3.0,))
ALERT = Alert(Kind.METRIC, "orders", "arn", AlertState.ALARM, NOW, region="eu-north-1",
              account="123456789012", crossing=CROSSING)  # fmt: skip


def notice(alert: Alert = ALERT, kind: NoticeKind = NoticeKind.OPENED, **said: Any) -> Notice:
    of_incident: dict[str, Any] = {"is_open": alert.state is AlertState.ALARM, "opened_at": NOW}
    incident = Incident(key="arn", alert=alert, changed_at=NOW, **(of_incident | said))
    route = Router("avatar-system", "https://r", ()).route(alert)
    return Notice(kind, alert.change_id, incident, route, NOW)


def row(told: Notice, *, answers: bool = True) -> Member:
    return member(told, words(told, replace(SYSTEM, answers=answers), "slack"), UTC)


def test_a_row_says_what_rings() -> None:
    made = row(notice())
    assert (made.key, made.title, made.value, made.number) == ("arn", "orders", "3", -3.0)
    assert (made.standing, made.severity, made.threshold) == (
        Standing.ONGOING, Severity.WARNING, "under 5",
    )  # fmt: skip
    assert (made.region, made.account) == ("eu-north-1", "123456789012")
    assert (made.changed_at, made.began_at, made.after, made.answered) == (NOW, NOW, "", "")
    assert made.opened == opening(NOW)
    assert row(notice(), answers=False).opened == ""


@pytest.mark.parametrize(
    ("change", "linked"),
    [
        ({}, True),
        ({"crossing": None}, False),
        ({"crossing": None, "children": (Child("arn", AlertState.ALARM),)}, True),
        ({"region": None}, False),
    ],
)
def test_a_row_leads_to_its_alarm(change: dict[str, Any], *, linked: bool) -> None:
    assert bool(row(notice(replace(ALERT, **change))).url) is linked


@pytest.mark.parametrize(
    ("kind", "state", "standing", "after"),
    [
        (NoticeKind.OPENED, AlertState.ALARM, Standing.ONGOING, ""),
        (NoticeKind.UPDATED, AlertState.ALARM, Standing.ONGOING, ""),
        (NoticeKind.ANSWERED, AlertState.ALARM, Standing.ONGOING, ""),
        (NoticeKind.EVENT, AlertState.INFO, Standing.EVENT, ""),
        (NoticeKind.FLAPPING, AlertState.ALARM, Standing.ONGOING, "flapping"),
        (NoticeKind.RECOVERED, AlertState.OK, Standing.OVER, "recovered"),
        (NoticeKind.SETTLED, AlertState.OK, Standing.OVER, "no longer flapping, recovered"),
    ],
)
def test_how_it_is(kind: NoticeKind, state: AlertState, standing: Standing, after: str) -> None:
    made = row(notice(replace(ALERT, state=state), kind))
    assert made.standing is standing
    assert made.after.startswith(after)
    assert bool(made.after) is bool(after)


def test_each_event_has_a_row_and_an_alarm_one() -> None:
    assert key_of(notice()) == "arn"
    first = notice(replace(ALERT, state=AlertState.INFO, stamp="1"), NoticeKind.EVENT)
    second = notice(replace(ALERT, state=AlertState.INFO, stamp="2"), NoticeKind.EVENT)
    assert len({"arn", key_of(first), key_of(second)}) == 3


def test_a_row_is_short() -> None:
    made = row(notice(replace(ALERT, title="t" * 90, summary="word\n" * 60, crossing=None)))
    assert made.title == "t" * 80
    assert made.sentence == " ".join(["word"] * 24)


def test_a_recovery_keeps_what_was_told_where_it_says_nothing_itself() -> None:
    over = replace(ALERT, state=AlertState.OK, crossing=None)
    told = notice(over, NoticeKind.RECOVERED, sentence="It failed.")
    assert row(told).sentence == "It failed."
    ringing = notice(replace(ALERT, crossing=None), sentence="It failed.")
    assert row(ringing).sentence == ""


def test_a_row_says_who_answered() -> None:
    ack = Said("1", What.ACKNOWLEDGE, "anna", NOW, "Slack")
    told = notice()
    answered = replace(told, incident=take_in(told.incident, ack, None).incident)
    assert row(answered).answered == "acknowledged by anna"


@pytest.mark.parametrize(
    ("ref", "group"),
    [(None, False), (MessageRef("C", "1"), False), (MessageRef("C", "1", group=True), True)],
)
def test_which_group_tells_it_already(ref: MessageRef | None, *, group: bool) -> None:
    told = notice(refs={"slack": ref} if ref else {})
    assert (group_of(told) is not None) is group


def test_groups_are_kept_by_where_their_message_stands() -> None:
    store = GroupStore(MemoryDocumentStore())
    one = opened([test_group.member("a")], NOW)
    store.save(MessageRef("C", "1"), one, NOW)
    assert store.load(MessageRef("C", "1")) == one
    assert store.load(MessageRef("C", "2")) is None
    assert store.load(MessageRef("D", "1")) is None


def size_of(group: Group) -> int:
    store = MemoryDocumentStore()
    GroupStore(store).save(MessageRef("C", "1"), group, NOW)
    [(_, text, _)] = store.items.values()
    return len(text.encode())


@pytest.mark.parametrize("over", [-1, 0])
def test_a_document_takes_more_until_it_is_full_to_the_byte(over: int) -> None:
    group = opened([test_group.member("a", sentence="")], NOW)
    room = BYTES_LIMIT + over - size_of(group)
    group = opened([test_group.member("a", sentence="x" * room)], NOW)
    assert size_of(group) == BYTES_LIMIT + over
    assert takes_more(group, NOW) is (over < 0)


@pytest.mark.parametrize(
    ("there", "more", "fit"), [(0, 501, 500), (499, 5, 1), (500, 5, 1), (498, 5, 2)]
)
def test_a_group_has_room_for_five_hundred_and_takes_one_at_least(
    there: int, more: int, fit: int
) -> None:
    group = opened([test_group.member(f"a{n}") for n in range(there)], NOW)
    assert fitting(group, [test_group.member(f"b{n}") for n in range(more)]) == fit


def test_a_wave_waits_its_six_seconds() -> None:
    group = opened([test_group.member("a")], NOW).as_shown(NOW)
    group = group.with_members([test_group.member("b")])
    for seconds, left in ((0, 6.0), (5.5, 0.5), (6, 0.0), (7, 0.0)):
        assert waits(group, NOW + timedelta(seconds=seconds)) == left


def plain(family: Family) -> str:
    return family.text.replace("\N{MULTIPLICATION SIGN}", "x")


TITLED = [("orders-db-1-cpu", "18"), ("orders-db-22-cpu", "19")]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (TITLED, "2 x orders-db-*-cpu over 10, worst 19"),
        (TITLED[:1], "orders-db-1-cpu 18, over 10"),
        ([("same", "3"), ("same", "2")], "2 x same over 10, worst 3"),
        ([("abcdef-x", "1"), ("abcdef-y", "2"), ("abcdef-z", "3")],
         "3 x abcdef-* over 10, worst 3"),
    ],
)  # fmt: skip
def test_what_a_family_has_in_common(rows: list[tuple[str, str]], text: str) -> None:
    [family] = families([
        test_group.member(f"{number}", title=title, value=value, number=float(value),
                          threshold="over 10")
        for number, (title, value) in enumerate(rows)
    ])  # fmt: skip
    assert plain(family) == text


def test_a_family_without_numbers_names_none_the_worst() -> None:
    rows = tuple(test_group.member(f"a{n}", value="") for n in range(2))
    assert plain(Family("a*", rows)) == "2 x a*"
    over = tuple(replace(each, standing=Standing.OVER, threshold="over 10") for each in rows)
    assert plain(Family("a*", over)) == "2 x a*"
    assert Family("a", over[:1]).text == "a0"


@pytest.mark.parametrize(
    ("titles", "count"),
    [
        (["abcd-1x", "abcd-2y"], 2),  # two are no family by their ends alone
        (["abcdef-x", "abcdef-y", "abcdef-z"], 1),
        (["abqqqq", "abrrrr", "absssss"], 3),  # most of a name differs
        (["abqqs", "abrrs", "abtts"], 1),
    ],
)
def test_names_that_begin_and_end_alike(titles: list[str], count: int) -> None:
    assert len(families([test_group.member(each) for each in titles])) == count
