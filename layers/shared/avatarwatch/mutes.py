"""Mutes: alerts that are held back for a while: a person's, or one time of planned maintenance.

AlarmFanout writes them and holds back what they match; the status page shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from avatarwatch.state_table.codec import decode
from avatarwatch.state_table.documents import DocumentStore, UnreadableError

PARTITION = "mute"


@dataclass(frozen=True, slots=True)
class Mute:
    """What is held back until when, and what it has held back so far.

    ``alarms`` is a glob over alarm names and AlertIds; ``held`` the names, each once; ``window``
    names the planned maintenance that this is one time of, empty for what a person muted.
    """

    alarms: str
    reason: str
    since: datetime
    until: datetime
    held: tuple[str, ...] = ()
    window: str = ""

    @property
    def key(self) -> str:
        """By what it is kept, and named by the incidents that it holds back."""
        return f"maintenance:{self.window}" if self.window else self.alarms

    @property
    def title(self) -> str:
        """What it is called in a message."""
        return f"Maintenance {self.window}" if self.window else f"Mute {self.alarms}"

    def matches(self, name: str, alert_id: str | None) -> bool:
        """Whether the mute holds back an alert of that name, or of that AlertId."""
        return any(fnmatchcase(each, self.alarms) for each in (name, alert_id) if each)

    def covers(self, now: datetime) -> bool:
        """Whether the mute is in force."""
        return self.since <= now < self.until


def shown(store: DocumentStore) -> Iterator[Mute]:
    """Yield the mutes for whoever only shows them: what is damaged is its writer's to mend."""
    for document in store.query(PARTITION):
        with suppress(UnreadableError):
            if document.fault:
                continue
            yield decode(document.body, Mute)
