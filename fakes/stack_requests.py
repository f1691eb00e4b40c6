"""What CloudFormation asks of AWS to make the resources of a stack, request by request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.session import Session

from aws_contract.account import Account
from fakes.physical import REGION, physical_name, references
from fakes.stack_makers import MAKERS
from fakes.stack_making import Params
from local.cloudformation import Deployment


@dataclass(frozen=True, slots=True)
class Request:
    """One request, and the resource for which it is made."""

    resource: str
    service: str
    operation: str
    params: Params

    @property
    def model(self) -> OperationModel:
        """Return the API's model of the operation."""
        return _model(self.service, self.operation)

    @property
    def sent(self) -> Params:
        """Return the parameters in the types of the API."""
        shape = self.model.input_shape
        assert shape
        sent: Params = coerced(shape, self.params)
        return sent


def requests(template: Mapping[str, Any], given: Mapping[str, str]) -> Iterator[Request]:
    """Yield the requests for each resource that is there with these parameters.

    Each comes after those that it refers to, as CloudFormation makes them. KeyError for a type that
    has no maker.
    """
    region = given.get("AWS::Region", REGION)
    named = references(Deployment(template, given).resources(), region)
    # twice: names may be made of references
    resources = Deployment(template, {**given, **named}).resources()
    graph = {
        name: referred(template["Resources"][name]) & resources.keys() - {name}
        for name in resources
    }
    for resource in TopologicalSorter(graph).static_order():
        written = resources[resource]
        name = physical_name(resource, written)
        for service, operation, params in MAKERS[written["Type"]](name, written["Properties"]):
            yield Request(resource, service, operation, params)


def account_before(given: Mapping[str, str]) -> Account:
    """Return an account in which stands what is made before a stack with these parameters."""
    groups = [given["ApiLogGroupName"]] if given.get("MakeApiLogGroup") == "false" else []
    account = Account(groups, given.get("AWS::Region", REGION))
    if function := given.get("ChatActionsFunction"):  # of the main stack
        account.functions[function] = {"FunctionName": function}
    return account


def referred(written: Any) -> set[str]:
    """Return the names of whatever a resource, as it is written, refers to or waits for."""
    if isinstance(written, list):
        return set().union(*map(referred, written))
    if not isinstance(written, dict):
        return set()
    found: set[str] = set()
    for key, value in written.items():
        match key, value:
            case "Ref", str():
                found.add(value)
            case "Fn::GetAtt", [str(name), _]:
                found.add(name)
            case "Fn::Sub", str() | [str(), *_]:
                text = value if isinstance(value, str) else value[0]
                found |= {each.split(".")[0] for each in re.findall(r"\$\{([^}!]+)\}", text)}
                found |= referred(value)
            case "DependsOn", str() | list():
                found |= {value} if isinstance(value, str) else set(value)
            case _:
                found |= referred(value)
    return found


@cache
def _model(service: str, operation: str) -> OperationModel:
    return Session().get_service_model(service).operation_model(operation)


SCALARS: dict[str, Callable[[Any], Any]] = {
    "integer": int, "long": int, "double": float, "float": float,
    "boolean": lambda value: value in {True, "true"},
}  # fmt: skip


def coerced(shape: Shape, value: Any) -> Any:
    """Return a value as CloudFormation sends it: texts that stand for numbers as numbers."""
    if isinstance(shape, StructureShape):
        return {key: coerced(shape.members[key], each) for key, each in value.items()}
    if isinstance(shape, ListShape):
        return [coerced(shape.member, each) for each in value]
    if isinstance(shape, MapShape):
        return {key: coerced(shape.value, each) for key, each in value.items()}
    if shape.type_name == "blob":
        return value
    return SCALARS.get(shape.type_name, str)(value)
