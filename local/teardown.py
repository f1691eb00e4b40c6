"""Delete a stack from AWS, and in dev its reports: `make delete ENV=dev`.

The reports bucket outlives its stack, because it holds the lifecycle rules that cost control
replaced. A dev stack's bucket goes as well, all versions of it; a prod stack's is only named, and
so is whatever else outlives either. A stack that was never made whole has no outputs: what it is
and what it left is read from its parameters and resources.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.command import ended, refusal
from local.paths import ROOT, SAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


_OURS = "NotificationSettingsParameter"  # a parameter of template.yaml, and of no other template
_TRIES = 3


class TeardownError(Exception):
    """Nothing was deleted, or not all; the message says what is left."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a stack keeps when it is deleted; empty for what it does not have."""

    reports: str
    is_dev: bool
    log_files: str = ""
    log_group: str = ""

    def others(self) -> str:
        """Return what to know of what is kept besides the reports."""
        told = ""
        if self.log_files:
            told += f"; the bucket {self.log_files} keeps its log files"
        if self.log_group:
            told += (
                f"; the log group {self.log_group} stays: deploy anew with MakeApiLogGroup=false"
            )
        return told


def stack_name(environment: str) -> str:
    """Return the stack's name in samconfig.toml; raises TeardownError for no such environment."""
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    try:
        return str(config[environment]["global"]["parameters"]["stack_name"])
    except (KeyError, TypeError):
        raise TeardownError(f"samconfig.toml has no environment {environment!r}") from None


def kept_by(client: CloudFormationClient, stack: str) -> Kept:
    """Return what a stack keeps; raises TeardownError when it is not there, or none of ours."""
    try:
        [found] = client.describe_stacks(StackName=stack)["Stacks"]
        pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
        listed = [each for page in pages for each in page["StackResourceSummaries"]]
    except (ClientError, BotoCoreError) as error:
        raise TeardownError(f"the stack {stack} cannot be read: {refusal(error)}") from error
    parameters = {e["ParameterKey"]: e["ParameterValue"] for e in found.get("Parameters", [])}
    if _OURS not in parameters:
        raise TeardownError(f"{stack} is no stack of this template: it has no {_OURS}")
    there = {
        each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
        for each in listed
        if each["ResourceStatus"] != "DELETE_COMPLETE"
    }
    return Kept(
        there.get("ReportsBucket", ""),
        parameters.get("Environment") == "dev",
        there.get("AccessLogsBucket", ""),
        there.get("ApiLogGroup", ""),
    )


def remove_bucket(client: S3Client, bucket: str) -> int:
    """Delete a bucket with every version in it; return how many. Raises TeardownError."""
    removed = 0
    try:
        for left in reversed(range(_TRIES)):
            while keys := _versions(client, bucket):
                deleted = client.delete_objects(
                    Bucket=bucket, Delete={"Objects": keys, "Quiet": True}
                )
                if errors := deleted.get("Errors"):
                    raise TeardownError(f"the bucket {bucket} is not empty: {errors[0]}")
                removed += len(keys)
            try:
                client.delete_bucket(Bucket=bucket)
                break
            except ClientError as error:  # a run that had begun wrote once more
                if not left or error.response["Error"]["Code"] != "BucketNotEmpty":
                    raise
    except ClientError as error:
        raise TeardownError(f"the bucket {bucket} is still there: {error}") from error
    return removed


def tear_down(
    cloudformation: CloudFormationClient, s3: S3Client, stack: str, delete: Callable[[], bool]
) -> str:
    """Delete a stack by ``delete``, which tells whether it is gone; return what became of it.

    Raises
    ------
    TeardownError
        The stack is not there or still there, or its bucket is.
    """
    kept = kept_by(cloudformation, stack)
    if not delete():
        reports = f", and so is its bucket {kept.reports}" if kept.reports else ""
        raise TeardownError(f"{stack} is still there{reports}")
    told = f"{stack} is deleted"
    if not kept.reports:
        return told + kept.others()
    if not kept.is_dev:
        return f"{told}; it keeps its reports in the bucket {kept.reports}{kept.others()}"
    try:
        count = remove_bucket(s3, kept.reports)
    except TeardownError as error:
        raise TeardownError(f"{told}{kept.others()}; {error}") from error
    versions = "1 version" if count == 1 else f"{count} versions"
    return f"{told}, and its bucket with {versions} of objects{kept.others()}"


def _versions(client: S3Client, bucket: str) -> list[ObjectIdentifierTypeDef]:
    """Return the first thousand versions and delete markers: as many as one request deletes."""
    page = client.list_object_versions(Bucket=bucket, MaxKeys=1_000)
    found: list[Any] = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
    return [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]


def main(arguments: list[str]) -> int:
    """Delete the stack of an environment, which sam asks for; 0 when it is gone."""
    if len(arguments) != 1:
        sys.stderr.write("usage: make delete ENV=dev|prod\n")
        return 2
    [environment] = arguments
    try:
        cloudformation, s3 = boto3.client("cloudformation"), boto3.client("s3")
        stack = stack_name(environment)

        def delete() -> bool:
            subprocess.run([SAM, "delete", "--config-env", environment], cwd=ROOT, check=False)
            return not is_there(cloudformation, stack)

        sys.stdout.write(f"{tear_down(cloudformation, s3, stack, delete)}\n")
    except (TeardownError, BotoCoreError) as error:  # no region or credentials, or what went wrong
        said = refusal(error) if isinstance(error, BotoCoreError) else error
        sys.stderr.write(f"{said}\n")
        return 1
    return 0


def is_there(client: CloudFormationClient, stack: str) -> bool:
    """Whether a stack is there still; raises TeardownError when AWS does not say."""
    try:
        [found] = client.describe_stacks(StackName=stack)["Stacks"]
    except (ClientError, BotoCoreError) as error:
        if "does not exist" in str(error):  # a stack that is deleted is not described by its name
            return False
        raise TeardownError(
            f"whether {stack} is gone is not known, and nothing else was deleted: {refusal(error)}"
        ) from error
    return found["StackStatus"] != "DELETE_COMPLETE"


if __name__ == "__main__":
    AFTER_CTRL_C = "what CloudFormation began goes on: `make delete` once more shows what is left"
    sys.exit(ended(lambda: main(sys.argv[1:]), AFTER_CTRL_C))
