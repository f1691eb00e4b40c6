"""What the address of answers says back: a status, and nothing that could be told apart."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from avatarwatch import clients
from chat_actions import handler
from chat_actions.taking import STATUS, Outcome


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
