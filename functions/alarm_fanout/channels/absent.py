"""Channels whose settings could not be read just now: they put off what the others tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from alarm_fanout.channels.base import Channel, Deferred, Outcome, Parts, Urgency
from alarm_fanout.channels.registry import OF_THE_TEAM, load
from alarm_fanout.deadline import Deadline
from alarm_fanout.notice import Notice
from avatarwatch.catalogue import ChannelKind

AGAIN_SECONDS = 5.0


class AbsentKind(Channel[None]):
    """All channels of a kind: nobody knows which are set up before the settings are read.

    Its name is the kind's. What waits under it goes to the channels of that kind as soon as they
    are known (``Intake``).
    """

    urgency = Urgency.TELLS

    def __init__(self, kind: ChannelKind) -> None:
        """Stand in for the channels of a kind."""
        self.name = kind.value  # type: ignore[misc]  # of the instance: it stands in for any
        self.kind = kind  # type: ignore[misc]  # the same
        self.label = kind.value  # type: ignore[misc]  # the same

    @classmethod
    def make(cls, settings: None, parts: Parts) -> AbsentKind:
        """Refuse: nobody sets one up."""
        del settings, parts
        raise TypeError("a channel that may be there is not set up")

    def deliver(self, notices: Sequence[Notice], deadline: Deadline) -> Iterator[Outcome]:
        """Put off every notice."""
        del deadline
        yield notices, Deferred(AGAIN_SECONDS, "the notification settings could not be read")


def with_absent(channels: Mapping[str, Channel[Any]]) -> dict[str, Channel[Any]]:
    """Return the channels, and stand-ins for the kinds that the settings may have set up."""
    kinds = {load(name).kind for name in OF_THE_TEAM}
    return {**channels, **{kind.value: AbsentKind(kind) for kind in sorted(kinds)}}
