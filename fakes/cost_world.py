"""Buckets as groups of objects, over days: real readers, plans and writers on strict fakes.

Time is the world's own: days pass when they are let pass, and waiting moves the clock.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from avatarwatch.alerts import AlertMessage
from avatarwatch.state_table.memory import MemoryDocumentStore
from cost_control.changing.backups import Backups
from cost_control.changing.store import BucketStore
from cost_control.control import Control
from cost_control.measuring.calls import Calls
from cost_control.measuring.cloudwatch import ENTIRE_BUCKET, Measuring
from cost_control.measuring.inventory.reading import InventoryReader
from cost_control.measuring.listing import Listing
from cost_control.measuring.sizing import Sample, learn
from cost_control.measuring.usage import Usage, Versioning
from cost_control.memory import Memory
from cost_control.money.prices import BUNDLED, PriceList
from cost_control.planning.given import Policy
from cost_control.planning.levels import Thresholds
from cost_control.report import Report
from cost_control.settings import FunctionSettings, Mode, Request
from fakes.cloudwatch import FakeCloudWatch
from fakes.s3 import OWNER, FakeBucket, FakeS3

START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
OURS = "avatar-watch-transition"
TYPES = {
    "STANDARD": "StandardStorage",
    "STANDARD_IA": "StandardIAStorage",
    "ONEZONE_IA": "OneZoneIAStorage",
    "GLACIER_IR": "GlacierInstantRetrievalStorage",
    "INTELLIGENT_TIERING": "IntelligentTieringFAStorage",
    "GLACIER": "GlacierStorage",
    "DEEP_ARCHIVE": "DeepArchiveStorage",
    "REDUCED_REDUNDANCY": "ReducedRedundancyStorage",
}

type Group = tuple[int, int, str]
"""Objects, bytes of each, storage class."""


class Groups(Mapping[str, tuple[int, str]]):
    """Objects that nobody could hold in memory, the groups mixed evenly over the keys."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = groups
        self.count = sum(number for number, _, _ in groups)

    def __getitem__(self, key: str) -> tuple[int, str]:
        """Return size and class of an object: its number, spread by a step prime to the count."""
        place = int(key[2:-5], 16) * 1_000_003 % self.count
        for number, size, storage_class in self.groups:
            if place < number:
                return size, storage_class
            place -= number
        raise KeyError(key)

    def __len__(self) -> int:
        """Return how many there are."""
        return self.count

    def __iter__(self) -> Iterator[str]:
        """Yield the keys in order."""
        return map(_key, range(self.count))

    def after(self, key: str, most: int) -> list[str]:
        """Return the next keys after one."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if _key(middle) <= key else (low, middle)
        return [_key(number) for number in range(low, min(self.count, low + most))]


def _key(number: int) -> str:
    return f"a/{number:010x}.webp"


@dataclass(slots=True)
class Metrics:
    """What CloudWatch is told of a bucket each day."""

    types: dict[str, float]
    objects: int | None
    requests: dict[str, float] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """The product's readers over the fakes."""

    world: World

    def usages(self, buckets: tuple[str, ...]) -> dict[str, Usage]:
        """Return each bucket's usage."""
        return Measuring(self.world.metrics_client, self.world.now).usages(buckets)

    def sample(self, bucket: str, usage: Usage, versioning: Versioning, calls: Calls) -> Sample:
        """Return the sizes of its objects."""
        rng = random.Random(1)  # noqa: S311 - the same sample each time
        client = self.world.fake.client()
        inventories = InventoryReader(client, OWNER, self.world.now, rng, lambda: True)
        listing = Listing(client, OWNER, rng, bucket, calls)
        return learn(inventories, listing, usage, versioning)


