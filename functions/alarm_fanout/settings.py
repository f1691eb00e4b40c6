"""The function's environment, and the notification settings that a team writes into SSM."""

import os
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from avatarwatch.catalogue import ChannelName, Severity
from avatarwatch.environment import SettingsError, require

type _Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
type _Https = Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$")]


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


class _Strict(BaseModel):
    # a misspelt field is a mistake to name, not one to overlook
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SlackChannels(_Strict):
    """Where a bot posts alerts of each severity (channel ids or names)."""

    critical: str = Field(min_length=1)
    warning: str = Field(min_length=1)
    info: str = Field(min_length=1)


class SlackSettings(_Strict):
    """Either an incoming webhook, or a bot token with its channels.

    Only a bot can update its messages, thread below them and upload graphs.
    """

    webhook_url: _Url | None = None
    bot_token: SecretStr | None = None
    channels: SlackChannels | None = None
    api_url: _Url = "https://slack.com/api/"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.webhook_url is None) == (self.bot_token is None):
            raise ValueError("give either webhook_url or bot_token")
        if self.bot_token is not None and self.channels is None:
            raise ValueError("bot_token needs channels with critical, warning and info")
        return self


class PagerDutySettings(_Strict):
    """An Events API v2 integration; ``routing_key`` is its 32-character integration key."""

    routing_key: SecretStr = Field(min_length=32, max_length=32)
    events_url: _Url = "https://events.pagerduty.com"


class RouteSettings(_Strict):
    """What a team decides for some alerts: ``alarms`` is a glob over alarm names or AlertIds.

    What is left out stays as the catalogue has it. ``remind_minutes`` 0 means no reminders.
    """

    alarms: str = Field(min_length=1)
    severity: Severity | None = None
    channels: frozenset[ChannelName] | None = None
    remind_minutes: int | None = Field(default=None, ge=0, le=10080)
    runbook: _Https | None = None


class NotificationSettings(_Strict):
    """The JSON document in the SecureString. The first route that matches decides."""

    slack: SlackSettings | None = None
    pagerduty: PagerDutySettings | None = None
    routes: tuple[RouteSettings, ...] = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """Check a settings document; raise SettingsError naming each field that is wrong."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, problem['loc'])) or 'document'}: {problem['msg']}"
                for problem in error.errors(include_input=False, include_url=False)
            )
            raise SettingsError(f"notification settings: {problems}") from None
