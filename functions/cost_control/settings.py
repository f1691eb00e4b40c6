"""The function's environment, and what an invocation asks for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from avatarwatch.environment import SettingsError, choice, names, number, require
from cost_control.lifecycle.checks import IA_MINIMUM_DAYS
from cost_control.planning.levels import GB, NEVER, NO_THRESHOLDS, Thresholds


class Mode(StrEnum):
    """Whether rules are written."""

    OBSERVE = "observe"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What the template tells the function.

    ``enforced`` are the buckets for which writing was asked for by name; ``assumed_reads`` are
    GETs of an object a month, ``assumed_replaced`` the share that a month replaces, where S3 does
    not count them. ``thresholds`` are in bytes, ``usd_thresholds`` in US$ a month.
    ``ia_minimum_days`` are those that S3 asks for before the infrequent-access classes.
    """

    system_name: str
    state_table: str
    alerts_topic_arn: str
    reports_bucket: str
    function_name: str
    region: str
    buckets: tuple[str, ...]
    enforced: frozenset[str]
    mode: Mode
    thresholds: Thresholds
    assumed_reads: float
    usd_thresholds: Thresholds = NO_THRESHOLDS
    allow_one_zone: bool = False
    ia_minimum_days: int = IA_MINIMUM_DAYS
    assumed_replaced: float = 0.0

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment; raise SettingsError naming what is missing or wrong."""
        buckets, enforced = names("AVATAR_BUCKET_NAMES"), names("ENFORCED_BUCKET_NAMES")
        strangers = [name for name in enforced if name not in buckets]
        if strangers:
            raise SettingsError(
                f"ENFORCED_BUCKET_NAMES: {', '.join(strangers)} not among AVATAR_BUCKET_NAMES"
            )
        return cls(
            system_name=require("SYSTEM_NAME"),
            state_table=require("STATE_TABLE_NAME"),
            alerts_topic_arn=require("ALERTS_TOPIC_ARN"),
            reports_bucket=require("REPORTS_BUCKET_NAME"),
            function_name=require("AWS_LAMBDA_FUNCTION_NAME"),
            region=require("AWS_REGION"),
            buckets=buckets,
            enforced=frozenset(enforced),
            mode=choice("COST_CONTROL_MODE", {each.value: each for each in Mode}),
            thresholds=Thresholds(
                warning=number("STORAGE_WARNING_THRESHOLD_GB") * GB,
                critical=number("STORAGE_CRITICAL_THRESHOLD_GB") * GB,
            ),
            assumed_reads=number("ASSUMED_MONTHLY_READS"),
            usd_thresholds=Thresholds(
                warning=number("STORAGE_WARNING_USD") or NEVER,
                critical=number("STORAGE_CRITICAL_USD") or NEVER,
            ),
            allow_one_zone=choice("ALLOW_ONE_ZONE", {"true": True, "false": False}),
            ia_minimum_days=int(number("IA_MINIMUM_DAYS")),
            assumed_replaced=number("ASSUMED_PERCENT_REPLACED") / 100,
        )

    def writes(self, bucket: str) -> bool:
        """Whether rules of this bucket may be written: the mode, and the bucket by name."""
        return self.mode is Mode.ENFORCE and bucket in self.enforced


class Request(BaseModel):
    """What an invocation asks for; without ``bucket`` it is about all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Literal["plan", "apply", "rollback"]
    bucket: str | None = Field(default=None, min_length=3, max_length=63)


def read_request(event: Any, buckets: tuple[str, ...]) -> Request:
    """Read an event; raise SettingsError naming the field that is wrong.

    A rollback names its bucket, and a bucket must be one that this stack watches.
    """
    try:
        request = Request.model_validate(event)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        field = ".".join(map(str, problem["loc"])) or "event"
        raise SettingsError(f"{field}: {problem['msg']}") from None
    if request.bucket is None and request.action == "rollback":
        raise SettingsError("bucket: a rollback names its bucket")
    if request.bucket is not None and request.bucket not in buckets:
        raise SettingsError(
            f"bucket: {request.bucket!r} is not watched; AvatarBucketNames are {list(buckets)}"
        )
    return request
