"""What alerts go through: topics, their subscriptions, queues, and who is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.doctor.looking.look import Found, Look, Mend, as_json, command

if TYPE_CHECKING:
    from local.doctor.deployment import Deployment
    from local.doctor.resources import Wanted

_OF_QUEUES = (
    "VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds", "RedrivePolicy",
    "RedriveAllowPolicy", "SqsManagedSseEnabled", "Policy",
)  # fmt: skip


def topic(deployment: Deployment, wanted: Wanted) -> Found:
    """Return a topic's attributes; of its key only which."""
    client = deployment.client("sns")
    found: dict[str, Any] = client.get_topic_attributes(TopicArn=wanted.name)["Attributes"]
    key = found.get("KmsMasterKeyId")
    ours = str(wanted.properties.get("KmsMasterKeyId") or "")
    if key and key.rsplit("/", 1)[-1] == ours.rsplit("/", 1)[-1]:
        key = ours  # one is told by its id, the other by its ARN
    return {"KmsMasterKeyId": key, "DisplayName": found.get("DisplayName")}


def topic_policy(deployment: Deployment, wanted: Wanted) -> Found:
    """Return who may publish to a topic."""
    [arn] = wanted.properties["Topics"]
    client = deployment.client("sns")
    found: dict[str, Any] = client.get_topic_attributes(TopicArn=arn)["Attributes"]
    return {"PolicyDocument": found.get("Policy")}


def subscription(deployment: Deployment, wanted: Wanted) -> Found | None:
    """Return a subscription, by what it is or, not yet confirmed, by where it leads."""
    client = deployment.client("sns")
    if wanted.name.startswith("arn:"):
        attributes: Found = client.get_subscription_attributes(SubscriptionArn=wanted.name)[
            "Attributes"
        ]
        return {"RedrivePolicy": attributes.get("RedrivePolicy"),
                "FilterPolicy": attributes.get("FilterPolicy")}  # fmt: skip
    topic_arn = wanted.properties["TopicArn"]
    pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic_arn)
    leads = (wanted.properties["Protocol"], wanted.properties["Endpoint"])
    listed = [each for page in pages for each in page["Subscriptions"]]
    there = any((each["Protocol"], each["Endpoint"]) == leads for each in listed)
    return {} if there else None


def queue(deployment: Deployment, wanted: Wanted) -> Found:
    """Return a queue's attributes."""
    found: Found = deployment.client("sqs").get_queue_attributes(
        QueueUrl=wanted.name, AttributeNames=["All"]
    )["Attributes"]
    return {key: found.get(key) for key in _OF_QUEUES}


def queue_policy(deployment: Deployment, wanted: Wanted) -> Found:
    """Return who may send to a queue."""
    [url] = wanted.properties["Queues"]
    found = deployment.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["Policy"]
    ).get("Attributes", {})  # fmt: skip
    return {"PolicyDocument": found.get("Policy")}


def _topic_attribute(name: str) -> Mend:
    def mend(wanted: Wanted) -> str:
        return command(
            "sns", "set-topic-attributes", "--topic-arn", wanted.name,
            "--attribute-name", name, "--attribute-value", wanted.properties.get(name, ""),
        )  # fmt: skip

    return mend


def _topics_policy(wanted: Wanted) -> str:
    return command(
        "sns", "set-topic-attributes", "--topic-arn", wanted.properties["Topics"][0],
        "--attribute-name", "Policy",
        "--attribute-value", as_json(wanted.properties["PolicyDocument"]),
    )  # fmt: skip


def _subscription_attribute(name: str, nothing: str) -> Mend:
    def mend(wanted: Wanted) -> str:
        value = wanted.properties.get(name)
        return command(
            "sns", "set-subscription-attributes", "--subscription-arn", wanted.name,
            "--attribute-name", name,
            "--attribute-value", as_json(value) if value else nothing,
        )  # fmt: skip

    return mend


def _subscribed(wanted: Wanted) -> str:
    asked = wanted.properties
    return command(
        "sns", "subscribe", "--topic-arn", asked["TopicArn"], "--protocol", asked["Protocol"],
        "--notification-endpoint", asked["Endpoint"],
        "--attributes", as_json({"RedrivePolicy": as_json(asked["RedrivePolicy"])}),
    )  # fmt: skip


def _queue_attribute(name: str, otherwise: str = "") -> Mend:
    def mend(wanted: Wanted) -> str:
        value = wanted.properties.get(name, otherwise)
        text = as_json(value) if isinstance(value, dict) else str(value).lower()
        return _set_on(wanted.name, name, text)

    return mend


def _queues_policy(wanted: Wanted) -> str:
    policy = as_json(wanted.properties["PolicyDocument"])
    return _set_on(wanted.properties["Queues"][0], "Policy", policy)


def _set_on(url: str, name: str, value: str) -> str:
    return command(
        "sqs", "set-queue-attributes", "--queue-url", url, "--attributes", as_json({name: value})
    )


TOPIC = Look(
    "topic", topic, unless={"KmsMasterKeyId": None}, unmade={"KmsMasterKeyId": None},
    mends={name: _topic_attribute(name) for name in ("KmsMasterKeyId", "DisplayName")},
)  # fmt: skip
TOPIC_POLICY = Look(
    "policy", topic_policy, part_of=("Topics",), policies=("PolicyDocument",),
    aside={"Topics": "where it is read"}, mends={"PolicyDocument": _topics_policy},
)  # fmt: skip
SUBSCRIPTION = Look(
    "subscription", subscription, part_of=("TopicArn",), unless={"FilterPolicy": None},
    aside=dict.fromkeys(("TopicArn", "Protocol", "Endpoint"), "cannot be changed"),
    mends={
        "FilterPolicy": _subscription_attribute("FilterPolicy", "{}"),
        "RedrivePolicy": _subscription_attribute("RedrivePolicy", ""),
    },
    anew=_subscribed,
)  # fmt: skip
QUEUE = Look(
    "queue", queue,
    unless={"RedrivePolicy": None, "RedriveAllowPolicy": None, "DelaySeconds": 0},
    mends={
        **{name: _queue_attribute(name) for name in
           ("VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy", "SqsManagedSseEnabled",
            "RedriveAllowPolicy")},
        "DelaySeconds": _queue_attribute("DelaySeconds", "0"),
    },
)  # fmt: skip
QUEUE_POLICY = Look(
    "policy", queue_policy, part_of=("Queues",), policies=("PolicyDocument",),
    aside={"Queues": "where it is read"}, mends={"PolicyDocument": _queues_policy},
)  # fmt: skip
