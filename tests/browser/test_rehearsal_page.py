"""The rehearsal's page in a browser: as axe-core judges it, and what is seen first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from avatarwatch.mutes import Mute
from local.rehearsal.page import html
from local.rehearsal.rehearse import Team
from unit.local.rehearsal.accounts import PARTS, START, Account, rehearsed, shop, within

pytestmark = pytest.mark.browser

type Open = Callable[..., Page]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write a page with something of everything, and another setting beside it."""
    flaps = shop("Flaps", EvaluationPeriods=1, DatapointsToAlarm=1)
    account = Account([*PARTS, flaps, shop("Silent")], {
        "ServiceDown": within(1_440, 1_470, 9.0, None), "Slow": within(600, 630, 9.0),
        "Flaps": lambda minute: 9.0 if 60 <= minute < 120 and minute % 4 < 2 else 0.0,
    })  # fmt: skip
    mute = Mute("shop-Errors", "--mute", START, START + timedelta(hours=6))
    found = rehearsed(account, Team(mutes=(mute,)))
    quiet = [replace(line, rang=()) for line in found.lines]
    other = replace(found, lines=tuple(quiet), told=(), parameters={"ReportTimeZone": "UTC"})
    page = tmp_path_factory.mktemp("rehearsal") / "index.html"
    page.write_text(html(found, other), encoding="utf-8")
    return page.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360])
def test_axe_finds_nothing(
    open_page: Open, address: str, scheme: Literal["light", "dark"], width: int
) -> None:
    page = open_page(address, width=width, height=800, scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(each["impact"], each["id"], each["nodes"][0]["html"][:160]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_what_wakes_people_is_said_first_and_each_alert_has_its_line(
    open_page: Open, address: str
) -> None:
    page = open_page(address)
    expect(page.locator("h1")).to_contain_text("somebody would have been woken at night")
    slow = page.get_by_role("region", name="shop-Slow")
    expect(slow.get_by_role("img", name="rang once")).to_be_visible()
    expect(slow).to_contain_text("with the other parameters never, which miss 1 Nov 10:02")
    expect(page.get_by_role("region", name="shop-Silent")).to_contain_text("never had data")
    expect(page.get_by_role("region", name="shop-ServiceDown")).to_contain_text("no data before")
    expect(page.get_by_text("shop-Errors is muted from 1 Nov 00:00")).to_be_visible()
    expect(page.get_by_text("Flapping, 5 changes").first).to_be_visible()


def test_a_screen_reader_hears_what_a_curve_shows(open_page: Open, address: str) -> None:
    page = open_page(address)
    curve = page.get_by_role("region", name="shop-Slow").locator("svg")
    said = curve.get_attribute("aria-label") or ""
    assert said.startswith("alerts a week by threshold, from ")
    assert page.locator("svg circle").count() >= 1  # the value that gives few enough
    assert page.locator("svg line").count() >= 1  # what is set
