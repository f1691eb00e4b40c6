"""The services' state in StateTable: a few documents, however many endpoints there are.

A document a service would cost a write a minute each; services share SHARDS documents by a hash of
their name, which stays when the list changes. Alerts go through an outbox in the same document:
written with the state that decided them, published, then taken out. Nothing is told that was not
kept, and what was kept is told.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from avatarwatch import left_out
from avatarwatch.alerts import AlertMessage
from avatarwatch.left_out import LeftOut
from avatarwatch.state_table.codec import decode
from avatarwatch.state_table.documents import DocumentStore, Json, UnreadableError
from avatarwatch.state_table.partition import Partition
from health_polling.history import History, rescued_history
from health_polling.together import RoundState, lost_round
from health_polling.watch import Service

SHARDS, HISTORIES = 64, 512
STATE, HISTORY, ROUND = "health#state", "health#history", "health#round"
_ALL = "all"  # the one document of ROUND
_STATE_KEPT, _HISTORY_KEPT = timedelta(days=30), timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Shard:
    """The services of one document, and the alerts that are still to be published.

    ``is_lost`` when it could not be read: what it knew of services is not known any more.
    """

    services: Mapping[str, Service] = field(default_factory=dict)
    outbox: tuple[AlertMessage, ...] = ()
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    """A shard as StateTable holds it: alerts as the JSON that they are published as."""

    services: Mapping[str, Service]
    outbox: tuple[Json, ...]
    is_lost: bool = False

    def __post_init__(self) -> None:
        """Raise AlertMessageError when an alert is none: then this is no such document."""
        self.shard()

    @classmethod
    def of(cls, shard: Shard) -> _Kept:
        return cls(shard.services, tuple(m.as_json() for m in shard.outbox))

    def shard(self) -> Shard:
        outbox = tuple(map(AlertMessage.read, self.outbox))
        return Shard(self.services, outbox, self.is_lost)


def shard_of(name: str) -> str:
    """Return the shard of a service: the same for ever."""
    return f"{zlib.crc32(name.encode()) % SHARDS:02d}"


def history_of(name: str) -> str:
    """Return the document of a service's history: ninety days are 8 KB, and an item holds 400."""
    return f"{zlib.crc32(name.encode()) % HISTORIES:03d}"


@dataclass(slots=True)
class HealthStore:
    """Read and write shards, and the history of each."""

    documents: DocumentStore
    _states: Partition[_Kept] = field(init=False)
    _histories: Partition[History] = field(init=False)
    _rounds: Partition[RoundState] = field(init=False)
    _left_out: Partition[LeftOut] = field(init=False)

    def __post_init__(self) -> None:
        """Make the partitions."""
        self._states = Partition(self.documents, STATE, _Kept, _STATE_KEPT, rescue=_rescued)
        self._histories = Partition(
            self.documents, HISTORY, History, _HISTORY_KEPT, rescue=rescued_history
        )
        self._rounds = Partition(
            self.documents, ROUND, RoundState, _STATE_KEPT, rescue=lambda _: lost_round()
        )
        self._left_out = left_out.partition(self.documents)

    def load(self) -> dict[str, Shard]:
        """Return every shard that exists."""
        return {name: kept.shard() for name, kept in self._states.all().items()}

    def change(self, shard: str, decide: Callable[[Shard], Shard], now: datetime) -> Shard:
        """Write what ``decide`` makes of a shard; decide again when somebody else wrote it.

        Raises
        ------
        BusyError
            Somebody else was faster too often.
        """

        def step(known: _Kept | None) -> tuple[_Kept, Shard]:
            after = decide(known.shard() if known else Shard())
            return _Kept.of(after), after

        return self._states.change(shard, step, now)

    def round(self) -> RoundState:
        """Return what is kept of all endpoints together."""
        return self._rounds.value(self._rounds.document(_ALL)) or RoundState()

    def change_round(self, decide: Callable[[RoundState], RoundState], now: datetime) -> RoundState:
        """Write what ``decide`` makes of it; BusyError as `change`."""

        def step(known: RoundState | None) -> tuple[RoundState, RoundState]:
            after = decide(known or RoundState())
            return after, after

        if decide(self.round()) == self.round():
            return self.round()
        return self._rounds.change(_ALL, step, now)

    def left_out(self) -> LeftOut:
        """Return the minutes of maintenance whose polls do not count."""
        return self._left_out.get(left_out.NAME) or LeftOut()

    def leave_out(self, now: datetime) -> None:
        """Write down that this minute's polls do not count; BusyError as `change`."""

        def step(known: LeftOut | None) -> tuple[LeftOut, None]:
            return (known or LeftOut()).plus(now), None

        self._left_out.change(left_out.NAME, step, now)

    def histories(self) -> dict[str, History]:
        """Return every history by its document."""
        return self._histories.all()

    def change_history[T](
        self, named: Iterable[tuple[str, T]],
        decide: Callable[[History, Sequence[T]], History], now: datetime,
    ) -> None:  # fmt: skip
        """Write what ``decide`` makes of the histories of services; BusyError as `change`."""
        found: dict[str, list[T]] = {}
        for name, value in named:
            found.setdefault(history_of(name), []).append(value)
        for document, values in found.items():

            def step(known: History | None, of: Sequence[T] = values) -> tuple[History, None]:
                return decide(known or History(), of), None

            self._histories.change(document, step, now)

    @staticmethod
    def is_of(document: str, name: str) -> bool:
        """Whether a document, as `mend` names it, holds something of a service."""
        return document in {f"{STATE}/{shard_of(name)}", f"{HISTORY}/{history_of(name)}"}

    def mend(self, now: datetime) -> dict[str, str]:
        """Write over what could not be read; return why, by the document's name."""
        return {
            f"{partition.key}/{name}": why
            for partition in (self._states, self._histories, self._rounds, self._left_out)
            for name, why in partition.mend(now).items()
        }


def _rescued(body: Json) -> _Kept:
    """Return what can be read of a shard: each service by itself, none when alerts are lost.

    What it had to tell may have been anything; its services tell it again.
    """
    listed, waiting = body.get("services"), body.get("outbox")
    if not isinstance(listed, dict):
        return _Kept({}, (), is_lost=True)
    services = {str(name): _service(each) for name, each in listed.items()}
    try:
        outbox = decode({"services": {}, "outbox": waiting}, _Kept).outbox
    except UnreadableError:
        return _Kept({name: each.anew() for name, each in services.items()}, (), is_lost=True)
    return _Kept(services, outbox)


def _service(body: Any) -> Service:
    try:
        return decode(body, Service)
    except UnreadableError:
        return Service("", lost=True)


def by_shard[T](named: Iterable[tuple[str, T]]) -> dict[str, dict[str, T]]:
    """Group what belongs to services by their shard."""
    found: dict[str, dict[str, T]] = {}
    for name, value in named:
        found.setdefault(shard_of(name), {})[name] = value
    return found
