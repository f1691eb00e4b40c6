"""The template as it is written, and as CloudFormation sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest

from fakes.expanded import expand, expanded_file
from local.templates import written


@dataclass(frozen=True, slots=True)
class Registry:
    """CloudFormation's registry, of which cfn-lint has a copy."""

    regions: Sequence[str]
    schemas: Any

    def types(self, region: str) -> set[str]:
        """Return the types of resources that a region knows."""
        return set(self.schemas.get_resource_types(region))


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Import cfn-lint where it is needed: it takes seconds, which each worker would collect by."""
    helpers, schema = map(import_module, ("cfnlint.helpers", "cfnlint.schema"))
    return Registry(helpers.REGIONS, schema.PROVIDER_SCHEMA_MANAGER)


@pytest.fixture(scope="session")
def source() -> dict[str, Any]:
    """Return template.yaml as it is written."""
    return written("template.yaml")


@pytest.fixture(scope="session")
def expanded(source: dict[str, Any]) -> dict[str, Any]:
    """Return the template with the SAM transform applied."""
    return expand(source)


@pytest.fixture(scope="session")
def resources(expanded: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the expanded template's resources."""
    found: dict[str, dict[str, Any]] = expanded["Resources"]
    return found


@pytest.fixture(scope="session")
def waited_for() -> set[str]:
    """Return the functions whose callers wait for the answer, and are told of a failure.

    They are those that chat-url.yaml opens; its parameters are named after the main stack's
    functions.
    """
    return {
        resource["Properties"]["TargetFunctionArn"]["Ref"]
        for resource in expanded_file("chat-url.yaml")["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Url"
    }
