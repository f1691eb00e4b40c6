"""What e-mail and SMS share: text published to an SNS topic that people subscribe to."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError

from alarm_fanout.channels.base import (
    Channel,
    Deferred,
    Delivered,
    Outcome,
    Receipt,
    Refused,
    least_together,
)
from alarm_fanout.words import System, Words, words
from avatarwatch.catalogue import Severity
from avatarwatch.clients import client

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

    from alarm_fanout.deadline import Deadline
    from alarm_fanout.notice import Notice

# What SNS says when the same request can never succeed (SNS API reference, Publish), some of it
# with "Exception" behind
_FINAL = frozenset(
    "NotFound AuthorizationError AccessDenied InvalidParameter InvalidParameterValue"
    " ParameterValueInvalid InvalidSecurity Validation EndpointDisabled PlatformApplicationDisabled"
    " KMSDisabled KMSAccessDenied KMSInvalidState KMSNotFound KMSOptInRequired".split()
)
RETRY_SECONDS = 30.0


def sns() -> SNSClient:
    """Return the client of SNS."""
    return client("sns")


@dataclass(slots=True)
class TopicChannel(Channel[None]):
    """A topic to publish to; several notices of one batch become one message."""

    settings_model = NoneType  # the template sets it up
    group_from: ClassVar[int]

    connect: Callable[[], SNSClient]  # made when the first message goes out
    topic_arn: str
    system: System

    def deliver(self, notices: Sequence[Notice], deadline: Deadline) -> Iterator[Outcome]:
        """Publish each notice, or all in one when there are several."""
        together = len(notices) >= least_together(notices, self.group_from)
        for batch in [list(notices)] if together else [[notice] for notice in notices]:
            if deadline.left <= 0:
                yield batch, Deferred(1, "out of time", turn=True)
                continue
            rows = [
                (words(notice, self.system, self.name), notice.route.severity) for notice in batch
            ]
            yield batch, self._publish(self._digest(rows) if together else self._one(batch[0]))

    @abstractmethod
    def _one(self, notice: Notice) -> dict[str, Any]:
        """Return the arguments of Publish for one notice."""

    @abstractmethod
    def _digest(self, rows: Sequence[tuple[Words, Severity]]) -> dict[str, Any]:
        """Return the arguments of Publish for several."""

    def _publish(self, arguments: dict[str, Any]) -> Receipt:
        try:
            self.connect().publish(TopicArn=self.topic_arn, **arguments)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            reason = f"SNS: {code}"
            is_final = code.removesuffix("Exception") in _FINAL
            return Refused(reason) if is_final else Deferred(RETRY_SECONDS, reason)
        except BotoCoreError as error:
            return Deferred(RETRY_SECONDS, type(error).__name__)
        return Delivered()
