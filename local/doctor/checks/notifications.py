"""The notification settings, what they lead to, and who is told by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from inspect import isclass
from typing import get_args
from urllib.parse import urlsplit

import msgspec

from alarm_fanout.channels.registry import OF_THE_TEAM, load
from alarm_fanout.fields import SecretUrl, Section
from alarm_fanout.routing import RouteSettings
from alarm_fanout.settings import DocumentError, NotificationSettings
from avatarwatch.catalogue import CATALOGUE, Severity
from avatarwatch.globs import matches
from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind, mistake

_WRITE = "aws ssm put-parameter --overwrite --type SecureString --tier Intelligent-Tiering"
_README = "mend it after README, Notification settings"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Document:
    """The settings parameter: its type, its text, and what the function reads in it."""

    kind: str
    text: str
    settings: NotificationSettings | None
    problems: tuple[str, ...] = ()


def document(deployment: Deployment) -> Document | None:
    """Read the settings as the function does; None when there is no such parameter."""
    client = deployment.client("ssm")
    name = deployment.parameters["NotificationSettingsParameter"]
    try:
        found = client.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except client.exceptions.ParameterNotFound:
        return None
    try:
        return Document(found["Type"], found["Value"], NotificationSettings.read(found["Value"]))
    except DocumentError as error:
        return Document(found["Type"], found["Value"], None, error.problems)


def settings(deployment: Deployment) -> Iterator[Finding]:
    """Judge the settings document and each of its fields."""
    name = deployment.parameters["NotificationSettingsParameter"]
    read = document(deployment)
    if read is None:
        mend = f"write it: {_WRITE} --name {name} --value file://notifications.json"
        yield mistake("settings", f"there is no SSM parameter {name}: Slack is not told", mend)
        return
    if read.kind != "SecureString":
        mend = f"delete it and write it anew: {_WRITE} --name {name} --value file://…"
        yield mistake("settings", f"{name} is a {read.kind}: the tokens stand in clear", mend)
    for problem in read.problems:
        place, _, what = problem.partition(": ")
        yield mistake(f"settings, {place}", what, nearest(place, what) or _README)
    if read.settings:
        yield from _in_clear(read.settings)
        yield from _doubtful(deployment, read.settings)
    if read.settings and not read.settings.sections:
        names = ", ".join(load(name).label for name in OF_THE_TEAM)
        what = f"name none of {names}: e-mail and SMS alone tell"
        yield Finding(Kind.NOTE, "settings", what, "add a section (README, Notification settings)")


def _in_clear(settings: NotificationSettings) -> Iterator[Finding]:
    """Name each address by http that is not this machine's own: a webhook's is its secret."""
    for name, section in settings.sections.items():
        for field in section.__struct_fields__:
            value = getattr(section, field)
            address = value.reveal() if isinstance(value, SecretUrl) else value
            parts = urlsplit(address) if isinstance(address, str) else None
            if parts and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
                what = "is no https address: what is told goes in clear, and its secret with it"
                yield mistake(f"settings, {name}.{field}", what, "write it with https://")


def _doubtful(deployment: Deployment, settings: NotificationSettings) -> Iterator[Finding]:
    """Name what can be read and does not do what it says."""
    for name, why in settings.broken.items():
        yield mistake(f"settings, {name}", f"cannot be used: {why}", "deploy again")
    answers = bool(deployment.parameters.get("ChatSecretsParameter"))
    for doubt in (settings if answers else settings.without_answers()).doubts:
        place, _, what = doubt.partition(": ")
        mend = "add its section, or name another channel (README, Notification settings)"
        if place.endswith("escalate_minutes"):
            mend = "deploy with ChatSecretsParameter=… (docs/chat.md), or leave the field out"
        yield mistake(f"settings, {place}", what, mend)


def nearest(place: str, what: str = "") -> str:
    """Return what a misspelt field or word may have been meant to be."""
    if asked := re.search(r"did you mean [^?]+\?", what):
        return asked[0]
    names = sorted({"routes", *OF_THE_TEAM, *_fields()})
    [*_, last] = place.split(".")
    close = [each for each in get_close_matches(last, names, 1, 0.6) if each != last]
    return f"did you mean {close[0]}?" if close else ""


def _fields() -> Iterator[str]:
    """Yield the name of each field that the settings may have, in whatever section."""
    waiting: list[type[Section]] = [RouteSettings, *(load(n).settings_model for n in OF_THE_TEAM)]
    while waiting:
        for field in msgspec.structs.fields(waiting.pop()):
            yield field.name
            parts = get_args(field.type) or (field.type,)
            waiting += [each for each in parts if isclass(each) and issubclass(each, Section)]


def routes(deployment: Deployment) -> Iterator[Finding]:
    """Name each route that no alert takes, and each that tells nobody of what is critical.

    No alert takes one that is misspelt, or that stands behind one which takes all of its alerts.
    """
    read = document(deployment)
    if read is None or read.settings is None:
        return
    left = {alert: f"{deployment.system}-{alert}" for alert in CATALOGUE}
    for number, route in enumerate(read.settings.routes):
        taken = {
            alert
            for alert, name in left.items()
            if matches(name, route.alarms) or matches(alert, route.alarms)
        }
        if not taken and not _is_of_others(route, deployment):
            close = get_close_matches(route.alarms, [*CATALOGUE], 1, 0.6)
            mend = f"did you mean {close[0]}?" if close else "mend or drop it (docs/runbook.md)"
            where = f"settings, routes.{number}"
            yield mistake(where, f"{route.alarms!r} matches no alert that is left to it", mend)
        if route.channels is not None and not route.channels:
            yield from _told_nobody(f"settings, routes.{number}", taken)
        left = {alert: name for alert, name in left.items() if alert not in taken}


def _told_nobody(where: str, alerts: set[str]) -> Iterator[Finding]:
    critical = sorted(a for a in alerts if CATALOGUE[a].severity is Severity.CRITICAL)
    mend = "name channels in it; for a while there is `make mute`"
    if critical:
        what = f"its channels are none: nobody is told of {', '.join(critical[:3])}"
        more = f" and {len(critical) - 3} more that are critical" if len(critical) > 3 else ""
        yield mistake(where, what + more, mend)
    elif alerts:
        yield Finding(Kind.NOTE, where, f"nobody is told of {', '.join(sorted(alerts))}", mend)


def _is_of_others(route: RouteSettings, deployment: Deployment) -> bool:
    """Whether it may be for an alarm of another team, whose names are not known here."""
    is_ours = any(get_close_matches(route.alarms, [*CATALOGUE], 1, 0.8))
    return not is_ours and not route.alarms.startswith(f"{deployment.system}-")
