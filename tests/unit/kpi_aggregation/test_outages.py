"""Alarms and budgets ring when they must and keep still when nothing is wrong, at any traffic.

Events are drawn minute by minute as they come to a service of that size, and judged by the
product's own formulas and the alarms of the catalogue as CloudWatch evaluates them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest

from avatarwatch.catalogue import CATALOGUE
from avatarwatch.catalogue.alarm import Alarm, Missing, Operator
from avatarwatch.kpi.budgets import Events, Objective
from avatarwatch.kpi.formulas import PerTime
from avatarwatch.kpi.readings import Measure, Readings, Series, Value, Window
from avatarwatch.kpi.signals import Recent
from avatarwatch.kpi_inputs import AVAILABILITY, DOWN, ORIGIN_P95, UPLOADS_OBJECTIVE
from avatarwatch.kpis import KPIS
from kpi_aggregation import burn

FIVE, HOUR, DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 11, 1, tzinfo=UTC)
UPLOADS_A_DAY = (100, 500, 5_000, 1_000_000)
REQUESTS = 10  # of the CDN for each upload
BEGINS, LASTS = timedelta(hours=12), timedelta(hours=6)
THRESHOLDS = {
    name: rule.threshold.default for name, rule in CATALOGUE.items() if rule.threshold
}  # fmt: skip
SIGNALS = ("UploadFailuresCritical", "ErrorRateCritical", "CacheHitRateWarning")


def drawn(dice: random.Random, mean: float) -> int:
    """Return how many events come where so many are expected: Poisson, normal for many."""
    if mean > 50:
        return max(round(dice.gauss(mean, math.sqrt(mean))), 0)
    count, product, limit = 0, dice.random(), math.exp(-mean)
    while product > limit:
        count += 1
        product *= dice.random()
    return count


@dataclass
class Course:
    """Counts of events and of the bad ones by window, as they come."""

    events: dict[datetime, float] = field(default_factory=dict)
    bad: dict[datetime, float] = field(default_factory=dict)

    def add(self, dice: random.Random, at: datetime, mean: float, share: float) -> None:
        count = drawn(dice, mean)
        bad = count if share == 1 else min(drawn(dice, count * share), count)
        for series, number in ((self.events, count), (self.bad, bad)):
            if number:  # what did not occur puts nothing
                series[at] = float(number)

    @property
    def good(self) -> dict[datetime, float]:
        left = {at: count - self.bad.get(at, 0) for at, count in self.events.items()}
        return {at: count for at, count in left.items() if count}


def windows(lasts: timedelta, step: timedelta = FIVE) -> Iterator[datetime]:
    at = START
    while at < START + lasts:
        yield at
        at += step


def traffic(  # noqa: PLR0917 - what a course is made of
    seed: int, a_day: float, healthy: float, lasts: timedelta, share: float = 1.0,
    trouble: timedelta | None = LASTS,
) -> Course:  # fmt: skip
    """Draw so many events a day, of which ``healthy`` are bad, and ``share`` in trouble."""
    dice, course = random.Random(seed), Course()  # noqa: S311 - a seed makes it the same again
    for at in windows(lasts):
        is_bad = trouble and START + BEGINS <= at < START + BEGINS + trouble
        course.add(dice, at, a_day / 288, share if is_bad else healthy)
    return course


def readings(alert: str, course: Course) -> Readings:
    """Return what the alert's KPI reads of a course, as CloudWatch would tell it."""
    rule = CATALOGUE[alert]
    assert isinstance(rule.alarm, Alarm)
    recent = KPIS[rule.alarm.metric.name].formula
    assert isinstance(recent, Recent)
    ratio = recent.ratio
    numerator = course.good if recent.is_good else course.bad
    series: dict[Measure, dict[datetime, float]] = {}
    if len(ratio.denominator.plus) == 1:
        series[ratio.denominator.plus[0]] = course.events
        # a share is told with every request, also where it is none
        numerator = {at: numerator.get(at, 0.0) for at in course.events}
    else:
        series[ratio.denominator.plus[0]] = course.good
    series[ratio.numerator.plus[0]] = numerator
    return Readings({m: {"": Series.of(points)} for m, points in series.items()}, {}, THRESHOLDS)


