"""The dashboards' page as a browser draws it: nothing is cut off, everything is in its cells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from local.dashboards.page import Grid, page
from local.dashboards.panels import (
    Alarms,
    AlarmState,
    Axis,
    Curve,
    Gauge,
    Graph,
    Mark,
    Number,
    Numbers,
    Panel,
    Table,
    Text,
)

pytestmark = pytest.mark.browser

type Open = Callable[..., Page]

GRID = Grid(column=66, row=46, gap=8, title=22)
START = datetime(2026, 11, 25, 10, tzinfo=UTC)
POINTS = tuple((START + timedelta(minutes=5 * n), 1e9 * (n % 7)) for n in range(144))
LINES = (
    Curve("uploaded", "#1f77b4", POINTS),
    Curve("saved", "#2ca02c", POINTS[:5], "right"),
    Curve("nobody's", "#7f7f7f", (), reason="nobody publishes it"),
)
GRAPH = Graph(
    LINES, (Mark(5e9, "target < 5 GB", "#2ca02c"), Mark(9e9, "Critical", "#d62728", dashed=True)),
    START, START + timedelta(hours=12), Axis(0, label="bytes"), Axis(0, label="bytes"),
)  # fmt: skip
NUMBER = Number("Error rate, % (< 1 %)", "0.5", "#d62728", POINTS)
PANELS = [
    Panel(0, 0, 24, 2, "", Text("# avatar-system\nGreen lines are targets.")),
    Panel(0, 2, 18, 5, "Alarms", Alarms((
        AlarmState("avatar-system-UploadFailuresCritical", "ALARM"), AlarmState("quiet", "OK"),
        AlarmState("new", "INSUFFICIENT_DATA"), AlarmState("absent", None)))),
    Panel(18, 2, 6, 5, "Budget left", Gauge(NUMBER, 60.0, 0, 100)),
    Panel(0, 7, 24, 7, "KPIs", Numbers((NUMBER,) * 14)),
    Panel(0, 14, 8, 6, "Bytes", GRAPH),
    Panel(8, 14, 6, 5, "Without data", Graph(LINES[2:], (), START, START + timedelta(hours=1))),
    Panel(14, 14, 10, 6, "Errors by type", Table(("type", "failures"), (("InvalidImage", "3"),))),
]  # fmt: skip

OUTSIDE = """() => {
  const out = [];
  for (const text of document.querySelectorAll("svg text, svg path, svg line")) {
    const [a, b] = [text.getBoundingClientRect(), text.closest("svg").getBoundingClientRect()];
    if (a.left < b.left - 1 || a.right > b.right + 1 ||
        a.top < b.top - 2 || a.bottom > b.bottom + 2)
      out.push(text.outerHTML);
  }
  return out;
}"""
CUT = """() => [...document.querySelectorAll("section, .alarm, .cell label, .cell b")]
  .filter(e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
  .map(e => e.outerHTML.slice(0, 200))"""
OVERLAP = """() => {
  const boxes = [...document.querySelectorAll("section")].map(e => e.getBoundingClientRect());
  return boxes.some((a, i) => boxes.some((b, j) => i < j && a.left < b.right && b.left < a.right
    && a.top < b.bottom && b.top < a.bottom));
}"""


@pytest.mark.parametrize("kind", ["cloudwatch", "grafana"])
def test_nothing_is_cut_off_or_in_anothers_place(
    open_page: Open, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "page.html"
    file.write_text(page("avatar-system", "until now", kind, GRID, PANELS))
    shown = open_page(file.as_uri(), width=1608)
    assert shown.evaluate(OUTSIDE) == []
    assert shown.evaluate(CUT) == []
    assert shown.evaluate(OVERLAP) is False
    assert shown.locator("section").count() == len(PANELS)
    number = shown.locator(".cell b").first
    assert number.evaluate("e => getComputedStyle(e).color") == "rgb(214, 39, 40)"
    mark = shown.locator("svg text.mark").first
    assert mark.evaluate("e => getComputedStyle(e).fill") == "rgb(44, 160, 44)"
