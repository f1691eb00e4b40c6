"""Blocks of lines as columns of numbers, several times as fast as line by line.

A block's separators are found at once, which says where each field of each line begins and ends;
fields are then read column by column with NumPy. Only what every line of a format has is read this
way: where one line is any different (another length, a quote out of place, a number that is none),
nothing is taken from the block, and it is read with care. Both ways agree
(tests/unit/access_logs/test_any_lines.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access_logs.entry import REFUSED, LineError, Origin
from access_logs.formats import values
from access_logs.formats.cloudfront import HITS, MISSES, UNCACHED_METHODS, TabularFormat
from access_logs.formats.s3 import S3Format
from access_logs.tally import EDGES, Minute, Tally, add_to

type Numbers = NDArray[np.int64]
type Mask = NDArray[np.bool_]

_NEWLINE, _SPACE, _QUOTE, _DASH, _ZERO = (ord(each) for each in '\n "-0')
_DIGITS = 15  # of a number that a float holds exactly, as sums of bytes are kept in
_SPAN = 10_000  # minutes of one block: a week's lines in a megabyte are no log of a busy system
_EDGES = np.array(EDGES)
_BUCKETS = len(EDGES) + 1
_BEFORE_URI = 9  # spaces before a request's own text in a line of S3's; its time has one in it


@dataclass(frozen=True, slots=True)
class Column:
    """A field of every line: where it begins, and where it ends."""

    text: NDArray[np.uint8]
    start: Numbers
    end: Numbers

    @property
    def absent(self) -> Mask:
        """Where it is a dash, or nothing."""
        length = self.end - self.start
        absent: Mask = (length == 0) | ((length == 1) & (self.text[self.start] == _DASH))
        return absent

    def between(self, start: int, end: int) -> Column:
        """Return characters of it, both counted from its beginning."""
        if np.any(self.start + end > self.end):
            raise LineError("a field is too short")
        return Column(self.text, self.start + start, self.start + end)

    def whole(self) -> tuple[Numbers, Mask]:
        """Return whole numbers, 0 where it is absent, and where that is."""
        absent = self.absent
        length = np.where(absent, 0, self.end - self.start)
        most = int(length.max(initial=0))
        if most > _DIGITS:
            raise LineError("a number is too long")
        found = np.zeros(len(length), np.int64)
        for place in range(most):
            there = place < length
            digit = self.text[self.end - 1 - place].astype(np.int64) - _ZERO
            if np.any(there & ((digit < 0) | (digit > 9))):
                raise LineError("no number")
            found += np.where(there, digit * 10**place, 0)
        return found, absent

    def thousandths(self) -> tuple[Numbers, Mask]:
        """Return thousandths of numbers with one to three decimals, and where it is absent."""
        absent = self.absent
        point, scale = np.full(len(absent), -1), np.ones(len(absent), np.int64)
        for decimals in (3, 2, 1):
            there = (self.text[self.end - 1 - decimals] == ord(".")) & (point < 0)
            point[there] = (self.end - 1 - decimals)[there]
            scale[there] = 10 ** (3 - decimals)
        if np.any((point <= self.start) & ~absent):
            raise LineError("a time has other than one to three decimals")
        start = np.where(absent, self.end, self.start)
        point = np.where(absent, self.end, point)
        before, _ = Column(self.text, start, point).whole()
        after, _ = Column(self.text, np.where(absent, self.end, point + 1), self.end).whole()
        return before * 1000 + after * scale, absent

    def is_any(self, words: Collection[str]) -> Mask:
        """Return where it is one of some words."""
        found = np.zeros(len(self.start), np.bool_)
        length = self.end - self.start
        for word in words:
            [places] = np.nonzero(length == len(word))
            letters = self.text[self.start[places][:, None] + np.arange(len(word))]
            found[places] |= np.all(letters == np.frombuffer(word.encode(), np.uint8), axis=1)
        return found

    def words(self, places: Iterator[int] | NDArray[np.int64] | None = None) -> Iterator[str]:
        """Yield its texts at some lines, or at all."""
        for at in range(len(self.start)) if places is None else places:
            yield bytes(self.text[self.start[at] : self.end[at]]).decode("utf-8", "replace")

    def same(self) -> str:
        """Return its text when that is the same in every line."""
        first = next(self.words())
        if not first or not np.all(self.is_any([first])):
            raise LineError("lines of several days")
        return first


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
        minute = values.minute_of_stamp(f"{day}:00:00:00 +0000") + _minute_of_day(
            stamp.between(13, 21)
        )
        mine = _by_word(columns["bucket"], form.watches)
        mine &= _by_word(columns["operation"], form.is_request)
        status, size = columns["status"].whole()[0], columns["size"].whole()[0]
        times = [columns[name].whole() for name in ("first_byte", "total")]
        minute, status, size = minute[mine], status[mine], size[mine]
        counted = [(time[mine], absent[mine]) for time, absent in times]
        _count(tally, Origin.BUCKET, minute, status, size, counted, None, None)
        address, requester = (
            Column(each.text, each.start[mine], each.end[mine])
            for each in (columns["address"], columns["requester"])
        )
        _refused(tally, Origin.BUCKET, minute, status, address, requester)
    except LineError:
        return None
    return len(mine)


def _split(block: bytes, form: TabularFormat) -> dict[str, Column]:
    text = _text(block)
    newline = text == _NEWLINE
    [ends] = np.nonzero(newline | (text == ord(form.separator)))
    width = len(form.names)
    if not len(ends) or len(ends) % width:
        raise LineError("lines of several lengths")
    grid = ends.reshape(-1, width)
    if not np.all(newline[grid[:, -1]]) or np.count_nonzero(newline) != len(grid):
        raise LineError("lines of several lengths")
    starts = np.concatenate(([0], ends[:-1] + 1)).reshape(-1, width)
    return {
        name: Column(text, starts[:, place], grid[:, place])
        for place, name in enumerate(form.names)
    }


def _split_quoted(block: bytes) -> dict[str, Column]:
    """Split at spaces, which do not part anything only within the request's text and behind it."""
    text = _text(block)
    [ends] = np.nonzero(text == _NEWLINE)
    [spaces] = np.nonzero(text == _SPACE)
    [quotes] = np.nonzero(text == _QUOTE)
    begins = np.concatenate(([0], ends[:-1] + 1))
    base = np.searchsorted(spaces, begins)
    opening = np.searchsorted(quotes, begins)
    # spaces and quotes beyond the last are looked up below, and are none of any line
    spaces = np.append(spaces, np.full(_BEFORE_URI + 8, len(text)))
    quotes = np.append(quotes, np.full(2, len(text)))
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
    if np.any(text[columns["time"].start] != ord("[")) or np.any(
        columns["status"].end - columns["status"].start != np.where(
            columns["status"].absent, 1, 3)
    ):  # fmt: skip
        raise LineError("a field is not where it belongs")
    return columns


