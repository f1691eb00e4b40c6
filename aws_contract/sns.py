"""SNS: publishing and subscribing."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_contract.core import Breach, Params, rule
from aws_contract.values import attributes_size, json_object, utf8_length

# The default of a topic. Its attribute MaximumMessageSize may raise it to 1,048,576; a test of
# such a topic sets this. Source: API model, Publish, Message.
MAX_MESSAGE_BYTES = 262_144
MAX_ENTRIES = 10
MAX_SMS_CHARACTERS = 1_600
MAX_SUBJECT = 99
# The API Reference asked for ASCII for a decade, newer API models say UTF-8. The strict reading
# is right with both.
REQUIRE_ASCII_SUBJECT = True
PROTOCOLS = {
    "http": r"http://\S+",
    "https": r"https://\S+",
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "email-json": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "sms": r"\+[1-9]\d{1,14}",
    "sqs": r"arn:[^:]+:sqs:[^:]+:\d{12}:\S+",
    "application": r"arn:[^:]+:sns:[^:]+:\d{12}:endpoint/\S+",
    "lambda": r"arn:[^:]+:lambda:[^:]+:\d{12}:function:\S+",
    "firehose": r"arn:[^:]+:firehose:[^:]+:\d{12}:deliverystream/\S+",
}
_PHONE = re.compile(r"\+[1-9]\d{1,14}")
_TOPIC = re.compile(r"arn:[^:]+:sns:[^:]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?")
_DATA_TYPE = re.compile(r"(String|String\.Array|Number|Binary)(\..+)?")
_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")


def _invalid(what: str) -> Breach:
    return Breach("InvalidParameter", f"Invalid parameter: {what}")


@rule("sns", "Publish")
def target(params: Params) -> Iterator[Breach]:
    """Name exactly one target. Source: API Reference, Publish."""
    targets = [each for each in ("TopicArn", "TargetArn", "PhoneNumber") if params.get(each)]
    if not targets:
        yield _invalid("TopicArn or TargetArn Reason: no value for required parameter")
    if len(targets) > 1:
        yield _invalid(f"{targets[0]} Reason: {' and '.join(targets)} are mutually exclusive")
    phone = params.get("PhoneNumber")
    if phone and not _PHONE.fullmatch(phone):
        yield _invalid(f"PhoneNumber Reason: {phone} is not valid to publish to")
    if phone and len(params["Message"]) > MAX_SMS_CHARACTERS:
        yield _invalid("Message too long")


@rule("sns", "Publish", "PublishBatch", "Subscribe", "GetTopicAttributes")
def topic(params: Params) -> Iterator[Breach]:
    """Name a topic by its ARN. Source: API Reference, Publish, TopicArn."""
    if params.get("TopicArn") and not _TOPIC.fullmatch(params["TopicArn"]):
        yield _invalid("TopicArn")


@rule("sns", "PublishBatch")
def batch(params: Params) -> Iterator[Breach]:
    """Send 1 to 10 entries within one message's size. Source: API Reference, PublishBatch."""
    entries = params["PublishBatchRequestEntries"]
    ids = [entry["Id"] for entry in entries]
    if not ids:
        yield Breach("EmptyBatchRequest", "The batch request doesn't contain any entries.")
    if len(ids) > MAX_ENTRIES:
        text = "The batch request contains more entries than permissible (more than 10)."
        yield Breach("TooManyEntriesInBatchRequest", text)
    if len(set(ids)) < len(ids):
        text = "Two or more batch entries in the request have the same Id."
        yield Breach("BatchEntryIdsNotDistinct", text)
    if not all(_ENTRY_ID.fullmatch(each) for each in ids):
        text = "The Id of a batch entry in a batch request doesn't abide by the specification."
        yield Breach("InvalidBatchEntryId", text)
    if sum(_size(entry) for entry in entries) > MAX_MESSAGE_BYTES:
        text = f"The batch messages put together are more than {MAX_MESSAGE_BYTES} bytes."
        yield Breach("BatchRequestTooLong", text)


@rule("sns", "Publish", "PublishBatch")
def message(params: Params) -> Iterator[Breach]:
    """Check text, subject, structure and attributes. Source: API Reference, Publish."""
    fifo = (params.get("TopicArn") or params.get("TargetArn") or "").endswith(".fifo")
    for each in params.get("PublishBatchRequestEntries", (params,)):
        if not each.get("Message"):
            yield _invalid("Empty message")
            continue
        if _size(each) > MAX_MESSAGE_BYTES:
            yield _invalid("Message too long")
        if each.get("Subject") is not None:
            yield from _subject(each["Subject"])
        yield from _structure(each)
        yield from _attributes(each.get("MessageAttributes") or {})
        if fifo and not each.get("MessageGroupId"):
            yield _invalid("The MessageGroupId parameter is required for FIFO topics")
        if not fifo and each.get("MessageDeduplicationId"):
            yield _invalid(
                "MessageDeduplicationId Reason: The request includes MessageDeduplicationId "
                "parameter that is not valid for this topic type"
            )


def _size(each: Params) -> int:
    return utf8_length(each["Message"]) + attributes_size(each.get("MessageAttributes"))


def _subject(subject: str) -> Iterator[Breach]:
    control = any(ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0 for each in subject)
    ascii_only = re.fullmatch(r"[!-~][ -~]*", subject) is not None
    if not 1 <= len(subject) <= MAX_SUBJECT or control or (ascii_only < REQUIRE_ASCII_SUBJECT):
        yield _invalid("Subject")


def _structure(each: Params) -> Iterator[Breach]:
    structure = each.get("MessageStructure")
    if structure is None:
        return
    if structure != "json":
        yield _invalid("MessageStructure")
        return
    parsed = json_object(each["Message"])
    if parsed is None:
        yield _invalid("Message Structure - JSON message body failed to parse")
    elif not isinstance(parsed.get("default"), str):
        yield _invalid("Message Structure - No default entry in JSON message body")


def _attributes(attributes: Mapping[str, Mapping[str, Any]]) -> Iterator[Breach]:
    for name, attribute in attributes.items():
        kind = attribute["DataType"]
        value = attribute.get("BinaryValue" if kind.startswith("Binary") else "StringValue")
        if not _DATA_TYPE.fullmatch(kind):
            text = (
                f"The message attribute '{name}' has an invalid message attribute type, the set "
                "of supported type prefixes is Binary, Number, and String."
            )
        elif not value:
            text = (
                f"The message attribute '{name}' must contain non-empty message attribute value "
                f"for message attribute type '{kind}'."
            )
        elif kind.startswith("Number") and not _is_number(value):
            text = f"Could not cast message attribute '{name}' value to number."
        else:
            continue
        yield Breach("ParameterValueInvalid", text)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) is not None


@rule("sns", "Subscribe")
def subscription(params: Params) -> Iterator[Breach]:
    """Match endpoint and protocol. Source: API Reference, Subscribe, Protocol and Endpoint."""
    form = PROTOCOLS.get(params["Protocol"])
    if form is None:
        yield _invalid(f"Amazon SNS does not support this protocol string: {params['Protocol']}")
    elif not re.fullmatch(form, params.get("Endpoint") or ""):
        yield _invalid(f"{params['Protocol']} endpoint")
    for name in ("FilterPolicy", "RedrivePolicy", "DeliveryPolicy"):
        text = (params.get("Attributes") or {}).get(name)
        if text is not None and json_object(text) is None:
            yield _invalid(f"{name}: failed to parse JSON.")
