"""An alarm's way to Slack is short enough to be read in one sitting."""

from __future__ import annotations

import sys
from typing import Any
from unittest import mock
from urllib.error import URLError

from alarm_fanout.channels.slack.transport import BotTransport
from fakes.alarms import alarm
from fakes.clock import MORNING
from fakes.world import World

MOST_FRAMES = 13


def test_slack_is_few_frames_away_from_the_handler() -> None:
    """Of our own, from the handler's wrapper to the request that Slack gets."""
    ways: list[list[str]] = []

    def opened(*_: Any, **__: Any) -> None:
        frame, way = sys._getframe(), []
        while frame := frame.f_back:  # type: ignore[assignment] # None ends it
            if any(part in frame.f_code.co_filename for part in ("/functions/", "/layers/shared/")):
                way.append(frame.f_code.co_qualname)
        ways.append(way)
        raise URLError("no network here")

    bot = BotTransport("xoxb-test", "https://slack.example.com/api/")
    with (
        mock.patch("fakes.world.FakeBot", return_value=bot),
        mock.patch("urllib.request.OpenerDirector.open", opened),
        World().running() as world,
    ):
        world.tell(alarm("payments", "ALARM", MORNING))
    slack = [way for way in ways if "BotTransport.post" in way]
    assert slack
    for way in slack:
        assert way[-2:] == ["handler", "ends_with.<locals>.handle"]
        assert len(way) <= MOST_FRAMES, way
