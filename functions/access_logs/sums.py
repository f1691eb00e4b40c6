"""Requests in columns added up by minute: what ``Tally.count`` does for one, for all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from access_logs.columns import Mask, Numbers
from access_logs.entry import LineError, Origin
from access_logs.formats import values
from access_logs.tally import EDGES, Minute, Tally, add_to, in_one

_SPAN = 1_500  # minutes of one block: a day's lines in two megabytes are no log of a busy system
_EXACT = 1 << 53  # whole numbers up to it are floats, which is what bincount adds
_BUCKETS = len(EDGES) + 1
_BUCKET_OF = np.searchsorted(EDGES, np.arange(1 << 15), side="right")  # of the usual times
_KINDS = 5
_NO_LOOKUP, _MISS, _HIT, _CLIENT_ERROR, _SERVER_ERROR = range(_KINDS)
"""What became of a request: five kinds, as no error is a cache's (cloudfront.hit_of)."""


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests of one origin, a row each.

    ``minute`` counts from 1970, ``size`` is bytes; ``times`` are the milliseconds to the first byte
    and in all, and where there is none. ``lookups`` are those that a cache could have answered, and
    ``hits`` those that it did.
    """

    origin: Origin
    minute: Numbers
    status: Numbers
    size: Numbers
    times: Sequence[tuple[Numbers, Mask] | None]
    lookups: Mask | None = None
    hits: Mask | None = None

    def add_to(self, tally: Tally) -> None:
        """Add them to a tally; LineError, and nothing is added, when care is needed."""
        if not len(self.minute):
            return
        first = int(self.minute.min())
        at = self.minute - first
        if at.max() >= _SPAN:
            raise LineError("lines of many days")
        if int(self.size.max()) * len(self.size) >= _EXACT:
            raise LineError("sizes whose sum is no exact float")
        for each in self.times:
            if each is not None and each[0].max(initial=0) > values.LONGEST:
                raise LineError("no time of a request")
        self._add_sums(tally, first, at)
        for attribute, column in zip(("first_byte", "total"), self.times, strict=True):
            if column is not None:
                for place, bucket, count, total in _spread(at, *column):
                    spread = getattr(tally.at(self.origin, first + place), attribute)
                    add_to(spread, bucket, in_one(count, total))

    def _add_sums(self, tally: Tally, first: int, at: Numbers) -> None:
        span = int(at.max()) + 1
        key = at * _KINDS + self._kind()
        requests = np.bincount(key, minlength=span * _KINDS).reshape(span, _KINDS)
        sizes = np.bincount(key, self.size, span * _KINDS).reshape(span, _KINDS)
        smallest, largest = np.full(span, np.iinfo(np.int64).max), np.zeros(span, np.int64)
        np.minimum.at(smallest, at, self.size)
        np.maximum.at(largest, at, self.size)
        for place in np.flatnonzero(requests.any(axis=1)).tolist():
            number, size = requests[place].tolist(), [int(each) for each in sizes[place].tolist()]
            tally.at(self.origin, first + place).add(
                Minute(
                    requests=sum(number), size=sum(size),
                    smallest=int(smallest[place]), largest=int(largest[place]),
                    client_errors=number[_CLIENT_ERROR], server_errors=number[_SERVER_ERROR],
                    lookups=number[_MISS] + number[_HIT], hits=number[_HIT],
                    lookup_size=size[_MISS] + size[_HIT], hit_size=size[_HIT],
                )
            )  # fmt: skip

    def _kind(self) -> Numbers:
        kind = np.where(self.status >= 400, _CLIENT_ERROR, _NO_LOOKUP)
        kind += self.status >= 500
        for each in (self.lookups, self.hits):
            if each is not None:
                kind += each
        return kind


def _spread(at: Numbers, times: Numbers, absent: Mask) -> Iterator[tuple[int, int, int, int]]:
    """Yield for each minute and bucket of times how many there are and their sum."""
    if absent.any():
        at, times = at[~absent], times[~absent]
    if not len(times):
        return
    bucket = _BUCKET_OF[np.minimum(times, len(_BUCKET_OF) - 1)]
    if times.max() >= len(_BUCKET_OF):
        [slow] = np.nonzero(times >= len(_BUCKET_OF))
        bucket[slow] = np.searchsorted(EDGES, times[slow], side="right")
    key = at * _BUCKETS + bucket
    counts, sums = np.bincount(key), np.bincount(key, times)
    places = np.flatnonzero(counts)
    minutes, buckets = np.divmod(places, _BUCKETS)
    yield from zip(
        minutes.tolist(), buckets.tolist(), counts[places].tolist(),
        sums[places].astype(np.int64).tolist(), strict=True,
    )  # fmt: skip
