"""What the demo finds in the inbox."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from local.demo import evidence
from local.inbox.models import Author, Content, SlackMessage, Snapshot

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)


def kept(text: str, *rows: str) -> Snapshot:
    """Return an inbox with one message in #warning, its rows in a section."""
    attachments: tuple[dict[str, Any], ...] = ()
    if rows:
        block = {"type": "section", "text": {"type": "mrkdwn", "text": "\n".join(rows)}}
        attachments = ({"blocks": [block, {"type": "divider"}]},)
    message = SlackMessage(
        channel="#warning", channel_id="C1", ts="1.0", author=Author(id="B1", name="Avatar Watch"),
        content=Content(text=text, attachments=attachments), received_at=AT,
    )  # fmt: skip
    return Snapshot(slack={"#warning": (message,)})


ALONE = kept("🟠 *Warning · Cache hit rate 82 %*, under 90 %")
GROUP = kept(
    "🟠 *3 alerts* · 1 ongoing, 2 recovered",
    "🟠 Storage 52 GB, over 50 GB · 10:02 UTC",
    "✅ Cache hit rate 96 %, recovered after 22 s · 10:03 UTC",
)


@pytest.mark.parametrize(
    ("inbox", "text", "is_over", "found"),
    [
        (ALONE, "Cache hit rate", False, "🟠 Warning · Cache hit rate 82 %, under 90 %"),
        (ALONE, "Cache hit rate", True, None),
        (ALONE, "Error rate", False, None),
        (GROUP, "Storage", False, "🟠 Storage 52 GB, over 50 GB · 10:02 UTC"),
        (GROUP, "Storage", True, None),
        (GROUP, "Cache hit rate", True, "✅ Cache hit rate 96 %, recovered after 22 s · 10:03 UTC"),
        (GROUP, "Cache hit rate", False, None),
    ],
)
def test_an_alerts_line_is_found_alone_and_in_a_group(
    inbox: Snapshot, text: str, found: str | None, *, is_over: bool
) -> None:
    assert evidence.line_about(inbox, "#warning", text, is_over=is_over) == found
    assert evidence.line_about(inbox, "#critical", text, is_over=is_over) is None
