"""Sizes, samples and prices, from services that raise on what they do not know."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from avatarwatch.state_table.memory import MemoryDocumentStore
from cost_control.measuring.cloudwatch import Measuring
from cost_control.measuring.pricing import Pricing
from cost_control.measuring.sampling import MAX_LISTINGS, Sampler
from cost_control.measuring.usage import Usage
from cost_control.money.price_list import PriceListError, parse
from cost_control.money.prices import BUNDLED, StorageClass
from fakes.measurements import STOCKHOLM, FakeCloudWatch, FakePricing, product
from fakes.s3 import OWNER, FakeBucket, FakeS3

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = NOW.replace(hour=0, minute=0)
GIB = 2.0**30


def measured(cloudwatch: FakeCloudWatch) -> Usage:
    return Measuring(cast("Any", cloudwatch), NOW).usage("avatars")


def put(cloudwatch: FakeCloudWatch, kind: str, days_ago: float, size: float) -> None:
    at = TODAY - timedelta(days=days_ago)
    cloudwatch.add("BucketSizeBytes", at, size, BucketName="avatars", StorageType=kind)


def test_all_storage_types_count_whatever_they_are_called() -> None:
    cloudwatch = FakeCloudWatch()
    for kind, size in (("StandardStorage", 70), ("GlacierInstantRetrievalStorage", 30), ("New", 5)):
        put(cloudwatch, kind, 1, size * GIB)
        put(cloudwatch, kind, 8, size * GIB / 2)
    cloudwatch.add(
        "NumberOfObjects", TODAY - timedelta(days=1), 1000, BucketName="avatars",
        StorageType="AllStorageTypes",
    )  # fmt: skip
    put(cloudwatch, "StandardStorage", 9, 1)
    found = measured(cloudwatch)
    assert found.total == 105 * GIB
    assert found.growth == 52.5 * GIB
    assert found.objects == 1000
    assert found.reads is None


@pytest.mark.parametrize(("days_ago", "known"), [(1, True), (2.5, True), (3.5, False)])
def test_what_is_older_than_three_days_is_unknown(days_ago: float, known: bool) -> None:  # noqa: FBT001 - a column
    cloudwatch = FakeCloudWatch()
    put(cloudwatch, "StandardStorage", days_ago, GIB)
    assert (measured(cloudwatch).total is not None) is known


def test_a_bucket_that_nobody_measured_is_unknown_and_not_empty() -> None:
    found = measured(FakeCloudWatch())
    assert found.total is None
    assert "no BucketSizeBytes" in found.note


def test_another_buckets_metrics_are_not_ours() -> None:
    cloudwatch = FakeCloudWatch()
    cloudwatch.add("BucketSizeBytes", TODAY, 1.0, BucketName="others", StorageType="Standard")
    assert measured(cloudwatch).total is None


def test_reads_are_counted_where_s3_counts_them() -> None:
    """Ten days of 50 GETs a day over 1,000 objects: 50 x 30 / 1,000 = 1.5 a month."""
    cloudwatch = FakeCloudWatch()
    put(cloudwatch, "StandardStorage", 1, GIB)
    everything = {"BucketName": "avatars", "StorageType": "AllStorageTypes"}
    cloudwatch.add("NumberOfObjects", TODAY - timedelta(days=1), 1000, **everything)
    for day in range(1, 11):
        at = NOW - timedelta(days=day)
        cloudwatch.add("GetRequests", at, 50, BucketName="avatars", FilterId="EntireBucket")
    assert measured(cloudwatch).reads == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("puts", "deletes", "grown", "share"),
    [
        # 40 PUTs a day, of which 10 are new objects: 30 x 30 / 1,000
        (40, 0, 10, 0.9),
        # new keys and as many deletions: 30 x 30 / 1,000
        (40, 30, 10, 0.9),
        # all new
        (10, 0, 10, 0.0),
        # deleted and not put again: 20 x 30 / 1,000
        (0, 20, -20, 0.6),
    ],
)
def test_what_is_replaced_is_counted_where_s3_counts_it(
    puts: int, deletes: int, grown: int, share: float
) -> None:
    cloudwatch = FakeCloudWatch()
    put(cloudwatch, "StandardStorage", 1, GIB)
    everything = {"BucketName": "avatars", "StorageType": "AllStorageTypes"}
    entire = {"BucketName": "avatars", "FilterId": "EntireBucket"}
    for day in range(1, 11):
        at = TODAY - timedelta(days=day)
        count = 1_000 - grown * (day - 1)
        cloudwatch.add("NumberOfObjects", at, count, **everything)
        cloudwatch.add("PutRequests", NOW - timedelta(days=day), puts, **entire)
        cloudwatch.add("DeleteRequests", NOW - timedelta(days=day), deletes, **entire)
    assert measured(cloudwatch).replaced == pytest.approx(share)


def test_what_nobody_counts_is_unknown() -> None:
    cloudwatch = FakeCloudWatch()
    put(cloudwatch, "StandardStorage", 1, GIB)
    assert measured(cloudwatch).replaced is None


def listing(sizes: Iterator[int] | list[int], storage_class: str = "STANDARD") -> FakeS3:
    rng = random.Random(7)  # noqa: S311 - not a secret
    objects = {f"avatars/{rng.getrandbits(64):016x}": (size, storage_class) for size in sizes}
    return FakeS3(avatars=FakeBucket(objects=objects))


def sampler(fake: FakeS3, seed: int = 1) -> Sampler:
    return Sampler(fake.client(), OWNER, random.Random(seed))  # noqa: S311 - not a secret


def test_a_small_bucket_is_read_whole() -> None:
    fake = listing([40_000] * 1_500 + [400_000] * 500)
    found = sampler(fake).sample("avatars", 2_000, 130_000).sizes
    assert found is not None
    assert found.objects == 2_000
    assert found.mean == 130_000
    assert fake.calls == ["ListObjectsV2"] * 3


def test_a_large_bucket_costs_a_bounded_number_of_listings() -> None:
    rng = random.Random(3)  # noqa: S311 - not a secret
    sizes = [int(rng.lognormvariate(11, 1)) for _ in range(60_000)]
    mean = sum(sizes) / len(sizes)
    fake = listing(sizes)
    found = sampler(fake).sample("avatars", 60_000, mean).sizes
    assert found is not None
    assert len(fake.calls) == MAX_LISTINGS
    assert found.mean == pytest.approx(mean, rel=0.1)
    assert found.objects == pytest.approx(60_000, rel=0.001)


@pytest.mark.parametrize("form", ["avatars/{:016x}", "u/{:05}/m.webp", "{:08x}-thumb.jpg"])
def test_a_sample_meets_every_part_of_the_keys(form: str) -> None:
    """On the average of many runs its mean is the bucket's, within some percent."""
    rng = random.Random(5)  # noqa: S311 - not a secret
    bits = 64 if "16" in form else 16 if "05" in form else 32
    keys = {form.format(rng.getrandbits(bits)) for _ in range(30_000)}
    sizes = {key: int(rng.lognormvariate(11, 0.8)) for key in keys}
    mean = sum(sizes.values()) / len(sizes)
    fake = FakeS3(avatars=FakeBucket(objects={k: (v, "STANDARD") for k, v in sizes.items()}))
    means = []
    for seed in range(8):
        found = sampler(fake, seed).sample("avatars", len(sizes), mean).sizes
        assert found is not None
        means.append(found.mean)
    assert sum(means) / len(means) == pytest.approx(mean, rel=0.04)
    assert len(fake.calls) <= 8 * MAX_LISTINGS


