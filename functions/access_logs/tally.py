"""Requests added up by minute: small whatever the number of requests, and exact in its sums.

Times go into buckets that are a tenth wide, each with how many there were and their exact sum. A
bucket is published as its mean, so that sums and means of the metric are exact and percentiles are
off by less than a tenth (:data:`WIDTH`).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address, ip_network
from itertools import batched, zip_longest
from typing import Any, Self

from access_logs.entry import REFUSED, Entry, Origin
from avatarwatch.access_days import ANONYMOUS, UNKNOWN, Requester, heaviest

WIDTH = 1.1
"""Upper edge of a bucket over its lower edge, at most; from two to twenty milliseconds each is its
own."""


def _edges(number: int) -> tuple[int, ...]:
    edges = [2]
    while len(edges) < number:
        edges.append(max(edges[-1] + 1, math.floor(edges[-1] * WIDTH)))
    return tuple(edges)


EDGES = _edges(149)
"""Where each bucket but the first begins, in milliseconds; the last at about an hour.
That makes 150, the values that PutMetricData takes in a datum (API reference)."""
MOST_REFUSED = 400
"""Requesters that were refused, of a day in one tally; those that were least often beyond twice
as many count together."""
REFUSED_OF_A_PART = 100
"""Requesters of a part, some 30 KB of ARNs: with its minutes within the 400 KB of an item."""
_LONGEST_NAME = 200  # of a requester: an ARN with the longest names of a role and its session
_LONGEST_ADDRESS = 64  # what is longer is none, and is not kept to be known again

MINUTES_OF_A_DAY = 24 * 60

type Spread = dict[int, int]
"""Bucket → how many and the sum of their milliseconds, as one number (:func:`in_one`).

