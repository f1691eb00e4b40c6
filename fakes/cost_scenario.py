"""A whole run of cost control on a strict S3, with measurements as they are set."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from avatarwatch.alerts import AlertMessage
from avatarwatch.state_table.memory import MemoryDocumentStore
from cost_control.changing.backups import Backups
from cost_control.changing.store import BucketStore
from cost_control.control import Control
from cost_control.measuring.calls import Calls
from cost_control.measuring.inventory.reading import InventoryReader
from cost_control.measuring.listing import Listing
from cost_control.measuring.sizing import Sample, learn
from cost_control.measuring.usage import Usage, Versioning
from cost_control.memory import Memory
from cost_control.money.prices import BUNDLED
from cost_control.planning.given import Policy
from cost_control.planning.levels import GB, Thresholds
from cost_control.report import Report
from cost_control.settings import FunctionSettings, Mode, Request
from fakes.s3 import OWNER, FakeBucket, FakeS3

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SIZE = 400_000


class Reader:
    """Measurements as they are set; listings are the fake's."""

    def __init__(self, fake: FakeS3) -> None:
        self.fake = fake
        self.gigabytes: dict[str, float | None] = {"avatars": 112, "thumbnails": 1}
        self.kinds = dict.fromkeys(self.gigabytes, "StandardStorage")
        self.is_denied = False

    def usages(self, buckets: tuple[str, ...]) -> dict[str, Usage]:
        if self.is_denied:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListMetrics")
        return {bucket: self._usage(bucket) for bucket in buckets}

    def _usage(self, bucket: str) -> Usage:
        size = self.gigabytes[bucket]
        if size is None:
            return Usage(note="no data")
        return Usage({self.kinds[bucket]: size * GB}, int(size * GB / SIZE))

    def sample(self, bucket: str, usage: Usage, versioning: Versioning, calls: Calls) -> Sample:
        client, rng = self.fake.client(), random.Random(1)  # noqa: S311 - not a secret
        inventories = InventoryReader(client, OWNER, NOW, rng, lambda: True)
        return learn(inventories, Listing(client, OWNER, rng, bucket, calls), usage, versioning)


class Scenario:
    """Two buckets over many days."""

    def __init__(self, mode: Mode = Mode.ENFORCE, enforced: str = "avatars") -> None:
        objects = {f"a/{n:03}": (SIZE, "STANDARD") for n in range(1_200)}
        self.fake = FakeS3(
            avatars=FakeBucket(objects=objects),
            thumbnails=FakeBucket(objects=objects),
            reports=FakeBucket(),
        )
        self.reader, self.documents = Reader(self.fake), MemoryDocumentStore()
        self.told: list[AlertMessage] = []
        self.mode, self.enforced, self.now = mode, enforced, NOW
        self.topic_is_down = False
        self.thresholds, self.usd_thresholds = Thresholds(50 * GB, 100 * GB), Thresholds()

    def control(self) -> Control:
        client = self.fake.client()
        return Control(
            settings=FunctionSettings(
                "avatar-system", "state", "topic", "reports", "cost-control", "eu-north-1",
                ("avatars", "thumbnails"), frozenset({self.enforced}), self.mode,
                self.thresholds, 1.0, self.usd_thresholds,
            ),
            policy=Policy(assumed_reads=0.02),
            reader=self.reader,
            prices=BUNDLED,
            memory=Memory(self.documents, self.now),
            backups=Backups(client, "reports", OWNER, "a test", self.now),
            store=lambda name: BucketStore(client, client, name, OWNER),
            sleep=lambda _: None,
            publish=self._publish,
            now=self.now,
        )  # fmt: skip

    def _publish(self, alert: AlertMessage) -> None:
        if self.topic_is_down:
            raise ClientError({"Error": {"Code": "InternalError", "Message": "down"}}, "Publish")
        self.told.append(alert)

    def run(self, action: Any = "apply", bucket: str | None = None) -> Report:
        self.now += timedelta(days=1)
        return self.control().run(Request(action=action, bucket=bucket))

    def steps(self, report: Report) -> dict[str, str]:
        return {one.name: one.verdict.step.value for one in report.buckets.values() if one.verdict}

    @property
    def has_rules(self) -> bool:
        return self.fake.buckets["avatars"].lifecycle is not None
