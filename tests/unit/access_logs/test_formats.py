"""Every format tells the same requests, line by line and in blocks."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Mapping

import pytest

from access_logs import counting
from access_logs.counting import Counted, FileCounter
from access_logs.entry import Entry, LineError, Origin
from access_logs.formats.cloudfront import STANDARD_FIELDS, JsonFormat, TabularFormat
from access_logs.formats.s3 import S3Format
from access_logs.reading import BLOCK, LogFileError
from access_logs.tally import Tally
from avatarwatch.access_days import ANONYMOUS, UNKNOWN, Requester

from .lines import (
    CDN_LINES,
    CDN_NONSENSE,
    S3_LINES,
    S3_NONSENSE,
    TEN,
    answered,
    cdn,
    s3,
)

HEADER = "#Version: 1.0\n#Fields: " + " ".join(STANDARD_FIELDS) + "\n"
STREAM_FIELDS = tuple(
    "timestamp c-ip time-to-first-byte sc-status sc-bytes cs-method x-edge-result-type time-taken"
    " cs-headers".split()
)


def tabs(fields: Mapping[str, str], names: Iterable[str] = STANDARD_FIELDS) -> str:
    return "\t".join(fields[name] for name in names)


def expected(entries: Iterable[Entry | None], origin: Origin) -> Tally:
    whole = Tally()
    for entry in entries:
        if entry:
            whole.count(entry, origin)
    return whole


def count(text: str | bytes, **given: object) -> Counted:
    data = text.encode() if isinstance(text, str) else text
    return FileCounter(**given).count(io.BytesIO(data))  # type: ignore[arg-type]


@pytest.fixture(params=["with care", "in columns"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read small files in both ways."""
    by_arrow = request.param == "in columns"
    monkeypatch.setattr(counting, "SMALL", 0 if by_arrow else 1 << 30)
    return str(request.param)


@pytest.mark.parametrize("name", S3_LINES)
def test_a_line_of_s3_tells_its_request(name: str) -> None:
    line, entry = S3_LINES[name]
    assert S3Format().entry(line) == entry


@pytest.mark.parametrize("name", S3_NONSENSE)
def test_a_line_that_is_none_of_s3s_says_why(name: str) -> None:
    with pytest.raises(LineError):
        S3Format().entry(S3_NONSENSE[name])


@pytest.mark.parametrize("name", CDN_LINES)
def test_a_line_of_cloudfront_tells_its_request_in_each_format(name: str) -> None:
    fields, entry = CDN_LINES[name]
    assert TabularFormat(STANDARD_FIELDS).entry(tabs(fields)) == entry
    assert JsonFormat().entry(json.dumps(fields)) == entry


@pytest.mark.parametrize("name", CDN_NONSENSE)
def test_a_line_that_is_none_of_cloudfronts_says_why(name: str) -> None:
    for form, line in (
        (TabularFormat(STANDARD_FIELDS), tabs(CDN_NONSENSE[name])),
        (JsonFormat(), json.dumps(CDN_NONSENSE[name])),
    ):
        with pytest.raises(LineError):
            form.entry(line)


def test_a_real_time_record_counts_by_its_own_clock() -> None:
    line = "1795168859.937\t192.0.2.10\t0.004\t200\t2390\tGET\tHit\t0.012\thost:x%0Aua:y"
    assert TabularFormat(STREAM_FIELDS).entry(line) == answered()
    assert TEN * 60 <= 1795168859 < TEN * 60 + 60


REAL_TIME = (
    "timestamp c-ip s-ip time-to-first-byte sc-status sc-bytes cs-method cs-protocol cs-host"
    " cs-uri-stem cs-bytes x-edge-location x-edge-request-id x-host-header time-taken"
    " cs-protocol-version c-ip-version cs-user-agent cs-referer cs-cookie cs-uri-query"
    " x-edge-response-result-type x-forwarded-for ssl-protocol ssl-cipher x-edge-result-type"
    " fle-encrypted-fields fle-status sc-content-type sc-content-len sc-range-start sc-range-end"
    " c-port x-edge-detailed-result-type c-country cs-accept-encoding cs-accept"
    " cache-behavior-path-pattern cs-headers cs-header-names cs-headers-count"
    " primary-distribution-id primary-distribution-dns-name origin-fbl origin-lbl asn cmcd-buffer"
    " sr-reason x-edge-mqcs distribution-tenant-id connection-id"
).split()


def test_a_real_time_record_of_all_fields(way: str) -> None:
    fields = cdn() | {"timestamp": "1795168859.937", "cs-headers": "a:b%0Ac:d", "asn": "16509"}
    line = tabs({name: fields.get(name, "-") for name in REAL_TIME}, REAL_TIME) + "\n"
    found = FileCounter().count_lines(line.encode() * 3, TabularFormat(tuple(REAL_TIME)))
    assert found.tally == expected([answered()] * 3, Origin.CDN), way


