"""Whatever the lines, both ways of reading agree, and the sums are those of the requests."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from access_logs import counting, quick
from access_logs.counting import Counted, FileCounter
from access_logs.entry import Entry, Origin
from access_logs.formats.cloudfront import STANDARD_FIELDS, TabularFormat, hit_of
from access_logs.formats.s3 import S3Format
from access_logs.ledger import MINUTES_OF_A_PART
from access_logs.reading import BLOCK, Block, LogFileError, blocks
from access_logs.tally import EDGES, WIDTH, Minute, Tally, bucket_of, in_one, in_two, together
from examples import examples

from .lines import answered, cdn, s3

words = st.text(st.characters(exclude_characters="\t\n\r#", codec="utf-8"), max_size=12)
printed = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=12)
numbers = st.one_of(st.integers(0, 10**12).map(str), st.just("-"), words)
seconds = st.one_of(
    st.decimals(0, 90_000, places=3).map(str), st.just("-"), st.floats().map(str), words
)
rows = st.fixed_dictionaries(
    {},
    optional={
        "time": st.sampled_from(["10:00:59", "10:01:00", "23:59:59", "24:00:00", "1:2:3"]),
        "sc_status": st.sampled_from(["200", "304", "400", "403", "499", "500", "000", "-", "abc"]),
        "sc_bytes": numbers,
        "time_taken": seconds,
        "time_to_first_byte": seconds,
        "x_edge_result_type": st.sampled_from(["Hit", "Miss", "RefreshHit", "Error", "-"]),
        "cs_method": st.sampled_from(["GET", "HEAD", "POST", "-"]),
        "c_ip": st.sampled_from(["192.0.2.1", "2001:db8::1", "-"]),
        "cs_uri_stem": words,
    },
).map(lambda changed: "\t".join(cdn(**changed)[name] for name in STANDARD_FIELDS))
junk = st.sampled_from(["", "a\tb", "\t" * 32, "\t" * 40])
s3_rows = st.builds(
    s3,
    operation=st.sampled_from(
        ["REST.GET.OBJECT", "S3.EXPIRE.OBJECT", "BATCH.DELETE.OBJECT", "REST.COPY.PART_GET"]
    ),
    status=st.sampled_from(["200", "403", "404", "503", "-"]),
    numbers=st.tuples(*[st.sampled_from(["-", "0", "7", "99999", "x"])] * 5).map(" ".join),
    agent=st.sampled_from(['"a b"', '"a "b" c"', '"""', "-", '"\\""']),
    uri=st.sampled_from(['"GET /x HTTP/1.1"', '"GET /"x HTTP/1.1"', "-"]),
    time=st.sampled_from(
        [
            "20/Nov/2026:10:00:59 +0000",
            "20/Nov/2026:10:01:00 +0000",
            "20/Nov/2026:10:01:00 -0930",
            "never",
        ]
    ),
    bucket=st.sampled_from(["avatars", "other"]),
)


def carefully(lines: bytes, form: S3Format | TabularFormat) -> Counted:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "SMALL", 1 << 40)
        return FileCounter().count_lines(lines, form)


@given(st.lists(st.one_of(rows, rows, rows, junk), min_size=1, max_size=20))
def test_columns_count_what_care_counts_or_leaves_it(lines: list[str]) -> None:
    form, block, tally = TabularFormat(STANDARD_FIELDS), "\n".join(lines).encode(), Tally()
    care = carefully(block, form)
    if quick.tabular(Block.of(block), form, tally) is None:
        assert tally == Tally()
    else:
        assert care.unread == 0
        assert tally == care.tally


def test_columns_read_every_time_of_a_day_and_no_other() -> None:
    """What they leave is read with care, ten times as slowly: nothing is to fall out by mistake."""
    form = TabularFormat(STANDARD_FIELDS)

    def read(*times: str) -> Tally | None:
        lines = ["\t".join(cdn(time=each)[name] for name in STANDARD_FIELDS) for each in times]
        tally = Tally()
        return tally if quick.tabular(Block.of("\n".join(lines).encode()), form, tally) else None

    day = read(*(f"{n // 60:02}:{n % 60:02}:59" for n in range(1440)))
    assert day is not None
    first = min(minute for _, minute in day.minutes)
    assert {minute - first: each.requests for (_, minute), each in day.minutes.items()} == (
        dict.fromkeys(range(1440), 1)
    )
    usual = "10:00:00"
    # what lies beside the digits in ASCII, in the place of one
    beside = (usual[:at] + one + usual[at + 1 :] for at in (0, 1, 3, 4) for one in "/:;?A")
    for wrong in ("24:00:00", "00:60:00", "99:99:00", *beside):
        assert read("10:00:00", wrong) is None


