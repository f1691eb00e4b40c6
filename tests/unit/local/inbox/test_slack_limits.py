"""Slack's limits, each on both of its sides."""

from typing import Any

import pytest

from local.inbox.slack_content import SlackError, find_image, image_type, read_content
from local.inbox.slack_limits import Checker, check_attachments
from local.inbox.store import Store, StoredFile, utc_now

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8
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


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "no_text"),
        ({"text": "  "}, "no_text"),
        ({"text": "", "attachments": [{"color": "good"}]}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"text": "x", "blocks": "[oops"}, "invalid_blocks_format"),
        ({"text": "x", "attachments": "oops"}, "invalid_attachments"),
        ({"text": "x", "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"blocks": [section("x" * 2700)] * 5}, "msg_blocks_too_long"),
        ({"blocks": [{"type": "poll"}]}, "invalid_blocks"),
        ({"attachments": [{"blocks": [{"type": "poll"}]}]}, "invalid_attachments"),
    ],
)
def test_messages_that_slack_refuses(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(SlackError) as refused:
        read_content(arguments, Store(), longest=40_000)
    assert refused.value.code == code


def test_messages_at_their_limits() -> None:
    store = Store()
    assert read_content({"text": "x" * 40_000}, store, longest=40_000).text == "x" * 40_000
    blocks = [section("x" * 2640)] * 5
    assert len(read_content({"blocks": blocks}, store, longest=40_000).blocks) == 5
    assert read_content({"attachments": '[{"fallback": "x"}]'}, store, longest=40_000).attachments


def test_images_are_told_by_their_bytes() -> None:
    assert image_type(PNG) == "image/png"
    assert image_type(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert image_type(b"GIF89a") == "image/gif"
    assert image_type(b"<svg onload=alert(1)>") is None


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ({"id": "F1"}, True),
        ({"url": "http://127.0.0.1:1/slack/files-pri/T0INBOX-F1/graph.png"}, True),
        ({"id": "F2"}, False),
        ({"id": "F3"}, False),
        ({"url": "F1"}, False),
        ({"id": "F1", "url": "http://x/slack/files-pri/T0INBOX-F1/graph.png"}, False),
        ({}, False),
        ({"id": 7}, False),
    ],
)
def test_slack_files_are_complete_images(file: dict[str, Any], found: bool) -> None:  # noqa: FBT001 - a table's column
    store = Store()
    store.files["F1"] = StoredFile("F1", "t", "graph.png", 16, utc_now(), data=PNG, complete=True)
    store.files["F2"] = StoredFile("F2", "t", "graph.png", 16, utc_now(), data=PNG)
    store.files["F3"] = StoredFile("F3", "t", "a.txt", 1, utc_now(), data=b"x", complete=True)
    assert (find_image(file, store) == "F1") is found
