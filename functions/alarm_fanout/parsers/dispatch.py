"""Find the parser of a message's shape."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.envelopes import Envelope, unpack
from alarm_fanout.parsers import (
    alarm_configuration,
    alarm_event,
    alarm_sns,
    budget,
    cost_anomaly,
    document,
    event,
    health,
    labelled,
    meaning,
    own,
    text,
)
from alarm_fanout.parsers.arrival import Arrival, origin_of_arn
from alarm_fanout.parsers.errors import NotThisShapeError, UnreadableError
from alarm_fanout.parsers.texts import (
    HEADLINE,
    bounded_key,
    clean,
    cleaned,
    is_binary,
    masked,
    one_line,
    shortened,
)
from avatarwatch.hidden import hidden

_LONGEST_LIST = 50  # of messages in one
_LONGEST_NAME = 255  # of an alarm (CloudWatch's API); no other name of AWS's is longer

type _Read = Alert | tuple[Alert, ...]
type _Parser = Callable[[Any, Arrival], _Read]

_EVENTS: dict[str, _Parser] = {
    "CloudWatch Alarm State Change": alarm_event.parse,
    "CloudWatch Alarm Contributor State Change": alarm_event.parse,
    "CloudWatch Alarm Configuration Change": alarm_configuration.parse,
    "Anomaly Detected": cost_anomaly.parse_event,
    "AWS Health Event": health.parse,
    "AWS Health Abuse Event": health.parse,
}


def parse(envelope: Envelope, now: datetime) -> tuple[Alert, ...]:
    """Read a message of any shape; ``now`` stands in where nothing tells the time.

    One message may tell of several alerts: Security Hub's of several findings.

    Raises
    ------
    UnreadableError
        The message holds no text and no JSON object or array.
    """
    arrival = Arrival(
        sent_at=envelope.sent_at or now,
        subject=shortened(clean(envelope.subject or ""), HEADLINE),
        origin=origin_of_arn(envelope.topic_arn),
    )
    _check_readable(envelope.payload)
    payload = cleaned(_unwrapped(envelope.payload))
    if handed := _handed_on(payload):
        dated = [
            replace(
                each,
                sent_at=each.sent_at or envelope.sent_at,
                message_id=each.message_id or envelope.message_id,
            )
            for each in handed
        ]
        return tuple(alert for each in dated for alert in parse(each, now))
    read = _read(_as_event(payload), arrival)
    alerts = (read,) if isinstance(read, Alert) else read
    return tuple(_fit(alert, envelope, now) for alert in alerts)


def _fit(alert: Alert, envelope: Envelope, now: datetime) -> Alert:
    """Return an alert as every channel and the table can hold it."""
    # an alarm is found by its name; of all else the name is what the message says
    said = hidden if alert.kind in {Kind.EVENT, Kind.TEXT} else str
    name = one_line(said(alert.name), _LONGEST_NAME)
    timeless = envelope.sent_at is None and alert.changed_at == now
    return replace(
        alert,
        name=name if name.strip() else "(no name)",
        title=one_line(hidden(alert.title), _LONGEST_NAME).strip(),
        key=bounded_key(alert.key),
        stamp=envelope.message_id if timeless else None,
        summary=hidden(alert.summary),
        description=hidden(alert.description),
        reason=hidden(alert.reason),
        closes=bounded_key(alert.closes) if alert.closes else None,
        facts=tuple((label, masked(label, value)) for label, value in alert.facts),
    )


def _check_readable(payload: Any) -> None:
    match payload:
        case dict() | list():
            return
        case str() if not payload.strip():
            raise UnreadableError("the message is empty")
        case str() if is_binary(payload):
            raise UnreadableError("the message is binary data, not text")
        case str():
            return
        case None:
            raise UnreadableError("there is no message")
        case _:
            raise UnreadableError(f"the message is of type {type(payload).__name__}, not text")


def _handed_on(payload: Any) -> list[Envelope]:
    """Return the messages of an event of Lambda's, or SNS', that somebody published as it came."""
    match payload:
        case {"Records": [{"EventSource": "aws:sns"} | {"eventSource": "aws:sqs"}, *_]}:
            return unpack(payload)[:_LONGEST_LIST]
        case {"Type": "Notification", "TopicArn": str(), "Message": str() | dict()}:
            return unpack({"Records": [{"EventSource": "aws:sns", "Sns": payload}]})
        case _:
            return []


def _is_message(payload: Any) -> bool:
    return isinstance(payload, str | dict | list) and bool(payload)


def _unwrapped(payload: Any) -> Any:
    # of objects only those that can hold another: alarms do without this in a cold start
    if isinstance(payload, list) or (
        isinstance(payload, dict) and len(payload) > 1 and "default" not in payload
    ):
        return payload
    from alarm_fanout.parsers import wrapped  # noqa: PLC0415 - late, as below

    return wrapped.unwrapped(payload)


def _as_event(payload: Any) -> Any:
    """Return a notification rule's message (Developer Tools console) as the event it repeats."""
    match payload:
        case {"detailType": str(detail_type), "detail": _}:
            return {"detail-type": detail_type} | payload
        case _:
            return payload


