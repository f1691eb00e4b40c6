"""StateTable's change loop and lease, whatever the order in which several processes' steps fall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from avatarwatch.state_table.documents import ConflictError
from avatarwatch.state_table.lease import Lease, Leased, Leases
from avatarwatch.state_table.memory import MemoryDocumentStore
from avatarwatch.state_table.partition import TRIES, BusyError, Partition
from fakes.interleaving import Interleaving
from fakes.store import WatchedStore

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
KEPT, LENGTH = timedelta(days=1), timedelta(seconds=35)
CHOICES = st.lists(st.integers(0, 3), min_size=10, max_size=60)
KILLED = st.frozensets(st.integers(0, 40), max_size=2)


@dataclass(frozen=True, slots=True)
class Log:
    """A value that shows who wrote it, and in which order."""

    marks: tuple[str, ...] = ()

    def plus(self, mark: str) -> Log:
        return Log((*self.marks, mark))


@dataclass(slots=True)
class Table:
    """One table, and what processes noted of their work."""

    turns: Interleaving = field(default_factory=Interleaving)
    documents: MemoryDocumentStore = field(default_factory=MemoryDocumentStore)
    now: datetime = NOW
    changed: list[str] = field(default_factory=list)

    def partition(self) -> Partition[Log]:
        """Return a process's own partition; both sides of each operation are turns."""
        turn = self.turns.turn
        store = WatchedStore(self.documents, reading=turn, writing=turn, written=turn)
        return Partition(store, "log", Log, KEPT)

    def leases(self) -> Leases[Log]:
        """Return a process's own leases; what it notes after a write is noted at once."""
        turn = self.turns.turn
        store = WatchedStore(self.documents, reading=turn, writing=turn)
        return Leases(Partition(store, "lease", Leased[Log], KEPT), LENGTH)

    @property
    def marks(self) -> tuple[str, ...]:
        return (Partition(self.documents, "log", Log, KEPT).get("x") or Log()).marks


def changing(table: Table, who: str, count: int) -> Callable[[], None]:
    def work() -> None:
        partition = table.partition()
        for number in range(count):
            mark = f"{who}{number}"
            partition.change("x", adding(mark), table.now)
            table.changed.append(mark)

    return work


def adding(mark: str) -> Callable[[Log | None], tuple[Log, None]]:
    return lambda known: ((known or Log()).plus(mark), None)


@given(counts=st.lists(st.integers(1, 2), min_size=2, max_size=4), choices=CHOICES, killed=KILLED)
def test_no_change_is_lost_or_made_twice(
    counts: list[int], choices: list[int], killed: frozenset[int]
) -> None:
    """Nobody gives up either: the others change it less than TRIES times."""
    table = Table()
    works = [changing(table, "abcd"[n], count) for n, count in enumerate(counts)]
    table.turns.run(works, choices, killed)
    assert len(set(table.marks)) == len(table.marks)
    assert set(table.changed) <= set(table.marks)
    # a process that died may have written once without telling
    assert len(set(table.marks) - set(table.changed)) <= len(killed)
    for who in "abcd"[: len(counts)]:
        own = [mark for mark in table.marks if mark.startswith(who)]
        assert own == sorted(own)


def test_a_change_gives_up_when_another_is_always_faster() -> None:
    documents = MemoryDocumentStore()
    other = Partition(documents, "log", Log, KEPT)

    def faster(what: str) -> None:
        other.set("x", Log((what,)), NOW)

    store = WatchedStore(documents, writing=faster)
    decided: list[Log | None] = []

    def decide(known: Log | None) -> tuple[Log, None]:
        decided.append(known)
        return Log(("mine",)), None

    with pytest.raises(BusyError, match="'log', 'x'"):
        Partition(store, "log", Log, KEPT).change("x", decide, NOW)
    assert len(decided) == TRIES


@example(works=["set", "delete", "delete"], choices=[1, 1, 2, 2, 1])
@given(works=st.lists(st.sampled_from(["set", "delete", "change"]), min_size=2, max_size=4),
       choices=CHOICES)  # fmt: skip
def test_whatever_is_done_at_once_has_an_order_that_explains_it(
    works: list[str], choices: list[int]
) -> None:
    """What each saw or wrote is what a run of one after the other would have given."""
    table = Table()
    Partition(table.documents, "log", Log, KEPT).set("x", Log(("0",)), NOW)
    seen: dict[int, tuple[str, ...] | None] = {}

    def work(number: int, kind: str) -> Callable[[], None]:
        def run() -> None:
            partition = table.partition()
            if kind == "set":
                partition.set("x", Log((str(number),)), NOW)
            elif kind == "delete":
                gone = partition.delete("x")
                seen[number] = gone.marks if gone else None
            else:

                def decide(known: Log | None) -> tuple[Log, tuple[str, ...] | None]:
                    after = (known or Log()).plus(str(number))
                    return after, known.marks if known else None

                seen[number] = partition.change("x", decide, NOW)

        return run

    table.turns.run([work(n, kind) for n, kind in enumerate(works, 1)], choices)
    last = Partition(table.documents, "log", Log, KEPT).get("x")
    assert (seen, last.marks if last else None) in _one_after_the_other(works)


