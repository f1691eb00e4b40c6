"""Policies that stand on a topic, a queue, a bucket or a key."""

import fnmatch
from collections.abc import Iterator

from aws_contract import policies
from aws_contract.core import Breach, Params, rule
from aws_contract.policies import Statement
from aws_contract.values import utf8_length

# Source: SNS Developer Guide, "Amazon SNS API permissions: Actions and resources reference".
TOPIC_ACTIONS = frozenset(
    f"sns:{name}".lower()
    for name in (
        "AddPermission DeleteTopic GetDataProtectionPolicy GetTopicAttributes "
        "ListSubscriptionsByTopic ListTagsForResource Publish PutDataProtectionPolicy Receive "
        "RemovePermission SetTopicAttributes Subscribe TagResource UntagResource"
    ).split()
)
MAX_TOPIC_POLICY = 30_720
MAX_QUEUE_POLICY = 8_192
MAX_BUCKET_POLICY = 20_480
MAX_KEY_POLICY = 32_768
# Source: SQS Developer Guide, "Amazon SQS policy quotas".
MAX_QUEUE_STATEMENTS, MAX_QUEUE_PRINCIPALS, MAX_QUEUE_ACTIONS, MAX_QUEUE_CONDITIONS = 20, 50, 7, 10


def _read(text: str, code: str) -> list[Statement] | Breach:
    try:
        return policies.read(text)
    except policies.PolicyError as error:
        return Breach(code, f"Invalid parameter: Policy Error: {error}")


def _common(statements: list[Statement], code: str) -> Iterator[Breach]:
    """Check what every resource's policy must have: a principal, a resource and known keys."""
    for each in statements:
        if not each.principals:
            yield Breach(code, "Policy statement must contain principals.")
        if not each.resources:
            yield Breach(code, "Policy statement must contain resources.")
        for key in policies.unknown_keys(each):
            yield Breach(code, f"Policy has an invalid condition key: {key}")


def _sns_policy(params: Params) -> str | None:
    if params.get("AttributeName") == "Policy":
        text: str = params.get("AttributeValue", "")
        return text
    attributes: Params = params.get("Attributes") or {}
    return attributes.get("Policy")


@rule("sns", "SetTopicAttributes", "CreateTopic")
def topic_policy(params: Params) -> Iterator[Breach]:
    """Name one topic, this one, and actions of topics, in each statement.

    Source: what SNS has answered in public ("Policy statement must apply to a single resource!",
    "Policy statement action out of service scope!"); Developer Guide, "Access control quotas".
    """
    text = _sns_policy(params)
    if text is None:
        return
    code = "InvalidParameter"
    statements = _read(text, code)
    if isinstance(statements, Breach):
        yield statements
        return
    if utf8_length(text) > MAX_TOPIC_POLICY:
        yield Breach(code, "Invalid parameter: Policy length exceeded")
    for each in statements:
        if len(each.resources) != 1:
            message = "Policy statement must apply to a single resource!"
            yield Breach(code, f"Invalid parameter: {message}")
        elif params.get("TopicArn") and each.resources[0] != params["TopicArn"]:
            message = "Policy statement resource does not match the topic!"
            yield Breach(code, f"Invalid parameter: {message}")
        if not all(action.lower() in TOPIC_ACTIONS for action in each.actions):
            message = "Policy statement action out of service scope!"
            yield Breach(code, f"Invalid parameter: {message}")
    yield from _common(statements, code)


@rule("sqs", "SetQueueAttributes", "CreateQueue")
def queue_policy(params: Params) -> Iterator[Breach]:
    """Name one queue in each statement. Source: Developer Guide, "Amazon SQS policy quotas"."""
    text = (params.get("Attributes") or {}).get("Policy")
    if not text:
        return
    code = "InvalidAttributeValue"
    statements = _read(text, code)
    if isinstance(statements, Breach):
        yield statements
        return
    name = (params.get("QueueUrl") or params.get("QueueName") or "").rsplit("/", 1)[-1]
    if utf8_length(text) > MAX_QUEUE_POLICY or len(statements) > MAX_QUEUE_STATEMENTS:
        yield Breach("OverLimit", "The policy is over 8,192 bytes or 20 statements.")
    for each in statements:
        if len(each.resources) != 1 or not fnmatch.fnmatchcase(
            name, each.resources[0].rsplit(":", 1)[-1]
        ):
            yield Breach(code, "Invalid value for the parameter Policy.")
        if len(each.principals) > MAX_QUEUE_PRINCIPALS or len(each.actions) > MAX_QUEUE_ACTIONS:
            yield Breach("OverLimit", "A statement has over 50 principals or 7 actions.")
        if len(each.conditions) > MAX_QUEUE_CONDITIONS:
            yield Breach("OverLimit", "A statement has over 10 conditions.")
        if not all(action == "*" or action.lower().startswith("sqs:") for action in each.actions):
            yield Breach(code, "Invalid value for the parameter Policy.")
    yield from _common(statements, code)


@rule("s3", "PutBucketPolicy")
def bucket_policy(params: Params) -> Iterator[Breach]:
    """Speak of this bucket and of actions that fit. Source: User Guide, "Bucket policies"."""
    code = "MalformedPolicy"
    statements = _read(params["Policy"], code)
    if isinstance(statements, Breach):
        yield statements
        return
    if utf8_length(params["Policy"]) > MAX_BUCKET_POLICY:
        yield Breach("PolicyTooLarge", "Your policy is over the maximum of 20480 bytes.")
    for each in statements:
        names = [resource.split(":", 5)[-1] for resource in each.resources]
        if any(name.split("/")[0] != params["Bucket"] for name in names):
            yield Breach(code, "Policy has invalid resource")
        if not all(action == "*" or action.lower().startswith("s3:") for action in each.actions):
            yield Breach(code, "Policy has invalid action")
        if not all(_applies(action, names) for action in each.actions):
            yield Breach(code, "Action does not apply to any resource(s) in statement")
    yield from _common(statements, code)


def _applies(action: str, names: list[str]) -> bool:
    """Tell whether an action of objects has an object to act on, one of buckets a bucket."""
    name = action.rsplit(":", maxsplit=1)[-1]
    if "*" in name:
        return True
    is_of_objects = "Object" in name and "Bucket" not in name
    return any(("/" in each or each == "*") == is_of_objects for each in names)


@rule("kms", "CreateKey", "PutKeyPolicy")
def key_policy(params: Params) -> Iterator[Breach]:
    """Leave somebody who may change it. Source: API Reference, CreateKey, Policy."""
    text = params.get("Policy")
    if text is None:
        return
    code = "MalformedPolicyDocumentException"
    statements = _read(text, code)
    if isinstance(statements, Breach):
        yield statements
        return
    if utf8_length(text) > MAX_KEY_POLICY:
        yield Breach("LimitExceededException", "The key policy is over 32,768 bytes.")
    for each in statements:
        if not all(action == "*" or action.lower().startswith("kms:") for action in each.actions):
            yield Breach(code, "Policy contains a statement with an invalid action.")
    yield from _common(statements, code)
    if not params.get("BypassPolicyLockoutSafetyCheck") and not any(map(_keeps, statements)):
        yield Breach(
            code, "The new key policy will not allow you to update the key policy in the future."
        )


def _keeps(statement: Statement) -> bool:
    return (
        statement.effect == "Allow"
        and any(kind == "AWS" for kind, _ in statement.principals)
        and any(fnmatch.fnmatchcase("kms:PutKeyPolicy", action) for action in statement.actions)
    )
