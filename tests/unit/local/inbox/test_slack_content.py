"""Messages that Slack refuses as a whole, and files that it shows."""

from typing import Any

import pytest

from local.inbox.slack_content import SlackError, find_image, image_type, read_content
from local.inbox.store import Store, StoredFile, utc_now

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


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
