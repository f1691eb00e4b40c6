"""Entry point of CostControl: plan, apply or roll back lifecycle rules."""

from __future__ import annotations

from avatarwatch import startup  # first: what is imported below is what a start is made of

# isort: split
from typing import TYPE_CHECKING, Any

from cost_control.settings import FunctionSettings, read_request
from cost_control.wiring import control, log_report, publish_savings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class TellingError(Exception):
    """News could not be published; the message says of which buckets, and why."""


@startup.ends_with
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Do what ``{"action": "plan" | "apply" | "rollback"[, "bucket": name]}`` asks.

    The answer holds every decision with its reason. A plan changes and tells nothing. Raises
    SettingsError naming the field of a wrong event or environment, RunningError while another run
    is at work, TellingError when all was done but news could not be published: the next run tells.
    """
    settings = FunctionSettings.from_env()
    request = read_request(event, settings.buckets)
    work = control(settings, context)
    if request.action == "plan":
        report = work.run(request)
    else:
        with work.memory.alone(context.aws_request_id):
            report = work.run(request)
        if request.action == "apply" and request.bucket is None:
            publish_savings(report, work)
    log_report(report)
    if report.untold:
        raise TellingError(f"not published, and so not told: {report.untold}")
    return report.as_json()
