"""Mutes: what they match, when they are in force, what they have held back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.answers import row_of
from avatarwatch.mutes import Mute, shown
from avatarwatch.state_table.codec import encode
from avatarwatch.state_table.documents import Document
from avatarwatch.state_table.memory import MemoryDocumentStore

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
MUTE = Mute("Storage*", "import", NOW, NOW + HOUR)


@pytest.mark.parametrize(
    ("mute", "key", "title"),
    [
        (MUTE, "Storage*", "Mute Storage*"),
        (replace(MUTE, window="imports"), "maintenance:imports", "Maintenance imports"),
        (replace(MUTE, incident="arn:a"), f"alert:{row_of('arn:a')}", "Mute Storage*"),
    ],
)
def test_what_it_is_called(mute: Mute, key: str, title: str) -> None:
    assert (mute.key, mute.title) == (key, title)


@pytest.mark.parametrize(
    ("name", "alert_id", "matches"),
    [
        ("StorageWarning", None, True), ("x-StorageWarning", None, False),
        ("x-StorageWarning", "StorageWarning", True), ("x", "", False), ("storageX", None, False),
    ],
)  # fmt: skip
def test_a_glob_is_over_names_and_ids(name: str, alert_id: str | None, *, matches: bool) -> None:
    assert MUTE.matches(name, alert_id) is matches
    assert MUTE.matches(name, alert_id, "arn:a") is matches


def test_a_mute_of_one_alert_is_of_no_other() -> None:
    one = replace(MUTE, incident="arn:a")
    assert one.matches("any", None, "arn:a")
    assert not one.matches("StorageWarning", None, "arn:b")
    assert not one.matches("StorageWarning", None)


@pytest.mark.parametrize(
    ("at", "covers"),
    [(NOW - SECOND, False), (NOW, True), (NOW + HOUR - SECOND, True), (NOW + HOUR, False)],
)
def test_it_is_in_force_from_its_beginning_until_its_end(at: datetime, *, covers: bool) -> None:
    assert MUTE.covers(at) is covers


def test_it_keeps_three_hundred_names_each_once() -> None:
    held = MUTE.holding(["b", "a"]).holding(["b", "c"])
    assert held.held == ("a", "b", "c")
    assert len(MUTE.holding(f"{number}" for number in range(301)).held) == 300


def test_what_is_damaged_is_not_shown() -> None:
    store = MemoryDocumentStore()
    for name, body in (("a", encode(MUTE)), ("b", {"alarms": 5})):
        store.put(Document(("mute", name), 0, body), NOW + HOUR)
    assert list(shown(store)) == [MUTE]
    for key, (version, text, expires) in list(store.items.items()):
        store.items[key] = (version, text if key[1] == "b" else "no JSON", expires)
    assert list(shown(store)) == []
