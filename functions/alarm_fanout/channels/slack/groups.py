"""The messages that stand for several alerts, kept in StateTable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alarm_fanout.group import Group, Member
from alarm_fanout.incident import MessageRef, NoticeKind
from alarm_fanout.notice import Notice
from alarm_fanout.words import Words
from avatarwatch.state_table.documents import Document, DocumentStore
from avatarwatch.state_table.partition import Partition

SLACK = "slack"  # the channel's name, by which incidents keep where their message stands
GROUP_FROM = 3  # so many alerts for one channel at once are told as one
OPEN_FOR = timedelta(minutes=5)  # a group takes further alerts for so long
KEPT = timedelta(days=7)  # and its recoveries for so long
ROW_LIMIT = 120  # characters of an alert in a group
MEMBERS_LIMIT = 500  # of one group: its document stays far under DynamoDB's 400 KB


def member(notice: Notice, words: Words) -> Member:
    """Return a notice's row."""
    text = words.short
    if notice.kind not in {NoticeKind.OPENED, NoticeKind.EVENT}:
        text = f"{words.what}, {words.status[:1].lower()}{words.status[1:]}"
    return Member(
        key=notice.id if notice.kind is NoticeKind.EVENT else notice.incident.key,
        text=text[:ROW_LIMIT],
        severity=notice.route.severity,
        changed_at=notice.alert.changed_at,
        is_over=notice.is_recovery,
    )


def group_of(notice: Notice) -> MessageRef | None:
    """Return the group that already tells of the notice's incident, if one does."""
    ref = notice.ref(SLACK)
    return ref if ref and ref.group else None


@dataclass(slots=True)
class GroupStore:
    """Read and write groups by where their message stands."""

    store: DocumentStore
    _groups: Partition[Group] = field(init=False)

    def __post_init__(self) -> None:
        """Make the partition."""
        self._groups = Partition(self.store, "group", Group, KEPT)

    def load(self, ref: MessageRef) -> tuple[Group, Document] | None:
        """Return a group with its document, None when it has expired."""
        document = self._groups.document(_name(ref))
        group = self._groups.value(document)
        return (group, document) if group else None

    def save(self, ref: MessageRef, group: Group, document: Document | None) -> None:
        """Write a group; the lane's lease keeps others from doing so meanwhile."""
        before = document or Document(self._groups.at(_name(ref)), 0, {})
        self._groups.put(before, group, group.updated_at)


def opened(members: Iterable[Member], now: datetime) -> Group:
    """Return a new group."""
    return Group(members={}, opened_at=now, updated_at=now, until=now + OPEN_FOR).with_members(
        members, now
    )


def takes_more(group: Group, now: datetime) -> bool:
    """Whether a group still takes alerts that it does not tell of yet."""
    return now < group.until and len(group.members) < MEMBERS_LIMIT


def _name(ref: MessageRef) -> str:
    return f"{ref.channel}#{ref.ts}"
