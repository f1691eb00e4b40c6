"""How many of the tallies that wait one request to CloudWatch takes, and which it leaves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from access_logs.entry import Origin
from access_logs.ledger import Waiting
from access_logs.publishing import _choose
from access_logs.tally import Minute, Tally, in_one

from .lines import TEN


def waiting(
    number: int, *, minutes: int = 1, values: int = 0, apart: bool = False, counts: bool = True
) -> Iterator[Waiting]:
    """Yield tallies of so many minutes, and of so many values in each."""
    for name in range(number):
        first = TEN + name * minutes if apart else TEN
        spread = {bucket: in_one(1, 1) for bucket in range(values // 2)}
        other = {bucket: in_one(1, 1) for bucket in range(values - values // 2)}
        held = {
            (Origin.CDN, first + n): Minute(requests=1, first_byte=spread, total=other)
            for n in range(minutes)
        }
        yield Waiting(str(name), Tally(held), counts=counts)


@pytest.mark.parametrize(
    ("each", "taken"),
    [
        ({"minutes": 1}, 400),  # of the same minute
        ({"minutes": 1, "apart": True}, 140),
        ({"minutes": 70, "apart": True}, 2),
        ({"minutes": 71, "apart": True}, 1),
        ({"minutes": 999}, 1),  # one that is too large goes alone
        ({"values": 100}, 200),
        ({"values": 101}, 198),
    ],
)
def test_a_batch_is_as_large_as_it_may_be(each: dict[str, int | bool], taken: int) -> None:
    more = waiting(409, **each)  # type: ignore[arg-type]
    assert [each.name for each in _choose(more).counting] == [str(n) for n in range(taken)]


def test_those_of_attempts_that_lost_take_no_room() -> None:
    both = [*waiting(409, counts=False), *waiting(400)]
    chosen = _choose(both)
    assert (len(chosen.lost), len(chosen.counting)) == (409, 400)
    assert _choose(()).counting == []
