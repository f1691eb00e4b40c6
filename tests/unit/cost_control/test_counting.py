"""What a bucket contains, by what was listed and what CloudWatch says is there by now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cost_control.lifecycle.document import read
from cost_control.measuring.usage import Bucket, BucketFacts, Setup, Usage, Versioning
from cost_control.money.histogram import Sizes, of_listing
from cost_control.money.prices import StorageClass
from cost_control.planning.counting import NotCountedError, contents_of

STANDARD, IA, _, GIR, _ = StorageClass
KIB, MIB, GIB = 2**10, 2**20, 2.0**30
TYPES = {STANDARD: "StandardStorage", IA: "StandardIAStorage",
         GIR: "GlacierInstantRetrievalStorage"}  # fmt: skip
ABORT = {"ID": "abort", "Status": "Enabled", "Filter": {},
         "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}  # fmt: skip


def listed(*objects: tuple[int, int, StorageClass], is_exact: bool = True) -> Sizes:
    each = [(size, kind.value) for count, size, kind in objects for _ in range(count)]
    return of_listing(each, "a listing", is_exact=is_exact)


def bucket(sizes: Sizes | None, objects: int, *rules: object, **stored: float) -> Bucket:
    usage = Usage({TYPES[StorageClass(name)]: size for name, size in stored.items()}, objects)
    return Bucket(BucketFacts("avatars", read({"Rules": list(rules)})), usage, sizes, "no listing")


@pytest.mark.parametrize(
    ("stored", "count", "mib"),
    [
        (100 * MIB, 100, 100.0),  # as it was listed
        (300 * MIB, 100, 100.0),  # what came since is not known
        (50 * MIB, 50, 50.0),  # half of it went since, of the same sizes
        (0, 0, 0.0),
    ],
)
def test_what_was_listed_counts_as_far_as_it_is_there_by_now(
    stored: float, count: float, mib: float
) -> None:
    found = contents_of(bucket(listed((100, MIB, STANDARD)), 100, STANDARD=stored))
    assert found.objects == pytest.approx(count)
    assert found.gib * 1024 == pytest.approx(mib)
    assert found.is_exact


def test_a_class_that_cloudwatch_does_not_know_yet_counts_as_listed() -> None:
    sizes = listed((10, MIB, STANDARD), (20, MIB, GIR))
    found = contents_of(bucket(sizes, 30, STANDARD=10 * MIB))
    assert {each: one.sizes.objects for each, one in found.stocks.items()} == {
        STANDARD: 10,
        GIR: 20,
    }
    unlisted = contents_of(bucket(sizes, 30, STANDARD=10 * MIB, STANDARD_IA=5 * MIB))
    assert unlisted.stocks[IA].sizes.objects == 0


def test_of_a_sample_the_shape_counts_and_cloudwatchs_sums() -> None:
    """A quarter of those that were met is in STANDARD_IA: 250 of 1,000, by CloudWatch's bytes."""
    sizes = listed((30, MIB, STANDARD), (10, MIB, IA), is_exact=False)
    found = contents_of(bucket(sizes, 1000, STANDARD=750 * MIB, STANDARD_IA=250 * MIB))
    for each, count in ((STANDARD, 750), (IA, 250)):
        assert found.stocks[each].sizes.count == pytest.approx(count)
        assert found.stocks[each].sizes.total == pytest.approx(count * MIB)
    # a class that was emptied is measured as 0 for some days
    for others in ({}, {"STANDARD_IA": 0.0}):
        alone = contents_of(bucket(sizes, 1000, STANDARD=1000 * MIB, **others))
        assert alone.stocks.keys() == {STANDARD}
        assert alone.stocks[STANDARD].sizes.count == pytest.approx(1000)


def test_a_class_that_the_sample_did_not_meet_has_objects_of_the_mean_size() -> None:
    """100 MiB in objects of 1 MiB are a tenth of 1,000."""
    sizes = listed((40, MIB, STANDARD), is_exact=False)
    found = contents_of(bucket(sizes, 1000, STANDARD=900 * MIB, GLACIER_IR=100 * MIB))
    assert found.stocks[GIR].sizes.count == pytest.approx(100)
    assert found.stocks[GIR].sizes.total == pytest.approx(100 * MIB)


@pytest.mark.parametrize(
    ("mean", "rules", "current"),
    [
        # the sample's mean is CloudWatch's: all is of objects
        (MIB, (), 1.0),
        # of 1.25 MiB on average the sample explains 1; parts of 5 MiB or more the rest at most:
        # n x (5 - 1) <= .25, of which each has 5: .3125 of 1.25
        (1.25 * MIB, (), 0.75),
        # a rule ends them: only what is larger than the sample is in doubt
        (1.25 * MIB, (ABORT,), 0.8),
        (1.25 * MIB, ({**ABORT, "Status": "Disabled"},), 0.75),
        (1.25 * MIB, ({**ABORT, "Filter": {"Prefix": "a/"}},), 0.75),
        # less than the sample says
        (0.9 * MIB, (), 1.0),
        (0.9 * MIB, (ABORT,), 1.0),
        # another mean by more than a quarter: of another part of the bucket
        (1.34 * MIB, (), 0.0),
        (0.74 * MIB, (), 0.0),
        (0.0, (), 0.0),
    ],
)
def test_how_much_of_it_is_surely_of_objects(
    mean: float, rules: tuple[object, ...], current: float
) -> None:
    sizes = listed((40, MIB, STANDARD), is_exact=False)
    held = bucket(sizes, 1000, *rules, STANDARD=1000 * mean)
    stocks = contents_of(held).stocks
    if not mean:
        assert stocks == {}
        return
    unlisted = stocks[STANDARD].unlisted
    assert unlisted is not None
    assert unlisted.objects == 1000
    assert unlisted.total == pytest.approx(1000 * mean)
    assert unlisted.current == pytest.approx(1000 * mean * current)


def test_a_sample_of_objects_as_large_as_parts_tells_nothing() -> None:
    for size, current in ((5 * MIB - 1, 1.0), (5 * MIB, 0.0)):
        sizes = listed((4, size, STANDARD), is_exact=False)
        unlisted = contents_of(bucket(sizes, 100, STANDARD=100.0 * size)).stocks[STANDARD].unlisted
        assert unlisted is not None
        assert unlisted.current == pytest.approx(100 * size * current)


@pytest.mark.parametrize(("met", "current"), [(24, 0.0), (26, 1.0), (74, 1.0), (76, 0.0)])
def test_a_sample_of_other_classes_is_of_a_part_of_the_bucket(met: int, current: float) -> None:
    sizes = listed((met, MIB, STANDARD), (100 - met, MIB, IA), is_exact=False)
    found = contents_of(bucket(sizes, 1000, STANDARD=500 * MIB, STANDARD_IA=500 * MIB))
    for each in (STANDARD, IA):
        unlisted = found.stocks[each].unlisted
        assert unlisted is not None
        assert unlisted.current == pytest.approx(500 * MIB * current)


def test_what_cannot_be_counted_says_what_would_tell() -> None:
    with pytest.raises(NotCountedError, match="unknown \\(no listing\\)"):
        contents_of(bucket(None, 100, STANDARD=100 * MIB))
    sample = bucket(listed((4, MIB, STANDARD), is_exact=False), 100, STANDARD=100 * MIB)
    for each in (Versioning.ENABLED, Versioning.SUSPENDED):
        facts = replace(sample.facts, setup=Setup(versioning=each))
        with pytest.raises(NotCountedError, match="Inventory"):
            contents_of(replace(sample, facts=facts))
