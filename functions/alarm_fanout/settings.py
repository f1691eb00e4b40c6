"""The function's environment, and the notification settings that a team writes into SSM."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import msgspec

from alarm_fanout.channels.registry import OF_THE_TEAM, load, targets
from alarm_fanout.fields import Section, Text, faults
from alarm_fanout.routing import RouteSettings, Target
from avatarwatch.complaints import meant
from avatarwatch.environment import SettingsError, require
from avatarwatch.maintenance import Window, WindowError, checked
from avatarwatch.settings_json import NotJsonError, doubled, read_json


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What the template tells the function."""

    system_name: str
    state_table: str
    settings_parameter: str
    email_topic_arn: str
    sms_topic_arn: str
    queue_url: str
    dead_letter_queue_url: str
    runbook_base_url: str
    region: str
    api_log_group: str | None = None
    ops_email: str | None = None
    own_logs: str | None = None
    time_zone: str = "UTC"
    chat_answers: bool = False

    @property
    def account(self) -> str:
        """The account that this runs in: its topics are its own."""
        return self.email_topic_arn.split(":")[4]

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment; raise SettingsError naming what is missing."""
        return cls(
            system_name=require("SYSTEM_NAME"),
            state_table=require("STATE_TABLE_NAME"),
            settings_parameter=require("NOTIFICATION_SETTINGS_PARAMETER"),
            email_topic_arn=require("EMAIL_TOPIC_ARN"),
            sms_topic_arn=require("SMS_TOPIC_ARN"),
            queue_url=require("ALERTS_QUEUE_URL"),
            dead_letter_queue_url=require("ALERTS_DEAD_LETTER_QUEUE_URL"),
            runbook_base_url=require("RUNBOOK_BASE_URL"),
            region=require("AWS_REGION"),
            api_log_group=os.environ.get("API_LOG_GROUP_NAME") or None,
            ops_email=os.environ.get("OPS_EMAIL") or None,
            own_logs=_siblings(os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")),
            time_zone=os.environ.get("REPORT_TIME_ZONE") or "UTC",
            chat_answers=os.environ.get("CHAT_ANSWERS") == "true",
        )


def _siblings(own: str | None) -> str | None:
    """Return how the log groups of a stack's functions begin, from the name of ours.

    Lambda sets it: AWS Lambda Developer Guide, "Defined runtime environment variables".
    """
    return own.rpartition("/")[0] if own and "/" in own else None


class DocumentError(SettingsError):
    """A settings document is wrong; ``problems`` say how, each beginning with its field."""

    def __init__(self, *problems: str) -> None:
        super().__init__(f"notification settings: {'; '.join(problems)}")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """The JSON document in the SecureString: a section for each channel, routes, maintenance.

    The first route that matches decides. ``windows`` are planned maintenance. ``broken`` are the
    channels that are set up and cannot be loaded, with the reason: a fault of ours, which must not
    take the others down. ``doubts`` are what can be used and is hardly meant.
    """

    sections: Mapping[str, Section] = field(default_factory=dict)
    routes: tuple[RouteSettings, ...] = ()
    windows: tuple[Window, ...] = ()
    broken: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    def without_answers(self) -> Self:
        """Return them for a stack in which nothing brings answers: what escalates is in doubt."""
        doubts = tuple(
            f"routes.{number}.escalate_minutes: nothing escalates while ChatSecretsParameter is"
            " not set, for nobody can acknowledge"
            for number, route in enumerate(self.routes)
            if route.escalate_minutes
        )
        return replace(self, doubts=(*self.doubts, *doubts))

    @classmethod
    def read(cls, text: str) -> Self:
        """Check a settings document; raise DocumentError naming each field that is wrong."""
        try:
            document = read_json(text)
        except NotJsonError as error:
            raise DocumentError(f"document: is no JSON: {error}") from None
        if not isinstance(document, dict):
            raise DocumentError("document: needs to be a JSON object")
        reader = _Reader([f"{place}: is there twice" for place in doubled(document)])
        routes = reader.routes(document.pop("routes", []))
        windows = reader.windows(document.pop("maintenance", []))
        sections = {name: reader.section(name, value) for name, value in document.items()}
        reader.problems += _unanswerable(routes, sections)
        if reader.problems:
            raise DocumentError(*reader.problems)
        there = {name: each for name, each in sections.items() if each}
        doubts = tuple(
            f"routes.{n}.channels: {name} is not set up, there is no section {name}"
            for n, route in enumerate(routes)
            for name in sorted((route.channels or frozenset()) & frozenset(OF_THE_TEAM))
            if name not in document
        )
        return cls(there, routes, windows, reader.broken, doubts)


def _unanswerable(
    routes: Iterable[RouteSettings], sections: Mapping[str, Section | None]
) -> list[str]:
    """Refuse to escalate where no channel can bring an acknowledgement: a webhook cannot.

    A section that is wrong or broken says so itself.
    """
    slack = sections.get("slack", "")
    if slack is None or getattr(slack, "bot_token", None) or "pagerduty" in sections:
        return []
    return [
        f"routes.{number}.escalate_minutes: nobody can acknowledge an alert without"
        " slack.bot_token or pagerduty"
        for number, route in enumerate(routes)
        if route.escalate_minutes
    ]


class WindowSettings(Section, frozen=True):
    """Planned maintenance, as a team writes it: ``avatarwatch.maintenance.Window`` says what is."""

    name: Text
    alarms: Text
    reason: Text
    starts: Text
    minutes: int
    zone: Text = "UTC"
    repeat: str = ""

    @property
    def window(self) -> Window:
        """The window."""
        return Window(**{name: getattr(self, name) for name in self.__struct_fields__})


_SECTIONS = (*OF_THE_TEAM, "routes", "maintenance")


@dataclass(slots=True)
class _Reader:
    """Read the parts of a document, and note what is wrong with each."""

    problems: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)

    def section(self, name: str, value: Any) -> Section | None:
        """Return a channel's settings, None where there is a problem with them."""
        if name not in OF_THE_TEAM:
            there = f"there are {', '.join(_SECTIONS)}"
            self.problems.append(f"{name}: is no setting, {meant(name, _SECTIONS) or there}")
            return None
        try:
            model: type[Section] = load(name).settings_model
        except Exception as error:  # noqa: BLE001 - whatever keeps one channel from being loaded
            self.broken[name] = f"{type(error).__name__}: {error}"
            return None
        return self._read(value, model, name)

    def routes(self, value: Any) -> tuple[RouteSettings, ...]:
        """Return the routes, in their order."""
        if not isinstance(value, list):
            self.problems.append("routes: needs to be a list")
            return ()
        read = (self._read(route, RouteSettings, f"routes.{n}") for n, route in enumerate(value))
        return tuple(route for route in read if route)

    def windows(self, value: Any) -> tuple[Window, ...]:
        """Return the windows of planned maintenance; each has a name of its own, and an end."""
        if not isinstance(value, list):
            self.problems.append("maintenance: needs to be a list")
            return ()
        found: dict[str, Window] = {}
        for number, each in enumerate(value):
            within = f"maintenance.{number}"
            read = self._read(each, WindowSettings, within)
            if read is None:
                continue
            try:
                window = checked(read.window)
            except WindowError as error:
                self.problems.append(f"{within}.{error}")
                continue
            if window.name in found:
                self.problems.append(f"{within}.name: {window.name!r} is there twice")
            found[window.name] = window
        return tuple(found.values())

    def _read[T](self, value: Any, model: type[T], within: str) -> T | None:
        try:
            return msgspec.convert(value, model, dec_hook=_decoded)
        except msgspec.ValidationError:
            self.problems += faults(value, model, within, _decoded)
            return None


def _decoded(kind: Any, value: Any) -> Any:
    """Read what msgspec does not know: secrets, and what a route may name."""
    if kind is not Target:
        return kind.of(value)
    there = sorted(targets())
    if value not in there:
        asked = meant(value, there) if isinstance(value, str) else ""
        raise ValueError(f"is no channel, {asked or f'there are {", ".join(there)}'}")
    return Target(value)
