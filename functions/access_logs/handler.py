"""Entry point of AccessLogs: log files, a stream's records, or the minute's tick."""

from __future__ import annotations

from avatarwatch import startup  # first: what is imported below is what a start is made of

# isort: split
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from access_logs.arrivals import is_stream, messages, stream_records
from access_logs.wiring import publisher, seconds_left, work
from avatarwatch.observability import logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class EventError(Exception):
    """The event is none of this function's; the message says what it takes."""


@startup.ends_with
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Count what arrives and publish what was counted.

    Events of the queue and of the stream are answered with the items to try again; the action
    ``publish`` with what was published.
    """
    if isinstance(event, dict) and event.get("action") == "publish":
        return asdict(publisher(context).publish())
    if not (isinstance(event, dict) and event.get("Records")):
        raise EventError('expected {"action": "publish"}, or records of a queue or a stream')
    failed = _stream(event, context) if is_stream(event) else _files(event, context)
    _publish(context)
    return {"batchItemFailures": [{"itemIdentifier": item} for item in failed]}


def _files(event: dict[str, Any], context: LambdaContext) -> list[str]:
    counting, failed = work(context), []
    for message in messages(event):
        if seconds_left(context) < 0:
            failed.append(message.message_id)
            continue
        try:
            counting.message(message)
        except (ClientError, BotoCoreError) as error:
            logger().warning("not counted, comes again", error=str(error), body=message.body)
            failed.append(message.message_id)
    logger().info("counted", extra=counting.report.as_json())
    return failed


def _stream(event: dict[str, Any], context: LambdaContext) -> list[str]:
    counting, records = work(context), stream_records(event)
    done = counting.records(records)
    logger().info("counted", extra=counting.report.as_json())
    return [] if done else [records[0].sequence]


def _publish(context: LambdaContext) -> None:
    """Publish at once; what cannot be published now waits in the ledger for the minute's tick."""
    try:
        published = publisher(context).publish()
    except (ClientError, BotoCoreError) as error:
        logger().error("not published yet", error=str(error))
    else:
        logger().info("published", extra=asdict(published))
