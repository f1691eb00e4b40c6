"""Mutes: alerts that a person holds back for a while, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from alarm_fanout.alert import Alert


@dataclass(frozen=True, slots=True)
class Mute:
    """What is held back until when, and what it has held back so far.

    ``alarms`` is a glob over alarm names and AlertIds; ``held`` the names, each once.
    """

    alarms: str
    reason: str
    since: datetime
    until: datetime
    held: tuple[str, ...] = ()

    def matches(self, alert: Alert, alert_id: str | None) -> bool:
        """Whether the mute holds an alert back."""
        return any(fnmatchcase(name, self.alarms) for name in (alert.name, alert_id) if name)

    def covers(self, now: datetime) -> bool:
        """Whether the mute is in force."""
        return self.since <= now < self.until
