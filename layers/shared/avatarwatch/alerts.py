"""The alert that our own functions publish to AlertsTopic.

Checked field by field, by those who write it and by AlarmFanout: neither can do with a model's
library on the way from a poll to a message (docs/decisions/0009).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from avatarwatch.alert_state import AlertState

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

SOURCE = "avatarwatch"
_STATES = {str(state): state for state in AlertState if state is not AlertState.INSUFFICIENT_DATA}


class AlertMessageError(ValueError):
    """It is no alert of ours; ``problems`` are its fields and what is wrong with each."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{name} {why}" for name, why in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMessage:
    """An alert of ours as JSON on AlertsTopic; AlertMessageError when a field is wrong.

    ``key`` names the incident: an OK with the key of an earlier ALARM ends it. ``facts`` and
    ``links`` are shown in their order.
    """

    source: str = SOURCE
    alert: str
    state: AlertState
    summary: str
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    time: datetime
    key: str

    def __post_init__(self) -> None:
        """Check every field."""
        _checked({each.name: getattr(self, each.name) for each in fields(self)})

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> AlertMessage:
        """Return what a JSON object says; raise AlertMessageError with all that is wrong."""
        return cls(**_checked(body))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        body = {each.name: getattr(self, each.name) for each in fields(self)}
        time = self.time.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return {**body, "facts": dict(self.facts), "links": dict(self.links), "time": time}


def publish(client: SNSClient, topic_arn: str, message: AlertMessage) -> None:
    """Publish an alert to AlertsTopic; botocore's errors pass to the caller."""
    client.publish(TopicArn=topic_arn, Message=json.dumps(message.as_json(), ensure_ascii=False))


def _text(least: int = 0, most: int | None = None) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("is no text")  # noqa: TRY004 - of a document, not of a caller
        if len(value) < least:
            raise ValueError("is empty")
        if most is not None and len(value) > most:
            raise ValueError(f"is longer than {most} characters")
        return value

    return read


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(
        isinstance(part, str) for pair in value.items() for part in pair
    ):
        raise ValueError("is no object of texts")
    return dict(value)


def _state(value: Any) -> AlertState:
    if not isinstance(value, str) or value not in _STATES:
        raise ValueError("has a value that we do not know")
    return _STATES[value]


def _source(value: Any) -> str:
    if value != SOURCE:
        raise ValueError("has a value that we do not know")
    return SOURCE


def _time(value: Any) -> datetime:
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("is no time of ISO 8601") from None
    if time.tzinfo is None:
        raise ValueError("needs an offset from UTC")
    try:
        return time.astimezone(UTC)
    except OverflowError:  # at the very end of the calendar
        raise ValueError("is out of range") from None


_READ: Mapping[str, Callable[[Any], Any]] = {
    "source": _source, "alert": _text(1, 200), "state": _state, "summary": _text(1),
    "reason": _text(), "facts": _texts, "links": _texts, "time": _time, "key": _text(1, 255),
}  # fmt: skip
_OPTIONAL = {"source", "reason", "facts", "links"}


def _checked(body: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    problems: list[tuple[str, str]] = []
    for name, read in _READ.items():
        if name not in body:
            problems += [] if name in _OPTIONAL else [(name, "is missing")]
            continue
        try:
            found[name] = read(body[name])
        except ValueError as error:
            problems.append((name, str(error)))
    problems += [(str(name), "is no field of ours") for name in body if name not in _READ]
    if problems:
        raise AlertMessageError(tuple(problems))
    return found
