"""What AWS refuses of streams, real-time logs, tables and queries, each beside a legal twin."""

from __future__ import annotations

from typing import Any

import pytest

STREAM = "arn:aws:kinesis:eu-north-1:123456789012:stream/cdn"
ROLE = "arn:aws:iam::123456789012:role/deliver"
POINT = {"StreamType": "Kinesis", "KinesisStreamConfig": {"RoleARN": ROLE, "StreamARN": STREAM}}
CONFIG = {"Name": "a", "SamplingRate": 100, "Fields": ["timestamp"], "EndPoints": [POINT]}
MAPPING = {
    "FunctionName": "f", "EventSourceArn": STREAM, "StartingPosition": "LATEST",
    "BatchSize": 10_000, "MaximumBatchingWindowInSeconds": 300,
}  # fmt: skip
GROUP = {"Name": "a", "Configuration": {
    "BytesScannedCutoffPerQuery": 10_000_000,
    "ResultConfiguration": {"OutputLocation": "s3://reports/athena/"},
}}  # fmt: skip
QUERY = {"Name": "a", "Database": "logs", "QueryString": "SELECT 1"}
REGEX = {
    "SerializationLibrary": "org.apache.hadoop.hive.serde2.RegexSerDe",
    "Parameters": {"input.regex": "(a) (b)"},
}
TABLE: dict[str, Any] = {
    "Name": "requests",
    "TableType": "EXTERNAL_TABLE",
    "PartitionKeys": [{"Name": "day", "Type": "string"}],
    "Parameters": {
        "projection.enabled": "true", "projection.day.type": "date",
        "projection.day.range": "2026/01/01,NOW", "projection.day.format": "yyyy/MM/dd",
        "storage.location.template": "s3://logs/${day}",
    },
    "StorageDescriptor": {
        "Columns": [{"Name": "a"}, {"Name": "b"}], "SerdeInfo": REGEX, "Location": "s3://logs/",
    },
}  # fmt: skip


def table(**changes: Any) -> dict[str, Any]:
    return {"DatabaseName": "logs", "TableInput": TABLE | changes}


def projected(**changes: str) -> dict[str, Any]:
    settings = {f"projection.{name}": value for name, value in changes.items()}
    return table(Parameters={**dict(TABLE["Parameters"]), **settings})


def stored(**changes: Any) -> dict[str, Any]:
    return table(StorageDescriptor={**dict(TABLE["StorageDescriptor"]), **changes})


