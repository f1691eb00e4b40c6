"""The page of a day's KPIs in a browser, in both colour schemes and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from local.kpi_board.board import board
from local.kpi_board.page import html

pytestmark = pytest.mark.browser

ANSWERS = {
    "CacheHitRate": {"verdict": "✓", "shown": "95.8 %", "target": "> 95 %"},
    "ErrorRate": {"verdict": "✗", "shown": "1.4 %", "target": "< 1 %"},
    "TimeToFirstByte": {"verdict": "no data", "reason": "no TimedRequests in the window"},
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_what_is_met_missed_and_unknown_can_be_told_apart(
    open_page: Callable[..., Page], tmp_path: Path, scheme: str, width: int
) -> None:
    file = tmp_path / "kpis.html"
    end = datetime(2026, 11, 25, tzinfo=UTC)
    file.write_text(html(board(ANSWERS, {"ErrorRate": [0.5, 0.9, 1.4]}, end)))
    page = open_page(file.as_uri(), width=width, scheme=scheme)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "1 of 3 targets met, 1 missed, 1 without data"
    )
    missed = page.locator("#ErrorRate")
    expect(missed.get_by_role("img", name="missed")).to_be_visible()
    expect(page.locator("#CacheHitRate").get_by_role("img", name="met")).to_be_visible()
    expect(page.locator("#TimeToFirstByte")).to_contain_text("no data: no TimedRequests")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it fits"
