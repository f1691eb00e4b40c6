"""Which of two open alerts says enough for both (pure).

Of our own alerts the catalogue knows (avatarwatch/catalogue/families.py). Other teams' alarms judge
the same where they read one metric with the same dimensions, statistic and direction: the more
severe, then the further threshold is the greater.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alarm_fanout.alert import Alert, Crossing
from alarm_fanout.group import rank
from alarm_fanout.measure import threshold
from alarm_fanout.parsers.texts import bounded_key
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import CATALOGUE, rule_of_alarm
from avatarwatch.catalogue.families import FAMILIES
from avatarwatch.units import humanize

if TYPE_CHECKING:
    from alarm_fanout.incident import Incident
    from alarm_fanout.routing import Route

HELD_BACK_BY = "Held back by"
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Level:
    """How much an alert of a measure says: the less the greater, by ``rank`` and then ``reach``."""

    rank: float
    reach: float

    def is_over(self, other: Level) -> bool:
        """Whether it says what the other would; two of one threshold say each their own."""
        differs = self.reach != other.reach
        return differs and (self.rank, self.reach) < (other.rank, other.reach)


@dataclass(frozen=True, slots=True)
class Judged:
    """The measure that an alert judges, and its level in it."""

    measure: str
    level: Level


def judged(alert: Alert, route: Route, system_name: str) -> Judged | None:
    """Return what an alert judges, None where no other can judge the same."""
    if alert.state is AlertState.INFO:
        return None
    rule = CATALOGUE.get(alert.alert_id or "") or rule_of_alarm(alert.name, system_name)
    if rule:
        family = FAMILIES.get(rule.alert_id)
        if family is None:
            return None
        place = family.index(rule.alert_id)
        measure = bounded_key(f"{family[0]}|{_scope(alert, rule.alert_id)}")
        return Judged(measure, Level(place, place))
    return _of_metric(alert, route)


def _scope(alert: Alert, alert_id: str) -> str:
    """Return what an alert of ours is about, which is its key without its own name."""
    if alert.key.endswith(f":{alert.name}"):
        return alert.key.removesuffix(alert.name)
    names = {alert_id, _HUMP.sub("-", alert_id).lower()}
    return "/".join(part for part in alert.key.split("/") if part not in names)


def _of_metric(alert: Alert, route: Route) -> Judged | None:
    crossing = alert.crossing
    if crossing is None or crossing.threshold is None or crossing.comparison is None:
        return None
    if len(crossing.metrics) != 1 or crossing.expression or crossing.comparison.is_band:
        return None
    metric, is_under = crossing.metrics[0], "under" in crossing.comparison.value
    dimensions = ",".join(f"{name}={value}" for name, value in sorted(metric.dimensions))
    parts = (
        alert.account or "", alert.region or "", metric.namespace, metric.name, dimensions,
        metric.statistic, "under" if is_under else "over",
    )  # fmt: skip
    reach = crossing.threshold if is_under else -crossing.threshold
    return Judged(bounded_key("|".join(parts)), Level(rank(route.severity), reach))


def order(levels: Mapping[str, Level], key: str) -> int:
    """Return how many of a measure are over an alert: the greatest are looked at first."""
    mine = levels.get(key)
    return sum(level.is_over(mine) for level in levels.values()) if mine else 0


def above(
    incident_key: str, levels: Mapping[str, Level], incidents: Mapping[str, Incident]
) -> list[Incident]:
    """Return what is open and told over an alert, the greatest first."""
    mine = levels.get(incident_key)
    if mine is None:
        return []
    over = sorted(
        (level.rank, level.reach, key) for key, level in levels.items() if level.is_over(mine)
    )
    return [incidents[key] for *_, key in over if key in incidents and is_told(incidents[key])]


def is_told(incident: Incident) -> bool:
    """Whether people hear of it while it is open: nothing holds it back."""
    return incident.is_open and not incident.muted_by and not incident.held_by


def below(
    incident_key: str, levels: Mapping[str, Level], incidents: Mapping[str, Incident]
) -> list[Incident]:
    """Return what is open under an alert, the greatest first."""
    mine = levels.get(incident_key)
    if mine is None:
        return []
    under = sorted(
        (level.rank, level.reach, key) for key, level in levels.items() if mine.is_over(level)
    )
    return [incidents[key] for *_, key in under if key in incidents and incidents[key].is_open]


def said(alert: Alert, route: Route, over: Route) -> str:
    """Write what a lesser alert adds to the greater one's message, behind "also" or "still"."""
    crossing = alert.crossing
    limit = threshold(crossing, route.unit) if crossing else ""
    if not crossing or crossing.threshold is None or not limit:
        return f": {alert.summary or route.title}"
    if route.severity is over.severity:
        return f" {limit} ({alert.name})"
    side = "under" if "under" in limit else "over"
    number = humanize(crossing.threshold, route.unit)
    return f" {side} the {route.severity} level ({number})"


def let_go(alert: Alert, greater: Incident) -> Alert:
    """Return a lesser alert as it stands once the greater is over, with what is measured now."""
    facts = alert.facts
    if greater.headline:
        told = greater.headline.partition(" ")[2]
        facts = (*(fact for fact in facts if fact[0] != HELD_BACK_BY), (HELD_BACK_BY, told))
    return replace(alert, facts=facts, crossing=_as_now(alert.crossing, greater.alert.crossing))


def _as_now(lesser: Crossing | None, greater: Crossing | None) -> Crossing | None:
    """Take over the latest values where both read one metric: the lesser's are as it began."""
    if not (lesser and greater and greater.values and lesser.metrics[:1] == greater.metrics[:1]):
        return lesser
    return replace(lesser, values=greater.values, crossed=None, of=None)
