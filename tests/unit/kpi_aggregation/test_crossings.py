"""BandwidthWarning rings and ends when the last 24 hours cross its threshold, at a day's price.

Simulated with the product's own formula and the alarm of the catalogue as CloudWatch evaluates it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.catalogue import CATALOGUE
from avatarwatch.catalogue.alarm import Alarm, Missing, Operator
from avatarwatch.kpi.readings import Measure, NoData, Readings, Series, Value, Window
from avatarwatch.kpi.signals import TOLD_WINDOWS, Crossing
from avatarwatch.kpis import KPIS, Cadence
from kpi_aggregation.windows import LOOKS

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 11, 1, tzinfo=UTC)
KPI, RULE = KPIS["Bandwidth24h"], CATALOGUE["BandwidthWarning"]
LIMIT = 100e9
LATE = LOOKS[Cadence.HOUR][0]


def formula() -> Crossing:
    assert isinstance(KPI.formula, Crossing)
    return KPI.formula


def readings(hourly: list[float]) -> Readings:
    [downloaded] = formula().measures
    points = {START + n * HOUR: each for n, each in enumerate(hourly) if each}
    series: dict[Measure, dict[str, Series]] = {downloaded: {"E1": Series.of(points)}}
    return Readings(series, {}, {"BandwidthWarning": LIMIT})


def told(hourly: list[float]) -> dict[datetime, float]:
    """Return what is put, by the start of its window."""
    found = readings(hourly)
    at = [START + n * HOUR for n in range(len(hourly))]
    outcomes = {each: formula().compute(found, Window(each, each + HOUR)) for each in at}
    return {each: made.value for each, made in outcomes.items() if isinstance(made, Value)}


def truth(hourly: list[float], now: datetime) -> float:
    """Return what the 24 hours before an instant add up to."""
    end = int((now - START) / HOUR)
    return sum(hourly[max(end - 24, 0) : end])


def changes(seen: dict[datetime, float], lasts: timedelta) -> list[tuple[datetime, bool]]:
    """Return when the alarm changes, and whether it rings.

    It looks at what is there, some minutes after each hour: Amazon CloudWatch, User Guide,
    "Evaluating an alarm" and "Configuring how CloudWatch alarms treat missing data". Its window
    moves on with every minute, so that a point is in it from its put to ``of`` periods after its
    timestamp.
    """
    alarm = RULE.alarm
    assert isinstance(alarm, Alarm)
    assert (alarm.points.needed, alarm.points.period) == (1, 3_600)
    assert (alarm.operator, alarm.no_data[0]) == (Operator.OVER, Missing.IGNORE)
    changed, rings = [], False
    now = START + LATE
    while now < START + lasts:
        window = alarm.points.of * HOUR
        known = [v for at, v in seen.items() if now - window <= at and at + HOUR + LATE <= now]
        over = [value > LIMIT for value in known]
        if over and any(over) is not rings:
            rings = not rings
            changed.append((now, rings))
        now += HOUR
    return changed


def crossings(hourly: list[float]) -> list[datetime]:
    """Return the hours' ends at which the sum has crossed the threshold."""
    ends = [START + n * HOUR for n in range(len(hourly) + 1)]
    return [
        b for a, b in pairwise(ends) if (truth(hourly, a) > LIMIT) != (truth(hourly, b) > LIMIT)
    ]


def test_a_spike_rings_within_the_hour_and_ends_with_it() -> None:
    quiet, spike = 1e9, 60e9
    hourly = [quiet] * 34 + [spike] * 2 + [quiet] * 60
    rose, fell = crossings(hourly)
    (rang, is_on), (ended, is_still_on) = changes(told(hourly), 96 * HOUR)
    assert (is_on, is_still_on) == (True, False)
    assert rang - rose <= LATE
    assert ended - fell <= LATE
    assert fell - rose < 25 * HOUR, "on a day's numbers it would end at the second midnight"


def test_it_ends_where_nobody_downloads_any_more() -> None:
    hourly = [*[0.0] * 5, 120e9, *[0.0] * 60]
    rose, fell = crossings(hourly)
    (rang, _), (ended, _) = changes(told(hourly), 66 * HOUR)
    assert (rang - rose, ended - fell) == (LATE, LATE)
    for at, value in told(hourly).items():
        assert value == truth(hourly, at + HOUR), "nothing, once it is a day ago"


def test_where_nothing_was_ever_downloaded_there_is_no_number() -> None:
    assert told([0.0] * 48) == {}


def test_a_steady_system_puts_one_point_a_day() -> None:
    for steady in (2e9, 6e9):
        put = told([steady] * 24 * 10)
        assert [at.hour for at in put] == [23] * 10 or len(put) <= 10 + TOLD_WINDOWS
        assert {at.hour for at in list(put)[-8:]} == {23}


def test_a_crossing_is_told_for_three_windows_more() -> None:
    """One point may be lost, and one come late. 6 GB an hour are over the threshold for good."""
    put = told([1e9] * 34 + [60e9] * 20)
    rose = next(n for n in range(54) if truth([1e9] * 34 + [60e9] * 20, START + n * HOUR) > LIMIT)
    ends = [int((at + HOUR - START) / HOUR) for at in put]
    assert [end for end in ends if end % 24] == [rose, rose + 1, rose + 2]


def test_the_answer_says_what_it_is_now() -> None:
    found = readings([2e9] * 40)
    outcome = formula().compute(found, Window(START + 30 * HOUR, START + 31 * HOUR))
    assert isinstance(outcome, NoData)
    assert outcome.parts == (("Now", 24 * 2e9),)
    assert not outcome.passing


@given(
    st.lists(
        st.tuples(st.integers(6, 40), st.sampled_from([0.0, 1e9, 3e9, 4.1e9, 6e9, 60e9])),
        min_size=2, max_size=8,
    )
)  # fmt: skip
def test_at_any_traffic_it_says_what_is_true_within_hours(course: list[tuple[int, float]]) -> None:
    hourly = [each for hours, each in course for _ in range(hours)]
    put = told(hourly)
    crossed = crossings(hourly)
    rings = changes(put, len(hourly) * HOUR)
    window = 3 * HOUR + LATE
    for n in range(len(hourly)):
        now = START + n * HOUR + LATE
        last = max((each for each in crossed if each <= now), default=None)
        if last is None or now - last >= window:  # else a crossing of before may still be in view
            state = next((is_on for at, is_on in reversed(rings) if at <= now), False)
            assert state is (truth(hourly, now - LATE) > LIMIT), (n, rings, crossed)
    assert len(rings) <= len(crossed)
    assert len(put) <= len(hourly) // 24 + 1 + 2 * TOLD_WINDOWS * len(crossed)


@given(st.integers(0, 2))
def test_one_lost_point_loses_no_crossing(lost: int) -> None:
    hourly = [1e9] * 30 + [60e9] * 2 + [1e9] * 40
    rose, _ = crossings(hourly)
    put = told(hourly)
    del put[rose - HOUR + lost * HOUR]
    rung = changes(put, 72 * HOUR)
    assert [is_on for _, is_on in rung] == [True, False]
    assert rung[0][0] - rose <= HOUR + LATE
