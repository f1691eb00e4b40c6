"""A day of traffic in the past, in all the places where a real system's numbers are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import boto3

import aws_contract
from avatarwatch.namespaces import Own
from local.backend.aws_side import GLOBAL_REGION, AwsSideWriter, storage_data
from local.backend.driver import Backend
from local.backend.metric_data import put, single
from local.backend.scenarios import scenario_named
from local.backend.traffic import StorageLevel, SystemState
from local.backend.writers import CustomMetricsWriter
from local.emulator import REGION, Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDatumTypeDef

    from local.backend.ledger import Ledger
    from local.backend.scenarios import Scenario
    from local.backend.traffic import MinuteOfTraffic
    from local.backend.writers import Writer

BUCKET = "easy-to-image-production"
DISTRIBUTION = "E3SJ7B3QL1F8WH"
MINUTES = 24 * 60
DAYS_BEFORE = 12  # of which S3 has measured the bucket; CloudWatch takes two weeks
GROWTH = 700_000_000  # bytes a day before the day that is played
DAY = timedelta(days=1)


def yesterday(now: datetime | None = None) -> datetime:
    """Return the start of the last full day in UTC."""
    today = (now or datetime.now(UTC)).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - DAY


@dataclass(slots=True)
class ProbesWriter:
    """Puts what a poll of the upload API each minute would have found; down at ``down``.

    A poll of what is down tells no response time.
    """

    client: CloudWatchClient
    down: frozenset[datetime]

    def write(self, minutes: Sequence[MinuteOfTraffic]) -> None:
        """Put what health polling puts over all its endpoints, of which there is one."""
        data = (datum for minute in minutes for datum in self._found(minute.start))
        put(self.client, Own.HEALTH.full, data)

    def _found(self, at: datetime) -> Iterator[MetricDatumTypeDef]:
        yield single("EndpointUp", float(at not in self.down), "Count", at)
        yield single("UnhealthyEndpoints", float(at in self.down), "Count", at)
        if at not in self.down:
            took = Random(at.timestamp()).gauss(62.0, 6.0)  # noqa: S311 - a simulation
            yield single("ResponseTime", took, "Milliseconds", at)


@dataclass(frozen=True, slots=True)
class Day:
    """What was played: the simulator's own book, its minutes, and when the upload API was down.

    ``backend`` can play on.
    """

    start: datetime
    backend: Backend
    ledger: Ledger
    minutes: tuple[MinuteOfTraffic, ...]
    down: frozenset[datetime]


def play_day(
    emulator: Emulator,
    start: datetime,
    *,
    scenario: Scenario | None = None,
    minutes: int = MINUTES,
    more: Sequence[Writer] = (),
) -> Day:
    """Play a normal day from ``start`` into both regions.

    ``scenario`` is that of a normal day where none is given; ``more`` writers get each minute as
    well. In the fifth hour before the end the upload API does not answer for two minutes.
    """
    home = emulator.client("cloudwatch")
    end = start + timedelta(minutes=minutes)
    down = frozenset({end - timedelta(hours=5), end - timedelta(hours=5, minutes=-1)})
    aws_home, aws_global = (exempt_client(emulator, region) for region in (REGION, GLOBAL_REGION))
    level = StorageLevel()
    for back in range(DAYS_BEFORE, 0, -1):
        before = replace(level, standard_bytes=level.standard_bytes - back * GROWTH)
        put(aws_home, "AWS/S3", storage_data(before, BUCKET, start - back * DAY))
    backend = Backend(
        [
            CustomMetricsWriter(home),
            ProbesWriter(home, down),
            AwsSideWriter(aws_home, aws_global, bucket=BUCKET, distribution_id=DISTRIBUTION),
            *more,
        ],
        state=SystemState(level),
    )
    played = backend.play(scenario or scenario_named("normal_day"), minutes, start)
    return Day(start, backend, backend.ledger, played, down)


def quieter_day(uploads: float, requests: float | None = None) -> Scenario:
    """Return a normal day with so many uploads and requests to the CDN a minute in the mean."""
    usual = scenario_named("normal_day")
    cdn = usual.cdn if requests is None else replace(usual.cdn, per_minute=requests)
    return replace(usual, uploads=replace(usual.uploads, per_minute=uploads), cdn=cdn)


def exempt_client(emulator: Emulator, region: str) -> Any:
    """Return a client for what AWS itself would put: real AWS refuses its namespaces."""
    enabled = aws_contract.enabled()
    aws_contract.disable()
    try:
        session = boto3.Session(region_name=region)
        return emulator.client("cloudwatch", region, session)
    finally:
        if enabled:
            aws_contract.enable()
