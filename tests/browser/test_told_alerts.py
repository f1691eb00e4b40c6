"""What alarm_fanout itself writes, as people see it on the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from fakes.alarms import alarm
from fakes.clock import MORNING
from fakes.world import World

if TYPE_CHECKING:
    from slack_sdk import WebClient

pytestmark = pytest.mark.browser

type Open = Callable[..., Page]

CASES = Path(__file__).parents[1] / "unit" / "alarm_fanout" / "cases"


def replay(world: World, slack: WebClient) -> None:
    """Post what stands in the world's Slack into the inbox, replies below what they belong to."""
    places: dict[str, str] = {}
    for posted in world.slack.messages.values():
        answer = slack.chat_postMessage(
            channel="#critical",
            thread_ts=places[posted.thread] if posted.thread else None,
            reply_broadcast=posted.broadcast,
            **posted.payload,
        )
        places[posted.ts] = str(answer["ts"])


@pytest.fixture
def world() -> World:
    return World(has=frozenset({"slack", "email"}))


def test_a_lone_alert_of_a_busy_minute_has_its_full_form(
    world: World, slack: WebClient, critical: str, open_page: Open
) -> None:
    with world.running():
        for number in range(5):
            world.tell(alarm(f"lone-{number}", "ALARM", world.clock()))
            world.clock.advance(seconds=2)
        world.drain()
    replay(world, slack)
    page = open_page(critical)
    fifth = page.locator(".entry-slack").filter(has_text="lone-4").last
    expect(fifth).to_contain_text("Critical · lone-4 18.2")
    expect(fifth.locator(".b-actions a").first).to_have_text("Alarm")


def test_a_group_names_all_in_its_message_and_thread_and_what_joins_stands_in_the_channel(
    world: World, slack: WebClient, critical: str, open_page: Open
) -> None:
    names = [f"orders-db-{number:02}-cpu" for number in range(30)]
    with world.running():
        world.tell(*(alarm(name, "ALARM", MORNING) for name in names))
        world.clock.advance(minutes=1)
        world.tell(alarm("orders-db-99-cpu", "ALARM", world.clock()))
        world.drain()
    replay(world, slack)
    page = open_page(critical)
    expect(page.locator(".contents").first).to_contain_text("31 ongoing")
    expect(page.locator(".entry-broadcast")).to_contain_text("orders-db-99-cpu")
    page.locator(".thread > summary").first.click()
    for name in names:
        expect(page.locator("main").get_by_text(name).first).to_be_visible()


def test_a_group_that_is_over_is_green_and_says_which(
    world: World, slack: WebClient, critical: str, open_page: Open
) -> None:
    with world.running():
        world.tell(*(alarm(name, "ALARM", MORNING) for name in ("api", "db", "cdn")))
        world.clock.advance(minutes=9)
        world.tell(*(alarm(name, "OK", world.clock()) for name in ("api", "db", "cdn")))
        world.drain()
    replay(world, slack)
    group = open_page(critical).locator(".entry-slack").first
    expect(group).to_contain_text("3 recovered")
    expect(group.locator(".bar rect").first).to_have_attribute("fill", "#2eb67d")
    for name in ("api", "db", "cdn"):
        expect(group).to_contain_text(f"{name} 18.2, recovered after 9 min")


def test_a_finding_of_security_hub_says_what_is_open_to_whom(
    world: World, slack: WebClient, critical: str, open_page: Open
) -> None:
    case = json.loads((CASES / "securityhub-critical.json").read_text())
    with world.running():
        world.tell(json.dumps(case.get("event") or case.get("message") or case))
    replay(world, slack)
    message = open_page(critical).locator(".entry-slack").first
    expect(message).to_contain_text("Critical · Bucket lets everybody read · avatars")
