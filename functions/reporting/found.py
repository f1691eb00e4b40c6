"""What was found, as a report holds it: plain values that are kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from avatarwatch.access_days import AccessDay
from avatarwatch.episodes import Episode
from avatarwatch.left_out import LeftOut


class State(StrEnum):
    """How a question of a checklist stands."""

    DONE = "done"
    PERSON = "needs a person"
    NO_DATA = "no data"


class Topic(StrEnum):
    """What is looked at as it stands when a report is made."""

    BACKUP = "backup"
    SECURITY = "security"


class Check(Struct, frozen=True):
    """One thing that was looked at, and what it means; ``link`` is where a person goes on."""

    topic: Topic
    subject: str
    what: str
    state: State
    text: str
    link: str = ""


class Snapshot(Struct, frozen=True):
    """What only the time of the first making knows: it is kept, so that a report stays as it was.

    ``is_late`` when the report's own run was missed, and a later one has made it.
    """

    at: datetime
    is_late: bool
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """A metric's sum over a day, and of how many samples."""

    total: float
    count: float

    @property
    def mean(self) -> float:
        """The mean of the samples."""
        return self.total / self.count


type Days = Mapping[date, Amount]


@dataclass(frozen=True, slots=True)
class Found:
    """All that a report is made from. ``unread`` says by source why it has nothing.

    ``metrics`` are by metric name; ``cost_runs`` what cost control left of each day; ``left_out``
    the maintenance that availability leaves out.
    """

    metrics: Mapping[str, Days] = field(default_factory=dict)
    episodes: tuple[Episode, ...] = ()
    cost_runs: Mapping[date, Mapping[str, Any]] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    access: Mapping[date, AccessDay] = field(default_factory=dict)
    left_out: LeftOut = field(default_factory=LeftOut)
