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
from avatarwatch.answers import Said, What

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
    ANSWERED = "answered"  # somebody acknowledged it, or muted it


class DeliveryStatus(StrEnum):
    """How far the delivery of one notice over one channel has come."""

    CLAIMED = "claimed"  # somebody is sending it, until the claim expires
    PENDING = "pending"  # it failed for now and is tried again
    DELIVERED = "delivered"
    REFUSED = "refused"  # it can never succeed
    OVERTAKEN = "overtaken"  # a later notice of the incident was delivered first


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One notice over one channel; ``until`` is when a claim expires.

    ``unknown`` says that it was sent once and nobody knows whether it arrived.
    """

    status: DeliveryStatus
    until: datetime | None = None
    unknown: bool = False

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
class Incident:
    """One alert's life.

    ``is_open`` from the news of the alarm to its recovery; ``opened_at`` and ``changed_at`` are the
    source's times; ``reminded_at`` when people last heard that it is open; ``changes`` the times of
    its latest changes between ALARM and OK; ``flapping_since`` is set while it flaps, ``muted_by``
    while a mute holds it back; ``headline`` and ``sentence`` are the first line and the fact with
    which it was told; ``answers`` what people said to it since it opened, the oldest first.
    """

    key: str
    alert: Alert
    changed_at: datetime
    is_open: bool = False
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    reminded_at: datetime | None = None
    muted_by: str | None = None
    headline: str = ""
    sentence: str = ""
    flapping_since: datetime | None = None
    changes: tuple[datetime, ...] = ()
    notices: tuple[NoticeRecord, ...] = ()
    refs: Mapping[str, MessageRef] = field(default_factory=dict)
    answers: tuple[Said, ...] = ()

    @property
    def acknowledged(self) -> Said | None:
        """Who acknowledged it first, or took it; None while nobody has."""
        return next((said for said in self.answers if not said.what.mutes), None)

    @property
    def taken(self) -> Said | None:
        """Who said last that they are on it."""
        return next((said for said in reversed(self.answers) if said.what is What.TAKE), None)

    @property
    def hushed(self) -> Said | None:
        """The mute that was asked for last; it may be over."""
        return next((said for said in reversed(self.answers) if said.what.mutes), None)

    def notice(self, notice_id: str) -> NoticeRecord | None:
        """Return a notice by its id."""
        return next((notice for notice in self.notices if notice.id == notice_id), None)

    def undone(self, now: datetime) -> NoticeRecord | None:
        """Return what was left undone of its latest news, or of an answer that came after it."""
        answers = [each for each in self.notices if each.kind is NoticeKind.ANSWERED]
        news = [each for each in self.notices if each.kind is not NoticeKind.ANSWERED]
        for notice in (*news[-1:], *answers[-1:]):
            if any(state.is_open(now) for state in notice.deliveries.values()):
                return notice
        return None

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
    if known is None and notice.kind not in {NoticeKind.EVENT, NoticeKind.ANSWERED}:
        # What was not told yet need not be any more: the later notice says it all.
        # An answer does not: it goes to those alone who can show it beside the alert.
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
    return Claim(replace(incident.with_notice(record), muted_by=None), mine, busy, again)


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


def mark(
    incident: Incident,
    notice_id: str,
    channels: Mapping[str, DeliveryStatus],
    ref: tuple[str, MessageRef] | None = None,
    *,
    unknown: bool = False,
) -> Incident:
    """Write down what came of deliveries; ``ref`` is where the message stands now.

    That one of an ``unknown`` outcome was sent is kept through the tries that follow.
    """
    record = incident.notice(notice_id)
    if record is None:  # so many later notices that it was forgotten
        return incident
    marked = {
        channel: DeliveryRecord(status, unknown=unknown or _was_unknown(record, channel))
        for channel, status in channels.items()
    }
    incident = incident.with_notice(replace(record, deliveries={**record.deliveries, **marked}))
    return replace(incident, refs={**incident.refs, ref[0]: ref[1]}) if ref else incident


def _was_unknown(record: NoticeRecord, channel: str) -> bool:
    known = record.deliveries.get(channel)
    return known is not None and known.unknown


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
