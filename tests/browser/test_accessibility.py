"""Our pages as axe-core judges them: nothing that keeps anybody from reading them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from browser.axe import findings
from fakes.dashboard_panels import GRID, PANELS
from fakes.health_page import page as made_up
from health_polling.page.html import page_html
from health_polling.page.view import PageView, view
from local.dashboards.page import page as dashboard_html
from local.kpi_board.board import board
from local.kpi_board.page import html as kpi_html

pytestmark = pytest.mark.browser

type Open = Callable[..., Page]
KPIS: dict[str, Any] = {
    "CacheHitRate": {"verdict": "✓", "shown": "95.8 %", "target": "> 95 %"},
    "ErrorRate": {"verdict": "✗", "shown": "1.4 %", "target": "< 1 %"},
    "TimeToFirstByte": {"verdict": "no data", "reason": "no TimedRequests in the window"},
    "AvailabilityBudgetLeft": {
        "verdict": "·", "shown": "95.4 %",
        "basis": "of 30 days, 1 day known: 99.86 % of 1,440 polls succeeded",
    },
}  # fmt: skip
COURSES = {"ErrorRate": [0.5, 0.9, 1.4], "CacheHitRate": [94.0, 96.0, 95.8]}


def fresh(page: PageView) -> str:
    return page_html(replace(page, at=datetime.now(UTC)))


def dashboard(kind: str) -> str:
    return dashboard_html("avatar-system", "until now", kind, GRID, PANELS)


PAGES: dict[str, Callable[[], str]] = {
    "status-sick": lambda: fresh(made_up(is_unknown=True)),
    "status-well": lambda: fresh(made_up(is_sick=False)),
    "status-nothing-yet": lambda: fresh(view("avatar-system", {}, (), (), datetime.now(UTC))),
    "status-without-news": lambda: page_html(
        replace(made_up(), at=datetime.now(UTC) - timedelta(hours=2))
    ),
    "dashboard-cloudwatch": lambda: dashboard("cloudwatch"),
    "dashboard-grafana": lambda: dashboard("grafana"),
    "kpis": lambda: kpi_html(board(KPIS, COURSES, datetime(2026, 11, 25, tzinfo=UTC))),
}


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [
        ("status-sick", "light", 1200), ("status-sick", "dark", 1200),
        ("status-sick", "light", 360), ("status-sick", "dark", 360),
        ("status-well", "dark", 1200), ("status-nothing-yet", "light", 360),
        ("status-without-news", "light", 1200), ("status-without-news", "dark", 360),
        ("kpis", "light", 1200), ("kpis", "dark", 360),
        ("dashboard-cloudwatch", "light", 1608), ("dashboard-cloudwatch", "dark", 360),
        ("dashboard-grafana", "light", 1608),
    ],
)  # fmt: skip
def test_axe_finds_nothing(
    open_page: Open, tmp_path: Path, name: str, scheme: Literal["light", "dark"], width: int
) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGES[name]())
    page = open_page(file.as_uri(), width=width, height=800, scheme=scheme)
    assert findings(page) == []
