"""The notification settings, what they lead to, and who is told by them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from inspect import isclass
from typing import Any, get_args

import httpx
import msgspec

from alarm_fanout.channels.registry import OF_THE_TEAM, load
from alarm_fanout.channels.slack import SlackSettings
from alarm_fanout.fields import Section
from alarm_fanout.routing import RouteSettings
from alarm_fanout.settings import NotificationSettings
from avatarwatch.catalogue import CATALOGUE
from avatarwatch.environment import SettingsError
from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind, mistake

_WRITE = "aws ssm put-parameter --overwrite --type SecureString --tier Intelligent-Tiering"
_SECONDS = 10.0
# chat:write posts and updates; files:write uploads graphs (Slack's documentation of each method)
_SCOPES = ("chat:write", "files:write")


@dataclass(frozen=True, slots=True)
class Document:
    """The settings parameter: its type, its text, and what the function reads in it."""

    kind: str
    text: str
    settings: NotificationSettings | None
    problem: str = ""


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
    except SettingsError as error:
        return Document(found["Type"], found["Value"], None, str(error))


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
    for problem in filter(None, read.problem.removeprefix("notification settings: ").split("; ")):
        place, _, what = problem.partition(": ")
        mend = nearest(place) or "mend it after README, Notification settings"
        yield mistake(f"settings, {place}", what, mend)
    if read.settings and not read.settings.sections:
        names = ", ".join(load(name).label for name in OF_THE_TEAM)
        yield Finding(Kind.NOTE, "settings", f"name none of {names}: e-mail and SMS alone tell")


def nearest(place: str) -> str:
    """Return what a misspelt field may have been meant to be."""
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


def slack(deployment: Deployment) -> Iterator[Finding]:
    """Ask Slack who the bot is, and which rights its token has."""
    read = document(deployment)
    found = read.settings.sections.get("slack") if read and read.settings else None
    if not isinstance(found, SlackSettings) or found.bot_token is None:
        return  # an incoming webhook cannot be asked without posting into its channel
    try:
        answer = httpx.post(
            f"{found.api_url}auth.test",
            headers={"Authorization": f"Bearer {found.bot_token.reveal()}"},
            timeout=_SECONDS,
        )
        told: Any = answer.json()
    except (httpx.HTTPError, json.JSONDecodeError) as error:
        yield Finding(Kind.UNASKED, "Slack", f"does not answer: {error}", "try again")
        return
    if not told.get("ok"):
        mend = "take a new bot token from the app's page (OAuth & Permissions) into the settings"
        yield mistake("Slack", f"refuses the token: {told.get('error')}", mend)
        return
    given = answer.headers.get("x-oauth-scopes")
    if given is None:
        return
    for scope in _SCOPES:
        if scope not in given.replace(" ", "").split(","):
            mend = f"add {scope} to the app's bot scopes and install it anew"
            yield mistake("Slack", f"the token lacks {scope}", mend)


def routes(deployment: Deployment) -> Iterator[Finding]:
    """Name each route that no alert takes: misspelt, or behind one that takes all of its alerts."""
    read = document(deployment)
    if read is None or read.settings is None:
        return
    left = {alert: f"{deployment.system}-{alert}" for alert in CATALOGUE}
    for number, route in enumerate(read.settings.routes):
        taken = {
            alert
            for alert, name in left.items()
            if fnmatchcase(name, route.alarms) or fnmatchcase(alert, route.alarms)
        }
        if not taken and not _is_of_others(route, deployment):
            close = get_close_matches(route.alarms, [*CATALOGUE], 1, 0.6)
            mend = f"did you mean {close[0]}?" if close else "mend or drop it (docs/runbook.md)"
            where = f"settings, routes.{number}"
            yield mistake(where, f"{route.alarms!r} matches no alert that is left to it", mend)
        left = {alert: name for alert, name in left.items() if alert not in taken}


def _is_of_others(route: RouteSettings, deployment: Deployment) -> bool:
    """Whether it may be for an alarm of another team, whose names are not known here."""
    is_ours = any(get_close_matches(route.alarms, [*CATALOGUE], 1, 0.8))
    return not is_ours and not route.alarms.startswith(f"{deployment.system}-")
