"""What is remembered of one alert, and how far its news were told (pure: no clock, no I/O).

An incident is one alert's life as people were told of it. It is written before anything is sent
(each channel's delivery claimed until a time) and again after (delivered, or refused for good), so
that a crash between the two loses nothing: the claim expires, and whoever receives the change
again takes it over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from alarm_fanout.alert import Alert
from avatarwatch.alert_state import AlertState
from avatarwatch.answers import Said, What

KEPT_NOTICES = 6  # of one incident: enough to recognise late copies of its latest changes
UNFINISHED_NOTICES = 40  # and so many that are not told yet: a document does not hold any number


class NoticeKind(StrEnum):
    """What a notice says."""

    OPENED = "opened"
    RECOVERED = "recovered"
    EVENT = "event"  # happened once, is never open
    REMINDER = "reminder"
    FLAPPING = "flapping"
    SETTLED = "settled"
    UPDATED = "updated"  # it is open still, and its source says more of it
    ALSO = "also"  # its message says more of what it holds back
    ANSWERED = "answered"  # somebody acknowledged it, or muted it
    ESCALATED = "escalated"  # nobody has, and others are told


class DeliveryStatus(StrEnum):
    """How far the delivery of one notice over one channel has come."""

    CLAIMED = "claimed"  # somebody is sending it, until the claim expires
    PENDING = "pending"  # it failed for now and is tried again
    DELIVERED = "delivered"
    REFUSED = "refused"  # it can never succeed
    OVERTAKEN = "overtaken"  # a later notice of the incident was delivered first


BESIDE = frozenset({NoticeKind.ALSO, NoticeKind.ANSWERED})  # a message is changed, nothing rings
ASIDE = frozenset({*BESIDE, NoticeKind.ESCALATED})  # goes to some alone, and overtakes nothing
UNFINISHED = frozenset({DeliveryStatus.PENDING, DeliveryStatus.CLAIMED})


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

    @property
    def is_end(self) -> bool:
        """Whether it says that the alert is over."""
        settled = self.kind is NoticeKind.SETTLED and self.change_id.startswith(AlertState.OK)
        return self.kind is NoticeKind.RECOVERED or settled

    @property
    def heard_by(self) -> frozenset[str]:
        """The channels that told it, as far as is known."""
        took = DeliveryStatus.DELIVERED
        return frozenset(
            name for name, state in self.deliveries.items() if state.unknown or state.status is took
        )

    @property
    def is_done(self) -> bool:
        """Whether nobody will try any of its deliveries again."""
        return not any(state.status in UNFINISHED for state in self.deliveries.values())


@dataclass(frozen=True, slots=True)
class Also:
    """A lesser alert of the same measure that is open too, and what the message says of it."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Incident:
    """One alert's life.

    ``is_open`` from the news of the alarm to its recovery; ``opened_at`` and ``changed_at`` are the
    source's times; ``reminded_at`` when people last heard that it is open, ``heard_at`` when they
    first did; ``escalated_at`` when others were told, for nobody had acknowledged it; ``changes``
    the times of its latest changes between ALARM and OK; ``flapping_since`` is set while it flaps,
    ``muted_by`` while a mute holds it back, ``held_by`` while a greater alert of the same measure
    does, by its key; ``also`` are those that it holds back; ``handed`` the channels that told of it
    in another's place, and tell its end; ``headline`` and ``sentence`` are the first line and the
    fact with which it was told; ``answers`` what people said to it since it opened, the oldest
    first; ``told`` the channels that told it by notices that are forgotten since; ``scope`` the
    system under whose name it stands where several tell of their own, empty of what an older
    release opened.
    """

    key: str
    alert: Alert
    changed_at: datetime
    is_open: bool = False
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    reminded_at: datetime | None = None
    heard_at: datetime | None = None
    escalated_at: datetime | None = None
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
    answers: tuple[Said, ...] = ()
    told: tuple[str, ...] = ()
    scope: str = ""

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

    @property
    def latest_news(self) -> NoticeRecord | None:
        """What was told last of how it is: not what somebody answered, nor what stands beside."""
        news = (each for each in reversed(self.notices) if each.kind not in ASIDE)
        return next(news, None)

    @property
    def open_at(self) -> frozenset[str]:
        """The channels by which people read last that it is open, as far as is remembered."""
        places = {*self.refs, *self.told}
        for notice in self.notices:
            if notice.is_end:
                places -= notice.heard_by
            elif notice.kind is not NoticeKind.EVENT and notice.kind not in BESIDE:
                places |= notice.heard_by
        return frozenset(places)

    @property
    def stands_open(self) -> bool:
        """Whether people read last that it is open; where that is lost, whether they ever heard."""
        return bool(self.open_at) or (not self.notices and self.heard_at is not None)

    def undone(self, now: datetime) -> NoticeRecord | None:
        """Return what was left undone of an escalation, the latest news, or what stands besides."""
        escalated = [each for each in self.notices if each.kind is NoticeKind.ESCALATED]
        besides = [each for each in self.notices if each.kind in BESIDE]
        news: list[NoticeRecord] = [self.latest_news] if self.latest_news else []
        for notice in (*escalated[-1:], *news, *besides[-1:]):
            if any(state.is_open(now) for state in notice.deliveries.values()):
                return notice
        return None

    def with_notice(self, notice: NoticeRecord) -> Incident:
        """Return the incident with a notice added or replaced, and what need not be known left."""
        others = tuple(known for known in self.notices if known.id != notice.id)
        position = next(
            (index for index, known in enumerate(self.notices) if known.id == notice.id), None
        )
        if position is None:
            after = replace(self, notices=(*_kept(self.notices), notice))
            told = {*self.told, *(self.open_at - after.open_at)}
            return replace(after, told=tuple(sorted(told)))
        return replace(self, notices=(*others[:position], notice, *others[position:]))


def _kept(notices: tuple[NoticeRecord, ...]) -> tuple[NoticeRecord, ...]:
    """Make room for one more: the oldest that are done go first, of those what stood aside."""
    done = [notice for notice in notices if notice.is_done]
    done.sort(key=lambda notice: notice.kind not in ASIDE)  # stable: the oldest of each first
    gone = {notice.id for notice in done[: max(0, len(notices) - KEPT_NOTICES + 1)]}
    return tuple(notice for notice in notices if notice.id not in gone)[1 - UNFINISHED_NOTICES :]
