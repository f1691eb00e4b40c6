"""What cost control remembers between runs, in StateTable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from avatarwatch.state import ConflictError, Document, DocumentStore, Json, Key
from cost_control.money.histogram import EDGES, Bin, Histogram
from cost_control.planning.levels import Level, Standing

LOCK: Key = ("cost-control", "lock")
LEVEL: Key = ("cost-control", "level")
DAILY = "cost-control#daily"
"""The partition of the daily report's lines, by date: what the last run of a day found."""
_BUCKETS = "cost-control#bucket"
_INVENTORIES = "cost-control#inventory"
_LOCKED = timedelta(minutes=16)  # longer than any invocation can run
_KEPT = timedelta(days=400)


class BusyError(Exception):
    """Another run is at work: one at a time."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Remember the level, what was done to each bucket, and who is at work."""

    store: DocumentStore
    now: datetime

    def standing(self) -> Standing:
        """Return the levels of the last run, normal before the first."""
        kept = self.store.get(LEVEL)
        levels = kept.body if kept else {}
        return Standing(*(Level(levels.get(name, "normal")) for name in ("size", "cost")))

    def set_standing(self, standing: Standing) -> None:
        """Remember the levels."""
        self._put(LEVEL, {"size": standing.size.value, "cost": standing.cost.value})

    def bucket(self, name: str) -> Json:
        """Return what is known of a bucket: ``backup``, ``told``, ``untold``, ``held_since``."""
        kept = self.store.get((_BUCKETS, name))
        return dict(kept.body) if kept else {}

    def set_bucket(self, name: str, body: Json) -> None:
        """Remember something of a bucket."""
        self._put((_BUCKETS, name), body)

    def set_daily(self, body: Json) -> None:
        """Leave the day's figures and lines for the reports (docs/cost-control.md)."""
        self._put((DAILY, f"{self.now:%Y-%m-%d}"), body)

    def histogram(self, bucket: str, manifest: str) -> Histogram | None:
        """Return what was learnt from an inventory; None of another one, or in other bins."""
        kept = self.store.get((_INVENTORIES, bucket))
        if kept is None or kept.body["manifest"] != manifest:
            return None
        bins = tuple(Bin(*each) for each in kept.body["bins"])
        known = all(each.least in EDGES for each in bins)
        return Histogram(bins, kept.body["origin"]) if known else None

    def set_histogram(self, bucket: str, manifest: str, sizes: Histogram) -> None:
        """Remember what was learnt from an inventory."""
        bins = [(each.least, each.objects, each.size) for each in sizes.bins]
        body = {"manifest": manifest, "origin": sizes.origin, "bins": bins}
        self._put((_INVENTORIES, bucket), body)

    def _put(self, key: Key, body: Json) -> None:
        kept = self.store.get(key)
        self.store.put(Document(key, kept.version if kept else 0, body), self.now + _KEPT)

    @contextmanager
    def alone(self, who: str) -> Iterator[None]:
        """Keep every other run out; BusyError when one is at work. A dead run's lock expires."""
        kept = self.store.get(LOCK)
        until = kept.body.get("until", "") if kept else ""
        if until and datetime.fromisoformat(until) > self.now:
            raise BusyError(f"another run is at work since {kept.body['since'] if kept else '?'}")
        mine = {
            "who": who,
            "since": self.now.isoformat(),
            "until": (self.now + _LOCKED).isoformat(),
        }
        try:
            lock = self.store.put(
                Document(LOCK, kept.version if kept else 0, mine), self.now + _LOCKED
            )
        except ConflictError as error:
            raise BusyError("another run began at the same moment") from error
        try:
            yield
        finally:
            with suppress(ConflictError):  # it expired and is another run's by now
                self.store.delete(lock)
