"""What is remembered of one alert, and how far its news were told (pure: no clock, no I/O).

An incident is one alert's life as people were told of it. It is written before anything is sent
(each channel's delivery claimed until a time) and again after (delivered, or refused for good), so
that a crash between the two loses nothing: the claim expires, and whoever receives the change
again takes it over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from alarm_fanout.alert import Alert

KEPT_NOTICES = 6  # of one incident: enough to recognise late copies of its latest changes


class NoticeKind(StrEnum):
    """What a notice says."""

    OPENED = "opened"
    RECOVERED = "recovered"
    EVENT = "event"  # happened once, is never open
    REMINDER = "reminder"
    FLAPPING = "flapping"
    SETTLED = "settled"
    UPDATED = "updated"  # it is open still, and its source says more of it
    ALSO = "also"  # its message says more of what it holds back, and rings nowhere


class DeliveryStatus(StrEnum):
    """How far the delivery of one notice over one channel has come."""

    CLAIMED = "claimed"  # somebody is sending it, until the claim expires
    PENDING = "pending"  # it failed for now and is tried again
    DELIVERED = "delivered"
    REFUSED = "refused"  # it can never succeed
    OVERTAKEN = "overtaken"  # a later notice of the incident was delivered first


_OVERTAKES_NONE = frozenset({NoticeKind.EVENT, NoticeKind.ALSO})


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One notice over one channel; ``until`` is when a claim expires.

    ``unknown`` says that it was sent once and nobody knows whether it arrived; ``since`` when it
    was put off first; ``instead`` why it goes this way, where the alert's route does not say so.
    """

    status: DeliveryStatus
    until: datetime | None = None
    unknown: bool = False
    since: datetime | None = None
    instead: str = ""

    def is_open(self, now: datetime) -> bool:
        """Whether somebody may send it now."""
        if self.status is DeliveryStatus.CLAIMED:
            return self.until is None or self.until <= now
        return self.status is DeliveryStatus.PENDING


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where the message about an incident stands: in Slack a channel id and a ``ts``.

    ``group`` says that it is a message about several.
    """

    channel: str
    ts: str
    group: bool = False


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """A notice and its deliveries."""

    kind: NoticeKind
    change_id: str
    deliveries: Mapping[str, DeliveryRecord]

    @property
    def id(self) -> str:
        """Identify the notice within its incident."""
        return f"{self.kind}:{self.change_id}"


@dataclass(frozen=True, slots=True)
class Also:
    """A lesser alert of the same measure that is open too, and what the message says of it."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Incident:
    """One alert's life.

    ``is_open`` from the news of the alarm to its recovery; ``opened_at`` and ``changed_at`` are the
    source's times; ``reminded_at`` when people last heard that it is open; ``changes`` the times of
    its latest changes between ALARM and OK; ``flapping_since`` is set while it flaps, ``muted_by``
    while a mute holds it back, ``held_by`` while a greater alert of the same measure does, by its
    key; ``also`` are those that it holds back; ``headline`` and ``sentence`` are the first line and
    the fact with which it was told.
    """

    key: str
    alert: Alert
    changed_at: datetime
    is_open: bool = False
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    reminded_at: datetime | None = None
    muted_by: str | None = None
    held_by: str | None = None
    also: tuple[Also, ...] = ()
    handed: tuple[str, ...] = ()
    headline: str = ""
    sentence: str = ""
    flapping_since: datetime | None = None
    changes: tuple[datetime, ...] = ()
    notices: tuple[NoticeRecord, ...] = ()
    refs: Mapping[str, MessageRef] = field(default_factory=dict)

    def notice(self, notice_id: str) -> NoticeRecord | None:
        """Return a notice by its id."""
        return next((notice for notice in self.notices if notice.id == notice_id), None)

    def with_notice(self, notice: NoticeRecord) -> Incident:
        """Return the incident with a notice added or replaced, the oldest forgotten."""
        others = tuple(known for known in self.notices if known.id != notice.id)
        position = next(
            (index for index, known in enumerate(self.notices) if known.id == notice.id), None
        )
        if position is None:
            return replace(self, notices=(*self.notices, notice)[-KEPT_NOTICES:])
        return replace(self, notices=(*others[:position], notice, *others[position:]))


@dataclass(frozen=True, slots=True)
class Claim:
    """A notice claimed: the incident with it, and the channels that are the claimer's to serve.

    ``busy`` says that somebody else is at work on another of its channels; ``again`` that one of
    the claimer's was claimed before, and the claim has expired.
    """

    incident: Incident
    mine: frozenset[str]
    busy: bool
    again: bool


