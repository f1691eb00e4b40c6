"""DynamoDB: expressions and the placeholders that they share."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_contract.dynamodb_words import RESERVED
from aws_contract.values import utf8_length

MAX_EXPRESSION_BYTES = 4_096
# The parameters of before 2014, which exclude every expression.
LEGACY = (
    "AttributesToGet",
    "AttributeUpdates",
    "ConditionalOperator",
    "Expected",
    "KeyConditions",
    "QueryFilter",
    "ScanFilter",
)
EXPRESSIONS = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
_FUNCTIONS = frozenset(
    {
        "attribute_exists",
        "attribute_not_exists",
        "attribute_type",
        "begins_with",
        "contains",
        "size",
        "if_not_exists",
        "list_append",
    }
)
_KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
_ACTIONS = frozenset({"SET", "REMOVE", "ADD", "DELETE"})
_TOKEN = re.compile(
    r"\s*(?P<name>#\w+)|\s*(?P<value>:\w+)|\s*(?P<function>[A-Za-z_]\w*)(?=\s*\()"
    r"|\s*(?P<word>[A-Za-z_]\w*)|\s*(?P<index>\[\d+\])|\s*(?P<sign><>|<=|>=|[-+=<>(),.])|\s*(?P<bad>\S)"
)
_ACTION = re.compile(r"(?<![#:.\w])(SET|REMOVE|ADD|DELETE)\b", re.IGNORECASE)


def expression_faults(params: Mapping[str, Any]) -> Iterator[str]:
    """Say what DynamoDB would refuse in a request's expressions and placeholders.

    Source: Developer Guide, "Expressions in DynamoDB", and API Reference, PutItem.
    """
    given = {name: params[name] for name in EXPRESSIONS if params.get(name) is not None}
    old = [name for name in LEGACY if params.get(name) is not None]
    if given and old:
        yield (
            "Can not use both expression and non-expression parameters in the same request: "
            f"Non-expression parameters: {{{', '.join(old)}}} "
            f"Expression parameters: {{{', '.join(given)}}}"
        )
    yield from _placeholder_syntax(params)
    used: set[str] = set()
    for kind, text in given.items():
        yield from (f"Invalid {kind}: {fault}" for fault in _one(kind, text, params, used))
    for member in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        defined = params.get(member)
        if defined is None:
            continue
        if not given:
            yield f"{member} can only be specified when using expressions"
        elif unused := sorted(set(defined) - used):
            yield f"Value provided in {member} unused in expressions: keys: {{{', '.join(unused)}}}"


def _placeholder_syntax(params: Mapping[str, Any]) -> Iterator[str]:
    for member, sign in (("ExpressionAttributeNames", "#"), ("ExpressionAttributeValues", ":")):
        if params.get(member) is None:
            continue
        if not params[member]:
            yield f"{member} must not be empty"
        for key in params[member]:
            if not re.fullmatch(rf"{sign}\w+", key):
                yield f'{member} contains invalid key: Syntax error; key: "{key}"'


def _one(kind: str, text: str, params: Mapping[str, Any], used: set[str]) -> Iterator[str]:
    if not text.strip():
        yield "The expression can not be empty;"
    if (size := utf8_length(text)) > MAX_EXPRESSION_BYTES:
        yield f"Expression size has exceeded the maximum allowed size; expression size: {size}"
    if text.count("(") != text.count(")"):
        yield 'Syntax error; token: "<EOF>"'
    for match in _TOKEN.finditer(text):
        token = match[match.lastgroup or 0].strip()
        used.add(token)
        yield from _token(kind, str(match.lastgroup), token, params)


def _token(kind: str, group: str, token: str, params: Mapping[str, Any]) -> Iterator[str]:
    words = _ACTIONS if kind == "UpdateExpression" else _KEYWORDS
    names = params.get("ExpressionAttributeNames") or {}
    values = params.get("ExpressionAttributeValues") or {}
    if group == "bad":
        yield f'Syntax error; token: "{token}"'
    elif group == "name" and token not in names:
        what = "name used in the document path is not defined; attribute name"
        yield f"An expression attribute {what}: {token}"
    elif group == "value" and token not in values:
        what = "value used in expression is not defined; attribute value"
        yield f"An expression attribute {what}: {token}"
    elif group == "function" and token not in _FUNCTIONS and token.upper() not in words:
        yield f"Invalid function name; function: {token}"
    elif group == "word" and token.upper() in RESERVED - words:
        yield f"Attribute name is a reserved keyword; reserved keyword: {token}"


def update_faults(params: Mapping[str, Any]) -> Iterator[str]:
    """Say which paths an update may not write. Source: API Reference, UpdateItem."""
    text = params.get("UpdateExpression") or ""
    clauses = _ACTION.split(text)
    actions = [each.upper() for each in clauses[1::2]]
    if text.strip() and (clauses[0].strip() or not actions):
        yield "Invalid UpdateExpression: Syntax error"
    if len(set(actions)) < len(actions):
        yield "Invalid UpdateExpression: An action can be used at most once in an expression"
    paths = [path for clause in clauses[2::2] for path in _targets(clause, params)]
    for place, path in enumerate(paths):
        for other in paths[:place]:
            if path[: len(other)] == other or other[: len(path)] == path:
                yield (
                    "Invalid UpdateExpression: Two document paths overlap with each other; "
                    f"must remove or rewrite one of these paths; path one: {list(other)}, "
                    f"path two: {list(path)}"
                )
        if path and path[0] in params.get("Key", {}):
            yield (
                "One or more parameter values were invalid: Cannot update attribute "
                f"{path[0]}. This attribute is part of the key"
            )


def _targets(clause: str, params: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    names = params.get("ExpressionAttributeNames") or {}
    depth, start, parts = 0, 0, []
    for place, sign in enumerate(clause):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append(clause[start:place])
            start = place + 1
    for part in (*parts, clause[start:]):
        target = re.match(r"\s*([#\w.\[\]]+)", part)
        if target:
            steps = re.findall(r"#?\w+|\[\d+\]", target[1])
            yield tuple(names.get(step, step) for step in steps)
