"""E-mail: plain text over EmailTopic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from alarm_fanout.channels.base import Parts, Urgency
from alarm_fanout.channels.email import message
from alarm_fanout.channels.topic import TopicChannel, sns
from alarm_fanout.words import Words, words
from avatarwatch.catalogue import ChannelKind, Severity

if TYPE_CHECKING:
    from alarm_fanout.notice import Notice


class EmailChannel(TopicChannel):
    """E-mails; from three alerts on they come as one."""

    name = "email"
    kind = ChannelKind.MAIL
    urgency = Urgency.RECORDS
    label = "e-mail"
    group_from = 3

    @classmethod
    def make(cls, settings: None, parts: Parts) -> Self:
        """Return the channel over EmailTopic."""
        del settings
        return cls(sns, parts.function.email_topic_arn, parts.system)

    def _one(self, notice: Notice) -> dict[str, Any]:
        text = words(notice, self.system, self.name)
        subject = message.subject(text, self.system.name, notice.route.severity)
        return {"Subject": subject, "Message": message.body(text)}

    def _digest(self, rows: Sequence[tuple[Words, Severity]]) -> dict[str, Any]:
        subject, body = message.digest(rows, self.system.name)
        return {"Subject": subject, "Message": body}


CHANNEL = EmailChannel
