"""DynamoDB: tables."""

import re
from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule

MAX_LOCAL_INDEXES, MAX_GLOBAL_INDEXES = 5, 20


def _error(message: str) -> Breach:
    return Breach("ValidationException", message)


@rule("dynamodb", "CreateTable")
def table_keys(params: Params) -> Iterator[Breach]:
    """Define the attributes of keys, and no others. Source: API Reference, CreateTable."""
    name = params["TableName"].rsplit("/", 1)[-1]
    if not re.fullmatch(r"[A-Za-z0-9_.-]{3,255}", name):
        yield _error("TableName must be at least 3 characters long and at most 255 characters long")
    local = params.get("LocalSecondaryIndexes") or ()
    worldwide = params.get("GlobalSecondaryIndexes") or ()
    if len(local) > MAX_LOCAL_INDEXES or len(worldwide) > MAX_GLOBAL_INDEXES:
        yield _error("Number of secondary indexes exceeds per-table limit")
    used: set[str] = set()
    for schema in (params["KeySchema"], *(each["KeySchema"] for each in (*local, *worldwide))):
        kinds = [key["KeyType"] for key in schema]
        if kinds not in (["HASH"], ["HASH", "RANGE"]):
            yield _error("Invalid KeySchema: The first KeySchemaElement is HASH, the second RANGE")
        names = [key["AttributeName"] for key in schema]
        if len(set(names)) < len(names):
            yield _error("Both the Hash Key and the Range Key element have the same name")
        used |= set(names)
    defined = [each["AttributeName"] for each in params["AttributeDefinitions"]]
    if set(defined) != used or len(set(defined)) < len(defined):
        yield _error(
            "One or more parameter values were invalid: Number of attributes in KeySchema does not "
            "exactly match number of attributes defined in AttributeDefinitions"
        )


@rule("dynamodb", "CreateTable")
def table_capacity(params: Params) -> Iterator[Breach]:
    """Buy capacity or pay by request. Source: API Reference, CreateTable, BillingMode."""
    on_demand = params.get("BillingMode", "PROVISIONED") == "PAY_PER_REQUEST"
    if on_demand and params.get("ProvisionedThroughput"):
        yield _error(
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor "
            "WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
        )
    if not on_demand and not params.get("ProvisionedThroughput"):
        yield _error("No provisioned throughput specified for the table")
    stream = params.get("StreamSpecification") or {"StreamEnabled": False}
    if stream["StreamEnabled"] != ("StreamViewType" in stream):
        yield _error("StreamViewType is required with an enabled stream, and only then.")
    encryption = params.get("SSESpecification") or {}
    if encryption.get("KMSMasterKeyId") and not encryption.get("Enabled"):
        yield _error("KMSMasterKeyId is for an enabled SSESpecification.")
