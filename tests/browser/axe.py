"""What axe-core finds on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page


def findings(page: Page) -> list[tuple[str, str, list[str]]]:
    """Return all, of whatever impact, with some of the elements."""
    found = Axe().run(page).response["violations"]
    return [
        (each["impact"], each["id"], [node["html"][:160] for node in each["nodes"][:3]])
        for each in found
    ]
