"""AWS clients, made once for each execution environment.

They are botocore's own, without boto3 around them: boto3 brings s3transfer, which costs a cold
start as much again as botocore itself (benchmarks/coldstart.py), and nothing here moves files.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
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


RESERVE = 4.0
"""Seconds of a function's time in which it does something about a call that failed."""
SHORTEST = 30.0
"""Seconds, the least of our functions' times: taken until an invocation says its own."""
_MOST_READ, _ATTEMPTS = 10.0, 3


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a client waits for a connection and an answer, in seconds, and how often it asks."""

    connect: float
    read: float
    attempts: int = 1

    @property
    def longest(self) -> float:
        """Seconds that a call can take: each attempt to its end, and the longest waits between.

        Those are 1, 2, 4 … seconds, 20 at most (botocore.retries.standard, ExponentialBackoff). A
        name with several addresses is tried at each: what hangs there hangs longer.
        """
        waits = sum(min(2.0**attempt, 20.0) for attempt in range(self.attempts - 1))
        return self.attempts * (self.connect + self.read) + waits

    @property
    def config(self) -> Config:
        """Return botocore's settings of it."""
        return Config(
            connect_timeout=self.connect,
            read_timeout=self.read,
            retries={"mode": "standard", "total_max_attempts": self.attempts},
        )


class Patience(Enum):
    """How patient a client is, within what its function's time allows."""

    RETRYING = "a few jittered retries: a call that hangs leaves half of the time to others"
    ONCE = "for a write that must not be repeated unseen: asked once, with time to answer"
    HASTY = "for what is nice to have (a graph in a message): asked once, given up soon"

    def limits(self, seconds: float) -> Limits:
        """Return the limits for a function that may run for so many seconds."""
        half = (seconds - RESERVE) / 2
        match self:
            case Patience.RETRYING:
                waits = Limits(0, 0, _ATTEMPTS).longest
                read = (half - waits) / _ATTEMPTS - 1
                return Limits(1, min(_MOST_READ, max(1.0, read)), _ATTEMPTS)
            case Patience.ONCE:
                return Limits(3, min(2 * _MOST_READ, max(1.0, half - 3)))
            case Patience.HASTY:
                return Limits(1, 3)


_time = {"seconds": SHORTEST}


def allow(seconds: float) -> None:
    """Say how long the function may run; clients that are made from now on keep within it."""
    _time["seconds"] = float(math.ceil(seconds))


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
    service: Literal["backup", "ce", "guardduty", "pricing", "securityhub"],
    region: str | None = None,
    patience: Patience = ...,
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
    return _client(service, region, patience.limits(_time["seconds"]))


@cache
def _client(service: str, region: str | None, limits: Limits) -> Any:
    return _session().create_client(service, region_name=region, config=limits.config)


@cache
def _session() -> Session:
    return get_session()
