"""E-mail and SMS: plain text published to the two SNS topics that people subscribe to."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError

from alarm_fanout.channel_names import ChannelName
from alarm_fanout.channels.base import (
    Channel,
    Deferred,
    Delivered,
    Outcome,
    Receipt,
    Refused,
    least_together,
)
from alarm_fanout.messages import plain
from alarm_fanout.messages.words import System, Words, words
from avatarwatch.catalogue import Severity

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

    from alarm_fanout.deadline import Deadline
    from alarm_fanout.notice import Notice

# What SNS says when the same request can never succeed (SNS API reference, Publish)
_FINAL = frozenset(
    "NotFound NotFoundException AuthorizationError AuthorizationErrorException AccessDenied"
    " AccessDeniedException InvalidParameter InvalidParameterException InvalidParameterValue"
    " ParameterValueInvalid KMSDisabled KMSAccessDenied".split()
)
RETRY_SECONDS = 30.0


@dataclass(slots=True)
class _TopicChannel(Channel):
    """A topic to publish to; several notices of one batch become one message."""

    client: Callable[[], SNSClient]  # made when the first message goes out
    topic_arn: str
    system: System
    group_from: ClassVar[int]

    def deliver(self, notices: Sequence[Notice], deadline: Deadline) -> Iterator[Outcome]:
        """Publish each notice, or all in one when there are several."""
        together = len(notices) >= least_together(notices, self.group_from)
        for batch in [list(notices)] if together else [[notice] for notice in notices]:
            if deadline.left <= 0:
                yield batch, Deferred(1, "out of time")
                continue
            rows = [(words(notice, self.system), notice.route.severity) for notice in batch]
            yield batch, self._publish(self._digest(rows) if together else self._one(batch[0]))

    @abstractmethod
    def _one(self, notice: Notice) -> dict[str, Any]:
        """Return the arguments of Publish for one notice."""

    @abstractmethod
    def _digest(self, rows: Sequence[tuple[Words, Severity]]) -> dict[str, Any]:
        """Return the arguments of Publish for several."""

    def _publish(self, arguments: dict[str, Any]) -> Receipt:
        try:
            self.client().publish(TopicArn=self.topic_arn, **arguments)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            reason = f"SNS: {code}"
            return Refused(reason) if code in _FINAL else Deferred(RETRY_SECONDS, reason)
        except BotoCoreError as error:
            return Deferred(RETRY_SECONDS, type(error).__name__)
        return Delivered()


class EmailChannel(_TopicChannel):
    """Plain e-mails over EmailTopic."""

    name = ChannelName.EMAIL
    group_from = 3

    def _one(self, notice: Notice) -> dict[str, Any]:
        text = words(notice, self.system)
        subject = plain.email_subject(text, self.system.name, notice.route.severity)
        return {"Subject": subject, "Message": plain.email_body(text)}

    def _digest(self, rows: Sequence[tuple[Words, Severity]]) -> dict[str, Any]:
        subject, body = plain.email_digest(rows, self.system.name)
        return {"Subject": subject, "Message": body}


class SmsChannel(_TopicChannel):
    """Text messages of one part over SmsTopic."""

    name = ChannelName.SMS
    group_from = 2

    def _one(self, notice: Notice) -> dict[str, Any]:
        text = words(notice, self.system)
        since = notice.incident.opened_at or notice.incident.changed_at
        return self._message(plain.sms(text, self.system.name, notice.route.severity, since))

    def _digest(self, rows: Sequence[tuple[Words, Severity]]) -> dict[str, Any]:
        return self._message(plain.sms_digest(rows, self.system.name))

    @staticmethod
    def _message(text: str) -> dict[str, Any]:
        transactional = {"DataType": "String", "StringValue": "Transactional"}
        return {"Message": text, "MessageAttributes": {"AWS.SNS.SMS.SMSType": transactional}}
