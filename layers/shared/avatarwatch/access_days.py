"""What the access logs say of each day: how many requests there were, and who was refused.

AccessLogs writes it beside the metrics, from the same batches, so each request counts once; whoever
reports on a day reads it with :func:`read_days`. No address is kept, only its network.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.partition import Partition

KEPT = timedelta(days=400)
MOST = 50
"""Of so many a day it is told who was refused, the most refused first; others count together."""
OTHERS = "others"
ANONYMOUS = "anonymous"
UNKNOWN = "unknown"
"""The requester of those that count together, of a request that was not signed, and the network
where there is no one network or the log has no address."""


@dataclass(frozen=True, slots=True, order=True)
class Requester:
    """Who asked.

    ``origin`` says who refused (a key of `access_metrics.PREFIXES`). ``name`` is what S3's log
    calls the requester (an ARN, a canonical user id); CloudFront's logs name nobody. ``network``
    is the address' /24 (IPv4) or /48 (IPv6).
    """

    origin: str
    name: str
    network: str


@dataclass(frozen=True, slots=True)
class Refused:
    """How often a requester was refused (401, 403)."""

    who: Requester
    times: int


@dataclass(frozen=True, slots=True)
class AccessDay:
    """One day (UTC), as far as its logs have been delivered; it grows for a day and longer.

    ``requests`` counts by origin. ``refused`` tells the most refused first, and those that count
    together last. ``batch`` is the last batch of tallies that was added.
    """

    batch: int = 0
    requests: Mapping[str, int] | None = None
    refused: tuple[Refused, ...] = ()

    @property
    def refusals(self) -> int:
        """How many requests were refused."""
        return sum(each.times for each in self.refused)

    def plus(
        self, batch: int, requests: Mapping[str, int], refused: Mapping[Requester, int]
    ) -> AccessDay:
        """Return the day with a batch added; one that is in it already adds nothing."""
        if batch <= self.batch:
            return self
        counted = Counter(self.requests or {}) + Counter(requests)
        times = Counter({each.who: each.times for each in self.refused}) + Counter(refused)
        ordered = tuple(Refused(who, n) for who, n in _ordered(heaviest(times, MOST)))
        return AccessDay(batch, dict(counted), ordered)


def heaviest(times: Counter[Requester], most: int) -> Counter[Requester]:
    """Return the most refused; the rest counts together, by origin, so that sums stay.

    Who is pushed out and comes again begins anew: a time is never too great, and it is exact on a
    day of no more requesters than that.
    """
    named = [pair for pair in _ordered(times) if pair[0].name != OTHERS]
    if len(named) <= most:
        return times
    kept = Counter(dict(named[:most]))
    for who, number in (times - kept).items():
        kept[Requester(who.origin, OTHERS, UNKNOWN)] += number
    return kept


def _ordered(times: Mapping[Requester, int]) -> list[tuple[Requester, int]]:
    return sorted(times.items(), key=lambda pair: (pair[0].name == OTHERS, -pair[1], pair[0]))


def days_of(store: DocumentStore) -> Partition[AccessDay]:
    """Return where the days are kept, by their ISO 8601 dates."""
    return Partition(store, "access-day", AccessDay, KEPT)


def read_days(store: DocumentStore, days: Iterable[date]) -> dict[date, AccessDay]:
    """Read days of the last 400; one of which no log has told anything is missing.

    A day that is there and has no refusals had none, so far.
    """
    names = {day.isoformat(): day for day in days}
    return {names[name]: day for name, day in days_of(store).read(names).items()}
