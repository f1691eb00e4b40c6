"""One thing to tell, with all that a message about it may say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alarm_fanout.alert import Alert
from alarm_fanout.incident import Incident, MessageRef, NoticeKind, NoticeRecord
from alarm_fanout.routing import Route
from avatarwatch.alert_state import AlertState


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted behind a ratio, and up to when."""

    numerator: float
    denominator: float
    ended_at: datetime

    @property
    def percent(self) -> float:
        """The ratio."""
        return 100 * self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class Course:
    """How an alarm's metric went before the change, oldest first; None where there is no data.

    ``counts`` are those behind the ratios that the alarm saw, the newest first, and of all of them
    together.
    """

    points: tuple[float | None, ...]
    span_seconds: int
    counts: tuple[Counts, ...] = ()

    def counts_behind(self, told: float | None) -> Counts | None:
        """Return the counts that make up a ratio that is told: a sentence of others would lie."""
        near = (each for each in self.counts if told is not None and _alike(each.percent, told))
        return next(near, None)

    @property
    def latest(self) -> float | None:
        """The latest value that there is."""
        return next((point for point in reversed(self.points) if point is not None), None)


def _alike(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=0.005, abs_tol=0.005)


@dataclass(frozen=True, slots=True)
class Notice:
    """News of an incident for the channels of its route; ``parents`` the messages above it.

    ``again`` says that somebody began to tell it before, and ended without a word of how that went;
    ``instead`` why a channel tells it in another's place, by the channel's name.
    """

    kind: NoticeKind
    change_id: str
    incident: Incident
    route: Route
    now: datetime
    course: Course | None = None
    parents: Mapping[str, MessageRef] = field(default_factory=dict)
    again: bool = False
    instead: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Identify the notice over all incidents."""
        return f"{self.incident.key}|{self.kind}:{self.change_id}"

    @property
    def record(self) -> NoticeRecord | None:
        """How far it was told when it was claimed."""
        return self.incident.notice(f"{self.kind}:{self.change_id}")

    @property
    def alert(self) -> Alert:
        """The alert as it was last seen."""
        return self.incident.alert

    @property
    def is_recovery(self) -> bool:
        """Whether it says that an alert is over."""
        return self.kind is NoticeKind.RECOVERED or (
            self.kind is NoticeKind.SETTLED and self.alert.state is AlertState.OK
        )

    def parent(self, channel: str) -> MessageRef | None:
        """Return the message in a channel below which this one belongs."""
        return self.parents.get(channel)

    def ref(self, channel: str) -> MessageRef | None:
        """Return where the incident's message stands in a channel; an event always has its own."""
        return None if self.kind is NoticeKind.EVENT else self.incident.refs.get(channel)
