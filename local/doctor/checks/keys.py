"""Whether a key of one's own lets in who publishes to the topics, or alarms vanish under it."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from aws_contract.policies import PolicyError, Statement, read
from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind, mistake

# SNS Developer Guide, "Managing Amazon SNS encryption keys and costs", services that publish
_NEEDED = ("kms:Decrypt", "kms:GenerateDataKey")
_ALARMS = "cloudwatch.amazonaws.com"
_OURS = ("none", "own")  # no key, or one whose policy the template has
_POLICY = "aws kms put-key-policy --policy file://key-policy.json"


def topic_key(deployment: Deployment) -> Iterator[Finding]:
    """Judge the key that `TopicKey` names: that it is there and enabled, and its policy."""
    given = deployment.parameters.get("TopicKey", "none")
    if given in _OURS:
        return
    where, client = f"key {given}", deployment.client("kms")
    try:
        key = client.describe_key(KeyId=given)["KeyMetadata"]
        policy = client.get_key_policy(KeyId=given, PolicyName="default")["Policy"]
    except client.exceptions.NotFoundException:
        mend = "mend the id in TopicKey (aws kms list-keys): it is of this region and account"
        yield mistake(where, "there is no such key: no alarm reaches the topics", mend)
        return
    if key["KeyState"] != "Enabled":
        mend = f"enable it: aws kms enable-key --key-id {given}"
        if key["KeyState"] == "PendingDeletion":
            mend = f"keep it: aws kms cancel-key-deletion --key-id {given}, then enable it"
        yield mistake(where, f"is {key['KeyState']}: alarms vanish without an error", mend)
    if (spec := key.get("KeySpec", "SYMMETRIC_DEFAULT")) != "SYMMETRIC_DEFAULT":
        mend = "name a symmetric key that encrypts in TopicKey"
        yield mistake(where, f"is of the kind {spec}, under which SNS encrypts nothing", mend)
    yield from _locked_out(deployment, where, given, policy)


def _locked_out(deployment: Deployment, where: str, key: str, policy: str) -> Iterator[Finding]:
    """Hold the key's policy against the topic's: who may publish must be let in by both."""
    topic, client = deployment.outputs["AlertsTopicArn"], deployment.client("sns")
    try:
        attributes = client.get_topic_attributes(TopicArn=topic)["Attributes"]
    except client.exceptions.NotFoundException:
        return  # that the topic is gone is told of the topic
    try:
        publishers, locks = read(attributes["Policy"]), read(policy)
    except PolicyError as error:
        yield Finding(Kind.NOTE, where, f"its policy could not be read: {error}")
        return
    for service in sorted(_services(publishers)):
        if lets_in(locks, service):
            continue
        mend = f"give it kms:Decrypt and kms:GenerateDataKey*: {_POLICY} --key-id {key}"
        if service == _ALARMS:
            yield mistake(where, f"locks {service} out: alarms vanish without an error", mend)
        else:
            what = f"locks {service} out: what it publishes to AlertsTopic is lost"
            yield Finding(Kind.NOTE, where, what, mend)


def lets_in(policy: list[Statement], service: str) -> bool:
    """Tell whether a key's policy lets a service publish under it; its conditions left aside."""
    return all(_may(policy, service, action) for action in _NEEDED)


def _may(policy: list[Statement], service: str, action: str) -> bool:
    of_it = [
        each.effect
        for each in policy
        if {("Service", service), ("AWS", "*")} & set(each.principals)
        and any(fnmatchcase(action.lower(), pattern.lower()) for pattern in each.actions)
        and (("Service", service) in each.principals or not each.conditions)
    ]
    return "Allow" in of_it and "Deny" not in of_it


def _services(policy: list[Statement]) -> set[str]:
    return {
        name
        for each in policy
        if each.effect == "Allow"
        for kind, name in each.principals
        if kind == "Service"
    }
