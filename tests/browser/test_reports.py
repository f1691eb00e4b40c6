"""The reports as a browser draws them: light, dark, on a phone and on paper; as axe-core judges."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from browser.axe import findings
from fakes import reporting_scenes as scenes
from fakes.reporting import ReportWorld
from reporting.spans import Kind

pytestmark = pytest.mark.browser

type Open = Callable[..., Page]
PAPER = 703  # CSS pixels of A4's 210 mm without the margins of 12 mm
SCENES: dict[str, Callable[[], ReportWorld]] = {
    "rich": partial(scenes.rich, scenes.YEAR),
    "empty": scenes.empty,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where all reports of both worlds lie, as in the bucket."""
    root = tmp_path_factory.mktemp("reports")
    for name, scene in SCENES.items():
        world = scene()
        for kind in Kind:
            world.run({"report": kind, "date": "2026-11-29"}, scenes.later(24 * 8))
        for key, file in world.kept.items():
            target = root / name / key
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(file.text, newline="")
    return root


def page_of(folder: Path, scene: str, kind: str) -> str:
    if kind == "index":
        return (folder / scene / "index.html").as_uri()
    [found] = (folder / scene / kind).glob("*/index.html")
    return found.as_uri()


@pytest.mark.parametrize("kind", [*Kind, "index"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360])
def test_axe_finds_nothing(
    open_page: Open, folder: Path, kind: str, scheme: Literal["light", "dark"], width: int
) -> None:
    page = open_page(page_of(folder, "rich", kind), width=width, height=800, scheme=scheme)
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("kind", Kind)
def test_axe_finds_nothing_on_a_first_day(open_page: Open, folder: Path, kind: str) -> None:
    assert findings(open_page(page_of(folder, "empty", kind))) == []


@pytest.mark.parametrize("kind", Kind)
def test_on_paper_nothing_is_cut_off(open_page: Open, folder: Path, kind: str) -> None:
    page = open_page(page_of(folder, "rich", kind), width=PAPER, height=1000, scheme="dark")
    page.emulate_media(media="print")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PAPER
    wide = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1"
        " && getComputedStyle(e).overflowX !== 'visible').map(e => e.className)"
    )
    assert wide == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_what_needs_a_person_is_seen_first(open_page: Open, folder: Path) -> None:
    page = open_page(page_of(folder, "rich", "monthly"))
    first = page.locator(".lines > li").first
    expect(first).to_contain_text("needs a person")
    expect(first.get_by_role("link").first).to_be_visible()
    expect(page.locator("h1")).to_have_text("November 2026")


def test_a_screen_reader_hears_what_a_chart_shows(open_page: Open, folder: Path) -> None:
    page = open_page(page_of(folder, "rich", "weekly"))
    charts = page.get_by_role("img")
    expect(charts.first).to_be_visible()
    for chart in charts.all():
        said = chart.get_attribute("aria-label") or ""
        assert "lowest" in said
        assert "last" in said


def test_the_index_leads_to_each_and_back(open_page: Open, folder: Path) -> None:
    page = open_page(page_of(folder, "rich", "index"))
    page.get_by_role("link", name="November 2026", exact=True).click()
    expect(page.locator("h1")).to_have_text("November 2026")
    page.get_by_role("link", name="all reports").first.click()
    expect(page.locator("h1")).to_have_text("Reports of avatar-system")
