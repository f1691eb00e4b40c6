"""A role's rights, as IAM judges a request under them; and which of them were used.

Source of the actions and resources: Service Authorization Reference. What a request needs is
written down here for the operations that our functions call; KeyError for any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from aws_contract.policies import listed
from fakes.physical import ACCOUNT

type Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Need:
    """An action on a resource, and what IAM knows of the request beside."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grant:
    """One action that a statement allows."""

    sid: str
    action: str


@dataclass(slots=True)
class Rights:
    """The statements of one role; ``keys`` are the KMS keys of topics, by the topics' ARNs."""

    statements: list[dict[str, Any]]
    keys: Mapping[str, str]
    used: dict[Grant, set[str]] = field(default_factory=dict)
    denied: list[Need] = field(default_factory=list)

    def check(self, service: str, operation: str, params: Params, region: str) -> None:
        """Raise AccessDenied unless each thing that a request needs is allowed."""
        for need in needs(service, operation, params, region, self.keys):
            grant = self._grant(need)
            if grant is None:
                self.denied.append(need)
                text = f"not authorized to perform {need.action} on {need.resource}"
                answer: Any = {"Error": {"Code": "AccessDenied", "Message": text}}
                raise ClientError(answer, operation)
            self.used.setdefault(grant, set()).add(f"{service}:{operation}")

    def granted(self) -> set[Grant]:
        """Return all that the role's statements allow."""
        return {
            Grant(each["Sid"], action)
            for each in self.statements
            for action in listed(each["Action"])
        }

    def _grant(self, need: Need) -> Grant | None:
        for each in self.statements:
            assert each["Effect"] == "Allow", "our roles deny nothing"
            reaches = any(matches(need.resource, one) for one in listed(each["Resource"]))
            if reaches and _holds(each.get("Condition", {}), need.context):
                for action in listed(each["Action"]):
                    if matches(need.action, action):
                        return Grant(each["Sid"], action)
        return None


def matches(text: str, pattern: str) -> bool:
    """Tell whether a text fits a pattern of IAM, in which * and ? stand for others."""
    parts = (re.escape(each) for each in re.split(r"([*?])", pattern))
    form = "".join({r"\*": ".*", r"\?": "."}.get(each, each) for each in parts)
    return re.fullmatch(form, text, re.DOTALL) is not None


def _holds(condition: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    """Tell whether a condition holds; KeyError for an operator that is not known here."""
    fits: dict[str, Callable[[str, str], bool]] = {
        "StringEquals": str.__eq__, "StringLike": matches,
        "ForAllValues:StringEquals": str.__eq__,  # of one item, which has one leading key
    }  # fmt: skip
    return all(
        any(fits[operator](context.get(key, ""), value) for value in listed(values))
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


# what is not called as its operation is
ACTIONS = {
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListBucketInventoryConfigurations": "s3:GetInventoryConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}


def needs(
    service: str, operation: str, params: Params, region: str, keys: Mapping[str, str]
) -> Iterator[Need]:
    """Yield what a request needs."""
    called = f"{service}:{operation}"
    action = ACTIONS.get(called, called)
    if called == "s3:GetObject" and "VersionId" in params:
        action = "s3:GetObjectVersion"
    for resource in RESOURCES[service](operation, params, region):
        context = {"cloudwatch:namespace": params["Namespace"]} if "Namespace" in params else {}
        if called == "dynamodb:PutItem":
            context = {"dynamodb:LeadingKeys": params["Item"]["pk"]["S"]}
        yield Need(action, resource, context)
        if service == "ssm" and params.get("WithDecryption"):
            # as if the parameter were under a key of the customer's
            parameter = {"kms:EncryptionContext:PARAMETER_ARN": resource}
            yield Need("kms:Decrypt", f"arn:aws:kms:{region}:{ACCOUNT}:key/own", parameter)
    if operation == "Publish":  # SNS Developer Guide, "Key management", of publishers
        key = keys[params["TopicArn"]]
        yield Need("kms:GenerateDataKey", key)
        yield Need("kms:Decrypt", key)


def _tables(operation: str, params: Params, region: str) -> list[str]:
    names = params["RequestItems"] if operation == "BatchGetItem" else [params["TableName"]]
    return [f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{name}" for name in names]


def _objects(_: str, params: Params, __: str) -> list[str]:
    key = f"/{params['Key']}" if "Key" in params else ""
    return [f"arn:aws:s3:::{params['Bucket']}{key}"]


def _parameters(_: str, params: Params, region: str) -> list[str]:
    names = params.get("Names") or [params.get("Name") or params["Path"]]
    return [f"arn:aws:ssm:{region}:{ACCOUNT}:parameter{name}" for name in names]


def _queue(_: str, params: Params, region: str) -> list[str]:
    return [f"arn:aws:sqs:{region}:{ACCOUNT}:{params['QueueUrl'].rsplit('/', 1)[-1]}"]


def _log_group(operation: str, params: Params, region: str) -> list[str]:
    if operation == "GetQueryResults":
        return ["*"]
    return [f"arn:aws:logs:{region}:{ACCOUNT}:log-group:{params['logGroupName']}:*"]


RESOURCES: Mapping[str, Callable[[str, Params, str], list[str]]] = {
    "dynamodb": _tables, "s3": _objects, "ssm": _parameters, "sqs": _queue, "logs": _log_group,
    "sns": lambda _, params, __: [params["TopicArn"]],
    "cloudwatch": lambda *_: ["*"], "pricing": lambda *_: ["*"], "ce": lambda *_: ["*"],
    "backup": lambda *_: ["*"], "guardduty": lambda *_: ["*"],
    "securityhub": lambda _, __, region: [f"arn:aws:securityhub:{region}:{ACCOUNT}:hub/default"],
}  # fmt: skip
