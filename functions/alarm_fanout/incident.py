"""What is remembered of one alert, and which of its changes are news (pure: no clock, no I/O).

An incident is one alert's life as people were told of it. It is written before anything is sent
(each channel's delivery claimed until a time) and again after (delivered, or refused for good), so
that a crash between the two loses nothing: the claim expires, and whoever receives the change
again takes it over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from alarm_fanout.alert import Alert
from avatarwatch.alerts import AlertState
from avatarwatch.catalogue import ChannelName

KEPT_NOTICES = 6  # of one incident: enough to recognise late copies of its latest changes


class NoticeKind(StrEnum):
    """What a notice says."""

    OPENED = "opened"
    RECOVERED = "recovered"
    EVENT = "event"  # happened once, is never open
    REMINDER = "reminder"
    FLAPPING = "flapping"
    SETTLED = "settled"


class DeliveryStatus(StrEnum):
    """How far the delivery of one notice over one channel has come."""

    CLAIMED = "claimed"  # somebody is sending it, until the claim expires
    PENDING = "pending"  # it failed for now and is tried again
    DELIVERED = "delivered"
    REFUSED = "refused"  # it can never succeed
    OVERTAKEN = "overtaken"  # a later notice of the incident was delivered first


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice over one channel; ``until`` is when a claim expires."""

    status: DeliveryStatus
    until: datetime | None = None

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
    deliveries: Mapping[ChannelName, Delivery]

    @property
    def id(self) -> str:
        """Identify the notice within its incident."""
        return f"{self.kind}:{self.change_id}"


@dataclass(frozen=True, slots=True)
class Incident:
    """One alert's life.

    ``is_open`` from the news of the alarm to its recovery; ``opened_at`` and ``changed_at`` are the
    source's times; ``changes`` the times of its latest changes between ALARM and OK;
    ``flapping_since`` is set while it flaps, ``muted_by`` while a mute holds it back; ``headline``
    is the first line with which it was told.
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
    flapping_since: datetime | None = None
    changes: tuple[datetime, ...] = ()
    notices: tuple[NoticeRecord, ...] = ()
    refs: Mapping[ChannelName, MessageRef] = field(default_factory=dict)

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

    ``busy`` says that somebody else is at work on another of its channels.
    """

    incident: Incident
    mine: frozenset[ChannelName]
    busy: bool


def untold(kind: NoticeKind, change_id: str, channels: Iterable[ChannelName]) -> NoticeRecord:
    """Return a notice that nobody has begun to deliver."""
    pending = Delivery(DeliveryStatus.PENDING)
    return NoticeRecord(kind, change_id, dict.fromkeys(channels, pending))


def claim(incident: Incident, notice: NoticeRecord, *, now: datetime, until: datetime) -> Claim:
    """Claim what is open of a notice; where the incident knows it already, of what is known."""
    known = incident.notice(notice.id)
    if known is None and notice.kind is not NoticeKind.EVENT:
        # What was not told yet need not be any more: the later notice says it all.
        incident = _overtake(incident)
    deliveries = (known or notice).deliveries
    mine = frozenset(channel for channel, state in deliveries.items() if state.is_open(now))
    busy = any(
        state.status is DeliveryStatus.CLAIMED and channel not in mine
        for channel, state in deliveries.items()
    )
    claimed = dict.fromkeys(mine, Delivery(DeliveryStatus.CLAIMED, until))
    record = replace(notice, deliveries={**deliveries, **claimed})
    return Claim(replace(incident.with_notice(record), muted_by=None), mine, busy)


def mark(
    incident: Incident,
    notice_id: str,
    channels: Mapping[ChannelName, DeliveryStatus],
    ref: tuple[ChannelName, MessageRef] | None = None,
) -> Incident:
    """Write down what came of deliveries; ``ref`` is where the message stands now."""
    record = incident.notice(notice_id)
    if record is None:  # so many later notices that it was forgotten
        return incident
    marked = {channel: Delivery(status) for channel, status in channels.items()}
    incident = incident.with_notice(replace(record, deliveries={**record.deliveries, **marked}))
    return replace(incident, refs={**incident.refs, ref[0]: ref[1]}) if ref else incident


