"""Entry point of ChatActions: a request of its function URL."""

from __future__ import annotations

from avatarwatch import startup  # first: what is imported below is what a start is made of

# isort: split
from typing import TYPE_CHECKING, Any

from avatarwatch.observability import logger
from chat_actions.taking import STATUS
from chat_actions.wiring import taking

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@startup.ends_with
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Take one answer in: 200 within Slack's three seconds, 401 for what is not to be believed."""
    del context
    outcome = taking().take(event)
    logger().info("asked", outcome=outcome)
    return {"statusCode": STATUS[outcome].value, "body": ""}
