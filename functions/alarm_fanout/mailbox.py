"""Whether anybody reads the e-mails: SNS tells an address nothing before it has confirmed.

The tick asks; it is not on the way of an alert.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from alarm_fanout.settings import FunctionSettings
from avatarwatch.clients import Patience, client
from avatarwatch.state_table.partition import Partition, forgotten

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_sns import SNSClient

    from avatarwatch.state_table.documents import DocumentStore

GRACE = timedelta(hours=1)  # for whoever has just deployed to find the mail and click
_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Silence:
    """Since when something has been wrong with the e-mail subscriptions."""

    since: datetime


def sns() -> SNSClient:
    """Return a client that a tick can wait for."""
    return client("sns", patience=Patience.HASTY)


def trouble(confirmed: int, pending: int, address: str | None) -> str | None:
    """Return what is wrong with a topic's subscriptions, None when each address has confirmed.

    SNS forgets what was not confirmed for two days: then ``address``, which the template
    subscribed, is not among those that wait any more, and is told nothing all the same.
    """
    if pending:
        who, told = "an e-mail address has", "is told nothing"
        if pending > 1:
            who, told = f"{pending} e-mail addresses have", "are told nothing"
        own = f" ({address}?)" if address and not confirmed else ""
        return (
            f"{who} not confirmed{own} and {told}: click the link in the mail from"
            " no-reply@sns.amazonaws.com"
        )
    if address and not confirmed:
        return f"{address} is not subscribed any more: nobody reads the e-mails"
    return None


@dataclass(slots=True)
class Mailbox:
    """The topic of e-mails; ``address`` is the one that the template subscribes, if any."""

    store: DocumentStore
    topic: str
    address: str | None
    connect: Callable[[], SNSClient]
    _silences: Partition[Silence] = field(init=False)

    def __post_init__(self) -> None:
        """Make the partition."""
        self._silences = Partition(self.store, "mailbox", Silence, _KEPT, rescue=forgotten)

    def trouble(self) -> str | None:
        """Ask SNS what is wrong; botocore's errors pass.

        Source: SNS API reference, GetTopicAttributes.
        """
        answer = self.connect().get_topic_attributes(TopicArn=self.topic)["Attributes"]
        confirmed, pending = answer["SubscriptionsConfirmed"], answer["SubscriptionsPending"]
        return trouble(int(confirmed), int(pending), self.address)

    def lasts(self, found: str | None, now: datetime) -> bool:
        """Note whether something is wrong, and return whether that is so for over an hour."""
        known = self._silences.get(self.topic)
        if found is None:
            if known:
                self._silences.delete(self.topic)
            return False
        if known is None:
            self._silences.set(self.topic, Silence(now), now)
            return False
        return now - known.since >= GRACE


def mailbox(store: DocumentStore) -> Mailbox:
    """Return the function's own."""
    function = FunctionSettings.from_env()
    return Mailbox(store, function.email_topic_arn, function.ops_email, sns)