def untold(kind: NoticeKind, change_id: str, channels: Iterable[str]) -> NoticeRecord:
    """Return a notice that nobody has begun to deliver."""
    pending = DeliveryRecord(DeliveryStatus.PENDING)
    return NoticeRecord(kind, change_id, dict.fromkeys(channels, pending))


def claim(incident: Incident, notice: NoticeRecord, *, now: datetime, until: datetime) -> Claim:
    """Claim what is open of a notice; where the incident knows it already, of what is known."""
    known = incident.notice(notice.id)
    if known is None and notice.kind not in _OVERTAKES_NONE:
        # What was not told yet need not be any more: the later notice says it all.
        incident = _overtake(incident)
    deliveries = (known or notice).deliveries
    mine = frozenset(channel for channel, state in deliveries.items() if state.is_open(now))
    busy = any(
        state.status is DeliveryStatus.CLAIMED and channel not in mine
        for channel, state in deliveries.items()
    )
    claimed = {
        channel: replace(deliveries[channel], status=DeliveryStatus.CLAIMED, until=until)
        for channel in mine
    }
    record = replace(notice, deliveries={**deliveries, **claimed})
    again = any(deliveries[channel].status is DeliveryStatus.CLAIMED for channel in mine)
    told = incident.with_notice(record)
    if notice.kind is not NoticeKind.ALSO:
        told = replace(told, muted_by=None, held_by=None)
    return Claim(told, mine, busy, again)


def known_now(incident: Incident, notice_id: str, names: Mapping[str, Iterable[str]]) -> Incident:
    """Put channels in the place of what stood for them while nobody knew which there are.

    ``names`` are the channels of each stand-in; what waited for it waits for each of them.
    """
    record = incident.notice(notice_id)
    if record is None or not record.deliveries.keys() & names.keys():
        return incident
    deliveries: dict[str, DeliveryRecord] = {}
    for channel, state in record.deliveries.items():
        for name in names.get(channel, (channel,)):
            deliveries.setdefault(name, state)
    return incident.with_notice(replace(record, deliveries=deliveries))


def in_flight(incident: Incident, notice_id: str, now: datetime) -> bool:
    """Whether another of the incident's news is being sent: a later one has to wait for it.

    Else the later one would be told first, and not know the message that it has to change.
    """
    return any(
        state.status is DeliveryStatus.CLAIMED and not state.is_open(now)
        for notice in incident.notices
        if notice.id != notice_id and notice.kind is not NoticeKind.EVENT
        for state in notice.deliveries.values()
    )


def mark(  # noqa: PLR0913 - the outcome of a delivery, the rarer half by name
    incident: Incident,
    notice_id: str,
    channels: Mapping[str, DeliveryStatus],
    ref: tuple[str, MessageRef] | None = None,
    *,
    unknown: bool = False,
    now: datetime | None = None,
) -> Incident:
    """Write down what came of deliveries; ``ref`` is where the message stands now.

    That one of an ``unknown`` outcome was sent is kept through the tries that follow, and since
    when it is put off, which is ``now`` at first.
    """
    record = incident.notice(notice_id)
    if record is None:  # so many later notices that it was forgotten
        return incident
    marked = {}
    for channel, status in channels.items():
        known = record.deliveries.get(channel, DeliveryRecord(status))
        marked[channel] = replace(
            known,
            status=status,
            until=None,
            unknown=unknown or known.unknown,
            since=known.since or (now if status is DeliveryStatus.PENDING else None),
        )
    incident = incident.with_notice(replace(record, deliveries={**record.deliveries, **marked}))
    return replace(incident, refs={**incident.refs, ref[0]: ref[1]}) if ref else incident


def hand_on(incident: Incident, notice_id: str, instead: Mapping[str, str]) -> Incident:
    """Let channels tell in another's place, each with the sentence that says why."""
    record = incident.notice(notice_id)
    if record is None:
        return incident
    pending = {
        channel: DeliveryRecord(DeliveryStatus.PENDING, instead=why)
        for channel, why in instead.items()
        if channel not in record.deliveries
    }
    handed = (*incident.handed, *(name for name in pending if name not in incident.handed))
    told = incident.with_notice(replace(record, deliveries={**record.deliveries, **pending}))
    return replace(told, handed=handed)


def _overtake(incident: Incident) -> Incident:
    """Mark the deliveries that nobody has begun, or whose claims were left behind."""
    over = DeliveryRecord(DeliveryStatus.OVERTAKEN)
    unfinished = {DeliveryStatus.PENDING, DeliveryStatus.CLAIMED}
    return replace(
        incident,
        notices=tuple(
            replace(
                notice,
                deliveries={
                    channel: over if delivery.status in unfinished else delivery
                    for channel, delivery in notice.deliveries.items()
                },
            )
            for notice in incident.notices
        ),
    )
