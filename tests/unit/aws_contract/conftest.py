"""A client of any service that is checked by the contract and never reaches a network."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

import aws_contract

SENT = "sent"
"""The verdict on a request that came as far as the socket."""
BY_BOTOCORE = "botocore"
"""The verdict on a request that botocore itself refuses, before AWS could."""

type Verdict = Callable[[str, str, dict[str, Any]], str]


class Sent(Exception):  # noqa: N818 - no error: the sign that a request would leave now
    """Raised in the place of the network."""


def _stop(**_: Any) -> None:
    raise Sent


@cache
def _client(service: str) -> BaseClient:
    session = boto3.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-north-1"
    )
    config = Config(retries={"total_max_attempts": 1})
    client: BaseClient = session.client(service, config=config)  # type: ignore[call-overload]
    client.meta.events.register_first("before-send", _stop)
    aws_contract.attach(client)
    return client


@pytest.fixture(autouse=True)
def _forget_violations() -> Iterator[None]:
    aws_contract.clear_violations()
    yield
    aws_contract.clear_violations()


@pytest.fixture
def verdict() -> Verdict:
    """Give "sent" for what the contract lets pass, else the code of the refusal."""

    def ask(service: str, operation: str, params: dict[str, Any]) -> str:
        aws_contract.clear_violations()
        try:
            getattr(_client(service), xform_name(operation))(**params)
        except Sent:
            assert not aws_contract.violations()
            return SENT
        except ParamValidationError:
            return BY_BOTOCORE
        except ClientError as error:
            return _code(error, operation)
        raise AssertionError("the request was answered, which nothing here can do")

    return ask


def _code(error: ClientError, operation: str) -> str:
    [violation] = aws_contract.violations()
    assert error.operation_name == violation.operation == operation
    assert error.response["Error"]["Code"] == violation.code
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == violation.status
    return violation.code
