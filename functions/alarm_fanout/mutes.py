"""Mutes: alerts that a person holds back for a while, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from alarm_fanout.alert import Alert


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

    def matches(self, alert: Alert, alert_id: str | None) -> bool:
        """Whether the mute holds an alert back."""
        return any(fnmatchcase(name, self.alarms) for name in (alert.name, alert_id) if name)

    def covers(self, now: datetime) -> bool:
        """Whether the mute is in force."""
        return self.since <= now < self.until
