"""What the functions may do: roles and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from local.doctor.looking.look import Found, Look, as_json, command

if TYPE_CHECKING:
    from local.doctor.deployment import Deployment
    from local.doctor.resources import Wanted


def role(deployment: Deployment, wanted: Wanted) -> Found:
    """Return whom a role trusts, what it may do, and what narrows it."""
    client, name = deployment.client("iam"), wanted.name
    found: dict[str, Any] = client.get_role(RoleName=name)["Role"]
    there = set(client.list_role_policies(RoleName=name)["PolicyNames"])
    attached = client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    own = [each["PolicyName"] for each in wanted.properties.get("Policies", ())]
    return {
        "AssumeRolePolicyDocument": _document(found["AssumeRolePolicyDocument"]),
        "PermissionsBoundary": found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "ManagedPolicyArns": [each["PolicyArn"] for each in attached],
        "Policies": {
            each: _document(
                client.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"]
            )
            for each in own
            if each in there
        },
    }


def role_policy(deployment: Deployment, wanted: Wanted) -> Found:
    """Return a policy of a role that the template has on its own."""
    found = deployment.client("iam").get_role_policy(
        RoleName=wanted.properties["Roles"][0], PolicyName=wanted.properties["PolicyName"]
    )
    return {"PolicyDocument": _document(found["PolicyDocument"])}


def _document(document: Any) -> Any:
    """Return a policy; IAM's API has it with escapes of URLs, which boto3 reads."""
    return unquote(document) if isinstance(document, str) else document


def _put_policy(wanted: Wanted) -> str:
    return command(
        "iam", "put-role-policy", "--role-name", wanted.properties["Roles"][0],
        "--policy-name", wanted.properties["PolicyName"],
        "--policy-document", as_json(wanted.properties["PolicyDocument"]),
    )  # fmt: skip


ROLE = Look(
    "role", role,
    policies=("AssumeRolePolicyDocument", "Policies"),
    unless={"PermissionsBoundary": None, "ManagedPolicyArns": []},
    aside={"Tags": "do nothing"},
    mends={
        "PermissionsBoundary": lambda wanted: command(
            "iam", "delete-role-permissions-boundary", "--role-name", wanted.name
        ),
        "ManagedPolicyArns": lambda wanted: "detach it: " + command(
            "iam", "detach-role-policy", "--role-name", wanted.name, "--policy-arn", "ARN"
        ),
        "Policies": lambda wanted: " && ".join(
            command(
                "iam", "put-role-policy", "--role-name", wanted.name,
                "--policy-name", each["PolicyName"],
                "--policy-document", as_json(each["PolicyDocument"]),
            )
            for each in wanted.properties["Policies"]
        ),
        "AssumeRolePolicyDocument": lambda wanted: command(
            "iam", "update-assume-role-policy", "--role-name", wanted.name,
            "--policy-document", as_json(wanted.properties["AssumeRolePolicyDocument"]),
        ),
    },
)  # fmt: skip
ROLE_POLICY = Look(
    "policy", role_policy, part_of=("Roles",), policies=("PolicyDocument",),
    aside={"Roles": "where it is read", "PolicyName": "how it is found"},
    mends={"PolicyDocument": _put_policy}, anew=_put_policy,
)  # fmt: skip
