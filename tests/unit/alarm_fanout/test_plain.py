"""Plain ASCII for e-mail's subjects and SMS: which signs become which, and where it is cut."""

from __future__ import annotations

import pytest

from alarm_fanout.channels.plain import ascii_line, clauses, shorten


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\N{MIDDLE DOT}b", "a-b"), ("a\N{EN DASH}b", "a-b"), ("a\N{EM DASH}b", "a-b"),
        ("a\N{HORIZONTAL ELLIPSIS}", "a..."), ("it\N{RIGHT SINGLE QUOTATION MARK}s", "it's"),
        ("\N{LEFT DOUBLE QUOTATION MARK}a\N{RIGHT DOUBLE QUOTATION MARK}", '"a"'),
        ("Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}", "Zoe"), ("\N{SNOWMAN}", "?"),
        (" a \n\t b ", "a b"), ("a\x07b", "a?b"), ("", ""),
    ],
)  # fmt: skip
def test_signs(text: str, line: str) -> None:
    assert ascii_line(text) == line


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("x" * 10, 10, "x" * 10),
        ("x" * 11, 10, "xxxxxxx..."),
        ("xxxxxx xxxx", 10, "xxxxxx..."),  # no space before the dots
        ("x" * 80 + ": " + "y" * 40, 100, "x" * 80),
        ("x" * 79 + ": " + "y" * 40, 100, "x" * 79 + ": " + "y" * 16 + "..."),
        ("x" * 100 + ". y", 100, "x" * 100),
        ("x" * 60 + "(" + "x" * 25 + ", y) " + "z" * 20, 100,
         "x" * 60 + "(" + "x" * 25 + ", y) " + "z" * 6 + "..."),
    ],
)  # fmt: skip
def test_whole_clauses_where_four_fifths_are_left(text: str, limit: int, kept: str) -> None:
    assert clauses(text, limit) == kept
    assert len(shorten(text, limit)) <= limit
