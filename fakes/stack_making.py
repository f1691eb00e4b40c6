"""What the makers of all types are made of: one request, a name, another spelling."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

type Params = dict[str, Any]
type Asked = Iterator[tuple[str, str, Params]]
type Maker = Callable[[str, Params], Asked]
"""Of a resource's physical name and its properties, the requests."""


def one(
    service: str, operation: str, made: Callable[[str, Params], Params] = lambda _, p: p
) -> Maker:
    """Return the maker of a type that takes one request."""

    def make(name: str, properties: Params) -> Asked:
        yield service, operation, made(name, properties)

    return make


def named(key: str) -> Callable[[str, Params], Params]:
    """Return what gives a request the name that CloudFormation would make up."""
    return lambda name, properties: {key: name, **properties}


def lowered(value: Any) -> Any:
    """Return properties in CloudWatch Logs' spelling, which begins with small letters."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: lowered(each) for key, each in value.items()}
    return [lowered(each) for each in value] if isinstance(value, list) else value


def attribute(value: Any) -> str:
    """Return an attribute's text, as SNS and SQS take them."""
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def without(properties: Params, *names: str) -> Params:
    """Return the other properties."""
    return {key: value for key, value in properties.items() if key not in names}