def _text(block: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(block if block.endswith(b"\n") else block + b"\n", np.uint8)


def _cdn_minute(columns: Mapping[str, Column]) -> Numbers:
    if "date" in columns and "time" in columns:
        day = values.day_start(columns["date"].same())
        return _minute_of_day(columns["time"]) + day
    if "timestamp(ms)" in columns:
        moment, absent = columns["timestamp(ms)"].whole()
    else:
        moment, absent = columns["timestamp"].thousandths()
    if np.any(absent):
        raise LineError("a line without a time")
    return moment // 60_000


def _minute_of_day(time: Column) -> Numbers:
    if np.any(time.end - time.start != len("HH:MM:SS")) or np.any(
        (time.text[time.start + 2] != ord(":")) | (time.text[time.start + 5] != ord(":"))
    ):
        raise LineError("a time is not HH:MM:SS")
    hours, no_hours = time.between(0, 2).whole()
    minutes, no_minutes = time.between(3, 5).whole()
    if np.any(hours > 23) or np.any(minutes > 59) or np.any(no_hours | no_minutes):
        raise LineError("a time is none of a day")
    return hours * 60 + minutes


def _by_word(column: Column, holds: Callable[[str], bool]) -> Mask:
    """Ask of each different word once."""
    found = np.zeros(len(column.start), np.bool_)
    left = np.arange(len(column.start))
    while len(left):
        word = next(column.words(left[:1]))
        rest = Column(column.text, column.start[left], column.end[left])
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
    told = times[~absent]
    key = at[~absent] * _BUCKETS + np.searchsorted(_EDGES, told, side="right")
    if not len(key):
        return
    counts, sums = np.bincount(key), np.bincount(key, told)
    for place in np.nonzero(counts)[0].tolist():
        yield place // _BUCKETS, place % _BUCKETS, int(counts[place]), int(sums[place])


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
    addresses = address.words(places) if address else nobody
    requesters = requester.words(places) if requester else nobody
    for at, where, who in zip(minute[places].tolist(), addresses, requesters, strict=True):
        tally.refuse(origin, at, where, who, 1)
