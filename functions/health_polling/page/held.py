"""Which alerts are held back, as the page shows it: planned maintenance and mutes, now and soon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from avatarwatch.mutes import Mute

SOON = timedelta(days=14)
"""How far ahead maintenance is shown; a yearly one would stand there all the year."""

MOST = 30  # of them, those that are in force first


@dataclass(frozen=True, slots=True)
class Held:
    """One time of maintenance, or a mute; ``name`` is empty for a mute.

    A mute's reason is not shown: colleagues write it to each other, and it may name them.
    """

    name: str
    alarms: str
    reason: str
    since: datetime
    until: datetime
    is_now: bool


def held(mutes: Iterable[Mute], now: datetime) -> tuple[Held, ...]:
    """Return what is held back now, and the maintenance that comes soon, in order of time."""
    found = [
        Held(
            each.window, each.alarms, each.reason if each.window else "", each.since, each.until,
            is_now=each.covers(now),
        )
        for each in mutes
        if each.until > now and each.since < now + SOON
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda h: (h.since, h.until, h.name, h.alarms))[:MOST])
