"""Where each bound of the reading lies, tried from both sides, and on which way a line is read."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access_logs import counting, quick
from access_logs.columns import Column, Mask
from access_logs.counting import FileCounter
from access_logs.entry import LineError, Origin
from access_logs.formats.cloudfront import STANDARD_FIELDS, TabularFormat
from access_logs.formats.s3 import S3Format
from access_logs.formats.values import milliseconds, minute_of_day
from access_logs.reading import Block, LogFileError, blocks
from access_logs.tally import EDGES, Tally, bucket_of
from avatarwatch.access_days import Requester

from .lines import S3_LINES, TEN, answered, cdn, s3

FORM = TabularFormat(STANDARD_FIELDS)


def row(**fields: str) -> str:
    return "\t".join(cdn(**fields)[name] for name in STANDARD_FIELDS)


def in_columns(*lines: str) -> tuple[int | None, Tally]:
    """Read CloudFront's lines in columns: how many, None where they are left to be read slowly."""
    tally = Tally()
    return quick.tabular(Block.of("\n".join(lines).encode()), FORM, tally), tally


def s3_in_columns(*lines: str) -> int | None:
    return quick.server_access(Block.of("\n".join(lines).encode()), S3Format(), Tally())


def test_a_request_lasts_no_longer_than_a_day() -> None:
    assert milliseconds("86400.000", "time-taken", seconds=True) == 86_400_000
    assert milliseconds("86400000", "Total Time", seconds=False) == 86_400_000
    for text, seconds in (("86400.001", True), ("86400001", False)):
        with pytest.raises(LineError, match="no time of a request"):
            milliseconds(text, "a time", seconds=seconds)
    assert in_columns(row(time_taken="86400.000"))[0] == 1
    assert in_columns(row(time_taken="86400.001"))[0] is None
    assert s3_in_columns(s3(numbers="- 1 1 86400000 -")) == 1
    assert s3_in_columns(s3(numbers="- 1 1 86400001 -")) is None


@pytest.mark.parametrize(
    "text", [".123", "0.123", "1234.567", "12345.678", "7", "-", "0.5", "-0.1"]
)
def test_a_time_is_the_same_in_columns_and_with_care(text: str) -> None:
    line = row(time_taken=text)
    read, tally = in_columns(line)
    care = FileCounter().count_lines(line.encode(), FORM)
    assert (read is None) is (text == "-0.1")
    assert tally == care.tally


def test_sizes_are_added_in_columns_as_long_as_their_sum_is_exact() -> None:
    """Columns are added as floats, which hold every whole number below 2^53 and not all above."""
    most = 2**53 // 16
    read, tally = in_columns(*[row(sc_bytes=str(most - 1))] * 16)
    assert (read, tally.at(Origin.CDN, TEN).size) == (16, 16 * (most - 1))
    assert in_columns(*[row(sc_bytes=str(most))] * 16)[0] is None
    assert in_columns(row(sc_bytes="9" * 15))[0] == 1
    assert in_columns(row(sc_bytes="1" + "0" * 15))[0] is None


def test_a_block_read_in_columns_spans_25_hours() -> None:
    first = row(date="2026-11-20", time="00:00:00")
    assert in_columns(first, row(date="2026-11-21", time="00:59:59"))[0] == 2
    assert in_columns(first, row(date="2026-11-21", time="01:00:00"))[0] is None


def test_columns_ask_of_64_different_words() -> None:
    lines = [s3(bucket=f"bucket-{number}") for number in range(65)]
    assert s3_in_columns(*lines[:64]) == 64
    assert s3_in_columns(*lines) is None


def test_the_usual_results_and_methods_are_not_asked_of_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both ways come to the same sums; most lines are to take the quicker."""
    asked: list[int] = []

    def is_any(column: Column, words: object) -> Mask:
        asked.append(len(column.start))
        return original(column, words)  # type: ignore[arg-type]

    original = Column.is_any
    monkeypatch.setattr(Column, "is_any", is_any)
    usual = [row(), row(x_edge_result_type="Miss")]
    assert in_columns(*usual)[0] == 2
    assert not any(asked)  # of no line
    assert in_columns(*usual, row(x_edge_result_type="Error"), row(cs_method="PUT"))[0] == 4
    assert {number for number in asked if number} == {1}


@pytest.mark.parametrize(("size", "columns"), [(65_535, 0), (65_536, 1)])
def test_only_files_that_are_not_small_are_read_in_columns(
    size: int, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NumPy takes longer to load than a small file to read."""
    read: list[int] = []

    def tabular(block: Block, form: TabularFormat, tally: Tally) -> int | None:
        read.append(len(block))
        return original(block, form, tally)

    original = quick.tabular
    monkeypatch.setattr(quick, "tabular", tabular)
    line = row()
    head = "\n".join([line] * 100) + "\n"
    last = row(cs_uri_stem="/u/1.webp" + "x" * (size - len(head) - len(line) - 1))
    lines = (head + last + "\n").encode()
    assert len(lines) == size
    assert FileCounter().count_lines(lines, FORM).tally.requests == 101
    assert read == [size] * columns


def test_one_of_the_first_five_lines_tells_the_format() -> None:
    good = [s3()] * 9
    found = FileCounter().count(io.BytesIO("\n".join(["x"] * 4 + good).encode()))
    assert (found.tally.requests, found.unread) == (9, 4)
    with pytest.raises(LogFileError, match=r"no format that is known: it begins 'x'$"):
        FileCounter().count(io.BytesIO("\n".join(["x"] * 5 + good).encode()))


