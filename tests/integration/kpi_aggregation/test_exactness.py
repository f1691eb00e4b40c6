"""Whatever the schedule of runs and of data, every ratio is that of all raw events, at any span.

Runs come late, twice, at once or never, and die before or after any effect on the outside; data
come half an hour late and raise or lower a ratio. What readers with Average then see of an hour, a
day, a week and a month is held against sums over the raw events, without any of our formulas.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from avatarwatch.kpi import team
from avatarwatch.kpi.formulas import PerTime
from avatarwatch.kpi.readings import Source, Window
from avatarwatch.kpis import KPIS, Cadence, Kpi, of_cadence
from examples import examples
from fakes.kpi_system import GLOBAL, HOME, KpiSystem
from fakes.raw_events import Book, fresh, run_or_die, traffic
from kpi_aggregation.sets import SLIVER
from kpi_aggregation.windows import LOOKS

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# days, weeks and months of 30 days begin here, as CloudWatch counts them from 1970 on
START = datetime(2026, 5, 7, tzinfo=UTC)
EXACT = [
    kpi
    for kpi in KPIS.values()
    if (kpi.is_exact or isinstance(kpi.formula, PerTime)) and kpi not in team.KPIS
]
DAILY = [kpi for kpi in EXACT if kpi.cadence is Cadence.DAY]
# what nobody publishes every five minutes, as if somebody did: an hour has to come out as well
FIVE_MINUTES = [
    replace(kpi, cadence=Cadence.FIVE_MINUTES) for kpi in DAILY if not kpi.formula.lookback
]
_CUSTOM, _HEALTH, _ACCESS = Source.CUSTOM, Source.HEALTH, Source.ACCESS
type Late = tuple[int, str, int]


def truth(book: Book) -> Mapping[str, Callable[[Window], float]]:
    """Each KPI of a span as a person would compute it from the raw events."""

    def custom(metric: str) -> Callable[[Window], float]:
        return lambda window: book.sum(_CUSTOM, metric, window)

    def mean(source: Source, metric: str, scale: float = 1) -> Callable[[Window], float]:
        return lambda w: book.sum(source, metric, w) / book.count(source, metric, w) * scale

    def share(above: str, below: str) -> Callable[[Window], float]:
        return lambda w: book.sum(Source.CDN, above, w) / book.sum(Source.CDN, below, w) * 100

    uploads, failures, sent = map(custom, ("AvatarUploads", "UploadFailures", "UploadBytes"))
    original, stored = map(custom, ("OriginalBytes", "StoredBytes"))
    duplicates, multi = map(custom, ("DuplicateUploads", "MultiSizeUploads"))
    return {
        "AverageUploadTime": mean(_CUSTOM, "UploadDuration"),
        "CacheHitRate": share("hit", "Requests"),
        "ErrorRate": share("failed", "Requests"),
        "Availability": mean(_HEALTH, "EndpointUp", 100),
        "DeduplicationRate": lambda w: duplicates(w) / uploads(w) * 100,
        "CompressionRatio": lambda w: (original(w) - stored(w)) / original(w) * 100,
        "BandwidthSavings": lambda w: (sent(w) - stored(w)) / sent(w) * 100,
        "RequestsPerSecond": lambda w: (
            book.sum(Source.CDN, "Requests", w) / w.length.total_seconds()
        ),
        "UploadSuccessRate": lambda w: uploads(w) / (uploads(w) + failures(w)) * 100,
        "UserSatisfactionScore": mean(_CUSTOM, "UserSatisfactionScore"),
        "TimeToFirstByte": mean(_ACCESS, "TimeToFirstByte"),
        "FeatureAdoptionRate": lambda w: multi(w) / uploads(w) * 100,
    }


def read(
    system: KpiSystem, kpis: Iterable[Kpi], period: timedelta, statistic: str = "Average"
) -> dict[tuple[str, datetime], float]:
    """Ask as a dashboard does."""
    found = {}
    for kpi in kpis:
        metric = {"Namespace": Source.KPI.namespace, "MetricName": kpi.metric, "Dimensions": []}
        query = {
            "MetricStat": {
                "Metric": metric,
                "Period": period // timedelta(seconds=1),
                "Stat": statistic,
            }
        }
        for at, value in system.home.series(query, START, START + 60 * DAY):
            found[kpi.metric, at] = value
    return found


def compare(book: Book, kpis: list[Kpi], spans: Iterable[timedelta], end: datetime) -> int:
    """Hold what readers see of each span against the book; return how many numbers there were."""
    expected, compared = truth(book), 0
    for span in spans:
        seen = read(book.system, kpis, span)
        assert {name for name, _ in seen} == {kpi.metric for kpi in kpis}
        for (name, at), value in seen.items():
            window = Window(max(at, START), min(at + span, end))
            assert value == pytest.approx(expected[name](window), rel=1e-8), (name, span, at)
            compared += 1
    return compared


def late_data(book: Book, minute: int, metric: str, count: int) -> None:
    """What comes long after its minute; duplicates without an upload change a numerator alone."""
    at = START + minute * MINUTE
    values = {"UploadDuration": 7000.0, "EndpointUp": 0.0}
    source = _HEALTH if metric == "EndpointUp" else _CUSTOM
    if metric == "DuplicateUploads":
        known = book.sum(_CUSTOM, "AvatarUploads", Window(at, at + MINUTE))
        count = min(count, int(known - book.sum(_CUSTOM, metric, Window(at, at + MINUTE))))
    book.put(source, metric, at, [values.get(metric, 1.0)] * max(count, 0))


@pytest.fixture(scope="module")
def shared() -> KpiSystem:
    """One system for all examples: its clients take longer to make than a schedule to run."""
    return KpiSystem()


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the contract's clock stand at the simulated time's end, far from today's."""
    monkeypatch.setattr("aws_contract.cloudwatch.now", lambda: START + 14 * DAY)


