"""The alert that our own functions publish to AlertsTopic."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from avatarwatch.alert_state import AlertState

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("needs an offset from UTC")
    return value.astimezone(UTC)


class AlertMessage(BaseModel):
    """An alert of ours as JSON on AlertsTopic.

    ``key`` names the incident: an OK with the key of an earlier ALARM ends it. ``facts`` and
    ``links`` are shown in their order.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Literal["avatarwatch"] = "avatarwatch"
    alert: str = Field(min_length=1, max_length=200)
    state: Literal[AlertState.ALARM, AlertState.OK, AlertState.INFO]
    summary: str = Field(min_length=1)
    reason: str = ""
    facts: dict[str, str] = {}
    links: dict[str, str] = {}
    time: Annotated[datetime, AfterValidator(_aware)]
    key: str = Field(min_length=1, max_length=255)


def publish(client: SNSClient, topic_arn: str, message: AlertMessage) -> None:
    """Publish an alert to AlertsTopic; botocore's errors pass to the caller."""
    client.publish(TopicArn=topic_arn, Message=message.model_dump_json())
