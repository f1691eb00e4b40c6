"""The constraints that the API models carry and botocore does not enforce.

botocore checks required members, types and lower bounds. The models also give greatest lengths
and values, patterns and enumerations, which the services enforce before anything else.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StringShape, StructureShape

# The services whose front end checks its model, with the code that it answers. S3, SNS and SQS
# answer in ways of their own and have written rules instead.
CODES = {
    "autoscaling": "ValidationError",
    "budgets": "InvalidParameterException",
    "ce": "ValidationException",
    "cloudwatch": "ValidationError",
    "cognito-identity": "InvalidParameterException",
    "dynamodb": "ValidationException",
    "events": "ValidationException",
    "iam": "ValidationError",
    "kms": "ValidationException",
    "lambda": "ValidationException",
    "logs": "InvalidParameterException",
    "pricing": "InvalidParameterException",
    "rum": "ValidationException",
    "scheduler": "ValidationException",
    "ssm": "ValidationException",
}


def constraints_broken(
    operation: OperationModel, params: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yield (code, message) for each constraint of the model that a request breaks."""
    code = CODES.get(operation.service_model.service_name)
    if code is None or operation.input_shape is None:
        return
    for path, constraint in _broken(operation.input_shape, params, ""):
        message = (
            f"1 validation error detected: Value at '{path}' failed to satisfy constraint: "
            f"Member must {constraint}"
        )
        yield code, message


def _broken(shape: Shape, value: Any, path: str) -> Iterator[tuple[str, str]]:
    for constraint in _own_constraints(shape, value):
        yield path, constraint
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if value.get(name) is not None:
                camel = name[:1].lower() + name[1:]
                yield from _broken(member, value[name], f"{path}.{camel}" if path else camel)
    elif isinstance(shape, ListShape):
        for number, item in enumerate(value, start=1):
            yield from _broken(shape.member, item, f"{path}.{number}.member")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from _broken(shape.key, key, path)
            yield from _broken(shape.value, item, f"{path}.{key}.member")


def _own_constraints(shape: Shape, value: Any) -> Iterator[str]:
    metadata = shape.metadata
    if isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield f"satisfy enum value set: [{', '.join(shape.enum)}]"
    if shape.type_name in {"string", "list", "map"}:
        if len(value) > metadata.get("max", len(value)):
            yield f"have length less than or equal to {metadata['max']}"
        if len(value) < metadata.get("min", 0):
            yield f"have length greater than or equal to {metadata['min']}"
    elif shape.type_name in {"integer", "long", "float", "double"}:
        if value > metadata.get("max", value):
            yield f"have value less than or equal to {metadata['max']}"
        if value < metadata.get("min", value):
            yield f"have value greater than or equal to {metadata['min']}"
    pattern = metadata.get("pattern")
    if pattern and isinstance(value, str) and not _matches(pattern, value):
        yield f"satisfy regular expression pattern: {pattern}"


def _matches(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(value) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    # The models' patterns are Java's. What Python cannot read (\p{L} and the like) goes unchecked.
    try:
        return re.compile(pattern)
    except re.error:
        return None
