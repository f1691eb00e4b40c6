"""One sender at a time for each Slack channel, at Slack's pace.

Two invocations may run at once. The lane is a lease in StateTable: it keeps them from writing over
each other's group, and it remembers between invocations when the next message may be sent (one
message a second and channel, Slack's documented rate) and how busy the channel has been.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from avatarwatch.state import ConflictError, Document, DocumentStore

if TYPE_CHECKING:
    from alarm_fanout.deadline import Deadline

LEASE = timedelta(seconds=35)  # longer than the function can run
PACE = timedelta(seconds=1)
BUSY_WINDOW = timedelta(minutes=1)
BUSY_MESSAGES = 4  # in that window: from then on alerts are grouped
KEPT = timedelta(days=7)
_WAIT_SECONDS = 4.0
_STEP_SECONDS = 0.25


def utc_now() -> datetime:
    """Return the time of now in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Lane:
    """The way to one Slack channel; use it only between ``acquire`` and ``release``."""

    store: DocumentStore
    destination: str
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)
    sent_at: datetime | None = None  # the latest call, whatever it was
    told_at: list[datetime] = field(default_factory=list)  # new messages of the last minute
    blocked_until: datetime | None = None
    open_group: str | None = None  # channel and ts of the group's message
    _document: Document | None = None

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
        """Give the lane back, with what was learned."""
        if self._document is None:
            return
        # Another took it: our lease had expired, and what it knows is newer.
        try:
            self._put(self._document, lease_until=None)
        except ConflictError:
            self._document = None

    def pace(self, deadline: Deadline) -> float:
        """Wait for the next message's turn; return the seconds to wait when there is no time."""
        due = max(
            self.sent_at + PACE if self.sent_at else self.clock(),
            self.blocked_until or self.clock(),
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
        self.sent_at = self.clock()

    def told(self) -> None:
        """Note that the channel has a new message to read."""
        now = self.clock()
        self.told_at = [*(moment for moment in self.told_at if now - moment < BUSY_WINDOW), now]

    def block(self, seconds: float) -> None:
        """Note that Slack wants no message for so long."""
        self.blocked_until = self.clock() + timedelta(seconds=seconds)

    def begin_group(self, place: str) -> None:
        """Note where the open group's message stands, at once: a crash must not begin another."""
        self.open_group = place
        if self._document:
            self._put(self._document, lease_until=self.clock() + LEASE)

    @property
    def is_busy(self) -> bool:
        """Whether so much was told of late that further alerts should come together."""
        now = self.clock()
        return sum(now - moment < BUSY_WINDOW for moment in self.told_at) >= BUSY_MESSAGES

    def _try(self) -> bool:
        key = ("lane", f"slack#{self.destination}")
        document = self.store.get(key) or Document(key, 0, {})
        lease = _moment(document.body.get("lease_until"))
        if lease and lease > self.clock():
            return False
        self.sent_at = _moment(document.body.get("sent_at"))
        self.told_at = [
            datetime.fromisoformat(moment) for moment in document.body.get("told_at", [])
        ]
        self.blocked_until = _moment(document.body.get("blocked_until"))
        self.open_group = document.body.get("open_group")
        try:
            self._put(document, lease_until=self.clock() + LEASE)
        except ConflictError:
            return False
        return True

    def _put(self, document: Document, lease_until: datetime | None) -> None:
        body = {
            "holder": self.holder,
            "lease_until": lease_until.isoformat() if lease_until else None,
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "told_at": [moment.isoformat() for moment in self.told_at],
            "blocked_until": self.blocked_until.isoformat() if self.blocked_until else None,
            "open_group": self.open_group,
        }
        replaced = Document(document.key, document.version, body)
        self._document = self.store.put(replaced, self.clock() + KEPT)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
