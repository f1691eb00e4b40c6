"""KPIs whose points overlap, each held against its own sum over the raw events up to its end.

They add up to no longer span (a sum over 24 hours, what is left of 30 days, what alarms look at);
so each point is compared by itself, and so is that there is none. Runs die and are missed, data
come late, as in test_exactness.py.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.kpi.readings import Source, Window
from avatarwatch.kpis import KPIS, Cadence, Kpi, of_cadence
from fakes.kpi_system import SETTINGS, KpiSystem
from fakes.raw_events import ACCESS, CUSTOM, HEALTH, Book, fresh, run_or_die
from integration.kpi_aggregation.test_exactness import EXACT
from local.paths import ROOT

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 5, 7, tzinfo=UTC)
CDN = Source.CDN
LIMITS = SETTINGS.thresholds or {}
type Truth = Mapping[str, Callable[[Window], float | None]]
"""Each KPI of a window as a person would compute it, None where nothing can be said."""

SIGNALS = [kpi for kpi in of_cadence(Cadence.FIVE_MINUTES) if kpi.metric != "CdnLatency"]
HOURLY = list(of_cadence(Cadence.HOUR))
DAILY = [
    KPIS[name]
    for name in (
        "UploadsLast24h", "ConcurrentUploads", "StorageBytes", "StorageGrowth7d",
        "UploadBudgetLeft", "AvailabilityBudgetLeft",
    )
]  # fmt: skip
# Of no raw events that add up, with what holds each instead (docs/decisions/0040).
NO_SUM = {
    "P95UploadTime": "a percentile, which CloudWatch computes",
    "CdnLatency": "the middle of three percentiles: test_one_wild_value_is_not_told",
    "DailyActiveUploaders": "counted by Logs Insights, approximately:"
    " tests/integration/kpi_aggregation/test_counting_users.py",
    "UserAdoption7d": "of those",
    **dict.fromkeys(
        ("CostPerUpload", "CostPerGb", "MonthlyGrowthRate", "CostIncrease30d"),
        "differences of a cumulative bill: tests/unit/avatarwatch/test_kpi_costs.py",
    ),
    **dict.fromkeys(
        ("StorageGrowthRate", "StorageIn30d", "StorageIn90d", "StorageCostIn30d",
         "StorageCostIn90d", "DaysUntilStorageWarning", "DaysUntilStorageCritical"),
        "a trend through levels: tests/unit/avatarwatch/test_kpi_projections.py",
    ),
    **dict.fromkeys(
        ("StorageSavingExpected", "StorageSavingRealised", "DatabaseCpu", "DatabaseConnections",
         "CacheServerCpu", "CacheServerEvictions", "WorkerQueueDepth"),
        "one number of others, passed on: tests/e2e/test_kpi_aggregation.py",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def shared() -> KpiSystem:
    return KpiSystem()


def test_every_kpi_has_a_sum_or_a_reason() -> None:
    own = {kpi.metric for kpi in (*SIGNALS, *HOURLY, *DAILY)}
    assert {kpi.metric for kpi in EXACT} | own | NO_SUM.keys() >= {k.metric for k in KPIS.values()}
    assert not own & NO_SUM.keys()
    named = re.findall(r"tests/[\w/]+\.py", " ".join(NO_SUM.values()))
    assert len(named) > 4
    assert [path for path in named if not (ROOT / path).exists()] == []


def seen(system: KpiSystem, kpis: list[Kpi], cadence: Cadence) -> dict[tuple[str, datetime], float]:
    """Return what a reader sees of each window, by metric and the window's end."""
    ahead = HOUR if cadence is Cadence.DAY else cadence.length
    names = {kpi.metric for kpi in kpis}
    return {
        (metric, at + ahead): value
        for (metric, at), value in system.home.averages(Source.KPI.namespace).items()
        if metric in names
    }


