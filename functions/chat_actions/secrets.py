"""The secrets by which a request proves itself: an SSM SecureString of its own.

It is not the notification settings': whoever takes this function over must not learn a token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.complaints import meant, worded
from avatarwatch.environment import SettingsError
from avatarwatch.settings_json import NotJsonError, doubled, read_json

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
            secret = getattr(self, name)
            if 0 < len(secret) < 16:
                raise ValueError(f"{name} has fewer than 16 characters: is it the secret?")
            if any(character.isspace() for character in secret):  # by it every request is forged
                raise ValueError(f"{name} has a space or the end of a line in it")


def read_secrets(text: str) -> Secrets:
    """Check the document; SettingsError names the field that is wrong, and repeats no secret."""
    try:
        document = read_json(text)
    except NotJsonError as error:
        raise SettingsError(f"{WITHIN}: document: is no JSON: {error}") from None
    if twice := ", ".join(doubled(document)):
        raise SettingsError(f"{WITHIN}: {twice}: is there twice")
    try:
        return msgspec.convert(document, Secrets)
    except msgspec.ValidationError as error:
        raise SettingsError(_complaint(document, str(error))) from None


def _complaint(document: Any, error: str) -> str:
    """Return msgspec's message in words, with the right name where one is misspelt."""
    known = Secrets.__struct_fields__
    names = document if isinstance(document, dict) else ()
    asked = [meant(name, known) for name in names if name not in known]
    return ", ".join(filter(None, (worded(error, WITHIN), *asked[:1])))


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
