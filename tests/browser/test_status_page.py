"""The status page as a browser draws it: light, dark, phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
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
    """Return the address of a page that was written just now."""
    file = tmp_path / "index.html"
    file.write_text(page_html(replace(made_up(is_unknown=True), at=datetime.now(UTC))))
    return file.as_uri()


@pytest.fixture
def old_url(tmp_path: Path) -> str:
    """Return the address of a page that nobody has written anew for two hours and a half."""
    file = tmp_path / "old.html"
    at = datetime.now(UTC) - timedelta(hours=2, minutes=30)
    file.write_text(page_html(replace(made_up(is_sick=False), at=at)))
    return file.as_uri()


@pytest.mark.real_clock
def test_a_page_without_news_turns_grey_and_says_since_when(open_page: Open, old_url: str) -> None:
    page = open_page(old_url)
    expect(page.locator(".banner h2")).to_have_text(re.compile(r"No news since .* \(2 h ago\)"))
    expect(page.locator("body")).to_have_class("stale")
    assert page.title().startswith("? ")
    ratio, element = page.evaluate(CONTRAST)
    assert ratio >= 4.5, element


def test_a_page_with_news_is_as_it_was_written(open_page: Open, url: str) -> None:
    page = open_page(url)
    expect(page.locator(".banner h2")).to_have_text("avatar-api: database and workers are down")
    assert "stale" not in (page.locator("body").get_attribute("class") or "")


def test_a_days_figure_is_read_by_keyboard(open_page: Open, url: str) -> None:
    page = open_page(url)
    days = page.get_by_role("slider", name="avatar-api, 90 days")
    days.focus()
    for _ in range(11):
        page.keyboard.press("ArrowLeft")
    text = "98.4 % up, 23 of 1,440 polls failed"
    expect(days).to_have_attribute("aria-valuetext", re.compile(text))
    expect(page.locator(".days output").first).to_contain_text(text)
    page.keyboard.press("Home")
    expect(days).to_have_attribute("aria-valuenow", "1")


def test_a_days_figure_is_read_by_touch(open_page: Open, url: str) -> None:
    page = open_page(url, width=360, height=740)
    days = page.locator(".card svg.bars").first
    box = days.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 2, box["y"] + 5)
    expect(page.locator(".days output").first).to_contain_text("23 Nov 2026")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_phone_has_the_figure_of_what_it_shows(open_page: Open, url: str) -> None:
    page = open_page(url, width=360, height=740)
    expect(page.get_by_text("up in 45 days").first).to_be_visible()
    expect(page.get_by_text("up in 90 days").first).to_be_hidden()


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
        expect(page.get_by_role("slider", name=name).first).to_be_visible()
    expect(
        page.get_by_role("img", name="avatar-api: response time of the last hour")
    ).to_be_visible()