def points(alert: str, found: Readings, lasts: timedelta) -> dict[datetime, float]:
    rule = CATALOGUE[alert]
    assert isinstance(rule.alarm, Alarm)
    formula = KPIS[rule.alarm.metric.name].formula
    outcomes = {at: formula.compute(found, Window(at, at + FIVE)) for at in windows(lasts)}
    return {at: each.value for at, each in outcomes.items() if isinstance(each, Value)}


def changes(alert: str, seen: dict[datetime, float], lasts: timedelta) -> list[datetime]:
    """Return when the alarm changes. A point is there three minutes after its window's end.

    Amazon CloudWatch, User Guide, "Configuring how CloudWatch alarms treat missing data": what is
    known in the evaluation range decides; with nothing there it stays as it is.
    """
    rule = CATALOGUE[alert]
    alarm = rule.alarm
    assert isinstance(alarm, Alarm)
    assert rule.threshold
    assert (alarm.points.needed, alarm.points.of, alarm.points.period) == (1, 3, 300)
    limit = rule.threshold.default * 10 ** (
        rule.threshold.scale.zeros if rule.threshold.scale else 0
    )
    changed, rings = [], False
    for now in windows(lasts):
        newest = now - FIVE
        known = [seen[at] for n in range(3) if (at := newest - n * FIVE) in seen]
        over = [v > limit if alarm.operator is Operator.OVER else v < limit for v in known]
        if not over and alarm.no_data[0] is Missing.IGNORE:
            continue
        if any(over) is not rings:
            rings = not rings
            changed.append(now + timedelta(minutes=3))
    return changed


def healthy_share(alert: str) -> float:
    return {"UploadFailuresCritical": 0.01, "ErrorRateCritical": 0.01, "CacheHitRateWarning": 0.04}[
        alert
    ]


def deadline(alert: str, a_day: float) -> timedelta:
    """Return an alarm's time: twice what it takes to see enough bad events, and 20 minutes.

    Of the twenty are up to five until a window ends, three until it is read, and what the healthy
    minutes before still hold the rate down.
    """
    rule = CATALOGUE[alert]
    assert isinstance(rule.alarm, Alarm)
    formula = KPIS[rule.alarm.metric.name].formula
    assert isinstance(formula, Recent)
    return 2 * formula.least / a_day * DAY + timedelta(minutes=20)


@pytest.mark.parametrize("uploads", UPLOADS_A_DAY)
@pytest.mark.parametrize("alert", SIGNALS)
def test_a_total_outage_rings_in_time_and_is_told_once(alert: str, uploads: int) -> None:
    a_day = uploads if alert == "UploadFailuresCritical" else uploads * REQUESTS
    lasts = BEGINS + LASTS + timedelta(hours=14)
    for seed in range(10):
        course = traffic(seed, a_day, healthy_share(alert), lasts)
        changed = changes(alert, points(alert, readings(alert, course), lasts), lasts)
        assert 1 <= len(changed) <= 2, (seed, changed)
        assert timedelta() < changed[0] - (START + BEGINS) <= deadline(alert, a_day), seed


@pytest.mark.parametrize("uploads", UPLOADS_A_DAY)
def test_half_of_all_requests_failing_rings_as_well(uploads: int) -> None:
    alert, a_day, lasts = "ErrorRateCritical", uploads * REQUESTS, BEGINS + LASTS
    for seed in range(5):
        course = traffic(seed, a_day, 0.01, lasts, share=0.5)
        changed = changes(alert, points(alert, readings(alert, course), lasts), lasts)
        assert len(changed) == 1, seed
        assert changed[0] - (START + BEGINS) <= 2 * deadline(alert, a_day), seed


@pytest.mark.parametrize("uploads", UPLOADS_A_DAY)
@pytest.mark.parametrize("alert", SIGNALS)
def test_nothing_rings_without_trouble(alert: str, uploads: int) -> None:
    a_day, lasts = uploads if alert == "UploadFailuresCritical" else uploads * REQUESTS, 5 * DAY
    for seed in range(2):
        course = traffic(seed, a_day, healthy_share(alert), lasts, trouble=None)
        assert changes(alert, points(alert, readings(alert, course), lasts), lasts) == [], seed


