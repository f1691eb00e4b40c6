"""What every channel says of itself, and what it does."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar, Self

from alarm_fanout.deadline import Deadline
from alarm_fanout.incident import Incident, MessageRef
from alarm_fanout.notice import Notice
from avatarwatch.catalogue import ChannelKind

if TYPE_CHECKING:
    from alarm_fanout.settings import FunctionSettings
    from alarm_fanout.words import System
    from avatarwatch.state_table.documents import DocumentStore

SAID = ("name", "kind", "urgency", "label", "settings_model")  # by every channel of itself


class Urgency(IntEnum):
    """The order in which people are told: what wakes them does not wait for a chat's rate."""

    WAKES = 0
    TELLS = 1
    RECORDS = 2  # last: here goes what the others refuse


def utc_now() -> datetime:
    """Return the time of now in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """What channels are made of besides their settings.

    ``graph`` draws an alert's metric, None where it cannot.
    """

    function: FunctionSettings
    system: System
    store: DocumentStore
    graph: Callable[[Notice], bytes | None]
    clock: Callable[[], datetime] = utc_now
    # looked up when it is made: tests let time pass by hand
    sleep: Callable[[float], None] = field(default_factory=lambda: time.sleep)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A person can read it; ``ref`` is where, when the channel can come back to it."""

    ref: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: try again in ``seconds``.

    ``unknown`` says that it was sent and may have arrived: it is sent once more, and never again.
    ``ref`` is the message that will tell it, where that stands already. ``turn`` says that nothing
    failed: its turn comes in just so many seconds, however often it has waited.
    """

    seconds: float
    reason: str
    unknown: bool = False
    turn: bool = False
    ref: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: trying again cannot help. ``reason`` is the service's own word.

    ``everywhere`` says that it is about the whole channel (a revoked token), not about one of its
    destinations (an archived Slack channel); ``unknown`` that it may stand there all the same.
    """

    reason: str
    everywhere: bool = True
    unknown: bool = False


def least_together(notices: Sequence[Notice], usual: int) -> int:
    """Return from how many notices on they come as one message.

    What was cut short may repeat the rest of one message, so that it comes as one again.
    """
    return 2 if any(notice.again for notice in notices) else usual


type Receipt = Delivered | Deferred | Refused
type Outcome = tuple[Sequence[Notice], Receipt]


class Channel[S](ABC):
    """One way to tell a person; ``S`` is what a team sets for it, None where the template does.

    ``name`` is its folder's and its section's in the notification settings, ``label`` how people
    write it. A class that leaves one of these out is no channel (``registry.load``).
    """

    name: ClassVar[str]
    kind: ClassVar[ChannelKind]
    urgency: ClassVar[Urgency]
    label: ClassVar[str]
    settings_model: type[S]

    @classmethod
    @abstractmethod
    def make(cls, settings: S, parts: Parts) -> Self:
        """Return the channel as its settings want it."""

    def shows_answers(self, incident: Incident) -> bool:
        """Whether it has somewhere to show what was answered to an alert: most have not."""
        del incident
        return False

    def reply(self, address: str, text: str, deadline: Deadline) -> bool:
        """Tell the one person who answered there something; False where it cannot."""
        del address, text, deadline
        return False

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
