"""What an event says of before is not told as how it is: Route 53 ARC's readiness and its kin."""

from __future__ import annotations

from typing import Any

import pytest

from alarm_fanout.parsers.meaning import severity, state
from avatarwatch.catalogue import Severity

READY, NOT_READY = {"readiness-status": "READY"}, {"readiness-status": "NOT_READY"}


@pytest.mark.parametrize("turned", [False, True], ids=["before first", "now first"])
@pytest.mark.parametrize("before", ["previous-state", "priorState", "old", "formerStatus"])
@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [(READY, NOT_READY, Severity.WARNING), (NOT_READY, READY, Severity.INFO)],
)
def test_the_state_is_the_one_of_now(
    was: dict[str, str], now: dict[str, str], expected: Severity, before: str, *, turned: bool
) -> None:
    parts = [(before, was), ("new-state", now)]
    event: dict[str, Any] = {"cell-name": "eu", **dict(parts[::-1] if turned else parts)}
    assert state(event) == now["readiness-status"]
    assert severity(event) is expected