RUN = st.tuples(
    st.integers(-10, 40),  # minutes until the run; negative: an older one is delivered late
    st.none() | st.integers(0, 45),  # the effect at which it dies
    st.booleans(),  # before that effect or after it
)
LATE_DATUM = st.tuples(
    st.integers(0, 18).map(lambda n: 5 * n),
    st.sampled_from(
        ["AvatarUploads", "UploadFailures", "UploadDuration", "DuplicateUploads", "EndpointUp"]
    ),
    st.integers(1, 40),
)


@pytest.mark.usefixtures("moving")
@settings(
    max_examples=examples(25),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10**6), steps=st.lists(RUN | LATE_DATUM, max_size=14))
@example(seed=1, steps=[(3, None, True), (0, "UploadFailures", 40), (30, None, True)])  # falls
@example(seed=2, steps=[(8, None, True), (0, "DuplicateUploads", 1), (10, None, True)])  # a sliver
@example(seed=3, steps=[(3, 30, True), (10, None, True)])  # put, not written down
@example(seed=4, steps=[(13, 40, True), (0, "AvatarUploads", 9), (3, 9, True), (5, None, True)])
def test_hours_come_out_whatever_happens(
    shared: KpiSystem, seed: int, steps: list[tuple[int, int | None, bool] | Late]
) -> None:
    book, dice, cadence = fresh(shared), random.Random(seed), Cadence.FIVE_MINUTES  # noqa: S311 - a seed repeats it
    for minute in range(0, 95, 5):
        traffic(book, START + minute * MINUTE, dice)
    now = furthest = START + 3 * MINUTE
    run_or_die(shared, now, cadence, FIVE_MINUTES)
    for step in steps:
        if isinstance(step[1], str):
            window_end = START + (step[0] + 5) * MINUTE
            if furthest < window_end + LOOKS[cadence][-1] - 10 * MINUTE:
                late_data(book, step[0], step[1], step[2])
            continue
        now = max(now + step[0] * MINUTE, START + 3 * MINUTE)
        furthest = max(now, furthest)
        run_or_die(shared, now, cadence, FIVE_MINUTES, step[1], is_after=step[2])
    for n in range(40):
        run_or_die(shared, furthest + (5 * n + 7) * MINUTE, cadence, FIVE_MINUTES)
    spans = (5 * MINUTE, HOUR, DAY)
    assert compare(book, FIVE_MINUTES, spans, START + 95 * MINUTE) > 19 * len(FIVE_MINUTES)
    # the weight of a span is its traffic, nothing counted twice
    counts = read(shared, FIVE_MINUTES, DAY, "SampleCount")
    day = Window(START, START + DAY)
    attempts = book.sum(_CUSTOM, "AvatarUploads", day) + book.sum(_CUSTOM, "UploadFailures", day)
    assert counts["UploadSuccessRate", START] == pytest.approx(attempts, abs=1e6 * SLIVER)


@pytest.mark.parametrize("seed", range(3))
def test_days_weeks_and_months_come_out(
    shared: KpiSystem, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty-five days of which the schedule misses some; events come up to a day late."""
    book, dice, end = fresh(shared), random.Random(seed), START + 35 * DAY  # noqa: S311 - as above
    clock = [START]
    monkeypatch.setattr("aws_contract.cloudwatch.now", lambda: clock[0])
    late: list[tuple[datetime, Late]] = []
    for day in range(35):
        for hour in range(0, 24, 3):
            traffic(book, START + day * DAY + hour * HOUR, dice)
            if dice.random() < 0.3:
                minute = (day * 24 + hour) * 60
                metric = dice.choice(["UploadFailures", "DuplicateUploads", "EndpointUp"])
                comes = START + day * DAY + (hour + dice.randint(1, 24)) * HOUR
                late.append((comes, (minute, metric, dice.randint(1, 30))))
        clock[0] = START + (day + 1) * DAY
        for hour in range(24):  # the daily run, and the hourly ones that take the days along
            clock[0] = START + (day + 1) * DAY + hour * HOUR + 20 * MINUTE
            for _, datum in [each for each in late if each[0] <= clock[0]]:
                late_data(book, *datum)
            late = [each for each in late if each[0] > clock[0]]
            if dice.random() < 0.6:
                dies_at = dice.choice([None, None, dice.randint(0, 12)])
                run_or_die(shared, clock[0], Cadence.DAY, DAILY, dies_at,
                           is_after=dice.random() < 0.5)  # fmt: skip
    for _ in range(80):
        clock[0] += HOUR
        run_or_die(shared, clock[0], Cadence.DAY, DAILY)
    spans = (DAY, 7 * DAY, 30 * DAY)
    assert compare(book, DAILY, spans, end) == len(DAILY) * (35 + 5 + 2)


def test_the_truth_knows_every_exact_kpi(shared: KpiSystem) -> None:
    signals = {kpi.metric for kpi in of_cadence(Cadence.FIVE_MINUTES)}
    assert {kpi.metric for kpi in EXACT} - signals == set(truth(fresh(shared)))
    assert set(shared.regions) == {HOME, GLOBAL}