def _overtake(incident: Incident) -> Incident:
    """Mark the deliveries that nobody has begun, or whose claims were left behind."""
    over = Delivery(DeliveryStatus.OVERTAKEN)
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


@dataclass(frozen=True, slots=True)
class FlapPolicy:
    """An alert flaps when it changes ``changes`` times ``within`` this time.

    It has settled when it has not changed for as long.
    """

    changes: int = 5
    within: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of one alert: the incident as it is now, and the news or why there is none.

    ``repeated`` says that the news stands in the incident already: a copy, or another try.
    """

    incident: Incident
    news: NoticeKind | None
    why: str = ""
    repeated: bool = False


def observe(known: Incident | None, alert: Alert, flaps: FlapPolicy) -> Observation:
    """Decide what one change means for its incident. The same change again changes nothing."""
    if known is not None:
        repeated = next((n for n in known.notices if n.change_id == alert.change_id), None)
        if repeated:
            return Observation(known, repeated.kind, repeated=True)
        if known.alert.change_id == alert.change_id:
            return Observation(known, None, "known, and no news")
        # events are all told; of an alarm's changes only the latest matters
        if alert.changed_at < known.changed_at and alert.state is not AlertState.INFO:
            return Observation(known, None, "overtaken by a later change")
        latest = max(alert.changed_at, known.changed_at)
        seen = replace(known, alert=alert, changed_at=latest)
    else:
        seen = Incident(key=alert.key, alert=alert, changed_at=alert.changed_at)
    return _CHANGES[alert.state](seen, flaps)


def _told_once(incident: Incident, _: FlapPolicy) -> Observation:
    return Observation(incident, NoticeKind.EVENT)


def _without_data(incident: Incident, _: FlapPolicy) -> Observation:
    return Observation(incident, None, "no data is neither trouble nor recovery")


def _alarmed(incident: Incident, flaps: FlapPolicy) -> Observation:
    alert = incident.alert
    if alert.suppressed:
        return Observation(incident, None, "its actions are suppressed in CloudWatch")
    if incident.is_open:
        return Observation(incident, None, "still open")
    opened = replace(
        incident,
        is_open=True,
        opened_at=alert.changed_at,
        closed_at=None,
        reminded_at=None,
        changes=_recent(incident, flaps),
    )
    return _unless_flapping(opened, NoticeKind.OPENED, flaps)


def _recovered(incident: Incident, flaps: FlapPolicy) -> Observation:
    alert = incident.alert
    # An OK overtaking its ALARM (SNS keeps no order) is told: nobody has heard of the alarm.
    if not incident.is_open and alert.previous is not AlertState.ALARM:
        return Observation(incident, None, "was not in alarm")
    closed = replace(
        incident, is_open=False, closed_at=alert.changed_at, changes=_recent(incident, flaps)
    )
    return _unless_flapping(closed, NoticeKind.RECOVERED, flaps)


def _recent(incident: Incident, flaps: FlapPolicy) -> tuple[datetime, ...]:
    since = incident.changed_at - flaps.within
    return (*(time for time in incident.changes if time > since), incident.changed_at)


def _unless_flapping(incident: Incident, kind: NoticeKind, flaps: FlapPolicy) -> Observation:
    if incident.flapping_since is not None:
        return Observation(incident, None, "it flaps, and that has been told")
    if len(incident.changes) >= flaps.changes:
        return Observation(
            replace(incident, flapping_since=incident.changed_at), NoticeKind.FLAPPING
        )
    return Observation(incident, kind)


_CHANGES: dict[AlertState, Callable[[Incident, FlapPolicy], Observation]] = {
    AlertState.ALARM: _alarmed,
    AlertState.OK: _recovered,
    AlertState.INFO: _told_once,
    AlertState.INSUFFICIENT_DATA: _without_data,
}


def settle(incident: Incident, now: datetime, flaps: FlapPolicy) -> Incident | None:
    """Return the incident with its flapping ended, None while it has not settled."""
    if incident.flapping_since is None or now - incident.changed_at < flaps.within:
        return None
    return replace(incident, flapping_since=None, changes=())
