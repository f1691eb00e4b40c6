"""A Chromium of this machine, for tests and pictures of pages."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
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


def launch(playwright: Playwright) -> Browser:
    """Start it headless; raises BrowserMissingError where none is installed."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise BrowserMissingError(f"no Chromium here: none of {', '.join(NAMES)} is installed")
    return playwright.chromium.launch(executable_path=path, args=FLAGS)
