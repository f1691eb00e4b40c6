"""Draw the pictures of the documentation anew: `make pictures`.

Plays the demo's story and photographs the inbox, then a day and the dashboards, in a Chromium of
this machine.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from rich.console import Console

from local.browser import BrowserMissingError, launched
from local.dashboards.week import draw
from local.demo import answers, kpis, rehearsal, reports
from local.demo.runner import play
from local.demo.steps import Log
from local.paths import ROOT
from local.scene import Scene
from reporting.spans import Kind

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_COLORS = 256  # of a PNG's palette
# A page of documentation is some 840 pixels wide: what is much wider cannot be read in it.
WIDTH, SCALE = 920, 1.5
IMAGES = ROOT / "docs" / "images"
# what README and the page on notifications show: the inbox's view, and where a picture begins
VIEWS = {
    "inbox": ("channel/%23critical", None),
    "storm": ("channel/%23warning", ".entry:has(select.menu)"),
}


def main() -> int:
    """Draw all; 1 with one line where there is no browser or the story fails."""
    console, scene = Console(), Scene()
    try:
        with launched() as browser:
            if not all(step.passed for step in play(console, scene, Log())):
                return 1
            IMAGES.mkdir(parents=True, exist_ok=True)
            for name, (view, begins) in VIEWS.items():
                target = IMAGES / f"{name}.png"
                _photograph(browser, f"{scene.inbox_url}/{view}", target, begins=begins)
            answers.each_state(scene)
            target = IMAGES / "answers.png"
            _photograph(browser, scene.inbox_url, target, begins=".entry", shut_and_high=True)
            _photograph(browser, kpis.PAGE.as_uri(), IMAGES / "kpis.png")
            _photograph(browser, rehearsal.PAGE.as_uri(), IMAGES / "rehearsal.png")
            _photograph_reports(browser, IMAGES)
            scene.close()  # the dashboards have a scene of their own
            _photograph_dashboards(browser, IMAGES)
    except BrowserMissingError as error:
        console.print(f"pictures: {error}")
        return 1
    finally:
        scene.close()
    return 0


def _photograph(
    browser: Browser, url: str, target: Path, *, begins: str | None = None,
    shut_and_high: bool = False,
) -> None:  # fmt: skip
    """Photograph a page at its beginning, or from the last message that ``begins`` selects.

    Threads are opened; or left shut, for more messages on a higher picture.
    """
    page = _page(browser, 1640 if shut_and_high else 1000)
    page.goto(url, wait_until="load")
    for thread in page.locator("details.thread > summary").all() if not shut_and_high else ():
        thread.click()
    page.wait_for_timeout(500)  # pictures in messages
    if begins:
        page.locator(begins).last.evaluate("message => message.scrollIntoView()")
    else:
        page.mouse.wheel(0, -100_000)
    page.wait_for_timeout(200)
    page.screenshot(path=target)
    page.close()
    _make_small(target)


def _page(browser: Browser, height: int) -> Page:
    return browser.new_page(
        viewport={"width": WIDTH, "height": height}, device_scale_factor=SCALE
    )  # fmt: skip


def _photograph_reports(browser: Browser, folder: Path) -> None:
    """Write report-<kind>.png of the demo's three."""
    for kind in Kind:
        for page in reports.FOLDER.glob(f"{kind}/*/index.html"):
            _photograph(browser, page.as_uri(), folder / f"report-{kind}.png")


def _photograph_dashboards(browser: Browser, folder: Path) -> None:
    """Write dashboard-cloudwatch.png and dashboard-grafana.png into a folder."""
    for page in draw("overview"):  # as a deployment has it by default
        target = folder / f"dashboard-{page.path.stem}.png"
        tab = _page(browser, 1000)
        tab.goto(page.path.as_uri())
        tab.screenshot(path=target, full_page=True)
        tab.close()
        _make_small(target)


def _make_small(target: Path) -> None:
    with Image.open(target) as drawn:
        small = _few_colors(drawn.convert("RGB"))
    small.save(target, optimize=True)


def _few_colors(image: Image.Image) -> Image.Image:
    """Reduce a picture to its most frequent colours: a third of the size, each line as it was."""
    found: list[Any] = sorted(image.getcolors(image.width * image.height) or (), reverse=True)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, color in found[:_COLORS] for part in color])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


if __name__ == "__main__":
    sys.exit(main())
