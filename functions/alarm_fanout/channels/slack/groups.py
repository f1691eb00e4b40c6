"""The messages that stand for several alerts, kept in StateTable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from itertools import accumulate

from alarm_fanout.group import Group, Member, Standing
from alarm_fanout.incident import MessageRef, NoticeKind
from alarm_fanout.notice import Notice
from alarm_fanout.said import short
from alarm_fanout.words import Words
from avatarwatch.answers import opening
from avatarwatch.console import Console
from avatarwatch.state_table.codec import encode
from avatarwatch.state_table.documents import DocumentStore, written
from avatarwatch.state_table.partition import Partition, forgotten

SLACK = "slack"  # the channel's name, by which incidents keep where their message stands
GROUP_FROM = 3  # so many alerts for one channel at once are told as one
OPEN_FOR = timedelta(minutes=5)  # a group takes further alerts for so long
WAVE = timedelta(seconds=6)  # and changes so often at most: what comes meanwhile comes together
SHORT_WAVES = 2  # so many are that short, then each is twice as long as the one before
RINGING = timedelta(seconds=15)  # but no longer where somebody has to hear of something new
SETTLING = timedelta(seconds=45)  # nor where all have heard of it, and a row changes
KEPT = timedelta(days=7)  # and what is said of events and ends for so long
KEPT_ONGOING = timedelta(days=400)  # what goes on has its row there until it is over
TITLE_LIMIT = 80  # characters of a name in a group
SENTENCE_LIMIT = 120
_PLAIN = {NoticeKind.OPENED, NoticeKind.EVENT, NoticeKind.UPDATED, NoticeKind.ANSWERED}
MEMBERS_LIMIT = 500  # of one group
BYTES_LIMIT = 300_000  # of its document, so that what its members say later fits into 400 KB too


def member(notice: Notice, words: Words, zone: tzinfo) -> Member:
    """Return a notice's row."""
    alert, incident = notice.alert, notice.incident
    console = Console.of(alert.region)
    linked = console and (alert.crossing or alert.children)
    # of a recovery that nobody saw ring: what was told then, where the incident knows it
    sentence = words.sentence or (incident.sentence if notice.is_recovery else "")
    return Member(
        key=key_of(notice),
        title=words.title[:TITLE_LIMIT],
        severity=notice.route.severity,
        standing=_standing(notice),
        changed_at=alert.changed_at,
        began_at=words.began,
        value=words.value,
        number=words.worse,
        threshold=words.threshold,
        sentence=" ".join(sentence[:SENTENCE_LIMIT].split()),
        after=_after(notice, words),
        region=alert.region,
        account=alert.account,
        url=console.alarm(alert.name) if console and linked else "",
        answered=short(notice, zone),
        opened=opening(incident.opened_at) if words.offers else "",
    )


def key_of(notice: Notice) -> str:
    """Return by what a group knows a notice: each event stands by itself."""
    return notice.id if notice.kind is NoticeKind.EVENT else notice.incident.key


def _standing(notice: Notice) -> Standing:
    if notice.kind is NoticeKind.EVENT:
        return Standing.EVENT
    return Standing.OVER if notice.is_recovery else Standing.ONGOING


def _after(notice: Notice, words: Words) -> str:
    if notice.kind in _PLAIN:
        return ""
    return words.status[:1].lower() + words.status[1:]


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
        self._groups = Partition(self.store, "group", Group, _kept, rescue=forgotten)

    def load(self, ref: MessageRef) -> Group | None:
        """Return a group, None when it has expired."""
        return self._groups.value(self._groups.document(_name(ref)))

    def save(self, ref: MessageRef, group: Group, now: datetime) -> None:
        """Write a group; the lane's lease keeps others from doing so meanwhile."""
        self._groups.put(self._groups.document(_name(ref)), group, now)


def _kept(group: Group) -> timedelta:
    return KEPT_ONGOING if group.ongoing else KEPT


def opened(members: Iterable[Member], now: datetime) -> Group:
    """Return a new group."""
    group = Group(members={}, opened_at=now, updated_at=now, until=now + OPEN_FOR)
    return group.with_members(members)


def takes_more(group: Group, now: datetime) -> bool:
    """Whether a group still takes alerts that it does not tell of yet."""
    return now < group.until and len(group.members) < MEMBERS_LIMIT and _size(group) < BYTES_LIMIT


def fitting(group: Group, members: Sequence[Member]) -> int:
    """Return how many of further members a group's document has room for, one at least."""
    sizes = accumulate(map(_size, members), initial=_size(group))
    fit = sum(size < BYTES_LIMIT for size in sizes) - 1
    return max(1, min(fit, MEMBERS_LIMIT - len(group.members)))


def _size(value: Group | Member) -> int:
    return len(written(encode(value)).encode(errors="surrogatepass"))


def waits(group: Group, now: datetime, *, answered: bool = False) -> float:
    """Return for how many seconds a group's message stays as it is; what is worse comes at once.

    The longer a storm lasts the longer its waves are: each costs a call of Slack's one a second,
    and a group of hundreds changes all the time. Who has ``answered`` waits to see it.
    """
    longest = WAVE if answered else RINGING if group.joined else SETTLING
    wave = min(WAVE * 2 ** min(max(0, group.waves - SHORT_WAVES), 10), longest)
    left = (group.updated_at + wave - now).total_seconds()
    return 0.0 if group.rises else max(0.0, left)


def _name(ref: MessageRef) -> str:
    return f"{ref.channel}#{ref.ts}"
