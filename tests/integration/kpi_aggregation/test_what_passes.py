"""What could not be read is tried again within the hour when that may help, and else at its looks.

A day that is asked for each hour in vain costs a request and a line each time; a day that is not
asked for again stays without its number until tomorrow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import EndpointConnectionError

from avatarwatch.kpi.readings import NoData, Value
from avatarwatch.kpis import KPIS, Cadence
from fakes.kpi_system import SETTINGS, KpiSystem, traffic
from fakes.wire import RefusedError
from kpi_aggregation.insights import MOST_QUERIES

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MIDNIGHT = (datetime.now(UTC) - 3 * DAY).replace(hour=0, minute=0, second=0, microsecond=0)
FIRST = MIDNIGHT + DAY + 20 * MINUTE
"""After the first look at the day, an hour before nothing that another is due at."""
LOST = EndpointConnectionError(endpoint_url="https://logs.eu-north-1.amazonaws.com")


def made(**other: object) -> KpiSystem:
    system = KpiSystem(settings=replace(SETTINGS, **other))  # type: ignore[arg-type]
    traffic(system, MIDNIGHT + 10 * timedelta(hours=1), 10)
    dimensions = {"LogGroupName": "/avatar/api"}
    system.home.put("AWS/Logs", "IncomingBytes", {MIDNIGHT: 2e9}, dimensions)
    dimensions = {"BucketName": "avatars", "StorageType": "StandardStorage"}
    system.home.put("AWS/S3", "BucketSizeBytes", {MIDNIGHT: 30e9}, dimensions)
    system.logs.statuses = ["Complete"] * 99
    return system


def no_bucket(system: KpiSystem) -> None:
    for key in [key for key in system.home.points if "BucketSizeBytes" in key]:
        del system.home.points[key]


def no_lines(system: KpiSystem) -> None:
    for key in [key for key in system.home.points if "IncomingBytes" in key]:
        del system.home.points[key]


def much(system: KpiSystem) -> None:
    dimensions = {"LogGroupName": "/avatar/api"}
    system.home.put("AWS/Logs", "IncomingBytes", {MIDNIGHT + MINUTE: 9e9}, dimensions)


def nothing(_: KpiSystem) -> None:
    """The settings say it."""


def failing(**what: object) -> Callable[[KpiSystem], None]:
    def done(system: KpiSystem) -> None:
        for name, value in what.items():
            setattr(system.logs, name, value)

    return done


def down(system: KpiSystem) -> None:
    system.home.down = True


def broken(system: KpiSystem) -> None:
    system.home.status["BucketSizeBytes"] = "InternalError"


def twice(system: KpiSystem) -> None:
    dimensions = {"BucketName": "avatars", "StorageType": "StandardStorage"}
    system.home.put("AWS/S3", "BucketSizeBytes", {MIDNIGHT: 7.0}, dimensions, unit="Count")


USERS, STORAGE = "DailyActiveUploaders", "StorageBytes"


@pytest.mark.parametrize(
    ("metric", "reason", "passing", "fault", "settings"),
    [
        (STORAGE, "S3 has not measured the buckets yet", False, no_bucket, {}),
        (STORAGE, "the parameter AvatarBucketNames is empty", False, nothing, {"bucket_names": ()}),
        ("DatabaseCpu", "the parameter DatabaseInstanceIds is empty", False, nothing, {}),
        (STORAGE, "ListMetrics in eu-north-1 failed", True, down, {}),
        (STORAGE, "BucketSizeBytes: CloudWatch says InternalError", True, broken, {}),
        (USERS, "the parameter ApiLogGroupName is empty", False, nothing, {"api_log_group": None}),
        (USERS, "no log line came in (AWS/Logs IncomingBytes)", False, no_lines, {}),
        (USERS, "counting would scan 11.0 GB", False, much, {}),
        (
            USERS, "Logs Insights failed: An error occurred (LimitExceededException)", True,
            failing(refusing=[RefusedError("LimitExceededException", "too many")]), {},
        ),
        (
            USERS, "Logs Insights failed: Could not connect", True, failing(refusing=[LOST]), {},
        ),
        (
            USERS, "Logs Insights failed: An error occurred (ThrottlingException)", True,
            failing(failing=["ThrottlingException"]), {},
        ),
        (
            USERS, "the Logs Insights query ended as Failed", True,
            failing(statuses=["Failed", "Complete"]), {},
        ),
    ],
)  # fmt: skip
def test_what_may_be_read_an_hour_later_is_tried_again_then(
    metric: str,
    reason: str,
    fault: Callable[[KpiSystem], None],
    settings: dict[str, object],
    *,
    passing: bool,
) -> None:
    system = made(**settings)
    fault(system)
    [day] = [
        one for one in system.at(FIRST, Cadence.DAY).run().done if one.window.start == MIDNIGHT
    ]
    found = day.outcomes[KPIS[metric]]
    assert isinstance(found, NoData)
    assert found.reason.startswith(reason)
    assert found.passing is passing
    if not passing:
        return
    system.home.down, system.home.status = False, {}
    report = system.at(FIRST + 60 * MINUTE, Cadence.DAY).run()
    [day] = [one for one in report.done if one.window.start == MIDNIGHT]
    assert isinstance(day.outcomes[KPIS[metric]], Value)


def test_a_day_that_lacks_nothing_that_passes_is_left_until_its_next_look() -> None:
    system = made(database_ids=(), cache_cluster_ids=())
    system.at(FIRST, Cadence.DAY).run()
    again = system.at(FIRST + 60 * MINUTE, Cadence.DAY).run()
    assert MIDNIGHT not in [one.window.start for one in again.done]


def test_a_query_that_was_refused_is_not_one_of_those_that_are_paid_and_a_lost_one_is() -> None:
    """A connection that is lost may have begun the query: nobody knows."""
    for error, begun in (
        (RefusedError("LimitExceededException", "too many"), MOST_QUERIES),
        (LOST, 0),
    ):
        system = made()
        system.logs.refusing = [error] * MOST_QUERIES
        system.logs.statuses = ["Timeout"] * 99
        for hour in range(9):
            system.at(FIRST + hour * 60 * MINUTE, Cadence.DAY).run()
        of_the_day = [q for q in system.logs.started if q["startTime"] == MIDNIGHT.timestamp()]
        assert len(of_the_day) == begun