@pytest.mark.parametrize("uploads", UPLOADS_A_DAY)
def test_a_slow_origin_rings_and_a_slow_answer_does_not(uploads: int) -> None:
    alert, lasts = "CdnLatencyCritical", BEGINS + LASTS + timedelta(hours=6)
    for seed in range(10):
        dice, course = random.Random(seed), traffic(seed, uploads, 0, lasts)  # noqa: S311
        slow = {at: 9_000.0 if at in course.bad or dice.random() < 0.01 else 300.0
                for at in course.events}  # fmt: skip
        found = Readings({ORIGIN_P95: {"": Series.of(slow)}})
        changed = changes(alert, points(alert, found, lasts), lasts)
        assert len(changed) == 2, (seed, changed)
        assert timedelta() < changed[0] - (START + BEGINS) <= 4 / uploads * DAY + HOUR / 2


@pytest.mark.parametrize("busy", [1_100, 5_000])
def test_too_many_requests_ring_within_a_quarter_of_an_hour(busy: int) -> None:
    lasts, alert = timedelta(hours=20), "RequestRateWarning"
    formula = KPIS["RequestRate"].formula
    assert isinstance(formula, PerTime)
    [requests] = formula.measures
    rate = {at: 5.0 * (busy if START + BEGINS <= at < START + BEGINS + LASTS else 400)
            for at in windows(lasts)}  # fmt: skip
    found = Readings({requests: {"": Series.of(rate)}})
    changed = changes(alert, points(alert, found, lasts), lasts)
    assert len(changed) == 2
    assert changed[0] - (START + BEGINS) <= timedelta(minutes=20)


def polled(
    seed: int, endpoints: int, lasts: timedelta, lost: float, *, share: float = 0
) -> Readings:
    course = traffic(seed, endpoints * 1440, lost, lasts, share, LASTS if share else None)
    [good], [total] = AVAILABILITY.counted.plus, AVAILABILITY.total.plus
    return Readings(
        {good: {"": Series.of(course.good)}, total: {"": Series.of(course.events)}}, {}, THRESHOLDS
    )


def uploaded(seed: int, a_day: int, lasts: timedelta, lost: float, *, share: float = 0) -> Readings:
    course = traffic(seed, a_day, lost, lasts, share, LASTS if share else None)
    good, bad = UPLOADS_OBJECTIVE.total.plus
    return Readings(
        {good: {"": Series.of(course.good)}, bad: {"": Series.of(course.bad)}}, {}, THRESHOLDS
    )


SERVICES: list[tuple[Objective, Callable[..., Readings], int, float]] = [
    *((AVAILABILITY, polled, size, 0.0002) for size in (1, 5, 50)),
    *((UPLOADS_OBJECTIVE, uploaded, size, 0.003) for size in (10, 500, 10_000, 1_000_000)),
]
NAMES = [
    f"{size:,} endpoint{'s' if size > 1 else ''}" if make is polled else f"{size:,} uploads a day"
    for _, make, size, _ in SERVICES
]
OUTAGES = (1.0, 0.25)  # of all events that fail


@cache
def told_in_a_month(service: int) -> tuple[int, int]:
    """Return how often a service without trouble pages, and makes a ticket, in thirty days.

    Pages are looked for every five minutes, as the function does; tickets, over days, every hour.
    """
    objective, make, size, lost = SERVICES[service]
    found = make(1, size, 30 * DAY, lost)
    counts = []
    for alert, step in ((burn.PAGES, FIVE), (burn.TICKETS, HOUR)):
        burns = [
            burn.burning(objective, alert, found, at, objective.least) is not None
            for at in windows(30 * DAY, step)
        ]
        counts.append(sum(now and not before for before, now in pairwise([False, *burns])))
    return counts[0], counts[1]


@cache
def minutes_until_a_page(service: int, share: float) -> float | None:
    """Return how long such an outage goes on before it pages, None when six hours do not do."""
    objective, make, size, lost = SERVICES[service]
    found = make(3, size, BEGINS + LASTS, lost, share=share)
    at = START + BEGINS
    while at < START + BEGINS + LASTS:
        if burn.burning(objective, burn.PAGES, found, at, objective.least):
            return (at - (START + BEGINS)).total_seconds() / 60
        at += FIVE
    return None


def of_the_workbook(service: int, share: float) -> float:
    """Return the detection time in minutes (SRE Workbook, chapter 5, "5: Multiple Burn Rate")."""
    first = burn.PAGES.pairs[0]
    return SERVICES[service][0].allowed / share * first.rate * first.long.total_seconds() / 60


def enough(service: int, share: float) -> float:
    """Return the minutes in which twice the least number of bad events come."""
    objective, make, size, _ = SERVICES[service]
    return 2 * objective.least / ((size if make is polled else size / 1440) * share)


