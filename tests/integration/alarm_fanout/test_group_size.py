"""A group's document never grows beyond what DynamoDB takes, however long its alarms' names are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.channels.slack import groups
from alarm_fanout.channels.slack.groups import BYTES_LIMIT, MEMBERS_LIMIT, GroupStore
from alarm_fanout.group import Group, Member, Standing
from alarm_fanout.incident import MessageRef
from avatarwatch.catalogue import Severity
from avatarwatch.state_table.documents import Document
from avatarwatch.state_table.memory import ITEM_LIMIT, ItemTooLargeError, MemoryDocumentStore
from fakes.alarms import alarm
from fakes.world import World

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
PLACE = MessageRef("C1", "1.1", group=True)


@pytest.mark.parametrize("sign", ["x", "\N{SNOWMAN}"], ids=["ascii", "three bytes"])
@pytest.mark.parametrize("batch", [40, 100])
def test_a_storm_of_long_names_is_told_in_whole(sign: str, batch: int) -> None:
    names = [f"{number:04}-{sign * 250}" for number in range(300)]
    with World(has=frozenset({"slack", "email"})).running() as world:
        for start in range(0, len(names), batch):
            world.clock.advance(seconds=2)
            world.send(*(alarm(n, "ALARM", world.clock()) for n in names[start : start + batch]))
            world.poll()
        world.drain()
        assert not world.queue.dead_letters
        said = "\n".join(posted.text for posted in world.slack.messages.values())
        assert [name for name in names if name[:5] not in said] == []
        tops = len(world.slack.top())
        for start in range(0, len(names), batch):  # what they say later fits as well
            world.clock.advance(seconds=2)
            world.send(*(alarm(n, "OK", world.clock()) for n in names[start : start + batch]))
            world.poll()
        world.drain()
        assert len(world.slack.top()) == tops
        assert all("ongoing" not in posted.text.split("\n")[0] for posted in world.slack.top())


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@given(st.lists(st.builds(
    Member, key=texts, title=texts, severity=st.sampled_from(Severity),
    standing=st.sampled_from(Standing), changed_at=st.just(NOW), began_at=st.just(NOW),
    sentence=texts, url=st.text("%E2", max_size=3_000),
), min_size=1, max_size=8), st.integers(1, 150))  # fmt: skip
def test_what_fits_keeps_both_limits_and_is_one_at_least(found: list[Member], times: int) -> None:
    members = [
        Member(**{name: getattr(each, name) for name in Member.__slots__} | {"key": f"{n}-{m}"})
        for n in range(times)
        for m, each in enumerate(found)
    ]
    group = groups.opened((), NOW)
    while members:
        fit = groups.fitting(group, members)
        assert fit >= 1
        group, members = group.with_members(members[:fit]), members[fit:]
        assert len(group.members) <= MEMBERS_LIMIT
        assert _stored(group) <= BYTES_LIMIT + 5_000
        if not groups.takes_more(group, NOW) or members:
            group = groups.opened((), NOW)


def _stored(group: Group) -> int:
    store = MemoryDocumentStore()
    GroupStore(store).save(PLACE, group, NOW)
    [(_, text, _)] = store.items.values()
    return len(text.encode())


def test_the_store_in_memory_refuses_what_dynamodb_would() -> None:
    store, later = MemoryDocumentStore(), NOW + timedelta(days=1)
    store.put(Document(("a", "b"), 0, {"x": "y" * (ITEM_LIMIT - 100)}), later)
    with pytest.raises(ItemTooLargeError):
        store.put(Document(("a", "c"), 0, {"x": "\N{SNOWMAN}" * (ITEM_LIMIT // 3)}), later)
