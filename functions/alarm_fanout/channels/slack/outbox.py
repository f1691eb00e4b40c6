"""The calls of one batch to Slack: each in its turn, and none after one that failed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alarm_fanout.channels.base import Deferred, Delivered, Receipt
from alarm_fanout.channels.http import RATE_LIMITED
from alarm_fanout.channels.slack.lane import Lane

if TYPE_CHECKING:
    from alarm_fanout.channels.slack.message import SlackMessage
    from alarm_fanout.channels.slack.transport import Transport
    from alarm_fanout.deadline import Deadline
    from alarm_fanout.incident import MessageRef

LEAST_SECONDS = 1.0  # with the deadline's reserve as long as a call may take
OUT_OF_TURN = "Slack's rate"


@dataclass(slots=True)
class Outbox:
    """What one batch sends into one channel; ``failed`` is why nothing more is tried."""

    transport: Transport
    lane: Lane
    deadline: Deadline
    failed: Deferred | None = None

    def post(self, message: SlackMessage, thread: MessageRef | None) -> Receipt:
        """Post a message, below another where ``thread`` is that."""
        channel, ts = (thread.channel, thread.ts) if thread else (self.lane.destination, None)
        receipt = self._held() or self.transport.post(channel, message, self.deadline, ts)
        self._learn(receipt)
        if isinstance(receipt, Delivered) and (thread is None or message.broadcast):
            self.lane.told()
        return receipt

    def change(self, ref: MessageRef, message: SlackMessage) -> Receipt:
        """Replace a message by another."""
        receipt = self._held() or self.transport.update(ref, message, self.deadline)
        self._learn(receipt)
        return receipt

    def _held(self) -> Deferred | None:
        """Wait for the next call's turn; return why there can be none now."""
        if self.failed:  # each further try could cost the time that other channels need
            return replace(self.failed, unknown=False)
        wait = self.lane.pace(self.deadline)
        if wait or self.deadline.left < LEAST_SECONDS:
            return Deferred(max(wait, 1.0), OUT_OF_TURN, turn=True)
        return None

    def _learn(self, receipt: Receipt) -> None:
        """Note what the next call has to know of this one."""
        match receipt:
            case Delivered():
                self.lane.sent()
            case Deferred(_, reason) if reason == OUT_OF_TURN:
                pass
            case Deferred(seconds, reason) if reason == RATE_LIMITED:
                self.lane.block(seconds)
            case Deferred():
                self.failed = receipt
