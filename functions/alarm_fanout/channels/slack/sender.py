"""One batch of alerts on its way into one Slack channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from alarm_fanout.channels.base import (
    Deferred,
    Delivered,
    Outcome,
    Parts,
    Receipt,
    Refused,
    least_together,
)
from alarm_fanout.channels.slack import group_message, groups, message
from alarm_fanout.channels.slack.groups import GROUP_FROM, SLACK, GroupStore, group_of, member
from alarm_fanout.channels.slack.lane import Lane
from alarm_fanout.channels.slack.outbox import Outbox
from alarm_fanout.incident import MessageRef, NoticeKind
from alarm_fanout.words import words
from avatarwatch.observability import logger

if TYPE_CHECKING:
    from alarm_fanout.channels.slack.message import SlackMessage
    from alarm_fanout.channels.slack.transport import Transport
    from alarm_fanout.deadline import Deadline
    from alarm_fanout.group import Group, Member
    from alarm_fanout.notice import Notice

GATHER_SECONDS = 15.0  # in a storm a webhook, which cannot update, sends one message this often
GRAPH_SECONDS = 8.0  # a graph is only tried with so much time left
_BELOW_GROUPS = frozenset({NoticeKind.REMINDER, NoticeKind.ALSO})  # told in the thread
GATHERING = "gathering what joins a group"


@dataclass(slots=True)
class Sender:
    """One batch for one channel."""

    transport: Transport
    parts: Parts
    lane: Lane
    deadline: Deadline
    outbox: Outbox = field(init=False)
    _groups: GroupStore = field(init=False)

    def __post_init__(self) -> None:
        """Reach the groups, and Slack."""
        self.outbox = Outbox(self.transport, self.lane, self.deadline)
        self._groups = GroupStore(self.parts.store)

    def send(self, notices: Sequence[Notice]) -> Iterator[Outcome]:
        """Send what belongs to a group into it, the rest one by one or as a new group."""
        grouped, fresh, own = self._sorted(notices)
        known = self._open_group()
        if known:
            ref, group = known
            # also one that is full: some wait for its next wave
            into = fresh if self._takes(group, fresh) else self._expected(group, fresh)
            grouped.setdefault(ref, []).extend(into)
            fresh = [notice for notice in fresh if notice not in into]
        if fresh and (len(fresh) >= least_together(fresh, GROUP_FROM) or self.lane.is_busy):
            # in a busy minute a lone one stands in its full form, and what follows joins it
            yield from self._begin_group(fresh)
            fresh = []
        for ref, members in grouped.items():
            yield from self._into_group(ref, members)
        for notice in (*fresh, *own):
            yield from self._single(notice)

    def _sorted(
        self, notices: Sequence[Notice]
    ) -> tuple[dict[MessageRef, list[Notice]], list[Notice], list[Notice]]:
        """Return what is in a group already, what gets a place of its own, and the rest."""
        grouped: dict[MessageRef, list[Notice]] = {}
        fresh: list[Notice] = []
        own: list[Notice] = []
        for notice in notices:
            ref = group_of(notice)
            if ref and notice.kind not in _BELOW_GROUPS:
                grouped.setdefault(ref, []).append(notice)
            else:
                (fresh if self._is_fresh(notice) else own).append(notice)
        return grouped, fresh, own

    def _is_fresh(self, notice: Notice) -> bool:
        """Whether it gets a message of its own place: nothing stands that it could change."""
        if notice.parent(SLACK) and self.transport.can_update:
            return False
        return notice.ref(SLACK) is None or not self.transport.can_update

    def _open_group(self) -> tuple[MessageRef, Group] | None:
        if not self.lane.traffic.open_group or not self.transport.can_update:
            return None
        channel, ts = self.lane.traffic.open_group.rsplit("#", 1)
        ref = MessageRef(channel, ts, group=True)
        group = self._groups.load(ref)
        return (ref, group) if group else None

    def _expected(self, group: Group, fresh: Sequence[Notice]) -> list[Notice]:
        return [notice for notice in fresh if group.expects(self._members([notice])[0])]

    def _takes(self, group: Group, fresh: Sequence[Notice]) -> bool:
        has_room = groups.takes_more(group, self.lane.clock())
        return has_room and groups.fitting(group, self._members(fresh)) == len(fresh)

    def _begin_group(self, notices: Sequence[Notice]) -> Iterator[Outcome]:
        """Begin a group with these, and further ones with what one document has no room for.

        One after the other: what waits for the latest is found in it again.
        """
        empty, blocked = groups.opened((), self.lane.clock()), None
        while notices and not blocked:
            fit = groups.fitting(empty, self._members(notices))
            for told, receipt in self._begin_one_group(notices[:fit]):
                yield told, receipt
                blocked = receipt if isinstance(receipt, Deferred) else None
            notices = notices[fit:]
        if notices and blocked:
            yield notices, replace(blocked, unknown=False, ref=None)

    def _begin_one_group(self, notices: Sequence[Notice]) -> Iterator[Outcome]:
        gathering = self._gathering()
        if gathering:
            yield notices, gathering
            return
        now, zone = self.lane.clock(), self.parts.system.zone
        group = groups.opened(self._members(notices), now)
        lone = self._message(notices[0]) if len(notices) == 1 else None
        receipt = self.outbox.post(lone or group_message.render_group(group, now, zone), None)
        if not isinstance(receipt, Delivered):
            yield notices, receipt
            return
        shown = [row.key for row in group_message.shown_rows(group, now, zone)]
        group = group.as_shown(now, shown)
        if receipt.ref is None:
            yield notices, self._tell_the_rest(group, None)
            return
        ref = replace(receipt.ref, group=True)
        self._groups.save(ref, group, now)
        self.lane.begin_group(f"{ref.channel}#{ref.ts}")
        receipt = self._tell_the_rest(group, ref)
        yield notices, _of_group(receipt, ref)

    def _tell_the_rest(self, group: Group, ref: MessageRef | None) -> Receipt:
        """Name what a new group's message has no room for: in its thread, or in more messages."""
        now = self.lane.clock()
        for reply, keys in group_message.render_joined(group, now, self.parts.system.zone):
            receipt = self.outbox.post(replace(reply, broadcast=False), ref)
            if not isinstance(receipt, Delivered):
                if ref:
                    self._groups.save(ref, group, now)
                return receipt
            group = group.with_named(keys)
        if ref:
            self._groups.save(ref, group.as_shown(now), now)
        return Delivered()

    def _gathering(self) -> Deferred | None:
        """Hold a busy webhook's alerts back a little, so that they come together."""
        if self.transport.can_update or not self.lane.is_busy:
            return None
        waited = (self.lane.clock() - self.lane.traffic.told_at[-1]).total_seconds()
        left = GATHER_SECONDS - waited
        return Deferred(left, "gathering a storm", turn=True) if left > 0 else None

    def _into_group(self, ref: MessageRef, notices: Sequence[Notice]) -> Iterator[Outcome]:
        if not notices:
            return
        group, now = self._groups.load(ref), self.lane.clock()
        if group is None:  # expired long ago: what is left is told by itself
            for notice in notices:
                yield [notice], self.outbox.post(self._message(notice), None)
            return
        told = [n for n in notices for row in self._members([n]) if group.tells(row)]
        if told:  # by the message of another batch, for which it waited
            yield told, Delivered(ref)
        left = [notice for notice in notices if notice not in told]
        if not left:
            return
        group = group.with_members(self._members(left))
        answered = any(notice.kind is NoticeKind.ANSWERED for notice in left)
        if wait := groups.waits(group, now, answered=answered):
            self._groups.save(ref, group, now)
            yield left, Deferred(wait, GATHERING, ref=ref, turn=True)
            return
        receipt = self._tell_wave(ref, group, left)
        if isinstance(receipt, Refused):  # somebody deleted the message
            yield from self._begin_group(left)
            return
        yield left, _of_group(receipt, ref)

    def _tell_wave(self, ref: MessageRef, group: Group, notices: Sequence[Notice]) -> Receipt:
        """Change a group's message, and tell what joined in a reply: an edit rings nowhere."""
        now = self.lane.clock()
        receipt = self.outbox.change(ref, self._as_it_stands(group, notices))
        if not isinstance(receipt, Delivered):
            return receipt
        for reply, keys in self._replies(group, notices):
            receipt = self.outbox.post(reply, ref)
            if not isinstance(receipt, Delivered):
                self._groups.save(ref, group, now)
                return receipt
            group = group.with_named(keys)
        self._groups.save(ref, group.as_shown(self.lane.clock()), now)
        return Delivered()

    def _as_it_stands(self, group: Group, notices: Sequence[Notice]) -> SlackMessage:
        if len(group.members) == 1:  # nothing joined it: it keeps its full form
            return self._message(notices[-1])
        return group_message.render_group(group, self.lane.clock(), self.parts.system.zone)

    def _replies(
        self, group: Group, notices: Sequence[Notice]
    ) -> list[tuple[SlackMessage, list[str]]]:
        """Return what is said below a group: a lone newcomer in its full form."""
        joined, lone = group.joined, []
        if len(joined) == 1 and not joined[0].is_over:
            own = [notice for notice in notices if groups.key_of(notice) == joined[0].key]
            lone = [(replace(self._message(each), broadcast=True), [joined[0].key]) for each in own]
        rest = group.with_named(key for _, keys in lone for key in keys)
        now, zone = self.lane.clock(), self.parts.system.zone
        return [*lone, *group_message.render_joined(rest, now, zone)]

    def _members(self, notices: Sequence[Notice]) -> list[Member]:
        system = self.parts.system
        return [member(each, words(each, system, SLACK), system.zone) for each in notices]

    def _single(self, notice: Notice) -> Iterator[Outcome]:
        told, ref = self._message(notice), notice.ref(SLACK)
        if ref and ref.group and self.transport.can_update:
            # of one of several: the message about all stays as it is
            rings = notice.kind is NoticeKind.REMINDER
            receipt = self.outbox.post(replace(told, broadcast=rings), ref)
            yield [notice], Delivered(ref) if isinstance(receipt, Delivered) else receipt
            return
        if ref is None or not self.transport.can_update:
            receipt = self.outbox.post(told, notice.parent(SLACK))
            yield [notice], receipt
            if isinstance(receipt, Delivered) and receipt.ref:
                self._draw(notice, notice.parent(SLACK) or receipt.ref)
            return
        receipt = self.outbox.change(ref, told)
        if notice.kind is NoticeKind.ALSO:  # it rings nowhere, and where it is gone is no news
            gone = isinstance(receipt, Refused)
            yield [notice], Delivered(ref) if gone else receipt
            return
        if isinstance(receipt, Refused):  # the message is gone: say it anew
            yield [notice], self.outbox.post(told, None)
            return
        if isinstance(receipt, Delivered) and notice.kind is not NoticeKind.ANSWERED:
            # an edited message rings nowhere: the reply below it does
            text = words(notice, self.parts.system, SLACK)
            reminds = notice.kind is NoticeKind.REMINDER
            reply = message.render_reply(text, broadcast=reminds)
            if notice.kind is NoticeKind.UPDATED:  # its sentence is the news
                reply = replace(told, broadcast=True)
            receipt = self.outbox.post(reply, notice.parent(SLACK) or ref)
        yield [notice], Delivered(ref) if isinstance(receipt, Delivered) else receipt

    def _message(self, notice: Notice) -> SlackMessage:
        text = words(notice, self.parts.system, SLACK)
        return message.render(text, notice.route.severity, green=notice.is_recovery)

    def _draw(self, notice: Notice, ref: MessageRef) -> None:
        """Upload the graph below the message: never late, never the reason for a failure."""
        if notice.kind is not NoticeKind.OPENED or not self.transport.can_update:
            return
        image = self.parts.graph(notice) if self.deadline.left > GRAPH_SECONDS else None
        if image and self.lane.pace(self.deadline) == 0:
            receipt = self.transport.upload(ref, image, notice.route.title, self.deadline)
            self.lane.sent()
            if isinstance(receipt, Refused):
                logger().warning("no graph below the message", reason=receipt.reason)


def _of_group(receipt: Receipt, ref: MessageRef) -> Receipt:
    """Say where it stands, or will once the rest of it is told."""
    match receipt:
        case Delivered():
            return Delivered(ref)
        case Deferred():
            return replace(receipt, ref=ref)
        case _:
            return receipt
