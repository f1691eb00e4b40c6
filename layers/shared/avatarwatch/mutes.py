"""Mutes: alerts that are held back for a while: a person's, or one time of planned maintenance.

AlarmFanout writes them and holds back what they match; the status page shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from avatarwatch.answers import row_of
from avatarwatch.globs import matches
from avatarwatch.state_table.codec import decode
from avatarwatch.state_table.documents import DocumentStore, UnreadableError

PARTITION = "mute"
HELD_LIMIT = 300  # names that a mute keeps: its document holds 400 KB


@dataclass(frozen=True, slots=True)
class Mute:
    """What is held back until when, and what it has held back so far.

    ``alarms`` is a glob over alarm names and AlertIds; ``held`` the names, each once and HELD_LIMIT
    at most; ``window`` names the planned maintenance that this is one time of, empty for what a
    person muted. ``incident`` is the key of the one alert that somebody muted where it was told,
    empty for a glob; ``alarms`` is that alert's name then.
    """

    alarms: str
    reason: str
    since: datetime
    until: datetime
    held: tuple[str, ...] = ()
    window: str = ""
    incident: str = ""

    @property
    def key(self) -> str:
        """By what it is kept, and named by the incidents that it holds back."""
        if self.incident:
            return f"alert:{row_of(self.incident)}"
        return f"maintenance:{self.window}" if self.window else self.alarms

    @property
    def title(self) -> str:
        """What it is called in a message."""
        return f"Maintenance {self.window}" if self.window else f"Mute {self.alarms}"

    def holding(self, names: Iterable[str]) -> Mute:
        """Return the mute with more names that it holds back, as far as there is room."""
        return replace(self, held=tuple(sorted({*self.held, *names})[:HELD_LIMIT]))

    def matches(self, name: str, alert_id: str | None, key: str = "") -> bool:
        """Whether the mute holds back an alert of that name, or of that AlertId.

        ``key`` is the incident's: who asks for no single one meets no mute of one.
        """
        if self.incident:
            return key == self.incident
        return any(matches(each, self.alarms) for each in (name, alert_id) if each)

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
