"""Chromium and an inbox for the pages' tests; without Chromium they are skipped by name."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page
from slack_sdk import WebClient

from inboxes import inbox, inbox_server
from local.browser import BrowserMissingError, launched
from local.inbox.client import InboxClient

__all__ = ["inbox", "inbox_server"]


type Open = Callable[..., Page]
type Scheme = Literal["light", "dark"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(launched())
        except BrowserMissingError as error:
            pytest.skip(f"browser layer: {error}")
        yield browser


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """Open a page in a fresh profile; fails the test if a console told of an error."""
    troubles: list[str] = []
    contexts = []

    def opened(url: str, *, width: int = 1200, height: int = 800, scheme: Scheme = "light") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(5_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: troubles.append(dialog.message))
        page.on(
            "console",
            lambda message: (
                troubles.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def slack(inbox: InboxClient) -> WebClient:
    return WebClient("xoxb-test", base_url=f"{inbox.url}/slack/api/")


@pytest.fixture
def critical(inbox: InboxClient) -> str:
    return f"{inbox.url}/channel/%23critical"
