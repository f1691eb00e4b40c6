"""The status page: complete, escaped, and small for many services."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from fakes.health_page import NOW, page
from health_polling.history import History, Incident
from health_polling.page.drawings import curve
from health_polling.page.feed import badge, feed, history_json
from health_polling.page.files import page_files
from health_polling.page.html import page_html
from health_polling.page.view import MOST_CARDS, PageView, page_json, view
from health_polling.track import Status, Track
from health_polling.watch import Day, Service

VOID = {"meta", "link", "br"}


class Balanced(HTMLParser):
    """Raise when a tag is not closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("is_sick", [True, False])
def test_the_page_is_whole_and_needs_nothing_from_elsewhere(*, is_sick: bool) -> None:
    html = page_html(page(is_sick=is_sick, is_unknown=True))
    parser = Balanced()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    [script] = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html
    assert 'http-equiv="refresh"' not in html
    beside = {file.name for file in page_files(page(), [], None)}
    for address in re.findall(r'(?:src|href)="([^"]*)"', html):
        assert address in beside or address.startswith("data:")


def test_the_page_says_what_is_down_since_when_and_why() -> None:
    html = page_html(page())
    assert "avatar-api: database and workers are down" in html
    assert "Down</b> <span>since 10:05" in html
    assert "database and workers of avatar-api <b>ongoing for 7 min" in html
    assert "legacy" in html


def test_the_json_says_the_same() -> None:
    shown = json.loads(page_json(page()))
    assert shown["status"] == "down"
    assert shown["services"][0]["name"] == "avatar-api"
    assert len(shown["services"][0]["drawn"]["days"]) == 90
    assert shown["incidents"][0]["components"] == ["database", "workers"]
    assert shown["incidents"][0]["until"] is None


def test_what_services_say_is_escaped() -> None:
    evil = '<script>alert("x")</script>'
    track = Track(Status.DOWN, NOW)
    service = Service(f"https://e/{evil}", track, {evil: track}, evil, minutes=(1, 2))
    history = History(incidents=(Incident(evil, evil, NOW, None, evil),))
    shown = view(evil, {evil: service}, [history], [], NOW)
    html = page_html(shown)
    assert html.count("<script>") == 1
    assert "alert(" not in html.replace("alert(&quot;", "")
    for document in (feed(shown, "https://status.example.com/"), badge(shown)):
        assert "<script" not in document
        assert ET.fromstring(document) is not None  # noqa: S314 - our own


def young(*, polls: int, failed: int, days: int = 1) -> PageView:
    """Return a page that knows so many days, the last of which has these polls so far."""
    past = {(NOW - timedelta(days=ago)).date(): Day(1440, 0, 0, 1440, 1.0, {})
            for ago in range(1, days)}  # fmt: skip
    today = Day(polls, failed, 0, polls - failed, 1.0, {})
    now = datetime.combine(NOW.date(), time(), UTC) + timedelta(minutes=polls - 1)
    service = Service("https://e", Track(Status.UP, NOW), {}, day=NOW.date(), today=today)
    return view("s", {"api": service}, [History({"api": past})], [], now)


def test_a_young_page_says_of_how_many_polls_since_when() -> None:
    html = page_html(young(polls=15, failed=6))
    assert "60 % of 15 polls since 23 Nov" in html
    assert "60 % up in" not in html


def test_ninety_days_are_said_as_such_and_a_phone_has_the_figure_of_what_it_shows() -> None:
    shown = young(polls=1440, failed=144, days=90)
    html = page_html(shown)
    assert '<span class="wide">99.88 % up in 90 days</span>' in html
    assert '<span class="narrow">99.77 % up in 45 days</span>' in html


def test_two_bad_minutes_of_a_first_day_leave_most_of_a_months_budget_and_say_of_what() -> None:
    shown = young(polls=1440, failed=2)
    assert shown.budget is not None
    assert shown.budget.left == pytest.approx(95.37, abs=0.005)
    text = re.sub(r"<[^>]*>", "", page_html(shown))
    assert (
        "Error budget of 30 days at 99.9 % (43 min an endpoint): 95.4 % left;"
        " of 30 days, 1 day known: 99.86 % of 1,440 polls succeeded."
    ) in text
    budget = json.loads(page_json(shown))["budget"]
    assert budget["basis"] == "of 30 days, 1 day known: 99.86 % of 1,440 polls succeeded"
    assert budget["availability"] == pytest.approx(100 - 100 * 2 / 1440)


def test_availability_and_its_budget_are_of_the_same_polls() -> None:
    shown = young(polls=720, failed=30, days=40)
    assert shown.budget is not None
    polls, failed = 29 * 1440 + 720, 30
    assert (shown.budget.polls, shown.budget.failed) == (polls, failed)
    assert shown.budget.availability == pytest.approx((1 - failed / polls) * 100)
    assert shown.budget.left == pytest.approx((1 - failed / (0.001 * 43_200)) * 100)


