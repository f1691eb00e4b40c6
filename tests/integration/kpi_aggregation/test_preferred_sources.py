"""A day's number is of one source, chosen once, and exact in it however late its logs come.

Parts of a day's access logs come before its end, within hours, after days or never; the daily runs
come late, twice or never and die before or after any effect on the outside.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from avatarwatch.kpi.preferred import COVERED, Preferred
from avatarwatch.kpi.readings import NoData, Source, Value, Window
from avatarwatch.kpis import KPIS, Cadence
from examples import examples
from fakes.cloudwatch import Point
from fakes.kpi_system import KilledError, KpiSystem
from kpi_aggregation.answer import as_json
from kpi_aggregation.windows import LOOKS, Record

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 5, 7, tzinfo=UTC)
DAYS = 2
PARTS = 8  # of a day's logs
PREFERRED = [kpi for kpi in KPIS.values() if isinstance(kpi.formula, Preferred)]
NEVER = 1000
type RunAt = tuple[int, int | None, bool]

# one part of the day, in every place that tells of it; the sources disagree by design
REQUESTS, ERRORS, HITS, HIT_BYTES, BYTES = 500.0, 20.0, 450.0, 8e6, 9e6
LOGGED = {
    "ErrorRate": (ERRORS, REQUESTS), "CacheHitRate": (HITS, REQUESTS - ERRORS),
    "BandwidthSavings": (HIT_BYTES, BYTES),
}  # fmt: skip
USUAL = {
    "ErrorRate": (0.03 * REQUESTS, REQUESTS), "CacheHitRate": (0.8 * REQUESTS, REQUESTS),
    "BandwidthSavings": (600.0, 1000.0),
}  # fmt: skip


class World:
    """A system, and what of its logs has come by now."""

    def __init__(self, system: KpiSystem, delays: list[list[int]]) -> None:
        system.reset()
        for fake in system.regions.values():
            fake.points.clear()
        self.system, self.now = system, START
        self.parts = sorted(
            (START + day * DAY + (part + 1) * DAY / PARTS + delay * HOUR, day, part)
            for day, of_day in enumerate(delays) for part, delay in enumerate(of_day)
            if delay < NEVER
        )  # fmt: skip
        self.come = [0] * DAYS
        self.counts: dict[tuple[str, datetime], float] = {}
        for day in range(DAYS):
            for part in range(PARTS):
                self._traffic(START + day * DAY + part * DAY / PARTS)

    def _traffic(self, at: datetime) -> None:
        where = {"DistributionId": "E1", "Region": "Global"}
        for metric, value in (("Requests", REQUESTS), ("TotalErrorRate", 3.0),
                              ("CacheHitRate", 80.0)):  # fmt: skip
            self.system.everywhere.put(Source.CDN.namespace, metric, {at: value}, where)
        for metric, value in (("UploadBytes", 1000.0), ("StoredBytes", 400.0)):
            self.system.home.put(Source.CUSTOM.namespace, metric, {at: value})

    def until(self, now: datetime) -> None:
        """Let time go on: logs come, as AccessLogs puts them."""
        self.now = max(self.now, now)
        while self.parts and self.parts[0][0] <= self.now:
            _, day, part = self.parts.pop(0)
            self.come[day] += 1
            at = START + day * DAY + part * DAY / PARTS
            for metric, total, count in (
                ("BytesSent", BYTES, REQUESTS), ("ClientErrorRate", 100 * ERRORS, REQUESTS),
                ("ServerErrorRate", 0.0, REQUESTS),
                ("CacheHitRate", 100 * HITS, REQUESTS - ERRORS),
                ("ByteHitRate", 100 * HIT_BYTES, BYTES),
            ):  # fmt: skip
                key = (Source.ACCESS.namespace, metric, frozenset[tuple[str, str]]())
                self.system.home.points[key].append(Point(at, total / count, count, "None"))

    def run(self, now: datetime, dies_at: int | None = None, *, is_after: bool = False) -> None:
        """Run, or die at some effect; what is published never shrinks and is never too much."""
        self.until(now)
        fuse = self.system.fuse
        fuse.left, fuse.is_after = dies_at, is_after
        try:
            report = self.system.at(self.now, Cadence.DAY, PREFERRED).run()
        except KilledError:
            pass
        else:
            assert not any(one.changes.oversized for one in report.done)
        finally:
            fuse.left = None
        seen = self.published()
        for key, (_, count) in seen.items():
            assert count >= self.counts.get(key, 0.0) * (1 - 1e-12)
            self.counts[key] = count

    def published(self) -> dict[tuple[str, datetime], tuple[float, float]]:
        """Return Sum and SampleCount by metric and day."""
        found: dict[tuple[str, datetime], tuple[float, float]] = {}
        for (space, metric, _), points in self.system.home.points.items():
            for point in points if space == Source.KPI.namespace else ():
                day = point.at - 23 * HOUR
                total, count = found.get((metric, day), (0.0, 0.0))
                added = point.value * point.count
                found[metric, day] = total + added, count + point.count
        return found

    def sources(self, day: datetime) -> dict[str, str]:
        """Return what a day's record says."""
        known = self.system.at(self.now, Cadence.DAY, PREFERRED).claims
        [lease] = known.load([Window(day, day + DAY)]).values()
        return dict((lease.value or Record()).sources)


@pytest.fixture(scope="module")
def shared() -> KpiSystem:
    """One system for all examples: its clients take longer to make than a schedule to run."""
    return KpiSystem()


