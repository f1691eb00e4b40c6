from pathlib import Path
from typing import Any

import moto.dynamodb.parsing
import pytest

from aws_contract.dynamodb_values import item_size
from aws_contract.dynamodb_words import RESERVED

SENT, INVALID = "sent", "ValidationException"
KEY = {"pk": {"S": "alarm"}}
LIMIT = 400 * 1024


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"S": "x"}
    for _ in range(depth):
        value = {"L": [value]}
    return value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"S": ""}, SENT, id="empty text outside the key"),
        pytest.param({"S": "x" * (LIMIT - 7)}, SENT, id="400 KB"),
        pytest.param({"S": "x" * (LIMIT - 6)}, INVALID, id="over 400 KB"),
        pytest.param({"SS": []}, INVALID, id="empty set"),
        pytest.param({"SS": ["a", "a"]}, INVALID, id="set with a double"),
        pytest.param({"NS": ["1", "1.0"]}, INVALID, id="set with a double number"),
        pytest.param({"NS": ["1", "2"]}, SENT, id="set"),
        pytest.param({"L": []}, SENT, id="empty list"),
        pytest.param({"N": "1" * 38}, SENT, id="38 digits"),
        pytest.param({"N": "1" * 39}, INVALID, id="39 digits"),
        pytest.param({"N": "0.1000000000000000055511151231257827"}, SENT, id="long fraction"),
        pytest.param({"N": "many"}, INVALID, id="no number"),
        pytest.param({"N": ""}, INVALID, id="empty number"),
        pytest.param({"N": "NaN"}, INVALID, id="NaN"),
        pytest.param({"N": "9.9e125"}, SENT, id="largest"),
        pytest.param({"N": "1e126"}, INVALID, id="too large"),
        pytest.param({"N": "1e-131"}, INVALID, id="too small"),
        pytest.param({"NULL": False}, INVALID, id="null that is none"),
        pytest.param({}, INVALID, id="no type"),
        pytest.param({"S": "a", "N": "1"}, INVALID, id="two types"),
        pytest.param({"M": {"a": {"SS": []}}}, INVALID, id="empty set inside"),
        pytest.param(nested(32), SENT, id="32 levels"),
        pytest.param(nested(33), INVALID, id="33 levels"),
    ],
)
def test_value(verdict: Any, value: dict[str, Any], expected: str) -> None:
    params = {"TableName": "state", "Item": {"pk": {"S": "k"}, "data": value}}
    assert verdict("dynamodb", "PutItem", params) == expected


def test_item_size_as_documented() -> None:
    item = {
        "name": {"S": "æ"},  # 4 + 2
        "number": {"N": "-1234.50"},  # 6 + 1 + 3 (five significant digits)
        "flag": {"BOOL": True},  # 4 + 1
        "list": {"L": [{"NULL": True}, {"B": b"abc"}]},  # 4 + 3 + (1 + 1) + (1 + 3)
        "map": {"M": {"k": {"NS": ["1", "22"]}}},  # 3 + 3 + 1 + 1 + 2 + 2
    }
    assert item_size(item) == 6 + 10 + 5 + 13 + 12


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        pytest.param({"pk": {"S": "a"}, "sk": {"N": "1"}}, SENT, id="two parts"),
        pytest.param({"pk": {"S": ""}}, INVALID, id="empty text"),
        pytest.param({"pk": {"B": b""}}, INVALID, id="empty binary"),
        pytest.param({"pk": {"BOOL": True}}, INVALID, id="no type of a key"),
        pytest.param({}, INVALID, id="none"),
        pytest.param({f"k{n}": {"S": "a"} for n in range(3)}, INVALID, id="three parts"),
    ],
)
def test_key(verdict: Any, key: dict[str, Any], expected: str) -> None:
    params = {"TableName": "state", "Key": key}
    for operation in ("GetItem", "DeleteItem", "UpdateItem"):
        assert verdict("dynamodb", operation, params) == expected


