"""The function's environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from access_logs.formats.cloudfront import STANDARD_FIELDS, missing_fields
from avatarwatch.environment import SettingsError, choice, names, require

_FLAG = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What the template tells the function.

    ``plain_fields`` is the order of fields in CloudFront's plain files, ``stream_fields`` that of
    the real-time configuration, empty without one: with one, the CDN's requests are counted from
    the stream, and its files are passed over lest each counts twice.
    """

    state_table: str
    dead_letter_queue_url: str
    bucket_names: tuple[str, ...]
    distribution_ids: tuple[str, ...]
    plain_fields: tuple[str, ...]
    stream_fields: tuple[str, ...]

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment; raise SettingsError naming what is missing or wrong."""
        streams = choice("COUNTS_FROM_STREAM", _FLAG, "false")
        return cls(
            state_table=require("STATE_TABLE_NAME"),
            dead_letter_queue_url=require("DEAD_LETTER_QUEUE_URL"),
            bucket_names=names("AVATAR_BUCKET_NAMES"),
            distribution_ids=names("DISTRIBUTION_IDS"),
            plain_fields=_fields("PLAIN_LOG_FIELDS") or STANDARD_FIELDS,
            stream_fields=_fields("STREAM_LOG_FIELDS") if streams else (),
        )


def _fields(variable: str) -> tuple[str, ...]:
    listed = names(variable)
    if listed and (lacks := missing_fields(listed)):
        raise SettingsError(f"{variable}: the field {lacks} is missing")
    return listed