@given(st.lists(st.decimals(0, 80_000, places=3), min_size=1, max_size=5), st.integers(0, 3))
def test_columns_read_every_number_of_seconds(numbers: list[Decimal], places: int) -> None:
    """With so many decimals or none: what they left would come out the same, ten times as late."""
    form, tally = TabularFormat(STANDARD_FIELDS), Tally()
    texts = [f"{number:.{places}f}" for number in numbers]
    lines = ["\t".join(cdn(time_taken=each)[name] for name in STANDARD_FIELDS) for each in texts]
    block = "\n".join(lines).encode()
    assert quick.tabular(Block.of(block), form, tally) == len(numbers)
    assert tally == carefully(block, form).tally
    total = sum(in_two(n)[1] for minute in tally.minutes.values() for n in minute.total.values())
    assert total == sum(int(Decimal(each) * 1000) for each in texts)


@given(st.lists(s3_rows, min_size=1, max_size=20))
def test_columns_count_what_care_counts_of_s3s_lines_or_leaves_it(lines: list[str]) -> None:
    form, block, tally = S3Format(("avatars",)), "\n".join(lines).encode(), Tally()
    care = carefully(block, form)
    if quick.server_access(Block.of(block), form, tally) is None:
        assert tally == Tally()
    else:
        assert care.unread == 0
        assert tally == care.tally


unknown = st.text("abcdefghijklmnopqrstuvwxyz-()", min_size=1, max_size=12).map("x-new-{}".format)


@given(st.permutations(STANDARD_FIELDS), st.dictionaries(unknown, printed, max_size=5), st.data())
def test_fields_may_come_in_any_order_with_others_between(
    order: list[str], more: dict[str, str], data: st.DataObject
) -> None:
    names = tuple(data.draw(st.permutations([*order, *more])))
    line = "\t".join((cdn() | more)[name] for name in names).encode() + b"\n"
    assume(not line.startswith(b"#"))  # a comment
    form, tally = TabularFormat(names), Tally()
    assert carefully(line * 2, form).tally == together([one_request(), one_request()])
    assert quick.tabular(Block.of(line * 2), form, tally) == 2
    assert tally == together([one_request(), one_request()])


odd_values = st.fixed_dictionaries(
    {},
    optional={
        "sc-status": st.sampled_from(["200", "403", "000", "2000", "-", "x"]),
        "sc-bytes": st.sampled_from(["0", "-", "123456789", "12345678", "9" * 16, "0-", "+5"]),
        "time-taken": st.sampled_from(["0.5", "12", ".5", "-.5", "12345.678", "1.2345", "1e3"]),
        "time-to-first-byte": st.sampled_from(["0.001", "-", "", "5", "86400.001"]),
        "x-edge-result-type": st.sampled_from(["RefreshHit", "OriginShieldHit", "Hits", "Miss"]),
        "cs-method": st.sampled_from(["POST", "OPTIONS", "GETS", "HEAD"]),
        "date": st.sampled_from(["2026-11-20", "2026-11-21", "2026-1-2", "2026-11-31"]),
        "time": st.sampled_from(["10:01:99", "23:59:59", "9:01:02", "10-01-02", "1a:00:00"]),
        "c-ip": st.sampled_from(["2001:db8::1", "::ffff:192.0.2.9", "nobody", "192.0.2.1 "]),
        "cs-uri-stem": words.filter(lambda text: " " not in text),
    },
)
looked_at = tuple(
    "date time sc-status sc-bytes time-to-first-byte time-taken x-edge-result-type cs-method c-ip"
    " cs-uri-stem".split()
)