def test_a_sample_that_is_not_like_the_bucket_is_not_used() -> None:
    fake = listing([40_000] * 100)
    found = sampler(fake).sample("avatars", 100, 400_000)
    assert found.sizes is None
    assert "is not CloudWatch's 400,000" in found.note


def test_only_what_is_in_standard_can_move() -> None:
    fake = listing([1000] * 50)
    fake.buckets["avatars"].objects |= {f"z{n}": (1000, "GLACIER_IR") for n in range(50)}
    found = sampler(fake).sample("avatars", 100, 1000).sizes
    assert found is not None
    assert found.objects == 50


@pytest.mark.parametrize(
    ("objects", "note"), [(10, "found no objects"), (10_000_000, "found no objects")]
)
def test_a_bucket_that_lists_nothing(objects: int, note: str) -> None:
    assert note in sampler(FakeS3(avatars=FakeBucket())).sample("avatars", objects, 1.0).note


def test_a_listing_that_is_denied_is_told() -> None:
    fake = listing([1])
    fake.refuse("ListObjectsV2", "AccessDenied", 403)
    assert sampler(fake).sample("avatars", 1, 1.0).note == "listing: AccessDenied"


def pricing(client: Any, store: MemoryDocumentStore | None = None, now: datetime = NOW) -> Pricing:
    return Pricing(client, store or MemoryDocumentStore(), now, lambda _: None)


