"""What stands in StateTable, under which names and for how long: an upgrade finds it again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from avatarwatch.state_table.memory import MemoryDocumentStore
from cost_control.memory import Memory
from cost_control.money.histogram import Sizes, of_sizes
from cost_control.planning.levels import Standing

NOW = datetime(2026, 11, 27, 6, tzinfo=UTC)
DAYS = {"cost-control": 400, "cost-control#bucket": 400, "cost-control#daily": 400,
        "cost-control#sizes": 400}  # fmt: skip


def test_what_is_kept_is_found_under_its_name_for_as_long_as_it_says() -> None:
    store = MemoryDocumentStore()
    memory = Memory(store, NOW)
    memory.set_standing(Standing())
    memory.set_bucket("avatars", {"rule": {}})
    memory.set_daily({"lines": []})
    memory.set_sizes("avatars", Sizes({"STANDARD": of_sizes([1, 2])}))
    with memory.alone("a run"):
        assert ("cost-control", "lock") in store.items
    assert set(store.items) == {
        ("cost-control", "level"), ("cost-control", "lock"), ("cost-control#bucket", "avatars"),
        ("cost-control#daily", "2026-11-27"), ("cost-control#sizes", "avatars"),
    }  # fmt: skip
    for (partition, _), (_, _, expires) in store.items.items():
        assert expires == NOW + timedelta(days=DAYS[partition])


def test_sizes_are_learnt_anew_after_a_week() -> None:
    store, week = MemoryDocumentStore(), timedelta(days=7)
    sizes = Sizes({"STANDARD": of_sizes([1, 2])})
    Memory(store, NOW).set_sizes("avatars", sizes)
    assert Memory(store, NOW + week - timedelta(seconds=1)).sizes("avatars") == sizes
    assert Memory(store, NOW + week).sizes("avatars") is None
    assert Memory(store, NOW).sizes("others") is None
