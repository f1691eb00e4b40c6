"""One contract for both document stores; the Dynamo one runs on moto under the AWS contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatarwatch.state_table.documents import ConflictError, Document, DocumentStore
from avatarwatch.state_table.dynamodb import DynamoDocumentStore
from avatarwatch.state_table.memory import MemoryDocumentStore
from examples import examples
from fakes.quick_moto import mock_aws

LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
KEY = ("incident", "arn:aws:cloudwatch:eu-north-1:123456789012:alarm:zahlung é 🔥")


def table() -> Any:
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="StateTable",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
    )
    return client


@pytest.fixture(params=["memory", "dynamo"])
def store(request: pytest.FixtureRequest) -> Iterator[DocumentStore]:
    if request.param == "memory":
        yield MemoryDocumentStore()
        return
    with mock_aws():
        yield DynamoDocumentStore(table(), "StateTable")


def new(key: tuple[str, str] = KEY, body: Any = None, **fields: Any) -> Document:
    return Document(key, 0, body or fields)


def test_a_document_comes_back_as_it_was_written(store: DocumentStore) -> None:
    body = {"text": 'é 🔥 "\n', "number": 1.5, "nothing": None, "list": [1, {"deep": True}]}
    written = store.put(new(body=body), LATER)
    assert (written.key, written.body) == (KEY, body)
    assert store.get(KEY) == written


def test_what_was_never_written_is_not_there(store: DocumentStore) -> None:
    assert store.get(KEY) is None
    assert store.get_many([]) == {}
    assert list(store.query("incident")) == []


def test_every_write_has_a_version_of_its_own(store: DocumentStore) -> None:
    document = store.put(new(n=0), LATER)
    seen = {0, document.version}
    for number in range(1, 4):
        document = store.put(Document(KEY, document.version, {"n": number}), LATER)
        seen.add(document.version)
    assert len(seen) == 5
    assert store.get(KEY) == document


@pytest.mark.parametrize("beside", [None, -1, 1])
def test_whoever_read_another_version_may_not_write(
    store: DocumentStore, beside: int | None
) -> None:
    """None stands for who read it when it was not there yet."""
    kept = store.put(store.put(new(n=1), LATER), LATER)
    version = 0 if beside is None else kept.version + beside
    with pytest.raises(ConflictError):
        store.put(Document(KEY, version, {"n": 9}), LATER)
    with pytest.raises(ConflictError):
        store.delete(Document(KEY, version, {}))
    assert store.get(KEY) == kept


def test_what_is_gone_may_not_be_written_by_its_version(store: DocumentStore) -> None:
    with pytest.raises(ConflictError):
        store.put(Document(KEY, 4, {}), LATER)


def test_a_deleted_document_is_gone_and_can_be_written_anew(store: DocumentStore) -> None:
    first = store.put(new(n=1), LATER)
    store.delete(first)
    assert store.get(KEY) is None
    second = store.put(new(n=2), LATER)
    with pytest.raises(ConflictError):
        store.delete(first)
    assert store.get(KEY) == second


def test_many_are_read_at_once_whatever_is_missing_or_asked_twice(store: DocumentStore) -> None:
    keys = [("incident", f"alarm-{number:03}") for number in range(230)]
    for key in keys[::2]:
        store.put(new(key, name=key[1]), LATER)
    found = store.get_many([*keys, *keys[:5]])
    assert set(found) == set(keys[::2])
    assert all(document.body == {"name": key[1]} for key, document in found.items())


def test_a_partition_is_read_in_order_and_alone(store: DocumentStore) -> None:
    for name in ("b", "c", "a"):
        store.put(new(("mute", name)), LATER)
    store.put(new(("lane", "x")), LATER)
    assert [document.key for document in store.query("mute")] == [
        ("mute", "a"),
        ("mute", "b"),
        ("mute", "c"),
    ]


def test_a_partition_longer_than_a_page_is_read_to_its_end() -> None:
    with mock_aws():
        store = DynamoDocumentStore(table(), "StateTable")
        for number in range(8):  # a page of Query holds 1 MB
            store.put(new(("incident", f"{number}"), text="x" * 300_000), LATER)
        assert [document.key[1] for document in store.query("incident")] == list("01234567")


def test_keys_left_unprocessed_are_asked_for_again() -> None:
    with mock_aws():
        client = table()
        store = DynamoDocumentStore(client, "StateTable")
        keys = [("incident", name) for name in "abc"]
        for key in keys:
            store.put(new(key), LATER)
        asked: list[int] = []

        whole = client.batch_get_item

        def partly(**request: Any) -> Any:
            wanted = request["RequestItems"]["StateTable"]
            asked.append(len(wanted["Keys"]))
            first, rest = wanted["Keys"][:1], wanted["Keys"][1:]
            answer = whole(RequestItems={"StateTable": wanted | {"Keys": first}})
            left = {"StateTable": wanted | {"Keys": rest}} if rest else {}
            return answer | {"UnprocessedKeys": left}

        client.batch_get_item = partly
        assert set(store.get_many(keys)) == set(keys)
        assert asked == [3, 2, 1]


def test_the_item_expires_by_the_table_s_ttl_attribute() -> None:
    with mock_aws():
        client = table()
        DynamoDocumentStore(client, "StateTable").put(new(n=1), LATER)
        [item] = client.scan(TableName="StateTable")["Items"]
        assert item["expires_at"] == {"N": str(int(LATER.timestamp()))}
        assert set(item) == {"pk", "sk", "version", "body", "expires_at"}


@pytest.mark.parametrize("version", [None, {"S": "seven"}])
def test_what_stands_without_a_version_is_written_over_unless_somebody_else_did(
    version: Any,
) -> None:
    """As somebody's own hand left it; of two that write over it one wins."""
    with mock_aws():
        client = table()
        store = DynamoDocumentStore(client, "StateTable")
        item = {"pk": {"S": KEY[0]}, "sk": {"S": KEY[1]}, "body": {"S": '{"n": 1}'}}
        client.put_item(
            TableName="StateTable", Item=item | ({"version": version} if version else {})
        )
        found = store.get(KEY)
        assert found is not None
        assert found.fault == "no version"
        first = store.put(replace(found, body={"n": 2}), LATER)
        assert store.get(KEY) == first
        for change in (
            lambda: store.put(replace(found, body={"n": 3}), LATER), lambda: store.delete(found),
        ):  # fmt: skip
            with pytest.raises(ConflictError):
                change()
        assert store.get(KEY) == first


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "delete", "get", "query"]),
        st.sampled_from("ab"),
        st.integers(0, 5),  # which of the documents that were seen is written over
    ),
    max_size=12,
)


