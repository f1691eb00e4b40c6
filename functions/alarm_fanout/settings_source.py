"""Where the notification settings come from: one SSM SecureString, kept for a few minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from alarm_fanout.settings import NotificationSettings
from avatarwatch.environment import SettingsError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

KEEP = timedelta(minutes=5)  # how long a change of the settings may take to be seen
# What SSM says when the same request can never succeed (API reference, GetParameter)
_FINAL = frozenset({"AccessDeniedException", "InvalidKeyId", "ValidationException"})


@dataclass(slots=True)
class SettingsSource:
    """Read the settings at most every KEEP; when reading fails for a while, keep the last ones."""

    client: SSMClient
    parameter: str
    _settings: NotificationSettings | None = None
    _read_at: datetime | None = field(default=None)

    def current(self, now: datetime) -> NotificationSettings:
        """Return the settings.

        Raises
        ------
        SettingsError
            There is no such parameter, it may not be read, or its document is wrong; the message
            names the field.
        botocore.exceptions.ClientError
            SSM did not answer and there are no settings from before: the next try may know.
        botocore.exceptions.BotoCoreError
            The same, without a word of SSM.
        """
        if self._settings and self._read_at and now - self._read_at < KEEP:
            return self._settings
        errors = self.client.exceptions
        try:
            answer = self.client.get_parameter(Name=self.parameter, WithDecryption=True)
        except errors.ParameterNotFound:
            raise SettingsError(
                f"there is no SSM parameter {self.parameter}: create it as a SecureString with the"
                " notification settings (README, Notification settings)"
            ) from None
        except (errors.ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and _code(error) in _FINAL:
                raise SettingsError(
                    f"SSM parameter {self.parameter} cannot be read: {_code(error)}"
                ) from None
            if self._settings is None:
                raise
            return self._settings
        self._settings = NotificationSettings.read(answer["Parameter"]["Value"])
        self._read_at = now
        return self._settings


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
