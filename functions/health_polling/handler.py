"""Entry point of HealthPolling: one round of polls, or one endpoint looked at."""

from __future__ import annotations

from avatarwatch import startup  # first: what is imported below is what a start is made of

# isort: split
from typing import TYPE_CHECKING, Any

from avatarwatch.observability import logger
from health_polling.payload import read_order
from health_polling.settings import FunctionSettings
from health_polling.wiring import endpoints, polling, probed, utc_now

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@startup.ends_with
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Poll every endpoint once and return what came of it."""
    order = read_order(event)
    settings, now = FunctionSettings.from_env(), utc_now()
    if order.endpoint is not None:
        return probed(settings, order.endpoint, now)
    listed = endpoints(settings, now)
    report = polling(settings, context, now).run(listed, page=order.page)
    answer = report.as_json(listed)
    logger().info("round", **answer)
    return answer
