"""Which channels there are: the one list of them.

Each is imported when it is needed first: a start pays for what the team has set up alone
(docs/decisions/0009). What else must know the channels (settings, routes, docs, the inbox, the
tests' fakes) asks here.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from alarm_fanout.channels.base import SAID, Channel, Parts
from avatarwatch.catalogue import ChannelKind

OF_THE_TEAM = ("pagerduty", "slack", "teams")  # each with a section in the settings
OF_THE_TEMPLATE = ("sms", "email")  # always there
NAMES = OF_THE_TEAM + OF_THE_TEMPLATE
FALLBACK = "email"  # takes what no other channel delivers
# and for what a channel puts off for too long: the kinds that tell it besides
NEXT_KINDS: Mapping[ChannelKind, tuple[ChannelKind, ...]] = {
    ChannelKind.CHAT: (ChannelKind.MAIL,),
    ChannelKind.PAGE: (ChannelKind.TEXT, ChannelKind.MAIL),
    ChannelKind.TEXT: (ChannelKind.MAIL,),
    ChannelKind.MAIL: (ChannelKind.CHAT,),
}


def load(name: str) -> type[Channel[Any]]:
    """Return a channel's class: its folder names it as CHANNEL.

    Raises
    ------
    ImportError, AttributeError, TypeError
        There is no such channel, or it does not say of itself what every channel says.
    """
    found: type[Channel[Any]] = import_module(f"{__package__}.{name}").CHANNEL
    if missing := [what for what in SAID if not hasattr(found, what)]:
        raise TypeError(f"{found.__name__} does not say its {', '.join(missing)}")
    return found


def channels(sections: Mapping[str, Any], parts: Parts) -> dict[str, Channel[Any]]:
    """Return the channels that are set up by name, in the order in which they tell.

    ``sections`` are the settings of those that the team has set up.
    """
    own = dict.fromkeys(OF_THE_TEMPLATE)
    made = [load(name).make(settings, parts) for name, settings in (own | dict(sections)).items()]
    return {channel.name: channel for channel in sorted(made, key=lambda made: made.urgency)}


def targets() -> frozenset[str]:
    """Return what a route may name: a kind of channel, or one channel."""
    return frozenset(ChannelKind) | frozenset(NAMES)
