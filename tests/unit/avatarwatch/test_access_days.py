"""Who was refused on a day: bounded, exact in its sums, the same however the batches come."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.access_days import (
    OTHERS,
    AccessDay,
    Requester,
    days_of,
    heaviest,
    read_days,
)
from avatarwatch.state_table.memory import MemoryDocumentStore

MOST = 50
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
requesters = st.builds(
    Requester, st.sampled_from(["cdn", "bucket"]), st.integers(0, 99).map("user/{}".format),
    st.sampled_from(["192.0.2.0/24", "2001:db8::/48"]),
)  # fmt: skip
batches = st.lists(st.dictionaries(requesters, st.integers(1, 50), max_size=40), max_size=8)


def by_origin(times: dict[Requester, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for who, number in times.items():
        found[who.origin] += number
    return found


@given(batches)
def test_a_day_is_bounded_and_loses_no_refusal(found: list[dict[Requester, int]]) -> None:
    day, truth = AccessDay(), Counter[Requester]()
    for number, refused in enumerate(found, start=1):
        day = day.plus(number, by_origin(refused), refused)
        day = day.plus(number, by_origin(refused), refused)  # once more adds nothing
        truth += Counter(refused)
    told = {each.who: each.times for each in day.refused}
    assert by_origin(told) == by_origin(truth) == Counter(day.requests or {})
    assert sum(who.name != OTHERS for who in told) <= MOST
    assert all(times <= truth[who] for who, times in told.items() if who.name != OTHERS)
    if len(truth) <= MOST:
        assert told == truth


def test_who_is_refused_most_is_told_though_many_others_came_first() -> None:
    day = AccessDay()
    for batch in range(1, 20):
        crowd = {Requester("bucket", f"user/{batch}-{n}", "192.0.2.0/24"): 1 for n in range(MOST)}
        day = day.plus(batch, {}, crowd)
    loud = Requester("bucket", "arn:aws:iam::123456789012:user/loud", "198.51.100.0/24")
    day = day.plus(20, {}, {loud: 30})
    assert (day.refused[0].who, day.refused[0].times) == (loud, 30)
    assert (day.refused[-1].who.name, day.refusals) == (OTHERS, 19 * MOST + 30)


def test_nobody_is_pushed_out_of_a_short_list() -> None:
    few = Counter({Requester("cdn", "a", "x"): 3, Requester("cdn", OTHERS, "x"): 9})
    assert heaviest(few, 1) == few


def test_days_are_read_as_they_were_written_and_only_those_that_are() -> None:
    store, day = MemoryDocumentStore(), date(2026, 11, 20)
    told = AccessDay().plus(1, {"cdn": 3}, {Requester("cdn", "anonymous", "192.0.2.0/24"): 2})
    days_of(store).set(day.isoformat(), told, NOW)
    assert read_days(store, [day, date(2026, 11, 21)]) == {day: told}
