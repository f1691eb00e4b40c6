"""Patterns of EventBridge's rules and of SNS' filter policies.

Sources: EventBridge User Guide, "Comparison operators for use in event patterns"; SNS Developer
Guide, "Filter policy constraints".
"""

import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from aws_contract.core import Breach, Params, rule
from aws_contract.schedules import expression_fault

# Source: EventBridge quotas, "Event pattern size", which may be raised from 2,048 to this.
MAX_PATTERN = 4_096
_SCALAR = (str, int, float, bool, type(None))
_COMPARISONS = frozenset({"=", "<", "<=", ">", ">="})
_TEXTS = frozenset({"prefix", "suffix", "equals-ignore-case", "wildcard"})


def pattern_fault(text: str) -> str | None:
    """Say what is wrong with a pattern; None if nothing is."""
    try:
        pattern = json.loads(text)
    except ValueError:
        return "Event pattern is not valid JSON"
    if not isinstance(pattern, dict) or not pattern:
        return "Event pattern is no JSON object with members"
    return next(_faults(pattern), None)


def _faults(pattern: Mapping[str, Any]) -> Iterator[str]:
    for name, value in pattern.items():
        if name == "$or":
            if not isinstance(value, list) or len(value) < 2:
                yield "$or takes an array of two objects or more"
                continue
            for each in value:
                yield from _faults(each) if isinstance(each, dict) else ("$or takes objects",)
        elif isinstance(value, dict):
            yield from _faults(value) if value else (f"Empty objects are not allowed: {name}",)
        elif not isinstance(value, list):
            yield f'"{name}" must be an object or an array'
        elif not value:
            yield f"Empty arrays are not allowed: {name}"
        else:
            yield from (fault for each in value if (fault := _match_fault(each)))


def _match_fault(value: Any) -> str | None:
    if isinstance(value, _SCALAR):
        return None
    if not isinstance(value, dict) or len(value) != 1:
        return "Match value must be a scalar or an object of one operator"
    [(operator, operand)] = value.items()
    return _operator_fault(operator, operand)


def _operator_fault(operator: str, operand: Any) -> str | None:
    if operator in _TEXTS:
        return _text_fault(operator, operand)
    if operator == "anything-but":
        return _anything_but_fault(operand)
    if operator not in _OTHERS:
        return f"Unrecognized match type {operator}"
    fits, message = _OTHERS[operator]
    return None if fits(operand) else message


def _text_fault(operator: str, operand: Any) -> str | None:
    nested = operand if isinstance(operand, dict) else {"equals-ignore-case": operand}
    is_known = nested.keys() == {"equals-ignore-case"} and (
        operator in {"prefix", "suffix"} or not isinstance(operand, dict)
    )
    text = next(iter(nested.values()), None)
    if not is_known or not isinstance(text, str):
        return f"{operator} match pattern must be a string"
    if operator == "wildcard":
        return _wildcard_fault(text)
    return None


def _wildcard_fault(text: str) -> str | None:
    bare = re.sub(r"\\[\\*]", "", text)  # what is escaped is no wildcard
    if "\\" in bare:
        return "Invalid escape character"
    return "Consecutive wildcard characters are not allowed" if "**" in bare else None


def _anything_but_fault(operand: Any) -> str | None:
    if isinstance(operand, dict):
        if len(operand) == 1 and operand.keys() <= _TEXTS:
            [texts] = operand.values()
            texts = texts if isinstance(texts, list) else [texts]
            if not all(isinstance(each, str) for each in texts):
                return "takes strings"
            return None if all(texts) else "Null prefix/suffix not allowed"
        return f"Unsupported anything-but pattern: {', '.join(operand)}"
    values = operand if isinstance(operand, list) else [operand]
    if not values or not all(isinstance(each, (str, int, float)) for each in values):
        return "anything-but takes a string, a number or a list of them"
    if len({isinstance(each, str) for each in values}) > 1:
        return "Inside anything but list, either all values are number or string"
    return None


def _is_numeric(operand: Any) -> bool:
    """Whether it is one comparison, or a range from its bottom to its top."""
    if not isinstance(operand, Sequence) or len(operand) not in {2, 4}:
        return False
    signs, numbers = operand[::2], operand[1::2]
    if not all(each in _COMPARISONS for each in signs) or not all(
        isinstance(each, (int, float)) and not isinstance(each, bool) and abs(each) <= 5e9
        for each in numbers
    ):
        return False
    if len(signs) == 1:
        return True
    in_order = signs[0] in {">", ">="} and signs[1] in {"<", "<="}
    return in_order and bool(numbers[0] < numbers[1])


def _is_block(operand: Any) -> bool:
    try:
        ipaddress.ip_network(operand, strict=False)
    except ValueError:
        return False
    return True


_OTHERS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "exists": (lambda it: isinstance(it, bool), "exists match pattern must be true or false"),
    "numeric": (_is_numeric, "Value of numeric must be pairs of sign and number"),
    "cidr": (_is_block, "Malformed CIDR"),
}


def _error(message: str) -> Breach:
    return Breach("ValidationException", message)


@rule("events", "PutRule")
def put_rule(params: Params) -> Iterator[Breach]:
    """Match events or run by time. Source: API Reference, PutRule."""
    pattern, text = params.get("EventPattern"), params.get("ScheduleExpression")
    if not pattern and not text:
        yield _error("Parameter(s) EventPattern or ScheduleExpression must be specified.")
    if pattern and len(pattern) > MAX_PATTERN:
        yield _error(f"Event pattern is longer than {MAX_PATTERN} characters.")
    if pattern and (fault := pattern_fault(pattern)):
        yield Breach("InvalidEventPatternException", f"Event pattern is not valid. Reason: {fault}")
    if text and expression_fault(text, with_at=False):
        yield _error("Parameter ScheduleExpression is not valid.")
    if text and params.get("EventBusName", "default") != "default":
        yield _error("ScheduleExpression is supported only on the default event bus.")
