"""Slack's limits, each on both of its sides."""

from typing import Any

import pytest

from aws_contract.slack_rules import Checker, check_attachments

URL = "https://example.com/"


def errors(*blocks: Any) -> list[str]:
    checker = Checker(lambda file: file == {"id": "F1"})
    checker.blocks(list(blocks))
    return checker.errors


def plain(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text)}


def button(text: str = "Go", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), **more}


def menu(*options: Any, **more: Any) -> dict[str, Any]:
    shown = {"placeholder": plain("Which"), "options": list(options)}
    return {"type": "static_select", **shown, **more}


def option(text: str = "one", value: str = "1") -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def image(**more: Any) -> dict[str, Any]:
    return {"type": "image", "alt_text": "graph", **more}


FIT = [
    section("x" * 3000),
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    {"type": "section", "text": plain("x", emoji=True), "accessory": button(url=URL)},
    {"type": "section", "text": mrkdwn("x"), "accessory": image(image_url=URL)},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [mrkdwn("x")] * 9 + [image(image_url=URL)]},
    actions(*(button(action_id=f"a{n}") for n in range(25))),
    actions(button("x" * 75, url=URL + "x" * 2980, value="x" * 2000, action_id="x" * 255)),
    actions(button(), button()),
    actions(menu(*[option("x" * 75, f"{n:0150}") for n in range(100)], action_id="a")),
    {"type": "divider", "block_id": "x" * 255},
    image(alt_text="x" * 2000, image_url=URL),
    image(slack_file={"id": "F1"}, title=plain("x" * 2000)),
]

FAIL = [
    (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    (
        {"type": "section", "fields": [mrkdwn("x")] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        {"type": "section", "fields": [mrkdwn("x" * 2001)]},
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    (
        {"type": "section", "text": "words"},
        "must provide an object [json-pointer:/blocks/0/text]",
    ),
    (
        {"type": "header", "text": plain("x" * 151)},
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        {"type": "header", "text": mrkdwn("x")},
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
    (
        {"type": "context", "elements": [mrkdwn("x")] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        {"type": "context", "elements": []},
        "must have at least 1 item [json-pointer:/blocks/0/elements]",
    ),
    (
        {"type": "context", "elements": [button()]},
        "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        actions(*(button() for _ in range(26))),
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        actions(button(action_id="a"), button(action_id="a")),
        "action_id a already exists [json-pointer:/blocks/0/elements/1/action_id]",
    ),
    (
        actions(button(action_id="x" * 256)),
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    (
        actions(button("x" * 76)),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        actions(button(url=URL + "x" * 2981)),
        "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]",
    ),
    (
        actions(button(url="javascript:alert(1)")),
        "invalid url [json-pointer:/blocks/0/elements/0/url]",
    ),
    (
        actions(button(style="big")),
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        actions(menu()),
        "must have at least 1 item [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        actions(menu(*[option(value=f"{n}") for n in range(101)])),
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        actions(menu(option("x" * 76))),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
    ),
    (
        actions(menu(option(value="x" * 151))),
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    (
        actions(menu(option(), option())),
        "value 1 already exists [json-pointer:/blocks/0/elements/0/options/1/value]",
    ),
    (
        actions(menu({"text": plain("x")})),
        "missing required field: value [json-pointer:/blocks/0/elements/0/options/0]",
    ),
    (
        actions(button(disabled=True)),
        "invalid additional property: disabled [json-pointer:/blocks/0/elements/0]",
    ),
    (
        image(alt_text="x" * 2001, image_url=URL),
        "must be less than 2001 characters [json-pointer:/blocks/0/alt_text]",
    ),
    (
        {"type": "image", "image_url": URL},
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    (image(), "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]"),
    (
        image(slack_file={"id": "F2"}),
        "invalid slack file [json-pointer:/blocks/0/slack_file]",
    ),
    ({"type": "poll"}, "unsupported type: poll [json-pointer:/blocks/0/type]"),
    ({"text": "x"}, "missing required field: type [json-pointer:/blocks/0]"),
    ("words", "must provide an object [json-pointer:/blocks/0]"),
    (
        {"type": "divider", "block_id": "x" * 256},
        "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
    ),
]


@pytest.mark.parametrize("block", FIT)
def test_what_fits_is_taken(block: Any) -> None:
    assert errors(block) == []


@pytest.mark.parametrize(("block", "error"), FAIL)
def test_what_does_not_fit_is_refused_in_slacks_words(block: Any, error: str) -> None:
    assert error in errors(block)


def test_the_number_of_blocks() -> None:
    assert errors(*[section("x")] * 50) == []
    assert errors(*[section("x")] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]


def test_a_bad_text_fails_in_two_lines_as_at_slack() -> None:
    assert errors(section("x" * 3001)) == [
        "failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ]


def test_block_ids_are_unique() -> None:
    assert errors({"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}) == [
        "block_id a already exists [json-pointer:/blocks/1/block_id]"
    ]


def test_blocks_of_attachments_have_the_same_limits() -> None:
    checker = Checker(lambda _: False)
    check_attachments(checker, [{"color": "#fff", "blocks": [section("x" * 3001)]}, {"colour": 1}])
    assert checker.errors == [
        "failed to match all allowed schemas [json-pointer:/attachments/0/blocks/0/text]",
        "must be less than 3001 characters [json-pointer:/attachments/0/blocks/0/text/text]",
        "invalid_keys",
    ]
