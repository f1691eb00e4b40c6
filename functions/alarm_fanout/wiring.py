"""Make what an invocation needs, from the environment and the notification settings."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from alarm_fanout.channels.absent import with_absent
from alarm_fanout.channels.base import Parts
from alarm_fanout.channels.registry import channels
from alarm_fanout.chart import Charts
from alarm_fanout.deadline import Deadline
from alarm_fanout.fanout import Fanout, Report
from alarm_fanout.ledger import Ledger
from alarm_fanout.routing import Router
from alarm_fanout.settings import FunctionSettings, NotificationSettings
from alarm_fanout.settings_source import SettingsSource
from alarm_fanout.times import zone_of
from alarm_fanout.words import System
from avatarwatch.clients import Patience, client
from avatarwatch.environment import SettingsError
from avatarwatch.metrics import put
from avatarwatch.namespaces import Own
from avatarwatch.observability import logger
from avatarwatch.state_table.dynamodb import DynamoDocumentStore

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_cloudwatch import CloudWatchClient


_NONE = NotificationSettings()


@cache
def _settings_source(parameter: str) -> SettingsSource:
    return SettingsSource(client("ssm"), parameter)


def fanout(context: LambdaContext) -> Fanout:
    """Return the work of one invocation."""
    function, now = FunctionSettings.from_env(), datetime.now(UTC)
    store = DynamoDocumentStore(client("dynamodb"), function.state_table)
    system = System(
        name=function.system_name,
        region=function.region,
        api_log_group=function.api_log_group,
        zone=zone_of(function.time_zone),
        answers=function.chat_answers,
        own_logs=function.own_logs,
    )
    charts = Charts(_hasty_cloudwatch, lambda text: logger().info(text), function.account)
    settings, problem = _settings(function, now)
    parts = Parts(function, system, store, charts.graph)
    made = channels((settings or _NONE).sections, parts)
    return Fanout(
        ledger=Ledger(store),
        router=Router(function.system_name, function.runbook_base_url, (settings or _NONE).routes),
        channels=made if settings else with_absent(made),
        charts=charts,
        system=system,
        deadline=Deadline(context.get_remaining_time_in_millis),
        now=now,
        settings_problem=problem,
        windows=None if settings is None or settings is _NONE else settings.windows,
    )


def _hasty_cloudwatch(region: str) -> CloudWatchClient:
    return client("cloudwatch", region, Patience.HASTY)


def _settings(
    function: FunctionSettings, now: datetime
) -> tuple[NotificationSettings | None, str | None]:
    """Return the team's settings, or what is wrong with them: e-mail and SMS work without.

    None while SSM does not answer and there are none from before: the other channels get later
    what goes out by e-mail and SMS now.
    """
    try:
        settings = _settings_source(function.settings_parameter).current(now)
    except SettingsError as error:
        logger().error("alerts go by e-mail and SMS only", reason=str(error))
        return _NONE, str(error)
    except (ClientError, BotoCoreError) as error:
        logger().warning("alerts go by e-mail and SMS first", reason=str(error))
        return None, None
    if not function.chat_answers:
        settings = settings.without_answers()
    if not settings.broken and not settings.doubts:
        return settings, None
    broken = (f"{name} cannot be used: {why}" for name, why in settings.broken.items())
    problem = "; ".join((*broken, *settings.doubts))
    logger().error("alerts go past a channel that cannot be used", reason=problem)
    return settings, problem


def publish_waits(report: Report, now: datetime) -> None:
    """Put how long the oldest delivery has waited; of each channel, the log says it.

    SQS leaves messages that were received three times out of ApproximateAgeOfOldestMessage, so a
    channel that is down for long is only seen here. Nothing waits, nothing is put.
    """
    waits = report.tally.waits
    if not waits:
        return
    data: Any = [{
        "MetricName": "OldestDeliveryWaits", "Value": max(waits.values()), "Timestamp": now,
        "Unit": "Seconds",
    }]  # fmt: skip
    try:
        put(client("cloudwatch", patience=Patience.HASTY), Own.OPERATIONS.full, data)
    except (ClientError, BotoCoreError) as error:  # the records must be given back all the same
        logger().warning("how long deliveries wait was not put", reason=str(error))


def log_report(report: Report) -> None:
    """Write one structured line: what came, what was told, what waits, and why."""
    logger().info("told", **report.as_json())
    if report.tally.unserved:
        logger().warning("a channel was asked that is not set up", alerts=report.tally.unserved)
