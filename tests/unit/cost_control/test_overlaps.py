"""When objects leave by the rules of others, and which of them is about the whole bucket."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from cost_control.lifecycle.document import read
from cost_control.lifecycle.model import Configuration
from cost_control.money.moves import End
from cost_control.planning.levels import Level, Standing, Thresholds
from cost_control.planning.overlaps import (
    days_to_try,
    deletes_on_a_date,
    ends,
    transitions_already,
)
from cost_control.planning.standing import Totals
from fakes.lifecycles import moves, rule, to

TODAY = date(2026, 11, 23)


def of(*rules: dict[str, Any]) -> Configuration:
    return read({"Rules": list(rules)})


def at(day: int) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC)


def whole(day: int) -> End:
    return End(day, "avatars", is_of_all=True)


def dated(day: int) -> End:
    return replace(whole(day), is_dated=True)


def part(day: int) -> End:
    return End(day, "avatars", is_of_all=False)


def sized(above: int = -1, below: float = float("inf"), *, is_of_all: bool = True) -> End:
    return End(365, "avatars", is_of_all, above, below)


WHOLE: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (rule(Filter=WHOLE, Expiration={"Days": 365}), (whole(365),)),
        (rule(Filter=WHOLE, Expiration={"Date": at(30)}), (dated(7),)),
        (rule(Filter=WHOLE, Expiration={"Date": at(23)}), (whole(0),)),
        (rule(Filter=WHOLE, Expiration={"Date": at(1)}), (whole(0),)),
        (
            moves({"Date": at(24), "StorageClass": "GLACIER_IR"}, Filter=WHOLE),
            (dated(1),),
        ),
        (
            rule(Transitions=[to("GLACIER", 0)], Expiration={"Days": 9}),
            (part(0), part(9)),
        ),
        (rule(Filter={"ObjectSizeGreaterThan": 9}), (sized(above=9),)),
        (rule(Filter={"ObjectSizeLessThan": 9}), (sized(below=9),)),
        (
            rule(Filter={"And": {"ObjectSizeGreaterThan": 2, "ObjectSizeLessThan": 9}}),
            (sized(2, 9),),
        ),
        (
            rule(Filter={"And": {"ObjectSizeGreaterThan": 2, "Prefix": "a/"}}),
            (sized(2, is_of_all=False),),
        ),
        # 449 days from 2026-11-23 are 2028-02-15: twelve months, and the longest minimum duration
        (
            rule(Filter=WHOLE, Expiration={"Date": datetime(2028, 2, 15, tzinfo=UTC)}),
            (dated(449),),
        ),
        (rule(Filter=WHOLE, Expiration={"Date": datetime(2028, 2, 16, tzinfo=UTC)}), ()),
        (rule(Filter={"Tag": {"Key": "k", "Value": ""}}), (part(365),)),
        (rule(Expiration={"ExpiredObjectDeleteMarker": True}), ()),
        (rule(Status="Disabled"), ()),
    ],
)
def test_objects_leave_on_a_day_of_their_own_or_on_a_date(
    given: dict[str, Any], found: tuple[End, ...]
) -> None:
    assert ends(of(given), TODAY) == found


def test_only_a_rule_about_the_whole_bucket_settles_where_it_moves_or_when_it_goes() -> None:
    cold = moves(to("GLACIER_IR", 180), to("GLACIER", 400))
    assert transitions_already(of(cold), TODAY) is None
    assert transitions_already(of(cold | {"Filter": WHOLE}), TODAY) == (
        "rule avatars already moves objects into GLACIER_IR, GLACIER"
    )
    for size in ("ObjectSizeGreaterThan", "ObjectSizeLessThan"):
        assert transitions_already(of(cold | {"Filter": {size: 9}}), TODAY) is None
    late = moves(to("GLACIER_IR", 181), Filter=WHOLE)
    assert transitions_already(of(late), TODAY) is None
    then = {"StorageClass": "GLACIER"}
    dated = moves(then | {"Date": datetime(2028, 2, 15, tzinfo=UTC)}, Filter=WHOLE)
    assert transitions_already(of(dated), TODAY) is not None
    never = moves(then | {"Date": datetime(2028, 2, 16, tzinfo=UTC)}, Filter=WHOLE)
    assert transitions_already(of(never), TODAY) is None
    gone = rule(Expiration={"Date": at(30)})
    for scope in ({"Prefix": "a/"}, {"ObjectSizeGreaterThan": 0}, {"ObjectSizeLessThan": 9}):
        assert deletes_on_a_date(of(gone | {"Filter": scope}), TODAY) is None
    assert deletes_on_a_date(of(gone | {"Filter": WHOLE}), TODAY) == (
        "rule avatars deletes objects on 2026-11-30"
    )
    assert deletes_on_a_date(of(rule(Filter=WHOLE)), TODAY) is None
    later = rule(Filter=WHOLE, Expiration={"Date": datetime(2028, 2, 16, tzinfo=UTC)})
    assert deletes_on_a_date(of(later), TODAY) is None


def test_a_move_is_tried_at_once_and_when_a_rule_of_others_is_over_for_half_a_year() -> None:
    found = tuple(part(day) for day in (0, 30, 31, 180, 181))
    assert days_to_try(found, 30) == [30, 31, 180]


def test_no_day_of_an_age_waits_for_a_date() -> None:
    """What is older than the days to the date would move at once, and be deleted on it."""
    assert days_to_try((dated(41), part(60)), 30) == [30, 60]
    assert not dated(41).is_over(41)
    assert part(41).is_over(41)


def test_a_cost_that_was_not_asked_for_crosses_nothing() -> None:
    low = Thresholds(warning=0.01, critical=0.5)
    assert Totals().standing(Standing(Level.WARNING, Level.NORMAL), Thresholds(), low) == Standing(
        Level.WARNING, Level.NORMAL
    )
