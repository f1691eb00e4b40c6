"""A critical alert that nobody acknowledged: the next kind of channel tells it, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from alarm_fanout.answered import is_answered
from alarm_fanout.channels.base import Channel
from alarm_fanout.channels.registry import NAMES, NEXT_KINDS, load
from alarm_fanout.incident import (
    DeliveryRecord,
    DeliveryStatus,
    Incident,
    NoticeKind,
    NoticeRecord,
)
from alarm_fanout.inhibition import is_told
from alarm_fanout.intake import Intake
from alarm_fanout.news import News
from alarm_fanout.routing import Route
from alarm_fanout.times import lasting
from avatarwatch.catalogue import ChannelKind, Severity


@dataclass(frozen=True, slots=True)
class Escalation:
    """Find what is due, and claim its telling; ``answers`` says whether people can acknowledge."""

    intake: Intake
    channels: Mapping[str, Channel[Any]]
    answers: bool

    def is_due(self, incident: Incident) -> bool:
        """Whether people heard of it so long ago that others must, and there are others."""
        return self._heard(incident) is not None and bool(self._next(incident))

    def claimed(self, incident: Incident) -> News:
        """Claim its telling by the next kinds, unless it is answered or over by now."""

        def decide(known: Incident | None) -> tuple[Incident, News]:
            current, news, now = known or incident, News(), self.intake.now
            heard = self._heard(current)
            if heard is None:
                return current, news
            why = f"Nobody has acknowledged this for {lasting(now - heard)}"
            pending = {
                name: DeliveryRecord(
                    DeliveryStatus.PENDING,
                    instead=f"{why}; this came by {self.channels[name].label}.",
                )
                for name in self._next(current)
            }
            # not the alert's own change: a late copy of that is no copy of this
            change_id = f"{current.alert.change_id}+unanswered"
            notice = NoticeRecord(NoticeKind.ESCALATED, change_id, pending)
            told = replace(current, escalated_at=now, handed=(*current.handed, *pending))
            return self.intake.claimed(told, notice, news), news

        return self.intake.changed(incident.key, decide)

    def _heard(self, incident: Incident) -> datetime | None:
        """Return since when nobody has acknowledged what is due, None where it is not due."""
        now, route = self.intake.now, self.intake.router.route(incident.alert)
        heard, hushed = incident.heard_at, incident.hushed
        if not self.answers or route.escalate is None or route.severity is not Severity.CRITICAL:
            return None
        if not is_told(incident) or incident.flapping_since or incident.escalated_at:
            return None
        if heard is None or is_answered(incident, now):
            return None
        if hushed and hushed.until:  # who muted it saw it
            heard = max(heard, hushed.until)
        return heard if now - heard >= route.escalate else None

    def _next(self, incident: Incident) -> list[str]:
        """Return the channels of the next kinds: of none that the route asks for, or told it.

        A kind that the team has not set up counts as asked: a page without PagerDuty goes on to
        SMS.
        """
        asked = self._kinds(self.intake.router.route(incident.alert))
        told = {*self.intake.served(incident.alert), *incident.handed}
        kinds = {self.channels[name].kind for name in told if name in self.channels}
        after = {kind for each in asked | kinds for kind in NEXT_KINDS[each]} - kinds
        return [name for name, channel in self.channels.items() if channel.kind in after]

    def _kinds(self, route: Route) -> set[ChannelKind]:
        names = {name for name in NAMES if name in route.channels}
        named = {(self.channels.get(name) or load(name)).kind for name in names}
        return named | {kind for kind in ChannelKind if kind in route.channels}
