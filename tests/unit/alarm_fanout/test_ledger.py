"""What StateTable keeps of an alert is bounded, whoever writes the alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alarm_fanout.alert import Alert, Child, Kind
from alarm_fanout.incident import Incident, MessageRef
from alarm_fanout.inhibition import Level
from alarm_fanout.ledger import Ledger, episode_of
from avatarwatch.alert_state import AlertState
from avatarwatch.answers import Said, What
from avatarwatch.state_table.documents import ConflictError
from avatarwatch.state_table.memory import MemoryDocumentStore

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
ALARM, OK, INFO = AlertState.ALARM, AlertState.OK, AlertState.INFO
LONG = "abcdefghij" * 300
ARN = "arn:aws:cloudwatch:eu-north-1:123456789012:alarm:"


def incident(state: AlertState = ALARM, **of_alert: Any) -> Incident:
    alert = replace(Alert(Kind.COMPOSITE, "a", "a", state, NOW), **of_alert)
    return Incident(key="a", alert=alert, changed_at=NOW, is_open=state is ALARM, opened_at=NOW)


def kept(told: Incident) -> Incident:
    """Return an incident as the next invocation finds it."""
    store = MemoryDocumentStore()
    Ledger(store).change(told.key, lambda _: (told, None), NOW)
    return Ledger(store).load([told.key])[told.key]


@pytest.mark.parametrize("text", ["summary", "description", "reason"])
def test_the_beginning_of_a_long_text_is_kept(text: str) -> None:
    assert getattr(kept(incident(ALARM, **{text: LONG})).alert, text) == LONG[:2000]
    assert getattr(kept(incident(ALARM, **{text: LONG[:2000]})).alert, text) == LONG[:2000]


def test_the_first_facts_and_children_are_kept() -> None:
    children = tuple(Child(f"{ARN}c{number}", ALARM) for number in range(102))
    facts = tuple((f"{number:02}{LONG}", f"{number:02}{LONG}") for number in range(22))
    alert = kept(incident(facts=facts, children=children)).alert
    assert alert.children == children[:100]
    assert alert.facts == tuple((name[:200], text[:2000]) for name, text in facts[:20])


def test_what_stays_as_it_is_is_not_written_again() -> None:
    store = MemoryDocumentStore()
    written = []
    for _ in range(2):
        Ledger(store).change("a", lambda known: (known or incident(summary=LONG), None), NOW)
        written.append(dict(store.items))
    assert written[0] == written[1]


def test_fifty_alarms_of_a_measure_know_of_each_other_the_latest() -> None:
    store = MemoryDocumentStore()
    ledger = Ledger(store)
    for number in range(50):
        ledger.note_levels("m", {f"k{number}": Level(0, number)}, NOW)
    assert len(ledger.levels("m")) == 50
    again = ledger.note_levels("m", {"k0": Level(1, 0)}, NOW)  # judged anew: the latest again
    assert (len(again), again["k0"]) == (50, Level(1, 0))
    more = ledger.note_levels("m", {"k50": Level(0, 50)}, NOW)
    assert set(more) == {"k0", *(f"k{number}" for number in range(2, 51))}
    assert Ledger(store).levels("m") == more
    assert ledger.levels("another") == {}


class Contended(MemoryDocumentStore):
    """Somebody else is always faster."""

    def put(self, *_: object, **__: object) -> None:  # type: ignore[override]
        """Lose."""
        raise ConflictError


def test_a_measure_that_others_write_all_the_time_is_told_by_itself() -> None:
    own = {"a": Level(0, 1)}
    assert Ledger(Contended()).note_levels("m", own, NOW) == own


def test_who_stands_above_is_remembered_while_it_is_open() -> None:
    store = MemoryDocumentStore()
    children = (Child(f"{ARN}c1", ALARM), Child("", ALARM))
    above = replace(incident(children=children), refs={"slack": MessageRef("C", "1")})
    ledger = Ledger(store)
    ledger.change("a", lambda _: (above, None), NOW)
    ledger.adopt(above, NOW)
    Ledger(Contended()).adopt(above, NOW)  # others know as much
    links = Ledger(store).open([f"{ARN}c1", f"{ARN}c2"], [])
    assert links == {f"{ARN}c1": "a"}
    assert set(Ledger(store).parents(links)) == {f"{ARN}c1"}
    assert Ledger(store).parents({}) == {}
    ledger.change("a", lambda _: (replace(above, is_open=False), None), NOW)
    assert Ledger(store).parents(links) == {}


OVER = replace(incident(OK), closed_at=NOW + timedelta(minutes=5))
BY = Said("1", What.ACKNOWLEDGE, "anna", NOW, over="slack")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sentence": "s", "alert": replace(OVER.alert, summary="m", reason="r")}, "s"),
        ({"alert": replace(OVER.alert, summary="m", reason="r")}, "m"),
        ({"alert": replace(OVER.alert, reason="r")}, "r"),
        ({"sentence": LONG}, LONG[:300]),
    ],
)
def test_an_episode_says_what_was_told(changes: dict[str, Any], sentence: str) -> None:
    found = episode_of(None, replace(OVER, **changes))
    assert found
    assert found.sentence == sentence


def test_an_episode_says_who_was_first_and_whether_it_flapped() -> None:
    found = episode_of(OVER, replace(OVER, closed_at=NOW, answers=(BY,), flapping_since=NOW))
    assert found
    assert (found.acknowledged_by, found.acknowledged_at) == ("anna", NOW)
    assert (found.flapped, found.is_event) == (True, False)
    plain = episode_of(None, OVER)
    assert plain
    assert (plain.acknowledged_by, plain.acknowledged_at, plain.flapped) == ("", None, False)


@pytest.mark.parametrize("known", [None, OVER])
def test_what_is_open_or_was_kept_before_is_no_episode(known: Incident | None) -> None:
    assert episode_of(known, incident()) is None
    assert episode_of(known, replace(OVER, closed_at=None)) is None
    assert episode_of(OVER, OVER) is None


def test_an_event_is_an_episode_at_each_change() -> None:
    event = incident(INFO, stamp="1")
    again = incident(INFO, stamp="2")
    assert episode_of(event, event) is None
    for known in (None, event):
        found = episode_of(known, again)
        assert found
        assert (found.opened_at, found.closed_at, found.is_event) == (NOW, None, True)
