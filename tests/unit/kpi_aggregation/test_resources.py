"""What is watched, by the settings: names, regions and dimensions as AWS' metrics have them."""

from __future__ import annotations

from typing import Any

import pytest

from avatarwatch.kpi.readings import Source, Unread
from fakes.kpi_system import SETTINGS
from kpi_aggregation.queries import Resource
from kpi_aggregation.resources import Resources
from kpi_aggregation.settings import FunctionSettings
from kpi_aggregation.usage import Usage

ENVIRONMENT = {
    "STATE_TABLE_NAME": "state", "AWS_REGION": "eu-north-1", "SYSTEM_NAME": "avatar-system",
    "ALERTS_TOPIC_ARN": "arn:aws:sns:eu-north-1:123456789012:alerts",
    "AVATAR_BUCKET_NAMES": "avatars,thumbnails", "DISTRIBUTION_IDS": "E1,E2",
    "DATABASE_INSTANCE_IDS": "db-1,db-2", "CACHE_CLUSTER_IDS": "cache-1",
    "WORKER_QUEUE_NAMES": "resize,scan", "API_LOG_GROUP_NAME": "/avatar/api",
}  # fmt: skip
HERE, EVERYWHERE = "eu-north-1", "us-east-1"
WATCHED = {
    Source.CDN: ("DistributionIds", [
        Resource(each, EVERYWHERE, (("DistributionId", each), ("Region", "Global")))
        for each in ("E1", "E2")
    ]),
    Source.DATABASE: ("DatabaseInstanceIds", [
        Resource(each, HERE, (("DBInstanceIdentifier", each),)) for each in ("db-1", "db-2")
    ]),
    Source.CACHE: ("CacheClusterIds", [
        Resource("cache-1", HERE, (("CacheClusterId", "cache-1"),))
    ]),
    Source.QUEUE: ("WorkerQueueNames", [
        Resource(each, HERE, (("QueueName", each),)) for each in ("resize", "scan")
    ]),
    Source.LOG_GROUP: ("ApiLogGroupName", [
        Resource("/avatar/api", HERE, (("LogGroupName", "/avatar/api"),))
    ]),
}  # fmt: skip


def resources(settings: FunctionSettings) -> Resources:
    def nobody(region: str) -> Any:
        raise AssertionError(f"nobody is asked in {region}")

    return Resources(settings, nobody, Usage())


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> FunctionSettings:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return FunctionSettings.from_env()


@pytest.mark.parametrize("source", WATCHED)
def test_what_a_parameter_names_is_watched_where_its_metrics_are(
    source: Source, told: FunctionSettings
) -> None:
    _, expected = WATCHED[source]
    assert list(resources(told).of(source)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("source", [*WATCHED, Source.STORAGE])
def test_a_parameter_that_is_empty_is_named_and_not_asked_for_again(source: Source) -> None:
    bare = FunctionSettings(state_table="state", region=HERE)
    parameter = "AvatarBucketNames" if source is Source.STORAGE else WATCHED[source][0]
    assert resources(bare).of(source) == Unread(
        f"the parameter {parameter} is empty", passing=False
    )


def test_our_own_metrics_are_here_and_have_no_dimensions_of_a_resource() -> None:
    for source in (Source.CUSTOM, Source.HEALTH, Source.ACCESS):
        assert resources(SETTINGS).of(source) == (Resource("", HERE),)
    assert resources(SETTINGS).of(Source.BILLING) == (Resource("", EVERYWHERE),)
