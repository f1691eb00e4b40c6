"""Decide for each alert how bad it is and who is told."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated

from msgspec import Meta

from alarm_fanout.alert import Alert
from alarm_fanout.fields import Https, Section, Text
from alarm_fanout.parsers.texts import HEADLINE, shortened
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import CATALOGUE, ChannelKind, Ratio, Severity, rule_of_alarm
from avatarwatch.catalogue.model import Logs
from avatarwatch.globs import matches
from avatarwatch.units import Unit

MUTE_NEWS = "mute:"  # how the keys of alerts about mutes begin
HAND_ON = timedelta(minutes=10)  # so long an alert waits for a channel that is down
type _Minutes = Annotated[int, Meta(ge=0, le=10_080)]


class Target(str):
    """What a route names: a kind of channel (``chat``), or one channel (``teams``)."""

    __slots__ = ()


class RouteSettings(Section, frozen=True):
    """What a team decides for some alerts: ``alarms`` is a glob over alarm names or AlertIds.

    What is left out stays as the catalogue has it. ``remind_minutes`` 0 means no reminders;
    ``recovery`` false that no e-mail and no SMS says that it is over: a chat's message turns green
    and a page is resolved all the same. ``hand_on_minutes`` is how long a channel may put an alert
    off before another kind of channel tells it too, 0 for ever. ``escalate_minutes`` is after how
    long another kind tells what is critical and nobody has acknowledged; 0 and left out are never.
    """

    alarms: Text
    severity: Severity | None = None
    channels: frozenset[Target] | None = None
    remind_minutes: _Minutes | None = None
    runbook: Https | None = None
    recovery: bool | None = None
    hand_on_minutes: _Minutes | None = None
    escalate_minutes: _Minutes | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """How one alert is told. ``title`` stands before the value; ``runbook`` is an address.

    ``channels`` are kinds of channels or names of single ones; ``ours`` says that the catalogue has
    the alert, and ``label`` is its short name there; ``is_phrase`` that the title's first letter is
    no name's.
    """

    title: str
    severity: Severity
    channels: frozenset[str]
    unit: Unit = Unit.NONE
    remind: timedelta | None = None
    runbook: str | None = None
    ratio: Ratio | None = None
    ours: bool = False
    label: str = ""
    logs: Logs | None = None
    is_phrase: bool = False
    recovery: bool = True
    hand_on: timedelta | None = HAND_ON
    escalate: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Router:
    """The catalogue, with what the team's settings say otherwise."""

    system_name: str
    runbook_base_url: str
    overrides: tuple[RouteSettings, ...] = ()

    def route(self, alert: Alert) -> Route:
        """Return the route of an alert: the catalogue's or the default, then the first override.

        What a mute says of itself is for the chats: a route of all that pages is not about it.
        """
        if alert.key.startswith(MUTE_NEWS):
            return _default(alert)
        rule = CATALOGUE.get(alert.alert_id or "") or rule_of_alarm(alert.name, self.system_name)
        if rule:
            said = shortened(alert.summary, HEADLINE) if rule.in_full else ""
            route = Route(
                title=alert.title or said or rule.title,
                severity=rule.severity,
                channels=frozenset(rule.channels),
                unit=rule.unit,
                remind=rule.remind,
                runbook=f"{self.runbook_base_url}#{rule.runbook}",
                ratio=rule.ratio,
                ours=True,
                label=rule.title,
                logs=rule.logs,
                is_phrase=not (alert.title or said),
            )
            names = (alert.name, rule.alert_id)
        else:
            route = _default(alert)
            names = (alert.name, alert.alert_id or alert.name)
        for override in self.overrides:
            if any(matches(name, override.alarms) for name in names):
                return _overridden(route, override)
        return route


def _default(alert: Alert) -> Route:
    """Tell of what is not in the catalogue: somebody sent it here, so it is shown."""
    is_open = alert.state in {AlertState.ALARM, AlertState.OK, AlertState.INSUFFICIENT_DATA}
    usual = Severity.WARNING if is_open else Severity.INFO
    return Route(
        title=alert.title or alert.name,
        severity=alert.severity or usual,
        unit=alert.crossing.unit if alert.crossing else Unit.NONE,
        channels=frozenset({ChannelKind.CHAT}),
        remind=timedelta(days=1) if is_open else None,
    )


def _overridden(route: Route, override: RouteSettings) -> Route:
    if override.severity is not None:
        route = replace(route, severity=override.severity)
    if override.channels is not None:
        route = replace(route, channels=override.channels)
    if override.remind_minutes is not None:
        minutes = override.remind_minutes
        route = replace(route, remind=timedelta(minutes=minutes) if minutes else None)
    if override.runbook is not None:
        route = replace(route, runbook=override.runbook)
    if override.recovery is not None:
        route = replace(route, recovery=override.recovery)
    if override.hand_on_minutes is not None:
        minutes = override.hand_on_minutes
        route = replace(route, hand_on=timedelta(minutes=minutes) if minutes else None)
    if override.escalate_minutes:
        route = replace(route, escalate=timedelta(minutes=override.escalate_minutes))
    return route
