"""What is over leaves an episode, and leaves it once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.incident import Incident
from alarm_fanout.ledger import Ledger
from alarm_fanout.observe import FlapPolicy, observe
from avatarwatch.alert_state import AlertState
from avatarwatch.episodes import Episode, keep, partition_of
from avatarwatch.state_table.memory import MemoryDocumentStore
from avatarwatch.state_table.partition import Partition

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
MONTH = timedelta(days=31)


def alert(state: AlertState, minutes: float, kind: Kind = Kind.METRIC) -> Alert:
    previous = {AlertState.ALARM: AlertState.OK, AlertState.OK: AlertState.ALARM}.get(state)
    at = NOON + timedelta(minutes=minutes)
    return Alert(kind, "a", "key", state, at, previous=previous, reason="why")


def told(store: MemoryDocumentStore, *alerts: Alert) -> list[Episode]:
    ledger = Ledger(store)
    for each in alerts:

        def decide(known: Incident | None, change: Alert = each) -> tuple[Incident, None]:
            return observe(known, change, FlapPolicy()).incident, None

        ledger.change(each.key, decide, each.changed_at)
    return kept(store)


def kept(store: MemoryDocumentStore) -> list[Episode]:
    months = {partition_of(NOON), partition_of(NOON + MONTH)}
    every = [Partition(store, each, Episode, MONTH).all() for each in sorted(months)]
    return [episode for found in every for episode in found.values()]


def test_each_recovery_is_one() -> None:
    store = MemoryDocumentStore()
    changes = [(AlertState.ALARM, 0), (AlertState.OK, 20), (AlertState.ALARM, 60)]
    [episode] = told(store, *(alert(*each) for each in changes))
    assert (episode.opened_at, episode.closed_at) == (NOON, NOON + timedelta(minutes=20))
    assert episode.sentence == "why"
    again = told(store, alert(AlertState.OK, 90))
    assert [each.opened_at for each in again] == [NOON, NOON + timedelta(hours=1)]


def test_a_change_that_comes_again_changes_nothing() -> None:
    store = MemoryDocumentStore()
    over = alert(AlertState.OK, 20)
    assert len(told(store, alert(AlertState.ALARM, 0), over, over)) == 1


def test_a_recovery_whose_alarm_was_not_seen_has_no_beginning() -> None:
    [episode] = told(MemoryDocumentStore(), alert(AlertState.OK, 20))
    assert episode.opened_at is None


def test_an_event_is_one_as_it_happens() -> None:
    store = MemoryDocumentStore()
    events = [alert(AlertState.INFO, minutes, Kind.BUDGET) for minutes in (0, 0, 60)]
    found = told(store, *events)
    assert [(each.at, each.closed_at) for each in found] == [
        (NOON, None), (NOON + timedelta(hours=1), None)
    ]  # fmt: skip


def test_it_stands_in_the_month_of_its_end() -> None:
    store, day = MemoryDocumentStore(), timedelta(days=1)
    keep(store, Episode("k", "n", "metric alarm", NOON, NOON + day), NOON + day)
    assert [document.key[0] for document in store.query("episode#2026-12")] == ["episode#2026-12"]
    assert not list(store.query("episode#2026-11"))


def test_one_that_flapped_says_so() -> None:
    changes = [(AlertState.ALARM if i % 2 == 0 else AlertState.OK, float(i)) for i in range(6)]
    found = told(MemoryDocumentStore(), *(alert(*each) for each in changes))
    assert [each.flapped for each in found] == [False, False, True]
