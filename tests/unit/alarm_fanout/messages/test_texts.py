"""Times, sparklines, escapes and cuts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.channels.http import seconds
from alarm_fanout.channels.plain import ascii_line, clauses, shorten
from alarm_fanout.channels.slack.message import cut, escape
from alarm_fanout.envelopes import Envelope
from alarm_fanout.fanout import PATIENT, backoff, waits
from alarm_fanout.measure import sparkline
from alarm_fanout.times import clock, lasting

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (59.6, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (86399, "23 h 59 min"),
        (86400, "1 d"),
        (90600, "1 d 1 h"),
    ],
)
def test_lasting(seconds: float, text: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOW, "10:15 UTC"),
        (NOW - timedelta(hours=10, minutes=15), "00:00 UTC"),
        (NOW - timedelta(hours=11), "22 Nov 23:15 UTC"),
        (NOW - timedelta(days=22), "1 Nov 10:15 UTC"),
    ],
)
def test_clock(moment: datetime, text: str) -> None:
    assert clock(moment, NOW) == text


@pytest.mark.parametrize(
    ("points", "bars"),
    [
        ((), ""),
        ((None, None), ""),
        ((5.0,), "▁"),
        ((5.0, 5.0), "▁▁"),
        ((0.0, None, 7.0), "▁ █"),
        ((-7.0, 0.0), "▁█"),
    ],
)
def test_sparkline(points: tuple[float | None, ...], bars: str) -> None:
    assert sparkline(points) == bars


@given(st.lists(st.none() | st.floats(-1e300, 1e300), max_size=24).map(tuple))
def test_a_sparkline_has_a_bar_for_every_point(points: tuple[float | None, ...]) -> None:
    bars = sparkline(points)
    assert len(bars) == (len(points) if any(point is not None for point in points) else 0)


def test_exactly_three_characters_are_escaped_in_their_order() -> None:
    assert escape('<a & b> &lt; *x* `y` "z" \'') == '&lt;a &amp; b&gt; &amp;lt; *x* `y` "z" \''


@given(st.text("&<>ab€", max_size=60), st.integers(1, 80))
def test_a_cut_keeps_the_limit_and_never_half_an_escape(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert len(shown) <= limit
    assert not re.search(r"&(?!(amp|lt|gt);)", shown)
    plain = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert text.startswith(plain.removesuffix("…")) or plain == text


@given(st.text(max_size=300), st.integers(4, 100))
def test_a_line_of_ascii_is_one(text: str, limit: int) -> None:
    line = shorten(ascii_line(text), limit)
    assert line.isascii()
    assert line.isprintable() or not line
    assert len(line) <= limit


@given(st.text(st.sampled_from("abc :;,.()"), max_size=200), st.integers(8, 100))
def test_what_is_cut_keeps_its_limit_and_nearly_fills_it(text: str, limit: int) -> None:
    cut_short = clauses(text, limit)
    assert len(cut_short) <= limit
    assert text.startswith(cut_short.removesuffix("..."))
    if len(text) > limit and not cut_short.endswith("..."):
        assert 5 * len(cut_short) >= 4 * limit
        assert cut_short.count("(") == cut_short.count(")")


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (200, "The budget is used up 14.4 times as fast as allowed: 30 of 341 uploads failed"),
        (63, "The budget is used up 14.4 times as fast as allowed"),
        (51, "The budget is used up 14.4 times as fast as allowed"),
        (50, "The budget is used up 14.4 times as fast as all..."),
    ],
)
def test_a_sentence_keeps_its_first_clause_or_whole_words(limit: int, expected: str) -> None:
    text = "The budget is used up 14.4 times as fast as allowed: 30 of 341 uploads failed"
    assert clauses(text, limit) == expected


@pytest.mark.parametrize(
    ("header", "waited"),
    [("30", 30), ("7.5", 7.5), ("0", 1), ("-3", 1), ("soon", 1), ("nan", 1), ("1e9", 3600),
     ("", 1), (None, 1)],
)  # fmt: skip
def test_retry_after(header: str | None, waited: float) -> None:
    assert seconds(header) == waited


@pytest.mark.parametrize(
    ("receives", "wait", "hidden"),
    [(1, 5, 5), (2, 4, 6), (4, 40, 135), (6, 40, 300), (90, 1, 300), (1, 0.2, 1), (1, 900, 300)],
)
def test_backoff(receives: int, wait: float, hidden: int) -> None:
    assert backoff(receives, wait) == hidden


@pytest.mark.parametrize(("receives", "due", "hidden"),
    [(1, {}, 8), (3, {}, 18), (3, {"a": 8.0}, 8), (30, {"a": 7.2}, 8), (3, {"b": 1.0}, 18),
     (3, {"a": 0.1}, 1), (1, {"a": 40.0}, 8), (PATIENT, {"a": 8.0}, 300)],
)  # fmt: skip
def test_who_waits_for_a_turn_waits_no_longer_for_having_waited(
    receives: int, due: dict[str, float], hidden: int
) -> None:
    envelope = Envelope("body", "body", receives=receives)
    assert waits([(envelope, "a")], {"a": 8.0}, due) == [(envelope, hidden)]
