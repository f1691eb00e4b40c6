from typing import Any

import pytest

from aws_contract.slack_message import check_message


def mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def section(text: str = "182 of 1,000 uploads failed") -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text)}


def button(**changes: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Runbook"), "url": "https://example.com/r"} | changes


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def image(**changes: Any) -> dict[str, Any]:
    return {
        "type": "image",
        "image_url": "https://example.com/g.png",
        "alt_text": "graph",
    } | changes


def context(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "context", "elements": list(elements)}


GOOD = [
    pytest.param([{"type": "header", "text": plain("🔴 Critical")}], id="header"),
    pytest.param([{"type": "header", "text": plain("h" * 150)}], id="header of 150"),
    pytest.param([section("x" * 3_000)], id="section of 3000"),
    pytest.param([{"type": "section", "fields": [mrkdwn("f" * 900)] * 10}], id="10 fields"),
    pytest.param([section() | {"accessory": image()}], id="image beside"),
    pytest.param([context(mrkdwn("a"), image(), *[mrkdwn("b")] * 8)], id="context of 10"),
    pytest.param([actions(*[button(action_id=str(n)) for n in range(25)])], id="25 buttons"),
    pytest.param([{"type": "divider"}] * 50, id="50 blocks"),
    pytest.param([section("&gt; 5 % <https://example.com|graph> &amp; <!here>")], id="escaped"),
    pytest.param([section("> a quotation\n> of two lines")], id="quotation"),
]


@pytest.mark.parametrize("blocks", GOOD)
def test_good_blocks(blocks: list[dict[str, Any]]) -> None:
    assert check_message({"text": "Critical", "blocks": blocks}) == []
    assert check_message({"text": "Critical", "attachments": [{"blocks": blocks}]}) == []


BAD = [  # one of each kind: the rules have tests of their own
    pytest.param([{"type": "divider"}] * 51, "no more than 50", id="51 blocks"),
    pytest.param([{"type": "panel"}], "unsupported type", id="type"),
    pytest.param([section() | {"text": mrkdwn("x") | {"emoji": True}}], "additional", id="emoji"),
    pytest.param([], "none", id="no blocks"),
    pytest.param([section("error rate > 5 %")], "escaped", id="bare >"),
    pytest.param([section("a & b")], "escaped", id="bare &"),
    pytest.param([section("<script>")], "escaped", id="bare <"),
]


@pytest.mark.parametrize(("blocks", "fault"), BAD)
def test_bad_blocks(blocks: list[dict[str, Any]], fault: str) -> None:
    found = check_message({"text": "Critical", "blocks": blocks})
    assert any(fault in each for each in found)


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        pytest.param({"blocks": [section()]}, "text: missing", id="no text"),
        pytest.param({"text": "x" * 4_001}, "at most 4000", id="long text"),
        pytest.param({"text": "a < b"}, "escaped", id="unescaped text"),
        pytest.param({"text": "x", "attachments": []}, "1 to 20", id="no attachment"),
        pytest.param({"text": "x", "attachments": [{"color": "#f00"}]}, "color", id="color"),
        pytest.param({"text": "x", "attachments": [{}]}, "empty", id="empty attachment"),
        pytest.param(
            {"text": "x", "blocks": [section("x" * 2_900)] * 5}, "budget 12000", id="whole message"
        ),
    ],
)
def test_bad_message(payload: dict[str, Any], fault: str) -> None:
    assert any(fault in found for found in check_message(payload))
