"""The status page as a browser draws it: light, dark, phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from fakes.health_page import page as made_up
from health_polling.page.html import page_html

pytestmark = pytest.mark.browser

type Open = Callable[..., Page]

# WCAG 2.2: contrast of text with what is behind it, of every text that is seen.
CONTRAST = """() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = e => { for (; e; e = e.parentElement) {
    const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  let worst = [99, ""];
  for (const e of document.querySelectorAll("main *")) {
    if (e.closest("svg") || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
      continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < worst[0]) worst = [ratio, e.outerHTML];
  }
  return worst;
}"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    file = tmp_path / "index.html"
    file.write_text(page_html(made_up(is_unknown=True)))
    return file.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(
    open_page: Open, url: str, scheme: Literal["light", "dark"]
) -> None:
    page = open_page(url, scheme=scheme)
    ratio, element = page.evaluate(CONTRAST)
    assert ratio >= 4.5, element


def test_a_phone_needs_no_sideways_scrolling(open_page: Open, url: str) -> None:
    page = open_page(url, width=360, height=740)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(page.get_by_text("45 days ago").first).to_be_visible()
    expect(page.get_by_text("90 days ago").first).to_be_hidden()


def test_the_incident_is_seen_first(open_page: Open, url: str) -> None:
    page = open_page(url)
    expect(page.locator(".banner h2")).to_have_text("avatar-api: database and workers are down")
    expect(page.locator(".banner h2")).to_be_in_viewport()
    expect(page.locator(".incidents li").first).to_contain_text("ongoing for 7 min")
    expect(page.locator(".card").first.locator(".parts li.down")).to_have_count(2)


def test_a_screen_reader_hears_what_the_drawings_are(open_page: Open, url: str) -> None:
    page = open_page(url)
    for name in ("avatar-api, 90 days", "database, 90 days: down"):
        expect(page.get_by_role("img", name=name).first).to_be_visible()
