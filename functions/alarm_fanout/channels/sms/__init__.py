"""SMS: text messages of one part over SmsTopic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from alarm_fanout.channels.base import Parts, Urgency
from alarm_fanout.channels.sms import message
from alarm_fanout.channels.topic import TopicChannel, sns
from alarm_fanout.words import Words, words
from avatarwatch.catalogue import ChannelKind, Severity

if TYPE_CHECKING:
    from alarm_fanout.notice import Notice


class SmsChannel(TopicChannel):
    """Text messages; several alerts come as one."""

    name = "sms"
    kind = ChannelKind.TEXT
    urgency = Urgency.WAKES
    label = "SMS"
    group_from = 2

    @classmethod
    def make(cls, settings: None, parts: Parts) -> Self:
        """Return the channel over SmsTopic."""
        del settings
        return cls(sns, parts.function.sms_topic_arn, parts.system)

    def _one(self, notice: Notice) -> dict[str, Any]:
        text = words(notice, self.system, self.name)
        return self._message(message.text(text, self.system.name, notice.route.severity))

    def _digest(self, rows: Sequence[tuple[Words, Severity]]) -> dict[str, Any]:
        return self._message(message.digest(rows, self.system.name))

    @staticmethod
    def _message(text: str) -> dict[str, Any]:
        transactional = {"DataType": "String", "StringValue": "Transactional"}
        return {"Message": text, "MessageAttributes": {"AWS.SNS.SMS.SMSType": transactional}}


CHANNEL = SmsChannel
