"""What a request counts as, and who was refused: each bound, and what is beside it."""

from __future__ import annotations

import io
from collections import Counter

import pytest

from access_logs import counting
from access_logs.counting import SAMPLES, Counted, FileCounter
from access_logs.entry import LineError, Origin
from access_logs.formats.cloudfront import STANDARD_FIELDS, TabularFormat
from access_logs.reading import Block, LogFileError
from access_logs.tally import MINUTES_OF_A_DAY, MOST_REFUSED, Minute, Tally, network_of
from avatarwatch.access_days import ANONYMOUS, OTHERS, UNKNOWN, Requester

from .lines import TEN, answered, cdn


def counted(**fields: object) -> Minute:
    tally = Tally()
    tally.count(answered(**fields), Origin.CDN)
    return tally.at(Origin.CDN, TEN)


@pytest.mark.parametrize(
    ("status", "client", "server"),
    [(399, 0, 0), (400, 1, 0), (499, 1, 0), (500, 0, 1), (599, 0, 1), (0, 0, 0)],
)
def test_an_error_is_the_client_s_below_500_and_the_server_s_from_there(
    status: int, client: int, server: int
) -> None:
    one = counted(status=status, hit=None)
    assert (one.client_errors, one.server_errors) == (client, server)
    line = "\t".join(cdn(sc_status=f"{status:03}")[name] for name in STANDARD_FIELDS)
    from access_logs import quick  # noqa: PLC0415 - NumPy, as the function loads it

    tally = Tally()
    form = TabularFormat(STANDARD_FIELDS)
    assert quick.tabular(Block.of(line.encode()), form, tally) == 1
    quickly = tally.at(Origin.CDN, TEN)
    assert (quickly.client_errors, quickly.server_errors) == (client, server)


def test_an_answer_without_a_body_is_the_smallest_and_the_largest() -> None:
    one = counted(size=0)
    assert (one.size, one.smallest, one.largest) == (0, 0, 0)


def test_what_a_cache_could_not_answer_is_no_lookup() -> None:
    for hit, expected in ((True, (1, 1, 9, 9)), (False, (1, 0, 9, 0)), (None, (0, 0, 0, 0))):
        one = counted(hit=hit, size=9)
        assert (one.lookups, one.hits, one.lookup_size, one.hit_size) == expected


def test_only_who_was_refused_is_kept_and_of_the_day() -> None:
    tally = Tally()
    last = (TEN // MINUTES_OF_A_DAY + 1) * MINUTES_OF_A_DAY - 1
    for minute, status in ((TEN, 403), (last, 401), (last + 1, 403), (TEN, 404), (TEN, 200)):
        tally.count(answered(minute=minute, status=status, hit=None), Origin.CDN)
    day = TEN // MINUTES_OF_A_DAY
    who = Requester("cdn", ANONYMOUS, "192.0.2.0/24")
    assert tally.refused == {day: Counter({who: 2}), day + 1: Counter({who: 1})}
    assert tally.requests_by_day() == {day: {"cdn": 4}, day + 1: {"cdn": 1}}


def test_of_very_many_who_were_refused_the_most_stay_and_none_is_lost() -> None:
    tally = Tally()
    for number in range(2 * MOST_REFUSED):
        tally.refuse(Origin.BUCKET, TEN, "192.0.2.1", f"user/{number}", number + 1)
    day = TEN // MINUTES_OF_A_DAY
    assert len(tally.refused[day]) == 2 * MOST_REFUSED
    before = tally.refused[day].total()
    tally.refuse(Origin.BUCKET, TEN, "192.0.2.1", "one more", 10_000)
    kept = tally.refused[day]
    assert len(kept) <= MOST_REFUSED + 1
    assert kept.total() == before + 10_000
    assert kept.most_common(1)[0][1] >= 10_000
    assert any(who.name == OTHERS for who in kept)


def test_names_and_addresses_are_kept_as_far_as_they_can_be_true() -> None:
    tally = Tally()
    tally.refuse(Origin.BUCKET, TEN, "192.0.2.77", "-", 1)
    tally.refuse(Origin.BUCKET, TEN, "192.0.2.77" + " " * 99, "x" * 300, 1)
    [anonymous, long] = tally.refused[TEN // MINUTES_OF_A_DAY]
    assert (anonymous.name, anonymous.network) == (ANONYMOUS, "192.0.2.0/24")
    assert (long.name, long.network) == ("x" * 200, UNKNOWN)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("-", UNKNOWN),
        ("192.0.2", UNKNOWN),
    ],
)
def test_a_network_names_no_person(address: str, network: str) -> None:
    assert network_of(address) == network


