"""How often a group's message changes: soon at first, seldom in a long storm, at once for worse."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from alarm_fanout.channels.slack.groups import RINGING, SETTLING, WAVE, opened, waits
from alarm_fanout.group import IN_A_ROW, Group, Member, Standing
from avatarwatch.catalogue import Severity
from unit.alarm_fanout.test_group import NOW, member

SECOND = timedelta(seconds=1)


def shown(*members: Member) -> Group:
    return opened(members, NOW).as_shown(NOW)


def changed(number: int, *, joins: bool) -> Member:
    """Return a row that joins, or one of those that are there and is over now."""
    minutes = (number + 1) / 60
    if joins:
        return member(f"new {number}", minutes)
    return member(f"{number}", minutes, standing=Standing.OVER)


def times(seconds: int, *, joins: bool) -> list[int]:
    """Return at which seconds of a storm the message changes."""
    group, found = shown(*(member(f"{number}") for number in range(seconds))), []
    for second in range(seconds):
        now = NOW + second * SECOND
        group = group.with_members([changed(second, joins=joins)])
        if waits(group, now) == 0:
            group = group.as_shown(now)
            found.append(second)
    return found


@pytest.mark.parametrize(("joins", "longest", "most"), [(True, RINGING, 64), (False, SETTLING, 25)])
def test_waves_grow_up_to_their_longest(*, joins: bool, longest: timedelta, most: int) -> None:
    found = times(900, joins=joins)
    gaps = [later - earlier for earlier, later in pairwise(found)]
    assert found[0] == WAVE.total_seconds()
    assert gaps == sorted(gaps)
    assert gaps[-1] == longest.total_seconds()
    assert len(found) <= most


def test_who_answered_never_waits_for_more_than_a_short_wave() -> None:
    group = shown(member("a"))
    for second in range(0, 300, 20):
        group = group.with_members([changed(second, joins=False)]).as_shown(NOW + second * SECOND)
    group = group.with_members([changed(301, joins=False)])
    now = NOW + 281 * SECOND
    assert waits(group, now) > waits(group, now, answered=True)
    assert waits(group, now, answered=True) <= WAVE.total_seconds()


def test_what_is_worse_comes_at_once_however_long_the_storm() -> None:
    group = shown(member("a"))
    for second in range(0, 300, 20):
        group = group.as_shown(NOW + second * SECOND)
    worse = group.with_members([member("b", 5, severity=Severity.CRITICAL)])
    assert waits(worse, NOW + 281 * SECOND) == 0


def test_after_a_while_without_changes_waves_are_short_again() -> None:
    group = shown(member("a"))
    for second in range(0, 300, 20):
        group = group.as_shown(NOW + second * SECOND)
    calm = NOW + 280 * SECOND + IN_A_ROW
    group = group.as_shown(calm).with_members([changed(500, joins=False)])
    assert waits(group, calm + SECOND) == WAVE.total_seconds() - 1


@pytest.mark.parametrize("read", [True, False], ids=["its end was read", "nobody read its end"])
def test_what_rings_anew_rings_where_its_end_was_read(*, read: bool) -> None:
    group = shown(member("a")).with_members([member("a", 1, standing=Standing.OVER)])
    if read:
        group = group.as_shown(NOW)
    group = group.with_members([member("a", 2)])
    assert bool(group.joined) is read
    assert not group.tells(member("a", 2))
