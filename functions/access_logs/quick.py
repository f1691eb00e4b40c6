"""Blocks of lines as columns of numbers, several times as fast as line by line.

A block's separators are found at once, which says where each field of each line begins and ends;
fields are then read column by column with NumPy. Only what every line of a format has is read this
way: where one line is any different (another length, a quote out of place, a number that is none),
nothing is taken from the block, and it is read with care. Both ways agree
(tests/unit/access_logs/test_any_lines.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from access_logs.columns import Column, Mask, Numbers, Text
from access_logs.entry import REFUSED, LineError, Origin
from access_logs.formats import values
from access_logs.formats.cloudfront import HITS, MISSES, UNCACHED_METHODS, TabularFormat
from access_logs.formats.s3 import S3Format
from access_logs.tally import EDGES, Minute, Tally, add_to

_NEWLINE, _SPACE, _QUOTE = (ord(each) for each in '\n "')
_SPAN = 10_000  # minutes of one block: a week's lines in a megabyte are no log of a busy system
_BUCKETS = len(EDGES) + 1
_BUCKET_OF = np.searchsorted(EDGES, np.arange(1 << 15), side="right")  # of the usual times
_BEFORE_URI = 9  # spaces before a request's own text in a line of S3's; its time has one in it
READ = frozenset({
    "date", "time", "timestamp", "timestamp(ms)", "sc-status", "sc-bytes", "time-to-first-byte",
    "time-taken", "x-edge-result-type", "cs-method", "c-ip",
})  # fmt: skip
"""The fields of CloudFront's lines that are looked at."""


def tabular(block: bytes, form: TabularFormat, tally: Tally) -> int | None:
    """Count a block of CloudFront's lines and say how many; None when it needs care."""
    try:
        columns = _split(block, form)
        minute = _cdn_minute(columns)
        status, _ = columns["sc-status"].whole()
        size, _ = columns["sc-bytes"].whole()
        times = [
            columns[name].thousandths() if name in columns else None
            for name in ("time-to-first-byte", "time-taken")
        ]
        lookups, hits = _hits(columns, status)
        _count(tally, Origin.CDN, minute, status, size, times, lookups, hits)
        _refused(tally, Origin.CDN, minute, status, columns.get("c-ip"), None)
    except LineError:
        return None
    return len(minute)


def server_access(block: bytes, form: S3Format, tally: Tally) -> int | None:
    """Count a block of S3's lines and say how many; None when it needs care."""
    try:
        columns = _split_quoted(block)
        stamp = columns["time"]
        day = stamp.between(1, 12).same()
        minute = values.minute_of_stamp(f"{day}:00:00:00 +0000") + (
            stamp.between(13, 21).minute_of_day()
        )
        mine = _by_word(columns["bucket"], form.watches)
        mine &= _by_word(columns["operation"], form.is_request)
        status, size = columns["status"].whole()[0], columns["size"].whole()[0]
        times = [columns[name].whole() for name in ("first_byte", "total")]
        minute, status, size = minute[mine], status[mine], size[mine]
        counted = [(time[mine], absent[mine]) for time, absent in times]
        _count(tally, Origin.BUCKET, minute, status, size, counted, None, None)
        address, requester = columns["address"].at(mine), columns["requester"].at(mine)
        _refused(tally, Origin.BUCKET, minute, status, address, requester)
    except LineError:
        return None
    return len(mine)


def _split(block: bytes, form: TabularFormat) -> dict[str, Column]:
    text, width = Text.of(block), len(form.names)
    newline = text.letters == _NEWLINE
    ends = np.flatnonzero(newline | (text.letters == ord(form.separator)))
    if not len(ends) or len(ends) % width:
        raise LineError("lines of several lengths")
    grid = ends.reshape(-1, width)
    last = grid[:, -1]
    if not np.all(newline[last]) or np.count_nonzero(newline) != len(grid):
        raise LineError("lines of several lengths")
    before = {0: np.concatenate(([text.first - 1], last[:-1]))}
    return {
        name: Column(text, before.get(place, grid[:, place - 1]) + 1, grid[:, place])
        for place, name in enumerate(form.names)
        if name in READ
    }


def _split_quoted(block: bytes) -> dict[str, Column]:
    """Split at spaces, which do not part anything only within the request's text and behind it."""
    text = Text.of(block)
    ends, quotes = text.where(_NEWLINE), text.where(_QUOTE)
    spaces = text.where(_SPACE)
    spaces = spaces[(spaces >= text.first) & (spaces <= ends[-1])]  # without the padding
    begins = np.concatenate(([text.first], ends[:-1] + 1))
    base = np.searchsorted(spaces, begins)
    opening = np.searchsorted(quotes, begins)
    # spaces and quotes beyond the last are looked up below, and are none of any line
    spaces = np.append(spaces, np.full(_BEFORE_URI + 8, ends[-1]))
    quotes = np.append(quotes, np.full(2, ends[-1]))
    first, second = quotes[opening], quotes[opening + 1]
    if np.any(spaces[base + _BEFORE_URI - 1] + 1 != first) or np.any(second >= ends):
        raise LineError("a request's text is not where it belongs")
    rest = np.searchsorted(spaces, second)
    if np.any(spaces[rest] != second + 1):
        raise LineError("a quote within a request's text")
    columns = {
        name: Column(text, spaces[base + place - 1] + 1, spaces[base + place])
        for name, place in {"bucket": 1, "address": 4, "requester": 5, "operation": 7}.items()
    }
    columns["time"] = Column(text, spaces[base + 1] + 1, spaces[base + 3])
    for name, place in {"status": 0, "size": 2, "total": 4, "first_byte": 5}.items():
        start, end = spaces[rest + place] + 1, np.minimum(spaces[rest + place + 1], ends)
        if np.any(start >= ends):
            raise LineError("a line is too short")
        columns[name] = Column(text, start, end)
    if np.any(text.letters[columns["time"].start] != ord("[")) or np.any(
        columns["status"].end - columns["status"].start != np.where(
            columns["status"].absent, 1, 3)
    ):  # fmt: skip
        raise LineError("a field is not where it belongs")
    return columns