def test_what_lies_between_two_minutes_holds_both() -> None:
    tally = Tally()
    for minute in range(TEN - 2, TEN + 3):
        tally.count(answered(minute=minute, status=403, hit=None), Origin.CDN)
    inside, outside = tally.within(TEN - 1, TEN + 1)
    assert sorted(minute for _, minute in inside.minutes) == [TEN - 1, TEN, TEN + 1]
    assert outside == 2
    midnight = (TEN // MINUTES_OF_A_DAY) * MINUTES_OF_A_DAY
    over = Tally()
    for minute in (midnight - 1, midnight, midnight + MINUTES_OF_A_DAY):
        over.count(answered(minute=minute, status=403, hit=None), Origin.CDN)
    day = midnight // MINUTES_OF_A_DAY
    assert over.within(midnight, midnight + 9)[0].refused.keys() == {day}
    assert over.within(midnight - 1, midnight + MINUTES_OF_A_DAY)[0].refused.keys() == {
        day - 1, day, day + 1,
    }  # fmt: skip


def test_what_the_stream_tells_is_left_out_of_a_file_s() -> None:
    tally = Tally()
    for origin in Origin:
        tally.count(answered(status=403, hit=None), origin)
    left = tally.without(Origin.CDN)
    assert {origin for origin, _ in left.minutes} == set(Origin) - {Origin.CDN}
    [who] = left.refused.values()
    assert {each.origin for each in who} == {each.value for each in Origin} - {"cdn"}


def lines(good: int, bad: int) -> Counted:
    row = "\t".join(cdn()[name] for name in STANDARD_FIELDS)
    header = f"#Fields: {' '.join(STANDARD_FIELDS)}"
    text = "\n".join([header, *[row] * good, *["no log"] * bad])
    return FileCounter().count(io.BytesIO(text.encode()))


def test_a_file_of_which_half_is_readable_counts() -> None:
    found = lines(3, 3)
    assert (found.tally.requests, found.lines, found.unread) == (3, 6, 3)
    with pytest.raises(LogFileError, match="4 of its 7 lines cannot be read"):
        lines(3, 4)


@pytest.mark.parametrize("small", [0, 1 << 40])
def test_lines_without_any_separator_hide_none_that_follow(
    small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "SMALL", small)
    row = "\t".join(cdn()[name] for name in STANDARD_FIELDS)
    text = f"#Fields: {' '.join(STANDARD_FIELDS)}\nno-log\n#Version: 1.0\n{row}\n{row}\n"
    found = FileCounter().count(io.BytesIO(text.encode()))
    assert (found.tally.requests, found.lines, found.unread) == (2, 3, 1)


def test_a_file_that_is_no_log_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "ENOUGH", 5)
    monkeypatch.setattr(counting, "blocks", lambda _: map(Block.of, (b"no log\n" * 4,) * 4))
    monkeypatch.setattr(
        FileCounter, "recognise", lambda _, lines: (TabularFormat(STANDARD_FIELDS), lines)
    )
    with pytest.raises(LogFileError, match="8 of its 8 lines cannot be read"):
        FileCounter().count(io.BytesIO())


def test_lines_that_cannot_be_read_are_shown_within_their_bounds() -> None:
    found = Counted()
    for number, line in enumerate(("a" * (SAMPLES - 1), "b", "", "c" * SAMPLES)):
        found.unreadable(line, LineError(f"reason {number}"))
    assert (found.unread, found.samples) == (4, ["a" * (SAMPLES - 1), ""])
    assert found.reason == f"reason 0: {'a' * 200!r}"