A busy minute has two hundred of them: a list of two for each took a fifth of what ten hours of
logs take in memory.
"""
_ONE = 1 << 64
"""How many stands above it, their sum below, which 10¹¹ requests of a day each would not reach."""


def in_one(count: int, total: int) -> int:
    """Return how many and their sum as one number, to be added to others."""
    return count * _ONE + total


def in_two(number: int) -> tuple[int, int]:
    """Return how many there were and their sum."""
    return divmod(number, _ONE)


def bucket_of(milliseconds: int) -> int:
    """Return the bucket of a time."""
    return bisect_right(EDGES, milliseconds)


@dataclass(slots=True)
class Minute:
    """What one minute's requests to one origin came to.

    Sizes, ``smallest`` and ``largest`` are bytes; ``lookups`` what a cache could have answered.
    """

    requests: int = 0
    size: int = 0
    smallest: int = 0
    largest: int = 0
    client_errors: int = 0
    server_errors: int = 0
    lookups: int = 0
    hits: int = 0
    lookup_size: int = 0
    hit_size: int = 0
    first_byte: Spread = field(default_factory=dict)
    total: Spread = field(default_factory=dict)

    def add(self, other: Minute) -> None:
        """Add what another part of the same minute came to."""
        if not other.requests:
            return
        self.smallest = min(self.smallest, other.smallest) if self.requests else other.smallest
        self.largest = max(self.largest, other.largest)
        self.requests += other.requests
        self.size += other.size
        self.client_errors += other.client_errors
        self.server_errors += other.server_errors
        self.lookups += other.lookups
        self.hits += other.hits
        self.lookup_size += other.lookup_size
        self.hit_size += other.hit_size
        for mine, theirs in ((self.first_byte, other.first_byte), (self.total, other.total)):
            for bucket, number in theirs.items():
                add_to(mine, bucket, number)

    def as_json(self) -> list[Any]:
        """Return it as a list, the spreads as flat lists of bucket, count and sum."""
        return [
            self.requests, self.size, self.smallest, self.largest, self.client_errors,
            self.server_errors, self.lookups, self.hits, self.lookup_size, self.hit_size,
            _flat(self.first_byte), _flat(self.total),
        ]  # fmt: skip

    @classmethod
    def from_json(cls, stored: list[Any]) -> Self:
        """Read what ``as_json`` wrote."""
        numbers: list[int] = stored[:10]
        first_byte, total = map(_spread, stored[10:])
        return cls(*numbers, first_byte, total)  # type: ignore[arg-type, call-arg]


def add_to(spread: Spread, bucket: int, number: int) -> None:
    """Add some times of one bucket, as :func:`in_one` has them."""
    spread[bucket] = spread.get(bucket, 0) + number


def _flat(spread: Spread) -> list[int]:
    return [number for bucket in sorted(spread) for number in (bucket, *in_two(spread[bucket]))]


def _spread(flat: list[int]) -> Spread:
    return {flat[i]: in_one(flat[i + 1], flat[i + 2]) for i in range(0, len(flat), 3)}


type Place = tuple[Origin, int]
"""An origin and a minute since 1970."""


@dataclass(slots=True)
class Tally:
    """What was counted: by origin and minute, and by day who was refused.

    ``refused`` counts by day (days since 1970) and by network and requester; addresses are never
    kept whole (:func:`network_of`).
    """

    minutes: dict[Place, Minute] = field(default_factory=dict)
    refused: dict[int, Counter[Requester]] = field(default_factory=dict)

    def at(self, origin: Origin, minute: int) -> Minute:
        """Return the sums of a minute, to add to."""
        return self.minutes.setdefault((origin, minute), Minute())

    def count(self, entry: Entry, origin: Origin) -> None:
        """Count one request."""
        found = Minute(
            requests=1, size=entry.size, smallest=entry.size, largest=entry.size,
            client_errors=400 <= entry.status < 500, server_errors=entry.status >= 500,
            lookups=entry.hit is not None, hits=entry.hit is True,
            lookup_size=entry.size if entry.hit is not None else 0,
            hit_size=entry.size if entry.hit else 0,
        )  # fmt: skip
        for spread, time in ((found.first_byte, entry.first_byte), (found.total, entry.total)):
            if time is not None:
                spread[bucket_of(time)] = in_one(1, time)
        self.at(origin, entry.minute).add(found)
        if entry.status in REFUSED:
            self.refuse(origin, entry.minute, entry.address, entry.requester, 1)

    def refuse(self, origin: Origin, minute: int, address: str, requester: str, times: int) -> None:
        """Count who was refused, by the network that the address belongs to."""
        name = requester[:_LONGEST_NAME] if requester != "-" else ANONYMOUS
        who = Requester(origin.value, name, network_of(address[:_LONGEST_ADDRESS]))
        self._refuse(minute // MINUTES_OF_A_DAY, who, times)

    def _refuse(self, day: int, who: Requester, times: int) -> None:
        counted = self.refused.setdefault(day, Counter())
        counted[who] += times
        if len(counted) > 2 * MOST_REFUSED:
            self.refused[day] = heaviest(counted, MOST_REFUSED)

    def add(self, other: Tally) -> None:
        """Add what was counted elsewhere."""
        for (origin, minute), found in other.minutes.items():
            self.at(origin, minute).add(found)
        for day, counted in other.refused.items():
            for who, times in counted.items():
                self._refuse(day, who, times)

    def without(self, origin: Origin) -> Tally:
        """Return what was counted of other origins."""
        return Tally(
            {place: found for place, found in self.minutes.items() if place[0] is not origin},
            {
                day: Counter({who: n for who, n in counted.items() if who.origin != origin.value})
                for day, counted in self.refused.items()
            },
        )

    @property
    def requests(self) -> int:
        """How many requests were counted."""
        return sum(minute.requests for minute in self.minutes.values())

    def requests_by_day(self) -> dict[int, Counter[str]]:
        """Return how many requests were counted by day (days since 1970) and by origin."""
        found: dict[int, Counter[str]] = {}
        for (origin, minute), counted in self.minutes.items():
            of_day = found.setdefault(minute // MINUTES_OF_A_DAY, Counter())
            of_day[origin.value] += counted.requests
        return found

    def within(self, first: int, last: int) -> tuple[Tally, int]:
        """Return what lies between two minutes, and how many requests do not."""
        kept = {at: found for at, found in self.minutes.items() if first <= at[1] <= last}
        days = range(first // MINUTES_OF_A_DAY, last // MINUTES_OF_A_DAY + 1)
        inside = Tally(kept, {day: who for day, who in self.refused.items() if day in days})
        return inside, self.requests - inside.requests

    def parts(self, minutes: int) -> Iterator[Tally]:
        """Yield it in parts of at most so many minutes and requesters, none of nothing."""
        places = [
            dict(each) for each in batched(sorted(self.minutes.items()), minutes, strict=False)
        ]
        who = [(day, *each) for day, counted in self.refused.items() for each in counted.items()]
        for part, refused in zip_longest(places, batched(who, REFUSED_OF_A_PART, strict=False)):
            found = Tally(part or {})
            for day, requester, times in refused or ():
                found.refused.setdefault(day, Counter())[requester] = times
            yield found

    def as_json(self) -> dict[str, Any]:
        """Return it as a document."""
        return {
            "minutes": [[o.value, minute, m.as_json()] for (o, minute), m in self.minutes.items()],
            "refused": {
                str(day): [[who.origin, who.name, who.network, n] for who, n in counted.items()]
                for day, counted in self.refused.items()
            },
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what ``as_json`` wrote."""
        return cls(
            {
                (Origin(o), minute): Minute.from_json(found)
                for o, minute, found in stored["minutes"]
            },
            {
                int(day): Counter({Requester(*who): times for *who, times in counted})
                for day, counted in stored["refused"].items()
            },
        )


def together(tallies: Iterable[Tally]) -> Tally:
    """Return what several tallies come to."""
    whole = Tally()
    for each in tallies:
        whole.add(each)
    return whole


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return an address' network: its /24 (IPv4) or /48 (IPv6), so that it names no person.

    Those are the parts that are kept by Google Analytics' IP masking as well; a text that is no
    address is not repeated.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return UNKNOWN
    if found.version == 6 and found.ipv4_mapped:  # ::ffff:192.0.2.1 is an IPv4 address
        found = found.ipv4_mapped
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))
