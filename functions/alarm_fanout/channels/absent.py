"""Channels whose settings could not be read just now: they put off what the others tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from alarm_fanout.channel_names import ChannelName
from alarm_fanout.channels.base import Channel, Deferred, Outcome
from alarm_fanout.deadline import Deadline
from alarm_fanout.notice import Notice

AGAIN_SECONDS = 5.0


class AbsentChannel(Channel):
    """One that may be set up or not: nobody knows before the settings are read."""

    def __init__(self, name: ChannelName) -> None:
        """Stand in for a channel."""
        self.name = name  # type: ignore[misc]  # of the instance: it stands in for any

    def deliver(self, notices: Sequence[Notice], deadline: Deadline) -> Iterator[Outcome]:
        """Put off every notice."""
        del deadline
        yield notices, Deferred(AGAIN_SECONDS, "the notification settings could not be read")


def with_absent(channels: Mapping[ChannelName, Channel]) -> dict[ChannelName, Channel]:
    """Return the channels, and stand-ins for those that the settings would have."""
    return {name: channels.get(name) or AbsentChannel(name) for name in ChannelName}
