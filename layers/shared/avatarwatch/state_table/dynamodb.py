"""StateTable in DynamoDB: a table with the keys pk and sk and the TTL attribute expires_at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from avatarwatch.state_table.documents import (
    NO_VERSION,
    ConflictError,
    Document,
    DocumentStore,
    Key,
    draw_version,
    read_body,
    written,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        BatchGetItemInputTypeDef,
        PutItemInputTypeDef,
        QueryInputTypeDef,
    )

BATCH_GET_LIMIT = 100  # keys a BatchGetItem call may name (DynamoDB's documentation)


class DynamoDocumentStore(DocumentStore):
    """Documents as items of a table; botocore's errors pass to the caller."""

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
        """Write a document whose version is the stored one.

        Where an answer is lost botocore repeats the request, and the condition fails for what the
        first one wrote: that is no conflict.
        """
        version = draw_version()
        request: PutItemInputTypeDef = {
            "TableName": self._table,
            "Item": {
                **_key_item(document.key),
                "version": {"N": str(version)},
                "body": {"S": written(document.body)},
                "expires_at": {"N": str(int(expires_at.timestamp()))},
            },
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        try:
            self._client.put_item(**request, **_condition(document))
        except self._client.exceptions.ConditionalCheckFailedException as error:
            stored: Any = error.response.get("Item", {})
            if stored.get("version") != {"N": str(version)}:
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
    names = {"ExpressionAttributeNames": {"#version": "version"}}
    stored = document.stored if document.version == NO_VERSION else {"N": str(document.version)}
    if stored is None:
        return {"ConditionExpression": "attribute_not_exists(#version)", **names}
    return {
        "ConditionExpression": "#version = :version",
        **names,
        "ExpressionAttributeValues": {":version": stored},
    }


def _key_item(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def _document(item: dict[str, Any]) -> Document:
    key, stored = (item["pk"]["S"], item["sk"]["S"]), item.get("version")
    body, fault = read_body(item.get("body", {}).get("S"))
    try:
        version = int(stored["N"])  # type: ignore[index]
    except (KeyError, TypeError, ValueError):
        return Document(key, NO_VERSION, body, fault or "no version", stored)
    return Document(key, version, body, fault)
