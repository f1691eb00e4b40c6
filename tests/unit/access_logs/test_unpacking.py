"""Files by gzip: ISA-L and the standard library come to the same lines, or to none."""

from __future__ import annotations

import gzip
import io
import re
import sys
import zlib
from collections.abc import Iterator
from importlib import import_module
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access_logs import reading
from access_logs.counting import _sections
from access_logs.reading import BLOCK, LogFileError, blocks

# Text that packs well and text that does not, of some thousands of characters or none.
LINES = st.lists(
    st.one_of(st.binary(max_size=40), st.integers(0, 3_000).map(lambda number: b"ab\t" * number)),
    max_size=20,
).map(b"\n".join)
HEAD = 10  # bytes of a member's header: of a damaged one only the length of time to notice differs


@pytest.fixture(params=["isal", "zlib"])
def unpacker(request: pytest.FixtureRequest) -> Iterator[str]:
    """Read with ISA-L, and where its layer is not there."""
    reading._unpacker.cache_clear()
    hidden = {"isal.isal_zlib": None} if request.param == "zlib" else {}
    with patch.dict(sys.modules, hidden):
        yield request.param
    reading._unpacker.cache_clear()


def read(stored: bytes) -> bytes | None:
    """Return what a file holds, None where it is refused."""
    try:
        return b"".join(block.lines for block in blocks(io.BytesIO(stored)))
    except LogFileError:
        return None


def test_the_one_that_is_meant_is_used(unpacker: str) -> None:
    assert reading._unpacker().__name__ == {"isal": "isal.isal_zlib", "zlib": "zlib"}[unpacker]


def both(stored: bytes) -> tuple[bytes | None, bytes | None]:
    found = []
    for module in (import_module("isal.isal_zlib"), zlib):
        with patch.object(reading, "_unpacker", lambda module=module: module):
            found.append(read(stored))
    return found[0], found[1]


@given(st.lists(LINES, min_size=1, max_size=4), st.integers(1, 9))
def test_members_come_out_as_they_went_in(members: list[bytes], level: int) -> None:
    stored = b"".join(gzip.compress(each, level) for each in members)
    whole = b"".join(members)
    expected = whole if whole.endswith(b"\n") or not whole else whole + b"\n"
    assert both(stored) == (expected, expected)


@given(LINES, st.data())
def test_what_was_cut_short_is_refused_by_both(lines: bytes, data: st.DataObject) -> None:
    stored = gzip.compress(lines)
    cut = data.draw(st.integers(HEAD, len(stored) - 1))
    assert both(stored[:cut]) == (None, None)


@given(LINES, st.data())
def test_what_was_damaged_is_refused_or_was_not_needed(lines: bytes, data: st.DataObject) -> None:
    """Neither makes other lines of it: bits behind the last code mean nothing."""
    stored = bytearray(gzip.compress(lines))
    place = data.draw(st.integers(HEAD, len(stored) - 1))
    stored[place] ^= 1 << data.draw(st.integers(0, 7))
    expected = lines if lines.endswith(b"\n") or not lines else lines + b"\n"
    assert {*both(bytes(stored))} <= {None, expected}


@pytest.mark.usefixtures("unpacker")
def test_a_small_file_of_much_text_is_read_in_blocks() -> None:
    line = b"x" * 99 + b"\n"
    found = [len(block) for block in blocks(io.BytesIO(gzip.compress(line * 200_000)))]
    assert sum(found) == 20_000_000
    assert max(found) <= 2 * BLOCK


@pytest.mark.usefixtures("unpacker")
def test_a_broken_file_says_so() -> None:
    with pytest.raises(LogFileError, match="compression is broken"):
        list(blocks(io.BytesIO(b"\x1f\x8b" + b"\0" * 40)))


PARTS = st.lists(
    st.sampled_from([b"#", b"#Fields: a", b"a#b", b"a", b"", b"\r", b"##"]), max_size=12
)


@given(PARTS, st.booleans())
def test_sections_are_what_the_expression_says(parts: list[bytes], ends: bool) -> None:  # noqa: FBT001
    block = b"\n".join(parts) + (b"\n" if ends else b"")
    at, header, expected = 0, "", list[tuple[str, bytes]]()
    for comment in re.finditer(rb"^#[^\n]*(?:\n|\Z)", block, re.MULTILINE):
        if at < comment.start():
            expected.append((header, block[at : comment.start()]))
            header = ""
        if header:
            expected.append((header, b""))
        at, header = comment.end(), comment.group().decode()
    assert list(_sections(block)) == [*expected, (header, block[at:])]
