"""Several alerts as one: the worst first, a later change never undone by an earlier."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.channels.slack.groups import MEMBERS_LIMIT, OPEN_FOR, opened, takes_more
from alarm_fanout.channels.slack.message import render_group
from alarm_fanout.group import Member
from avatarwatch.catalogue import Severity
from aws_contract.slack_message import check_message

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


def member(key: str, minutes: float = 0, **details: object) -> Member:
    fields: dict[str, object] = {"severity": Severity.WARNING, "is_over": False} | details
    return Member(key, f"{key} 1", changed_at=NOW + timedelta(minutes=minutes), **fields)  # type: ignore[arg-type]


MEMBERS = st.builds(
    member,
    st.sampled_from("abcdef"),
    st.integers(0, 9),
    is_over=st.booleans(),
    severity=st.sampled_from(Severity),
)


@given(st.lists(MEMBERS, min_size=1, max_size=20))
def test_every_alert_stands_once_with_its_latest_change(members: list[Member]) -> None:
    group = opened([], NOW)
    for each in members:
        group = group.with_members([each], NOW)
    assert set(group.members) == {each.key for each in members}
    assert len(group.ongoing) + len(group.over) == len(group.members)
    for key, kept in group.members.items():
        assert kept.changed_at == max(each.changed_at for each in members if each.key == key)
    assert check_message(render_group(group).payload()) == []


def test_what_goes_on_stands_first_and_the_worst_of_it_on_top() -> None:
    group = opened(
        [
            member("old", severity=Severity.CRITICAL),
            member("over", 3, is_over=True, severity=Severity.CRITICAL),
            member("mild", 2),
            member("new", 1, severity=Severity.CRITICAL),
        ],
        NOW,
    )
    assert [each.key for each in group.ongoing] == ["new", "old", "mild"]
    assert group.severity is Severity.CRITICAL


def test_a_group_of_nothing_but_recoveries_keeps_its_severity() -> None:
    assert opened([member("a", is_over=True)], NOW).severity is Severity.WARNING
    assert opened([], NOW).severity is Severity.INFO


def test_a_group_takes_more_for_a_while_and_so_many() -> None:
    group = opened([member("a")], NOW)
    assert takes_more(group, NOW + OPEN_FOR - timedelta(seconds=1))
    assert not takes_more(group, NOW + OPEN_FOR)
    full = group.with_members([member(f"{n}") for n in range(MEMBERS_LIMIT)], NOW)
    assert not takes_more(full, NOW)
