from typing import Any

import pytest

SENT, VALUE, MISSING = "sent", "InvalidParameterValue", "MissingParameter"
QUEUE = "https://sqs.eu-north-1.amazonaws.com/123456789012/alerts"
LEGACY = "AWS.SimpleQueueService."
MIB = 1_048_576


def attributes(count: int = 1, **changes: Any) -> dict[str, Any]:
    attribute = {"DataType": "String", "StringValue": "x"} | changes
    return {f"name{number}": attribute for number in range(count)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, SENT, id="plain"),
        pytest.param({"MessageBody": "x" * MIB}, SENT, id="1 MiB"),
        pytest.param({"MessageBody": "x" * (MIB + 1)}, VALUE, id="over 1 MiB"),
        pytest.param({"MessageBody": "ü" * (MIB // 2 + 1)}, VALUE, id="bytes, not characters"),
        pytest.param(
            {"MessageBody": "x" * MIB, "MessageAttributes": attributes()},
            VALUE,
            id="attributes count",
        ),
        pytest.param({"MessageBody": ""}, MISSING, id="empty"),
        pytest.param({"MessageBody": "tab\t, line\r\n, 🔴 and \ufffd"}, SENT, id="characters"),
        pytest.param({"MessageBody": "nul \x00"}, "InvalidMessageContents", id="nul"),
        pytest.param({"MessageBody": "escape \x1b[1m"}, "InvalidMessageContents", id="escape"),
        pytest.param({"MessageBody": "\uffff"}, "InvalidMessageContents", id="not a character"),
        pytest.param({"DelaySeconds": 900}, SENT, id="15 minutes"),
        pytest.param({"DelaySeconds": 901}, VALUE, id="over 15 minutes"),
        pytest.param({"DelaySeconds": -1}, VALUE, id="into the past"),
        pytest.param({"MessageAttributes": attributes(10)}, SENT, id="10 attributes"),
        pytest.param({"MessageAttributes": attributes(11)}, VALUE, id="11 attributes"),
        pytest.param({"MessageAttributes": attributes(StringValue="")}, VALUE, id="empty value"),
        pytest.param({"MessageAttributes": attributes(DataType="Text")}, VALUE, id="type"),
        pytest.param({"MessageAttributes": {"AWS.x": attributes()["name0"]}}, VALUE, id="reserved"),
        pytest.param({"MessageGroupId": "tenant"}, SENT, id="fair queue"),
        pytest.param({"MessageGroupId": "two words"}, VALUE, id="group with space"),
        pytest.param({"MessageDeduplicationId": "x"}, VALUE, id="deduplication without FIFO"),
        pytest.param({"QueueUrl": f"{QUEUE}.fifo"}, MISSING, id="FIFO without group"),
        pytest.param({"QueueUrl": f"{QUEUE}.fifo", "MessageGroupId": "g"}, SENT, id="FIFO"),
        pytest.param(
            {"QueueUrl": f"{QUEUE}.fifo", "MessageGroupId": "g", "DelaySeconds": 1},
            VALUE,
            id="FIFO with delay",
        ),
    ],
)
def test_message(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    params = {"QueueUrl": QUEUE, "MessageBody": "{}"} | changes
    assert verdict("sqs", "SendMessage", params) == expected


def entries(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [{"Id": str(number), "MessageBody": "x"} | changes for number in range(count)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(entries(10), SENT, id="10"),
        pytest.param(entries(11), f"{LEGACY}TooManyEntriesInBatchRequest", id="11"),
        pytest.param([], f"{LEGACY}EmptyBatchRequest", id="none"),
        pytest.param(entries(2, Id="a"), f"{LEGACY}BatchEntryIdsNotDistinct", id="same id"),
        pytest.param(entries(1, Id="a.b"), f"{LEGACY}InvalidBatchEntryId", id="id with dot"),
        pytest.param(entries(1, Id="a" * 81), f"{LEGACY}InvalidBatchEntryId", id="id of 81"),
        pytest.param(entries(2, MessageBody="x" * (MIB // 2)), SENT, id="1 MiB together"),
        pytest.param(
            entries(3, MessageBody="x" * (MIB // 2)), f"{LEGACY}BatchRequestTooLong", id="1.5 MiB"
        ),
        pytest.param(entries(1, MessageBody="\x00"), "InvalidMessageContents", id="nul"),
        pytest.param(entries(1, DelaySeconds=901), VALUE, id="delay"),
    ],
)
def test_send_batch(verdict: Any, given: list[dict[str, Any]], expected: str) -> None:
    assert verdict("sqs", "SendMessageBatch", {"QueueUrl": QUEUE, "Entries": given}) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (10, SENT),
        (11, f"{LEGACY}TooManyEntriesInBatchRequest"),
        (0, f"{LEGACY}EmptyBatchRequest"),
    ],
)
def test_delete_batch(verdict: Any, count: int, expected: str) -> None:
    given = [{"Id": str(number), "ReceiptHandle": "h"} for number in range(count)]
    assert verdict("sqs", "DeleteMessageBatch", {"QueueUrl": QUEUE, "Entries": given}) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"MaxNumberOfMessages": 10, "WaitTimeSeconds": 20}, SENT),
        ({"MaxNumberOfMessages": 11}, VALUE),
        ({"MaxNumberOfMessages": 0}, VALUE),
        ({"WaitTimeSeconds": 21}, VALUE),
        ({"WaitTimeSeconds": -1}, VALUE),
        ({"VisibilityTimeout": 43_200}, SENT),
        ({"VisibilityTimeout": 43_201}, VALUE),
    ],
    ids=str,
)
def test_receive(verdict: Any, changes: dict[str, int], expected: str) -> None:
    assert verdict("sqs", "ReceiveMessage", {"QueueUrl": QUEUE} | changes) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(0, SENT), (43_200, SENT), (43_201, VALUE)])
def test_visibility(verdict: Any, seconds: int, expected: str) -> None:
    one = {"ReceiptHandle": "h", "VisibilityTimeout": seconds}
    assert verdict("sqs", "ChangeMessageVisibility", {"QueueUrl": QUEUE, **one}) == expected
    batch = {"QueueUrl": QUEUE, "Entries": [{"Id": "a", **one}]}
    assert verdict("sqs", "ChangeMessageVisibilityBatch", batch) == expected