def compare(
    book: Book, truth: Truth, kpis: list[Kpi], cadence: Cadence, ends: list[datetime]
) -> int:
    """Hold each point, and each that is not there, against the book; return how many there were."""
    found = {
        key: value for key, value in seen(book.system, kpis, cadence).items() if key[1] in ends
    }
    for kpi in kpis:
        for end in ends:
            expected = truth[kpi.metric](Window(end - cadence.length, end))
            told = found.get((kpi.metric, end))
            assert (told is None) == (expected is None), (kpi.metric, end, told, expected)
            assert told == (None if expected is None else pytest.approx(expected, rel=1e-8)), (
                kpi.metric, end)  # fmt: skip
    return len(found)


# ---- What alarms look at, every five minutes ----


def judged(
    bad: Callable[[Window], float], events: Callable[[Window], float],
    *, at_once: timedelta, least: int, share: float, is_good: bool = False,
) -> Callable[[Window], float | None]:  # fmt: skip
    """Return a share in percent, over as long as it takes to see or rule out ``least`` bad ones.

    ``share`` of all may be bad. As the runbook has it: six hours at most, and nothing of a window
    without events.
    """

    def of(window: Window) -> float | None:
        if not events(window):
            return None
        spans = [at_once + n * window.length for n in range((6 * HOUR - at_once) // window.length)]
        for span in [*spans, 6 * HOUR]:
            longer = Window(window.end - span, window.end)
            bads, every = bad(longer), events(longer)
            is_known = bads >= least or every * share >= least
            if is_known or (span == 6 * HOUR and bads <= every * share):
                return (every - bads if is_good else bads) / every * 100
        return None

    return of


def of_signals(book: Book) -> Truth:
    def added(source: Source, *metrics: str) -> Callable[[Window], float]:
        return lambda w: sum(book.sum(source, metric, w) for metric in metrics)

    requests = added(CDN, "Requests")
    return {
        "UploadFailureRate": judged(
            added(CUSTOM, "UploadFailures"), added(CUSTOM, "AvatarUploads", "UploadFailures"),
            at_once=15 * MINUTE, least=8, share=LIMITS["UploadFailuresCritical"] / 100),
        "ErrorRate5m": judged(
            added(CDN, "failed"), requests, at_once=5 * MINUTE, least=20,
            share=LIMITS["ErrorRateCritical"] / 100),
        "CacheHitRate1h": judged(
            lambda w: requests(w) - book.sum(CDN, "hit", w), requests, at_once=HOUR, least=40,
            share=1 - LIMITS["CacheHitRateWarning"] / 100, is_good=True),
        "RequestRate": lambda w: requests(Window(w.end - 15 * MINUTE, w.end)) / 15 or None,
    }  # fmt: skip


def trickle(book: Book, at: datetime, dice: random.Random) -> None:
    """Five minutes' events: sometimes nothing, mostly too few to be judged, sometimes many."""
    many = dice.choice([0, 1, 1, 3, 60])
    book.put(CUSTOM, "AvatarUploads", at, [1.0] * dice.randint(0, 2 * many))
    book.put(CUSTOM, "UploadFailures", at, [1.0] * dice.choice([0, 0, 0, 1, many]))
    if requests := dice.randint(0, 30 * many):
        failed, hits = dice.randint(0, requests // 4), dice.randint(requests // 2, requests)
        book.cdn(at, requests, failed * 100 / requests, hits * 100 / requests)


@pytest.mark.parametrize("seed", range(6))
def test_signals(shared: KpiSystem, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten hours; uploads and failures come up to half an hour late, runs die or are missed."""
    book, dice = fresh(shared), random.Random(seed)  # noqa: S311 - a seed repeats it
    monkeypatch.setattr("aws_contract.cloudwatch.now", lambda: START + 14 * DAY)
    late: list[tuple[datetime, datetime, str]] = []
    for n in range(120):
        at = START + n * 5 * MINUTE
        trickle(book, at, dice)
        if dice.random() < 0.2:
            comes = at + dice.randint(5, 35) * MINUTE
            late.append((comes, at, dice.choice(["AvatarUploads", "UploadFailures"])))
        now = at + 8 * MINUTE
        for each in [each for each in late if each[0] <= now]:
            book.put(CUSTOM, each[2], each[1], [1.0] * dice.randint(1, 12))
            late.remove(each)
        if dice.random() < 0.7:
            dies_at = dice.choice([None, None, dice.randint(0, 9)])
            run_or_die(shared, now, Cadence.FIVE_MINUTES, SIGNALS, dies_at,
                       is_after=dice.random() < 0.5)  # fmt: skip
    assert all(comes < START + 11 * HOUR for comes, *_ in late)
    for _, at, metric in late:
        book.put(CUSTOM, metric, at, [1.0])
    for n in range(40):
        run_or_die(shared, START + 11 * HOUR + (5 * n + 3) * MINUTE, Cadence.FIVE_MINUTES, SIGNALS)
    ends = [START + n * 5 * MINUTE for n in range(1, 160)]
    assert compare(book, of_signals(book), SIGNALS, Cadence.FIVE_MINUTES, ends) > 200


def test_one_wild_value_is_not_told(shared: KpiSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """CdnLatency is the middle of the last three 95th percentiles that there are."""
    fresh(shared)
    monkeypatch.setattr("aws_contract.cloudwatch.now", lambda: START + 14 * DAY)
    where = {"DistributionId": "E1", "Region": "Global"}
    values = {0: 80.0, 1: 9000.0, 2: 90.0, 5: 70.0, 6: 60.0, 7: 65.0}
    for n, value in values.items():
        shared.everywhere.put(
            CDN.namespace, "OriginLatency", {START + n * 5 * MINUTE: value}, where
        )
    latency = KPIS["CdnLatency"]
    for n in range(40):
        run_or_die(shared, START + (5 * n + 3) * MINUTE, Cadence.FIVE_MINUTES, [latency])
    told = {end: value for (_, end), value in seen(shared, [latency], latency.cadence).items()}
    assert told == {
        START + (n + 1) * 5 * MINUTE: middle
        for n, middle in {0: 80.0, 1: 80.0, 2: 90.0, 5: 90.0, 6: 70.0, 7: 65.0}.items()
    }


# ---- Sums over a day, told by the hour when they cross ----


@pytest.mark.parametrize("seed", range(3))
def test_a_days_bandwidth(shared: KpiSystem, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four days around the threshold: what is told is the sum, and it is told when it crosses."""
    book, dice = fresh(shared), random.Random(seed)  # noqa: S311 - as above
    monkeypatch.setattr("aws_contract.cloudwatch.now", lambda: START + 14 * DAY)
    limit, where = LIMITS["BandwidthWarning"], {"DistributionId": "E1", "Region": "Global"}
    for n in range(96):
        at, size = START + n * HOUR, dice.choice([0, 1, 9]) * limit / 80
        if size:
            shared.everywhere.put(CDN.namespace, "BytesDownloaded", {at: size}, where)
            book.events[CDN, "BytesDownloaded"].append((at, size))
        if dice.random() < 0.8:
            run_or_die(shared, at + HOUR + 5 * MINUTE, Cadence.HOUR, HOURLY)
    for n in range(97, 130):
        run_or_die(shared, START + n * HOUR, Cadence.HOUR, HOURLY)

    def total(end: datetime) -> float:
        return book.sum(CDN, "BytesDownloaded", Window(end - DAY, end))

    def told(window: Window) -> float | None:
        now = total(window.end)
        crossed = any((total(window.end - n * HOUR) > limit) != (now > limit) for n in (1, 2, 3))
        return now if crossed or window.end.hour == 0 else None

    ends = [START + n * HOUR for n in range(1, 97)]
    assert compare(book, {"Bandwidth24h": told}, HOURLY, Cadence.HOUR, ends) > 8


# ---- What is told once a day, of more than the day ----


def of_days(book: Book) -> Truth:
    def left(bad: Callable[[Window], float], events: Callable[[Window], float], share: float
             ) -> Callable[[Window], float]:  # fmt: skip
        def of(window: Window) -> float:
            month = Window(max(window.end - 30 * DAY, START), window.end)
            allowed = share * events(month) * (30 * DAY / month.length)
            return 100 - bad(month) / allowed * 100

        return of

    def uploads(window: Window) -> float:
        return book.sum(CUSTOM, "AvatarUploads", window)

    def failures(window: Window) -> float:
        return book.sum(CUSTOM, "UploadFailures", window)

    def polls(window: Window) -> float:
        return book.count(HEALTH, "EndpointUp", window)

    def stored(window: Window) -> float:
        return book.sum(Source.STORAGE, "BucketSizeBytes", window)

    def peak(window: Window) -> float:
        events = book.events[CUSTOM, "ConcurrentUploads"]
        return max(value for at, value in events if window.start <= at < window.end)

    def growth(window: Window) -> float | None:
        before = Window(window.start - 7 * DAY, window.end - 7 * DAY)
        return stored(window) - stored(before) if before.start >= START else None

    return {
        "UploadsLast24h": uploads,
        "ConcurrentUploads": peak,
        "StorageBytes": stored,
        "StorageGrowth7d": growth,
        "UploadBudgetLeft": left(failures, lambda w: uploads(w) + failures(w), 0.01),
        "AvailabilityBudgetLeft": left(
            lambda w: polls(w) - book.sum(HEALTH, "EndpointUp", w), polls, 0.001),
    }  # fmt: skip


def a_day(book: Book, start: datetime, dice: random.Random) -> None:
    for hour in (0, 4, 9, 14, 19, 23):  # a day's first and last, too
        at = start + hour * HOUR
        book.put(CUSTOM, "AvatarUploads", at, [1.0] * dice.randint(1, 400))
        book.put(CUSTOM, "UploadFailures", at, [1.0] * dice.choice([0, 0, 1, 5]))
        book.put(CUSTOM, "ConcurrentUploads", at, [float(dice.randint(1, 90)) for _ in range(4)])
        book.put(HEALTH, "EndpointUp", at, [float(dice.random() > 0.004) for _ in range(60)])
        book.put(ACCESS, "TimeToFirstByte", at, [50.0])
    for kind in ("StandardStorage", "StandardIAStorage"):
        size = float(dice.randint(10**9, 10**11))
        book.system.home.of_bucket(
            "BucketSizeBytes", start, size, BucketName="avatars", StorageType=kind)  # fmt: skip
        book.events[Source.STORAGE, "BucketSizeBytes"].append((start, size))


@pytest.mark.parametrize("seed", range(3))
def test_days(shared: KpiSystem, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty days, of which runs miss some and die in others; failures come a day late."""
    book, dice = fresh(shared), random.Random(seed)  # noqa: S311 - as above
    clock = [START]
    monkeypatch.setattr("aws_contract.cloudwatch.now", lambda: clock[0])
    for day in range(40):
        start = START + day * DAY
        a_day(book, start, dice)
        for hour in range(0, 24, 5):
            clock[0] = start + DAY + hour * HOUR + 20 * MINUTE
            if hour == 10 and dice.random() < 0.5:
                book.put(CUSTOM, "UploadFailures", start + 4 * HOUR, [1.0] * dice.randint(1, 9))
            if dice.random() < 0.7:
                dies_at = dice.choice([None, None, dice.randint(0, 12)])
                run_or_die(shared, clock[0], Cadence.DAY, DAILY, dies_at,
                           is_after=dice.random() < 0.5)  # fmt: skip
    for _ in range(80):
        clock[0] += HOUR
        run_or_die(shared, clock[0], Cadence.DAY, DAILY)
    ends = [START + day * DAY for day in range(1, 41)]
    assert compare(book, of_days(book), DAILY, Cadence.DAY, ends) == 6 * 40 - 7
