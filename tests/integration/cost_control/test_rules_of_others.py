"""Buckets beside rules of others: what is right is from a program that shares no code with ours.

Sums are of twelve months at list prices.
"""

from __future__ import annotations

import pytest

from cost_control.money.histogram import by_folder, share_of
from cost_control.report import BucketReport
from fakes.cost_world import OURS, Group, World, expires, rule_xml

PLAIN: list[Group] = [(300_000, 400_000, "STANDARD")]
BIG: list[Group] = [(1_500, 50_000_000, "STANDARD")]
ALL = "<Filter/>"


def above(size: int) -> str:
    return f"<Filter><ObjectSizeGreaterThan>{size}</ObjectSizeGreaterThan></Filter>"


def below(size: int) -> str:
    return f"<Filter><ObjectSizeLessThan>{size}</ObjectSizeLessThan></Filter>"


def gone(scope: str, when: str) -> str:
    return rule_xml("theirs", f"{scope}<Expiration>{when}</Expiration>")


def moved(scope: str, when: str, into: str) -> str:
    action = f"<Transition>{when}<StorageClass>{into}</StorageClass></Transition>"
    return rule_xml("theirs", f"{scope}{action}")


def days(number: int) -> str:
    return f"<Days>{number}</Days>"


def on(day: str) -> str:
    return f"<Date>{day}T00:00:00Z</Date>"


def decided(groups: list[Group], rules: str) -> tuple[World, BucketReport]:
    world = World()
    world.holds(groups)
    world.put_rules(rules)
    return world, world.run().buckets["avatars"]


@pytest.mark.parametrize(
    ("groups", "rules"),
    [
        (PLAIN, gone(above(131_072), days(10))),  # all of them are larger
        (PLAIN, gone(above(131_072), days(40))),
        ([(800, 150_000, "STANDARD"), (900, 5_000_000, "STANDARD")], gone(above(200_000), days(9))),
        # in Intelligent-Tiering nothing cools down that is gone after 19 days
        (BIG, gone(ALL, days(20))),
        (BIG, gone(ALL, on("2026-12-20"))),
        (PLAIN, moved(ALL, days(60), "GLACIER")),
        (PLAIN, moved(ALL, on("2027-03-01"), "GLACIER")),
        (PLAIN, moved(above(131_072), days(30), "GLACIER")),
        # what is old would move at once, and be gone on the date
        (PLAIN, gone("<Filter><Prefix>a/</Prefix></Filter>", on("2027-01-03"))),
        (PLAIN, gone("<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>", on("2026-12-01"))),
        (PLAIN, gone(above(131_072), on("2027-01-03"))),
        (PLAIN, moved("<Filter><Prefix>a/</Prefix></Filter>", on("2027-01-03"), "GLACIER")),
    ],
)
def test_there_is_nothing_to_save(groups: list[Group], rules: str) -> None:
    world, report = decided(groups, rules)
    assert report.outcome == "leave"
    assert world.rules() == ["theirs"]


@pytest.mark.parametrize(
    ("groups", "rules", "least", "most"),
    [
        # of other sizes than those that would move
        (PLAIN, gone(below(100_000), days(10)), 17.9, 18.0),
        (PLAIN, moved(below(200_000), days(60), "GLACIER"), 17.9, 18.0),
        (PLAIN, moved(above(1_000_000), days(30), "STANDARD_IA"), 15.9, 18.0),
        # later than twelve months and the longest minimum duration
        (PLAIN, gone(ALL, on("2028-11-24")), 17.9, 18.0),
        (PLAIN, moved(ALL, on("2030-01-01"), "GLACIER_IR"), 17.9, 18.0),
        (PLAIN, moved(ALL, days(3_650), "DEEP_ARCHIVE"), 17.2, 18.0),
        # half a year and more is left
        (PLAIN, moved(ALL, days(365), "GLACIER"), 11.9, 18.0),
        (BIG, moved(ALL, days(200), "DEEP_ARCHIVE"), 8.4, 15.3),
    ],
)
def test_what_others_leave_is_saved(
    groups: list[Group], rules: str, least: float, most: float
) -> None:
    world, report = decided(groups, rules)
    assert world.rules() == ["theirs", OURS]
    assert report.plan is not None
    assert report.plan.outcome is not None
    assert least <= report.plan.outcome.saving <= most


def test_of_objects_that_end_by_their_size_none_is_promised() -> None:
    world = World()
    world.holds([(1_000, 30_000_000, "STANDARD"), (900, 2_000_000, "STANDARD")])
    world.put_rules(gone(above(16 * 2**20 - 1), days(10)))
    report = world.run().buckets["avatars"]
    assert report.plan is not None
    # 1.8 GB for 350 days are 37 cents
    assert report.plan.outcome is None
    assert report.outcome == "leave"
    world = World()
    world.holds([(1_000, 300_000_000, "STANDARD"), (900, 15_000_000, "STANDARD")])
    world.put_rules(gone(above(16 * 2**20 - 1), days(10)))
    report = world.run().buckets["avatars"]
    assert report.plan is not None
    assert report.plan.outcome is not None
    assert report.plan.outcome.saving == pytest.approx(2.679, abs=0.001)


