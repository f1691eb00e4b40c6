"""Delete a stack from AWS, and in dev what it keeps: `make delete ENV=dev`.

The reports bucket outlives its stack, because it holds the lifecycle rules that cost control
replaced. A dev stack's bucket goes as well, all versions of it; a prod stack's is only named.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.paths import ROOT, SAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


class TeardownError(Exception):
    """Nothing was deleted, or not all; the message says what is left."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a stack keeps when it is deleted."""

    bucket: str
    is_dev: bool


def stack_name(environment: str) -> str:
    """Return the stack's name in samconfig.toml; raises TeardownError for no such environment."""
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    try:
        return str(config[environment]["global"]["parameters"]["stack_name"])
    except (KeyError, TypeError):
        raise TeardownError(f"samconfig.toml has no environment {environment!r}") from None


def kept_by(client: CloudFormationClient, stack: str) -> Kept:
    """Return what a stack keeps; raises TeardownError when it is not there."""
    try:
        [found] = client.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        raise TeardownError(f"the stack {stack} cannot be read: {error}") from error
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}
    parameters = {e["ParameterKey"]: e["ParameterValue"] for e in found.get("Parameters", [])}
    if "ReportsBucketName" not in outputs:
        raise TeardownError(f"{stack} is no stack of this template: it has no ReportsBucketName")
    return Kept(outputs["ReportsBucketName"], parameters.get("Environment") == "dev")


def remove_bucket(client: S3Client, bucket: str) -> int:
    """Delete a bucket with every version in it; return how many. Raises TeardownError."""
    removed = 0
    while keys := _versions(client, bucket):
        answer = client.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
        if errors := answer.get("Errors"):
            raise TeardownError(f"{bucket} is not empty: {errors[0]}")
        removed += len(keys)
    client.delete_bucket(Bucket=bucket)
    return removed


def tear_down(
    cloudformation: CloudFormationClient, s3: S3Client, stack: str, delete: Callable[[], bool]
) -> str:
    """Delete a stack by ``delete``, which tells whether it is gone; return what became of it.

    Raises
    ------
    TeardownError
        The stack is not there or still there.
    """
    kept = kept_by(cloudformation, stack)
    if not delete():
        raise TeardownError(f"{stack} is still there, and so is its bucket {kept.bucket}")
    if not kept.is_dev:
        return f"{stack} is deleted; it keeps its reports in the bucket {kept.bucket}"
    count = remove_bucket(s3, kept.bucket)
    versions = "1 version" if count == 1 else f"{count} versions"
    return f"{stack} is deleted, and its bucket with {versions} of objects"


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
            return not _is_there(cloudformation, stack)

        sys.stdout.write(f"{tear_down(cloudformation, s3, stack, delete)}\n")
    except (TeardownError, BotoCoreError) as error:  # no region or credentials, or what went wrong
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _is_there(client: CloudFormationClient, stack: str) -> bool:
    try:
        [found] = client.describe_stacks(StackName=stack)["Stacks"]
    except ClientError:
        return False  # a stack that is deleted is not described by its name
    return found["StackStatus"] != "DELETE_COMPLETE"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
