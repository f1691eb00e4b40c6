"""Counting a day's users with Logs Insights: over the closed day, once, and for little money."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.kpi.readings import NoData, Outcome, Value
from avatarwatch.kpis import KPIS, Cadence
from fakes.kpi_system import KilledError, KpiSystem
from kpi_aggregation.insights import MOST_QUERIES

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MIDNIGHT = (datetime.now(UTC) - 3 * DAY).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def system() -> KpiSystem:
    return KpiSystem()


@pytest.fixture
def logged(system: KpiSystem) -> KpiSystem:
    dimensions = {"LogGroupName": "/avatar/api"}
    system.home.put("AWS/Logs", "IncomingBytes", {MIDNIGHT: 2e9}, dimensions)
    system.logs.uploaders = 412
    return system


def day(system: KpiSystem, now: datetime = MIDNIGHT + DAY + 20 * MINUTE) -> Outcome:
    report = system.at(now, Cadence.DAY).run()
    found = [one for one in report.done if one.window.start == MIDNIGHT]
    return found[0].outcomes[KPIS["DailyActiveUploaders"]]


def test_users_are_counted_over_the_closed_day_and_the_scan_is_counted(logged: KpiSystem) -> None:
    assert day(logged) == Value(412)
    assert logged.usage.scanned_bytes == 2e9
    assert logged.usage.usd >= 2 * 0.005
    [query] = logged.logs.started
    span = (query["startTime"], query["endTime"])
    assert span == (MIDNIGHT.timestamp(), (MIDNIGHT + DAY).timestamp() - 1)


def test_the_lines_are_scanned_once(logged: KpiSystem) -> None:
    day(logged)
    assert day(logged, MIDNIGHT + 2 * DAY + 20 * MINUTE) == Value(412)
    assert len(logged.logs.started) == 1


def test_a_query_that_still_runs_is_continued(logged: KpiSystem) -> None:
    logged.logs.statuses = ["Running"]
    logged.seconds_left = 1.0
    waiting = day(logged)
    assert isinstance(waiting, NoData)
    assert waiting.passing
    logged.logs.statuses = ["Complete"]
    assert day(logged, MIDNIGHT + DAY + 62 * MINUTE) == Value(412)
    assert len(logged.logs.started) == 1


def test_a_query_is_waited_for_in_whatever_state_it_has_not_ended(logged: KpiSystem) -> None:
    logged.logs.statuses = ["Scheduled", "Unknown", "Running", "Complete"]
    assert day(logged) == Value(412)
    assert len(logged.logs.started) == 1


def test_a_query_is_waited_for_as_long_as_there_are_two_seconds(logged: KpiSystem) -> None:
    """One for the wait, and one for the next look."""
    logged.logs.statuses = ["Running", "Complete"]
    logged.seconds_left = 1.99
    assert isinstance(day(logged), NoData)
    assert logged.logs.statuses == ["Complete"]
    logged.logs.statuses = ["Running", "Complete"]
    logged.seconds_left = 2.0
    assert day(logged, MIDNIGHT + DAY + 62 * MINUTE) == Value(412)


def test_a_query_that_timed_out_is_asked_anew(logged: KpiSystem) -> None:
    logged.logs.statuses = ["Timeout"]
    missing = day(logged)
    assert isinstance(missing, NoData)
    assert "ended as Timeout" in missing.reason
    logged.logs.statuses = ["Complete"]
    assert day(logged, MIDNIGHT + DAY + 62 * MINUTE) == Value(412)
    assert len(logged.logs.started) == 2


def test_a_query_without_an_end_is_begun_three_times_at_most(logged: KpiSystem) -> None:
    """Each scans the day's lines anew: what times out every hour must not cost every hour."""
    logged.logs.statuses = ["Timeout"] * 9
    for hour in range(MOST_QUERIES):
        assert isinstance(day(logged, MIDNIGHT + DAY + (62 + 60 * hour) * MINUTE), NoData)
    missing = day(logged, MIDNIGHT + DAY + (62 + 60 * MOST_QUERIES) * MINUTE)
    assert isinstance(missing, NoData)
    assert missing.reason == "3 Logs Insights queries gave no count"
    assert not missing.passing
    assert len(logged.logs.started) == MOST_QUERIES

    logged.logs.statuses = ["Complete"]
    later = logged.at(MIDNIGHT + 2 * DAY, Cadence.DAY).recompute(MIDNIGHT, MIDNIGHT + DAY)
    assert later.done[0].outcomes[KPIS["DailyActiveUploaders"]] == Value(412), (
        "by hand it is asked again"
    )


