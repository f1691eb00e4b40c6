"""How patient clients are, within what their function's time allows."""

from __future__ import annotations

import gc
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch import clients, startup
from avatarwatch.clients import Limits, Patience
from avatarwatch.observability import logger


@pytest.mark.parametrize(
    ("patience", "seconds", "limits"),
    [
        # of 30 s four are kept, half of the rest is 13: three tries of 3.33 s and 3 s in between
        (Patience.RETRYING, 30, Limits(1, 10 / 3 - 1, 3)),
        (Patience.RETRYING, 900, Limits(1, 10, 3)),
        (Patience.RETRYING, 10, Limits(1, 1, 3)),
        (Patience.ONCE, 30, Limits(3, 10, 1)),
        (Patience.ONCE, 900, Limits(3, 20, 1)),
        (Patience.ONCE, 10, Limits(3, 1, 1)),
        (Patience.HASTY, 30, Limits(1, 3, 1)),
        (Patience.HASTY, 900, Limits(1, 3, 1)),
    ],
)
def test_limits(patience: Patience, seconds: float, limits: Limits) -> None:
    assert patience.limits(seconds) == limits


@given(st.floats(24, 900))
def test_one_call_leaves_half_of_the_time_to_others(seconds: float) -> None:
    for patience in (Patience.RETRYING, Patience.ONCE):
        assert patience.limits(seconds).longest <= (seconds - 4) / 2 + 1e-9


def test_all_tries_and_the_waits_between_are_counted() -> None:
    assert Limits(1, 2).longest == 3
    assert Limits(0, 0, 8).longest == 1 + 2 + 4 + 8 + 16 + 20 + 20


def test_botocore_is_told_all_of_it() -> None:
    config = cast("Any", Limits(1, 2, 3).config)
    assert (config.connect_timeout, config.read_timeout) == (1, 2)
    assert config.retries == {"mode": "standard", "total_max_attempts": 3}


def test_a_handler_names_its_request_keeps_within_its_time_and_collects_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(clients._time, "seconds", clients.SHORTEST)
    context = cast(
        "Any",
        SimpleNamespace(aws_request_id="5c1b6b66", get_remaining_time_in_millis=lambda: 44_001),
    )
    during: list[tuple[bool, str | None]] = []

    @startup.ends_with
    def handler(event: Any, _: Any) -> Any:
        during.append((gc.isenabled(), logger().get_correlation_id()))
        return event["answer"]

    gc.disable()
    try:
        assert handler({"answer": 7}, context) == 7
        assert (during, gc.isenabled()) == ([(False, "5c1b6b66")], True)
        gc.disable()
        with pytest.raises(KeyError):
            handler({}, context)
        assert gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()
    assert clients._time["seconds"] == 45
