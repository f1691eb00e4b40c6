"""What the envelope tells of a message, for what the message itself leaves out."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alarm_fanout.envelopes import instant
from avatarwatch.partitions import is_region, partition_of

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something is, as far as it is known."""

    region: str | None = None
    account: str | None = None

    @property
    def partition(self) -> str:
        """The partition, which a region's name tells."""
        return partition_of(self.region or "")

    def or_else(self, other: "Origin") -> "Origin":
        """Return this origin with what it lacks taken from another."""
        return Origin(self.region or other.region, self.account or other.account)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a message came: when it was sent (UTC), its subject, and the topic's origin."""

    sent_at: datetime
    subject: str = ""
    origin: Origin = Origin()


def origin(region: str | None, account: str | None) -> Origin:
    """Return the origin of a region's code and an account's number; what is neither is left out."""
    return Origin(
        region if region and is_region(region) else None,
        account if account and _ACCOUNT.fullmatch(account) else None,
    )


def origin_of_arn(arn: str | None) -> Origin:
    """Return the origin that an ARN names; an ARN of a global service names no region."""
    match (arn or "").split(":", 5):
        case ["arn", _, _, region, account, _]:
            return origin(region, account)
        case _:
            return Origin()


def of_event(event: dict[str, Any], arrival: Arrival) -> Arrival:
    """Return the arrival of an EventBridge event, which tells its own time and origin."""
    region, account = (
        value if isinstance(value := event.get(name), str) else None
        for name in ("region", "account")
    )
    return Arrival(
        sent_at=instant(event.get("time")) or arrival.sent_at,
        subject=arrival.subject,
        origin=origin(region, account).or_else(arrival.origin),
    )


def first_resource(event: dict[str, Any]) -> str | None:
    """Return the ARN that an EventBridge event names first."""
    match event.get("resources"):
        case [str(arn), *_]:
            return arn
        case _:
            return None
