"""Take the messages out of whatever Lambda was invoked with."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from avatarwatch.answers import SOURCE

_FORWARDS = 3  # so often a notification is taken out of another
_YEARS = range(2000, 2200)  # outside of these a time is a broken clock, and sums with it overflow


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message as it arrived.

    ``body`` is what the source handed over, to be set aside as it is; ``payload`` is the message in
    it: a JSON object, an array, a text, or what is none of these and no parser reads.
    ``record_id`` is SQS's message id, by which Lambda is told that a record failed; None where the
    event is not of SQS. ``receives`` counts how often SQS has handed it out, this time included.
    ``message_id`` is the publisher's (SNS, EventBridge), or the request's where there is none: the
    same in every redelivery and in every try of Lambda's; ``sent_at`` is in UTC, None where nothing
    tells; ``topic_arn`` is the SNS topic it was published to.
    """

    body: Any
    payload: Any
    record_id: str | None = None
    receipt_handle: str | None = None
    receives: int = 1
    message_id: str | None = None
    subject: str | None = None
    sent_at: datetime | None = None
    topic_arn: str | None = None


def unpack(event: Any, request_id: str | None = None) -> list[Envelope]:
    """Return the messages of an event in its order; never raises.

    Reads SQS events (whose bodies hold an SNS notification, an EventBridge event, any other JSON or
    a text) and SNS events, and takes anything else as one message: an EventBridge event, a direct
    alarm action, any other direct invocation.
    """
    match event:
        case {"Records": []}:
            return []
        case {"Records": [{"eventSource": "aws:sqs"}, *_] as records}:
            return [_of_sqs(record if isinstance(record, dict) else {}) for record in records]
        case {"Records": [{"EventSource": "aws:sns", "Sns": _}, *_] as records}:
            return [_of_sns(record) for record in records]
        case _:
            envelope = _plain(event, _json(event))
            return [replace(envelope, message_id=envelope.message_id or request_id)]


def apart(envelopes: Sequence[Envelope]) -> tuple[list[Envelope], list[Envelope]]:
    """Return the messages that tell of alerts, and those that are people's answers.

    An answer comes into the queue itself: what anybody may publish to a topic is none.
    """
    answers = [each for each in envelopes if _is_answer(each)]
    return [each for each in envelopes if each not in answers], answers


def _is_answer(envelope: Envelope) -> bool:
    said = envelope.payload
    is_ours = isinstance(said, dict) and said.get("source") == SOURCE and "answer" in said
    return is_ours and isinstance(said["answer"], dict) and envelope.topic_arn is None


def instant(text: object) -> datetime | None:
    """Read a time as AWS writes it (``+0000`` or ``Z``), in UTC; None for what is no such time."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.year not in _YEARS:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _of_sqs(record: dict[str, Any]) -> Envelope:
    match record.get("attributes"):
        case dict() as attributes:
            pass
        case _:
            attributes = {}
    body, content = _original(record.get("body"))
    match content:
        case {"Type": str(), "MessageId": str(), "TopicArn": str(), "Message": _}:
            envelope = _of_notification(body, content)
        case _:
            envelope = _plain(body, content)
    return replace(
        envelope,
        record_id=_text(record.get("messageId")),
        receipt_handle=_text(record.get("receiptHandle")),
        receives=_count(attributes.get("ApproximateReceiveCount")),
        message_id=envelope.message_id or _text(record.get("messageId")),
        sent_at=envelope.sent_at or _milliseconds(attributes.get("SentTimestamp")),
    )


def _original(body: Any) -> tuple[Any, Any]:
    """Return a message and what it holds, without what it was wrapped in as a dead letter.

    It comes so when somebody moves the dead letters back: what this function set aside, or the
    record of an asynchronous invocation that failed (Lambda Developer Guide, "Invocation record").
    """
    content = _json(body)
    match content:
        case {"reason": str(), "body": str() as inner} if len(content) == 2:
            return inner, _json(inner)
        case {"requestContext": {"condition": str()}, "requestPayload": payload}:
            match payload:
                case {"Records": [{"EventSource": "aws:sns", "Sns": dict() as notification}]}:
                    return body, notification
            return body, payload
        case _:
            return body, content


def _of_sns(record: Any) -> Envelope:
    match record:
        case {"Sns": dict() as notification}:
            return _of_notification(record, notification)
        case _:
            return _plain(record, _json(record))


def _of_notification(body: Any, notification: dict[str, Any], within: int = 0) -> Envelope:
    message = _json(notification.get("Message"))
    match message:
        case {"Type": "Notification", "TopicArn": str(), "Message": _} if within < _FORWARDS:
            return _of_notification(body, message, within + 1)  # one topic's into another
    return Envelope(
        body=body,
        payload=message,
        message_id=_text(notification.get("MessageId")),
        subject=_text(notification.get("Subject")),
        sent_at=instant(notification.get("Timestamp")),
        topic_arn=_text(notification.get("TopicArn")),
    )


def _plain(body: Any, content: Any) -> Envelope:
    match content:
        case {"detail-type": str(), "detail": _, "id": identifier, "time": time}:
            # an EventBridge event has its own time and id, which survive a second rule or a replay
            return Envelope(body, content, message_id=_text(identifier), sent_at=instant(time))
        case _:
            return Envelope(body, content)


def _json(value: Any) -> Any:
    """Return the object or array that a text spells; a text that spells neither stays a text."""
    if not isinstance(value, str):
        return value
    try:
        content = json.loads(value)
    except (ValueError, RecursionError):  # also an integer or a nesting beyond Python's limits
        return value
    return content if isinstance(content, dict | list) else value


def _milliseconds(value: object) -> datetime | None:
    if not (isinstance(value, str) and value.isdecimal() and len(value) <= 13):
        return None
    moment = datetime.fromtimestamp(int(value) / 1000, UTC)
    return moment if moment.year in _YEARS else None


def _count(value: object) -> int:
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else 1


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
