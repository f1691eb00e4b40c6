"""The status page: complete, escaped, and small for many services."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from fakes.health_page import NOW, page
from health_polling.history import History, Incident
from health_polling.page.drawings import curve, percent
from health_polling.page.html import page_html
from health_polling.page.view import page_json, view
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
    assert "<script" not in html
    assert not re.search(r'(src|href)="(?!status\.json|data:)', html)


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
    assert len(shown["services"][0]["days"]) == 90
    assert shown["incidents"][0]["components"] == ["database", "workers"]
    assert shown["incidents"][0]["until"] is None


def test_what_services_say_is_escaped() -> None:
    evil = '<script>alert("x")</script>'
    track = Track(Status.DOWN, NOW)
    service = Service(f"https://e/{evil}", track, {evil: track}, evil, minutes=(1, 2))
    history = History(incidents=(Incident(evil, evil, NOW, None, evil),))
    html = page_html(view(evil, {evil: service}, [history], [], NOW))
    assert "<script" not in html


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


def test_nothing_yet_is_said_as_such() -> None:
    assert "Nothing is watched yet" in page_html(view("s", {}, [], [], NOW))
    html = page_html(view("s", {"api": Service("https://e")}, [], [], NOW))
    assert "Waiting for the first results" in html
    assert "no data yet" in html


@pytest.mark.parametrize(
    ("value", "text"),
    [(100.0, "100 %"), (99.99999, "99.99 %"), (99.5, "99.5 %"), (0.0, "0 %"), (97.126, "97.12 %")],
)
def test_an_uptime_is_never_rounded_up(value: float, text: str) -> None:
    assert percent(value) == text


def test_a_poll_between_two_outages_is_still_drawn() -> None:
    drawn = curve([5, 5, None, 7, None, 5, 5], "latency")
    assert drawn.count('class="line"') == 3


def test_a_page_that_is_degraded_says_so() -> None:
    calm = page(is_sick=False)
    service = replace(calm.services[0], status=Status.DEGRADED, since=NOW, reason="slow")
    html = page_html(replace(calm, services=(service,)))
    assert "Degraded</b> <span>since 10:12" in html