@pytest.fixture(autouse=True)
def moving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the contract's clock stand at the simulated time's end, far from today's."""
    monkeypatch.setattr("aws_contract.cloudwatch.now", lambda: START + 8 * DAY)


def settle(world: World) -> None:
    """Let the schedule go on until every day is settled."""
    at = max(world.now, START + DAYS * DAY)
    while at < START + DAYS * DAY + LOOKS[Cadence.DAY][-1] + 3 * HOUR:
        at += 5 * HOUR
        world.run(at)
    world.run(at + DAY)


AT_ONE = [24 - 24 // PARTS * (part + 1) + 1 for part in range(PARTS)]
"""Hours by which each part is late when all of them come an hour after midnight."""
OF_A_DAY = st.one_of(
    st.just(AT_ONE),
    st.lists(st.sampled_from([0, 0, 0, 0, 1, 3, 9, 30, NEVER]), min_size=PARTS, max_size=PARTS),
)
DELAYS = st.lists(OF_A_DAY, min_size=DAYS, max_size=DAYS)
RUNS = st.lists(
    st.tuples(st.integers(0, 900), st.none() | st.integers(0, 8), st.booleans()), max_size=8
)


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(delays=DELAYS, runs=RUNS)
@example(delays=[[0] * 8, [0] * 8], runs=[(20, 3, True), (5, 2, False)])
@example(delays=[[NEVER] * 8, AT_ONE], runs=[(20, 2, True)])
def test_a_day_keeps_one_source_and_is_exact_in_it(
    shared: KpiSystem, delays: list[list[int]], runs: list[RunAt]
) -> None:
    world = World(shared, delays)
    now = START + DAY
    for minutes, dies_at, is_after in runs:
        now += minutes * MINUTE
        world.run(now, dies_at, is_after=is_after)
    settle(world)
    exact(world)
    for day, of_day in enumerate(delays):
        found = set(world.sources(START + day * DAY).values())
        if sum(delay < NEVER for delay in of_day) < COVERED * PARTS:
            assert Source.ACCESS not in found
        elif max(of_day) == 0:
            assert found == {Source.ACCESS}


def exact(world: World) -> None:
    """Hold each day, and both together, against the source that the day keeps."""
    found = world.published()
    for kpi in PREFERRED:
        sums = [0.0, 0.0]
        for day in range(DAYS):
            at = START + day * DAY
            total, count = found[kpi.metric, at]
            source = world.sources(at)[kpi.metric]
            parts = world.come[day] if source == Source.ACCESS else PARTS
            above, below = (LOGGED if source == Source.ACCESS else USUAL)[kpi.metric]
            assert count == pytest.approx(parts * below)
            assert total / count == pytest.approx(100 * above / below)
            sums = [sums[0] + 100 * above * parts, sums[1] + below * parts]
        both = [found[kpi.metric, START + day * DAY] for day in range(DAYS)]
        average = sum(total for total, _ in both) / sum(count for _, count in both)
        assert average == pytest.approx(sums[0] / sums[1])


def test_a_day_waits_for_logs_that_come_and_not_for_ever(shared: KpiSystem) -> None:
    half = [0] * 4 + [NEVER] * 4
    world = World(shared, [half, [NEVER] * PARTS])
    world.until(START + DAY + 20 * MINUTE)
    report = shared.at(world.now, Cadence.DAY, PREFERRED).run()
    for outcome in report.done[-1].outcomes.values():
        assert isinstance(outcome, NoData)
        assert outcome.early
        assert outcome.reason == "waits for the logs: 2000 of 4000 LoggedRequests are in them"
    world.run(START + DAY + 10 * HOUR + MINUTE)
    assert set(world.sources(START).values()) == {Source.CDN, Source.CUSTOM}


def test_where_cloudfront_tells_nothing_the_logs_are_all(shared: KpiSystem) -> None:
    world = World(shared, [[0] * 2 + [NEVER] * 6, [NEVER] * PARTS])
    shared.everywhere.points.clear()
    world.run(START + DAY + 20 * MINUTE)
    assert set(world.sources(START).values()) == {Source.ACCESS}


def test_a_fault_of_a_minute_does_not_choose(shared: KpiSystem) -> None:
    world = World(shared, [[0] * PARTS, [NEVER] * PARTS])
    shared.everywhere.down = True
    try:
        world.run(START + DAY + 20 * MINUTE)
    finally:
        shared.everywhere.down = False
    assert world.sources(START) == {}
    world.run(START + DAY + 80 * MINUTE)
    assert set(world.sources(START).values()) == {Source.ACCESS}


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("dies_at", range(8))
def test_who_comes_after_a_run_that_died_keeps_its_source(
    shared: KpiSystem,
    dies_at: int,
    is_after: bool,  # noqa: FBT001
) -> None:
    """All logs come after that run: what it put of the other source must not be mixed with."""
    world = World(shared, [AT_ONE, [NEVER] * PARTS])
    world.run(START + DAY + 20 * MINUTE, dies_at, is_after=is_after)
    was_put = bool(world.published())
    settle(world)
    assert not (was_put and Source.ACCESS in world.sources(START).values())
    exact(world)


def test_the_answer_says_the_source(shared: KpiSystem) -> None:
    world = World(shared, [[0] * PARTS, [0] * PARTS])
    world.until(START + 2 * DAY + 20 * MINUTE)
    report = shared.at(world.now, Cadence.DAY, PREFERRED).run()
    assert all(isinstance(each, Value) for each in report.done[-1].outcomes.values())
    assert {row["basis"] for row in as_json(report)["kpis"].values()} == {"from access logs"}
