"""What the address of answers says back: a status, and nothing that could be told apart."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, cast

import pytest

from avatarwatch import clients
from avatarwatch.clients import Patience
from avatarwatch.observability import logger
from chat_actions import handler, wiring
from chat_actions.taking import STATUS, Outcome
from local.paths import ROOT


def test_the_documentation_has_a_row_for_each_outcome() -> None:
    text = (ROOT / "docs/chat.md").read_text()
    rows = re.findall(r"^\|.*\| (\d{3})\b.*\| (\w+) \|$", text, re.MULTILINE)
    assert {(each.value, STATUS[each]) for each in Outcome} == {
        (name, int(status)) for status, name in rows
    }


@pytest.mark.parametrize("outcome", Outcome)
def test_who_asks_hears_a_status_and_no_word(
    outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def take(event: Any) -> Outcome:
        asked.append(event)
        return outcome

    monkeypatch.setattr(handler, "taking", lambda: SimpleNamespace(take=take))
    monkeypatch.setitem(clients._time, "seconds", clients.SHORTEST)
    context = cast(
        "Any",
        SimpleNamespace(aws_request_id="5c1b6b66", get_remaining_time_in_millis=lambda: 10_000),
    )
    assert handler.handler({"body": "x"}, context) == {
        "statusCode": STATUS[outcome].value,
        "body": "",
    }
    assert asked == [{"body": "x"}]
    assert logger().get_correlation_id() == "5c1b6b66"


def test_what_a_request_needs_is_named_by_the_environment_and_hurries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CHAT_SECRETS_PARAMETER", "STATE_TABLE_NAME", "ALERTS_QUEUE_URL"):
        monkeypatch.setenv(name, f"of {name}")
    monkeypatch.setattr(wiring, "client", lambda service, patience: (service, patience))
    wiring._secrets.cache_clear()
    taking = wiring.taking()
    source, store = cast("Any", taking.secrets), cast("Any", taking.store)
    assert (source.client, source.parameter) == (
        ("ssm", Patience.HASTY), "of CHAT_SECRETS_PARAMETER",
    )  # fmt: skip
    assert (store._client, store._table) == (("dynamodb", Patience.HASTY), "of STATE_TABLE_NAME")
    connected = cast("Any", taking.connect())
    assert (connected, taking.queue_url) == (("sqs", Patience.HASTY), "of ALERTS_QUEUE_URL")
    assert wiring.taking().secrets is source, "they are kept from one request to the next"
    wiring._secrets.cache_clear()
