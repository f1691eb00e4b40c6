"""Sizes from S3 Inventory, through real clients on a strict S3; else from listings, and why."""

from __future__ import annotations

import io
import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cost_control.measuring.calls import Calls
from cost_control.measuring.inventory import reading, rows
from cost_control.measuring.inventory.manifest import Columns
from cost_control.measuring.listing import Listing
from cost_control.measuring.sizing import Sample, learn
from cost_control.measuring.usage import Usage, Versioning
from cost_control.money.histogram import of_sizes
from fakes.inventories import VERSIONS, Listed, configuration, packed
from fakes.inventory_scenario import DAY, TODAY, Scenario
from fakes.s3 import OWNER


def test_every_size_is_counted_from_the_newest_delivery() -> None:
    it = Scenario()
    it.deliver(packed([Listed(1)]), at=TODAY - DAY)
    it.deliver()
    found = it.sizes()
    assert found.origin == "S3 Inventory of 2026-11-23"
    assert found.objects == 5
    assert found.total == 3 * 40_000 + 2 * 400_000
    assert it.fake.calls == [
        "ListBucketInventoryConfigurations",
        "ListObjectsV2",
        *["GetObject"] * 4,  # the manifest, its checksum, two files
    ]


def test_versions_and_markers_do_not_move() -> None:
    it = Scenario()
    listed = [
        Listed(10),
        Listed(20, is_latest=False),
        Listed(0, is_marker=True),
        Listed(0, is_marker=True, is_latest=False),
        Listed(40, "GLACIER_IR"),
        Listed(50, "INTELLIGENT_TIERING"),
        Listed(60, key='a "quoted", name\nwith a line'),
    ]
    it.deliver(packed(listed, VERSIONS), schema=VERSIONS)
    found = it.sizes()
    assert {name: each.total for name, each in found.by_class.items()} == {
        "STANDARD": 70,
        "GLACIER_IR": 40,
        "INTELLIGENT_TIERING": 50,
    }
    assert found.is_exact


@pytest.mark.parametrize("prefix", ["", "daily", "a/b"])
def test_a_destination_has_a_prefix_or_none(prefix: str) -> None:
    it = Scenario(configuration(prefix=prefix))
    it.deliver(folder=f"{prefix}/avatars/all/".lstrip("/"))
    assert it.sizes().objects == 5


def test_the_one_usable_configuration_is_found_on_a_later_page() -> None:
    it = Scenario(
        configuration("a", form="ORC"),
        configuration("d", only="tmp/"),
        configuration("e", fields=["Size"]),
        configuration("z"),
    )
    it.deliver(folder="daily/avatars/z/")
    assert it.sizes().objects == 5
    assert it.fake.calls.count("ListBucketInventoryConfigurations") == 2


def test_a_delivery_that_s3_is_still_writing_is_passed_over() -> None:
    it = Scenario()
    it.deliver(at=TODAY - DAY)
    folder = it.deliver(packed([Listed(1)]))
    del it.there.bodies[f"{folder}manifest.checksum"]
    assert it.sizes().origin == "S3 Inventory of 2026-11-22"
    it.there.bodies[f"{folder}manifest.checksum"] = b"0" * 32
    assert it.sizes().origin == "S3 Inventory of 2026-11-22"


def test_of_many_files_some_are_drawn_by_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten files like each other, room for about four: and it is said that they are a sample."""
    files = [packed([Listed(10_000 + n)] * 200) for n in range(10)]
    it = Scenario()
    it.deliver(*files)
    monkeypatch.setattr(reading, "MAX_BYTES", sum(map(len, files)) * 45 // 100)
    found = it.sizes()
    assert found.origin == "S3 Inventory of 2026-11-23, 4 of its 10 files drawn by lot"
    assert not found.is_exact
    assert found.objects == 800


def test_the_lot_favours_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files in the order of keys, small avatars first: on the average the mean is the bucket's."""
    files = [packed([Listed(20_000 * (n + 1))] * 100) for n in range(8)]
    monkeypatch.setattr(reading, "MAX_BYTES", sum(map(len, files)) * 3 // 8)
    it = Scenario()
    it.deliver(*files)
    means = [it.sizes(seed).mean for seed in range(200)]
    assert sum(means) / len(means) == pytest.approx(90_000, rel=0.05)


def test_one_file_above_the_bound_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    it = Scenario()
    it.deliver(packed([Listed(40_000)] * 50))
    assert it.sizes().objects == 50


def test_without_time_no_half_file_counts() -> None:
    it = Scenario()
    it.deliver()
    left = iter([True, False])
    it.has_time = lambda: next(left)
    found = it.sizes()
    assert found.origin.endswith("1 of its 2 files drawn by lot")
    other = Scenario()
    other.deliver()
    other.has_time = lambda: False
    assert other.refusal() == ("there was no time, or no call left, to read one of its files")


class Body(io.BytesIO):
    """A body that notices how much of it is asked for at a time."""

    most = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size > 0, "the whole body at once"
        self.most = max(self.most, size)
        return super().read(size)


def test_a_large_file_streams_by() -> None:
    """A hundred thousand rows: no more than 128 KiB of them is held, packed or unpacked."""
    body = Body(packed(Listed(40_000, key=f"{n:032x}") for n in range(100_000)))
    tracemalloc.start()
    found = rows.count(body, Columns(2, 4), lambda: True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.objects == 100_000
    assert body.most <= 2**17
    assert peak < 2**21


@given(st.lists(st.lists(st.integers(0, 2**42), max_size=20), min_size=1, max_size=5))
def test_any_sizes_in_any_files_are_those_of_the_histogram(sizes: list[list[int]]) -> None:
    it = Scenario()
    it.deliver(*[packed(map(Listed, some)) for some in sizes])
    found, whole = it.sizes(), of_sizes(size for some in sizes for size in some)
    assert found.objects == whole.objects
    assert found.total == pytest.approx(whole.total)


USAGE = Usage({"StandardStorage": 920_000.0}, 100_000)


def learnt(it: Scenario, usage: Usage = USAGE, versioning: Versioning = Versioning.OFF) -> Sample:
    calls, rng = Calls(7), random.Random(1)  # noqa: S311 - not a secret
    listing = Listing(it.fake.client(), OWNER, rng, "avatars", calls)
    return learn(it.reader(), listing, usage, versioning)


def test_an_inventory_spares_the_listings() -> None:
    it = Scenario()
    it.deliver()
    found = learnt(it)
    assert found.note == "S3 Inventory of 2026-11-23"
    assert found.sizes is not None
    assert it.fake.calls.count("ListObjectsV2") == 1  # of the deliveries


def test_an_inventory_of_many_files_takes_no_more_calls_than_a_bucket_has() -> None:
    it = Scenario()
    it.deliver(*[packed([Listed(40_000)] * 5) for _ in range(20)])
    found = learnt(it).sizes
    assert found is not None
    assert not found.is_exact
    assert len(it.fake.calls) == 7


def test_without_an_inventory_it_is_listed_and_said_why() -> None:
    it = Scenario(configuration(form="Parquet"))
    it.fake.buckets["avatars"].objects = {"a": (40_000, "STANDARD")}
    found = learnt(it, Usage({"StandardStorage": 4e9}, 100_000))
    assert found.sizes is not None
    assert found.sizes.objects == 1
    assert found.note == found.sizes.origin
    assert found.note == (
        "1 objects, all, in 1 listing; no S3 Inventory: all is written as Parquet, and only CSV is"
        " read"
    )
