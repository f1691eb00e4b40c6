"""What cost control remembers between runs, in StateTable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from avatarwatch.state_table.documents import DocumentStore, Json, UnreadableError
from avatarwatch.state_table.lease import Leased, Leases
from avatarwatch.state_table.partition import Partition
from cost_control.money.histogram import EDGES, Sizes
from cost_control.money.prices import StorageClass
from cost_control.planning.levels import Standing

LOCK = "lock"
LEVEL = "level"
DAILY = "cost-control#daily"
"""The partition of the daily report's lines, by date: what the last run of a day found."""
_RUNS = "cost-control"
_BUCKETS = "cost-control#bucket"
_SIZES = "cost-control#sizes"
FRESH_SIZES = timedelta(days=7)
"""How long sizes that were learnt are taken: CloudWatch's bytes and counts are new every day."""
_LOCKED = timedelta(minutes=16)  # longer than any invocation can run
_KEPT = timedelta(days=400)


class RunningError(Exception):
    """Another run is at work: one at a time."""


@dataclass(frozen=True, slots=True)
class _Learnt:
    """The sizes of a bucket's objects, and when they were learnt."""

    at: datetime
    sizes: Sizes


@dataclass(frozen=True, slots=True)
class Memory:
    """Remember the level, what was done to each bucket, and who is at work."""

    store: DocumentStore
    now: datetime

    def standing(self) -> Standing:
        """Return the levels of the last run, normal before the first."""
        return self._of(_RUNS, Standing).get(LEVEL) or Standing()

    def set_standing(self, standing: Standing) -> None:
        """Remember the levels."""
        self._of(_RUNS, Standing).set(LEVEL, standing, self.now)

    def bucket(self, name: str) -> Json:
        """Return what is known of a bucket (`cost_control.changing.changes` says what)."""
        return self._of(_BUCKETS, dict).get(name) or {}

    def set_bucket(self, name: str, body: Json) -> None:
        """Remember something of a bucket."""
        self._of(_BUCKETS, dict).set(name, body, self.now)

    def moved(self, name: str) -> frozenset[StorageClass]:
        """Return the classes into which our rule moves the objects of a bucket."""
        kept = self.bucket(name)
        rule = {} if kept.get("is_out") else kept.get("rule") or {}
        into = {each["StorageClass"] for each in rule.get("Transitions", ())}
        return frozenset(each for each in StorageClass if each.value in into)

    def set_daily(self, body: Json) -> None:
        """Leave the day's figures and lines for the reports (docs/cost-control.md)."""
        self._of(DAILY, dict).set(f"{self.now:%Y-%m-%d}", body, self.now)

    def sizes(self, bucket: str) -> Sizes | None:
        """Return the sizes that were learnt within a week; None of other bins than today's."""
        try:
            kept = self._of(_SIZES, _Learnt).get(bucket)
        except UnreadableError:  # another version wrote it in another shape
            return None
        if kept is None or self.now - kept.at >= FRESH_SIZES:
            return None
        bins = (one for each in kept.sizes.by_class.values() for one in each.bins)
        return kept.sizes if all(one.least in EDGES for one in bins) else None

    def set_sizes(self, bucket: str, sizes: Sizes) -> None:
        """Remember the sizes that were learnt."""
        self._of(_SIZES, _Learnt).set(bucket, _Learnt(self.now, sizes), self.now)

    @contextmanager
    def alone(self, who: str) -> Iterator[None]:
        """Keep every other run out; RunningError when one is at work.

        ``who`` is for whoever looks into the table. A dead run's lock expires.
        """
        runs = Leases(self._of(_RUNS, Leased[str]), _LOCKED)
        lock = runs.get(LOCK)
        if lock.until and lock.is_held(self.now):
            raise RunningError(f"another run is at work since {lock.until - _LOCKED:%H:%M:%S} UTC")
        mine = runs.take(lock, self.now, who)
        if mine is None:
            raise RunningError("another run began at the same moment")
        try:
            yield
        finally:
            runs.release(mine, None, self.now)

    def _of[T](self, partition: str, kind: type[T]) -> Partition[T]:
        return Partition(self.store, partition, kind, _KEPT)
