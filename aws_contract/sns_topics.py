"""SNS: topics, and the attributes of topics and subscriptions."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_contract.core import Breach, Params, rule
from aws_contract.event_patterns import pattern_fault
from aws_contract.values import json_object, utf8_length

MAX_DISPLAY_NAME = 100
# Source: Developer Guide, "Filter policy constraints".
MAX_FILTER_KEYS, MAX_FILTER_COMBINATIONS, MAX_FILTER_BYTES = 5, 150, 256 * 1024
SUBSCRIPTION_ATTRIBUTES = frozenset(
    {"DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy"}
    | {"SubscriptionRoleArn", "ReplayPolicy"}
)
RAW = frozenset({"http", "https", "sqs", "firehose"})


def _invalid(what: str) -> Breach:
    return Breach("InvalidParameter", f"Invalid parameter: {what}")


@rule("sns", "CreateTopic")
def topic_name(params: Params) -> Iterator[Breach]:
    """Name a topic. Source: API Reference, CreateTopic, Name."""
    name = params["Name"]
    is_fifo = (params.get("Attributes") or {}).get("FifoTopic") == "true"
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}|(?=.{6,256}$)[A-Za-z0-9_-]+\.fifo", name):
        yield _invalid("Topic Name")
    elif name.endswith(".fifo") != is_fifo:
        yield _invalid("Fifo Topic names must end with .fifo, and no others")


@rule("sns", "CreateTopic", "SetTopicAttributes")
def topic_attributes(params: Params) -> Iterator[Breach]:
    """Check what a topic is told. Source: API Reference, SetTopicAttributes, AttributeName."""
    given: Mapping[str, str] = params.get("Attributes") or {
        params.get("AttributeName", ""): params.get("AttributeValue", "")
    }
    display = given.get("DisplayName", "")
    if len(display) > MAX_DISPLAY_NAME:
        yield _invalid("DisplayName must be at most 100 characters long")
    if given.get("TracingConfig", "PassThrough") not in {"PassThrough", "Active"}:
        yield _invalid("TracingConfig")
    if given.get("SignatureVersion", "1") not in {"1", "2"}:
        yield _invalid("SignatureVersion")
    delivery = given.get("DeliveryPolicy")
    if delivery and json_object(delivery) is None:
        yield _invalid("DeliveryPolicy: failed to parse JSON.")


@rule("sns", "Subscribe")
def subscription_attributes(params: Params) -> Iterator[Breach]:
    """Check what a subscription is told. Source: API Reference, Subscribe, Attributes."""
    given = params.get("Attributes") or {}
    for name in sorted(given.keys() - SUBSCRIPTION_ATTRIBUTES):
        yield _invalid(f"Attributes Reason: Unknown attribute: {name}")
    if given.get("RawMessageDelivery") == "true" and params["Protocol"] not in RAW:
        yield _invalid("Attributes Reason: RawMessageDelivery is not supported for this protocol")
    if params["Protocol"] == "firehose" and not given.get("SubscriptionRoleArn"):
        yield _invalid("Attributes Reason: SubscriptionRoleArn is required for firehose")
    to_fifo = params["Protocol"] == "sqs" and params["Endpoint"].endswith(".fifo")
    if to_fifo and not params["TopicArn"].endswith(".fifo"):
        yield _invalid("Endpoint Reason: FIFO SQS Queues can not be subscribed to this topic")
    if given.get("RedrivePolicy"):
        yield from _redrive(given["RedrivePolicy"], params["TopicArn"])
    if given.get("FilterPolicy"):
        yield from _filter(given["FilterPolicy"], given.get("FilterPolicyScope"))
    elif given.get("FilterPolicyScope"):
        yield _invalid("FilterPolicyScope without FilterPolicy")


def _redrive(text: str, topic: str) -> Iterator[Breach]:
    """Put what fails into a queue of the topic's region. Source: "SNS dead-letter queues"."""
    arn = (json_object(text) or {}).get("deadLetterTargetArn", "")
    match = re.fullmatch(r"arn:[^:]+:sqs:([^:]+):\d{12}:.+", str(arn))
    if not match:
        yield _invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn")
    elif match[1] != topic.split(":")[3]:
        yield _invalid("RedrivePolicy: must be in the same region as the subscription")


def _filter(text: str, scope: str | None) -> Iterator[Breach]:
    if scope not in {None, "MessageAttributes", "MessageBody"}:
        yield _invalid(f"FilterPolicyScope: Invalid value [{scope}]")
    if fault := pattern_fault(text):
        yield _invalid(f"FilterPolicy: {fault}")
        return
    if utf8_length(text) > MAX_FILTER_BYTES:
        yield _invalid("FilterPolicy: is too large")
    policy = json_object(text) or {}
    if scope != "MessageBody" and any(isinstance(each, dict) for each in policy.values()):
        yield _invalid("FilterPolicy: Filter policy scope MessageAttributes does not nest")
    leaves = list(_leaves(policy))
    if len(leaves) > MAX_FILTER_KEYS:
        yield _invalid("FilterPolicy: Filter policy can not have more than 5 keys")
    if math.prod(len(values) * depth for values, depth in leaves) > MAX_FILTER_COMBINATIONS:
        yield _invalid("FilterPolicy: Filter policy is too complex")


def _leaves(policy: Mapping[str, Any], depth: int = 1) -> Iterator[tuple[list[Any], int]]:
    for value in policy.values():
        if isinstance(value, dict):
            yield from _leaves(value, depth + 1)
        elif isinstance(value, list):
            yield value, depth
