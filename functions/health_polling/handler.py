"""Entry point of HealthPolling: one round of polls."""

from __future__ import annotations

from avatarwatch import startup  # first: what is imported below is what a start is made of

# isort: split
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from avatarwatch.environment import SettingsError
from avatarwatch.observability import correlate, logger
from health_polling.settings import FunctionSettings
from health_polling.wiring import endpoints, polling, utc_now

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class Order(BaseModel):
    """The payload: ``{}``, or ``{"page": true}`` to have the status page written in any minute."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    page: bool = False


@startup.ends_with
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Poll every endpoint once and return what came of it."""
    correlate(context.aws_request_id)
    try:
        order = Order.model_validate(event)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(map(str, problem["loc"])) or "payload"
        raise SettingsError(f"{where}: {problem['msg']}") from None
    settings, now = FunctionSettings.from_env(), utc_now()
    listed = endpoints(settings, now)
    report = polling(settings, context, now).run(listed, page=order.page)
    answer = report.as_json(listed)
    logger().info("round", **answer)
    return answer
