"""The template as it is written, and as CloudFormation sees it."""

from __future__ import annotations

from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse

from fakes.expanded import expand, expanded_file
from local.paths import ROOT


@pytest.fixture(scope="session")
def source() -> dict[str, Any]:
    """Return template.yaml as it is written."""
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


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
