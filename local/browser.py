"""A Chromium of this machine, for tests and pictures of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# the shell first: a whole browser takes twice the processor for the same pages
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Without a network of its own: a browser's background requests would be refused, many at a time.
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class BrowserMissingError(Exception):
    """There is no Chromium here; the message names what was looked for."""


@contextmanager
def launched() -> Iterator[Browser]:
    """Start it headless, and end it; raises BrowserMissingError where none is installed."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise BrowserMissingError(f"no Chromium here: none of {', '.join(NAMES)} is installed")
    # what drives it comes as a program of its own, which wants libraries that Chromium brings
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=FLAGS) as browser,
    ):
        yield browser