def test_json_may_hold_numbers_and_milliseconds() -> None:
    line = json.dumps({
        "timestamp(ms)": "1795168859937", "sc-status": 200, "sc-bytes": 2390, "time-taken": 0.012,
        "time-to-first-byte": 0.004, "x-edge-result-type": "Hit", "cs-method": "GET",
        "c-ip": "192.0.2.10", "asn": "16509", "sc-content-len": None,
    })  # fmt: skip
    assert JsonFormat().entry(line) == answered()


def test_json_may_leave_out_values_that_are_looked_at() -> None:
    line = json.dumps(cdn() | {"time-to-first-byte": None, "c-ip": None, "sc-bytes": None})
    assert JsonFormat().entry(line) == answered(first_byte=None, address="-", size=0)


def test_a_file_of_s3s_lines(way: str) -> None:
    lines = [line for line, _ in S3_LINES.values()] * 3
    found = count("\n".join(lines) + "\n")
    assert found.tally == expected([e for _, e in S3_LINES.values()] * 3, Origin.BUCKET), way
    assert (found.lines, found.unread) == (len(lines), 0)
    assert found.skipped == 3 * sum(entry is None for _, entry in S3_LINES.values())


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("shape", ["W3C", "W3C with CRLF", "plain", "plain with names", "JSON"])
def test_a_file_of_cloudfronts_lines(shape: str, end: str, way: str) -> None:
    rows = [fields for fields, _ in CDN_LINES.values()]
    lines = [tabs(fields) for fields in rows]
    text = {
        "W3C": HEADER + "\n".join(lines),
        "W3C with CRLF": (HEADER + "\n".join(lines)).replace("\n", "\r\n"),
        "plain": "\n".join(lines),
        "plain with names": "\n".join(["\t".join(STANDARD_FIELDS), *lines]),
        "JSON": "\n".join(map(json.dumps, rows)),
    }[shape]
    found = count(text + end)
    assert found.tally == expected((e for _, e in CDN_LINES.values()), Origin.CDN), way
    assert (found.unread, found.skipped) == (0, 0)


@pytest.mark.usefixtures("way")
def test_headers_may_come_again_with_other_fields() -> None:
    names = ("date", "time", "sc-status", "sc-bytes")
    short = "\t".join(cdn()[name] for name in names)
    text = f"{HEADER}{tabs(cdn())}\n#Version: 1.0\n#Fields: {' '.join(names)}\n{short}\n{short}\n"
    found = count(text).tally
    bare = answered(first_byte=None, total=None, hit=None, address="-")
    assert found == expected([answered(), bare, bare], Origin.CDN)


@pytest.mark.usefixtures("way")
def test_separators_other_than_tabs_are_found() -> None:
    names = ("date", "time", "sc-status", "sc-bytes", "cs-method")
    for separator in (" ", ",", "|"):
        line = separator.join(cdn()[name] for name in names)
        found = count(f"#Fields: {separator.join(names)}\n{line}\n{line}\n")
        assert found.tally.requests == 2, separator


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_value_that_holds_the_separator_moves_no_other_field(separator: str) -> None:
    """Else the port would count as a time, 11,040 s of it."""
    plain, browser = (
        separator.join((cdn() | {"cs(User-Agent)": agent})[name] for name in STANDARD_FIELDS)
        for agent in ("curl/8", "Mozilla/5.0%20(KHTML,%20like%20Gecko;%20x64)")
    )
    found = count(f"{HEADER}{plain}\n{browser}\n{plain}\n")
    assert found.tally == expected([answered()] * 2, Origin.CDN)
    assert found.samples == [browser]
    assert f"34 fields instead of 33: a value holds {separator!r}" in found.reason
    with pytest.raises(LogFileError, match=f"a value holds {separator!r}"):
        count(f"{HEADER}{browser}\n{browser}\n")


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("agent", ["a,%20b,%20c", "a,%20b;%20c,%20d;%20e,%20f;%20g"])
def test_the_separator_is_that_which_no_value_holds(agent: str) -> None:
    names = ("timestamp(ms)", "sc-status", "sc-bytes", "cs(User-Agent)")
    line = f"1795168859937|200|5|{agent}"
    found = count(f"{line}\n{line}\n", plain_fields=names).tally
    assert found.minutes[Origin.CDN, TEN].size == 10


@pytest.mark.usefixtures("way")
def test_lines_that_cannot_be_read_are_told_and_the_others_count() -> None:
    good = [tabs(cdn())] * 9
    bad = [tabs(fields) for fields in CDN_NONSENSE.values()]
    found = count(HEADER + "\n".join([*good, *bad]) + "\n")
    assert found.tally == expected([answered()] * 9, Origin.CDN)
    assert found.unread == len(bad)
    assert "date is '20.11.2026'" in found.reason
    assert found.samples == bad


def test_a_file_that_is_mostly_unreadable_counts_nothing() -> None:
    text = HEADER + "\n".join([tabs(cdn()), "x", "y"])
    with pytest.raises(LogFileError, match="2 of its 3 lines cannot be read: 1 fields instead"):
        count(text)


def test_a_long_file_of_something_else_is_not_read_to_its_end() -> None:
    body = io.BytesIO((HEADER + "x\n" * (8 << 20)).encode())
    with pytest.raises(LogFileError, match="lines cannot be read: 1 fields instead of 33"):
        FileCounter().count(body)
    assert body.tell() < 4 << 20


