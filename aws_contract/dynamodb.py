"""DynamoDB: items, keys, batches and transactions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aws_contract.core import Breach, Params, rule
from aws_contract.dynamodb_expressions import expression_faults, update_faults
from aws_contract.dynamodb_values import item_size, key_faults, value_faults

MAX_ITEM_BYTES = 400 * 1024
MAX_TRANSACTION_BYTES = 4 * 1024 * 1024
MAX_BATCH_WRITES = 25
MAX_BATCH_READS = 100


def _error(message: str) -> Breach:
    return Breach("ValidationException", message)


def _item(item: Mapping[str, Any]) -> Iterator[Breach]:
    faults = [fault for value in item.values() for fault in value_faults(value)]
    yield from map(_error, faults)
    if not faults and item_size(item) > MAX_ITEM_BYTES:
        yield _error("Item size has exceeded the maximum allowed size")


def _key(key: Mapping[str, Any]) -> Iterator[Breach]:
    faults = [fault for value in key.values() for fault in value_faults(value)]
    yield from map(_error, faults or key_faults(key))


def _values(params: Params) -> Iterator[Breach]:
    for name, value in (params.get("ExpressionAttributeValues") or {}).items():
        for fault in value_faults(value):
            prefix = "ExpressionAttributeValues contains invalid value"
            yield _error(f"{prefix}: {fault} for key {name}")


@rule("dynamodb", "PutItem")
def put(params: Params) -> Iterator[Breach]:
    """Limit the item to 400 KB of legal values. Source: Developer Guide, "Constraints"."""
    yield from _item(params["Item"])


@rule("dynamodb", "GetItem", "DeleteItem", "UpdateItem")
def key(params: Params) -> Iterator[Breach]:
    """Give a key that can exist. Source: Developer Guide, "Constraints"."""
    yield from _key(params["Key"])


@rule("dynamodb", "PutItem", "GetItem", "DeleteItem", "UpdateItem", "Query", "Scan")
def expressions(params: Params) -> Iterator[Breach]:
    """Define and use every placeholder. Source: Developer Guide, "Expressions in DynamoDB"."""
    yield from map(_error, expression_faults(params))
    yield from _values(params)


@rule("dynamodb", "UpdateItem")
def update(params: Params) -> Iterator[Breach]:
    """Write each path once and no key. Source: API Reference, UpdateItem."""
    yield from map(_error, update_faults(params))
    values = params.get("ExpressionAttributeValues") or {}
    if item_size(values) > MAX_ITEM_BYTES + sum(map(len, values)):
        yield _error("Item size to update has exceeded the maximum allowed size")


@rule("dynamodb", "Query")
def query(params: Params) -> Iterator[Breach]:
    """Query by a key. Source: API Reference, Query."""
    if not params.get("KeyConditionExpression") and not params.get("KeyConditions"):
        yield _error(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified "
            "in the request."
        )
    if params.get("ConsistentRead") and params.get("Select") == "ALL_PROJECTED_ATTRIBUTES":
        yield _error("Consistent reads are not supported on global secondary indexes")


@rule("dynamodb", "Scan")
def scan(params: Params) -> Iterator[Breach]:
    """Give both numbers of a parallel scan. Source: API Reference, Scan."""
    segment, total = params.get("Segment"), params.get("TotalSegments")
    if segment is None and total is None:
        return
    if segment is None or total is None:
        yield _error("Segment and TotalSegments must be specified together")
    elif segment >= total:
        yield _error("The Segment parameter is zero-based and must be less than TotalSegments")


def _repeats(table_and_keys: Sequence[tuple[str, Any]]) -> bool:
    return any(each in table_and_keys[:place] for place, each in enumerate(table_and_keys))


@rule("dynamodb", "BatchGetItem")
def batch_get(params: Params) -> Iterator[Breach]:
    """Read at most 100 distinct items. Source: API Reference, BatchGetItem."""
    keys = [
        (table, each) for table, want in params["RequestItems"].items() for each in want["Keys"]
    ]
    if len(keys) > MAX_BATCH_READS:
        yield _error("Too many items requested for the BatchGetItem call")
    if _repeats(keys):
        yield _error("Provided list of item keys contains duplicates")
    for _, each in keys:
        yield from _key(each)
    for want in params["RequestItems"].values():
        yield from map(_error, expression_faults(want))


@rule("dynamodb", "BatchWriteItem")
def batch_write(params: Params) -> Iterator[Breach]:
    """Write at most 25 distinct items. Source: API Reference, BatchWriteItem."""
    writes = [(table, each) for table, given in params["RequestItems"].items() for each in given]
    if len(writes) > MAX_BATCH_WRITES:
        yield _error("Too many items requested for the BatchWriteItem call")
    if _repeats(writes):
        yield _error("Provided list of item keys contains duplicates")
    for _, write in writes:
        if len(write) != 1:
            yield _error(
                "Supplied WriteRequest has not exactly one of PutRequest and DeleteRequest set"
            )
        elif "PutRequest" in write:
            yield from _item(write["PutRequest"]["Item"])
        else:
            yield from _key(write["DeleteRequest"]["Key"])


@rule("dynamodb", "TransactWriteItems")
def transact_write(params: Params) -> Iterator[Breach]:
    """Write each item once, 4 MB together. Source: API Reference, TransactWriteItems.

    At most 100 actions, by the API model. A put does not say which attributes are its key: it
    is the item of another action when it holds that action's key.
    """
    seen: list[tuple[str, Mapping[str, Any]]] = []
    total = 0
    for each in params["TransactItems"]:
        if len(each) != 1:
            yield _error("TransactItems can only contain one of Check, Put, Update or Delete")
            continue
        kind, action = next(iter(each.items()))
        target = action["Item"] if kind == "Put" else action["Key"]
        yield from _item(target) if kind == "Put" else _key(target)
        yield from map(_error, expression_faults(action))
        yield from _values(action)
        if kind == "Update":
            yield from map(_error, update_faults(action))
        if any(table == action["TableName"] and _same(target, other) for table, other in seen):
            yield _error("Transaction request cannot include multiple operations on one item")
        seen.append((action["TableName"], target))
        total += item_size(target) if all(target.values()) else 0
    if total > MAX_TRANSACTION_BYTES:
        yield _error("Collection size of items in a transaction exceeds 4 MB")


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    small, large = sorted((one, other), key=len)
    return all(large.get(name) == value for name, value in small.items())
