"""SQS: queues and their attributes."""

import re
from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule
from aws_contract.values import json_object

# Source: API Reference, CreateQueue, Attributes.
RANGES = {
    "DelaySeconds": (0, 900),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
}
MAX_SOURCES = 10
_FIFO = frozenset(
    {"FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"}
)
_KNOWN = RANGES.keys() | _FIFO | {
    "Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "SqsManagedSseEnabled",
}  # fmt: skip


def _invalid(name: str) -> Breach:
    return Breach("InvalidAttributeValue", f"Invalid value for the parameter {name}.")


@rule("sqs", "CreateQueue")
def queue_name(params: Params) -> Iterator[Breach]:
    """Name a queue. Source: API Reference, CreateQueue, QueueName."""
    name = params["QueueName"]
    is_fifo = (params.get("Attributes") or {}).get("FifoQueue") == "true"
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,80}|(?=.{6,80}$)[A-Za-z0-9_-]+\.fifo", name):
        yield Breach(
            "InvalidParameterValue",
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        )
    elif name.endswith(".fifo") != is_fifo:
        yield Breach("InvalidParameterValue", "The name of a FIFO queue, and no other, is *.fifo")


@rule("sqs", "CreateQueue", "SetQueueAttributes")
def attributes(params: Params) -> Iterator[Breach]:
    """Keep each attribute in its range. Source: API Reference, CreateQueue, Attributes."""
    given = params.get("Attributes") or {}
    for name, text in given.items():
        if name not in _KNOWN:
            yield Breach("InvalidAttributeName", f"Unknown Attribute {name}.")
        elif name in RANGES:
            least, most = RANGES[name]
            if not text.isdigit() or not least <= int(text) <= most:
                yield _invalid(name)
    if given.get("SqsManagedSseEnabled") == "true" and given.get("KmsMasterKeyId"):
        yield Breach(
            "InvalidAttributeValue",
            "You can use one type of server-side encryption (SSE) at one time.",
        )
    if given.get("RedrivePolicy"):
        yield from _redrive(given["RedrivePolicy"])
    if given.get("RedriveAllowPolicy"):
        yield from _redrive_allow(given["RedriveAllowPolicy"])


@rule("sqs", "CreateQueue")
def dead_letters_of_a_kind(params: Params) -> Iterator[Breach]:
    """Let a FIFO queue's dead letters go to one. Source: Developer Guide, "Dead-letter queues"."""
    policy = json_object((params.get("Attributes") or {}).get("RedrivePolicy") or "{}") or {}
    target = str(policy.get("deadLetterTargetArn", params["QueueName"]))
    if target.endswith(".fifo") != params["QueueName"].endswith(".fifo"):
        yield _invalid("RedrivePolicy")


def _redrive_allow(text: str) -> Iterator[Breach]:
    """Name up to ten sources, or all, or none. Source: API Reference, CreateQueue."""
    policy = json_object(text) or {}
    permission, sources = policy.get("redrivePermission"), policy.get("sourceQueueArns")
    fits = (
        isinstance(sources, list) and 1 <= len(sources) <= MAX_SOURCES
        if permission == "byQueue"
        else permission in {"allowAll", "denyAll"} and sources is None
    )  # fmt: skip
    if not fits or not policy.keys() <= {"redrivePermission", "sourceQueueArns"}:
        yield _invalid("RedriveAllowPolicy")


def _redrive(text: str) -> Iterator[Breach]:
    """Check the dead-letter queue. Source: Developer Guide, "Using dead-letter queues"."""
    policy = json_object(text)
    if policy is None or policy.keys() != {"deadLetterTargetArn", "maxReceiveCount"}:
        yield _invalid("RedrivePolicy")
        return
    count = str(policy["maxReceiveCount"])
    if not count.isdigit() or not 1 <= int(count) <= 1_000:
        text = f"Value {text} for parameter RedrivePolicy is invalid. Reason: Invalid value for "
        yield Breach("InvalidParameterValue", text + "maxReceiveCount: 1 to 1000.")
    if not re.fullmatch(r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:.+", policy["deadLetterTargetArn"]):
        yield _invalid("RedrivePolicy")


@rule("sqs", "StartMessageMoveTask")
def move_task(params: Params) -> Iterator[Breach]:
    """Move from one queue to another. Source: API Reference, StartMessageMoveTask.

    Without a destination each message goes to the queue that SQS moved it from. One that SNS,
    EventBridge, Scheduler or Lambda sent has none: the task fails there, after it was accepted.
    It is refused here unless a destination is named, as our dead-letter queues are of many kinds.
    """
    if not params.get("DestinationArn"):
        yield Breach(
            "InvalidParameterValue",
            "The messages of this queue have no original source queue: name a DestinationArn.",
        )
    rate = params.get("MaxNumberOfMessagesPerSecond", 1)
    if not 1 <= rate <= 500:
        yield Breach("InvalidParameterValue", "MaxNumberOfMessagesPerSecond is 1 to 500.")
