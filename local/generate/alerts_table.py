"""The runbook's table of every alert, from the catalogue (who is told) and the template (when)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from avatarwatch.catalogue import CATALOGUE, AlertRule, ChannelKind, Severity
from avatarwatch.catalogue.alarm import Alarm as AlarmEntry
from avatarwatch.catalogue.own import TESTS
from avatarwatch.units import humanize
from local.generate.marks import replaced
from local.generate.template import Alarm, Composite, alarms, composites, defaults

_COLUMNS = ("Alert", "Fires when", "In", "Without data", "Told by")
_SECTIONS = (
    (Severity.CRITICAL, "Critical: act now"),
    (Severity.WARNING, "Warning: act today"),
    (Severity.INFO, "Information: shown on the dashboard and in reports"),
)
_SIGNS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
}
_MISSING = {
    "ignore": "stays as it is",
    "notBreaching": "is OK",
    "breaching": "fires",
    "missing": "has no state",
}
_CHANNELS = {
    ChannelKind.CHAT: "Slack",
    ChannelKind.MAIL: "e-mail",
    ChannelKind.PAGE: "PagerDuty",
    ChannelKind.TEXT: "SMS",
}
_SPANS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def render(runbook: str, template: Mapping[str, Any]) -> str:
    """Return the runbook with its table of alerts."""
    found: dict[str, Alarm | Composite] = {
        **alarms(template, defaults(template)),
        **composites(template, defaults(template)),
    }
    parts = ["\n"]
    for severity, title in _SECTIONS:
        rules = [rule for rule in CATALOGUE.values() if rule.severity is severity]
        parts.append(f"### {title}\n\n{_table(_row(rule, found) for rule in rules)}\n")
    parts.append(f"### What AWS counts in its own metrics\n\n{_meanings()}\n")
    return replaced(runbook, "alerts", "".join(parts))


def _meanings() -> str:
    looked_at = [
        rule.alarm.metric for rule in CATALOGUE.values() if isinstance(rule.alarm, AlarmEntry)
    ]
    means = {(each.namespace, each.name): each.means for each in looked_at if each.means}
    rows = ((f"`{name}` ({space})", text) for (space, name), text in sorted(means.items()))
    return _table(rows, ("Metric", "Counts"))


def span(seconds: int) -> str:
    """Write a span of time in its largest whole unit.

    >>> span(86400), span(900), span(604800)
    ('1 day', '15 minutes', '7 days')
    """
    for size, name in _SPANS:
        if seconds % size == 0:
            count = seconds // size
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return f"{seconds} seconds"


def _table(rows: Iterable[tuple[str, ...]], columns: tuple[str, ...] = _COLUMNS) -> str:
    lines = [columns, tuple("---" for _ in columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rule(composite: Composite) -> str:
    """Write a composite's rule in the names of its children."""
    text = re.sub(r'ALARM\("\$\{(\w+)\}"\)', r"\1", " ".join(composite.rule.split()))
    text = text.replace(" AND ", " and ").replace(" OR ", ", or ")
    return text + (f"; held back by {composite.suppressor}" if composite.suppressor else "")


def _row(rule: AlertRule, found: Mapping[str, Alarm | Composite]) -> tuple[str, ...]:
    name = f"[{rule.alert_id}](#{rule.runbook})"
    alarm = found.get(rule.alert_id)
    if alarm is None:
        finds = "`make test-alert` sends it" if rule in TESTS else "a function of ours finds it"
        return (name, finds, "", "", _told(rule, ()))
    if isinstance(alarm, Composite):
        return (name, _rule(alarm), "", "", _told(rule, alarm.actions))
    return (name, _fires(rule, alarm), _evaluation(alarm), _missing(alarm),
            _told(rule, alarm.actions))  # fmt: skip


def _fires(rule: AlertRule, alarm: Alarm) -> str:
    value = humanize(alarm.threshold, rule.unit)
    return f"`{alarm.metric}` {_SIGNS[alarm.operator]} {value}"


def _evaluation(alarm: Alarm) -> str:
    points = f"{alarm.datapoints} of {alarm.periods} points of " if alarm.periods > 1 else ""
    why = alarm.notes.get("Evaluation")
    return f"{points}{span(alarm.period)}" + (f": {why}" if why else "")


def _missing(alarm: Alarm) -> str:
    why = alarm.notes.get("MissingData")
    return _MISSING[alarm.missing] + (f": {why}" if why else "")


def _told(rule: AlertRule, actions: tuple[str, ...]) -> str:
    told = [text for channel, text in _CHANNELS.items() if channel in rule.channels]
    if "EmailTopic" in actions:
        told.append("e-mail past our own code")
    return ", ".join(told) or "nobody"
