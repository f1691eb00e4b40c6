import json
from typing import Any

import pytest

from aws_contract import sns

SENT, INVALID, ATTRIBUTE = "sent", "InvalidParameter", "ParameterValueInvalid"
TOPIC = "arn:aws:sns:eu-north-1:123456789012:alerts"
MOST = 262_144


def attribute(kind: str, value: str) -> dict[str, Any]:
    return {"MessageAttributes": {"name": {"DataType": kind, "StringValue": value}}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, SENT, id="plain"),
        pytest.param({"Message": ""}, INVALID, id="empty"),
        pytest.param({"Message": "x" * MOST}, SENT, id="256 KiB"),
        pytest.param({"Message": "x" * (MOST + 1)}, INVALID, id="over 256 KiB"),
        pytest.param(
            {"Message": "x" * MOST} | attribute("String", "x"), INVALID, id="and attributes"
        ),
        pytest.param({"Subject": "Critical: upload failures 18.2 %"}, SENT, id="subject"),
        pytest.param({"Subject": "s" * 99}, SENT, id="subject of 99"),
        pytest.param({"Subject": "s" * 100}, INVALID, id="subject of 100"),
        pytest.param({"Subject": ""}, INVALID, id="subject empty"),
        pytest.param({"Subject": "line\nbreak"}, INVALID, id="subject with line break"),
        pytest.param({"Subject": "tab\tstop"}, INVALID, id="subject with tab"),
        pytest.param({"Subject": " blank first"}, INVALID, id="subject with blank first"),
        pytest.param({"Subject": "🔴 Kritisch"}, INVALID, id="subject beyond ASCII"),
        pytest.param({"TopicArn": None}, INVALID, id="no target"),
        pytest.param({"TopicArn": "alerts"}, INVALID, id="no ARN"),
        pytest.param({"TargetArn": TOPIC}, INVALID, id="two targets"),
        pytest.param({"TopicArn": None, "PhoneNumber": "+4670123456"}, SENT, id="phone"),
        pytest.param({"TopicArn": None, "PhoneNumber": "070-123456"}, INVALID, id="no E.164"),
        pytest.param(
            {"TopicArn": None, "PhoneNumber": "+4670123456", "Message": "x" * 1_601},
            INVALID,
            id="long SMS",
        ),
        pytest.param(
            {"MessageStructure": "json", "Message": json.dumps({"default": "a", "sms": "b"})},
            SENT,
            id="structure",
        ),
        pytest.param(
            {"MessageStructure": "json", "Message": json.dumps({"sms": "b"})},
            INVALID,
            id="no default",
        ),
        pytest.param(
            {"MessageStructure": "json", "Message": json.dumps({"default": {}})},
            INVALID,
            id="default no text",
        ),
        pytest.param({"MessageStructure": "json", "Message": "plain"}, INVALID, id="no JSON"),
        pytest.param({"MessageStructure": "xml"}, INVALID, id="structure xml"),
        pytest.param(attribute("String", "critical"), SENT, id="attribute"),
        pytest.param(attribute("String.Array", '["a"]'), SENT, id="array"),
        pytest.param(attribute("String", ""), ATTRIBUTE, id="empty attribute"),
        pytest.param(attribute("Boolean", "true"), ATTRIBUTE, id="unknown type"),
        pytest.param(attribute("Number", "1e3"), SENT, id="number"),
        pytest.param(attribute("Number", "many"), ATTRIBUTE, id="no number"),
        pytest.param({"TopicArn": f"{TOPIC}.fifo"}, INVALID, id="FIFO without group"),
        pytest.param({"TopicArn": f"{TOPIC}.fifo", "MessageGroupId": "g"}, SENT, id="FIFO"),
        pytest.param({"MessageDeduplicationId": "d"}, INVALID, id="deduplication without FIFO"),
    ],
)
def test_publish(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    params = {"TopicArn": TOPIC, "Message": "{}"} | changes
    params = {name: value for name, value in params.items() if value is not None}
    assert verdict("sns", "Publish", params) == expected


def test_subject_in_utf8_by_switch(verdict: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sns, "REQUIRE_ASCII_SUBJECT", False)
    params = {"TopicArn": TOPIC, "Message": "{}"}
    assert verdict("sns", "Publish", params | {"Subject": "🔴 Kritisch"}) == SENT
    assert verdict("sns", "Publish", params | {"Subject": "zwei\nZeilen"}) == INVALID


def entries(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [{"Id": str(number), "Message": "x"} | changes for number in range(count)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(entries(10), SENT, id="10"),
        pytest.param(entries(11), "TooManyEntriesInBatchRequest", id="11"),
        pytest.param([], "EmptyBatchRequest", id="none"),
        pytest.param(entries(2, Id="a"), "BatchEntryIdsNotDistinct", id="same id"),
        pytest.param(entries(1, Id="a b"), "InvalidBatchEntryId", id="id with space"),
        pytest.param(entries(2, Message="x" * (MOST // 2)), SENT, id="256 KiB together"),
        pytest.param(entries(3, Message="x" * (MOST // 2)), "BatchRequestTooLong", id="more"),
        pytest.param(entries(1, Subject="line\nbreak"), INVALID, id="subject"),
    ],
)
def test_publish_batch(verdict: Any, given: list[dict[str, Any]], expected: str) -> None:
    params = {"TopicArn": TOPIC, "PublishBatchRequestEntries": given}
    assert verdict("sns", "PublishBatch", params) == expected


@pytest.mark.parametrize(
    ("protocol", "endpoint", "expected"),
    [
        ("email", "ops@example.com", SENT),
        ("email", "ops", INVALID),
        ("sms", "+4670123456", SENT),
        ("sms", "070123456", INVALID),
        ("https", "https://example.com/hook", SENT),
        ("https", "http://example.com/hook", INVALID),
        ("sqs", "arn:aws:sqs:eu-north-1:123456789012:alerts", SENT),
        ("sqs", "https://sqs.eu-north-1.amazonaws.com/123456789012/alerts", INVALID),
        ("lambda", "arn:aws:lambda:eu-north-1:123456789012:function:f", SENT),
        ("lambda", "arn:aws:sqs:eu-north-1:123456789012:alerts", INVALID),
        ("slack", "https://hooks.slack.com/x", INVALID),
    ],
)
def test_subscribe(verdict: Any, protocol: str, endpoint: str, expected: str) -> None:
    params = {"TopicArn": TOPIC, "Protocol": protocol, "Endpoint": endpoint}
    assert verdict("sns", "Subscribe", params) == expected


@pytest.mark.parametrize(("policy", "expected"), [('{"a": ["b"]}', SENT), ("{a: b}", INVALID)])
def test_subscribe_with_policy(verdict: Any, policy: str, expected: str) -> None:
    params = {"TopicArn": TOPIC, "Protocol": "email", "Endpoint": "ops@example.com"}
    params |= {"Attributes": {"FilterPolicy": policy}}  # type: ignore[dict-item]
    assert verdict("sns", "Subscribe", params) == expected


@pytest.mark.parametrize(("arn", "expected"), [(TOPIC, SENT), ("alerts", INVALID)])
def test_get_topic_attributes(verdict: Any, arn: str, expected: str) -> None:
    assert verdict("sns", "GetTopicAttributes", {"TopicArn": arn}) == expected
