"""Whether anybody reads the e-mails, in words, and from when on that is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from alarm_fanout.mailbox import Mailbox, trouble
from avatarwatch.state_table.memory import MemoryDocumentStore

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
CLICK = "click the link in the mail from no-reply@sns.amazonaws.com"


@pytest.mark.parametrize(
    ("confirmed", "pending", "address", "said"),
    [
        (1, 0, "a@b", None), (0, 0, None, None), (1, 0, None, None),
        (0, 0, "a@b", "a@b is not subscribed any more: nobody reads the e-mails"),
        (0, 1, "a@b", f"an e-mail address has not confirmed (a@b?) and is told nothing: {CLICK}"),
        (1, 1, "a@b", f"an e-mail address has not confirmed and is told nothing: {CLICK}"),
        (0, 1, None, f"an e-mail address has not confirmed and is told nothing: {CLICK}"),
        (0, 2, None, f"2 e-mail addresses have not confirmed and are told nothing: {CLICK}"),
    ],
)  # fmt: skip
def test_who_is_told_nothing(
    confirmed: int, pending: int, address: str | None, said: str | None
) -> None:
    counts = {"SubscriptionsConfirmed": f"{confirmed}", "SubscriptionsPending": f"{pending}"}

    def get_topic_attributes(TopicArn: str) -> dict[str, Any]:  # noqa: N803 - botocore's
        assert TopicArn == "arn:topic"
        return {"Attributes": counts}

    sns = cast("Any", SimpleNamespace(get_topic_attributes=get_topic_attributes))
    box = Mailbox(MemoryDocumentStore(), "arn:topic", address, lambda: sns)
    assert box.trouble() == trouble(confirmed, pending, address) == said


def test_it_is_told_after_an_hour_without_a_break() -> None:
    store, minute = MemoryDocumentStore(), timedelta(minutes=1)

    def lasts(found: str | None, at: datetime) -> bool:
        return Mailbox(store, "arn:topic", None, lambda: cast("Any", None)).lasts(found, at)

    assert not lasts("x", NOW)
    assert not lasts("x", NOW + 59 * minute)
    assert lasts("x", NOW + 60 * minute)
    assert not lasts(None, NOW + 61 * minute)
    assert store.items == {}
    assert not lasts(None, NOW + 61 * minute)
    assert not lasts("x", NOW + 62 * minute)
    assert list(store.items) == [("mailbox", "arn:topic")]