@pytest.mark.parametrize(("lines", "is_read_on"), [(4_000, True), (11_000, False)])
def test_so_many_lines_tell_that_it_is_no_log(lines: int, *, is_read_on: bool) -> None:
    """They fill the first block; good lines follow, and outweigh them where it is read on."""
    width = BLOCK // lines
    wrong = ("x" * (width - 1) + "\n") * lines
    body = (HEADER + wrong).encode() + (tabs(cdn()) + "\n").encode() * (2 * lines)
    if is_read_on:
        assert count(body).unread == lines
    else:
        with pytest.raises(LogFileError, match="lines cannot be read"):
            count(body)


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ("9" * 19, "sc_bytes", "sc-bytes is '9999999999999999999', no whole number"),
        ("9" * 50, "sc_bytes", f"sc-bytes is '{'9' * 40}', no whole number"),
        ("x" * 50, "time", f"time is '{'x' * 40}', not HH:MM:SS"),
        ("24:00:00" + "x" * 50, "time", f"time is '24:00:00{'x' * 32}', no time of day"),
        ("x" * 50, "date", f"date is '{'x' * 40}', not YYYY-MM-DD"),
        ("x" * 50, "time_taken", f"time-taken is '{'x' * 40}', no time"),
        ("-1" + "0" * 50, "time_taken", f"time-taken is '-1{'0' * 38}', no time of a request"),
    ],
)
def test_a_field_that_is_none_is_shown_as_far_as_it_helps(
    text: str, field: str, reason: str
) -> None:
    with pytest.raises(LineError) as refused:
        TabularFormat(STANDARD_FIELDS).entry(tabs(cdn(**{field: text})))
    assert str(refused.value) == reason


def test_a_number_of_eighteen_digits_is_read() -> None:
    found = TabularFormat(STANDARD_FIELDS).entry(tabs(cdn(sc_bytes="9" * 18)))
    assert found is not None
    assert found.size == 10**18 - 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PAR1\x15\x04", "Parquet is not read"),
        (b"hello world\nhow are you\n", "no format that is known"),
        (gzip.compress((HEADER + tabs(cdn())).encode())[:-20], "cut short"),
        (b"\x1f\x8b" + b"\0" * 40, "compression is broken"),
        (b"x" * (3 << 20), "a line of over"),
        (b"#Fields: date time sc-bytes\n2026-11-20\t10:00:00\t1\n", "the field sc-status is miss"),
        (b"#Fields: sc-status sc-bytes\n200\t1\n", "date and time, or timestamp"),
        (b"date\ttime\tsc-status\n2026-11-20\t10:00:00\t200\n", "no format that is known"),
    ],
)
def test_a_file_that_is_none_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(LogFileError, match=reason):
        count(data)


def test_compressed_files_may_have_several_members() -> None:
    first, second = HEADER + tabs(cdn()) + "\n", HEADER + tabs(cdn(sc_status="404")) + "\n"
    packed = gzip.compress(first.encode()) + gzip.compress(second.encode())
    found = count(packed).tally
    assert found == expected([answered(), answered(status=404, hit=None)], Origin.CDN)


def test_an_empty_file_counts_nothing() -> None:
    for data in (b"", b"\n\n", gzip.compress(b""), HEADER.encode()):
        assert count(data).tally.requests == 0


@pytest.mark.usefixtures("way")
def test_only_watched_buckets_count_and_never_that_of_the_logs() -> None:
    text = "\n".join(s3(bucket=bucket) for bucket in ("avatars", "other", "logs"))
    assert count(text, watched=("avatars",)).tally.requests == 1
    assert count(text, ignored="logs").tally.requests == 2
    assert count(text, watched=("avatars", "logs"), ignored="logs").tally.requests == 1


def test_plain_lines_are_read_in_the_configured_order() -> None:
    names = ("timestamp(ms)", "sc-status", "sc-bytes", "cs-uri-query")
    found = count("1795168859937\t200\t5\t-\n", plain_fields=names).tally
    assert found.minutes[Origin.CDN, TEN].size == 5


def test_who_was_refused_is_counted_by_network() -> None:
    lines = [
        s3(status="403", numbers="AccessDenied 1 - 1 -", address=address, requester=requester)
        for address, requester in (
            ("192.0.2.3", "-"), ("::ffff:192.0.2.99", "-"), ("2001:db8:1:2::3", "-"), ("-", "-"),
            ("192.0.2.3", "arn:aws:iam::123456789012:user/api"),
        )
    ]  # fmt: skip
    [refused] = count("\n".join(lines)).tally.refused.values()
    assert refused == {
        Requester("bucket", ANONYMOUS, "192.0.2.0/24"): 2,
        Requester("bucket", ANONYMOUS, "2001:db8:1::/48"): 1,
        Requester("bucket", ANONYMOUS, UNKNOWN): 1,
        Requester("bucket", "arn:aws:iam::123456789012:user/api", "192.0.2.0/24"): 1,
    }
