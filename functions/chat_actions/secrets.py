"""The secrets by which a request proves itself: an SSM SecureString of its own.

It is not the notification settings': whoever takes this function over must not learn a token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.complaints import worded
from avatarwatch.environment import SettingsError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

KEEP = timedelta(minutes=5)  # how long a change of the secrets may take to be seen
WITHIN = "chat secrets"


class Secrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Each turns one way in on; at least one is there."""

    slack_signing_secret: str = ""
    pagerduty_webhook_secret: str = ""

    def __repr__(self) -> str:
        """Show none of it."""
        return "Secrets(…)"

    def __post_init__(self) -> None:
        """Refuse a document without any, and what is too short to be one."""
        if not (self.slack_signing_secret or self.pagerduty_webhook_secret):
            raise ValueError("give slack_signing_secret, pagerduty_webhook_secret or both")
        for name in self.__struct_fields__:
            if 0 < len(getattr(self, name)) < 16:
                raise ValueError(f"{name} has fewer than 16 characters: is it the secret?")


def read_secrets(text: str) -> Secrets:
    """Check the document; SettingsError names the field that is wrong, and repeats no secret."""
    try:
        return msgspec.json.decode(text, type=Secrets)
    except msgspec.ValidationError as error:
        raise SettingsError(worded(str(error), WITHIN)) from None
    except msgspec.DecodeError as error:
        raise SettingsError(f"{WITHIN}: document: Invalid JSON: {error}") from None


@dataclass(slots=True)
class SecretsSource:
    """Read the secrets at most every KEEP; when reading fails for a while, keep the last ones."""

    client: SSMClient
    parameter: str
    _known: Secrets | None = None
    _read_at: datetime | None = None

    def current(self, now: datetime) -> Secrets:
        """Return the secrets; raises SettingsError, or botocore's errors where none are known."""
        if self._known and self._read_at and now - self._read_at < KEEP:
            return self._known
        try:
            answer = self.client.get_parameter(Name=self.parameter, WithDecryption=True)
        except self.client.exceptions.ParameterNotFound:
            raise SettingsError(f"{WITHIN}: there is no SSM parameter {self.parameter}") from None
        except (ClientError, BotoCoreError):
            if self._known is None:
                raise
            return self._known
        self._known = read_secrets(answer["Parameter"]["Value"])
        self._read_at = now
        return self._known
