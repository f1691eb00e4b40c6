"""docs/first-deploy.md: what whoever deploys may do, from the types of the templates' resources.

Each type's schema in CloudFormation's registry (cfn-lint carries it) names the actions that its
handlers call to make, read, update and delete one. They name what any property may need; those of
services that none of our resources belongs to are left out, as are those in _NEVER but for what a
read looks at: it looks at what ours have not as well. What one of ours needs of another service
than its own is named here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from local.generate.marks import replaced
from local.paths import TEMPLATES
from local.templates import written

# What SAM makes of its own types in our template.
MADE_BY_SAM = {
    "AWS::Serverless::Function": (
        "AWS::Lambda::Function", "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::EventSourceMapping", "AWS::Scheduler::Schedule", "AWS::IAM::Role",
    ),
    "AWS::Serverless::LayerVersion": ("AWS::Lambda::LayerVersion",),
}  # fmt: skip
# Services that IAM does not name as their types do, in small letters.
_PREFIXES = {"Cognito": "cognito-identity"}
# Words in the actions of what none of our resources has.
_NEVER = (
    "AccelerateConfiguration", "AnalyticsConfiguration", "BearerToken", "Connect", "CORS",
    "DataProtection", "DurableExecution", "Global", "Import", "IndexPolic", "IntelligentTiering",
    "InventoryConfiguration", "Kinesis", "LogDelivery", "MetadataTable", "MetricsConfiguration",
    "ObjectLock", "ReplicationConfiguration", "REST.", "Website", "Replica", "Stream", "Export",
    "GroupPolicy", "UserPolicy", "GetCodeSigning", "PutFunctionCode", "DeleteFunctionCode",
    "Journal", "CapacityProvider", "MetadataAnnotation", "MetadataInventory", "LifecycleHook",
    "NotificationConfiguration", "InstanceRefresh", "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query",
    "dynamodb:Scan", "dynamodb:UpdateItem", "s3:DeleteObject",
    # in the registry, and in no service's list of actions
    "AssociateRuntimeAlias", "WithTags", "s3:DeleteBucketCors", "s3:DeleteBucketEncryption",
    "s3:DeleteBucketLifecycle",
)  # fmt: skip
# One for many, all of how a bucket is set and none of what is in it: a role's policies are short.
_FAMILIES = ("s3:GetBucket*", "s3:Get*Configuration")
# What a type's handlers call of other services than its own, and ours need.
_BESIDES = {
    # "checked when an Auto Scaling group is created or updated using a launch template" (EC2 Auto
    # Scaling User Guide, "Control Amazon EC2 launch template usage"); tags, if the template has any
    "AWS::AutoScaling::AutoScalingGroup": ("ec2:CreateTags", "ec2:RunInstances"),
    # KeepInLogs (AWS' managed policy AmazonCloudWatchRUMFullAccess)
    "AWS::RUM::AppMonitor": (
        "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
    ),
}  # fmt: skip
# Services that make a role of their own for the first resource of an account, by the right of
# whoever makes that one.
LINKED = {
    "AWS::AutoScaling::AutoScalingGroup": "autoscaling.amazonaws.com",
    "AWS::RUM::AppMonitor": "rum.amazonaws.com",
}
# What sam itself does: a change set, and a bucket for what was built (resolve_s3), whose files
# `make delete` removes as it does a dev stack's reports.
_OF_SAM = (
    "cloudformation:ContinueUpdateRollback", "cloudformation:CreateChangeSet",
    "cloudformation:CreateStack", "cloudformation:DeleteStack",
    "cloudformation:DescribeChangeSet", "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStacks", "cloudformation:ExecuteChangeSet",
    "cloudformation:GetTemplate", "cloudformation:GetTemplateSummary",
    "cloudformation:ListChangeSets", "cloudformation:ListStackResources",
    "cloudformation:UpdateStack", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject",
    "s3:ListBucketVersions", "s3:PutObject", "ssm:GetParameters",
)  # fmt: skip


def types_of(name: str) -> frozenset[str]:
    """Return the types of a template's resources as CloudFormation makes them."""
    there = {resource["Type"] for resource in written(name)["Resources"].values()}
    return frozenset(made for each in there for made in MADE_BY_SAM.get(each, (each,)))


