"""Which of two alerts says enough for both, by what they read, how bad and how far."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from alarm_fanout.alert import Alert, Comparison, Crossing, Kind
from alarm_fanout.incident import Incident
from alarm_fanout.inhibition import (
    Judged,
    Level,
    above,
    below,
    is_told,
    judged,
    let_go,
    order,
    said,
)
from alarm_fanout.routing import Route
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity
from avatarwatch.console import MetricRef
from avatarwatch.units import Unit

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
METRIC = MetricRef("Shop", "Cpu", (("Host", "a"), ("Az", "b")), "Average", 60)
OVER, UNDER = Comparison.GreaterThanThreshold, Comparison.LessThanThreshold
CROSSING = Crossing((METRIC,), OVER, 80.0, 60, 1, 1)
ALERT = Alert(Kind.METRIC, "cpu", "arn:cpu", AlertState.ALARM, NOW, region="eu-north-1",
              account="1", crossing=CROSSING)  # fmt: skip
WARNING = Route("Cpu", Severity.WARNING, frozenset({"chat"}), Unit.PERCENT)
CRITICAL = replace(WARNING, severity=Severity.CRITICAL)


def of(alert: Alert = ALERT, route: Route = WARNING) -> Judged:
    found = judged(alert, route, "avatar-system")
    assert found
    return found


@pytest.mark.parametrize(
    ("greater", "lesser", "over"),
    [
        (Level(0, 5), Level(1, 1), True),
        (Level(0, 1), Level(0, 5), True),
        (Level(0, 5), Level(0, 5), False),
        (Level(0, 5), Level(1, 5), False),  # of one threshold each says its own
        (Level(1, 1), Level(0, 5), False),
    ],
)
def test_which_is_greater(greater: Level, lesser: Level, *, over: bool) -> None:
    assert greater.is_over(lesser) is over
    assert not (over and lesser.is_over(greater))


def test_the_further_threshold_is_the_greater_on_either_side() -> None:
    for comparison, near, far in ((OVER, 80.0, 90.0), (UNDER, 20.0, 10.0)):
        levels = [
            of(replace(ALERT, crossing=replace(CROSSING, comparison=comparison, threshold=limit)))
            for limit in (near, far)
        ]
        assert levels[0].measure == levels[1].measure
        assert levels[1].level.is_over(levels[0].level)
        assert not levels[0].level.is_over(levels[1].level)


def test_the_more_severe_is_the_greater_whatever_its_threshold() -> None:
    nearer = replace(ALERT, crossing=replace(CROSSING, threshold=70.0))
    assert of(nearer, CRITICAL).level.is_over(of().level)


@pytest.mark.parametrize(
    "change",
    [
        {"namespace": "Other"}, {"name": "Memory"}, {"statistic": "Maximum"},
        {"dimensions": (("Host", "c"), ("Az", "b"))}, {"dimensions": ()},
    ],
)  # fmt: skip
def test_another_metric_is_another_measure(change: dict[str, Any]) -> None:
    metric = replace(METRIC, **change)
    assert of(replace(ALERT, crossing=replace(CROSSING, metrics=(metric,)))) != of()


@pytest.mark.parametrize(
    "change", [{"account": "2"}, {"account": None}, {"region": "eu-west-1"}, {"region": None},
               {"crossing": replace(CROSSING, comparison=UNDER)}],
)  # fmt: skip
def test_another_place_or_direction_is_another_measure(change: dict[str, Any]) -> None:
    assert of(replace(ALERT, **change)).measure != of().measure


def test_the_same_metric_is_the_same_measure_in_any_order_and_period() -> None:
    turned = replace(METRIC, dimensions=METRIC.dimensions[::-1], period=300)
    assert of(replace(ALERT, crossing=replace(CROSSING, metrics=(turned,)))) == of()


@pytest.mark.parametrize(
    "crossing",
    [
        None,
        replace(CROSSING, threshold=None),
        replace(CROSSING, comparison=None),
        replace(CROSSING, metrics=()),
        replace(CROSSING, metrics=(METRIC, METRIC)),
        replace(CROSSING, expression="m1 / m2"),
        replace(CROSSING, comparison=Comparison.GreaterThanUpperThreshold),
    ],
)
def test_what_no_other_can_judge(crossing: Crossing | None) -> None:
    assert judged(replace(ALERT, crossing=crossing), WARNING, "avatar-system") is None
    assert judged(replace(ALERT, state=AlertState.INFO), WARNING, "avatar-system") is None


def test_ours_are_of_a_family_by_place() -> None:
    names = [f"avatar-system-Storage{level}" for level in ("Critical", "Warning")]
    key = "arn:aws:cloudwatch:eu-north-1:1:alarm:"
    found = [of(replace(ALERT, name=name, key=f"{key}{name}", crossing=None)) for name in names]
    assert found[0].measure == found[1].measure
    assert found[0].level.is_over(found[1].level)
    there = of(
        replace(ALERT, name=names[0], key=f"arn:aws:cloudwatch:eu-west-1:1:alarm:{names[0]}")
    )
    assert there.measure != found[0].measure


LEVELS = {"a": Level(0, 1), "b": Level(0, 2), "c": Level(1, 3), "d": Level(0, 1), "e": Level(2, 0)}


def incidents(**said: Any) -> dict[str, Incident]:
    return {
        key: replace(Incident(key=key, alert=ALERT, changed_at=NOW, is_open=True), **said)
        for key in LEVELS
    }


def test_what_is_over_and_under_an_alert_the_greatest_first() -> None:
    known = incidents()
    assert [each.key for each in above("c", LEVELS, known)] == ["a", "d", "b"]
    assert [each.key for each in below("b", LEVELS, known)] == ["c", "e"]
    assert [order(LEVELS, key) for key in "adbce"] == [0, 0, 2, 3, 4]
    assert (above("x", LEVELS, known), below("x", LEVELS, known), order(LEVELS, "x")) == ([], [], 0)
    del known["a"], known["e"]
    assert [each.key for each in above("c", LEVELS, known)] == ["d", "b"]
    assert [each.key for each in below("b", LEVELS, known)] == ["c"]


@pytest.mark.parametrize(
    ("said", "told", "under"),
    [
        ({}, True, True),
        ({"muted_by": "m"}, False, True),
        ({"held_by": "h"}, False, True),
        ({"is_open": False}, False, False),
    ],
)
def test_what_is_held_back_says_nothing_for_others(
    said: dict[str, Any], *, told: bool, under: bool
) -> None:
    known = incidents(**said)
    assert is_told(known["a"]) is told
    assert bool(above("c", LEVELS, known)) is told
    assert bool(below("b", LEVELS, known)) is under


@pytest.mark.parametrize(
    ("alert", "route", "words"),
    [
        (ALERT, WARNING, " over the warning level (80 %)"),
        (ALERT, CRITICAL, " over 80 % (cpu)"),
        (replace(ALERT, crossing=replace(CROSSING, comparison=UNDER)), WARNING,
         " under the warning level (80 %)"),
        (replace(ALERT, crossing=None), WARNING, ": Cpu"),
        (replace(ALERT, crossing=None, summary="It fails"), WARNING, ": It fails"),
        (replace(ALERT, crossing=replace(CROSSING, threshold=None)), WARNING, ": Cpu"),
    ],
)  # fmt: skip
def test_what_the_greater_s_message_adds(alert: Alert, route: Route, words: str) -> None:
    assert said(alert, route, CRITICAL) == words


@pytest.mark.parametrize(
    ("headline", "before", "facts"),
    [
        ("", (("A", "1"),), (("A", "1"),)),
        (
            "\N{LARGE RED CIRCLE} Critical · Cpu 95 %",
            (),
            (("Held back by", "Critical · Cpu 95 %"),),
        ),
        ("x new", (("Held back by", "old"), ("A", "1")), (("A", "1"), ("Held back by", "new"))),
    ],
)
def test_what_is_let_go_says_by_what_it_was_held(
    headline: str, before: tuple[tuple[str, str], ...], facts: tuple[tuple[str, str], ...]
) -> None:
    greater = replace(incidents()["a"], headline=headline)
    assert let_go(replace(ALERT, facts=before), greater).facts == facts


OTHER = replace(METRIC, name="Memory")


@pytest.mark.parametrize(
    ("lesser", "greater", "values"),
    [
        ({"values": (81.0,)}, {"values": (62.0, 63.0)}, (62.0, 63.0)),
        ({"values": (81.0,)}, {"values": ()}, (81.0,)),
        ({"values": (81.0,)}, {"values": (62.0,), "metrics": (OTHER,)}, (81.0,)),
        ({"values": (81.0,)}, None, (81.0,)),
    ],
)
def test_what_is_let_go_says_what_is_measured_now(
    lesser: dict[str, Any], greater: dict[str, Any] | None, values: tuple[float, ...]
) -> None:
    own = replace(CROSSING, crossed=1, of=3, **lesser)
    over = None if greater is None else replace(CROSSING, **greater)
    held = incidents(alert=replace(ALERT, crossing=over))["a"]
    left = let_go(replace(ALERT, crossing=own), held).crossing
    assert left
    assert left.values == values
    assert (left.crossed, left.of) == ((None, None) if values != (81.0,) else (1, 3))
    assert let_go(replace(ALERT, crossing=None), held).crossing is None
