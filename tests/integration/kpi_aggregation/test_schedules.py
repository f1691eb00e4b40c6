"""Any schedule of runs ends in what one clean schedule publishes.

Runs come late, twice, at the same time, out of order, or die before or after any of their effects
on the outside (a record written, metrics put); data come late in between.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from avatarwatch.kpi.readings import Source
from avatarwatch.kpis import Cadence
from examples import examples
from fakes.kpi_system import KilledError, KpiSystem, traffic
from kpi_aggregation.claims import LEASE
from kpi_aggregation.insights import MOST_QUERIES
from kpi_aggregation.windows import LOOKS

MINUTE, FIVE, DAY = timedelta(minutes=1), timedelta(minutes=5), timedelta(days=1)
# within the two weeks that CloudWatch takes, by the real clock that the AWS contract reads
START = (datetime.now(UTC) - timedelta(days=5)).replace(hour=10, minute=0, second=0, microsecond=0)
SPAN = 40  # minutes of traffic
LAST_LOOK = LOOKS[Cadence.FIVE_MINUTES][-1]

type Published = dict[tuple[str, datetime], float]
type Late = tuple[int, str]  # the minute that it belongs to, the metric
type RunAt = tuple[int, int | None, bool]


@cache
def _shared() -> tuple[KpiSystem, dict[str, Any]]:
    """One system for all examples: its clients take longer to make than a schedule to run."""
    made = KpiSystem()
    traffic(made, START, SPAN)
    return made, {name: deepcopy(fake.points) for name, fake in made.regions.items()}


def a_system(late: Iterable[Late] = ()) -> KpiSystem:
    system, points = _shared()
    system.reset()
    for name, fake in system.regions.items():
        fake.points = deepcopy(points[name])
        fake.calls.clear()
    for each in late:
        arrive(system, each)
    return system


def arrive(system: KpiSystem, late: Late) -> None:
    minute, metric = late
    system.home.put("AvatarSystem/Custom", metric, {START + minute * MINUTE: [1.0] * 7})


def published(system: KpiSystem) -> Published:
    """What readers with Average see of the windows with traffic."""
    found = system.home.averages("AvatarSystem/KPI")
    return {key: v for key, v in found.items() if START <= key[1] < START + SPAN * MINUTE}


def settle(system: KpiSystem, now: datetime) -> None:
    """Let the schedule go on as it should until every window is settled."""
    end = START + SPAN * MINUTE + LEASE + LAST_LOOK + FIVE
    at = now + LEASE
    while at < end:
        system.at(at).run()
        at += 15 * MINUTE
    system.at(end).run()
    system.at(end + LEASE).run()


def run_or_die(system: KpiSystem, now: datetime, dies_at: int | None, *, is_after: bool) -> None:
    system.fuse.left, system.fuse.is_after = dies_at, is_after
    try:
        system.at(now).run()
    except KilledError:
        pass
    finally:
        system.fuse.left = None


def computed(late: Iterable[Late]) -> Published:
    """What one clean look at these data publishes."""
    system = a_system(late)
    after = START + timedelta(hours=6)
    system.at(after).recompute(START, START + SPAN * MINUTE)
    return published(system)


@pytest.fixture(scope="module")
def clean() -> Published:
    system = a_system()
    for n in range(SPAN // 5 + 1):
        system.at(START + (5 * n + 3) * MINUTE).run()
    settle(system, START + SPAN * MINUTE)
    found = published(system)
    assert found == pytest.approx(computed([]))
    return found


RUNS = st.tuples(
    st.integers(-10, 40),  # minutes until the run; negative: an older one is delivered late
    st.none() | st.integers(0, 45),  # the effect at which it dies
    st.booleans(),  # before that effect or after it
)
LATE = st.tuples(
    st.integers(0, SPAN - 1),
    st.sampled_from(["AvatarUploads", "UploadFailures", "DuplicateUploads"]),
)


@settings(max_examples=examples(20))
@given(runs=st.lists(RUNS, max_size=12))
@example(runs=[(6, 2, False)])  # claimed, not published
@example(runs=[(6, 15, True), (1, None, False)])
def test_any_schedule_ends_in_the_same_values(clean: Published, runs: list[RunAt]) -> None:
    system = a_system()
    now = START + MINUTE
    system.at(now).run()
    for minutes, dies_at, is_after in runs:
        now = max(now + minutes * MINUTE, START + MINUTE)
        run_or_die(system, now, dies_at, is_after=is_after)
    settle(system, now)
    assert published(system) == pytest.approx(clean)


def effects() -> Iterator[tuple[int, bool]]:
    """Every effect of a run that has windows to look at, before it and after it."""
    system = a_system()
    system.at(START + MINUTE).run()
    system.fuse.burnt = 0
    system.at(START + 17 * MINUTE).run()
    assert system.fuse.burnt >= 7
    return ((n, is_after) for n in range(system.fuse.burnt) for is_after in (False, True))


def test_a_run_may_die_at_any_of_its_effects(clean: Published) -> None:
    for dies_at, is_after in effects():
        system = a_system()
        system.at(START + MINUTE).run()
        system.fuse.left, system.fuse.is_after = dies_at, is_after
        with pytest.raises(KilledError):
            system.at(START + 17 * MINUTE).run()
        settle(system, START + 17 * MINUTE)
        assert published(system) == pytest.approx(clean), (dies_at, is_after)


@pytest.mark.parametrize("late", [timedelta(), LEASE + MINUTE], ids=["at once", "taken for dead"])
def test_another_run_may_come_in_between_at_any_effect(clean: Published, late: timedelta) -> None:
    """The first is held up while a second one runs, which may have taken it for dead."""
    for held_at, is_after in effects():
        system = a_system()
        system.at(START + MINUTE).run()
        fuse = system.fuse
        fuse.left, fuse.is_after = held_at, is_after
        fuse.then = partial(lambda other: other.run(), system.at(START + 17 * MINUTE + late))
        system.at(START + 17 * MINUTE).run()
        fuse.then = None
        if not late:
            assert set(times_put(system).values()) == {1}, (held_at, is_after)
        settle(system, START + 17 * MINUTE)
        assert published(system) == pytest.approx(clean), (held_at, is_after)


def times_put(system: KpiSystem) -> Counter[tuple[str, datetime]]:
    points = system.home.points.items()
    own = [
        (key, at)
        for (space, key, _), found in points
        for at in found
        if space == Source.KPI.namespace
    ]
    return Counter((name, point.at) for name, point in own)


STATUSES = st.lists(st.sampled_from(["Running", "Complete", "Timeout", "Failed"]), max_size=12)


@settings(max_examples=examples(20))
@given(
    runs=st.lists(st.tuples(st.integers(0, 300), st.none() | st.integers(0, 12), st.booleans())),
    statuses=STATUSES,
)
def test_a_days_users_are_counted_once_and_for_little(
    runs: list[RunAt], statuses: list[str]
) -> None:
    """Whatever Logs Insights and the runs do, a day is scanned three times at most."""
    midnight, system = START.replace(hour=0), a_system()
    group = {"LogGroupName": "/avatar/api"}
    system.home.put("AWS/Logs", "IncomingBytes", {midnight - DAY: 2e9, midnight: 2e9}, group)
    system.logs.uploaders = 412
    system.logs.statuses = [*statuses, *["Complete"] * 99]
    system.logs.started.clear()
    now = midnight + DAY + 20 * MINUTE
    for minutes, dies_at, is_after in runs:
        now += minutes * MINUTE
        system.fuse.left, system.fuse.is_after = dies_at, is_after
        try:
            system.at(now, Cadence.DAY).run()
        except KilledError:
            pass
        finally:
            system.fuse.left = None
    for _ in range(MOST_QUERIES + 1):  # the schedule goes on every hour
        now += 60 * MINUTE
        system.at(now, Cadence.DAY).run()
    begun = Counter(query["startTime"] for query in system.logs.started)
    assert all(count <= MOST_QUERIES for count in begun.values())
    counted = system.home.averages(Source.KPI.namespace).get(
        ("DailyActiveUploaders", midnight + 23 * 60 * MINUTE)
    )
    assert counted in {412, None}
    if counted is None:  # given up, not forgotten: it was asked as often as may be
        key = ("kpi#P1D", midnight.isoformat())
        assert json.loads(system.documents.items[key][1])["value"]["asked"] == MOST_QUERIES
