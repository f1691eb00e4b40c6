"""People press the buttons of alerts: open, acknowledged, muted, in maintenance."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.axe import findings
from integration.alarm_fanout.around import PAGED
from integration.alarm_fanout.room import Room, room
from local.inbox.client import InboxClient

pytestmark = pytest.mark.browser

type Open = Callable[..., Page]


@pytest.fixture
def opened(inbox: InboxClient) -> Iterator[Room]:
    with room(inbox) as found:
        yield found


def test_open_acknowledged_muted_over(opened: Room, critical: str, open_page: Open) -> None:
    opened.rings(PAGED)
    page = open_page(critical)
    message = page.locator(".entry-slack").last
    buttons = message.locator("button[data-action]")
    expect(buttons).to_have_text(["Acknowledge", "I'm on it", "Mute 1 h", "Mute until morning"])
    message.get_by_role("button", name="Acknowledge").click()
    expect(message.get_by_alt_text("👀").first).to_be_visible()
    expect(message).to_contain_text(re.compile(r"Acknowledged by anna at \d\d:\d\d"))
    expect(buttons).to_have_text(["I'm on it", "Mute 1 h", "Mute until morning"])
    page.get_by_label("You are").fill("bo")
    message.get_by_role("button", name="I'm on it").press("Enter")
    expect(message).to_contain_text("bo is on it since")
    expect(message.get_by_alt_text("🙋").first).to_be_visible()
    message.get_by_role("button", name="Mute 1 h").click()
    expect(message).to_contain_text(re.compile(r"Muted by bo until (\w+ \d+, \d+ )?\d\d:\d\d"))
    expect(buttons).to_have_text(["I'm on it"])
    opened.rings(PAGED, state="OK")
    expect(message).to_contain_text("Recovered")
    expect(message).to_contain_text("Acknowledged by anna after")
    expect(buttons).to_have_count(0)


def test_in_maintenance_one_message_says_what_is_held_back(
    opened: Room, inbox: InboxClient, open_page: Open
) -> None:
    start = opened.aws.clock().replace(tzinfo=None, microsecond=0).isoformat()
    opened.aws.invoke({
        "action": "maintain", "name": "bulk import", "alarms": "pay-*", "minutes": 60,
        "reason": "the weekly import", "starts": start,
    })  # fmt: skip
    opened.rings("pay-a")
    opened.rings("pay-b")
    page = open_page(inbox.url)
    told = page.locator(".entry-slack")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("Maintenance bulk import holds back pay-a")
    expect(told).to_contain_text("the weekly import")
    expect(told.locator("button[data-action]")).to_have_count(0)


def test_a_row_of_a_group_is_answered_by_its_menu(
    opened: Room, inbox: InboxClient, open_page: Open
) -> None:
    opened.rings(*(f"orders-{number}" for number in range(12)))
    [group] = [m for m in inbox.slack() if "rows:acknowledge" in str(m.attachments)]
    page = open_page(f"{inbox.url}/channel/%23{group.channel.removeprefix('#')}")
    message = page.locator(f'[id="m{group.ts}"]')
    menu = message.get_by_label("Acknowledge …")
    row = menu.locator("option").nth(1).inner_text()
    menu.select_option(index=1)
    expect(message).to_contain_text("acknowledged by anna")
    assert row.split(" ")[0].startswith("orders-")
    message.get_by_role("button", name="I'm on it (all)").click()
    expect(message.locator(".a-body").first).to_contain_text("anna is on it")


def test_who_presses_is_told_when_it_does_not_work(
    opened: Room, critical: str, open_page: Open
) -> None:
    opened.down = True
    opened.rings(PAGED)
    page = open_page(critical)
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator(".whisper.failed")).to_have_text(
        re.compile("Only visible to anna This app responded with status code 503")
    )
    expect(page.get_by_role("button", name="Acknowledge")).to_be_enabled()


def test_nothing_can_be_pressed_twice_at_once(opened: Room, critical: str, open_page: Open) -> None:
    opened.rings(PAGED)
    page = open_page(critical)
    page.get_by_role("button", name="Acknowledge").dblclick()
    expect(page.locator(".entry-slack").last).to_contain_text("Acknowledged by anna")
    assert opened.answers == [200]


def test_the_buttons_are_for_everybody(opened: Room, critical: str, open_page: Open) -> None:
    opened.rings(PAGED)
    for scheme in ("light", "dark"):
        assert findings(open_page(critical, scheme=scheme)) == []
    page = open_page(critical, width=360, height=740)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
