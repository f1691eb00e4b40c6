"""What becomes of a notice: counted, written down, and handed on where a channel fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.channels.base import Deferred, Delivered, Outcome, Receipt, Refused, Urgency
from alarm_fanout.claiming import claim, untold
from alarm_fanout.deadline import Deadline
from alarm_fanout.delivery import Delivery, Place, Tally
from alarm_fanout.incident import DeliveryStatus, Incident, MessageRef, NoticeKind
from alarm_fanout.ledger import Ledger
from alarm_fanout.news import Task
from alarm_fanout.notice import Notice
from alarm_fanout.routing import Router
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import ChannelKind
from avatarwatch.state_table.documents import ConflictError
from avatarwatch.state_table.memory import MemoryDocumentStore
from fakes.world import SYSTEM

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Scripted:
    """A channel that answers by a script, a notice at a time; then it raises ``error``."""

    name: str
    said: list[Receipt] = field(default_factory=list)
    error: Exception | None = None
    kind: ChannelKind = ChannelKind.CHAT
    urgency: Urgency = Urgency.TELLS
    label: str = "the channel"
    place: str = ""
    told: list[str] = field(default_factory=list)

    def destination(self, notice: Notice) -> str:
        del notice
        return self.place

    def deliver(self, notices: Sequence[Notice], deadline: Deadline) -> Iterator[Outcome]:
        assert deadline.left
        for notice, receipt in zip(notices, self.said, strict=False):
            self.told.append(notice.incident.key)
            yield [notice], receipt
        if self.error:
            raise self.error
        for notice in notices[len(self.said) :]:
            self.told.append(notice.incident.key)
            yield [notice], Delivered()


def task(key: str, *channels: str, ago: float = 0, kind: NoticeKind = NoticeKind.OPENED) -> Task:
    alert = Alert(Kind.METRIC, key, key, AlertState.ALARM, NOW - ago * MINUTE)
    incident = Incident(key=key, alert=alert, changed_at=alert.changed_at, is_open=True)
    notice = untold(kind, alert.change_id, channels)
    taken = claim(incident, notice, now=NOW, until=NOW + MINUTE)
    route = Router("s", "", ()).route(alert)
    return Task(Notice(kind, notice.change_id, taken.incident, route, NOW), taken.mine)


@dataclass(slots=True)
class Desk:
    """Delivers tasks over channels, and knows what was written down."""

    store: Any = field(default_factory=MemoryDocumentStore)

    def deliver(self, tasks: Sequence[Task], *channels: Scripted) -> Tally:
        named = cast("Any", {each.name: each for each in channels})
        deadline = Deadline(lambda: 30_000)
        return Delivery(Ledger(self.store), named, SYSTEM, deadline).deliver(tasks)

    def kept(self, key: str) -> Incident:
        return Ledger(self.store).load([key])[key]

    def status(self, key: str) -> dict[str, DeliveryStatus]:
        [notice] = self.kept(key).notices
        return {name: state.status for name, state in notice.deliveries.items()}


DONE, PENDING, REFUSED = DeliveryStatus.DELIVERED, DeliveryStatus.PENDING, DeliveryStatus.REFUSED


def test_what_a_channel_raises_puts_off_what_it_has_not_told() -> None:
    desk = Desk()
    chat = Scripted("slack", [Delivered()], RuntimeError("a bug"))
    page = Scripted("pagerduty")
    tasks = [task(key, "slack", "pagerduty") for key in "abc"]
    tally = desk.deliver(tasks, chat, page)
    assert tally.delivered == {"slack": 1, "pagerduty": 3}
    assert tally.deferred == {"b": 60.0, "c": 60.0}
    assert tally.reasons == {"slack": "RuntimeError in slack"}
    assert desk.status("a") == {"slack": DONE, "pagerduty": DONE}
    assert desk.status("b") == {"slack": PENDING, "pagerduty": DONE}


@pytest.mark.parametrize(
    "error", [ConflictError("lost"), EndpointConnectionError(endpoint_url="https://dynamodb")]
)
def test_without_the_table_nothing_more_is_sent(error: Exception) -> None:
    page = Scripted("pagerduty")
    with pytest.raises(type(error)):
        Desk().deliver([task("a", "slack", "pagerduty")], Scripted("slack", [], error), page)
    assert page.told == []


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_channels_tell_in_the_order_of_their_urgency(names: tuple[str, ...]) -> None:
    order: list[str] = []

    @dataclass(slots=True)
    class Noting(Scripted):
        def deliver(self, notices: Sequence[Notice], deadline: Deadline) -> Iterator[Outcome]:
            order.append(self.name)
            yield from Scripted.deliver(self, notices, deadline)

    made = {
        "a": Noting("email", urgency=Urgency.RECORDS), "b": Noting("sms", urgency=Urgency.WAKES),
    }  # fmt: skip
    Desk().deliver([task("x", "email", "sms")], *(made[each] for each in names))
    assert order == ["sms", "email"]


def test_each_is_counted_by_message_and_place() -> None:
    chat = Scripted("slack", [Delivered(), Refused("is_archived", everywhere=False)], place="#a")
    page = Scripted("pagerduty", [Refused("invalid key")], place="#x")
    tally = Desk().deliver([task("a", "slack"), task("b", "slack"), task("c", "pagerduty")],
                           chat, page)  # fmt: skip
    assert (tally.delivered, tally.messages) == ({"slack": 1}, {"slack": 1})
    assert tally.working == {Place("slack"), Place("slack", "#a")}
    assert tally.refused == {
        Place("slack", "#a"): "is_archived", Place("pagerduty"): "invalid key",
    }  # fmt: skip
    assert [str(place) for place in sorted(tally.refused)] == ["pagerduty", "slack #a"]


def test_two_alerts_of_one_message_are_two() -> None:
    class Together(Scripted):
        def deliver(self, notices: Sequence[Notice], deadline: Deadline) -> Iterator[Outcome]:
            del deadline
            yield notices, Delivered()

    tally = Desk().deliver([task("a", "slack"), task("b", "slack")], Together("slack"))
    assert (tally.delivered, tally.messages) == ({"slack": 2}, {"slack": 1})


def test_what_waits_is_counted_with_the_longest_of_each() -> None:
    chat = Scripted("slack", [Deferred(5, "busy"), Deferred(30, "down"), Deferred(7, "busy")])
    page = Scripted("pagerduty", [Deferred(9, "no answer")])
    both = task("a", "slack", "pagerduty", ago=2)
    tally = Desk().deliver([both, task("b", "slack", ago=7), task("c", "slack")], chat, page)
    assert tally.deferred == {"a": 9, "b": 30, "c": 7}
    assert tally.waits == {"slack": 420.0, "pagerduty": 120.0}
    assert tally.reasons == {"slack": "busy", "pagerduty": "no answer"}
    assert tally.delivered == {}


@pytest.mark.parametrize(
    ("since", "turn", "due"),
    [(0, False, 600.0), (9, False, 60.0), (10, False, None), (0, True, 5.0), (10, True, 5.0)],
)
def test_what_waits_is_due_when_its_turn_comes_or_another_takes_over(
    since: float, *, turn: bool, due: float | None
) -> None:
    waiting = task("a", "slack")
    record = waiting.notice.record
    assert record
    known = replace(record.deliveries["slack"], since=NOW - since * MINUTE if since else None)
    kept = waiting.notice.incident.with_notice(replace(record, deliveries={"slack": known}))
    waiting = replace(waiting, notice=replace(waiting.notice, incident=kept))
    desk = Desk()
    tally = desk.deliver([waiting], Scripted("slack", [Deferred(5.0, "busy", turn=turn)]))
    assert tally.due == ({} if due is None else {"a": due})
    [notice] = desk.kept("a").notices
    assert notice.deliveries["slack"].since == (NOW - since * MINUTE)


def test_who_is_looked_at_first_counts() -> None:
    tally = Tally()
    for seconds in (9.0, 5.0, 7.0):
        tally.comes_due("a", seconds)
    tally.comes_due("b", 8.0)
    assert tally.due == {"a": 5.0, "b": 8.0}


def email(**said: Any) -> Scripted:
    usual: dict[str, Any] = {"kind": ChannelKind.MAIL, "urgency": Urgency.RECORDS,
                             "label": "e-mail"}  # fmt: skip
    return Scripted("email", **(usual | said))


@pytest.mark.parametrize("unknown", [False, True])
def test_what_is_refused_goes_by_email_once(*, unknown: bool) -> None:
    desk, mail = Desk(), email()
    refusing = Scripted("slack", [Refused("no", unknown=unknown)] * 2)
    paging = Scripted("pagerduty", [Refused("no")] * 2, urgency=Urgency.WAKES)
    both = task("a", "slack", "pagerduty")
    has_it = task("b", "slack", "email")
    desk.deliver([both, has_it], refusing, paging, mail)
    assert sorted(mail.told) == ["a", "b"]
    assert desk.status("a") == {"slack": REFUSED, "pagerduty": REFUSED, "email": DONE}
    [notice] = desk.kept("a").notices
    assert notice.deliveries["email"].instead == (
        "The channel does not take this message; this came by e-mail."
    )
    assert desk.kept("a").handed == ("email",)
    assert desk.kept("b").handed == ()


def test_what_may_have_been_taken_says_so() -> None:
    desk = Desk()
    desk.deliver([task("a", "slack")], Scripted("slack", [Refused("?", unknown=True)]), email())
    [notice] = desk.kept("a").notices
    assert notice.deliveries["email"].instead.startswith("The channel may have taken this message")


def test_what_was_sent_twice_without_an_answer_is_given_up() -> None:
    desk, lost = Desk(), Deferred(30.0, "no answer", unknown=True)
    first = task("a", "slack")
    desk.deliver([first], Scripted("slack", [lost]), email())
    assert desk.status("a") == {"slack": PENDING}
    again = replace(first, notice=replace(first.notice, incident=desk.kept("a")))
    tally = desk.deliver([again], Scripted("slack", [lost], place="#a"), email())
    assert desk.status("a") == {"slack": REFUSED, "email": DONE}
    said = "no answer, twice: it may have it all the same"
    assert tally.refused == {Place("slack", "#a"): said}


def test_a_channel_that_is_not_there_is_counted_and_email_tells() -> None:
    desk, mail = Desk(), email()
    tally = desk.deliver([task("a", "teams")], mail)
    assert (tally.unserved, tally.refused) == ([("a", "teams")], {})
    assert mail.told == ["a"]
    [notice] = desk.kept("a").notices
    assert notice.deliveries["email"].instead.startswith("Teams does not take this message")


def test_without_email_nothing_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    tally = desk.deliver([task("a", "email")])
    assert (tally.unserved, tally.deferred) == ([("a", "email")], {})
    assert Ledger(desk.store).load(["a"]) == {}  # still claimed: it comes back by itself
    assert "nobody delivers" in caplog.messages


REF = MessageRef("C1", "1.5")


@pytest.mark.parametrize(
    ("kind", "keeps", "heard", "reminded", "line"),
    [
        (NoticeKind.OPENED, True, True, True, True),
        (NoticeKind.FLAPPING, True, True, False, False),
        (NoticeKind.SETTLED, True, True, False, False),
        (NoticeKind.REMINDER, True, False, True, False),
        (NoticeKind.RECOVERED, True, False, False, False),
        (NoticeKind.EVENT, False, False, False, False),
    ],
)
def test_what_the_reader_has_seen_is_noted(
    kind: NoticeKind, *, keeps: bool, heard: bool, reminded: bool, line: bool
) -> None:
    desk = Desk()
    desk.deliver([task("a", "slack", kind=kind)], Scripted("slack", [Delivered(REF)]))
    kept = desk.kept("a")
    assert kept.refs == ({"slack": REF} if keeps else {})
    assert (kept.heard_at, kept.reminded_at) == (NOW if heard else None, NOW if reminded else None)
    assert bool(kept.headline) is line


@pytest.mark.parametrize(
    ("change", "placed"),
    [
        (lambda notice: notice, True),
        (lambda notice: replace(notice, parents={"slack": REF}), False),
        (lambda notice: replace(notice, parents={"teams": REF}), True),
    ],
)
def test_below_another_s_message_it_has_no_place_of_its_own(
    change: Callable[[Notice], Notice], *, placed: bool
) -> None:
    desk, told = Desk(), task("a", "slack")
    desk.deliver([replace(told, notice=change(told.notice))], Scripted("slack", [Delivered(REF)]))
    assert bool(desk.kept("a").refs) is placed


def test_what_the_message_will_tell_later_stands_there_already() -> None:
    desk = Desk()
    desk.deliver([task("a", "slack")], Scripted("slack", [Deferred(6, "gathering", ref=REF)]))
    assert desk.kept("a").refs == {"slack": REF}
    assert desk.kept("a").heard_at is None


class Contended(MemoryDocumentStore):
    """Somebody else is always faster."""

    def put(self, *_: object, **__: object) -> Any:
        """Lose."""
        raise ConflictError


def test_what_cannot_be_written_down_comes_back_at_once() -> None:
    tally = Desk(Contended()).deliver([task("a", "slack")], Scripted("slack"))
    assert tally.deferred == {"a": 1.0}
    assert tally.delivered == {"slack": 1}