def test_what_is_no_log_is_shown_by_its_first_200_characters() -> None:
    with pytest.raises(LogFileError) as refused:
        FileCounter().count(io.BytesIO(b"x" * 201 + b"\n"))
    assert str(refused.value) == f"no format that is known: it begins {'x' * 200!r}"


@pytest.mark.parametrize(
    ("form", "line", "reason"),
    [
        (S3Format(), s3(time="x" * 41), f"time is '{'x' * 40}', not DD/Mon/YYYY:HH:MM:SS +0000"),
        (
            S3Format(),
            s3(time="20/Nov/2026:10:00:59"),
            "time is '20/Nov/2026:10:00:59', not DD/Mon/YYYY:HH:MM:SS +0000",
        ),
        (
            TabularFormat(("timestamp", "sc-status", "sc-bytes")),
            f"{'x' * 41}\t200\t1",
            f"timestamp is '{'x' * 40}', no time since 1970",
        ),
    ],
)
def test_a_time_that_is_none_is_shown(
    form: S3Format | TabularFormat, line: str, reason: str
) -> None:
    with pytest.raises(LineError) as refused:
        form.entry(line)
    assert str(refused.value) == reason


@pytest.mark.parametrize("text", ["10:0", "10:00", "10:000:0", "1:000:00", "10-00:00", ""])
def test_a_time_of_day_has_its_colons_where_they_belong(text: str) -> None:
    with pytest.raises(LineError):
        minute_of_day(text)


NO_TEXT = b"\xff\xfe"  # no UTF-8, as a client may send anything


@pytest.mark.parametrize("small", [0, 1 << 40])
def test_bytes_that_are_no_text_disturb_nothing(
    small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "SMALL", small)
    line = row(cs_uri_stem="/%").encode().replace(b"%", NO_TEXT)
    header = b"#Remark: " + NO_TEXT + b"\n#Fields: " + " ".join(STANDARD_FIELDS).encode() + b"\n"
    for text in (line + b"\n" + line, header + line + b"\n" + line):
        found = FileCounter().count(io.BytesIO(text))
        assert (found.tally.requests, found.unread) == (2, 0)
    denied = s3(status="403", requester="%", numbers="AccessDenied 243 - 13 -")
    found = FileCounter().count(io.BytesIO(denied.encode().replace(b"%", NO_TEXT)))
    [refused] = found.tally.refused.values()
    assert refused == {Requester("bucket", "\N{REPLACEMENT CHARACTER}" * 2, "192.0.2.0/24"): 1}
    with pytest.raises(LogFileError, match="no format that is known"):
        FileCounter().count(io.BytesIO(NO_TEXT * 9 + b"\n"))
    with pytest.raises(LogFileError, match="1 of its 1 lines cannot be read"):
        FileCounter().count(io.BytesIO(header + b" " + NO_TEXT + b"\n"))


def test_times_of_up_to_twenty_milliseconds_are_told_apart_and_longer_ones_to_a_tenth() -> None:
    assert [bucket_of(time) for time in range(21)] == [0, *range(20)]
    assert all(1 < upper / lower <= 1.1 for lower, upper in pairwise(EDGES[18:]))
    assert 3_600_000 < EDGES[-1] < 4_000_000


@given(st.lists(st.integers(0, 60), min_size=2, max_size=40))
def test_a_block_is_halved_in_its_middle(lengths: list[int]) -> None:
    """So that one odd line costs some halvings, not as many as there are lines."""
    block = Block.of(b"".join(b"x" * length + b"\n" for length in lengths))
    first, second = block.halves()
    assert abs(len(first) - len(second)) <= 2 * (max(lengths) + 1)


class Pieces(io.BytesIO):
    """A body that hands out a megabyte at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 1, 1 << 20))


def test_a_line_of_a_megabyte_is_read_wherever_it_stands_and_no_much_longer_one() -> None:
    mega = 1 << 20
    for before in (0, 9, mega - 10, mega - 1, mega, 3 * mega):
        lines = b"x" * max(before - 1, 0) + b"\n" * bool(before) + b"y" * (mega - 1) + b"\n"
        assert b"".join(each.lines for each in blocks(Pieces(lines))) == lines
    with pytest.raises(LogFileError, match=f"a line of over {mega} bytes"):
        list(blocks(Pieces(b"x" * (mega - 2) + b"\n" + b"y" * (mega + 2))))


def test_a_file_is_read_two_megabytes_at_a_time() -> None:
    line = b"x" * 99 + b"\n"
    asked: list[int] = []

    class Body(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size or 0)
            return super().read(size)

    found = [len(block) for block in blocks(Body(line * 50_000))]
    assert sum(found) == 5_000_000
    assert set(asked) == {2 << 20}


def test_every_usual_line_of_s3s_is_read_in_columns() -> None:
    usual = ("get", "put", "head", "not modified", "slow down", "IPv6", "website", "listing")
    assert s3_in_columns(*(S3_LINES[name][0] for name in usual)) == len(usual)
    assert in_columns(row())[1].at(Origin.CDN, TEN).requests == 1
    assert FORM.entry(row()) == answered()
