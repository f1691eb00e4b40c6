"""A template as CloudFormation sees it: expanded by SAM's own translator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from samtranslator.translator.transform import transform

from local.templates import written


def expand(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template with the SAM transform applied, if it asks for it."""
    template: dict[str, Any] = json.loads(json.dumps(source, default=str))
    if "Transform" not in template:
        return template
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


@cache
def expanded_file(name: str) -> dict[str, Any]:
    """Return one of our templates as it is deployed; do not change it."""
    return expand(written(name))


class _Policies:
    """The translator asks AWS for the managed policies' ARNs; ours uses none."""

    def load(self) -> dict[str, str]:
        """Return the policies that SAM itself attaches."""
        return {
            "AWSLambdaBasicExecutionRole": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasic"
        }
