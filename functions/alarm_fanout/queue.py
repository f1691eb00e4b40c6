"""The queue's side of a failure: when a message comes back, and what is set aside for good."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import batched

from botocore.exceptions import BotoCoreError, ClientError

from alarm_fanout.envelopes import Envelope
from alarm_fanout.settings import FunctionSettings
from avatarwatch.clients import client
from avatarwatch.observability import logger

BATCH = 10  # entries of one SQS batch call (SQS API reference)
REASON_LIMIT = 1000
BODY_LIMIT = 200_000  # characters of a body that are set aside; a message holds 1 MiB in all


class RedeliverError(Exception):
    """A direct event could not be delivered in full; Lambda's retry delivers the rest."""


def hide(again: Sequence[tuple[Envelope, int]]) -> None:
    """Let messages come back after their own time instead of the queue's visibility timeout."""
    queue = FunctionSettings.from_env().queue_url
    for part in batched([pair for pair in again if pair[0].receipt_handle], BATCH, strict=False):
        entries = [
            {"Id": str(index), "ReceiptHandle": e.receipt_handle or "", "VisibilityTimeout": wait}
            for index, (e, wait) in enumerate(part)
        ]
        try:
            client("sqs").change_message_visibility_batch(QueueUrl=queue, Entries=entries)  # type: ignore[arg-type]
        except (ClientError, BotoCoreError) as error:
            # they come back all the same, when the queue's own visibility timeout ends
            logger().warning("visibility not changed", error=str(error))


def set_aside(unreadable: Sequence[tuple[Envelope, str]]) -> list[tuple[Envelope, int]]:
    """Send what nobody can read to the dead-letter queue with its reason.

    Returns the messages that could not be sent there: they are tried again.
    """
    queue, failed = FunctionSettings.from_env().dead_letter_queue_url, []
    for envelope, reason in unreadable:
        body = envelope.body if isinstance(envelope.body, str) else json.dumps(envelope.body)
        # as JSON, in ASCII: SQS refuses control characters, and the body may be made of them
        text = json.dumps({"reason": reason[:REASON_LIMIT], "body": body[:BODY_LIMIT]})
        try:
            client("sqs").send_message(
                QueueUrl=queue,
                MessageBody=text,
                MessageAttributes={
                    "Reason": {"DataType": "String", "StringValue": _printable(reason)}
                },
            )
        except (ClientError, BotoCoreError) as error:
            logger().error("not set aside", error=str(error), reason=reason)
            failed.append((envelope, 30))
    return failed


def _printable(reason: str) -> str:
    text = reason[:REASON_LIMIT].encode("ascii", "replace").decode()
    return "".join(character if character.isprintable() else "?" for character in text) or "unknown"
