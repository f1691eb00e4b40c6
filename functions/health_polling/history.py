"""What the status page looks back on: ninety days of polls and the incidents in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from health_polling.watch import Change, Day, Service

DAYS_KEPT = 90
INCIDENTS_KEPT = 100


@dataclass(frozen=True, slots=True)
class Incident:
    """A time in which a part of a service was down; ``until`` is None while it is."""

    service: str
    component: str
    since: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class History:
    """Days by service and date (ISO), oldest first; incidents, newest first."""

    days: Mapping[str, Mapping[str, Day]] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()

    def with_day(self, name: str, day: date, record: Day) -> History:
        """Return the history with a finished day; a day that is there is replaced."""
        oldest = (day - timedelta(days=DAYS_KEPT)).isoformat()
        known = {**self.days.get(name, {}), day.isoformat(): record}
        kept = {key: known[key] for key in sorted(known) if key > oldest}
        return replace(self, days={**self.days, name: kept})

    def with_changes(self, changes: Iterable[Change]) -> History:
        """Return the history with incidents that begin and end; the same change twice is one."""
        found = {(i.service, i.component, i.since): i for i in self.incidents}
        for change in changes:
            key = (change.service, change.component, change.since)
            if change.is_down:
                begun = Incident(*key, until=None, reason=change.reason)
                found.setdefault(key, begun)
            elif key in found:
                found[key] = replace(found[key], until=change.ended or change.at)
        newest = sorted(found.values(), key=lambda i: i.since, reverse=True)
        return replace(self, incidents=tuple(newest[:INCIDENTS_KEPT]))


def finished_day(service: Service, today: date) -> tuple[date, Day] | None:
    """Return a service's day that is over and not in the history yet."""
    if service.day is None or service.day >= today:
        return None
    return service.day, service.today
