"""The handler with its own wiring: clients are the strict fakes, StateTable is in memory."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import CodeType, SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from avatarwatch.clients import Patience
from avatarwatch.namespaces import Own
from avatarwatch.state_table.memory import MemoryDocumentStore
from cost_control import wiring
from cost_control.handler import TellingError, handler
from cost_control.measuring.calls import Calls
from cost_control.measuring.usage import Usage, Versioning
from cost_control.memory import DAILY, Memory, RunningError
from fakes.cloudwatch import FakeCloudWatch
from fakes.inventories import Listed, configuration, deliver, packed
from fakes.measurements import STOCKHOLM, FakePricing, product
from fakes.s3 import FakeBucket, FakeS3, context

SIZE = 400_000
OBJECTS = 280_000  # 112 GB
ENVIRONMENT = {
    "POWERTOOLS_SERVICE_NAME": "cost_control",
    "SYSTEM_NAME": "avatar-system",
    "STATE_TABLE_NAME": "state",
    "ALERTS_TOPIC_ARN": "arn:aws:sns:eu-north-1:123456789012:AlertsTopic",
    "REPORTS_BUCKET_NAME": "reports",
    "AWS_LAMBDA_FUNCTION_NAME": "cost-control",
    "AWS_REGION": "eu-north-1",
    "AVATAR_BUCKET_NAMES": "avatars",
    "ENFORCED_BUCKET_NAMES": "avatars",
    "COST_CONTROL_MODE": "enforce",
    "STORAGE_WARNING_THRESHOLD_GB": "50",
    "STORAGE_CRITICAL_THRESHOLD_GB": "100",
    "ASSUMED_MONTHLY_READS": "0.02",
    "ASSUMED_PERCENT_REPLACED": "3",
    "ALLOW_ONE_ZONE": "false",
    "IA_MINIMUM_DAYS": "30",
    "STORAGE_WARNING_USD": "0",
    "STORAGE_CRITICAL_USD": "0",
}


class World:
    """What the function sees of AWS."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        objects = {f"a/{n:04}": (SIZE, "STANDARD") for n in range(2_000)}
        self.fake = FakeS3(
            avatars=FakeBucket(objects=objects), reports=FakeBucket(), inventories=FakeBucket()
        )
        self.cloudwatch, self.pricing = FakeCloudWatch(), FakePricing(list(STOCKHOLM))
        at = datetime.now(UTC) - timedelta(hours=5)
        for metric, kind, value in (
            ("BucketSizeBytes", "StandardStorage", float(SIZE * OBJECTS)),
            ("NumberOfObjects", "AllStorageTypes", float(OBJECTS)),
        ):
            self.cloudwatch.of_bucket(metric, at, value, BucketName="avatars", StorageType=kind)
        self.documents = MemoryDocumentStore()
        self.asked: list[tuple[str, str | None, Patience]] = []
        self.published: list[Any] = []
        self.is_down = False
        monkeypatch.setattr(wiring, "client", self._client)
        monkeypatch.setattr(wiring, "DynamoDocumentStore", lambda *_: self.documents)
        monkeypatch.setattr(wiring, "publish", self._publish)
        monkeypatch.setattr(time, "sleep", lambda _: None)
        for name, setting in ENVIRONMENT.items():
            monkeypatch.setenv(name, setting)

    def _client(
        self, service: str, region: str | None = None, patience: Patience = Patience.RETRYING
    ) -> Any:
        self.asked.append((service, region, patience))
        made: dict[str, Callable[[], Any]] = {
            "s3": self.fake.client,
            "cloudwatch": self.cloudwatch.client,
            "pricing": lambda: self.pricing,
            "dynamodb": lambda: None,
            "sns": lambda: None,
        }
        return made[service]()

    def _publish(self, _: Any, topic: str, alert: Any) -> None:
        assert topic == ENVIRONMENT["ALERTS_TOPIC_ARN"]
        if self.is_down:
            raise ClientError({"Error": {"Code": "InternalError", "Message": "down"}}, "Publish")
        self.published.append(alert)

    def handle(self, **event: Any) -> dict[str, Any]:
        lambda_context = context()
        lambda_context.get_remaining_time_in_millis = lambda: 600_000
        return handler(event, lambda_context)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_a_run_applies_tells_and_leaves_its_figures(world: World) -> None:
    answer = world.handle(action="apply")
    [bucket] = answer["buckets"]
    assert bucket["change"]["result"] == "changed"
    assert "reads: 0.02 of each object a month, assumed" in str(bucket["plan"]["assumptions"])
    assert "replaced: 3.0% of the objects a month, assumed" in str(bucket["plan"]["assumptions"])
    assert "Price List API, eu-north-1" in str(bucket["plan"]["assumptions"])
    assert [one.alert for one in world.published] == ["CostControlInfo"]
    assert {one["MetricName"] for one in world.cloudwatch.published(Own.OPERATIONS.full)} == {
        "LifecycleSavingExpected",
        "LifecycleSavingRealised",
    }
    assert len(list(world.documents.query(DAILY))) == 1
    with Memory(world.documents, datetime.now(UTC)).alone("the next"):
        pass  # the run has let go