CASES: dict[str, tuple[str, str, dict[str, Any], dict[str, Any], str]] = {
    "shards of a stream on demand": (
        "kinesis", "CreateStream", {"StreamName": "a", "ShardCount": 1},
        {"StreamName": "a", "ShardCount": 1, "StreamModeDetails": {"StreamMode": "ON_DEMAND"}},
        "ValidationException"),
    "a provisioned stream without shards": (
        "kinesis", "CreateStream", {"StreamName": "a", "ShardCount": 1}, {"StreamName": "a"},
        "ValidationException"),
    "records kept for over a year": (
        "kinesis", "IncreaseStreamRetentionPeriod",
        {"StreamName": "a", "RetentionPeriodHours": 8_760},
        {"StreamName": "a", "RetentionPeriodHours": 8_761}, "InvalidArgumentException"),
    "encryption by nothing": (
        "kinesis", "StartStreamEncryption",
        {"StreamName": "a", "EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
        {"StreamName": "a", "EncryptionType": "NONE", "KeyId": "alias/aws/kinesis"},
        "InvalidArgumentException"),
    "a stream that is fed from nowhere": (
        "lambda", "CreateEventSourceMapping", MAPPING,
        {k: v for k, v in MAPPING.items() if k != "StartingPosition"},
        "InvalidParameterValueException"),
    "a stream's batch that is too large": (
        "lambda", "CreateEventSourceMapping", MAPPING, {**MAPPING, "BatchSize": 10_001},
        "InvalidParameterValueException"),
    "a stream with a queue's concurrency": (
        "lambda", "CreateEventSourceMapping", MAPPING,
        {**MAPPING, "ScalingConfig": {"MaximumConcurrency": 2}}, "InvalidParameterValueException"),
    "a field that no record has": (
        "cloudfront", "CreateRealtimeLogConfig", CONFIG,
        {**CONFIG, "Fields": ["date"]}, "InvalidArgument"),
    "a sample of nothing": (
        "cloudfront", "CreateRealtimeLogConfig", CONFIG,
        {**CONFIG, "SamplingRate": 0}, "InvalidArgument"),
    "two end points": (
        "cloudfront", "CreateRealtimeLogConfig", CONFIG,
        {**CONFIG, "EndPoints": [POINT, POINT]}, "InvalidArgument"),
    "results at no path": (
        "athena", "CreateWorkGroup", GROUP,
        {"Name": "a", "Configuration": {"ResultConfiguration": {"OutputLocation": "reports"}}},
        "InvalidRequestException"),
    "a limit below ten megabytes": (
        "athena", "CreateWorkGroup", GROUP,
        {"Name": "a", "Configuration": {"BytesScannedCutoffPerQuery": 9_999_999}},
        "botocore"),
    "two statements": (
        "athena", "CreateNamedQuery", QUERY, {**QUERY, "QueryString": "SELECT 1; SELECT 2"},
        "InvalidRequestException"),
    "a table that Athena cannot name": (
        "glue", "CreateTable", table(), table(Name="cdn-requests"), "InvalidInputException"),
    "a column and a partition of one name": (
        "glue", "CreateTable", table(),
        table(PartitionKeys=[{"Name": "a", "Type": "string"}]), "InvalidInputException"),
    "a partition of no kind": (
        "glue", "CreateTable", table(), projected(**{"day.type": "week"}),
        "InvalidInputException"),
    "dates without a format": (
        "glue", "CreateTable", table(), projected(**{"day.format": ""}), "InvalidInputException"),
    "dates of another form than their format": (
        "glue", "CreateTable", projected(**{"day.range": "NOW-3YEARS,NOW"}),
        projected(**{"day.range": "2026-01-01,NOW"}), "InvalidInputException"),
    "a range parted by a dash": (
        "glue", "CreateTable", table(), projected(**{"day.range": "2026/01/01-NOW"}),
        "InvalidInputException"),
    "an interval of no unit": (
        "glue", "CreateTable", projected(**{"day.interval.unit": "HOURS"}),
        projected(**{"day.interval.unit": "shifts"}), "InvalidInputException"),
    "a range of what a query names itself": (
        "glue", "CreateTable",
        table(Parameters={"projection.enabled": "true", "projection.day.type": " Injected"}),
        projected(**{"day.type": "injected"}), "InvalidInputException"),
    "a partition that is no column": (
        "glue", "CreateTable", table(), projected(**{"days.type": "injected"}),
        "InvalidInputException"),
    "a path that names a partition twice is legal, one outside of S3 is not": (
        "glue", "CreateTable",
        table(Parameters={
            **dict(TABLE["Parameters"]), "storage.location.template": "s3://l/${day}/${day}/"}),
        table(Parameters={**dict(TABLE["Parameters"]), "storage.location.template": "/l/${day}"}),
        "InvalidInputException"),
    "a table of no type": (
        "glue", "CreateTable", table(), table(TableType=""), "InvalidInputException"),
    "a table read by nothing": (
        "glue", "CreateTable", table(),
        stored(SerdeInfo={"SerializationLibrary": "LazySimpleSerDe"}), "InvalidInputException"),
    "a table that is one file": (
        "glue", "CreateTable", table(), stored(Location="s3://logs/a.gz"),
        "InvalidInputException"),
    "header lines that are no number": (
        "glue", "CreateTable", table(),
        table(Parameters={**dict(TABLE["Parameters"]), "skip.header.line.count": "two"}),
        "InvalidInputException"),
    "a path that leaves a partition out, where one more is none of the guide's faults": (
        "glue", "CreateTable",
        table(Parameters={
            **dict(TABLE["Parameters"]), "storage.location.template": "s3://l/${day}/${kind}/"}),
        table(Parameters={**dict(TABLE["Parameters"]), "storage.location.template": "s3://l/"}),
        "InvalidInputException"),
    "a column without a group": (
        "glue", "CreateTable", table(),
        stored(Columns=[{"Name": "a"}, {"Name": "b"}, {"Name": "c"}]), "InvalidInputException"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_illegal_is_refused_and_its_twin_is_not(verdict: Any, name: str) -> None:
    service, operation, legal, illegal, code = CASES[name]
    assert verdict(service, operation, legal) == "sent"
    assert verdict(service, operation, illegal) == code
