"""Microsoft Teams: Adaptive Cards to the webhook of a workflow.

A webhook can't come back to what it posted: a recovery is a card of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import batched
from typing import TYPE_CHECKING, Self

from alarm_fanout.channels.base import (
    Channel,
    Deferred,
    Delivered,
    Outcome,
    Parts,
    Receipt,
    Urgency,
    least_together,
)
from alarm_fanout.channels.http import RETRY_SECONDS, Answer, NoAnswer, post, unsuccessful
from alarm_fanout.channels.teams import message
from alarm_fanout.fields import SecretUrl, Section
from alarm_fanout.words import System, words
from avatarwatch.catalogue import ChannelKind

if TYPE_CHECKING:
    from alarm_fanout.deadline import Deadline
    from alarm_fanout.notice import Notice

GROUP_FROM = 3  # so many alerts at once are told as one card
LEAST_SECONDS = 1.0  # with the deadline's reserve as long as a call may take
_WRAPPED = re.compile(r"HTTP error (?P<status>\d{3})")


class TeamsSettings(Section, frozen=True):
    """The address that "When a Teams webhook request is received" shows once it is saved."""

    webhook_url: SecretUrl


@dataclass(slots=True)
class TeamsChannel(Channel[TeamsSettings]):
    """The channel or chat into which a workflow posts."""

    name = "teams"
    kind = ChannelKind.CHAT
    urgency = Urgency.TELLS
    label = "Teams"
    settings_model = TeamsSettings

    url: str
    system: System
    send: Callable[..., Answer | NoAnswer] = post

    @classmethod
    def make(cls, settings: TeamsSettings, parts: Parts) -> Self:
        """Return the channel over a webhook."""
        return cls(settings.webhook_url.reveal(), parts.system)

    def deliver(self, notices: Sequence[Notice], deadline: Deadline) -> Iterator[Outcome]:
        """Post a card for each notice, or for all; after the first failure for now, defer."""
        together = len(notices) >= least_together(notices, GROUP_FROM)
        blocked: Deferred | None = None
        for batch in batched(notices, message.ROWS if together else 1, strict=False):
            if blocked is None and deadline.left < LEAST_SECONDS:
                blocked = Deferred(1, "out of time", turn=True)
            receipt = blocked or _receipt(self.send(self.url, self._card(batch), None, deadline))
            if isinstance(receipt, Deferred):
                blocked = replace(receipt, unknown=False)
            yield batch, receipt

    def _card(self, notices: Sequence[Notice]) -> message.Card:
        told = [
            (words(notice, self.system, self.name), notice.route.severity) for notice in notices
        ]
        return message.card(*told[0]) if len(told) == 1 else message.digest(told, self.system.name)


def _receipt(answer: Answer | NoAnswer) -> Receipt:
    """Read what a webhook answers.

    A workflow answers 202 before it runs: that Teams shows the card, nobody can know. One with a
    step "Response" says what its author chose, once it has run. The older connectors answer 200,
    with how many cards they posted and with the error as text for none
    (github.com/MicrosoftDocs/msteams-docs, issue 1810); and any proxy answers 200 with a page.
    """
    if isinstance(answer, NoAnswer) or not 200 <= answer.status < 300:
        return unsuccessful(answer, "Teams")
    if answer.status == 202 or not answer.body.strip():
        return Delivered()
    if wrapped := _WRAPPED.search(answer.body):
        return unsuccessful(Answer(int(wrapped["status"]), "in an answer 200"), "Teams")
    said = answer.body.strip()
    if said.startswith("{") or (said.isascii() and said.isdigit() and int(said[:9])):
        return Delivered()
    # a text may be a workflow's: to send it without end would be a card each time
    return Deferred(RETRY_SECONDS, "what answered is not Teams", unknown=not said.startswith("<"))


CHANNEL = TeamsChannel
