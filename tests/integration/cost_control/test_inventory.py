"""Sizes from S3 Inventory, through real clients on a strict S3; else from listings, and why."""

from __future__ import annotations

import io
import random
import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cost_control.measuring.inventory import reading, rows
from cost_control.measuring.inventory.manifest import Columns
from cost_control.measuring.sampling import Sampler
from cost_control.measuring.sizing import learn
from cost_control.money.histogram import EDGES, Bin, Histogram, of_sizes
from fakes.inventories import VERSIONS, Listed, configuration, packed
from fakes.inventory_scenario import DAY, NOW, TODAY, Scenario
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


def test_what_was_learnt_is_read_once_a_manifest() -> None:
    it = Scenario()
    it.deliver()
    first = it.sizes()
    it.fake.calls.clear()
    assert it.sizes() == first
    assert it.fake.calls.count("GetObject") == 2  # the manifest and its checksum, no data
    it.deliver(packed([Listed(7)]), at=TODAY + timedelta(hours=2))
    assert it.sizes().objects == 1


def test_bins_of_another_version_are_learnt_anew() -> None:
    it = Scenario()
    folder = it.deliver()
    old = of_sizes([5], "old")
    it.memory.set_histogram("avatars", f"{folder}manifest.json", old)
    assert it.sizes() == old
    others = Histogram((Bin(EDGES[1] + 1, 1, 2000.0),), "old")
    it.memory.set_histogram("avatars", f"{folder}manifest.json", others)
    assert it.sizes().objects == 5


def test_what_another_version_wrote_in_another_shape_is_learnt_anew() -> None:
    it = Scenario()
    it.deliver()
    before = it.sizes()
    [kept] = it.memory.store.query("cost-control#inventory")
    it.memory.store.put(replace(kept, body={"bins": []}), NOW)
    assert it.sizes() == before


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
    assert it.sizes().total == 70


@pytest.mark.parametrize("prefix", ["", "daily", "a/b"])
def test_a_destination_has_a_prefix_or_none(prefix: str) -> None:
    it = Scenario(configuration(prefix=prefix))
    it.deliver(folder=f"{prefix}/avatars/all/".lstrip("/"))
    assert it.sizes().objects == 5


def test_the_one_usable_configuration_is_found_on_a_later_page() -> None:
    it = Scenario(
        configuration("a", form="ORC"),
        configuration("b", form="Parquet"),
        configuration("c", is_enabled=False),
        configuration("d", only="tmp/"),
        configuration("e", fields=["Size"]),
        configuration("z"),
    )
    it.deliver(folder="daily/avatars/z/")
    assert it.sizes().objects == 5
    assert it.fake.calls.count("ListBucketInventoryConfigurations") == 3


def test_a_delivery_that_s3_is_still_writing_is_passed_over() -> None:
    it = Scenario()
    it.deliver(at=TODAY - DAY)
    folder = it.deliver(packed([Listed(1)]))
    del it.there.bodies[f"{folder}manifest.checksum"]
    assert it.sizes().origin == "S3 Inventory of 2026-11-22"
    it.there.bodies[f"{folder}manifest.checksum"] = b"0" * 32
    assert it.sizes().origin == "S3 Inventory of 2026-11-22"


def test_of_many_files_some_are_drawn_by_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten files like each other, room for about four: each stands for two and a half."""
    files = [packed([Listed(10_000 + n)] * 200) for n in range(10)]
    it = Scenario()
    it.deliver(*files)
    monkeypatch.setattr(reading, "MAX_BYTES", sum(map(len, files)) * 45 // 100)
    found = it.sizes()
    assert found.origin == "S3 Inventory of 2026-11-23, 4 of its 10 files drawn by lot"
    assert found.objects == pytest.approx(2_000, rel=0.02)


def test_the_lot_favours_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files in the order of keys, small avatars first: on the average the mean is the bucket's."""
    files = [packed([Listed(20_000 * (n + 1))] * 100) for n in range(8)]
    monkeypatch.setattr(reading, "MAX_BYTES", sum(map(len, files)) * 3 // 8)
    means = []
    for seed in range(200):
        it = Scenario()
        it.deliver(*files)
        means.append(it.sizes(seed).mean)
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
    assert other.refusal() == "there was no time to read one of its files"


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
    found, whole = it.sizes(), of_sizes((size for some in sizes for size in some), "all")
    assert found.objects == whole.objects
    assert found.total == pytest.approx(whole.total)


def sampler(it: Scenario) -> Sampler:
    return Sampler(it.fake.client(), OWNER, random.Random(1))  # noqa: S311 - not a secret


def test_an_inventory_spares_the_listings() -> None:
    it = Scenario()
    it.deliver()
    found = learn(it.reader(), sampler(it), "avatars", 5, 184_000)
    assert found.note == "S3 Inventory of 2026-11-23"
    assert found.sizes is not None
    assert it.fake.calls.count("ListObjectsV2") == 1  # of the deliveries


def test_an_inventory_is_never_taken_for_more_than_there_is_by_now() -> None:
    it = Scenario()
    it.deliver(packed([Listed(40_000)] * 100))
    found = learn(it.reader(), sampler(it), "avatars", 50, 40_000).sizes
    assert found is not None
    assert found.objects == 50


def test_without_an_inventory_it_is_listed_and_said_why() -> None:
    it = Scenario(configuration(form="Parquet"))
    it.fake.buckets["avatars"].objects = {"a": (40_000, "STANDARD")}
    found = learn(it.reader(), sampler(it), "avatars", 1, 40_000)
    assert found.sizes is not None
    assert found.sizes.objects == 1
    assert found.note == found.sizes.origin
    assert found.note == (
        "1 objects of 1 in 1 listings; no S3 Inventory: all is written as Parquet, and only CSV is"
        " read"
    )
