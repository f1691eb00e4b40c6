"""SQS: messages, batches and the times of both."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_contract.core import Breach, Params, rule
from aws_contract.values import attributes_size, utf8_length

# Raised from 262,144 in August 2025. Source: API model, SendMessage, MessageBody.
MAX_MESSAGE_BYTES = 1_048_576
MAX_ENTRIES = 10
MAX_ATTRIBUTES = 10
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ALLOWED = "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_TOKEN = re.compile(r"[!-~]{1,128}")
_DATA_TYPE = re.compile(r"(String|Number|Binary)(\..+)?")
_ATTRIBUTE_NAME = re.compile(r"(?!\.)(?!(?i:aws|amazon)\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)")


def _legacy(name: str, message: str) -> Breach:
    """Build an error that kept the code of SQS's query protocol on the wire."""
    return Breach(f"AWS.SimpleQueueService.{name}", message, shape=name)


def _out_of_range(name: str, value: int, reason: str) -> Breach:
    message = f"Value {value} for parameter {name} is invalid. Reason: {reason}."
    return Breach("InvalidParameterValue", message)


def _size(message: Params) -> int:
    return utf8_length(message["MessageBody"]) + attributes_size(message.get("MessageAttributes"))


@rule("sqs", "SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch")
def batch_entries(params: Params) -> Iterator[Breach]:
    """Send 1 to 10 entries with ids of their own. Source: API Reference, SendMessageBatch."""
    ids = [entry["Id"] for entry in params["Entries"]]
    if not ids:
        message = "There should be at least one SendMessageBatchRequestEntry in the request."
        yield _legacy("EmptyBatchRequest", message)
    if len(ids) > MAX_ENTRIES:
        message = (
            f"Maximum number of entries per request are {MAX_ENTRIES}. You have sent {len(ids)}."
        )
        yield _legacy("TooManyEntriesInBatchRequest", message)
    if len(set(ids)) < len(ids):
        repeated = next(each for each in ids if ids.count(each) > 1)
        yield _legacy("BatchEntryIdsNotDistinct", f"Id {repeated} repeated.")
    if not all(_ENTRY_ID.fullmatch(each) for each in ids):
        message = (
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
            "It can be at most 80 letters long."
        )
        yield _legacy("InvalidBatchEntryId", message)


@rule("sqs", "SendMessageBatch")
def batch_size(params: Params) -> Iterator[Breach]:
    """Keep a batch within one message's limit. Source: API Reference, SendMessageBatch."""
    total = sum(_size(entry) for entry in params["Entries"])
    if total > MAX_MESSAGE_BYTES:
        message = (
            f"Batch requests cannot be longer than {MAX_MESSAGE_BYTES} bytes. "
            f"You have sent {total} bytes."
        )
        yield _legacy("BatchRequestTooLong", message)


@rule("sqs", "SendMessage", "SendMessageBatch")
def message(params: Params) -> Iterator[Breach]:
    """Check body, attributes and delay. Source: API Reference, SendMessage.

    SQS reports these for an entry of a batch in the answer's `Failed` list; here they refuse the
    batch, since an entry that can never succeed is a defect of the sender either way.
    """
    fifo = params["QueueUrl"].endswith(".fifo")
    for each in params.get("Entries", (params,)):
        yield from _body(each)
        yield from _attributes(each.get("MessageAttributes") or {})
        yield from _queue_type(each, fifo=fifo)
        delay = each.get("DelaySeconds", 0)
        if not 0 <= delay <= 900:
            yield _out_of_range("DelaySeconds", delay, "DelaySeconds must be >= 0 and <= 900")


def _body(each: Params) -> Iterator[Breach]:
    if not each["MessageBody"]:
        yield Breach("MissingParameter", "The request must contain the parameter MessageBody.")
    if _size(each) > MAX_MESSAGE_BYTES:
        text = (
            "One or more parameters are invalid. "
            f"Reason: Message must be shorter than {MAX_MESSAGE_BYTES} bytes."
        )
        yield Breach("InvalidParameterValue", text)
    if found := _ILLEGAL.search(each["MessageBody"]):
        text = (
            f"Invalid binary character '#x{ord(found[0]):X}' was found in the message body, "
            f"the set of allowed characters is {_ALLOWED}"
        )
        yield Breach("InvalidMessageContents", text)


def _attributes(attributes: Mapping[str, Mapping[str, Any]]) -> Iterator[Breach]:
    if len(attributes) > MAX_ATTRIBUTES:
        text = (
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum "
            f"[{MAX_ATTRIBUTES}]."
        )
        yield Breach("InvalidParameterValue", text)
    for name, attribute in attributes.items():
        kind = attribute["DataType"]
        value = attribute.get("BinaryValue" if kind.startswith("Binary") else "StringValue")
        if not _ATTRIBUTE_NAME.fullmatch(name):
            yield Breach(
                "InvalidParameterValue", f"The message attribute name '{name}' is invalid."
            )
        if not _DATA_TYPE.fullmatch(kind):
            text = (
                f"The type of message (user) attribute '{name}' is invalid. You must use only the "
                "following supported type prefixes: Binary, Number, String."
            )
            yield Breach("InvalidParameterValue", text)
        elif not value:
            text = (
                f"The message (user) attribute '{name}' must contain a non-empty value of type "
                f"'{kind}'."
            )
            yield Breach("InvalidParameterValue", text)


def _queue_type(each: Params, *, fifo: bool) -> Iterator[Breach]:
    for name in ("MessageGroupId", "MessageDeduplicationId"):
        if each.get(name) is not None and not _TOKEN.fullmatch(each[name]):
            yield _out_of_range(
                name,
                each[name],
                "Only 1 to 128 alphanumeric and punctuation characters",
            )
    if fifo and not each.get("MessageGroupId"):
        yield Breach("MissingParameter", "The request must contain the parameter MessageGroupId.")
    foreign = "DelaySeconds" if fifo else "MessageDeduplicationId"
    if each.get(foreign) is not None:
        reason = "The request include parameter that is not valid for this queue type"
        yield _out_of_range(foreign, each[foreign], reason)


@rule("sqs", "ReceiveMessage")
def receive(params: Params) -> Iterator[Breach]:
    """Take 1 to 10 messages, wait 0 to 20 s. Source: API Reference, ReceiveMessage."""
    count, wait = params.get("MaxNumberOfMessages", 1), params.get("WaitTimeSeconds", 0)
    if not 1 <= count <= 10:
        yield _out_of_range("MaxNumberOfMessages", count, "Must be between 1 and 10, if provided")
    if not 0 <= wait <= 20:
        yield _out_of_range("WaitTimeSeconds", wait, "Must be >= 0 and <= 20, if provided")


@rule("sqs", "ReceiveMessage", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch")
def visibility(params: Params) -> Iterator[Breach]:
    """Hide a message for at most 12 hours. Source: API Reference, ChangeMessageVisibility."""
    for each in params.get("Entries", (params,)):
        seconds = each.get("VisibilityTimeout", 0)
        if not 0 <= seconds <= 43_200:
            reason = "Must be between 0 and 43200"
            yield _out_of_range("VisibilityTimeout", seconds, reason)
