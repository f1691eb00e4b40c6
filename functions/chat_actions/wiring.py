"""Make what a request needs, from the environment."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from avatarwatch.clients import Patience, client
from avatarwatch.environment import require
from avatarwatch.state_table.dynamodb import DynamoDocumentStore
from chat_actions.secrets import SecretsSource
from chat_actions.taking import Taking


@cache
def _secrets(parameter: str) -> SecretsSource:
    return SecretsSource(client("ssm", patience=Patience.HASTY), parameter)


def taking() -> Taking:
    """Return the work of one request; it gives up soon, for Slack waits three seconds."""
    dynamodb = client("dynamodb", patience=Patience.HASTY)
    return Taking(
        secrets=_secrets(require("CHAT_SECRETS_PARAMETER")),
        store=DynamoDocumentStore(dynamodb, require("STATE_TABLE_NAME")),
        connect=lambda: client("sqs", patience=Patience.HASTY),
        queue_url=require("ALERTS_QUEUE_URL"),
        now=datetime.now(UTC),
    )
