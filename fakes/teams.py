"""The webhook of a Teams workflow in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alarm_fanout.channels.http import Answer, NoAnswer
from local.inbox.teams import check_message, lines

if TYPE_CHECKING:
    from alarm_fanout.deadline import Deadline
    from fakes.steps import Steps


@dataclass(slots=True)
class FakeTeams:
    """What Teams shows; ``answers`` are those of the next calls, instead of taking the card."""

    steps: Steps
    cards: list[dict[str, Any]] = field(default_factory=list)
    answers: deque[Answer | NoAnswer] = field(default_factory=deque)

    def post(
        self, url: str, payload: Mapping[str, Any], token: str | None, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Take a card that Teams would show; AssertionError for one that it would not."""
        assert url.startswith("https://")
        assert token is None
        assert deadline.left > 0
        self.steps.take("teams post")
        faults = check_message(payload)
        assert not faults, faults
        if self.answers:
            return self.answers.popleft()
        self.cards += [each["content"] for each in payload["attachments"]]
        return Answer(202, "")

    @property
    def texts(self) -> list[str]:
        """Each card as it is read."""
        return ["\n".join(lines(card)) for card in self.cards]