def test_a_question_after_a_query_that_was_throttled_is_put_again(logged: KpiSystem) -> None:
    """The query goes on at AWS: its id must not be lost, or it is paid for twice."""
    logged.logs.failing = ["ThrottlingException"]
    missing = day(logged)
    assert isinstance(missing, NoData)
    assert "ThrottlingException" in missing.reason
    logged.logs.statuses = ["Complete"]
    assert day(logged, MIDNIGHT + DAY + 62 * MINUTE) == Value(412)
    assert len(logged.logs.started) == 1


def test_a_query_that_aws_has_forgotten_is_begun_anew(logged: KpiSystem) -> None:
    logged.logs.failing = ["ResourceNotFoundException"]
    assert isinstance(day(logged), NoData)
    logged.logs.statuses = ["Complete"]
    assert day(logged, MIDNIGHT + DAY + 62 * MINUTE) == Value(412)
    assert len(logged.logs.started) == 2


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("effect", range(3, 10))
def test_runs_that_die_scan_no_day_without_end(
    logged: KpiSystem, effect: int, *, is_after: bool
) -> None:
    logged.logs.statuses = ["Complete"] * 50
    for hour in range(6):
        logged.fuse.left, logged.fuse.is_after = effect, is_after
        with contextlib.suppress(KilledError):
            logged.at(MIDNIGHT + DAY + (62 + 60 * hour) * MINUTE, Cadence.DAY).run()
    logged.fuse.left = None
    assert logged.logs.started
    begun = Counter(query["startTime"] for query in logged.logs.started)
    assert max(begun.values()) <= MOST_QUERIES


def test_as_much_as_may_be_scanned_is(logged: KpiSystem) -> None:
    dimensions = {"LogGroupName": "/avatar/api"}
    logged.home.put("AWS/Logs", "IncomingBytes", {MIDNIGHT + MINUTE: 8e9}, dimensions)
    day(logged)
    assert len(logged.logs.started) == 1


def test_too_large_a_scan_is_not_begun(logged: KpiSystem) -> None:
    dimensions = {"LogGroupName": "/avatar/api"}
    logged.home.put("AWS/Logs", "IncomingBytes", {MIDNIGHT + MINUTE: 9e9}, dimensions)
    refused = day(logged)
    assert isinstance(refused, NoData)
    assert "would scan 11.0 GB of logs, more than the 10 GB of MaxScanGb" in refused.reason
    assert logged.logs.started == []


def test_silence_costs_nothing(system: KpiSystem) -> None:
    missing = day(system)
    assert isinstance(missing, NoData)
    assert "no log line came in" in missing.reason
    assert system.logs.started == []


def test_lines_without_an_upload_are_nobody(logged: KpiSystem) -> None:
    logged.logs.uploaders = None
    assert day(logged) == Value(0)


@pytest.mark.parametrize("cadence", Cadence)
def test_only_the_run_that_counts_users_asks_how_long_the_log_is(
    logged: KpiSystem, cadence: Cadence
) -> None:
    """Each metric that is requested costs."""
    logged.logs.statuses = ["Complete"] * 9
    logged.at(MIDNIGHT + DAY + 20 * MINUTE, cadence).run()
    asked = {
        query["MetricStat"]["Metric"]["MetricName"]
        for name, call in logged.home.calls
        if name == "GetMetricData"
        for query in call["MetricDataQueries"]
    }
    assert ("IncomingBytes" in asked) is (cadence is Cadence.DAY)
