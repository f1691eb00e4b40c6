"""Put waiting tallies into CloudWatch, each exactly once, though the function may die at any step.

PutMetricData has no client token, so a batch is written down before it is put, and carries a marker
with its number. After a crash the marker says whether the batch arrived: CloudWatch takes a request
whole or not at all, and shows a point of the present within minutes (docs/decisions/0100).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from access_logs.data import data, marker
from access_logs.ledger import Ledger, Waiting
from access_logs.tally import Place, Tally, together
from avatarwatch.access_days import AccessDay, Requester, days_of
from avatarwatch.access_metrics import MARKER
from avatarwatch.metrics import results
from avatarwatch.state_table.documents import DocumentStore
from avatarwatch.state_table.lease import Lease, Leased, Leases
from avatarwatch.state_table.partition import Partition

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

LEASE = timedelta(minutes=6)  # longer than the function can run
VISIBLE = timedelta(minutes=5)
"""How long a point of the present may take to be readable: two minutes in the API reference."""
MINUTES_OF_A_BATCH = 140
"""Each of up to seven metrics: below the 1,000 data of a PutMetricData request."""
VALUES_OF_A_BATCH = 20_000
"""Values of times with their counts, some 25 bytes each: half of the 1 MB of a request."""
TALLIES_OF_A_BATCH = 400
_KEPT = timedelta(days=400)
_EPOCH = date(1970, 1, 1)
_CURRENT = "current"
_ANOTHER = "another invocation publishes"


@dataclass(frozen=True, slots=True)
class Batch:
    """The last batch; ``names`` are its tallies while it is not known to be put."""

    number: int = 0
    names: tuple[str, ...] = ()
    started: datetime | None = None


@dataclass(slots=True)
class Published:
    """What came of publishing. ``waits`` says why the rest is left for later, if it is."""

    batches: int = 0
    requests: int = 0
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publish from a ledger. ``clock`` tells the time, ``seconds_left`` how long there is.

    ``putting`` must ask once: a request that botocore tries again unseen may count twice.
    ``asking`` looks for the marker of a batch, which may be tried again.
    """

    ledger: Ledger
    store: DocumentStore
    putting: CloudWatchClient
    asking: CloudWatchClient
    namespace: str
    clock: Callable[[], datetime]
    seconds_left: Callable[[], float]
    done: Published = field(default_factory=Published)

    def publish(self) -> Published:
        """Publish what waits, batch by batch, unless another invocation is at it."""
        while self._one():
            if self.seconds_left() < 0:
                self.done.waits = "no time is left"
                break
        return self.done

    def _one(self) -> bool:
        """Settle a batch that was left half done, or publish the next; False to end."""
        lease, now = self._leases.get(_CURRENT), self.clock()
        last = lease.value or Batch()
        if lease.is_held(now):
            return self._wait(_ANOTHER)
        if last.started and now < last.started + VISIBLE:
            return self._wait("whether the last batch arrived is not to be seen yet")
        if last.names:
            taken = self._leases.take(lease, now)
            return self._settle(taken, last) if taken else self._wait(_ANOTHER)
        chosen = _choose(self.ledger.waiting())
        self.ledger.take_away(chosen.lost)
        if not chosen.counting:
            return False
        names = tuple(each.name for each in chosen.counting)
        batch = Batch(last.number + 1, names, now)
        taken = self._leases.take(lease, now, batch)
        return self._put(taken, batch, chosen.counting) if taken else self._wait(_ANOTHER)

    def _settle(self, taken: Lease[Batch], batch: Batch) -> bool:
        waiting = self.ledger.named(batch.names)
        if self._arrived(batch):
            return self._finish(taken, batch, waiting)
        return self._put(taken, batch, waiting)

    def _put(self, taken: Lease[Batch], batch: Batch, waiting: Sequence[Waiting]) -> bool:
        tally = together(each.tally for each in waiting)
        self.putting.put_metric_data(
            Namespace=self.namespace,
            MetricData=[*data(tally), marker(batch.number, batch.started or self.clock())],
        )
        self.done.batches += 1
        self.done.requests += tally.requests
        return self._finish(taken, batch, waiting)

    def _finish(self, taken: Lease[Batch], batch: Batch, waiting: Sequence[Waiting]) -> bool:
        """Take the tallies of a batch away that was put, then write that down."""
        self._tell_days(batch.number, together(each.tally for each in waiting))
        self.ledger.take_away(waiting)
        return self._leases.release(taken, Batch(batch.number), self.clock())

    def _arrived(self, batch: Batch) -> bool:
        """Ask CloudWatch for the marker of a batch."""
        start = (batch.started or self.clock()).replace(second=0, microsecond=0)
        answer = self.asking.get_metric_data(
            MetricDataQueries=[{
                "Id": "marker",
                "MetricStat": {
                    "Metric": {"Namespace": self.namespace, "MetricName": MARKER},
                    "Period": 60,
                    "Stat": "Maximum",
                },
            }],
            StartTime=start,
            EndTime=start + timedelta(minutes=1),
        )  # fmt: skip
        values = [value for result in results([answer]) for value in result["Values"]]
        return bool(values) and max(values) >= batch.number

    def _tell_days(self, number: int, tally: Tally) -> None:
        """Add a batch to its days; one that comes here twice adds once."""
        partition, by_day = days_of(self.store), tally.requests_by_day()
        for day in by_day.keys() | tally.refused.keys():
            requests: Mapping[str, int] = by_day.get(day, {})
            refused: Mapping[Requester, int] = tally.refused.get(day, {})

            def added(
                known: AccessDay | None,
                requests: Mapping[str, int] = requests,
                refused: Mapping[Requester, int] = refused,
            ) -> tuple[AccessDay, None]:
                return (known or AccessDay()).plus(number, requests, refused), None

            partition.change((_EPOCH + timedelta(days=day)).isoformat(), added, self.clock())

    def _wait(self, reason: str) -> bool:
        self.done.waits = reason
        return False

    @property
    def _leases(self) -> Leases[Batch]:
        return Leases(Partition(self.store, "access-batch", Leased[Batch], _KEPT), LEASE)


@dataclass(frozen=True, slots=True)
class _Chosen:
    counting: list[Waiting]
    lost: list[Waiting]


def _choose(waiting: Iterable[Waiting]) -> _Chosen:
    """Take as many tallies as one batch holds."""
    chosen = _Chosen([], [])
    minutes: set[Place] = set()
    values = 0  # at most: those of tallies of the same minutes become fewer
    for each in waiting:
        if not each.counts:
            chosen.lost.append(each)
            continue
        more = minutes | set(each.tally.minutes)
        values += sum(len(m.first_byte) + len(m.total) for m in each.tally.minutes.values())
        too_many = (
            len(more) > MINUTES_OF_A_BATCH
            or values > VALUES_OF_A_BATCH
            or len(chosen.counting) == TALLIES_OF_A_BATCH
        )
        if chosen.counting and too_many:
            break
        minutes = more
        chosen.counting.append(each)
    return chosen
