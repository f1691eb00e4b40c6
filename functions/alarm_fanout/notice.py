"""One thing to tell, with all that a message about it may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alarm_fanout.alert import Alert
from alarm_fanout.incident import Incident, MessageRef, NoticeKind
from alarm_fanout.routing import Route
from avatarwatch.alert_state import AlertState


@dataclass(frozen=True, slots=True)
class Course:
    """How an alarm's metric went before the change, oldest first; None where there is no data.

    ``numerator`` and ``denominator`` are the counts behind the newest ratio that the alarm saw.
    """

    points: tuple[float | None, ...]
    span_seconds: int
    numerator: float | None = None
    denominator: float | None = None

    @property
    def latest(self) -> float | None:
        """The latest value that there is."""
        return next((point for point in reversed(self.points) if point is not None), None)


@dataclass(frozen=True, slots=True)
class Notice:
    """News of an incident for the channels of its route; ``parents`` the messages above it.

    ``again`` says that somebody began to tell it before, and ended without a word of how that went.
    """

    kind: NoticeKind
    change_id: str
    incident: Incident
    route: Route
    now: datetime
    course: Course | None = None
    parents: Mapping[str, MessageRef] = field(default_factory=dict)
    again: bool = False

    @property
    def id(self) -> str:
        """Identify the notice over all incidents."""
        return f"{self.incident.key}|{self.kind}:{self.change_id}"

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
