"""The template as CloudFormation sees it: expanded by SAM's own translator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

from local.paths import ROOT


@pytest.fixture(scope="session")
def source() -> dict[str, Any]:
    """Return template.yaml as it is written."""
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


@pytest.fixture(scope="session")
def expanded(source: dict[str, Any]) -> dict[str, Any]:
    """Return the template with the SAM transform applied."""
    template = json.loads(json.dumps(source, default=str))
    parameters = {
        name: parameter.get("Default", "") for name, parameter in template["Parameters"].items()
    }
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for key in ("CodeUri", "ContentUri"):
            if key in properties:  # what sam package would have uploaded
                properties[key] = "s3://bucket/key"
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    result: dict[str, Any] = transform(template, parameters, _Policies())
    return result


@pytest.fixture(scope="session")
def resources(expanded: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the expanded template's resources."""
    found: dict[str, dict[str, Any]] = expanded["Resources"]
    return found


class _Policies:
    """The translator asks AWS for the managed policies' ARNs; ours uses none."""

    def load(self) -> dict[str, str]:
        """Return the policies that SAM itself attaches."""
        return {
            "AWSLambdaBasicExecutionRole": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasic"
        }
