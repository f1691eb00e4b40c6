"""Entry point of Reporting: a daily, weekly or monthly report."""

from __future__ import annotations

from avatarwatch import startup  # first: what is imported below is what a start is made of

# isort: split
from typing import TYPE_CHECKING, Any

from avatarwatch.observability import logger
from reporting.payload import read_order
from reporting.settings import FunctionSettings
from reporting.wiring import counts, utc_now, work

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@startup.ends_with
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Do what ``{"report": "daily" | "weekly" | "monthly"[, "date": "2026-11-25"]}`` asks.

    Without a date it is the last one that is over, made and told once, and what was missed is made
    up; with one it is made again. Raises SettingsError naming the field of a wrong event or
    environment, BusyRunError while another run is at the report of a date.
    """
    settings, now = FunctionSettings.from_env(), utc_now()
    order = read_order(event, now)
    answer = work(settings, context, now).run(order)
    logger().info("report", **counts(answer))
    return answer
