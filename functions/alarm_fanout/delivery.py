"""Deliver what was claimed, and write each outcome down before the next message goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from alarm_fanout.channels.base import Channel, Deferred, Delivered, Outcome, Receipt, Refused
from alarm_fanout.channels.registry import FALLBACK, NEXT_KINDS, load
from alarm_fanout.claiming import hand_on, mark
from alarm_fanout.deadline import Deadline
from alarm_fanout.incident import DeliveryStatus, Incident, NoticeKind
from alarm_fanout.ledger import Ledger
from alarm_fanout.news import Task
from alarm_fanout.notice import Notice
from alarm_fanout.words import System, words
from avatarwatch.observability import logger
from avatarwatch.state_table.documents import ConflictError
from avatarwatch.state_table.partition import BusyError

FAILED_SECONDS = 60.0
_HEARD = frozenset({NoticeKind.OPENED, NoticeKind.FLAPPING, NoticeKind.SETTLED})


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A channel, and where in it when it has several: one of Slack's may be archived alone."""

    channel: str
    destination: str = ""

    def __str__(self) -> str:
        return f"{self.channel} {self.destination}".rstrip()


@dataclass(slots=True)
class Tally:
    """What became of a batch: counts by channel, waits by incident, refusals by place.

    ``unserved`` are the names of alerts of which a channel was asked that there is not, and that
    channel. ``due`` is in how many seconds at the latest an incident has to be looked at, however
    long it waits else: its turn comes, or another channel takes over.
    """

    delivered: dict[str, int] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)
    deferred: dict[str, float] = field(default_factory=dict)  # incident's key: seconds
    due: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)  # of deferrals
    waits: dict[str, float] = field(default_factory=dict)  # seconds that the oldest has waited
    refused: dict[Place, str] = field(default_factory=dict)
    working: set[Place] = field(default_factory=set)
    unserved: list[tuple[str, str]] = field(default_factory=list)

    def comes_due(self, key: str, seconds: float) -> None:
        """Note by when an incident has to be looked at; the earliest of several counts."""
        self.due[key] = min(seconds, self.due.get(key, seconds))