@given(
    st.permutations(looked_at), st.lists(odd_values, min_size=1, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["\t", " ", ",", "|", ";", "~", "::", "^|^", "\x01", "§"]),
    st.sampled_from(["", "#Version: 1.0", "x"]),
)  # fmt: skip
def test_a_file_counts_the_same_in_columns_and_with_care(
    names: list[str], changes: list[dict[str, str]], end: str, separator: str, last: str
) -> None:
    usual = cdn(sc_status="403", x_edge_result_type="Hit")
    lines = [separator.join((usual | each)[name] for name in names) for each in changes]
    text = end.join([f"#Fields: {' '.join(names)}", *lines, *lines, last])
    told: list[object] = []
    for small in (0, 1 << 40):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(counting, "SMALL", small)
            try:
                found = FileCounter().count(io.BytesIO(text.encode()))
            except LogFileError as error:
                told.append(str(error))
            else:
                told.append((found.tally, found.lines, found.unread, found.samples))
    assert told[0] == told[1]


@pytest.mark.parametrize("small", [0, 1 << 40])
@given(
    st.text("^~*!|, \x01§→", min_size=1, max_size=5),
    st.sampled_from([STANDARD_FIELDS, (*looked_at[1:], "date", "time")]),
    st.sampled_from(["names by it", "names by spaces", "no names", "names alone"]),
)
def test_any_text_may_part_the_fields(
    small: int, separator: str, names: tuple[str, ...], head: str
) -> None:
    """As CreateDelivery takes any of up to five characters."""
    line = separator.join(cdn()[name] for name in names)
    assume(line.count(separator) == len(names) - 1)
    first = {
        "names by it": f"#Fields: {separator.join(names)}\n",
        "names by spaces": f"#Fields: {' '.join(names)}\n",
        "no names": "",
        "names alone": f"{separator.join(names)}\n",
    }[head]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "SMALL", small)
        found = FileCounter(plain_fields=names).count(io.BytesIO(f"{first}{line}\n{line}".encode()))
    assert (found.tally, found.lines) == (together([one_request(), one_request()]), 2)


def one_request() -> Tally:
    tally = Tally()
    tally.count(answered(), Origin.CDN)
    return tally


@given(st.lists(st.text("abcABC019:/.-_*", min_size=1, max_size=30), max_size=6))
def test_fields_that_s3_adds_at_the_end_change_nothing(more: list[str]) -> None:
    line, form, tally = " ".join([s3(), *more]).encode() + b"\n", S3Format(), Tally()
    care = carefully(line, form)
    assert (care.unread, care.tally.requests) == (0, 1)
    assert quick.server_access(Block.of(line), form, tally) == 1
    assert tally == care.tally


@given(st.text(st.characters(exclude_characters="\n\r", codec="utf-8"), max_size=60))
def test_whatever_a_user_agent_holds_the_request_is_read(agent: str) -> None:
    line = s3(agent=f'"{agent}"')
    assert S3Format().entry(line) == S3Format().entry(s3())


entries = st.builds(
    Entry,
    minute=st.integers(0, 5),
    status=st.sampled_from([200, 206, 304, 403, 404, 500]),
    size=st.integers(0, 10**9),
    first_byte=st.none() | st.integers(0, 10**7),
    total=st.none() | st.integers(0, 10**7),
    hit=st.none() | st.booleans(),
)


@given(st.lists(entries), st.integers(1, 7))
def test_parts_and_documents_lose_nothing(requests: list[Entry], size: int) -> None:
    whole = Tally()
    for entry in requests:
        whole.count(entry, Origin.CDN)
    parts = [Tally.from_json(part.as_json()) for part in whole.parts(size)]
    assert all(len(part.minutes) <= size for part in parts)
    assert together(parts) == whole
    assert whole.requests == len(requests)
    for name in ("first_byte", "total"):
        told = [getattr(entry, name) for entry in requests if getattr(entry, name) is not None]
        spreads = [getattr(minute, name) for minute in whole.minutes.values()]
        assert sum(in_two(n)[0] for s in spreads for n in s.values()) == len(told)
        assert sum(in_two(n)[1] for s in spreads for n in s.values()) == sum(told)


def test_a_part_fits_into_an_item_of_dynamodb_whoever_was_refused() -> None:
    whole = Tally()
    for number in range(2_000):
        for minute in range(0, 3 * 1_440, 40):
            name = f"arn:aws:iam::123456789012:user/{number:0170}"
            whole.refuse(Origin.BUCKET, minute, f"192.0.{number % 256}.1", name, 1)
    for minute in range(60):
        for spread in (whole.at(Origin.CDN, minute).first_byte, whole.at(Origin.CDN, minute).total):
            spread.update({bucket: in_one(10**6, 10**11) for bucket in range(150)})
        whole.at(Origin.CDN, minute).requests = 10**6
    parts = [json.dumps(part.as_json()) for part in whole.parts(MINUTES_OF_A_PART)]
    assert max(map(len, parts)) < 390_000
    assert together(Tally.from_json(json.loads(part)) for part in parts) == whole