def update(expression: str, names: str = "", values: str = "", **more: Any) -> dict[str, Any]:
    params: dict[str, Any] = {"UpdateExpression": expression, **more}
    if names:
        pairs = (pair.split("=") for pair in names.split())
        params["ExpressionAttributeNames"] = {f"#{key}": name for key, name in pairs}
    if values:
        params["ExpressionAttributeValues"] = {f":{key}": {"N": "1"} for key in values.split()}
    return params


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(update("SET #s = :v", "s=status", "v"), SENT, id="placeholders"),
        pytest.param(update("SET stage = :v", values="v"), SENT, id="bare name"),
        pytest.param(update("SET #set = :add", "set=set", "add"), SENT, id="named like actions"),
        pytest.param(update("SET status = :v", values="v"), INVALID, id="reserved word"),
        pytest.param(update("SET Ttl = :v", values="v"), INVALID, id="reserved in mixed case"),
        pytest.param(update("SET a.b.status = :v", values="v"), INVALID, id="reserved inside"),
        pytest.param(update("SET #s = :v", values="v"), INVALID, id="name undefined"),
        pytest.param(update("SET #s = :v", "s=status"), INVALID, id="value undefined"),
        pytest.param(update("SET a1 = :v", "s=status", "v"), INVALID, id="name unused"),
        pytest.param(update("SET a1 = :v", values="v w"), INVALID, id="value unused"),
        pytest.param(update("", values="v"), INVALID, id="empty"),
        pytest.param(update("a1 = :v", values="v"), INVALID, id="no action"),
        pytest.param(update("SET a1 = :v SET b1 = :v", values="v"), INVALID, id="action twice"),
        pytest.param(update("SET a1 = :v REMOVE b1 ADD c1 :v", values="v"), SENT, id="actions"),
        pytest.param(update("SET a1 = :v REMOVE a1", values="v"), INVALID, id="path twice"),
        pytest.param(update("SET a1 = :v, a1.b1 = :v", values="v"), INVALID, id="paths overlap"),
        pytest.param(update("SET a1.b1 = :v, a1.c1 = :v", values="v"), SENT, id="paths beside"),
        pytest.param(update("SET l1[0] = :v, l1[1] = :v", values="v"), SENT, id="list elements"),
        pytest.param(update("SET pk = :v", values="v"), INVALID, id="the key"),
        pytest.param(
            update("SET n1 = if_not_exists(n1, :z) + :v, l1 = list_append(l1, :v)", values="v z"),
            SENT,
            id="functions",
        ),
        pytest.param(update("SET n1 = maximum(n1, :v)", values="v"), INVALID, id="no function"),
        pytest.param(update("SET n1 = (:v", values="v"), INVALID, id="bracket open"),
        pytest.param(update("SET n1 = :v;", values="v"), INVALID, id="semicolon"),
        pytest.param(update("SET " + "a" * 4_090 + " = :v", values="v"), INVALID, id="over 4 KB"),
        pytest.param(
            update("SET a1 = :v", values="v", AttributeUpdates={}), INVALID, id="legacy beside"
        ),
        pytest.param(
            update("SET a1 = :v", values="v", ConditionExpression="attribute_not_exists(pk)"),
            SENT,
            id="condition",
        ),
        pytest.param(
            update("SET a1 = :v", values="v w", ConditionExpression="a1 BETWEEN :v AND :w"),
            SENT,
            id="condition with keywords",
        ),
        pytest.param({"ExpressionAttributeNames": {"#a": "b"}}, INVALID, id="no expression"),
        pytest.param(
            update("SET a1 = :v") | {"ExpressionAttributeValues": {":v": {"SS": []}}},
            INVALID,
            id="value illegal",
        ),
    ],
)
def test_update(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    params = {"TableName": "state", "Key": KEY} | changes
    assert verdict("dynamodb", "UpdateItem", params) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"KeyConditionExpression": "pk = :p AND begins_with(sk, :p)"}, SENT, id="key condition"
        ),
        pytest.param({"KeyConditionExpression": "pk = :p AND hash > :p"}, INVALID, id="reserved"),
        pytest.param(
            {"KeyConditionExpression": "pk = :p", "ProjectionExpression": "sk, name"},
            INVALID,
            id="reserved in the projection",
        ),
        pytest.param({"FilterExpression": "pk = :p"}, INVALID, id="filter alone"),
        pytest.param({"KeyConditionExpression": "pk = :p", "Limit": 0}, "botocore", id="limit 0"),
        pytest.param({"KeyConditionExpression": "pk = :p", "Select": "ALL"}, INVALID, id="select"),
    ],
)
def test_query(verdict: Any, changes: dict[str, Any], expected: str) -> None:
    params = {"TableName": "state", "ExpressionAttributeValues": {":p": {"S": "x"}}} | changes
    assert verdict("dynamodb", "Query", params) == expected


