"""Set aside what nobody can read: into the dead-letter queue, with its reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

REASON_LIMIT = 1000
BODY_LIMIT = 200_000
"""Characters of a body that are set aside; a message holds 1 MiB in all (SQS quotas)."""


def set_aside(client: SQSClient, queue_url: str, reason: str, body: str) -> None:
    """Send a body and why it cannot be read; botocore's errors pass to the caller."""
    client.send_message(
        QueueUrl=queue_url,
        # as JSON, in ASCII: SQS refuses control characters, and the body may be made of them
        MessageBody=json.dumps({"reason": reason[:REASON_LIMIT], "body": body[:BODY_LIMIT]}),
        MessageAttributes={"Reason": {"DataType": "String", "StringValue": printable(reason)}},
    )


def printable(reason: str) -> str:
    """Return a reason as a message attribute can carry it."""
    text = reason[:REASON_LIMIT].encode("ascii", "replace").decode()
    return "".join(character if character.isprintable() else "?" for character in text) or "unknown"
