"""What the status page looks back on: ninety days of polls and the incidents in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from avatarwatch.state_table.codec import decode
from avatarwatch.state_table.documents import Json, UnreadableError
from avatarwatch.state_table.stored import Moment
from health_polling.watch import Change, Day, Service

DAYS_KEPT = 90
INCIDENTS_KEPT = 100


@dataclass(frozen=True, slots=True)
class Incident:
    """A time in which a part of a service was down; ``until`` is None while it is."""

    service: str
    component: str
    since: Moment
    until: Moment | None
    reason: str


@dataclass(frozen=True, slots=True)
class History:
    """Days by service and date, oldest first; incidents, newest first."""

    days: Mapping[str, Mapping[date, Day]] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()

    def with_day(self, name: str, day: date, record: Day) -> History:
        """Return the history with a finished day; a day that is there is replaced."""
        oldest = day - timedelta(days=DAYS_KEPT)
        known = {**self.days.get(name, {}), day: record}
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


def rescued_history(body: Json) -> History:
    """Return what can be read of a history that is damaged: each day, each incident by itself."""
    listed, incidents = body.get("days"), body.get("incidents")
    services = listed.items() if isinstance(listed, dict) else ()
    kept = {
        name: {day: each for key, body in of.items() for day, each in _day(key, body)}
        for name, of in services
        if isinstance(of, dict)
    }
    found = [_incident(each) for each in (incidents if isinstance(incidents, list) else ())]
    return History(kept, tuple(each for each in found if each))


def _day(key: str, body: Any) -> Iterator[tuple[date, Day]]:
    with suppress(UnreadableError):
        yield from decode({key: body}, dict[date, Day]).items()


def _incident(body: Any) -> Incident | None:
    try:
        return decode(body, Incident)
    except UnreadableError:
        return None


def finished_day(service: Service, today: date) -> tuple[date, Day] | None:
    """Return a service's day that is over and not in the history yet."""
    if service.day is None or service.day >= today:
        return None
    return service.day, service.today
