"""One sender at a time for each Slack channel, at Slack's pace.

Two invocations may run at once. The lane is a lease in StateTable: it keeps them from writing over
each other's group, and it remembers between invocations when the next message may be sent (one
message a second and channel, Slack's documented rate) and how busy the channel has been.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.lease import Lease, Leased, Leases
from avatarwatch.state_table.partition import Partition, forgotten

if TYPE_CHECKING:
    from alarm_fanout.deadline import Deadline

LEASE = timedelta(seconds=35)  # longer than the function can run
PACE = timedelta(seconds=1)
BUSY_WINDOW = timedelta(minutes=1)
BUSY_MESSAGES = 4  # in that window: from then on alerts are grouped
KEPT = timedelta(days=7)
_WAIT_SECONDS = 4.0
_STEP_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is remembered of a channel.

    ``sent_at`` is the time of the latest call, whatever it was; ``told_at`` those of the new
    messages of the last minute; ``open_group`` the channel and ts of the group's message.
    """

    sent_at: datetime | None = None
    told_at: tuple[datetime, ...] = ()
    blocked_until: datetime | None = None
    open_group: str | None = None


@dataclass(slots=True)
class Lane:
    """The way to one Slack channel; use it only between ``acquire`` and ``release``."""

    store: DocumentStore
    destination: str
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    traffic: Traffic = field(default_factory=Traffic, init=False)
    _leases: Leases[Traffic] = field(init=False)
    _lease: Lease[Traffic] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Find the channel's document among the lanes."""
        lanes = Partition(self.store, "lane", Leased[Traffic], KEPT, rescue=forgotten)
        self._leases = Leases(lanes, LEASE)

    def acquire(self, deadline: Deadline) -> bool:
        """Take the lane, waiting a little while another holds it; False when it stays taken."""
        waited = 0.0
        while not self._try():
            if waited >= _WAIT_SECONDS or deadline.left <= _STEP_SECONDS:
                return False
            self.sleep(_STEP_SECONDS)
            waited += _STEP_SECONDS
        return True

    def release(self) -> None:
        """Give the lane back, with what was learned.

        Where another took it our lease had expired, and what that one knows is newer.
        """
        if self._lease:
            self._leases.release(self._lease, self.traffic, self.clock())
            self._lease = None

    def pace(self, deadline: Deadline) -> float:
        """Wait for the next message's turn; return the seconds to wait when there is no time."""
        due = max(
            self.traffic.sent_at + PACE if self.traffic.sent_at else self.clock(),
            self.traffic.blocked_until or self.clock(),
        )
        seconds = (due - self.clock()).total_seconds()
        if seconds <= 0:
            return 0.0
        if seconds >= deadline.left:
            return seconds
        self.sleep(seconds)
        return 0.0

    def sent(self) -> None:
        """Note that Slack took something: a message, an edit, a reply, a picture."""
        self.traffic = replace(self.traffic, sent_at=self.clock())

    def told(self) -> None:
        """Note that the channel has a new message to read."""
        now = self.clock()
        lately = (moment for moment in self.traffic.told_at if now - moment < BUSY_WINDOW)
        self.traffic = replace(self.traffic, told_at=(*lately, now))

    def block(self, seconds: float) -> None:
        """Note that Slack wants no message for so long."""
        until = self.clock() + timedelta(seconds=seconds)
        self.traffic = replace(self.traffic, blocked_until=until)

    def begin_group(self, place: str) -> None:
        """Note where the open group's message stands, at once: a crash must not begin another."""
        self.traffic = replace(self.traffic, open_group=place)
        if self._lease:
            self._lease = self._leases.write(self._lease, self.traffic, self.clock())

    @property
    def is_busy(self) -> bool:
        """Whether so much was told of late that further alerts should come together."""
        now = self.clock()
        return sum(now - moment < BUSY_WINDOW for moment in self.traffic.told_at) >= BUSY_MESSAGES

    def _try(self) -> bool:
        found = self._leases.get(f"slack#{self.destination}")
        self._lease = self._leases.take(found, self.clock())
        if self._lease is None:
            return False
        self.traffic = self._lease.value or Traffic()
        return True