@pytest.mark.parametrize(("life", "low"), [(60, 2.208), (180, 7.637)])
def test_where_nobody_counts_uploads_there_may_be_none(life: int, low: float) -> None:
    """What is there is new, ends on its day, and nothing comes in its place."""
    _, report = decided(BIG, gone(ALL, days(life)))
    assert report.plan is not None
    assert report.plan.outcome is not None
    assert report.plan.outcome.low == pytest.approx(low, abs=0.001)


@pytest.mark.parametrize(("uploads", "is_written"), [(8_571_430, False), (85_714, True)])
def test_a_part_that_ends_early_may_be_most_of_it(uploads: float, is_written: bool) -> None:  # noqa: FBT001
    """What is in tmp/ was put in a week: the rest is what is read."""
    world = World()
    reads, size = (300_000, 400_000) if not is_written else (2_000, 400_000)
    world.holds(
        [(2_100_000, size, "STANDARD")],
        requests={
            "GetRequests": reads, "BytesDownloaded": reads * size,
            "PutRequests": uploads, "BytesUploaded": uploads * size,
        },
    )  # fmt: skip
    world.put_rules(expires("tmp", 7, "tmp/"))
    world.run()
    assert (OURS in world.rules()) is is_written


@pytest.mark.parametrize(
    ("types", "other"),
    [
        ({"DeepArchiveStorage": 4e12, "DeepArchiveObjectOverhead": 20_000_000 * 32_768.0,
          "DeepArchiveS3ObjectOverhead": 20_000_000 * 8_192.0}, "DEEP_ARCHIVE"),
        ({"GlacierStorage": 4e12, "GlacierObjectOverhead": 20_000_000 * 32_768.0,
          "GlacierS3ObjectOverhead": 20_000_000 * 8_192.0}, "GLACIER"),
    ],
)  # fmt: skip
def test_archived_objects_beside_are_counted_out(types: dict[str, float], other: str) -> None:
    world = World()
    groups = [(300_000, 400_000, "STANDARD"), (20_000_000, 200_000, other)]
    world.holds(groups, types={"StandardStorage": 1.2e11} | types)
    world.run()
    report = world.run().buckets["avatars"]
    assert OURS in world.rules()
    assert report.promise is not None
    assert report.promise.monthly == pytest.approx(2.00, abs=0.01)


def test_a_select_reads_what_it_scans() -> None:
    world = World()
    requests = {"GetRequests": 100.0, "BytesDownloaded": 4e7, "SelectRequests": 1e6,
                "SelectBytesScanned": 4e11}  # fmt: skip
    world.holds([(1_000_000, 400_000, "STANDARD")], requests=requests)
    world.run()
    assert OURS not in world.rules()


@pytest.mark.parametrize(
    ("in_tmp", "rule", "saving"),
    [
        (750, expires("tmp", 20, "tmp/"), 7.266),  # half of it is gone by then
        (1_500, expires("tmp", 20, "tmp/"), None),
        (0, expires("tmp", 20, "tmp/"), 15.346),  # there is none: nothing has to wait for it
        (750, expires("tmp", 20, "tmp/new/"), 14.533),  # which part of tmp/ that is nobody knows
        (750, expires("tmp", 20, "t"), 7.266),
    ],
)
def test_keys_that_were_listed_tell_how_much_has_a_prefix(
    in_tmp: int, rule: str, saving: float | None
) -> None:
    world = World()
    world.holds(BIG)
    world.fake.buckets["avatars"].objects = {
        f"{'tmp' if number < in_tmp else 'a'}/{number:04}": (50_000_000, "STANDARD")
        for number in range(1_500)
    }
    world.put_rules(rule)
    plan = world.run().buckets["avatars"].plan
    assert plan is not None
    if saving is None:
        assert plan.outcome is None
        return
    assert plan.outcome is not None
    assert plan.outcome.saving == pytest.approx(saving, abs=0.001)
    assert plan.outcome.objects == (750 if saving < 10 else 1_500)


def test_folders_are_what_keys_begin_with() -> None:
    found = by_folder([("a/1", 2), ("a/b/2", 3), ("tmp/x", 4), ("top", 1)])
    assert found == {"a/": 5, "tmp/": 4, "": 1}
    assert by_folder((f"{number}/", 1) for number in range(101)) == {}
    found.pop("")
    assert share_of("tmp/", found) == pytest.approx(4 / 9)
    assert share_of("t", found) == pytest.approx(4 / 9)
    assert share_of("logs/", found) == 0
    assert share_of("a/b/", found) is None
    assert share_of("tmp/", {}) is None
    assert share_of("to", {"": 1.0}) is None
