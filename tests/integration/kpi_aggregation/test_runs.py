"""What runs do: claim, publish once, look again, correct, catch up, compute again by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.kpi.readings import PROMPT
from avatarwatch.kpis import Cadence
from fakes.kpi_system import KilledError, KpiSystem, traffic
from kpi_aggregation.claims import LEASE
from kpi_aggregation.report import Report

MINUTE = timedelta(minutes=1)
# within the two weeks that CloudWatch takes, by the real clock that the AWS contract reads
START = (datetime.now(UTC) - timedelta(days=3)).replace(hour=10, minute=0, second=0, microsecond=0)
SPAN = 120  # minutes of traffic

type Published = dict[tuple[str, datetime], float]


@pytest.fixture(scope="module")
def system() -> KpiSystem:
    made = KpiSystem()
    traffic(made, START, SPAN)
    return made


def published(system: KpiSystem) -> Published:
    """What readers with Average see of the windows with traffic."""
    found = system.home.averages("AvatarSystem/KPI")
    return {key: value for key, value in found.items() if key[1] >= START}


def settle(system: KpiSystem) -> None:
    """Let the schedule go on as it should until every window is settled."""
    for n in range(18):
        system.at(START + LEASE + (SPAN + 15 * n + 3) * MINUTE).run()


@pytest.fixture(scope="module")
def clean(system: KpiSystem) -> Published:
    system.reset()
    for n in range(SPAN // 5 + 1):
        system.at(START + (5 * n + 3) * MINUTE).run()
    settle(system)
    return published(system)


def test_a_clean_schedule_publishes_every_window(clean: Published) -> None:
    for metric in ("UploadFailureRate", "ErrorRate5m", "CacheHitRate1h"):
        windows = sorted(at for name, at in clean if name == metric)
        assert windows == [START + n * 5 * MINUTE for n in range(SPAN // 5)]
    # 12 x 5 succeeded; minutes 0 and 3 had one failure each
    assert clean["UploadFailureRate", START] == pytest.approx(2 / 62 * 100)
    # E1 96 % and E2 90 % of as many requests each
    assert clean["CacheHitRate1h", START] == pytest.approx(93)


def test_a_first_run_that_dies_leaves_no_gap_behind_it(system: KpiSystem) -> None:
    """Hours later nothing but the watermark knows where the work began."""
    system.reset()
    system.fuse.left, system.fuse.is_after = 1, False
    with pytest.raises(KilledError):
        system.at(START + 8 * MINUTE).run()
    system.at(START + 5 * 60 * MINUTE).run()
    rates = {at for name, at in published(system) if name == "UploadFailureRate"}
    assert rates == {START + n * 5 * MINUTE for n in range(SPAN // 5)}


def test_a_window_that_another_run_holds_is_left_to_it(system: KpiSystem) -> None:
    system.reset()
    now = START + 31 * MINUTE
    system.fuse.left, system.fuse.is_after = 4, True
    with pytest.raises(KilledError):
        system.at(now).run()
    bodies = [json.loads(body) for _, body, _ in system.documents.items.values()]
    claimed = sum(bool(body.get("until")) for body in bodies)
    assert claimed > 0
    report = system.at(now + MINUTE).run()
    assert report.done
    held = {one.window.start for one in report.done if one.window.end < now - 18 * MINUTE}
    again = system.at(now + LEASE + PROMPT).run()
    assert held.isdisjoint({one.window.start for one in again.done})
    assert len(again.done) >= claimed


def test_two_weeks_missed_are_caught_up_a_day_at_a_time(system: KpiSystem) -> None:
    system.reset()
    system.at(START + 3 * MINUTE).run()
    late = START + timedelta(days=2, hours=12)
    first = system.at(late).run()
    assert first.done[0].window.end <= late
    starts = [one.window.start for one in first.done]
    assert starts == sorted(starts), "what is told as the newest would be the oldest hole"
    # the first hour before the start was still looked at, but for the window that was settled
    assert (len(first.done), first.left) == (13 + 288, 60 * 12 + 11 - 13 - 288)
    second = system.at(late + 5 * MINUTE).run()
    third = system.at(late + 10 * MINUTE).run()
    assert second.left > 0
    assert third.left == 0


def test_late_data_lower_a_rate() -> None:
    system = KpiSystem()
    traffic(system, START, 5, failures=3)
    system.at(START + 8 * MINUTE).run()
    assert published(system)["UploadFailureRate", START] == pytest.approx(6 / 66 * 100)

    system.home.put("AvatarSystem/Custom", "AvatarUploads", {START: [1.0] * 34})
    report = system.at(START + 13 * MINUTE).run()

    assert published(system)["UploadFailureRate", START] == pytest.approx(6)
    [looked] = [one for one in report.done if one.window.start == START]
    assert looked.changes.corrected["UploadFailureRate"] == pytest.approx((6 / 66 * 100, 6.0))


def test_a_correction_that_cloudwatch_refuses_loses_nothing_else() -> None:
    """A sample count below one is believed to be legal, not known."""
    system = KpiSystem()
    system.home.refuses_slivers = True
    traffic(system, START, 10)
    system.at(START + 8 * MINUTE).run()
    before = published(system)["RequestRate", START]
    system.everywhere.put("AWS/CloudFront", "Requests", {START: 1.0},
                          {"DistributionId": "E1", "Region": "Global"})  # fmt: skip
    system.at(START + 13 * MINUTE).run()
    after = published(system)
    assert after["RequestRate", START] == before
    assert after["RequestRate", START + 5 * MINUTE] > before
    record = json.loads(system.documents.items["kpi#PT5M", START.isoformat()][1])
    count = record["value"]["published"]["RequestRate"]["count"]
    assert count == 15


def test_nothing_is_put_twice_while_nothing_changes(system: KpiSystem) -> None:
    system.reset()
    for n in range(SPAN // 5 + 20):
        system.at(START + (5 * n + 3) * MINUTE).run()
    counts: dict[tuple[str, datetime], int] = {}
    for (space, metric, _), points in system.home.points.items():
        for point in points if space == "AvatarSystem/KPI" else ():
            counts[metric, point.at] = counts.get((metric, point.at), 0) + 1
    assert set(counts.values()) == {1}


def test_recomputing_a_span_fills_what_is_missing(system: KpiSystem, clean: Published) -> None:
    system.reset()
    report = system.at(START + timedelta(hours=6)).recompute(START, START + SPAN * MINUTE)
    assert (len(report.done), report.left) == (SPAN // 5, 0)
    inside = {key: value for key, value in clean.items() if key[1] < START + SPAN * MINUTE}
    assert published(system) == pytest.approx(inside)


def test_recomputing_never_touches_a_window_that_is_not_over(system: KpiSystem) -> None:
    system.reset()
    now = START + 12 * MINUTE
    report = system.at(now).recompute(START - 3 * MINUTE, START + SPAN * MINUTE)
    assert [one.window.start for one in report.done] == [START, START + 5 * MINUTE]


def test_a_days_uploads_are_stamped_in_its_last_hour(system: KpiSystem) -> None:
    system.reset()
    midnight = START.replace(hour=0)
    system.at(midnight + timedelta(days=1, minutes=20), Cadence.DAY).run()
    stamped = midnight + timedelta(hours=23)
    assert system.home.averages("AvatarSystem/KPI")["UploadsLast24h", stamped] == 12 * SPAN


@pytest.mark.parametrize("by_hand", [False, True])
def test_windows_that_another_run_takes_first_are_busy_and_none_is_left(
    system: KpiSystem, *, by_hand: bool
) -> None:
    """The other run comes between the look at what is due and the claim of it."""
    system.reset()
    now = START + 33 * MINUTE
    system.at(now - 20 * MINUTE).claims.advance(START, now)

    def run() -> Report:
        work = system.at(now)
        return work.recompute(START, now) if by_hand else work.run()

    other: list[Report] = []
    system.fuse.left, system.fuse.is_after = 0, False
    system.fuse.then = lambda: other.append(run())
    try:
        mine = run()
    finally:
        system.fuse.then = None
    [theirs] = other
    assert (len(theirs.done), theirs.busy, theirs.left) == (6, 0, 0)
    assert (mine.done, mine.busy, mine.left) == ([], 6, 0)
