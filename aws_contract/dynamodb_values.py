"""DynamoDB: attribute values, their legality and their size."""

import base64
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from aws_contract.values import utf8_length

MAX_DIGITS = 38
MAX_EXPONENT = 125
MIN_EXPONENT = -130
MAX_NESTING = 32
_MAGNITUDE = "Attempting to store a number with magnitude"
_SETS = {"SS": "string", "NS": "number", "BS": "binary"}


def item_size(item: Mapping[str, Any]) -> int:
    """Measure an item in bytes. Source: Developer Guide, "DynamoDB item sizes and formats"."""
    return sum(utf8_length(name) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:
    """Measure one attribute value in bytes; a list or a map costs 3, each element one more."""
    kind, content = next(iter(value.items()))
    measure = _MEASURES.get(kind)
    if measure:
        return measure(content)
    if kind in _SETS:
        return sum(_MEASURES[kind[0]](each) for each in content)
    if kind == "L":
        return 3 + sum(1 + value_size(each) for each in content)
    return 3 + len(content) + item_size(content)


def _binary_size(content: Any) -> int:
    # A text is base64 that the caller encoded; anything else botocore encodes.
    return len(base64.b64decode(content)) if isinstance(content, str) else len(bytes(content))


def _number_size(content: str) -> int:
    return (_digits(content) + 1) // 2 + 1


def _digits(content: str) -> int:
    try:
        digits = "".join(map(str, Decimal(content).as_tuple().digits))
    except InvalidOperation:
        return 0
    return len(digits.strip("0"))


_MEASURES: dict[str, Callable[[Any], int]] = {
    "S": utf8_length,
    "N": _number_size,
    "B": _binary_size,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
}


def value_faults(value: Mapping[str, Any], depth: int = 1) -> Iterator[str]:
    """Say what DynamoDB would refuse in an attribute value. Source: API Reference, AttributeValue.

    Numbers: Developer Guide, "Supported data types"; nesting: "Constraints".
    """
    if len(value) != 1:
        count = "is empty" if not value else "has more than one datatypes set"
        yield (
            f"Supplied AttributeValue {count}, must contain exactly one of the supported datatypes"
        )
        return
    kind, content = next(iter(value.items()))
    if kind in _SETS:
        yield from _set_faults(kind, content)
    for number in content if kind == "NS" else [content] if kind == "N" else ():
        yield from _number_faults(number)
    if kind == "NULL" and content is not True:
        yield (
            "One or more parameter values were invalid: "
            "Null attribute value types must have the value of true"
        )
    if kind in {"L", "M"}:
        if depth > MAX_NESTING:
            yield "Nesting Levels have exceeded supported limits"
            return
        for each in content if kind == "L" else content.values():
            yield from value_faults(each, depth + 1)


def _set_faults(kind: str, content: list[Any]) -> Iterator[str]:
    if not content:
        yield f"One or more parameter values were invalid: An {_SETS[kind]} set  may not be empty"
    # 1 and 1.0 are one number
    keys = [_canonical(each) if kind == "NS" else each for each in content]
    if any(each in keys[:place] for place, each in enumerate(keys)):
        yield (
            "One or more parameter values were invalid: "
            f"Input collection {content} contains duplicates."
        )


def _canonical(number: str) -> Any:
    try:
        return Decimal(number)
    except InvalidOperation:
        return number


def _number_faults(number: str) -> Iterator[str]:
    try:
        value = Decimal(number)
    except InvalidOperation:
        yield f"The parameter cannot be converted to a numeric value: {number}"
        return
    if not value.is_finite():
        yield f"The parameter cannot be converted to a numeric value: {number}"
    elif _digits(number) > MAX_DIGITS:
        yield f"Attempting to store more than {MAX_DIGITS} significant digits in a Number"
    elif value and value.adjusted() > MAX_EXPONENT:
        yield f"Number overflow. {_MAGNITUDE} larger than supported range"
    elif value and value.adjusted() < MIN_EXPONENT:
        yield f"Number underflow. {_MAGNITUDE} smaller than supported range"


def key_faults(key: Mapping[str, Any]) -> Iterator[str]:
    """Say what is wrong with a primary key. Source: Developer Guide, "Constraints"."""
    if not 1 <= len(key) <= 2:
        yield "The number of conditions on the keys is invalid"
    for name, value in key.items():
        for kind, content in value.items():
            if kind not in {"S", "N", "B"}:
                yield "The provided key element does not match the schema"
            elif not content:
                what = "an empty binary" if kind == "B" else "an empty string"
                yield (
                    "One or more parameter values are not valid. The AttributeValue for a key "
                    f"attribute cannot contain {what} value. Key: {name}"
                )
