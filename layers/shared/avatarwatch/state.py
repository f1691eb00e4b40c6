"""StateTable: small versioned JSON documents that expire by themselves.

Every writer reads a document, decides, and writes it back on the condition that nobody else did in
between (optimistic locking); whoever loses reads again. Keys are a partition (``pk``, what kind of
thing) and a sort key (``sk``, which one).
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        BatchGetItemInputTypeDef,
        PutItemInputTypeDef,
        QueryInputTypeDef,
    )

BATCH_GET_LIMIT = 100  # keys a BatchGetItem call may name (DynamoDB's documentation)

type Key = tuple[str, str]
type Json = dict[str, Any]


class ConflictError(Exception):
    """Somebody else wrote the document since it was read: read again and decide again."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document; ``version`` is 0 for one that was never written."""

    key: Key
    version: int
    body: Json


class DocumentStore(ABC):
    """Where documents live."""

    @abstractmethod
    def get_many(self, keys: Iterable[Key]) -> dict[Key, Document]:
        """Return the documents that exist, by key; read consistently."""

    @abstractmethod
    def query(self, partition: str) -> Iterator[Document]:
        """Yield every document of a partition, in the order of their sort keys."""

    @abstractmethod
    def put(self, document: Document, expires_at: datetime) -> Document:
        """Write a document and return it with its new version.

        Raises
        ------
        ConflictError
            The stored version is not ``document.version`` any more.
        """

    @abstractmethod
    def delete(self, document: Document) -> None:
        """Delete a document; raise ConflictError if it changed since it was read."""

    def get(self, key: Key) -> Document | None:
        """Return one document, None when there is none."""
        return self.get_many([key]).get(key)


class MemoryDocumentStore(DocumentStore):
    """The twin in memory, with the same conditions on writes."""

    def __init__(self) -> None:
        self.items: dict[Key, tuple[int, str, datetime]] = {}

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Document]:
        """Return the documents that exist, by key."""
        return {
            key: Document(key, self.items[key][0], json.loads(self.items[key][1]))
            for key in keys
            if key in self.items
        }

    def query(self, partition: str) -> Iterator[Document]:
        """Yield every document of a partition in order."""
        for key in sorted(self.items):
            if key[0] == partition:
                yield Document(key, self.items[key][0], json.loads(self.items[key][1]))

    def put(self, document: Document, expires_at: datetime) -> Document:
        """Write a document whose version is the stored one."""
        self._check(document)
        version = document.version + 1
        self.items[document.key] = (version, json.dumps(document.body), expires_at)
        return Document(document.key, version, document.body)

    def delete(self, document: Document) -> None:
        """Delete a document whose version is the stored one."""
        self._check(document)
        self.items.pop(document.key, None)

    def _check(self, document: Document) -> None:
        stored = self.items[document.key][0] if document.key in self.items else 0
        if stored != document.version:
            raise ConflictError(f"{document.key} has version {stored}, not {document.version}")


class DynamoDocumentStore(DocumentStore):
    """Documents in a DynamoDB table with the keys pk and sk and the TTL attribute expires_at."""

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._client = client
        self._table = table_name

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Document]:
        """Return the documents that exist; asks again for what DynamoDB left unprocessed."""
        wanted = list(dict.fromkeys(keys))
        found: dict[Key, Document] = {}
        for start in range(0, len(wanted), BATCH_GET_LIMIT):
            part = wanted[start : start + BATCH_GET_LIMIT]
            request: BatchGetItemInputTypeDef = {
                "RequestItems": {
                    self._table: {"Keys": [_key_item(key) for key in part], "ConsistentRead": True}
                }
            }
            while request["RequestItems"]:
                answer = self._client.batch_get_item(**request)
                for item in answer["Responses"].get(self._table, []):
                    document = _document(item)
                    found[document.key] = document
                request = {"RequestItems": answer.get("UnprocessedKeys", {})}
        return found

    def query(self, partition: str) -> Iterator[Document]:
        """Yield every document of a partition, page by page."""
        request: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": partition}},
            "ConsistentRead": True,
        }
        while True:
            answer = self._client.query(**request)
            yield from map(_document, answer["Items"])
            if not answer.get("LastEvaluatedKey"):
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def put(self, document: Document, expires_at: datetime) -> Document:
        """Write a document whose version is the stored one."""
        version = document.version + 1
        request: PutItemInputTypeDef = {
            "TableName": self._table,
            "Item": {
                **_key_item(document.key),
                "version": {"N": str(version)},
                # in UTF-8: escapes would be three times as long, and an item holds 400 KB
                "body": {"S": json.dumps(document.body, separators=(",", ":"), ensure_ascii=False)},
                "expires_at": {"N": str(int(expires_at.timestamp()))},
            },
        }
        try:
            self._client.put_item(**request, **_condition(document))
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise ConflictError(f"{document.key} was changed by somebody else") from error
        return Document(document.key, version, document.body)

    def delete(self, document: Document) -> None:
        """Delete a document whose version is the stored one."""
        try:
            self._client.delete_item(
                TableName=self._table, Key=_key_item(document.key), **_condition(document)
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise ConflictError(f"{document.key} was changed by somebody else") from error


def _condition(document: Document) -> dict[str, Any]:
    if document.version == 0:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(document.version)}},
    }


def _key_item(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def _document(item: dict[str, Any]) -> Document:
    return Document(
        key=(item["pk"]["S"], item["sk"]["S"]),
        version=int(item["version"]["N"]),
        body=json.loads(item["body"]["S"]),
    )
