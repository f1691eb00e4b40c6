"""Claim deliveries, and write down what came of them (pure: no clock, no I/O)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from alarm_fanout.incident import (
    ASIDE,
    UNFINISHED,
    DeliveryRecord,
    DeliveryStatus,
    Incident,
    MessageRef,
    NoticeKind,
    NoticeRecord,
)


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
    if known is None and notice.kind not in {NoticeKind.EVENT, *ASIDE}:
        # What was not told yet need not be any more: the later notice says it all.
        # An answer does not: it goes to those alone who can show it beside the alert, as an
        # escalation goes to those alone who had not heard.
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
    if notice.kind not in ASIDE:
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
    return overtaken(incident, {notice.id for notice in incident.notices})


def overtaken(incident: Incident, notice_ids: Container[str]) -> Incident:
    """Mark notices' deliveries that nobody has begun, or whose claims were left behind."""
    over = DeliveryRecord(DeliveryStatus.OVERTAKEN)
    return replace(
        incident,
        notices=tuple(
            replace(
                notice,
                deliveries={
                    channel: over if delivery.status in UNFINISHED else delivery
                    for channel, delivery in notice.deliveries.items()
                },
            )
            if notice.id in notice_ids
            else notice
            for notice in incident.notices
        ),
    )