@cache
def schemas() -> Mapping[str, Mapping[str, Any]]:
    """Return the registry's schema of each of our types."""
    wanted = frozenset().union(*map(types_of, TEMPLATES))
    found: dict[str, Mapping[str, Any]] = {}
    # not imported: it takes seconds, and brings sympy
    there = Path(str(distribution("cfn-lint").locate_file("cfnlint/data/schemas/resources")))
    for file in there.glob("*.json"):
        schema = json.loads(file.read_text())
        if schema["typeName"] in wanted:
            found[schema["typeName"]] = schema
    return found


@cache
def handler_actions() -> Mapping[str, frozenset[str]]:
    """Return the actions of each of our types' handlers, as the registry has them."""
    return {
        kind: frozenset(
            action
            for handler in schema["handlers"].values()
            for action in handler.get("permissions", ())
        )
        for kind, schema in schemas().items()
    }


def actions_of(kind: str) -> list[str]:
    """Return the actions that our resources of a type may need, mostly on its own service."""
    service = kind.split("::")[1]
    prefix = _PREFIXES.get(service, service.lower())
    read = schemas()[kind]["handlers"].get("read", {}).get("permissions", ())
    of_its_own = {
        next((family for family in _FAMILIES if fnmatchcase(action, family)), action)
        for action in handler_actions()[kind]
        if action.split(":")[0] == prefix
        if action in read or prefix == "kinesis" or not any(word in action for word in _NEVER)
        if action != "iam:PassRole"
    }
    return [*sorted(of_its_own), *_BESIDES.get(kind, ())]


def policy(names: Iterable[str]) -> dict[str, Any]:
    """Return an inline policy for a role that deploys these templates.

    ``iam:PassRole`` is bound to the services that the stacks' roles are for, and the making of
    services' own roles to those that need one.
    """
    kinds = frozenset().union(*map(types_of, names))
    actions = sorted({*_OF_SAM, *(action for kind in kinds for action in actions_of(kind))})
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Deploy", "Effect": "Allow", "Action": actions, "Resource": "*"},
            {
                "Sid": "PassTheStacksRoles",
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": "arn:aws:iam::*:role/avatar-watch-*",
                "Condition": {
                    "StringEquals": {
                        "iam:PassedToService": [
                            "cloudfront.amazonaws.com",
                            "cognito-identity.amazonaws.com",
                            "lambda.amazonaws.com",
                            "scheduler.amazonaws.com",
                        ]
                    }
                },
            },
            *_making_of_their_roles(sorted(LINKED[kind] for kind in kinds & LINKED.keys())),
        ],
    }


def _making_of_their_roles(services: list[str]) -> list[dict[str, Any]]:
    """Return the statement that lets services make the roles that are linked to them."""
    if not services:
        return []
    return [
        {
            "Sid": "ServicesMakeTheirRoles",
            "Effect": "Allow",
            "Action": "iam:CreateServiceLinkedRole",
            "Resource": "*",
            "Condition": {"StringEquals": {"iam:AWSServiceName": services}},
        }
    ]


def render_policy() -> str:
    """Return docs/deployer-policy.json."""
    return json.dumps(policy(TEMPLATES), indent=1) + "\n"


def render(text: str) -> str:
    """Return the page with its table of rights."""
    used: dict[str, list[str]] = defaultdict(list)
    for name in TEMPLATES:
        for kind in types_of(name):
            used[kind].append(name)
    rows = [
        f"| `{kind}` | {', '.join(used[kind])} | {_shown(actions_of(kind))} |"
        for kind in sorted(used)
    ]
    head = ["| Type | In | Actions |", "| --- | --- | --- |"]
    return replaced(text, "rights", "\n" + "\n".join([*head, *rows]) + "\n\n")


def _shown(actions: Iterable[str]) -> str:
    """Return actions with each service once."""
    by_service: dict[str, list[str]] = defaultdict(list)
    for action in actions:
        service, name = action.split(":")
        by_service[service].append(name)
    return ", ".join(f"`{service}:` {' '.join(names)}" for service, names in by_service.items())
