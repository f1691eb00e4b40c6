"""Deliver what was claimed, and write each outcome down before the next message goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from alarm_fanout.channels.base import Channel, Deferred, Delivered, Outcome, Receipt, Refused
from alarm_fanout.channels.registry import FALLBACK
from alarm_fanout.deadline import Deadline
from alarm_fanout.incident import DeliveryStatus, Incident, NoticeKind, mark
from alarm_fanout.intake import Task
from alarm_fanout.ledger import Ledger
from alarm_fanout.notice import Notice
from alarm_fanout.words import System, words
from avatarwatch.observability import logger
from avatarwatch.state_table.documents import ConflictError
from avatarwatch.state_table.partition import BusyError

FAILED_SECONDS = 60.0


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
    channel.
    """

    delivered: dict[str, int] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)
    deferred: dict[str, float] = field(default_factory=dict)  # incident's key: seconds
    reasons: dict[str, str] = field(default_factory=dict)  # of deferrals
    waits: dict[str, float] = field(default_factory=dict)  # seconds that the oldest has waited
    refused: dict[Place, str] = field(default_factory=dict)
    working: set[Place] = field(default_factory=set)
    unserved: list[tuple[str, str]] = field(default_factory=list)


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
        unheard: list[Notice] = []  # refused by a channel, and not on their way by e-mail
        for name in self._order(tasks):
            notices = [task.notice for task in tasks if name in task.channels]
            if name == FALLBACK:
                notices += [notice for notice in unheard if not _goes_by_email(notice)]
            for told, came in self._outcomes(name, notices) if notices else ():
                receipt = _final(name, told, came)
                self._count(name, told, receipt)
                for notice in told:
                    self._write_down(name, notice, receipt)
                if isinstance(receipt, Refused):
                    unheard += told
        return self.tally

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
            case Deferred(seconds, reason):
                self.tally.reasons[name] = reason
                for notice in told:
                    key = notice.incident.key
                    self.tally.deferred[key] = max(seconds, self.tally.deferred.get(key, 0))
                    age = (notice.now - notice.alert.changed_at).total_seconds()
                    self.tally.waits[name] = max(age, self.tally.waits.get(name, 0.0))
            case Refused(reason, everywhere):
                self.tally.refused[Place(name, "" if everywhere else destination)] = reason

    def _write_down(self, name: str, notice: Notice, receipt: Receipt) -> None:
        def decide(known: Incident | None) -> tuple[Incident, None]:
            return self._marked(known or notice.incident, name, notice, receipt), None

        try:
            self.ledger.change(notice.incident.key, decide, notice.now)
        except BusyError:
            # it was sent, and its claim says so until it expires: told twice rather than never
            self.tally.deferred.setdefault(notice.incident.key, 1.0)

    def _marked(self, incident: Incident, name: str, notice: Notice, receipt: Receipt) -> Incident:
        notice_id = f"{notice.kind}:{notice.change_id}"
        match receipt:
            case Delivered(ref):
                keeps = notice.parent(name) is None and notice.kind is not NoticeKind.EVENT
                placed = (name, ref) if ref and keeps else None
                incident = mark(incident, notice_id, {name: DeliveryStatus.DELIVERED}, placed)
                return self._told(incident, notice)
            case Deferred(unknown=unknown):
                pending = {name: DeliveryStatus.PENDING}
                return mark(incident, notice_id, pending, unknown=unknown)
            case Refused():
                marks = {name: DeliveryStatus.REFUSED}
                record = incident.notice(notice_id)
                if record and FALLBACK not in record.deliveries:
                    # in the same write: a crash before the e-mail must not lose the notice
                    marks[FALLBACK] = DeliveryStatus.PENDING
                return mark(incident, notice_id, marks)

    def _told(self, incident: Incident, notice: Notice) -> Incident:
        """Note what the reader has seen: the first line, and when they last heard of it."""
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
        record = notice.incident.notice(f"{notice.kind}:{notice.change_id}")
        if record and name in record.deliveries and record.deliveries[name].unknown:
            return Refused(
                f"{receipt.reason}, twice: it may have it all the same", everywhere=False
            )
    return receipt


def _goes_by_email(notice: Notice) -> bool:
    """Whether it is told by e-mail anyway, in this batch or in an earlier one."""
    record = notice.incident.notice(f"{notice.kind}:{notice.change_id}")
    return record is not None and FALLBACK in record.deliveries
