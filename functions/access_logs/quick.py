"""Blocks of lines as columns of numbers, many times as fast as line by line.

A block's separators are found at once, which says where each field of each line begins and ends;
fields are then read column by column with NumPy. Only what every line of a format has is read this
way: where one line is any different (another length, a quote out of place, a number that is none),
nothing is taken from the block, and it is read in parts, the odd line with care. Both ways agree
(tests/unit/access_logs/test_any_lines.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from access_logs import splitting
from access_logs.columns import Column, Mask, Numbers
from access_logs.entry import REFUSED, LineError, Origin
from access_logs.formats import values
from access_logs.formats.cloudfront import HITS, MISSES, UNCACHED_METHODS, TabularFormat
from access_logs.formats.s3 import S3Format
from access_logs.reading import Block
from access_logs.sums import Requests
from access_logs.tally import Tally

READ = frozenset({
    "date", "time", "timestamp", "timestamp(ms)", "sc-status", "sc-bytes", "time-to-first-byte",
    "time-taken", "x-edge-result-type", "cs-method", "c-ip",
})  # fmt: skip
"""The fields of CloudFront's lines that are looked at."""
_REFUSED = np.array(sorted(REFUSED))


def tabular(block: Block, form: TabularFormat, tally: Tally) -> int | None:
    """Count a block of CloudFront's lines and say how many; None when it needs care."""
    try:
        columns = splitting.tabular(block, form, READ)
        minute, (status, _) = _minute(columns), columns["sc-status"].whole()
        times = [
            columns[name].thousandths() if name in columns else None
            for name in ("time-to-first-byte", "time-taken")
        ]
        size, _ = columns["sc-bytes"].whole()
        cache = _hits(columns, status)
        Requests(Origin.CDN, minute, status, size, times, *cache).add_to(tally)
    except LineError:
        return None
    _refused(tally, Origin.CDN, minute, status, columns.get("c-ip"), None)
    return len(minute)


def server_access(block: Block, form: S3Format, tally: Tally) -> int | None:
    """Count a block of S3's lines and say how many; None when it needs care."""
    try:
        columns = splitting.server_access(block)
        minute = _stamps(columns["time"])
        mine = _by_word(columns["bucket"], form.watches)
        mine &= _by_word(columns["operation"], form.is_request)
        status = _status(columns["status"])
        size, _ = columns["size"].whole()
        times = [columns[name].whole() for name in ("first_byte", "total")]
        minute, status, size = minute[mine], status[mine], size[mine]
        told = [(time[mine], absent[mine]) for time, absent in times]
        Requests(Origin.BUCKET, minute, status, size, told).add_to(tally)
    except LineError:
        return None
    address, requester = columns["address"].at(mine), columns["requester"].at(mine)
    _refused(tally, Origin.BUCKET, minute, status, address, requester)
    return len(mine)


def _minute(columns: Mapping[str, Column]) -> Numbers:
    if "date" in columns and "time" in columns:
        minute = columns["time"].minute_of_day()
        for date, lines in columns["date"].each():
            minute[lines] += values.day_start(date)
        return minute
    if "timestamp(ms)" in columns:
        moment, absent = columns["timestamp(ms)"].whole()
    else:
        moment, absent = columns["timestamp"].thousandths()
    if absent.any():
        raise LineError("a line without a time")
    return moment // 60_000


def _status(column: Column) -> Numbers:
    """Read three digits, or a dash."""
    status, absent = column.whole()
    if np.any(column.length != np.where(absent, 1, 3)):
        raise LineError("a status has not three digits")
    return status


def _stamps(stamp: Column) -> Numbers:
    """Read ``[20/Nov/2026:10:00:59 +0000]``."""
    if not stamp.ends_with(" +0000]") or np.any(stamp.length != 28):
        raise LineError("a time is not in UTC")
    minute = stamp.between(13, 21).minute_of_day()
    for day, lines in stamp.between(1, 12).each():
        minute[lines] += values.minute_of_stamp(f"{day}:00:00:00 +0000")
    return minute


def _by_word(column: Column, holds: Callable[[str], bool]) -> Mask:
    """Ask of each different word once."""
    found = np.zeros(len(column.start), np.bool_)
    for word, lines in column.each():
        found[lines] = holds(word)
    return found


def _hits(columns: Mapping[str, Column], status: Numbers) -> tuple[Mask | None, Mask | None]:
    """Return which requests a cache could have answered, and which it did."""
    if "x-edge-result-type" not in columns:
        return None, None
    result = columns["x-edge-result-type"]
    hits = result.is_mostly("Hit")
    others = np.flatnonzero(~hits)
    misses = result.at(others).is_mostly("Miss")
    if not misses.all():
        rare = others[~misses]
        hits[rare] = result.at(rare).is_any(HITS)
        misses[~misses] = result.at(rare).is_any(MISSES)
    lookups = hits.copy()
    lookups[others] |= misses
    if "cs-method" in columns:
        rare = np.flatnonzero(~columns["cs-method"].is_mostly("GET"))
        lookups[rare] &= ~columns["cs-method"].at(rare).is_any(UNCACHED_METHODS)
    lookups &= status < 400
    return lookups, hits & lookups


def _refused(  # noqa: PLR0913, PLR0917 - the columns of a log
    tally: Tally,
    origin: Origin,
    minute: Numbers,
    status: Numbers,
    address: Column | None,
    requester: Column | None,
) -> None:
    places = np.flatnonzero((status == _REFUSED[:, None]).any(axis=0))
    if not len(places):
        return
    nobody = ["-"] * len(places)
    addresses = address.texts(places) if address else nobody
    requesters = requester.texts(places) if requester else nobody
    for at, where, who in zip(minute[places].tolist(), addresses, requesters, strict=True):
        tally.refuse(origin, at, where, who, 1)
