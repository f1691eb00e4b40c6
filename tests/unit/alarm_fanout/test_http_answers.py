"""What an HTTP service's answer means for a message, to the second and the status."""

from __future__ import annotations

import pytest

from alarm_fanout.channels.base import Deferred, Refused
from alarm_fanout.channels.http import Answer, NoAnswer, seconds, unsuccessful

LONG = "x" * 300


@pytest.mark.parametrize(
    ("answer", "receipt"),
    [
        (NoAnswer("URLError", sent=False), Deferred(30.0, "Teams did not answer: URLError")),
        (
            NoAnswer("TimeoutError", sent=True),
            Deferred(30.0, "Teams did not answer: TimeoutError", unknown=True),
        ),
        (Answer(429, "slow down", 17.0), Deferred(17.0, "rate limited", turn=True)),
        (Answer(408, ""), Deferred(30.0, "HTTP 408")),
        (Answer(500, ""), Deferred(30.0, "HTTP 500")),
        (Answer(503, LONG), Deferred(30.0, "HTTP 503")),
        (Answer(499, ""), Refused("HTTP 499")),
        (Answer(302, "moved"), Refused("HTTP 302 moved")),
        (Answer(404, LONG), Refused(f"HTTP 404 {LONG[:100]}")),
    ],
)
def test_what_may_pass_is_tried_again_and_the_rest_is_refused(
    answer: Answer | NoAnswer, receipt: Deferred | Refused
) -> None:
    assert unsuccessful(answer, "Teams") == receipt


@pytest.mark.parametrize(
    ("header", "waits"),
    [
        (None, 1), ("", 1), ("0", 1), ("0.2", 1), ("-5", 1), ("1", 1), ("2.5", 2.5), ("30", 30),
        ("3600", 3600), ("3601", 3600), ("inf", 1), ("nan", 1),
        ("Fri, 27 Nov 2026 10:00:00 GMT", 1),
    ],
)  # fmt: skip
def test_retry_after(header: str | None, waits: float) -> None:
    assert seconds(header) == waits
