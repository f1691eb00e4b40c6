"""AWS clients, made once for each execution environment."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast, overload

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

# Short time-outs with a few jittered retries: a stuck connection must not eat the function's time.
_PATIENT = Config(
    connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4}
)
# For a write that must not be repeated unseen: asked once, with time to answer.
_ONCE = Config(
    connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 1}
)
# For what is nice to have (a graph in a message): asked once, given up soon.
_HASTY = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 1}
)


@overload
def client(service: Literal["dynamodb"]) -> DynamoDBClient: ...
@overload
def client(service: Literal["sns"]) -> SNSClient: ...
@overload
def client(service: Literal["sqs"]) -> SQSClient: ...
@overload
def client(service: Literal["ssm"]) -> SSMClient: ...


def client(service: str) -> Any:
    """Return the cached client of a service in the function's region."""
    return _client(service, None, hasty=False)


def s3(*, once: bool = False) -> S3Client:
    """Return the S3 client of the function's region; ``once`` never repeats a request by itself."""
    return cast("S3Client", _once("s3") if once else _client("s3", None, hasty=False))


def cloudwatch() -> CloudWatchClient:
    """Return the CloudWatch client of the function's region."""
    return cast("CloudWatchClient", _client("cloudwatch", None, hasty=False))


def pricing(region: str) -> Any:
    """Return a client of the Price List API, which answers in a few regions only."""
    return _client("pricing", region, hasty=False)


def hasty_cloudwatch(region: str) -> CloudWatchClient:
    """Return a CloudWatch client of a region that gives up after one short try."""
    return cast("CloudWatchClient", _client("cloudwatch", region, hasty=True))


@cache
def _client(service: str, region: str | None, *, hasty: bool) -> Any:
    make = cast("Any", boto3.client)  # the stubs want the service's name as a literal
    return make(service, region_name=region, config=_HASTY if hasty else _PATIENT)


@cache
def _once(service: str) -> Any:
    make = cast("Any", boto3.client)
    return make(service, config=_ONCE)
