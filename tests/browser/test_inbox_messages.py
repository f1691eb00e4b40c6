"""A Slack message as people see it on the inbox's page."""

import zlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from slack_sdk import WebClient

from browser.senders import (
    BUTTONS,
    GREEN,
    RECOVERED,
    RED,
    alert,
    post_alert,
)

pytestmark = pytest.mark.browser

type Open = Callable[..., Page]


def test_an_alert_looks_as_in_slack(slack: WebClient, critical: str, open_page: Open) -> None:
    post_alert(slack)
    page = open_page(critical)
    message = page.locator(".entry-slack")
    expect(message.locator(".author")).to_have_text("Avatar Watch")
    header = message.locator(".b-header")
    expect(header).to_have_text("Critical · Upload failures 18.2 %")
    expect(header.locator("img.emoji")).to_have_attribute("alt", "🔴")
    assert header.locator("img.emoji").evaluate("image => image.naturalWidth") > 0
    assert float(header.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 18
    assert int(header.evaluate("e => getComputedStyle(e).fontWeight")) >= 700
    expect(message.locator(".b-context")).to_contain_text("account 1234-5678-9012")
    expect(message.locator("code")).to_have_text("▁▂▃▅▇█")
    expect(message.locator(".bar rect")).to_have_attribute("fill", RED)
    bar, body = message.locator(".bar").bounding_box(), message.locator(".a-body").bounding_box()
    assert bar is not None
    assert body is not None
    assert (bar["width"], bar["height"]) == (4, body["height"])
    links = message.locator(".b-actions a")
    expect(links).to_have_text(list(BUTTONS))
    expect(links.first).to_have_attribute("href", "https://example.com/0?a=1&b=2")


def test_an_edit_turns_the_message_green(slack: WebClient, critical: str, open_page: Open) -> None:
    where = post_alert(slack)
    page = open_page(critical)
    bar = page.locator(".contents .bar rect")
    expect(bar).to_have_attribute("fill", RED)
    slack.chat_update(**where, attachments=alert(RECOVERED, GREEN))
    expect(bar).to_have_attribute("fill", GREEN)
    expect(page.locator(".contents .b-header")).to_have_text(
        "Recovered after 23 min · Upload failures 0.4 %"
    )
    before = page.locator(".was .b-header")
    expect(before).to_be_hidden()
    page.get_by_text("(edited)").click()
    expect(before).to_be_visible()
    expect(before).to_have_text("Critical · Upload failures 18.2 %")


def test_a_thread_opens_and_stays_open(slack: WebClient, critical: str, open_page: Open) -> None:
    where = post_alert(slack)
    reply = {"channel": where["channel"], "thread_ts": where["ts"]}
    slack.chat_postMessage(**reply, text="*still* rising")
    slack.chat_postMessage(**reply, text="recovering", reply_broadcast=True)
    page = open_page(critical)
    first = page.locator(".replies").get_by_text("still rising")
    expect(first).to_be_hidden()
    expect(page.locator(".entry-broadcast")).to_contain_text("replied to a thread")
    page.locator(".thread > summary").focus()
    page.keyboard.press("Enter")
    expect(first).to_be_visible()
    expect(page.locator(".replies")).to_contain_text("Also sent to the channel")
    slack.chat_postMessage(**reply, text="gone")
    expect(page.get_by_text("3 replies")).to_be_visible()
    expect(page.locator(".replies").get_by_text("gone")).to_be_visible()


def test_mrkdwn_fields_and_images(slack: WebClient, critical: str, open_page: Open) -> None:
    picture = slack.files_upload_v2(content=_png(), filename="graph.png")["file"]
    fields = [{"type": "mrkdwn", "text": f"*Field {n}*\nvalue"} for n in range(2)]
    text = "*b* _i_ ~s~ <https://example.com/|a link>\n> quoted\n```code```"
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": text}},
        {"type": "section", "fields": fields},
        {"type": "image", "slack_file": {"id": picture["id"]}, "alt_text": "The graph"},
        {"type": "divider"},
    ]
    slack.chat_postMessage(channel="#critical", text="hidden by the blocks", blocks=blocks)
    page = open_page(critical)
    message = page.locator(".contents")
    for selector, shown in (
        ("b >> nth=0", "b"),
        ("i", "i"),
        ("s", "s"),
        (".b-text a", "a link"),
        ("blockquote", "quoted"),
        ("pre", "code"),
    ):
        expect(message.locator(selector)).to_have_text(shown)
    tops = [
        box["y"]
        for n in range(2)
        if (box := message.locator(".b-fields > div").nth(n).bounding_box())
    ]
    assert len(tops) == 2
    assert tops[0] == tops[1]
    image = message.get_by_alt_text("The graph")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.naturalWidth") == 2
    expect(message).not_to_contain_text("hidden by the blocks")


def _png() -> bytes:
    """Return a picture of 2 by 2 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data).to_bytes(4)
        return len(data).to_bytes(4) + kind + data + crc

    size = (2).to_bytes(4)
    head = chunk(b"IHDR", size + size + bytes((8, 2, 0, 0, 0)))
    pixels = chunk(b"IDAT", zlib.compress((b"\0" + b"\xd7\x2b\x3f" * 2) * 2))
    return b"\x89PNG\r\n\x1a\n" + head + pixels + chunk(b"IEND", b"")
