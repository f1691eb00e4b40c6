"""Several alerts as one: the worst first, a later change never undone by an earlier."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alarm_fanout.channels.slack.group_message import render_group, render_joined, shown_rows
from alarm_fanout.channels.slack.groups import MEMBERS_LIMIT, OPEN_FOR, opened, takes_more
from alarm_fanout.group import Group, Member, Standing, families
from avatarwatch.catalogue import Severity
from aws_contract.slack_message import check_message

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


def member(key: str, minutes: float = 0, **details: object) -> Member:
    at = NOW + timedelta(minutes=minutes)
    fields: dict[str, object] = {
        "title": key, "value": "18.2", "severity": Severity.WARNING, "standing": Standing.ONGOING,
        "changed_at": at, "began_at": at,
    }  # fmt: skip
    return Member(key, **(fields | details))  # type: ignore[arg-type]


def written(group: Group) -> dict[str, object]:
    return render_group(group, NOW, UTC).payload()


MEMBERS = st.builds(
    member,
    st.sampled_from("abcdef"),
    st.integers(0, 9),
    standing=st.sampled_from(Standing),
    severity=st.sampled_from(Severity),
)


@given(st.lists(MEMBERS, min_size=1, max_size=20))
def test_every_alert_stands_once_with_its_latest_change(members: list[Member]) -> None:
    group = opened([], NOW)
    for each in members:
        group = group.with_members([each])
    assert set(group.members) == {each.key for each in members}
    assert {row.key for row in group.rows} == set(group.members)
    assert len(group.rows) == len(group.members)
    for key, kept in group.members.items():
        assert kept.changed_at == max(each.changed_at for each in members if each.key == key)
    assert check_message(written(group)) == []


def test_what_goes_on_stands_first_and_the_worst_of_it_on_top() -> None:
    group = opened(
        [
            member("old", severity=Severity.CRITICAL),
            member("over", 3, standing=Standing.OVER, severity=Severity.CRITICAL),
            member("mild", 2),
            member("new", 1, severity=Severity.CRITICAL),
        ],
        NOW,
    )
    assert [each.key for each in group.ongoing] == ["new", "old", "mild"]
    assert group.severity is Severity.CRITICAL


def test_a_group_of_nothing_but_recoveries_keeps_its_severity() -> None:
    assert opened([member("a", standing=Standing.OVER)], NOW).severity is Severity.WARNING
    assert opened([], NOW).severity is Severity.INFO


def test_a_group_takes_more_for_a_while_and_so_many() -> None:
    group = opened([member("a")], NOW)
    assert takes_more(group, NOW + OPEN_FOR - timedelta(seconds=1))
    assert not takes_more(group, NOW + OPEN_FOR)
    full = group.with_members([member(f"{n}") for n in range(MEMBERS_LIMIT)])
    assert not takes_more(full, NOW)


def test_three_hundred_are_all_named_in_the_message_and_its_thread() -> None:
    rows = [member(f"orders-db-{n:03}-cpu", value=f"{90 + n % 10}") for n in range(300)]
    group = opened(rows, NOW)
    named = group.as_shown(NOW, [row.key for row in shown_rows(group, NOW, UTC)])
    replies = render_joined(named, NOW, UTC)
    texts = [written(group), *(message.payload() for message, _ in replies)]
    said = "\n".join(json.dumps(text) for text in texts)
    assert all(f"orders-db-{n:03}-cpu" in said for n in range(300))
    assert all(check_message(text) == [] for text in texts)


OF_SIXTY = st.builds(
    member,
    st.integers(0, 60).map("alarm-{:02}!".format),
    standing=st.sampled_from(Standing),
    severity=st.sampled_from(Severity),
)
WAVES = st.lists(st.lists(OF_SIXTY, min_size=1, max_size=40), min_size=1, max_size=6)


@given(WAVES)
def test_each_is_named_as_it_stands_and_nobody_is_told_twice_of_one_change(
    waves: list[list[Member]],
) -> None:
    group, thread, told = opened([], NOW), [], Counter[tuple[str, datetime]]()
    for number, wave in enumerate(waves):
        now = NOW + timedelta(minutes=number)
        group = group.with_members(replace(each, changed_at=now) for each in wave)
        if number == 0:
            shown = [row.key for row in shown_rows(group, now, UTC)]
            told.update((key, now) for key in shown)
            group = group.as_shown(now, shown)
        for message, keys in render_joined(group, now, UTC):
            thread.append(json.dumps(message.payload()))
            told.update((key, group.members[key].changed_at) for key in keys)
            group = group.with_named(keys)
        group = group.as_shown(now)
        text = written(group)
        assert check_message(text) == []
        said = "\n".join([json.dumps(text), *thread])
        assert all(key in said for key in group.members)
    assert max(told.values(), default=1) == 1


def test_what_is_over_is_one_family_whatever_it_was_over() -> None:
    rows = [member(f"db-{n}", standing=Standing.OVER, threshold=f"over {n % 2}") for n in range(4)]
    [family] = families(rows)
    assert family.text == "4 \N{MULTIPLICATION SIGN} db-*"


def test_a_headline_says_what_its_alerts_have_in_common() -> None:
    rows = [
        member(f"orders-db-{n:02}-cpu", value=f"{90 + n}.5", number=90.5 + n, threshold="over 90")
        for n in range(9)
    ]
    [family] = families(rows)
    assert family.text == "9 \N{MULTIPLICATION SIGN} orders-db-*-cpu over 90, worst 98.5"


def test_names_that_only_begin_and_end_alike_are_a_family_as_well() -> None:
    [family] = families([member(f"orders-{zone}-cpu") for zone in ("red", "blue", "green")])
    assert family.pattern == "orders-*-cpu"


@given(st.lists(MEMBERS, max_size=20))
def test_each_member_is_in_one_family(members: list[Member]) -> None:
    rows = opened(members, NOW).rows
    found = [row.key for family in families(rows) for row in family.members]
    assert sorted(found) == sorted(row.key for row in rows)


def test_what_is_over_keeps_the_words_with_which_it_rang() -> None:
    rang = member("a", value="97 %", threshold="over 90 %", sentence="disk of db-1")
    over = member("a", 5, value="12 %", standing=Standing.OVER, after="recovered after 5 min")
    [row] = opened([rang], NOW).with_members([over]).rows
    assert (row.value, row.sentence, row.after) == ("97 %", "disk of db-1", "recovered after 5 min")


def test_an_event_is_never_ongoing() -> None:
    text = str(written(opened([member("a", standing=Standing.EVENT), member("b")], NOW))["text"])
    assert text.endswith("· 1 ongoing, 1 event")


def test_where_names_are_equal_the_rows_say_where() -> None:
    rows = [
        member(key, title="cpu-high", account=account, region=region)
        for key, account, region in (
            ("a", "111111111111", "eu-north-1"),
            ("b", "222222222222", "eu-north-1"),
            ("c", "111111111111", "us-east-1"),
        )
    ]
    text = json.dumps(written(opened(rows, NOW)))
    assert text.count("1111-1111-1111") == 2
    assert "us-east-1" in text
    assert "3 \\u00d7 cpu-high" in text


SECOND = timedelta(seconds=1)


def test_of_equally_bad_ones_who_has_a_row_stands_first_and_then_the_newest() -> None:
    rows = [
        member("old"), member("new", 2), member("row", 1, rung=True),
        member("named", 3, rung=True, named=True), member("older row", rung=True),
    ]  # fmt: skip
    group = opened(rows, NOW)
    assert [each.key for each in group.ongoing] == ["row", "older row", "named", "new", "old"]
    assert [each.key for each in group.without_a_row([member("row", rung=True)])] == ["older row"]


@pytest.mark.parametrize(("after", "waves"), [(119, 4), (120, 0), (121, 0)])
def test_changes_within_two_minutes_are_of_one_storm(after: int, waves: int) -> None:
    group = replace(opened([member("a")], NOW), updated_at=NOW, waves=3)
    shown = group.as_shown(NOW + after * SECOND)
    assert (shown.waves, shown.updated_at) == (waves, NOW + after * SECOND)
    assert all(each.shown and each.rung for each in shown.members.values())


@pytest.mark.parametrize(
    ("shown", "joined", "rises"),
    [
        ([], [Severity.INFO], True),
        ([], [], False),
        ([Severity.WARNING], [], False),
        ([Severity.WARNING], [Severity.CRITICAL], True),
        ([Severity.WARNING], [Severity.WARNING], False),
        ([Severity.WARNING], [Severity.INFO, Severity.CRITICAL], True),
        ([Severity.CRITICAL, Severity.INFO], [Severity.WARNING], False),
    ],
)
def test_it_rises_where_what_joined_is_worse_than_all_that_is_shown(
    shown: list[Severity], joined: list[Severity], *, rises: bool
) -> None:
    rows = [
        *(member(f"s{n}", severity=each, shown=True, rung=True) for n, each in enumerate(shown)),
        *(member(f"j{n}", severity=each) for n, each in enumerate(joined)),
    ]
    assert opened(rows, NOW).rises is rises
    over = member("o", severity=Severity.CRITICAL, standing=Standing.OVER)
    assert opened([*rows, over], NOW).rises is rises


@pytest.mark.parametrize(
    ("known", "tells", "expects"),
    [
        ({"shown": True, "rung": True}, True, True),
        ({"shown": True, "rung": True, "minutes": 1, "answered": "x"}, True, True),
        ({"shown": True, "rung": True, "minutes": -1}, False, False),
        ({"shown": True, "rung": True, "answered": "x"}, False, False),
        ({"rung": True}, False, False),
        ({}, False, True),
        (None, False, False),
    ],
)
def test_a_message_tells_a_change_or_will(
    known: dict[str, Any] | None, *, tells: bool, expects: bool
) -> None:
    group = opened([] if known is None else [member("a", **known)], NOW)
    told = member("a")
    assert (group.tells(told), group.expects(told)) == (tells, expects)


@pytest.mark.parametrize(
    ("known", "later", "rung"),
    [
        ({"rung": True}, {"minutes": 1}, True),
        # people read that it was over
        ({"rung": True, "standing": Standing.OVER, "shown": True}, {"minutes": 1}, False),
        ({"rung": True, "standing": Standing.OVER, "shown": True}, {}, True),
        ({"rung": True, "standing": Standing.OVER}, {"minutes": 1}, True),
        ({}, {"minutes": 1}, False),
    ],
)
def test_what_opens_again_rings_again_where_people_read_of_its_end(
    known: dict[str, Any], later: dict[str, Any], *, rung: bool
) -> None:
    group = opened([member("a", **known, named=True)], NOW).with_members([member("a", **later)])
    assert (group.members["a"].rung, group.members["a"].named) == (rung, True)


def test_an_older_change_replaces_nothing_and_an_end_keeps_who_answered() -> None:
    known = member("a", answered="anna", shown=True)
    group = opened([known], NOW)
    assert group.with_members([member("a", -1)]) == group
    end = member("a", 1, standing=Standing.OVER, after="after 1 min")
    [over] = group.with_members([end]).over
    assert (over.answered, over.after, over.shown) == ("anna", "after 1 min", False)
    [over] = group.with_members([replace(end, answered="bo", changed_at=NOW)]).over
    assert (over.answered, over.shown) == ("bo", True)


@pytest.mark.parametrize(
    ("fields", "short"),
    [
        ({}, "cpu 18.2"), ({"threshold": "over 10"}, "cpu 18.2, over 10"),
        ({"sentence": "4 of 5"}, "cpu 18.2: 4 of 5"), ({"value": ""}, "cpu"),
        ({"threshold": "over 10", "sentence": "4 of 5"}, "cpu 18.2, over 10"),
    ],
)  # fmt: skip
def test_a_member_in_short(fields: dict[str, Any], short: str) -> None:
    assert member("cpu", **fields).short == short
    [family] = families([member("cpu", **fields)])
    assert family.text == short
    [over] = families([member("cpu", **fields, standing=Standing.OVER)])
    assert over.text == member("cpu", **(fields | {"threshold": ""})).short


@pytest.mark.parametrize(
    ("titles", "patterns"),
    [
        (("db-1", "db-2"), {"db-*"}),
        (("db-1", "db-1"), {"db-1"}),
        (("job 0a1b2c3d", "job ffffffff"), {"job *"}),
        (("red", "blue"), {"red", "blue"}),
        # half of the shortest name is alike, and less than half
        (("ab-x", "ab-yyyy", "ab-zz"), {"ab-*"}),
        (("a-xx", "a-yyyy", "a-zz"), {"a-*"}),
        (("a-xxx", "a-yyyy", "a-zzz"), {"a-xxx", "a-yyyy", "a-zzz"}),
        (("x-end", "y-end", "z-end"), {"*-end"}),
        (("same", "same more", "same most"), {"same*"}),
    ],
)
def test_what_makes_a_family(titles: tuple[str, ...], patterns: set[str]) -> None:
    rows = [member(f"{n}", title=title) for n, title in enumerate(titles)]
    assert {family.pattern for family in families(rows)} == patterns
    thresholds = [replace(row, threshold=f"over {n}") for n, row in enumerate(rows)]
    assert len(families(thresholds)) == len(rows), "what is over other thresholds is no family"


def test_the_worst_family_stands_first_and_then_the_largest() -> None:
    rows = [
        *(member(f"few-{n}") for n in range(2)), *(member(f"many-{n}") for n in range(3)),
        *(member(f"bad-{n}", severity=Severity.CRITICAL if n else Severity.INFO) for n in range(2)),
    ]  # fmt: skip
    assert [family.pattern for family in families(rows)] == ["bad-*", "many-*", "few-*"]


def test_the_worst_of_a_family_is_the_greatest_number() -> None:
    rows = [member(f"db-{n}", value=f"{n}", number=number)
            for n, number in enumerate((-3.0, None, -1.0, -2.0))]  # fmt: skip
    [family] = families(rows)
    assert family.text == "4 \N{MULTIPLICATION SIGN} db-*, worst 2"
