"""AWS clients, made once for each execution environment.

They are botocore's own, without boto3 around them: boto3 brings s3transfer, which costs a cold
start as much again as botocore itself (benchmarks/coldstart.py), and nothing here moves files.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast, overload

from botocore.config import Config
from botocore.session import Session, get_session

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

# Short time-outs with a few jittered retries: a stuck connection must not eat the function's time.
_PATIENT = Config(
    connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4}
)
# For what is nice to have (a graph in a message): asked once, given up soon.
_HASTY = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 1}
)


@overload
def client(service: Literal["dynamodb"]) -> DynamoDBClient: ...
@overload
def client(service: Literal["logs"]) -> CloudWatchLogsClient: ...
@overload
def client(service: Literal["sns"]) -> SNSClient: ...
@overload
def client(service: Literal["sqs"]) -> SQSClient: ...
@overload
def client(service: Literal["ssm"]) -> SSMClient: ...


def client(service: str) -> Any:
    """Return the cached client of a service in the function's region."""
    return _client(service, None, hasty=False)


def cloudwatch(region: str) -> CloudWatchClient:
    """Return the cached CloudWatch client of a region."""
    return cast("CloudWatchClient", _client("cloudwatch", region, hasty=False))


def hasty_cloudwatch(region: str) -> CloudWatchClient:
    """Return a CloudWatch client of a region that gives up after one short try."""
    return cast("CloudWatchClient", _client("cloudwatch", region, hasty=True))


@cache
def _client(service: str, region: str | None, *, hasty: bool) -> Any:
    config = _HASTY if hasty else _PATIENT
    return _session().create_client(service, region_name=region, config=config)


@cache
def _session() -> Session:
    return get_session()
