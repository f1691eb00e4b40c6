"""The function's environment, and the notification settings that a team writes into SSM."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

import msgspec
from msgspec import Meta

from alarm_fanout.channel_names import ChannelName
from avatarwatch.catalogue import Severity
from avatarwatch.environment import SettingsError, require

type _Text = Annotated[str, Meta(min_length=1)]
type _Url = Annotated[str, Meta(pattern=r"^https?://[^\s]+\Z")]
type _Https = Annotated[str, Meta(pattern=r"^https://[^\s]+\Z")]
type _Minutes = Annotated[int, Meta(ge=0, le=10_080)]

# How msgspec ends and words what is wrong: "... - at `$.slack.channels`"
_PLACE = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<place>[^`]*)`)?", re.DOTALL)
_FIELD = re.compile(r"Object (?P<how>missing required|contains unknown) field `(?P<name>.*)`")
_HOW = {"missing required": "is missing", "contains unknown": "is no setting"}


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
        )


class Secret:
    """A text that no log line shows; ``length`` is what it must have, None for any."""

    __slots__ = ("_value",)
    length: ClassVar[int | None] = None

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    @classmethod
    def of(cls, value: Any) -> Self:
        """Check what the document says; raise ValueError without repeating it."""
        if not isinstance(value, str) or not value:
            raise ValueError("needs a text")
        if cls.length and len(value) != cls.length:
            raise ValueError(f"needs {cls.length} characters, has {len(value)}")
        return cls(value)

    def reveal(self) -> str:
        """Return the text, for whoever has to send it."""
        return self._value


class RoutingKey(Secret):
    """The integration key of a PagerDuty Events API v2 integration (its documentation)."""

    __slots__ = ()
    length = 32


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A misspelt field is a mistake to name, not one to overlook."""


class SlackChannels(_Strict, frozen=True):
    """Where a bot posts alerts of each severity (channel ids or names)."""

    critical: _Text
    warning: _Text
    info: _Text


class SlackSettings(_Strict, frozen=True):
    """Either an incoming webhook, or a bot token with its channels.

    Only a bot can update its messages, thread below them and upload graphs.
    """

    webhook_url: _Url | None = None
    bot_token: Secret | None = None
    channels: SlackChannels | None = None
    api_url: _Url = "https://slack.com/api/"

    def __post_init__(self) -> None:
        """Refuse two ways at once, and none."""
        if (self.webhook_url is None) == (self.bot_token is None):
            raise ValueError("give either webhook_url or bot_token")
        if self.bot_token is not None and self.channels is None:
            raise ValueError("bot_token needs channels with critical, warning and info")


class PagerDutySettings(_Strict, frozen=True):
    """An Events API v2 integration."""

    routing_key: RoutingKey
    events_url: _Url = "https://events.pagerduty.com"


class RouteSettings(_Strict, frozen=True):
    """What a team decides for some alerts: ``alarms`` is a glob over alarm names or AlertIds.

    What is left out stays as the catalogue has it. ``remind_minutes`` 0 means no reminders.
    """

    alarms: _Text
    severity: Severity | None = None
    channels: frozenset[ChannelName] | None = None
    remind_minutes: _Minutes | None = None
    runbook: _Https | None = None


class NotificationSettings(_Strict, frozen=True):
    """The JSON document in the SecureString. The first route that matches decides."""

    slack: SlackSettings | None = None
    pagerduty: PagerDutySettings | None = None
    routes: tuple[RouteSettings, ...] = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """Check a settings document; raise SettingsError naming each field that is wrong."""
        try:
            document = msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise SettingsError(f"notification settings: document: Invalid JSON: {error}") from None
        try:
            return _convert(document, cls)
        except msgspec.ValidationError:
            problems = "; ".join(_problems(document))
        raise SettingsError(f"notification settings: {problems}")


def _convert[T](document: Any, kind: type[T]) -> T:
    return msgspec.convert(document, kind, dec_hook=lambda secret, value: secret.of(value))


def _problems(document: Any) -> Iterator[str]:
    """Yield one mistake of each section and of each route that has any."""
    sections = document if isinstance(document, dict) else {}
    routes = sections.get("routes")
    if isinstance(routes, list):
        for position, route in enumerate(routes):
            yield from _problem(route, RouteSettings, f"routes.{position}")
        sections = {name: value for name, value in sections.items() if name != "routes"}
    for part in [{name: value} for name, value in sections.items()] or [document]:
        yield from _problem(part, NotificationSettings)


def _problem(part: Any, kind: type[_Strict], within: str = "") -> Iterator[str]:
    try:
        _convert(part, kind)
    except msgspec.ValidationError as error:
        found = _PLACE.fullmatch(str(error))
        what, place = (found["what"], found["place"] or "") if found else (str(error), "")
        path = [within, *re.split(r"[.\[\]]+", place)]
        if field := _FIELD.fullmatch(what):
            path, what = [*path, field["name"]], _HOW[field["how"]]
        yield f"{'.'.join(filter(None, path)) or 'document'}: {what}"