def outcome(store: DocumentStore, seen: list[Document], step: tuple[str, str, int]) -> Any:
    """Do one step and return what anybody could tell of it, but for drawn versions."""
    kind, name, index = step
    key = ("incident", name)
    known = [each for each in seen if each.key == key]
    document = known[index % len(known)] if known else new(key)
    try:
        match kind:
            case "put":
                seen.append(store.put(replace(document, body={"n": len(seen)}), LATER))
                return seen[-1].body
            case "delete":
                return store.delete(document)
            case "get":
                found = store.get(key)
                seen += [found] if found else []
                return found and found.body
            case _:
                return [(each.key, each.body) for each in store.query("incident")]
    except ConflictError:
        return "conflict"


@given(STEPS)
@settings(max_examples=examples(40))
def test_the_twin_does_what_dynamodb_does(steps: list[tuple[str, str, int]]) -> None:
    with mock_aws():
        stores = MemoryDocumentStore(), DynamoDocumentStore(table(), "StateTable")
        seen: tuple[list[Document], list[Document]] = (
            [new(("incident", "a"))],
            [new(("incident", "a"))],
        )
        for step in steps:
            assert outcome(stores[0], seen[0], step) == outcome(stores[1], seen[1], step)


def test_a_write_that_botocore_repeats_is_no_conflict() -> None:
    """The first answer is lost, and the request goes out once more."""
    with mock_aws():
        client = table()
        store = DynamoDocumentStore(client, "StateTable")
        once = client.put_item

        def twice(**request: Any) -> Any:
            once(**request)
            return once(**request)

        client.put_item = twice
        first = store.put(new(n=1), LATER)
        assert store.get(KEY) == first
        second = store.put(Document(KEY, first.version, {"n": 2}), LATER)
        assert store.get(KEY) == second
        with pytest.raises(ConflictError):
            store.put(Document(KEY, first.version, {"n": 3}), LATER)
        assert store.get(KEY) == second


def test_what_is_read_is_what_was_written_last() -> None:
    """Who decides on a reading that is a second old writes over what another decided since."""
    with mock_aws():
        client = table()
        asked: list[Any] = []

        def noted(call: Any) -> Any:
            def asking(**request: Any) -> Any:
                asked.append(request)
                return call(**request)

            return asking

        client.batch_get_item = noted(client.batch_get_item)
        client.query = noted(client.query)
        store = DynamoDocumentStore(client, "StateTable")
        store.get(KEY)
        list(store.query("incident"))
    of_keys, of_partition = asked
    assert of_keys["RequestItems"]["StateTable"]["ConsistentRead"] is True
    assert of_partition["ConsistentRead"] is True


def test_half_a_character_is_kept_in_memory_as_any_other() -> None:
    store = MemoryDocumentStore()
    written = store.put(new(("incident", "\ud800"), text="\ud800"), LATER)
    assert store.get(written.key) == written
