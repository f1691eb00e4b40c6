"""The dashboards' page as a browser draws it: nothing is cut off, everything is in its cells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from fakes.dashboard_panels import GRID, PANELS
from local.dashboards.page import page

pytestmark = pytest.mark.browser

type Open = Callable[..., Page]

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
CUT = """() => [...document.querySelectorAll("section, .alarm, .cell .label, .cell b")]
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


@pytest.mark.parametrize("kind", ["cloudwatch", "grafana"])
def test_a_phone_and_paper_need_no_scrolling_sideways(
    open_page: Open, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "page.html"
    file.write_text(page("avatar-system", "until now", kind, GRID, PANELS))
    for width, media in ((360, "screen"), (768, "screen"), (720, "print")):
        shown = open_page(file.as_uri(), width=width)
        shown.emulate_media(media="print" if media == "print" else "screen")
        wide = shown.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (width, media)
        assert shown.evaluate(CUT) == [], (width, media)
        assert shown.evaluate(OVERLAP) is False