def _one_after_the_other(
    works: list[str],
) -> list[tuple[dict[int, tuple[str, ...] | None], tuple[str, ...] | None]]:
    found = []
    for order in permutations(enumerate(works, 1)):
        value: tuple[str, ...] | None = ("0",)
        seen: dict[int, tuple[str, ...] | None] = {}
        for number, kind in order:
            if kind != "set":
                seen[number] = value
            match kind:
                case "set":
                    value = (str(number),)
                case "delete":
                    value = None
                case _:
                    value = (*(value or ()), str(number))
        found.append((seen, value))
    return found


@dataclass(frozen=True, slots=True)
class Noted:
    """What a holder did, and the time that it said it was: others may have been at it since."""

    who: str
    what: str
    at: datetime
    mark: str = ""


@dataclass(slots=True)
class Holder:
    """Takes the lease now and then, writes a few times, gives it back; time goes by meanwhile."""

    who: str
    table: Table
    pauses: list[int]
    skew: timedelta
    noted: list[Noted]

    @property
    def now(self) -> datetime:
        return self.table.now + self.skew

    def note(self, what: str, at: datetime, mark: str = "") -> None:
        self.noted.append(Noted(self.who, what, at, mark))

    def work(self) -> None:
        leases = self.table.leases()
        for number in range(2):
            found = leases.get("x")
            lease = leases.take(found, now := self.now)
            if lease is None:
                self.table.now += timedelta(seconds=10)
                continue
            self.note("take", now)
            self._write(leases, lease, number)

    def _write(self, leases: Leases[Log], lease: Lease[Log], number: int) -> None:
        value = lease.value or Log()
        for step, pause in enumerate(self.pauses):
            self.table.now += timedelta(seconds=pause)
            mark = f"{self.who}{number}.{step}"
            value = value.plus(mark)
            now = self.now
            try:
                lease = leases.write(lease, value, now)
            except ConflictError:
                self.note("lost", now)
                return
            self.note("write", now, mark)
        now = self.now
        self.note("release" if leases.release(lease, value, now) else "lost", now)


PAUSES = st.lists(st.sampled_from([0, 20, 40]), min_size=1, max_size=3)
SKEWS = st.sampled_from([timedelta(0), timedelta(seconds=-50), timedelta(seconds=50)])


def held(
    holders: list[tuple[list[int], timedelta]], choices: list[int], killed: frozenset[int]
) -> tuple[Table, list[Noted]]:
    """Run holders at once; only what they read and are about to write is a turn."""
    table = Table()
    noted: list[Noted] = []
    works = [
        Holder("abcd"[number], table, pauses, skew, noted).work
        for number, (pauses, skew) in enumerate(holders)
    ]
    table.turns.run(works, choices, killed)
    return table, noted


@given(st.lists(st.tuples(PAUSES, SKEWS), min_size=2, max_size=4), CHOICES, KILLED)
def test_only_whoever_took_a_lease_last_writes_and_nothing_written_is_undone(
    holders: list[tuple[list[int], timedelta]], choices: list[int], killed: frozenset[int]
) -> None:
    """Also where clocks differ and leases run out: the version decides, not the time."""
    table, noted = held(holders, choices, killed)
    holder = None
    for each in noted:
        match each.what:
            case "take":
                holder = each.who
            case "lost":
                assert holder != each.who
            case _:
                assert holder == each.who
                holder = each.who if each.what == "write" else None
    written = tuple(each.mark for each in noted if each.what == "write")
    value = table.leases().get("x").value
    assert (value.marks if value else ()) == written
    event(f"lost: {any(each.what == 'lost' for each in noted)}")


@given(st.lists(PAUSES, min_size=2, max_size=4), CHOICES, KILLED)
def test_nobody_takes_what_another_holds(
    pauses: list[list[int]], choices: list[int], killed: frozenset[int]
) -> None:
    table, noted = held([(each, timedelta(0)) for each in pauses], choices, killed)
    free_at = NOW
    for each in noted:
        if each.what == "take":
            assert each.at >= free_at
        if each.what in {"take", "write"}:
            free_at = each.at + LENGTH
        if each.what == "release":
            free_at = each.at
    # and it is never anybody's for ever, whoever died with it
    leases = table.leases()
    assert leases.take(leases.get("x"), table.now + LENGTH)
