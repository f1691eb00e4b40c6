"""AWS clients, made once for each execution environment.

They are botocore's own, without boto3 around them: boto3 brings s3transfer, which costs a cold
start as much again as botocore itself (benchmarks/coldstart.py), and nothing here moves files.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

from botocore.config import Config
from botocore.session import Session, get_session

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient


class Patience(Enum):
    """How long a client waits, and how often it asks: (connect seconds, read seconds, attempts)."""

    # Short time-outs, a few jittered retries: a stuck connection must not eat a function's time.
    RETRYING = (3, 10, 4)
    # For a write that must not be repeated unseen: asked once, with time to answer.
    ONCE = (3, 20, 1)
    # For what is nice to have (a graph in a message): asked once, given up soon.
    HASTY = (1, 3, 1)

    @property
    def config(self) -> Config:
        """Return botocore's settings of it."""
        connect, read, attempts = self.value
        return Config(
            connect_timeout=connect,
            read_timeout=read,
            retries={"mode": "standard", "total_max_attempts": attempts},
        )


@overload
def client(
    service: Literal["cloudwatch"], region: str | None = None, patience: Patience = ...
) -> CloudWatchClient: ...
@overload
def client(
    service: Literal["dynamodb"], region: str | None = None, patience: Patience = ...
) -> DynamoDBClient: ...
@overload
def client(
    service: Literal["logs"], region: str | None = None, patience: Patience = ...
) -> CloudWatchLogsClient: ...
@overload
def client(
    service: Literal["ce", "pricing"], region: str | None = None, patience: Patience = ...
) -> Any: ...
@overload
def client(
    service: Literal["s3"], region: str | None = None, patience: Patience = ...
) -> S3Client: ...
@overload
def client(
    service: Literal["sns"], region: str | None = None, patience: Patience = ...
) -> SNSClient: ...
@overload
def client(
    service: Literal["sqs"], region: str | None = None, patience: Patience = ...
) -> SQSClient: ...
@overload
def client(
    service: Literal["ssm"], region: str | None = None, patience: Patience = ...
) -> SSMClient: ...


def client(service: str, region: str | None = None, patience: Patience = Patience.RETRYING) -> Any:
    """Return the cached client of a service, in the function's own region unless one is named."""
    return _client(service, region, patience)


@cache
def _client(service: str, region: str | None, patience: Patience) -> Any:
    return _session().create_client(service, region_name=region, config=patience.config)


@cache
def _session() -> Session:
    return get_session()
