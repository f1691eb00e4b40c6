"""What components are called: told apart, storable, and which names are such of parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_polling.reading.names import (
    MOST,
    is_fact,
    is_part,
    is_part_flag,
    marked,
    shown,
    storable,
    tokens,
)


@given(st.text(max_size=200), st.text(min_size=1, max_size=20))
def test_a_name_is_one_line_of_bounded_length_and_long_ones_stay_apart(
    name: str, more: str
) -> None:
    found = shown(name)
    assert len(found) <= MOST
    found.encode()  # it can be stored
    assert found == " ".join(found.split())
    long = "a" * MOST + "b"
    assert shown(long + more) != shown(long)


def test_a_long_name_keeps_its_beginning_and_ends_in_a_checksum() -> None:
    """CRC-32 of 61 times "x", as any other tool reckons it."""
    assert shown("x" * MOST) == "x" * MOST
    assert shown("x" * (MOST + 1)) == "x" * 51 + "…a5818973"
    assert marked("db", "anything", 20) != marked("db", "anything else", 20)
    assert marked("database", "\ud83d", 12).startswith("dat…")


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("a\x00b\nc", 9, "a b c"), ("\ud83d!", 9, "?!"),
     ("  a  ", 3, "a"), ("a" * 7, 3, "aa…")],
)  # fmt: skip
def test_a_sentence_is_cut_at_so_many_characters(text: str, most: int, kept: str) -> None:
    assert storable(text, most) == kept


@pytest.mark.parametrize(
    ("name", "words"),
    [("dbConnected", ("db", "connected")), ("log-level", ("log", "level")),
     ("S3", ("s3",)), ("a_b", ("a", "b")), ("s3Bucket", ("s3", "bucket")), ("", ())],
)  # fmt: skip
def test_the_words_of_a_name(name: str, words: tuple[str, ...]) -> None:
    assert tokens(name) == words


@pytest.mark.parametrize(
    ("name", "fact", "part", "flag"),
    [
        ("redis", False, True, True),
        ("postgresPrimary", False, True, False),
        ("xyStatus", False, True, False),
        ("xyHealth", False, True, False),
        ("xyState", False, True, False),
        ("statusOfXy", False, False, False),
        ("xy", False, False, False),
        ("db_ok", False, True, True),
        ("dbConnected", False, True, True),
        ("worker-alive", False, True, True),
        ("worker-odd", False, True, False),
        ("odd-alive", False, False, False),
        ("alive", False, False, False),
        ("logLevel", True, False, False),
        ("log", True, False, False),
        ("logServer", False, True, False),
        ("data center", True, False, False),
        ("dataCenters", False, False, False),
        ("lastBackup", True, False, False),
        ("", False, False, False),
    ],
)
def test_which_names_are_of_parts_and_which_of_facts(
    name: str, *, fact: bool, part: bool, flag: bool
) -> None:
    assert (is_fact(name), is_part(name), is_part_flag(name)) == (fact, part, flag)
