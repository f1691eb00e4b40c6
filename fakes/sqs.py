"""The alerts queue with its visibility, and the dead-letter queue."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aws_contract import sqs as rules

if TYPE_CHECKING:
    from fakes.clock import Clock
    from fakes.steps import Steps

QUEUE_URL = "https://sqs.eu-north-1.amazonaws.com/123456789012/AlertsQueue"
DEAD_LETTER_QUEUE_URL = "https://sqs.eu-north-1.amazonaws.com/123456789012/DeadLetters"
VISIBILITY = timedelta(seconds=180)  # the template's
BATCH_SIZE = 100  # the template's
_SENT_MILLISECONDS = "1795428900000"


@dataclass(slots=True)
class Message:
    """One message of the queue."""

    id: str
    body: str
    visible_at: datetime
    receives: int = 0

    def record(self) -> dict[str, Any]:
        """Return the message as Lambda hands it over."""
        return {
            "messageId": self.id,
            "receiptHandle": f"{self.id}/{self.receives}",
            "body": self.body,
            "attributes": {
                "ApproximateReceiveCount": str(self.receives),
                "SentTimestamp": _SENT_MILLISECONDS,
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-north-1:123456789012:AlertsQueue",
            "awsRegion": "eu-north-1",
        }


@dataclass(slots=True)
class FakeQueue:
    """Hand messages out, hide them meanwhile, forget what was handled."""

    clock: Clock
    steps: Steps
    messages: dict[str, Message] = field(default_factory=dict)
    dead_letters: list[dict[str, Any]] = field(default_factory=list)
    error: Exception | None = None
    _sent: int = 0

    def send(self, body: str) -> str:
        """Put a message and return its id."""
        self._sent += 1
        message_id = f"message-{self._sent}"
        self.messages[message_id] = Message(message_id, body, self.clock())
        return message_id

    def receive(self, most: int = BATCH_SIZE) -> list[Message]:
        """Return visible messages and hide them."""
        visible = [m for m in self.messages.values() if m.visible_at <= self.clock()][:most]
        for message in visible:
            message.receives += 1
            message.visible_at = self.clock() + VISIBILITY
        return visible

    def settle(self, batch: list[Message], answer: dict[str, Any]) -> None:
        """Forget the messages of a batch that the answer does not name as failed."""
        assert set(answer) == {"batchItemFailures"}
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        assert failed <= {message.id for message in batch}
        for message in batch:
            if message.id not in failed:
                del self.messages[message.id]

    @property
    def next_visible(self) -> datetime | None:
        """When the next message can be received, None when there is none."""
        return min((message.visible_at for message in self.messages.values()), default=None)

    def change_message_visibility_batch(
        self,
        *,
        QueueUrl: str,  # noqa: N803
        Entries: list[dict[str, Any]],  # noqa: N803
    ) -> dict[str, Any]:
        """Hide messages for another time."""
        self.steps.take("visibility")
        if self.error:
            raise self.error
        assert QueueUrl == QUEUE_URL
        assert 0 < len(Entries) <= rules.MAX_ENTRIES
        assert len({entry["Id"] for entry in Entries}) == len(Entries)
        for entry in Entries:
            assert set(entry) == {"Id", "ReceiptHandle", "VisibilityTimeout"}
            assert 0 <= entry["VisibilityTimeout"] <= 43_200
            message_id, receives = entry["ReceiptHandle"].split("/")
            message = self.messages[message_id]
            assert message.receives == int(receives)
            message.visible_at = self.clock() + timedelta(seconds=entry["VisibilityTimeout"])
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries], "Failed": []}

    def send_message(
        self,
        *,
        QueueUrl: str,  # noqa: N803
        MessageBody: str,  # noqa: N803
        MessageAttributes: dict[str, Any],  # noqa: N803
    ) -> dict[str, str]:
        """Set a message aside."""
        self.steps.take("set aside")
        if self.error:
            raise self.error
        assert QueueUrl == DEAD_LETTER_QUEUE_URL
        assert set(MessageAttributes) == {"Reason"}
        assert MessageBody.isascii()
        assert len(MessageBody) <= 1_048_576
        self.dead_letters.append(json.loads(MessageBody))
        return {"MessageId": f"dead-{len(self.dead_letters)}"}