def test_prices_are_read_from_all_pages_and_kept_for_a_week() -> None:
    store, client = MemoryDocumentStore(), FakePricing(STOCKHOLM)
    found = pricing(client, store).of("eu-north-1")
    assert found.source == "Price List API, eu-north-1"
    for each, prices in found.classes.items():
        assert prices == BUNDLED.classes[each]
    assert StorageClass.ONEZONE_IA not in found.classes
    asked = client.calls
    assert asked == 4
    assert pricing(client, store, NOW + timedelta(days=6)).of("eu-north-1") == found
    assert client.calls == asked
    pricing(client, store, NOW + timedelta(days=8)).of("eu-north-1")
    assert client.calls == 2 * asked


class Down:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_products(self, **_: Any) -> Any:
        raise self.error


@pytest.mark.parametrize(
    "failure",
    [
        EndpointConnectionError(endpoint_url="pricing"),
        ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, "GetProducts"),
        ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "GetProducts"),
    ],
)
def test_without_an_answer_old_prices_serve_and_else_the_bundled(failure: Exception) -> None:
    store = MemoryDocumentStore()
    assert pricing(Down(failure), store).of("eu-north-1") is BUNDLED
    kept = pricing(FakePricing(STOCKHOLM), store).of("eu-north-1")
    assert pricing(Down(failure), store, NOW + timedelta(days=30)).of("eu-north-1") == kept


@pytest.mark.parametrize(
    "changed",
    [
        product("EUN1-TimedStorage-GIR-ByteHrs", "0.004", "TB-Mo"),
        product("EUN1-TimedStorage-GIR-ByteHrs", "cheap"),
        "no JSON",
        "{}",
    ],
)
def test_a_class_that_is_not_priced_in_full_is_left_out(changed: str) -> None:
    others = [one for one in STOCKHOLM if "TimedStorage-GIR" not in one]
    found = parse([*others, changed], "eu-north-1", date(2026, 11, 23))
    assert StorageClass.GLACIER_IR not in found.classes
    assert StorageClass.STANDARD_IA in found.classes


def test_without_standard_there_is_nothing_to_compare() -> None:
    with pytest.raises(PriceListError, match="no full prices of STANDARD"):
        parse([], "eu-north-1", date(2026, 11, 23))
    assert pricing(FakePricing([])).of("eu-north-1") is BUNDLED


def test_us_east_1_has_no_abbreviation() -> None:
    here = [json.loads(one) for one in STOCKHOLM]
    for one in here:
        attributes = one["product"]["attributes"]
        attributes["usagetype"] = attributes["usagetype"].removeprefix("EUN1-")
    found = parse(map(json.dumps, here), "us-east-1", date(2026, 11, 23))
    assert found.classes[StorageClass.GLACIER_IR].retrieval == Decimal("0.03")
