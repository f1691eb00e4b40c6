"""Make what an invocation needs, from the environment."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING

from access_logs.ledger import Ledger
from access_logs.publishing import Publisher
from access_logs.settings import FunctionSettings
from access_logs.work import Work
from avatarwatch.clients import Patience, client
from avatarwatch.dead_letters import set_aside
from avatarwatch.namespaces import Own
from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.dynamodb import DynamoDocumentStore

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

RESERVE = 20.0  # seconds kept to enter what was counted


@cache
def settings() -> FunctionSettings:
    """Return the environment, read once."""
    return FunctionSettings.from_env()


def _store() -> DocumentStore:
    return DynamoDocumentStore(client("dynamodb"), settings().state_table)


def seconds_left(context: LambdaContext) -> float:
    """Return how long there is to begin something new."""
    return context.get_remaining_time_in_millis() / 1000 - RESERVE


def _ledger(context: LambdaContext) -> Ledger:
    return Ledger(_store(), context.aws_request_id, datetime.now(UTC))


def work(context: LambdaContext) -> Work:
    """Return the counting of this invocation."""
    keep = partial(set_aside, client("sqs"), settings().dead_letter_queue_url)
    return Work(settings(), _ledger(context), client("s3"), datetime.now(UTC), keep)


def publisher(context: LambdaContext) -> Publisher:
    """Return the publishing of this invocation."""
    return Publisher(
        _ledger(context), _store(),
        client("cloudwatch", None, Patience.ONCE), client("cloudwatch"), Own.ACCESS.full,
        lambda: datetime.now(UTC), partial(seconds_left, context),
    )  # fmt: skip
