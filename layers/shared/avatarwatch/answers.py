"""What a person answers to an alert where they read it: ChatActions writes it, AlarmFanout acts.

An answer is kept in StateTable before it is sent to AlarmFanout's queue: a request that is played
again finds it there, and what the queue did not take the tick finds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from avatarwatch.state_table.stored import Moment

PARTITION = "answer"
"""The one partition that ChatActions may write (its role's condition on dynamodb:LeadingKeys)."""

KEPT = timedelta(hours=1)
"""Longer than Slack's five minutes, within which a request may be played again."""

SOURCE = "avatarwatch.chat"  # of a message to AlarmFanout's queue
ANSWERS, ROWS = "answer:", "rows:"
"""How the action ids begin of what answers one alert, and of what answers rows of a group."""

NAME_LIMIT = 80  # characters of a person's name
ADDRESS_LIMIT = 500  # of where a person is answered; Slack's has a hundred


class What(StrEnum):
    """What a person may answer."""

    ACKNOWLEDGE = "acknowledge"
    TAKE = "take"  # "I'm on it"
    MUTE_HOUR = "mute-hour"
    MUTE_MORNING = "mute-morning"

    @property
    def mutes(self) -> bool:
        """Whether it holds back what the alert says next."""
        return self in {What.MUTE_HOUR, What.MUTE_MORNING}


class Answer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One click, or one acknowledgement from elsewhere.

    ``id`` is the request's; ``over`` where it was given ("Slack"). Which alert is meant says
    ``key``, its incident's, with ``opened``, when that alert opened (a later one of the same key is
    another); or ``place``, a group's message (channel and ts), with ``row``, a digest of one
    member's key, or ``*`` for all that are open; or ``dedup_key``, PagerDuty's. ``reply_to`` is an
    address at which who gave it, and nobody else, can be told something for half an hour.
    """

    id: str
    what: What
    by: str
    at: Moment
    over: str
    key: str = ""
    opened: str = ""
    place: tuple[str, str] | None = None
    row: str = ""
    dedup_key: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as an incident keeps it; ``until`` is when a mute ends."""

    id: str
    what: What
    by: str
    at: datetime
    over: str
    until: datetime | None = None


ALL_ROWS = "*"


def opening(opened_at: datetime | None) -> str:
    """Return by what one opening of an alert is told from the next, empty where it is not known."""
    return f"{opened_at.timestamp():.3f}" if opened_at else ""


def row_of(key: str) -> str:
    """Return a digest of a key: a menu's value holds 150 characters (Slack's reference)."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:16]


def button_value(opened_at: datetime | None, key: str) -> str:
    """Return what a button carries: which opening of which alert it answers."""
    return f"{opening(opened_at)}|{key}"


def row_value(key: str, opened: str) -> str:
    """Return what a menu's option carries: which opening of which member of the group."""
    return f"{opened}|{row_of(key)}"


def read_button(value: str) -> tuple[str, str]:
    """Return the opening and the key of a button's value; ValueError for what is none."""
    opened, sign, key = value.partition("|")
    if not sign or not key:
        raise ValueError("a button's value names no alert")
    return opened, key
