"""Sizes, samples and prices, from services that raise on what they do not know."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from avatarwatch.state_table.memory import MemoryDocumentStore
from cost_control.measuring.calls import Calls
from cost_control.measuring.cloudwatch import Measuring
from cost_control.measuring.inventory.reading import InventoryReader
from cost_control.measuring.listing import Listing
from cost_control.measuring.pricing import Pricing
from cost_control.measuring.sizing import Sample, learn
from cost_control.measuring.usage import Usage, Versioning
from cost_control.money.price_list import PriceListError, parse
from cost_control.money.prices import BUNDLED, StorageClass
from fakes.cloudwatch import FakeCloudWatch
from fakes.measurements import STOCKHOLM, FakePricing, product
from fakes.s3 import OWNER, FakeBucket, FakeS3

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = NOW.replace(hour=0, minute=0)
GIB = 2.0**30


def measured(cloudwatch: FakeCloudWatch) -> Usage:
    return Measuring(cloudwatch.client(), NOW).usages(("avatars",))["avatars"]


def put(cloudwatch: FakeCloudWatch, kind: str, days_ago: float, size: float) -> None:
    at = TODAY - timedelta(days=days_ago)
    cloudwatch.of_bucket("BucketSizeBytes", at, size, BucketName="avatars", StorageType=kind)


def test_all_storage_types_count_whatever_they_are_called() -> None:
    cloudwatch = FakeCloudWatch(page=2, list_page=2)
    for kind, size in (("StandardStorage", 70), ("GlacierInstantRetrievalStorage", 30), ("New", 5)):
        put(cloudwatch, kind, 1, size * GIB)
        put(cloudwatch, kind, 8, size * GIB / 2)
    cloudwatch.of_bucket(
        "NumberOfObjects", TODAY - timedelta(days=1), 1000, BucketName="avatars",
        StorageType="AllStorageTypes",
    )  # fmt: skip
    put(cloudwatch, "StandardStorage", 9, 1)
    found = measured(cloudwatch)
    assert found.total == 105 * GIB
    assert found.growth == 52.5 * GIB
    assert found.objects == 1000
    assert found.requests is None


@pytest.mark.parametrize(("days_ago", "known"), [(1, True), (2, True), (3, False)])
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
    cloudwatch.of_bucket("BucketSizeBytes", TODAY, 1.0, BucketName="others", StorageType="Standard")
    assert measured(cloudwatch).total is None


def count(cloudwatch: FakeCloudWatch, days: int, **daily: float) -> None:
    for metric, value in daily.items():
        for day in range(1, days + 1):
            at = TODAY - timedelta(days=day)
            cloudwatch.of_bucket(metric, at, value, BucketName="avatars", FilterId="EntireBucket")


def test_requests_are_counted_where_s3_counts_them() -> None:
    """Twenty days of 60 a day are 1,800 a month; 9:30 of today has none yet."""
    cloudwatch = FakeCloudWatch()
    put(cloudwatch, "StandardStorage", 1, GIB)
    assert measured(cloudwatch).requests is None
    count(
        cloudwatch, 20, GetRequests=40, HeadRequests=20, PutRequests=5, PostRequests=6,
        DeleteRequests=2, BytesDownloaded=7, BytesUploaded=9,
    )  # fmt: skip
    found = measured(cloudwatch).requests
    assert found is not None
    share = 30 * 20 / (20 + 9.5 / 24)
    assert found.reads == pytest.approx(60 * share)
    assert found.puts == pytest.approx(11 * share)
    assert found.deletes == pytest.approx(2 * share)
    assert found.downloaded == pytest.approx(7 * share)
    assert found.uploaded == pytest.approx(9 * share)


@pytest.mark.parametrize("metric", ["BucketSizeBytes", "NumberOfObjects", "GetRequests"])
@pytest.mark.parametrize("status", ["InternalError", "Forbidden", "PartialData"])
def test_what_cloudwatch_cannot_read_is_no_zero(metric: str, status: str) -> None:
    """Reads that are not known would let a rule be promised; a type without bytes, be taken out."""
    cloudwatch = FakeCloudWatch()
    put(cloudwatch, "StandardStorage", 1, 70 * GIB)
    count(cloudwatch, 35, GetRequests=1000, PutRequests=10)
    cloudwatch.status[metric] = status
    found = measured(cloudwatch)
    assert (found.total, found.requests) == (None, None)
    assert found.note == f"CloudWatch says {status} of {metric}"


def test_a_week_of_more_counts_as_a_month_of_it() -> None:
    cloudwatch = FakeCloudWatch()
    put(cloudwatch, "StandardStorage", 1, GIB)
    count(cloudwatch, 30, GetRequests=10)
    count(cloudwatch, 6, HeadRequests=70)
    found = measured(cloudwatch).requests
    assert found is not None
    assert found.reads == pytest.approx((10 + 70) * 6 / 7 * 30, rel=0.01)
    assert found.downloaded is None  # reads were counted, and their bytes were not
    assert found.uploaded == 0  # nothing was put


@pytest.mark.parametrize(
    ("days", "missing", "is_certain", "total"),
    [
        # every type of yesterday
        ({"StandardStorage": [1, 2, 3], "StandardIAStorage": [1, 2, 3]}, [], True, 2),
        # one is late: the day before has both
        ({"StandardStorage": [2, 3], "StandardIAStorage": [1, 2, 3]}, [], True, 2),
        # one was not there before: yesterday has all that there is
        ({"StandardStorage": [1, 2, 3], "New": [1]}, [], True, 2),
        # one is so late that no day of late has it
        (
            {"StandardStorage": [4, 5], "StandardIAStorage": [1, 2, 4]},
            ["StandardStorage"],
            False,
            1,
        ),
    ],
)
def test_all_types_are_of_one_day(
    days: dict[str, list[int]],
    missing: list[str],
    is_certain: bool,  # noqa: FBT001 - a column
    total: int,
) -> None:
    cloudwatch = FakeCloudWatch()
    for kind, ago in days.items():
        for day in ago:
            put(cloudwatch, kind, day, GIB)
    found = measured(cloudwatch)
    assert found.is_certain is is_certain
    assert found.total == total * GIB
    assert all(kind in found.note for kind in missing)


def test_growth_in_objects_is_of_a_week() -> None:
    cloudwatch = FakeCloudWatch()
    for day in range(1, 9):
        put(cloudwatch, "StandardStorage", day, GIB)
        at, everything = TODAY - timedelta(days=day), "AllStorageTypes"
        count_then = 1_000 - 10 * day
        cloudwatch.of_bucket(
            "NumberOfObjects", at, count_then, BucketName="avatars", StorageType=everything
        )
    assert measured(cloudwatch).grown == pytest.approx(70)


@pytest.mark.parametrize("buckets", [1, 2, 100])
def test_all_buckets_are_measured_in_a_few_calls(buckets: int) -> None:
    cloudwatch = FakeCloudWatch()
    names = tuple(f"b{number}" for number in range(buckets))
    for number, name in enumerate(names):
        at = TODAY - timedelta(days=1)
        cloudwatch.of_bucket(
            "BucketSizeBytes", at, number, BucketName=name, StorageType="StandardStorage"
        )
    found = Measuring(cloudwatch.client(), NOW).usages(names)
    assert [found[name].total for name in names] == list(range(buckets))
    assert len(cloudwatch.calls) <= 4


def test_an_account_of_very_many_buckets_is_not_listed_whole() -> None:
    cloudwatch = FakeCloudWatch(list_page=2)
    at = TODAY - timedelta(days=1)
    for number in range(50):
        cloudwatch.of_bucket(
            "BucketSizeBytes", at, 1, BucketName=f"b{number}", StorageType="Standard"
        )
    found = Measuring(cloudwatch.client(), NOW).usages(("b48", "b49"))
    assert [each.total for each in found.values()] == [1, 1]
    assert cloudwatch.count("ListMetrics") == 5  # three pages of all, then one of each


def fake_of(count: int, size: int = 400_000) -> FakeS3:
    objects = {f"avatars/{number:06}": (size, "STANDARD") for number in range(count)}
    return FakeS3(avatars=FakeBucket(objects=objects))


def listed(
    fake: FakeS3, usage: Usage, versioning: Versioning = Versioning.OFF, calls: int = 7
) -> Sample:
    rng, client = random.Random(1), fake.client()  # noqa: S311 - not a secret
    listing = Listing(client, OWNER, rng, "avatars", Calls(calls))
    inventories = InventoryReader(client, OWNER, NOW, rng, lambda: True)
    return learn(inventories, listing, usage, versioning)


@pytest.mark.parametrize(("count", "calls"), [(1, 1), (1_000, 1), (1_001, 2), (2_000, 2)])
def test_a_small_bucket_is_read_whole(count: int, calls: int) -> None:
    fake = fake_of(count)
    found = listed(fake, Usage({"StandardStorage": 4e5 * count}, count)).sizes
    assert found is not None
    assert found.is_exact
    assert found.objects == count
    assert fake.calls == ["ListObjectsV2"] * calls


def test_a_large_bucket_takes_one_page_where_that_is_like_the_whole() -> None:
    fake = fake_of(8_000)
    found = listed(fake, Usage({"StandardStorage": 32e8}, 8_000)).sizes
    assert found is not None
    assert not found.is_exact
    assert fake.calls == ["ListBucketInventoryConfigurations", "ListObjectsV2"]


def test_a_page_that_is_not_like_the_whole_is_followed_by_others_from_elsewhere() -> None:
    fake = fake_of(8_000)
    fake.buckets["avatars"].objects |= {f"z/{n:06}": (4_000, "STANDARD") for n in range(50_000)}
    found = listed(fake, Usage({"StandardStorage": 34e8}, 58_000)).sizes
    assert found is not None
    assert len(fake.calls) == 7
    assert found.mean < 400_000


def test_a_versioned_bucket_is_listed_on_to_its_end() -> None:
    """CloudWatch counts ten versions of each: how many are current only the listing tells."""
    fake = fake_of(4_500)
    found = listed(fake, Usage({"StandardStorage": 18e9}, 45_000), Versioning.ENABLED).sizes
    assert found is not None
    assert found.is_exact
    assert found.objects == 4_500
    other = listed(fake_of(9_000), Usage({"StandardStorage": 1e9}, 90_000), Versioning.SUSPENDED)
    assert other.sizes is not None
    assert not other.sizes.is_exact


@pytest.mark.parametrize("objects", [10, 10_000_000])
def test_a_bucket_that_lists_nothing(objects: int) -> None:
    found = listed(FakeS3(avatars=FakeBucket()), Usage({"StandardStorage": 1.0}, objects))
    assert found.sizes is None or found.sizes.objects == 0
    assert "found no objects" in found.note


def test_a_listing_that_is_denied_is_told() -> None:
    fake = fake_of(1)
    fake.refuse("ListObjectsV2", "AccessDenied", 403)
    assert listed(fake, Usage({"StandardStorage": 1.0}, 1)).note == "listing: AccessDenied"


TIERED = frozenset(StorageClass) - {StorageClass.ONEZONE_IA}


def pricing(client: Any, store: MemoryDocumentStore | None = None, now: datetime = NOW) -> Pricing:
    return Pricing(client, store or MemoryDocumentStore(), now, lambda _: None)


def test_prices_are_read_from_all_pages_and_kept_for_a_week() -> None:
    store, client = MemoryDocumentStore(), FakePricing(STOCKHOLM)
    found = pricing(client, store).of("eu-north-1")
    assert found.source == "Price List API, eu-north-1"
    for each, prices in found.classes.items():
        steps = ((51_200.0, 0.0001),) if each in TIERED else ()
        assert prices == replace(BUNDLED.classes[each], steps=steps)
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
    assert found.classes[StorageClass.GLACIER_IR].retrieval == pytest.approx(0.03)


# "AWS Region billing codes", whole, and China's of the same page there.
CODES = (
    "USE1 USE2 USW1 USW2 CAN1 CAN2 MXC1 AFS1 CPT APE1 APE2 APN1 APN2 APN3 APS1 APS2 APS3 APS4 APS5"
    " APS6 APS7 APS8 APS9 EU EUC1 EUC2 EUN1 EUS1 EUS2 EUW1 EUW2 EUW3 ILC1 MEC1 MES1 SAE1 UGE1 UGW1"
    " CNN1 CNW1"
).split()


@pytest.mark.parametrize("code", CODES)
def test_every_region_has_prices_of_its_own(code: str) -> None:
    here = [each.replace("EUN1-", f"{code}-") for each in STOCKHOLM]
    found = parse(here, "a-region", date(2026, 11, 23))
    assert set(found.classes) == set(StorageClass) - {StorageClass.ONEZONE_IA}