@pytest.mark.parametrize("service", range(len(SERVICES)), ids=NAMES)
def test_no_budget_burns_in_a_month_without_trouble(service: int) -> None:
    assert told_in_a_month(service) == (0, 0)


@pytest.mark.parametrize("share", OUTAGES)
@pytest.mark.parametrize("service", range(len(SERVICES)), ids=NAMES)
def test_an_outage_pages_as_the_workbook_says(service: int, share: float) -> None:
    """Within the run of five minutes and its short window; or once there is enough to believe."""
    found = minutes_until_a_page(service, share)
    if found is None:
        assert NAMES[service] == "10 uploads a day", "too few for ten bad ones in six hours"
    else:
        assert 0 < found <= 1.5 * of_the_workbook(service, share) + 15 + enough(service, share)


def test_the_table_of_pages(record_property: Callable[[str, object], None]) -> None:
    """Pages of a month without trouble, and minutes until an outage pages, by size."""
    head = "".join(f"{f'{share:.0%} fail: min':>17}{'workbook':>10}" for share in OUTAGES)
    lines = [f"{'simulated traffic':<24}{'pages':>7}{'tickets':>9}{head}"]
    for service, name in enumerate(NAMES):
        pages, tickets = told_in_a_month(service)
        line = f"{name:<24}{pages:>7}{tickets:>9}"
        for share in OUTAGES:
            found = minutes_until_a_page(service, share)
            shown = "none in 6 h" if found is None else f"{found:.0f}"
            line += f"{shown:>17}{of_the_workbook(service, share):>10.1f}"
        lines.append(line)
    record_property("table", "\n".join(lines))
    assert all(told_in_a_month(service) == (0, 0) for service in range(len(SERVICES)))


@pytest.mark.parametrize("endpoints", [1, 5, 40])
def test_one_lost_minute_pages_nobody(endpoints: int) -> None:
    """At a poll a minute it is 16.7 times the rate over an hour, and 200 over five minutes."""
    [good], [total] = AVAILABILITY.counted.plus, AVAILABILITY.total.plus
    each = dict.fromkeys(windows(DAY), 5.0 * endpoints)
    last = START + DAY - FIVE
    for before, lost, expected in ((0, 1, False), (0, 2, False), (0, 5, False), (1, 2, True)):
        bad = {**each, last: (5.0 - lost) * endpoints}
        bad[last - 5 * FIVE] -= before * endpoints
        found = Readings({good: {"": Series.of(bad)}, total: {"": Series.of(each)}})
        burning = burn.burning(AVAILABILITY, burn.PAGES, found, START + DAY, AVAILABILITY.least)
        assert (burning is not None) is expected


def test_it_is_told_once_and_over_after_half_a_quiet_hour() -> None:
    bad = burn.Burning(burn.PAGES.pairs[0], 20.0, Events(12, 50))
    now, told = START, []
    state = burn.State()
    course = [bad, bad, None, bad, *[None] * 8]
    for found in course:
        step = burn.step(state, found, now, is_held=False)
        state, now = step.state, now + FIVE
        told += [] if step.tells is None else [(now, step.tells)]
    assert [each for _, each in told] == [True, False]
    assert told[1][0] - told[0][0] == 9 * FIVE
    assert state == burn.State()


def test_what_is_known_to_be_down_is_not_told_as_a_budget_as_well() -> None:
    found = uploaded(3, 5_000, BEGINS + LASTS, 0.003, share=1)
    at = START + BEGINS + HOUR
    assert burn.burning(UPLOADS_OBJECTIVE, burn.PAGES, found, at, 10)
    assert burn.is_known_to_be_down(found, Window(at - FIVE, at))
    assert not burn.is_known_to_be_down(found, Window(START + HOUR, START + HOUR + FIVE))
    down = Readings({DOWN: {"": Series.of({at - 6 * FIVE: 1.0})}}, {}, THRESHOLDS)
    assert burn.is_known_to_be_down(down, Window(at - FIVE, at))
    assert not burn.is_known_to_be_down(down, Window(at, at + FIVE))
    bad = burn.Burning(burn.PAGES.pairs[0], 20.0, Events(12, 50))
    held = burn.step(burn.State(), bad, at, is_held=True)
    assert held == burn.Step(burn.State(None, at))
    later = burn.step(held.state, bad, at + HOUR, is_held=False)
    assert later.tells is True