def test_the_feed_has_an_item_for_each_beginning_and_end() -> None:
    channel = ET.fromstring(feed(page(), "https://status.example.com/"))[0]  # noqa: S314
    items = channel.findall("item")
    titles = [item.findtext("title") for item in items]
    assert titles[0] == "database and workers of avatar-api are down"
    assert "redis of avatar-api was down for 23 min" in titles
    guids = [item.findtext("guid") for item in items]
    assert len(set(guids)) == len(guids)
    assert all(item.findtext("link") == "https://status.example.com/" for item in items)


def test_the_history_is_all_that_is_kept() -> None:
    history = History({"api": {date(2026, 11, 22): Day(1440, 3, 0, 1437, 9.0, {"db": 3})}})
    kept = json.loads(history_json("s", [history]))
    assert kept["days"]["api"]["2026-11-22"]["parts"] == {"db": 3}
    assert kept["system"] == "s"


@pytest.mark.parametrize(("is_sick", "word"), [(True, "down"), (False, "up")])
def test_the_badge_says_how_it_is(*, is_sick: bool, word: str) -> None:
    assert f"<title>avatar-system: {word}</title>" in badge(page(is_sick=is_sick))


def test_days_differ_by_more_than_their_colour() -> None:
    states = {"up": Day(100), "degraded": Day(100, warned=50), "partly": Day(100, failed=1),
              "down": Day(100, failed=100)}  # fmt: skip
    shapes = set()
    for day in states.values():
        service = Service("https://e", day=NOW.date(), today=day)
        html = page_html(view("s", {"api": service}, [], [], NOW))
        shapes.add(re.sub(r"M\d+", "M", re.findall(r'<path class="\w+" d="([^"]*)"', html)[0]))
    assert len(shapes) == len(states)


@pytest.mark.parametrize(
    ("polls", "failed", "state"),
    [(15, 1, "partly"), (15, 15, "down"), (1440, 72, "partly"), (1440, 73, "down")],
)
def test_a_day_is_drawn_as_the_legend_says(polls: int, failed: int, state: str) -> None:
    """One poll of a quarter of an hour is a minute, and not longer than 72 of them."""
    [service] = young(polls=polls, failed=failed).services
    assert service.drawn is not None
    assert service.drawn.days[-1].state == state


def test_components_that_were_down_together_are_one_incident_and_others_are_not() -> None:
    later = NOW + timedelta(minutes=9)
    incidents = (
        Incident("api", "database", NOW, later, "gone"),
        Incident("api", "redis", NOW, None, "gone"),
        Incident("web", "database", NOW, later, "gone"),
    )
    shown = view("s", {}, [History(incidents=incidents)], [], later).incidents
    assert [(i.service, i.components, i.until) for i in shown] == [
        ("api", ("database", "redis"), None),
        ("web", ("database",), later),
    ]


def test_a_thousand_services_are_no_megabytes() -> None:
    day = Day(1440, 0, 0, 1440, 1.0, {})
    up = Service("https://e", Track(Status.UP), {}, day=NOW.date(), today=day, minutes=(5,) * 60)
    shown = view("s", {f"s{n:04}": up for n in range(1000)}, [], [], NOW)
    html = page_html(shown)
    assert len(html) < 700_000
    assert "960 more, all up" in html
    assert "s0999" in html


@pytest.mark.parametrize("status", Status)
def test_two_thousand_services_with_a_past_are_drawn_in_part(status: Status) -> None:
    """All of their days in one document were 174 MB, and a gigabyte of memory to write."""
    track = Track(status, NOW)
    past = {NOW.date() - timedelta(days=n): Day(1440, 9, 0, 1440, 1.0, {}) for n in range(1, 90)}
    one = Service("https://e", track, dict.fromkeys(("db", "redis"), track), minutes=(5,) * 60)
    names = [f"s{n:04}" for n in range(2000)]
    history = History(dict.fromkeys(names, past))
    shown = view("s", dict.fromkeys(names, one), [history], [], NOW)
    assert sum(service.drawn is not None for service in shown.services) == MOST_CARDS
    html, document = page_html(shown), page_json(shown)
    assert len(html) < 2_000_000
    assert len(document) < 5_000_000
    assert all(name in html for name in names)
    left = "1,960 more, " + ("all up" if status is Status.UP else "1,960 of them not up")
    assert left in html


def test_nothing_yet_is_said_as_such() -> None:
    assert "Nothing is watched yet" in page_html(view("s", {}, [], [], NOW))
    html = page_html(view("s", {"api": Service("https://e")}, [], [], NOW))
    assert "Waiting for the first results" in html
    assert "no data yet" in html


def test_a_poll_between_two_outages_is_still_drawn() -> None:
    drawn = curve([5, 5, None, 7, None, 5, 5], "latency")
    assert drawn.count('class="line"') == 3


def test_a_page_that_is_degraded_says_so() -> None:
    calm = page(is_sick=False)
    service = replace(calm.services[0], status=Status.DEGRADED, since=NOW, reason="slow")
    html = page_html(replace(calm, services=(service,)))
    assert "Degraded</b> <span>since 10:12" in html
