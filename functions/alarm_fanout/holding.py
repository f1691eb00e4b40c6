"""The measures of a batch: who else judges them, how those stand, and what that means for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alarm_fanout.alert import Alert
from alarm_fanout.incident import Also, Incident
from alarm_fanout.inhibition import Judged, Level, above, below, judged, order, said
from alarm_fanout.ledger import Ledger
from alarm_fanout.routing import Router

# The alarms of one measure end within seconds of each other, and their news comes in any order:
# so long after the greater ended the lesser is told.
SETTLES = timedelta(seconds=10)


@dataclass(slots=True)
class Holding:
    """What one batch has to know of other alerts of the same measures."""

    ledger: Ledger
    router: Router
    now: datetime
    _judged: dict[str, Judged] = field(default_factory=dict)
    _levels: dict[str, Mapping[str, Level]] = field(default_factory=dict)
    _others: dict[str, Incident] = field(default_factory=dict)

    def judged(self, alert: Alert) -> Judged | None:
        """Return what an alert judges."""
        return judged(alert, self.router.route(alert), self.router.system_name)

    def measures(self, alerts: Sequence[Alert]) -> dict[str, Judged]:
        """Return what a batch's alerts judge, by their keys."""
        return {alert.key: each for alert in alerts if (each := self.judged(alert))}

    def look(self, keys: Sequence[str], found: Mapping[str, Judged]) -> list[str]:
        """Learn who else judges what these alerts do; return the keys, the greatest first."""
        for key in keys:
            # an end may not tell what the alarm reads
            known = None if key in found else self.ledger.known(key)
            each = found.get(key) or (self.judged(known.alert) if known else None)
            if each:
                self._judged[key] = each
        for measure, own in self._own.items():
            self._levels[measure] = {**self.ledger.levels(measure), **own}
        self._read_others()
        return sorted(keys, key=lambda key: order(self._of(key), key))

    def above(self, key: str) -> Incident | None:
        """Return the open alert that says what this one would."""
        return next(iter(above(key, self._of(key), self._incidents(key))), None)

    def note(self) -> bool:
        """Write who judges what, read the others anew, and return whether there are any.

        After the incidents were written: of two batches at once one sees what the other wrote.
        """
        for measure, own in self._own.items():
            self._levels[measure] = self.ledger.note_levels(measure, own, self.now)
        self._read_others()
        return any(self._relatives(key) for key in self._judged)

    def related(self) -> dict[str, Incident]:
        """Return the incidents of all measures that more than one alert of a batch or not judge."""
        return {
            key: incident
            for own in self._judged
            if self._relatives(own)
            for key, incident in self._incidents(own).items()
        }

    def also(self, incident: Incident) -> tuple[Also, ...]:
        """Return what an alert's message says of the open ones under it."""
        over = self.router.route(incident.alert)
        key = incident.key
        return tuple(
            Also(each.key, said(each.alert, self.router.route(each.alert), over))
            for each in below(key, self._of(key), self._incidents(key))
        )

    @property
    def _own(self) -> dict[str, dict[str, Level]]:
        """The levels of the batch's own alerts by measure."""
        found: dict[str, dict[str, Level]] = {}
        for key, each in self._judged.items():
            found.setdefault(each.measure, {})[key] = each.level
        return found

    def _of(self, key: str) -> Mapping[str, Level]:
        judged = self._judged.get(key)
        if judged:  # what it judges now, and not what it did before its metric changed
            return self._levels.get(judged.measure, {})
        return next((levels for levels in self._levels.values() if key in levels), {})

    def _relatives(self, key: str) -> set[str]:
        levels = self._of(key)
        mine = levels.get(key)
        if mine is None:
            return set()
        return {
            other for other, level in levels.items() if level.is_over(mine) or mine.is_over(level)
        }

    def _read_others(self) -> None:
        # all of a measure: a relative's message speaks of its own relatives, which may be others
        wanted = {other for key in self._judged for other in self._of(key)}
        if wanted := wanted - self._judged.keys():
            self._others = self.ledger.load(sorted(wanted))

    def _incidents(self, key: str) -> dict[str, Incident]:
        """Return the incidents of a key's measure as they are known now."""
        found = {}
        for other in {key, *self._relatives(key)}:
            incident = self.ledger.known(other) if other in self._judged else None
            if incident := incident or self._others.get(other):
                found[other] = incident
        return found


def held_now(incidents: Sequence[Incident], router: Router) -> dict[str, Incident]:
    """Return what is open and told over each open alert that has such, where all are at hand."""
    found = {incident.key: incident for incident in incidents if incident.is_open}
    measures: dict[str, dict[str, Level]] = {}
    for key, incident in found.items():
        if each := judged(incident.alert, router.route(incident.alert), router.system_name):
            measures.setdefault(each.measure, {})[key] = each.level
    return {
        key: over[0]
        for levels in measures.values()
        for key in levels
        if (over := above(key, levels, found))
    }