class World:
    """One bucket or several, all enforced, with thresholds that any of them crosses."""

    def __init__(
        self,
        buckets: Sequence[str] = ("avatars",),
        *,
        prices: PriceList = BUNDLED,
        policy: Policy | None = None,
    ) -> None:
        self.names = tuple(buckets)
        self.fake = FakeS3(**{name: FakeBucket() for name in (*buckets, "reports")})
        self.cloudwatch = FakeCloudWatch()
        self.metrics_client = self.cloudwatch.client()
        self.documents = MemoryDocumentStore()
        self.now, self.slept, self.waited = START, 0.0, 0.0
        self.told: list[AlertMessage] = []
        self.metrics: dict[str, Metrics] = {}
        self.prices = prices
        self.policy = policy or Policy(assumed_reads=0.02)
        self.thresholds = Thresholds(1.0, 2.0)
        self.calls: Counter[str] = Counter()

    def holds(
        self,
        groups: Sequence[Group],
        name: str = "avatars",
        *,
        types: Mapping[str, float] | None = None,
        objects: int | None = None,
        requests: Mapping[str, float] | None = None,
    ) -> None:
        """Fill a bucket; CloudWatch counts what is in it, unless it is said to count otherwise."""
        self.fake.buckets[name].objects = cast("Any", Groups(groups))
        found: dict[str, float] = {}
        for number, size, storage_class in groups:
            kind = TYPES[storage_class]
            found[kind] = found.get(kind, 0.0) + number * size
        count = sum(number for number, _, _ in groups) if objects is None else objects
        self.metrics[name] = Metrics(dict(types or found), count, dict(requests or {}))
        for days in range(35, 0, -1):
            self.publish(name, self.now - days * DAY)

    def publish(self, name: str, at: datetime) -> None:
        """Publish a day's metrics of a bucket."""
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        known = self.metrics[name]
        for kind, size in known.types.items():
            self.cloudwatch.of_bucket(
                "BucketSizeBytes", midnight, size, BucketName=name, StorageType=kind
            )
        if known.objects is not None:
            every = "AllStorageTypes"
            self.cloudwatch.of_bucket(
                "NumberOfObjects", midnight, known.objects, BucketName=name, StorageType=every
            )
        for metric, monthly in known.requests.items():
            self.cloudwatch.of_bucket(
                metric, midnight, monthly / 30, BucketName=name, FilterId=ENTIRE_BUCKET
            )

    def pass_days(self, days: int = 1) -> None:
        """Let days pass; each has its metrics."""
        for _ in range(days):
            for name in self.metrics:
                self.publish(name, self.now)
            self.now += DAY

    def clock(self) -> float:
        """Return the seconds of the world."""
        return (self.now - START).total_seconds() + self.slept

    def sleep(self, seconds: float) -> None:
        """Wait, in the world's time."""
        self.slept += seconds

    def put_rules(self, rules: str, name: str = "avatars") -> None:
        """Let another hand put rules, as the XML inside the configuration."""
        body = f"<LifecycleConfiguration>{rules}</LifecycleConfiguration>".encode()
        size = self.fake.buckets[name].default_size
        self.fake.set_lifecycle(self.fake.buckets[name], body, size)

    def rules(self, name: str = "avatars") -> list[str]:
        """Return the IDs of the rules that S3 holds."""
        client = self.fake.client()
        self.fake.stale_seconds, before = 0.0, self.fake.stale_seconds
        found, _ = BucketStore(client, client, name, OWNER).lifecycle()
        self.fake.stale_seconds = before
        return [rule.rule_id or "" for rule in found.rules]

    def run(self, action: Any = "apply", bucket: str | None = None) -> Report:
        """Run once, and count its calls."""
        self.fake.calls.clear()
        self.cloudwatch.calls.clear()
        began = self.slept
        report = self.control().run(Request(action=action, bucket=bucket))
        self.waited = self.slept - began
        measured = Counter(name for name, _ in self.cloudwatch.calls)
        self.calls = Counter(self.fake.calls) + measured
        return report

    def control(self) -> Control:
        """Return the work of one invocation."""
        client = self.fake.client()
        return Control(
            settings=FunctionSettings(
                "avatar-system", "state", "topic", "reports", "cost-control", "eu-north-1",
                self.names, frozenset(self.names), Mode.ENFORCE, self.thresholds, 0.02,
            ),
            policy=self.policy,
            reader=Reader(self),
            prices=self.prices,
            memory=Memory(self.documents, self.now),
            backups=Backups(client, "reports", OWNER, "a test", self.now),
            store=lambda name: BucketStore(client, client, name, OWNER),
            sleep=self.sleep,
            publish=self.told.append,
            now=self.now,
        )  # fmt: skip


def rule_xml(name: str, inner: str) -> str:
    """Return an enabled rule."""
    return f"<Rule><ID>{name}</ID><Status>Enabled</Status>{inner}</Rule>"


def expires(name: str, days: int, prefix: str = "") -> str:
    """Return a rule that deletes what begins with a prefix, or everything."""
    scope = f"<Filter><Prefix>{prefix}</Prefix></Filter>" if prefix else "<Filter/>"
    return rule_xml(name, f"{scope}<Expiration><Days>{days}</Days></Expiration>")
