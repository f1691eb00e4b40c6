"""Deliver what was claimed, and write each outcome down before the next message goes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from alarm_fanout.channels.base import Channel, Deferred, Delivered, Receipt, Refused
from alarm_fanout.deadline import Deadline
from alarm_fanout.incident import DeliveryStatus, Incident, NoticeKind, mark
from alarm_fanout.intake import Task
from alarm_fanout.ledger import BusyError, Ledger
from alarm_fanout.messages.words import System, words
from alarm_fanout.notice import Notice
from avatarwatch.catalogue import ChannelName

# The order in which people are told: a refusal of an earlier channel falls back to e-mail.
ORDER = (ChannelName.SLACK, ChannelName.PAGERDUTY, ChannelName.SMS, ChannelName.EMAIL)


@dataclass(slots=True)
class Tally:
    """What became of a batch: counts by channel, waits by incident, refusals by channel."""

    delivered: dict[ChannelName, int] = field(default_factory=dict)
    messages: dict[ChannelName, int] = field(default_factory=dict)
    deferred: dict[str, float] = field(default_factory=dict)  # incident's key: seconds
    reasons: dict[ChannelName, str] = field(default_factory=dict)  # of deferrals
    refused: dict[ChannelName, str] = field(default_factory=dict)


@dataclass(slots=True)
class Delivery:
    """The second half of the work."""

    ledger: Ledger
    channels: Mapping[ChannelName, Channel]
    system: System
    deadline: Deadline
    tally: Tally = field(default_factory=Tally)

    def deliver(self, tasks: Sequence[Task]) -> Tally:
        """Deliver every task over its channels; one channel's failure never stops another."""
        unheard: list[Notice] = []  # refused by a channel, and not on their way by e-mail
        for name in ORDER:
            notices = [task.notice for task in tasks if name in task.channels]
            if name is ChannelName.EMAIL:
                notices += [notice for notice in unheard if notice not in notices]
            if notices and name in self.channels:
                unheard += self._over(self.channels[name], notices)
        return self.tally

    def _over(self, channel: Channel, notices: Sequence[Notice]) -> list[Notice]:
        """Deliver over one channel; return what it refused."""
        refused: list[Notice] = []
        for told, receipt in channel.deliver(notices, self.deadline):
            self._count(channel.name, told, receipt)
            for notice in told:
                self._write_down(channel.name, notice, receipt)
            if isinstance(receipt, Refused):
                refused += told
        return refused

    def _count(self, name: ChannelName, told: Sequence[Notice], receipt: Receipt) -> None:
        match receipt:
            case Delivered():
                self.tally.delivered[name] = self.tally.delivered.get(name, 0) + len(told)
                self.tally.messages[name] = self.tally.messages.get(name, 0) + 1
            case Deferred(seconds, reason):
                self.tally.reasons[name] = reason
                for notice in told:
                    key = notice.incident.key
                    self.tally.deferred[key] = max(seconds, self.tally.deferred.get(key, 0))
            case Refused(reason):
                self.tally.refused[name] = reason

    def _write_down(self, name: ChannelName, notice: Notice, receipt: Receipt) -> None:
        def decide(known: Incident | None) -> tuple[Incident, None]:
            return self._marked(known or notice.incident, name, notice, receipt), None

        try:
            self.ledger.change(notice.incident.key, decide, notice.now)
        except BusyError:
            # it was sent, and its claim says so until it expires: told twice rather than never
            self.tally.deferred.setdefault(notice.incident.key, 1.0)

    def _marked(
        self, incident: Incident, name: ChannelName, notice: Notice, receipt: Receipt
    ) -> Incident:
        notice_id = f"{notice.kind}:{notice.change_id}"
        match receipt:
            case Delivered(ref):
                placed = (name, ref) if ref and notice.parent is None else None
                incident = mark(incident, notice_id, {name: DeliveryStatus.DELIVERED}, placed)
                return self._told(incident, notice)
            case Deferred():
                return mark(incident, notice_id, {name: DeliveryStatus.PENDING})
            case Refused():
                return mark(incident, notice_id, {name: DeliveryStatus.REFUSED})

    def _told(self, incident: Incident, notice: Notice) -> Incident:
        """Note what the reader has seen: the first line, or when they were last reminded."""
        if notice.kind is NoticeKind.REMINDER:
            return replace(incident, reminded_at=notice.now)
        if notice.kind is NoticeKind.OPENED:
            text = words(notice, self.system)
            return replace(incident, headline=f"{text.emoji} {text.headline}")
        return incident


def keys(tasks: Iterable[Task]) -> set[str]:
    """Return the incidents of tasks."""
    return {task.notice.incident.key for task in tasks}
