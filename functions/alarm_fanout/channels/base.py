"""What every channel does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from alarm_fanout.channel_names import ChannelName
from alarm_fanout.deadline import Deadline
from alarm_fanout.incident import MessageRef
from alarm_fanout.notice import Notice


@dataclass(frozen=True, slots=True)
class Delivered:
    """A person can read it; ``ref`` is where, when the channel can come back to it."""

    ref: MessageRef | None = None
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: try again in ``seconds``."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: trying again cannot help. ``reason`` is the service's own word.

    ``everywhere`` says that it is about the whole channel (a revoked token), not about one of its
    destinations (an archived Slack channel).
    """

    reason: str
    everywhere: bool = True


def least_together(notices: Sequence[Notice], usual: int) -> int:
    """Return from how many notices on they come as one message.

    What was cut short may repeat the rest of one message, so that it comes as one again.
    """
    return 2 if any(notice.again for notice in notices) else usual


type Receipt = Delivered | Deferred | Refused
type Outcome = tuple[Sequence[Notice], Receipt]


class Channel(ABC):
    """One way to tell a person."""

    name: ClassVar[ChannelName]

    def destination(self, notice: Notice) -> str:
        """Return where in the channel a notice goes; empty where there is one place only."""
        del notice
        return ""

    @abstractmethod
    def deliver(self, notices: Sequence[Notice], deadline: Deadline) -> Iterator[Outcome]:
        """Tell all notices, and yield what came of which right after each message.

        The caller writes each outcome down before it asks for the next, so that a crash repeats
        one message at most. Every notice comes back exactly once. A failure is an outcome, never
        an exception.
        """