def _cdn_minute(columns: Mapping[str, Column]) -> Numbers:
    if "date" in columns and "time" in columns:
        day = values.day_start(columns["date"].same())
        return columns["time"].minute_of_day() + day
    if "timestamp(ms)" in columns:
        moment, absent = columns["timestamp(ms)"].whole()
    else:
        moment, absent = columns["timestamp"].thousandths()
    if np.any(absent):
        raise LineError("a line without a time")
    return moment // 60_000


def _by_word(column: Column, holds: Callable[[str], bool]) -> Mask:
    """Ask of each different word once."""
    found = np.zeros(len(column.start), np.bool_)
    left = np.arange(len(column.start))
    while len(left):
        word = next(column.texts(left[:1]))
        rest = column.at(left)
        same = rest.is_any([word]) if word else rest.end == rest.start
        found[left[same]] = holds(word)
        left = left[~same]
    return found


def _hits(columns: Mapping[str, Column], status: Numbers) -> tuple[Mask | None, Mask | None]:
    """Return which requests a cache could have answered, and which it did."""
    if "x-edge-result-type" not in columns:
        return None, None
    hits = columns["x-edge-result-type"].is_any(HITS)
    lookups = (hits | columns["x-edge-result-type"].is_any(MISSES)) & (status < 400)
    if "cs-method" in columns:
        lookups &= ~columns["cs-method"].is_any(UNCACHED_METHODS)
    return lookups, hits & lookups


def _count(  # noqa: PLR0913, PLR0917 - the columns of a log
    tally: Tally,
    origin: Origin,
    minute: Numbers,
    status: Numbers,
    size: Numbers,
    times: Sequence[tuple[Numbers, Mask] | None],
    lookups: Mask | None,
    hits: Mask | None,
) -> None:
    if not len(minute):
        return
    for each in times:
        if each is not None and np.any(each[0] > values.LONGEST):
            raise LineError("no time of a request")
    first = int(minute.min())
    at = minute - first
    if at.max() > _SPAN:
        raise LineError("lines of many days")
    sums = [
        np.bincount(at), np.bincount(at, size), _least(at, size), _most(at, size),
        np.bincount(at, (status >= 400) & (status < 500)), np.bincount(at, status >= 500),
        *(np.bincount(at, each) if each is not None else np.zeros(at.max() + 1)
          for each in (lookups, hits, _of(size, lookups), _of(size, hits))),
    ]  # fmt: skip
    for place in np.nonzero(sums[0])[0].tolist():
        numbers = [int(each[place]) for each in sums]
        tally.at(origin, first + place).add(Minute.from_json([*numbers, [], []]))
    for attribute, column in zip(("first_byte", "total"), times, strict=True):
        if column is not None:
            for place, bucket, count, summed in _spread(at, *column):
                add_to(getattr(tally.at(origin, first + place), attribute), bucket, count, summed)


def _of(size: Numbers, which: Mask | None) -> Numbers | None:
    return None if which is None else np.where(which, size, 0)


def _least(at: Numbers, size: Numbers) -> Numbers:
    found = np.full(int(at.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(found, at, size)
    return found


def _most(at: Numbers, size: Numbers) -> Numbers:
    found = np.zeros(int(at.max()) + 1, np.int64)
    np.maximum.at(found, at, size)
    return found


def _spread(at: Numbers, times: Numbers, absent: Mask) -> Iterator[tuple[int, int, int, int]]:
    """Yield for each minute and bucket of times how many there are and their sum."""
    if np.any(absent):
        at, times = at[~absent], times[~absent]
    if not len(times):
        return
    bucket = _BUCKET_OF[np.minimum(times, len(_BUCKET_OF) - 1)]
    [slow] = np.nonzero(times >= len(_BUCKET_OF))
    bucket[slow] = np.searchsorted(EDGES, times[slow], side="right")
    key = at * _BUCKETS + bucket
    counts, sums = np.bincount(key), np.bincount(key, times)
    [places] = np.nonzero(counts)
    for place, count, total in zip(
        places.tolist(), counts[places].tolist(), sums[places].tolist(), strict=True
    ):
        yield place // _BUCKETS, place % _BUCKETS, count, int(total)


def _refused(  # noqa: PLR0913, PLR0917 - the columns of a log
    tally: Tally,
    origin: Origin,
    minute: Numbers,
    status: Numbers,
    address: Column | None,
    requester: Column | None,
) -> None:
    [places] = np.nonzero(np.isin(status, sorted(REFUSED)))
    if not len(places):
        return
    nobody = ["-"] * len(places)
    addresses = address.texts(places) if address else nobody
    requesters = requester.texts(places) if requester else nobody
    for at, where, who in zip(minute[places].tolist(), addresses, requesters, strict=True):
        tally.refuse(origin, at, where, who, 1)
