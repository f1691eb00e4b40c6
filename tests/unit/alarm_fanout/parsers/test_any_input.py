"""Whatever arrives becomes an alert that every channel can hold, or is declared unreadable."""

import contextlib
import copy
import json
import math
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alarm_fanout.alert import Alert
from alarm_fanout.envelopes import Envelope, unpack
from alarm_fanout.parsers import UnreadableError
from examples import examples
from unit.alarm_fanout.parsers.event_files import NAMES, NOW, alerts, envelopes, event, one_of
from unit.alarm_fanout.parsers.expected import EXPECTED, Expected

_TEXTS = st.text(st.characters(), max_size=30) | st.sampled_from([
    "", " ", "ALARM", "OK", "2026-11-23T10:15:31.874+0000", "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-2359", "Infinity", "NaN", "-1", "{", '{"a":', "arn:aws:x", "\ud83d",
    "[1.0 (23/11/26 10:10:00)]", "((((", "arn:aws:cloudwatch:eu-north-1:123456789012:alarm:",
])  # fmt: skip
_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.sampled_from([10**400, -(10**400)])
    | st.floats() | _TEXTS
)  # fmt: skip
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)
_KEYS = st.sampled_from([
    "source", "detail-type", "detail", "AlarmName", "NewStateValue", "alarmData", "anomalyId",
    "Records", "eventSource", "EventSource", "Sns", "body", "Type", "Message", "TopicArn", "state",
    "MessageId", "Trigger", "alarmName", "eventArn", "eventTypeCode", "resources", "time", "id",
])  # fmt: skip
_KNOWN = st.sampled_from([
    "avatarwatch", "aws:sqs", "aws:sns", "Notification", "CloudWatch Alarm State Change",
    "CloudWatch Alarm Configuration Change", "Anomaly Detected", "AWS Health Event", "ALARM",
])  # fmt: skip
_NEARLY = st.recursive(
    _SCALARS | _KNOWN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=6),
    max_leaves=25,
)
_DOCUMENTS = [
    envelope.payload
    for name in NAMES
    if name not in {"hostile-deep-nesting", "description-100-kb"}  # too deep, too long to copy
    for envelope in envelopes(name)
    if isinstance(envelope.payload, dict)
]


def _check(alert: Alert) -> None:
    assert alert.name.strip()
    assert "\n" not in alert.name
    assert 0 < len(alert.key.encode()) <= 512
    assert alert.changed_at.utcoffset() is not None
    assert 2000 <= alert.changed_at.year < 2200
    json.dumps(asdict(alert), default=str, ensure_ascii=False).encode()
    for number in (*alert.crossing.values, alert.crossing.threshold) if alert.crossing else ():
        assert number is None or math.isfinite(number)


def _read(event: Any) -> None:
    for envelope in unpack(event):
        with contextlib.suppress(UnreadableError):
            _check(one_of(envelope, NOW))


@given(_JSON | _NEARLY)
@settings(max_examples=examples(400))
def test_any_json_as_an_event(value: Any) -> None:
    _read(value)


@given(_NEARLY)
@settings(max_examples=examples(200))
def test_any_json_as_a_body_in_a_queue(value: Any) -> None:
    body = json.dumps(value)
    _read({"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": body}]})


@given(st.text(st.characters()))
def test_any_text(text: str) -> None:
    _read({"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": text}]})


def _change(draw: st.DataObject, document: Any) -> None:
    """Drop or replace one field somewhere in a document, in place."""
    while True:
        steps = list(document) if isinstance(document, dict) else list(range(len(document)))
        if not steps:
            return
        step = draw.draw(st.sampled_from(steps))
        inner = document[step]
        if isinstance(inner, dict | list) and draw.draw(st.integers(0, 3)):
            document = inner
            continue
        if draw.draw(st.booleans()):
            del document[step]
        else:
            document[step] = draw.draw(_JSON)
        return


@given(st.data(), st.sampled_from(_DOCUMENTS), st.integers(1, 4))
@settings(max_examples=examples(600))
def test_real_messages_with_fields_dropped_or_replaced(
    draw: st.DataObject, document: dict[str, Any], times: int
) -> None:
    changed = copy.deepcopy(document)
    for _ in range(times):
        _change(draw, changed)
    _check(one_of(Envelope(changed, changed), NOW))


@given(st.data(), st.sampled_from(NAMES), st.integers(1, 4))
@settings(max_examples=examples(300))
def test_real_events_with_fields_dropped_or_replaced(
    draw: st.DataObject, name: str, times: int
) -> None:
    changed = event(name)
    if isinstance(changed, dict):
        for _ in range(times):
            _change(draw, changed)
    _read(changed)


@pytest.mark.parametrize(
    "name", [name for name, row in EXPECTED.items() if all(isinstance(e, Expected) for e in row)]
)
def test_the_files(name: str) -> None:
    for alert in alerts(name):
        _check(alert)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "9" * 10_000, "[" * 99 + "]"])
def test_texts_that_are_beyond_the_parser_of_json_stay_texts(text: str) -> None:
    (envelope,) = unpack(text)
    assert one_of(envelope, NOW).kind.value == "text"


@pytest.mark.parametrize("value", [None, 42, 1.5, True, b"bytes", object()])
def test_what_is_no_json_object_array_or_text_is_unreadable(value: Any) -> None:
    (envelope,) = unpack(value)
    with pytest.raises(UnreadableError):
        one_of(envelope, NOW)