@given(st.integers(0, 10**8))
def test_a_bucket_is_at_most_a_tenth_wide(milliseconds: int) -> None:
    bucket = bucket_of(milliseconds)
    assert 0 <= bucket <= len(EDGES) == 149
    if 0 < bucket < len(EDGES):
        assert EDGES[bucket - 1] <= milliseconds < EDGES[bucket]
        assert EDGES[bucket] - 1 <= max(EDGES[bucket - 1], WIDTH * EDGES[bucket - 1])


def test_a_minute_adds_up_in_any_order() -> None:
    one, other = Minute(1, 5, 5, 5, 1), Minute(2, 30, 10, 20)
    first, second = Minute(), Minute()
    for minute in (one, other, Minute()):
        first.add(minute)
    for minute in (Minute(), other, one):
        second.add(minute)
    assert first == second == Minute(3, 35, 5, 20, 1)


class Trickle(io.BytesIO):
    """A body that hands out what it likes."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 1, 7_777))


@settings(max_examples=examples(20))
@given(st.integers(0, 3), st.integers(1, 200), st.booleans())
def test_blocks_are_whole_lines_of_the_file(members: int, width: int, packed: bool) -> None:  # noqa: FBT001
    lines = b"".join(b"%06d %s\n" % (i, b"x" * width) for i in range(3000))
    data = b"".join([lines] * (members + 1))
    stored = b"".join([gzip.compress(lines)] * (members + 1)) if packed else data
    found = list(blocks(Trickle(stored)))
    assert b"".join(block.lines for block in found) == data
    assert all(block.lines.endswith(b"\n") for block in found)
    assert all(len(block) <= 2 * BLOCK for block in found)


@given(st.lists(st.binary(max_size=9).map(lambda line: line.replace(b"\n", b"")), min_size=1))
def test_halves_are_whole_lines_and_lose_nothing(lines: list[bytes]) -> None:
    block = Block.of(b"".join(line + b"\n" for line in lines))
    halves = block.halves()
    assert (halves == ()) == (len(lines) == 1)
    if halves:
        assert b"".join(half.lines for half in halves) == block.lines
        assert all(0 < len(half) < len(block) for half in halves)
        assert all(half.lines.endswith(b"\n") for half in halves)


def generated(number: int, book: Tally) -> Iterator[str]:
    """Yield generated lines, each written into the book as well, by its own arithmetic."""
    rng = random.Random(7)  # noqa: S311 - any numbers will do
    for _ in range(number):
        status = rng.choices([200, 304, 404, 503], [90, 5, 4, 1])[0]
        result = rng.choice(["Hit", "Miss", "Error", "RefreshHit"])
        size, total = rng.randrange(90_000), round(rng.lognormvariate(3, 1.5))
        first, minute = rng.randrange(total + 1), rng.randrange(120)
        book.count(
            Entry(
                29_919_360 + minute,
                status,
                size,
                "-",
                first,
                total,
                hit_of(result, "GET", status),
            ),
            Origin.CDN,
        )
        fields = cdn(
            time=f"{8 + minute // 60:02}:{minute % 60:02}:07", sc_status=str(status),
            sc_bytes=str(size), x_edge_result_type=result, time_taken=f"{total / 1000:.3f}",
            time_to_first_byte=f"{first / 1000:.3f}",
        )  # fmt: skip
        yield "\t".join(fields[name] for name in STANDARD_FIELDS)


def test_a_large_file_comes_to_what_its_generator_wrote_down() -> None:
    book = Tally()
    lines = list(generated(60_000, book))
    header = "#Version: 1.0\n#Fields: " + " ".join(STANDARD_FIELDS) + "\n"
    data = (header + "\n".join(lines) + "\n").encode()
    found = FileCounter().count(io.BytesIO(gzip.compress(data, 1)))
    assert found.tally == book
    assert (found.lines, found.unread, found.skipped) == (60_000, 0, 0)