def test_the_condition_of_idempotency_records(verdict: Any) -> None:
    names = {"#id": "id", "#expiry": "expiration", "#status": "status"}
    params = {
        "TableName": "state",
        "Item": {"id": {"S": "f#1"}, "expiration": {"N": "1"}, "status": {"S": "INPROGRESS"}},
        "ConditionExpression": (
            "attribute_not_exists(#id) OR #expiry < :now OR (#status = :p AND NOT #expiry = :now)"
        ),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {":now": {"N": "1"}, ":p": {"S": "INPROGRESS"}},
    }
    assert verdict("dynamodb", "PutItem", params) == SENT


def test_scan_in_parallel(verdict: Any) -> None:
    assert verdict("dynamodb", "Scan", {"TableName": "state"}) == SENT
    scan = {"TableName": "state", "TotalSegments": 2}
    assert verdict("dynamodb", "Scan", scan | {"Segment": 1}) == SENT
    assert verdict("dynamodb", "Scan", scan | {"Segment": 2}) == INVALID
    assert verdict("dynamodb", "Scan", scan) == INVALID


def put(name: str) -> dict[str, Any]:
    return {"Put": {"TableName": "state", "Item": {"pk": {"S": name}, "n": {"N": "1"}}}}


def delete(name: str) -> dict[str, Any]:
    return {"Delete": {"TableName": "state", "Key": {"pk": {"S": name}}}}


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        pytest.param([put(str(n)) for n in range(100)], SENT, id="100"),
        pytest.param([put(str(n)) for n in range(101)], INVALID, id="101"),
        pytest.param([put("a"), delete("b")], SENT, id="two items"),
        pytest.param([put("a"), delete("a")], INVALID, id="one item twice"),
        pytest.param([put("a") | delete("b")], INVALID, id="two in one"),
        pytest.param([delete("")], INVALID, id="empty key"),
        pytest.param(
            [{"Update": {"TableName": "state", "Key": KEY, "UpdateExpression": "SET status = :v"}}],
            INVALID,
            id="reserved word",
        ),
    ],
)
def test_transaction(verdict: Any, actions: list[Any], expected: str) -> None:
    assert verdict("dynamodb", "TransactWriteItems", {"TransactItems": actions}) == expected


def write(name: str) -> dict[str, Any]:
    return {"PutRequest": {"Item": {"pk": {"S": name}}}}


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param({"a": [write(str(n)) for n in range(25)]}, SENT, id="25"),
        pytest.param({t: [write(str(n)) for n in range(13)] for t in "ab"}, INVALID, id="26"),
        pytest.param({"a": [write("x"), write("x")]}, INVALID, id="twice"),
        pytest.param({"a": [{}]}, INVALID, id="empty request"),
        pytest.param({"a": [{"DeleteRequest": {"Key": {"pk": {"S": ""}}}}]}, INVALID, id="key"),
    ],
)
def test_batch_write(verdict: Any, items: dict[str, Any], expected: str) -> None:
    assert verdict("dynamodb", "BatchWriteItem", {"RequestItems": items}) == expected


@pytest.mark.parametrize(
    ("count", "tables", "expected"), [(100, "a", SENT), (51, "ab", INVALID), (101, "a", INVALID)]
)
def test_batch_get(verdict: Any, count: int, tables: str, expected: str) -> None:
    keys = [{"pk": {"S": str(number)}} for number in range(count)]
    params = {"RequestItems": {table: {"Keys": keys} for table in tables}}
    assert verdict("dynamodb", "BatchGetItem", params) == expected


def test_batch_get_of_one_key_twice(verdict: Any) -> None:
    params = {"RequestItems": {"state": {"Keys": [KEY, KEY]}}}
    assert verdict("dynamodb", "BatchGetItem", params) == INVALID


def test_reserved_words_are_those_that_moto_read_too() -> None:
    [package] = moto.dynamodb.parsing.__path__
    words = (Path(package) / "reserved_keywords.txt").read_text().split()
    assert set(words) == RESERVED
