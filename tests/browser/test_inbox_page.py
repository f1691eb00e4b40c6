"""The inbox's page around the messages: live, readable, safe, usable by keyboard."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect
from slack_sdk import WebClient

from browser.axe import findings
from browser.senders import (
    HOSTILE,
    notify,
    page_event,
    post_alert,
)
from local.inbox.client import InboxClient

pytestmark = pytest.mark.browser

type Open = Callable[..., Page]


def test_messages_arrive_without_a_reload(slack: WebClient, critical: str, open_page: Open) -> None:
    page = open_page(critical)
    expect(page.locator(".empty")).to_contain_text("Messages posted to #critical arrive here")
    page.evaluate("window.stillTheSame = true")
    post_alert(slack)
    expect(page.locator(".entry-slack")).to_have_count(1)
    expect(page.locator(".empty")).to_have_count(0)
    slack.chat_postMessage(channel="#warning", text="elsewhere")
    expect(page.locator("#places a.unread .label")).to_have_text(["Everything", "warning"])
    expect(page.locator('#places a[aria-current="page"] .badge')).to_have_text("1")
    assert page.evaluate("window.stillTheSame")


def test_an_incident_goes_from_red_to_green(inbox: InboxClient, open_page: Open) -> None:
    page = open_page(f"{inbox.url}/pagerduty")
    page_event(inbox, "trigger", summary="Error rate 7.9 %")
    card = page.locator(".incident")
    expect(card.locator(".i-state")).to_have_text("Triggered")
    expect(page.locator("#places .badge.alert")).to_have_text("1")
    red = card.evaluate("e => getComputedStyle(e).borderLeftColor")
    page_event(inbox, "resolve")
    expect(card.locator(".i-state")).to_have_text("Resolved")
    expect(page.locator("#places .badge.alert")).to_have_count(0)
    assert card.evaluate("e => getComputedStyle(e).borderLeftColor") != red
    expect(card).to_contain_text(re.compile(r"after \d+ s"))
    expect(card.get_by_role("link", name="Runbook")).to_have_attribute(
        "href", "https://example.com/r"
    )


def test_mail_and_texts(inbox: InboxClient, open_page: Open) -> None:
    notify(inbox, "email", Subject="CRIT avatar-system", Message="first line\n  second line")
    notify(inbox, "sms", Message="x" * 161)
    page = open_page(f"{inbox.url}/email")
    expect(page.locator(".mail h2")).to_have_text("CRIT avatar-system")
    body = page.locator(".m-body")
    assert body.inner_text() == "first line\n  second line"
    assert "mono" in str(body.evaluate("e => getComputedStyle(e).fontFamily")).lower()
    page.get_by_role("link", name="SMS").click()
    expect(page.locator(".bubble")).to_have_text("x" * 161)
    expect(page.locator(".s-foot")).to_contain_text("2 parts (GSM-7)")


def test_what_was_refused_is_shown(inbox: InboxClient, open_page: Open) -> None:
    inbox.set_faults([{"channel": "webhook", "kind": "rate_limited", "times": 1}])
    httpx.post(f"{inbox.url}/slack/webhook/a", json={"text": "x"})
    httpx.post(f"{inbox.url}/slack/webhook/a", json={})
    page = open_page(inbox.url)
    page.get_by_role("link", name="Refused").click()
    expect(page.locator(".refusal b")).to_have_text(["no_text", "rate_limited"])
    expect(page.locator(".refusal.injected")).to_contain_text("injected fault")
    expect(page.locator("#counts")).to_contain_text("1 fault rule set")


def test_dark_and_light(slack: WebClient, critical: str, open_page: Open) -> None:
    post_alert(slack)
    for scheme, dark in (("light", False), ("dark", True)):
        page = open_page(critical, scheme=scheme)
        back = _brightness(page, "body", "backgroundColor")
        ink = _brightness(page, ".b-header", "color")
        assert (back < 60) is dark
        assert abs(back - ink) > 150


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_scrolling_sideways(
    slack: WebClient, inbox: InboxClient, open_page: Open, scheme: str
) -> None:
    post_alert(slack)
    slack.chat_postMessage(channel="#critical", text="`" + "x" * 300 + "` " + "y" * 300)
    page_event(inbox, "trigger", summary="z" * 300)
    notify(inbox, "email", Subject="s" * 99, Message="m" * 300)
    notify(inbox, "sms", Message="t" * 150)
    for path in ("/", "/channel/%23critical", "/pagerduty", "/email", "/sms"):
        page = open_page(inbox.url + path, width=360, height=740, scheme=scheme)
        expect(page.locator(".entry").first).to_be_visible()
        for selector in ("html", "#scroller"):
            wide = page.locator(selector).evaluate("e => e.scrollWidth - e.clientWidth")
            assert wide <= 0, f"{path} {selector}"
        expect(page.locator('#places a[aria-current="page"]')).to_be_in_viewport()


def test_hostile_words_are_shown_and_do_nothing(
    slack: WebClient, inbox: InboxClient, open_page: Open
) -> None:
    attachment = {
        "color": HOSTILE,
        "title": HOSTILE,
        "title_link": "javascript:alert(1)",
        "text": f"<javascript:alert(1)|{HOSTILE}>",
        "fields": [{"title": HOSTILE, "value": HOSTILE}],
    }
    slack.chat_postMessage(
        channel="#critical", text=HOSTILE, username=HOSTILE, attachments=[attachment]
    )
    slack.chat_postMessage(channel=f"#{HOSTILE}", text="in a hostile channel")
    page_event(inbox, "trigger", summary=HOSTILE)
    notify(inbox, "email", Subject="a" + HOSTILE[:90], Message=HOSTILE)
    notify(inbox, "sms", Message=HOSTILE)
    page = open_page(inbox.url)
    expect(page.locator(".entry")).to_have_count(5)
    expect(page.locator(".bubble")).to_have_text(HOSTILE)
    expect(page.locator(".author").first).to_have_text(HOSTILE)
    assert page.locator("main script, main [onerror], main [onload]").count() == 0
    assert page.locator('a[href^="javascript:" i]').count() == 0
    page.locator("#places a", has_text="script").click()
    expect(page.locator(".contents")).to_have_text("in a hostile channel")


def test_new_messages_below_are_told_of(slack: WebClient, critical: str, open_page: Open) -> None:
    for number in range(12):
        slack.chat_postMessage(channel="#critical", text=f"message {number}\n" * 5)
    page = open_page(critical)
    expect(page.get_by_text("message 11").first).to_be_in_viewport()
    page.locator("#scroller").evaluate("e => e.scrollTop = 0")
    slack.chat_postMessage(channel="#critical", text="the newest")
    expect(page.locator("#jump")).to_be_visible()
    page.locator("#jump").click()
    expect(page.get_by_text("the newest")).to_be_in_viewport()
    slack.chat_postMessage(channel="#critical", text="the last")
    expect(page.get_by_text("the last")).to_be_in_viewport()


def test_keyboard_and_names(slack: WebClient, inbox: InboxClient, open_page: Open) -> None:
    post_alert(slack)
    page = open_page(inbox.url)
    expect(page.locator(".entry")).to_have_count(1)  # a key before that may reach no document
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the messages")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="critical").first
    expect(link).to_be_focused()
    slack.chat_postMessage(channel="#info", text="focus stays where it was")
    expect(page.locator(".entry")).to_have_count(2)
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("critical")
    expect(page.get_by_role("log", name="critical")).to_be_visible()
    expect(page).to_have_title("#critical · Avatar Watch inbox")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 1200), ("light", 360)])
def test_axe_finds_nothing(
    slack: WebClient, inbox: InboxClient, open_page: Open, scheme: str, width: int
) -> None:
    post_alert(slack)
    page_event(inbox, "trigger", summary="Error rate 7.9 %")
    notify(inbox, "email", Subject="CRIT avatar-system", Message="first line")
    notify(inbox, "sms", Message="CRIT avatar-system: upload failures")
    for path in ("/", "/channel/%23critical", "/pagerduty", "/email", "/sms"):
        page = open_page(inbox.url + path, width=width, scheme=scheme)
        expect(page.locator(".entry").first).to_be_visible()
        assert findings(page) == [], path


def test_clear_forgets_everything(slack: WebClient, critical: str, open_page: Open) -> None:
    post_alert(slack)
    page = open_page(critical)
    page.evaluate("window.confirm = () => true")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".empty")).to_contain_text("Nothing here yet")
    expect(page.locator("#places .badge")).to_have_count(0)


def _brightness(page: Page, selector: str, name: str) -> float:
    style = f"e => getComputedStyle(e).{name}.match(/\\d+/g).slice(0, 3).map(Number)"
    red, green, blue = page.locator(selector).first.evaluate(style)
    return float(0.299 * red + 0.587 * green + 0.114 * blue)