def _read(payload: Any, arrival: Arrival) -> _Read:
    for parser in _parsers_of(payload):
        try:
            return parser(payload, arrival)
        except NotThisShapeError:
            continue
    raise UnreadableError("no parser reads it")


def _known(payload: dict[str, Any], arrival: Arrival) -> _Read:
    # late: alarms do without the catalogue of services in a cold start
    from alarm_fanout.parsers import service  # noqa: PLC0415

    return service.parse(payload, arrival)


def _each(payload: list[Any], arrival: Arrival) -> _Read:
    """Read a list of messages of which each is an alarm or known; all else is one document."""
    if not all(isinstance(part, dict) for part in payload) or len(payload) > _LONGEST_LIST:
        raise NotThisShapeError("no list of messages")
    read = [_told(part, arrival) for part in payload]
    return tuple(one for each in read for one in ((each,) if isinstance(each, Alert) else each))


def _told(part: dict[str, Any], arrival: Arrival) -> _Read:
    """Read one of a list, which stands for itself only where more than its fields are known."""
    return _parsers_of(part)[0](_as_event(part), arrival)


def _mailed(payload: str, arrival: Arrival) -> _Read:
    from alarm_fanout.parsers import alarm_mail  # noqa: PLC0415 - late, as above

    return alarm_mail.parse(payload, arrival)


def _assigned(payload: str, arrival: Arrival) -> _Read:
    return _known(labelled.fields(payload), arrival)


def _spelled(payload: str, arrival: Arrival) -> _Read:
    subject, found = labelled.spelled(payload)
    told = Arrival(arrival.sent_at, arrival.subject or subject, arrival.origin)
    if handed := [each.payload for each in _handed_on(found) if _is_message(each.payload)]:
        read = [_read(_as_event(cleaned(each)), told) for each in handed]
        return tuple(one for each in read for one in ((each,) if isinstance(each, Alert) else each))
    for parser in _parsers_of(found)[:-1]:
        try:
            return parser(found, told)
        except NotThisShapeError:
            continue
    says = meaning.state(found) or meaning.sentence(found)
    if not (says and meaning.title(found, told.subject)):
        raise NotThisShapeError("fields that say nothing of how anything is")
    return document.parse(found, told)


def _parsers_of(payload: Any) -> tuple[_Parser, ...]:
    """Return the parser of a shape, and then those that read what only looks like that shape."""
    match payload:
        case str():
            return budget.parse, _mailed, _assigned, _spelled, text.parse
        case {"detail-type": str(detail_type), "detail": _}:
            special = _EVENTS.get(detail_type)
            return (*((special,) if special else ()), _known, event.parse)
        case {"AlarmName": _, "NewStateValue": _}:
            parser: _Parser = alarm_sns.parse
        case {"alarmData": _}:
            parser = alarm_event.parse_action
        case {"anomalyId": _}:
            parser = cost_anomaly.parse
        case {"source": "avatarwatch"}:
            parser = own.parse
        case dict():
            parser = _known
        case [{}, *_]:
            parser = _each
        case _:
            parser = document.parse
    return parser, document.parse
