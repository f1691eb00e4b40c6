"""Whether who deploys may do what a deployment asks for, by IAM's own simulator."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched
from typing import Any

from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind

_POLICY = "docs/deployer-policy.json"
_A_CALL = 100
_SHOWN = 6


def deploying_role(deployment: Deployment) -> Iterator[Finding]:
    """Name the actions that the stack's role, or who runs this, lacks for a deployment."""
    arn = deployment.role or _caller(deployment)
    if not arn:
        return
    wanted = _wanted()
    denied = list(_denied(deployment, arn, wanted))
    if not denied or (not deployment.role and len(denied) == len(wanted)):
        return  # who may only look is no deployer
    more = f" and {len(denied) - _SHOWN} more" if len(denied) > _SHOWN else ""
    what = f"lacks {', '.join(denied[:_SHOWN])}{more}: the next deployment that needs one fails"
    kind = Kind.MISTAKE if deployment.role else Kind.NOTE
    yield Finding(kind, f"role {arn.rsplit('/', 1)[-1]}", what, f"give it {_POLICY}")


def _caller(deployment: Deployment) -> str:
    """Return the ARN of the role or user that runs this, empty for an account's root."""
    arn = str(deployment.client("sts").get_caller_identity()["Arn"])
    if ":assumed-role/" in arn:
        name = arn.split("/")[1]
        role: dict[str, Any] = deployment.client("iam").get_role(RoleName=name)["Role"]
        return str(role["Arn"])
    return arn if ":user/" in arn else ""


def _wanted() -> list[str]:
    """Return what a deployment of template.yaml asks for, without what the simulator refuses."""
    from local.generate.rights_page import policy  # noqa: PLC0415 - it loads every type's schema

    statement, *_ = policy(["template.yaml"])["Statement"]
    return [action for action in statement["Action"] if "*" not in action]


def _denied(deployment: Deployment, arn: str, wanted: list[str]) -> Iterator[str]:
    client = deployment.client("iam")
    for part in batched(wanted, _A_CALL, strict=False):
        pages = client.get_paginator("simulate_principal_policy").paginate(
            PolicySourceArn=arn, ActionNames=list(part)
        )
        for page in pages:
            for each in page["EvaluationResults"]:
                if each["EvalDecision"] != "allowed":
                    yield str(each["EvalActionName"])
