"""The whole function in process, with a world of fakes around it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes.world import World
from inboxes import inbox, inbox_server

__all__ = ["inbox", "inbox_server"]


@pytest.fixture
def world() -> Iterator[World]:
    """A world whose Slack is reached by a bot and where every alarm goes everywhere."""
    with World().running() as running:
        yield running


@pytest.fixture
def by_webhook() -> Iterator[World]:
    """A world whose Slack is an incoming webhook."""
    with World(webhook=True).running() as running:
        yield running