@dataclass(slots=True)
class Delivery:
    """The second half of the work."""

    ledger: Ledger
    channels: Mapping[str, Channel[Any]]
    system: System
    deadline: Deadline
    tally: Tally = field(default_factory=Tally)

    def deliver(self, tasks: Sequence[Task]) -> Tally:
        """Deliver every task over its channels; one channel's failure never stops another."""
        handed: dict[str, list[Notice]] = {}  # by the channel that takes another's place
        order = self._order(tasks)
        for turn, name in enumerate((*order, *order)):  # once more for whose turn had been before
            own = [task.notice for task in tasks if name in task.channels]
            notices = [*(own if turn < len(order) else ()), *handed.pop(name, ())]
            for told, came in self._outcomes(name, notices) if notices else ():
                receipt = _final(name, told, came)
                self._count(name, told, receipt)
                self._hand_on(name, told, receipt, handed)
        return self.tally

    def _hand_on(
        self,
        name: str,
        told: Sequence[Notice],
        receipt: Receipt,
        handed: dict[str, list[Notice]],
    ) -> None:
        """Write an outcome down, and note what others have to tell in this channel's place."""
        for notice in told:
            instead = self._instead(name, notice, receipt)
            self._write_down(name, notice, receipt, instead)
            for other, why in instead.items():
                waiting = handed.setdefault(other, [])
                if notice.id not in {each.id for each in waiting}:
                    waiting.append(replace(notice, instead={other: why}))

    def _instead(self, name: str, notice: Notice, receipt: Receipt) -> dict[str, str]:
        """Return which channels tell it in this one's place, each with the sentence that says why.

        None where they tell it anyway. E-mail takes what is refused; what is put off for too long
        the next kinds tell besides.
        """
        channel, record = self.channels.get(name), notice.record
        label = channel.label if channel else load(name).label
        label = label[:1].upper() + label[1:]
        match receipt:
            case Refused():
                others = [FALLBACK]
                taken = "may have taken" if receipt.unknown else "does not take"
                why = f"{label} {taken} this message"
            case Deferred() if channel and self._is_too_late(name, notice):
                kinds = NEXT_KINDS[channel.kind]
                others = [each.name for each in self.channels.values() if each.kind in kinds]
                why = f"{label} is not taking messages"
            case _:
                return {}
        told = record.deliveries if record else {}
        return {
            other: f"{why}; this came by {there.label}."
            for other in others
            if other not in told and other != name and (there := self.channels.get(other))
        }

    def _is_too_late(self, name: str, notice: Notice) -> bool:
        left = self._left(name, notice)
        return left is not None and left <= 0

    @staticmethod
    def _left(name: str, notice: Notice) -> float | None:
        """Return the seconds after which what is put off is handed on, None where it never is."""
        patience, record = notice.route.hand_on, notice.record
        if patience is None or notice.kind is NoticeKind.ALSO:
            return None
        known = record.deliveries.get(name) if record else None
        since = (known and known.since) or notice.now
        return (since + patience - notice.now).total_seconds()

    def _order(self, tasks: Sequence[Task]) -> list[str]:
        """Return the channels in the order in which they tell; those that are not there first.

        E-mail is the last: it takes what the others do not deliver.
        """
        claimed = {name for task in tasks for name in task.channels}
        there = sorted(self.channels.values(), key=lambda channel: channel.urgency)
        return [*sorted(claimed - set(self.channels)), *(channel.name for channel in there)]

    def _outcomes(self, name: str, notices: Sequence[Notice]) -> Iterator[Outcome]:
        """Yield a channel's outcomes; what it should never raise defers the rest of its notices."""
        channel = self.channels.get(name)
        if channel is None:
            yield from self._without(name, notices)
            return
        left = list(notices)
        try:
            for told, receipt in channel.deliver(notices, self.deadline):
                left = [notice for notice in left if notice not in told]
                yield told, receipt
        except (ClientError, BotoCoreError, ConflictError):
            raise  # StateTable's: without it nothing can be written down, so nothing more is sent
        except Exception as error:  # noqa: BLE001 - one channel never stops another
            logger().exception("a channel failed unexpectedly", channel=name)
            yield left, Deferred(FAILED_SECONDS, f"{type(error).__name__} in {name}")

    def _without(self, name: str, notices: Sequence[Notice]) -> Iterator[Outcome]:
        """Give up a channel that is not there: e-mail takes its notices, and each is counted."""
        self.tally.unserved += [(notice.alert.name, name) for notice in notices]
        if name == FALLBACK:  # nothing is left: they stay claimed, and come back by themselves
            logger().error("nobody delivers", alerts=[notice.alert.name for notice in notices])
            return
        yield notices, Refused("not set up")

    def _count(self, name: str, told: Sequence[Notice], receipt: Receipt) -> None:
        channel = self.channels.get(name)
        if channel is None:
            return
        destination = channel.destination(told[0])
        match receipt:
            case Delivered():
                self.tally.working |= {Place(name), Place(name, destination)}
                self.tally.delivered[name] = self.tally.delivered.get(name, 0) + len(told)
                self.tally.messages[name] = self.tally.messages.get(name, 0) + 1
            case Deferred(seconds, reason, turn=turn):
                self.tally.reasons[name] = reason
                for notice in told:
                    key = notice.incident.key
                    self.tally.deferred[key] = max(seconds, self.tally.deferred.get(key, 0))
                    left = self._left(name, notice)
                    if left is not None and left > 0:
                        self.tally.comes_due(key, left)
                    if turn:
                        self.tally.comes_due(key, seconds)
                    age = (notice.now - notice.alert.changed_at).total_seconds()
                    self.tally.waits[name] = max(age, self.tally.waits.get(name, 0.0))
            case Refused(reason, everywhere):
                self.tally.refused[Place(name, "" if everywhere else destination)] = reason

    def _write_down(
        self, name: str, notice: Notice, receipt: Receipt, instead: Mapping[str, str]
    ) -> None:
        def decide(known: Incident | None) -> tuple[Incident, None]:
            marked = self._marked(known or notice.incident, name, notice, receipt)
            # in the same write: a crash before the other channel must not lose the notice
            return hand_on(marked, f"{notice.kind}:{notice.change_id}", instead), None

        try:
            self.ledger.change(notice.incident.key, decide, notice.now)
        except BusyError:
            # it was sent, and its claim says so until it expires: told twice rather than never
            self.tally.deferred.setdefault(notice.incident.key, 1.0)

    def _marked(self, incident: Incident, name: str, notice: Notice, receipt: Receipt) -> Incident:
        notice_id = f"{notice.kind}:{notice.change_id}"
        ref = None if isinstance(receipt, Refused) else receipt.ref
        keeps = notice.parent(name) is None and notice.kind is not NoticeKind.EVENT
        placed = (name, ref) if ref and keeps else None
        match receipt:
            case Delivered():
                incident = mark(incident, notice_id, {name: DeliveryStatus.DELIVERED}, placed)
                return self._told(incident, notice)
            case Deferred(unknown=unknown):
                pending = {name: DeliveryStatus.PENDING}
                return mark(incident, notice_id, pending, placed, unknown=unknown, now=notice.now)
            case Refused():
                return mark(incident, notice_id, {name: DeliveryStatus.REFUSED})

    def _told(self, incident: Incident, notice: Notice) -> Incident:
        """Note what the reader has seen: the first line, and when they last heard of it."""
        if notice.kind in _HEARD:
            incident = replace(incident, heard_at=incident.heard_at or notice.now)
        if notice.kind is NoticeKind.REMINDER:
            return replace(incident, reminded_at=notice.now)
        if notice.kind is NoticeKind.OPENED:
            text = words(notice, self.system)
            line = f"{text.emoji} {text.headline}"
            heard = replace(incident, headline=line, sentence=text.sentence)
            return replace(heard, reminded_at=notice.now)
        return incident


def _final(name: str, told: Sequence[Notice], receipt: Receipt) -> Receipt:
    """Give up what was sent twice without an answer: it may stand there, and e-mail is sure."""
    if not (isinstance(receipt, Deferred) and receipt.unknown):
        return receipt
    for notice in told:
        record = notice.record
        if record and name in record.deliveries and record.deliveries[name].unknown:
            said = f"{receipt.reason}, twice: it may have it all the same"
            return Refused(said, everywhere=False, unknown=True)
    return receipt