@pytest.mark.parametrize(("allowed", "considered"), [("true", True), ("false", False)])
def test_one_zone_is_considered_only_where_it_is_allowed(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    allowed: str,
    considered: bool,  # noqa: FBT001 - a column
) -> None:
    monkeypatch.setenv("ALLOW_ONE_ZONE", allowed)
    world.pricing.products += [
        product("EUN1-TimedStorage-ZIA-ByteHrs", "0.01"),
        product("EUN1-Requests-ZIA-Tier2", "0.000001", "Requests"),
        product("EUN1-Retrieval-ZIA", "0.01", "GB"),
        product("EUN1-Requests-Tier4", "0.00001", "Requests", "S3-ZIATransition"),
    ]
    plan = world.handle(action="plan")["buckets"][0]["plan"]
    assert ("ONEZONE_IA" in plan["rejected"]) is considered


def test_days_before_the_infrequent_classes_are_a_setting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without GLACIER_IR the best is STANDARD_IA: on day 30, or day 1 where S3 takes it."""
    world.pricing.products = [one for one in STOCKHOLM if "GIR" not in one]
    days = []
    for minimum in ("30", "0"):
        monkeypatch.setenv("IA_MINIMUM_DAYS", minimum)
        world.documents.items.clear()
        days.append(world.handle(action="plan")["buckets"][0]["plan"]["days"])
    assert days == [30, 1]


def test_a_write_is_never_repeated_by_itself_and_prices_have_a_region(world: World) -> None:
    world.handle(action="apply")
    assert ("s3", None, Patience.ONCE) in world.asked
    assert ("pricing", "us-east-1", Patience.RETRYING) in world.asked


def test_one_run_at_a_time_and_the_other_one_changes_nothing(world: World) -> None:
    with (
        Memory(world.documents, datetime.now(UTC)).alone("another"),
        pytest.raises(RunningError, match="another run is at work"),
    ):
        world.handle(action="apply")
    assert world.fake.buckets["avatars"].lifecycle is None


def test_a_plan_waits_for_nobody_and_leaves_nothing(world: World) -> None:
    with Memory(world.documents, datetime.now(UTC)).alone("another"):
        answer = world.handle(action="plan")
    assert answer["buckets"][0]["decision"]["step"] == "apply"
    assert world.fake.buckets["avatars"].lifecycle is None
    assert not world.cloudwatch.published(Own.OPERATIONS.full)
    assert not list(world.documents.query(DAILY))


def test_a_run_over_one_bucket_is_not_the_days(world: World) -> None:
    world.handle(action="apply", bucket="avatars")
    assert not world.cloudwatch.published(Own.OPERATIONS.full)
    assert not list(world.documents.query(DAILY))


def test_news_that_cannot_be_published_fail_the_run_once_all_is_done(world: World) -> None:
    world.is_down = True
    with pytest.raises(TellingError, match="avatars"):
        world.handle(action="apply")
    assert len(list(world.documents.query(DAILY))) == 1
    with Memory(world.documents, datetime.now(UTC)).alone("the next"):
        pass  # the run has let go
    world.is_down = False
    assert world.handle(action="apply")["told"] == ["avatars"]


def test_sizes_come_from_the_inventory_where_there_is_one(world: World) -> None:
    world.fake.buckets["avatars"].inventories = [configuration()]
    now = datetime.now(UTC)
    deliver(world.fake.buckets["inventories"], now - timedelta(hours=9), _files())
    answer = world.handle(action="plan")
    assert "sizes: S3 Inventory of" in str(answer["buckets"][0]["plan"]["assumptions"])


def test_no_inventory_is_read_when_time_is_short(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.fake.buckets["avatars"].inventories = [configuration()]
    now = datetime.now(UTC)
    deliver(world.fake.buckets["inventories"], now - timedelta(hours=9), _files())
    reader = wiring.AwsReader("123456789012", now, lambda: wiring.RESERVED_SECONDS * 1000)
    usage = Usage({"StandardStorage": 5_000.0 * SIZE}, 5_000)
    found = reader.sample("avatars", usage, Versioning.OFF, Calls(7))
    assert "no S3 Inventory: there was no time" in found.note
    # of this module alone: other threads of the tests' process look at a clock too
    clock = SimpleNamespace(monotonic=iter([0.0, 61.0]).__next__)
    monkeypatch.setattr(wiring, "time", clock)
    patient = wiring.AwsReader("123456789012", now, lambda: 600_000)
    found = patient.sample("avatars", usage, Versioning.OFF, Calls(7))
    assert "no S3 Inventory: there was no time" in found.note


def _files() -> list[bytes]:
    return [packed([Listed(SIZE)] * 1_000), packed([Listed(SIZE)] * 1_000)]


MOST_FRAMES = 8


def test_a_rule_is_few_frames_away_from_the_handler(world: World) -> None:
    """Of our own, from the handler's wrapper to the request that S3 gets."""
    frames: list[CodeType] = []

    def count() -> None:
        frame = sys._getframe()
        while frame.f_back:
            frame = frame.f_back
            frames.append(frame.f_code)

    world.fake.once("PutBucketLifecycleConfiguration", count)
    assert world.handle(action="apply")["buckets"][0]["change"]["result"] == "changed"
    parts = ("/functions/", "/layers/shared/")
    ours = [each.co_qualname for each in frames if any(p in each.co_filename for p in parts)]
    assert "handler" in ours
    assert len(ours) <= MOST_FRAMES, ours
