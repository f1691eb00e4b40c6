"""Buckets set up in ways that change what S3 does with a rule, and what is right in each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cost_control.money.prices import BUNDLED
from cost_control.report import BucketReport
from fakes.cost_world import OURS, PRICES, START, Group, World
from fakes.inventories import CURRENT, REPLICATED, Listed, configuration, deliver, packed
from fakes.s3 import FakeBucket

PLAIN: list[Group] = [(300_000, 400_000, "STANDARD")]
FIELDS = ("Size", "StorageClass", "ReplicationStatus")


def versioned(states: dict[str, int], *, tells: bool = True, status: str = "Enabled") -> World:
    """Return a replicated bucket whose inventory lists as many objects in each state."""
    it = World(("avatars",))
    it.holds([(sum(states.values()), 40_000_000, "STANDARD")])
    bucket = it.fake.buckets["avatars"]
    bucket.versioning, bucket.replication = "Enabled", status
    fields, schema = (FIELDS, REPLICATED) if tells else (FIELDS[:2], CURRENT)
    bucket.inventories = [configuration(fields=fields)]
    it.fake.buckets["inventories"] = FakeBucket()
    listed = [
        Listed(40_000_000, replication=state) for state, number in states.items()
        for _ in range(number)
    ]  # fmt: skip
    at = START.replace(hour=1)
    deliver(it.fake.buckets["inventories"], at, [packed(listed, schema)], schema=schema)
    return it


def second_run(it: World) -> BucketReport:
    """Learn the sizes, and decide by them on the next day."""
    it.run()
    it.pass_days()
    return it.run().buckets["avatars"]


def written(report: BucketReport) -> float:
    assert report.plan is not None
    assert report.plan.outcome is not None
    return report.plan.outcome.saving


def test_all_that_was_replicated_moves() -> None:
    it = versioned({"COMPLETED": 3_000})
    saving = written(second_run(it))
    assert it.rules() == [OURS]
    other = versioned({"REPLICA": 3_000})
    assert written(second_run(other)) == pytest.approx(saving)


@pytest.mark.parametrize("state", ["PENDING", "FAILED"])
def test_what_s3_has_not_replicated_saves_nothing(state: str) -> None:
    whole = written(second_run(versioned({"COMPLETED": 3_000})))
    it = versioned({"COMPLETED": 2_700, state: 300})
    report = second_run(it)
    assert it.rules() == [OURS]
    assert written(report) == pytest.approx(whole * 0.9)
    assert report.plan is not None
    told = " ".join(report.plan.assumptions)
    assert "not replicated, so that S3 does not move it: 11.2 GiB" in told
    assert "replicating what failed to be" in told


def test_where_most_failed_a_rule_may_lose() -> None:
    it = versioned({"COMPLETED": 300, "FAILED": 2_700})
    assert second_run(it).outcome == "leave"
    assert it.rules() == []


def test_a_replicated_bucket_that_nothing_tells_of_is_left() -> None:
    it = versioned({"FAILED": 3_000}, tells=False)
    report = second_run(it)
    assert "with the field ReplicationStatus would tell" in report.line
    assert it.rules() == []
    few = World()
    few.holds([(900, 100_000_000, "STANDARD")])
    bucket = few.fake.buckets["avatars"]
    bucket.versioning, bucket.replication = "Enabled", "Enabled"
    assert "with the field ReplicationStatus would tell" in second_run(few).line


@pytest.mark.parametrize("status", ["", "Disabled"])
def test_a_versioned_bucket_without_replication_is_as_ever(status: str) -> None:
    it = versioned({"": 3_000}, tells=False, status=status)
    second_run(it)
    assert it.rules() == [OURS]


def test_the_inventory_that_tells_of_replication_is_taken_first() -> None:
    it = versioned({"COMPLETED": 3_000})
    bucket = it.fake.buckets["avatars"]
    bucket.inventories.insert(0, configuration(name="a-first"))
    second_run(it)
    assert it.rules() == [OURS]


@pytest.mark.parametrize("name", ["av-abc1-s3alias", "av--ol-s3", "av.mrap"])
@pytest.mark.parametrize("action", ["plan", "apply"])
def test_an_alias_is_told_also_below_the_thresholds(name: str, action: str) -> None:
    it = World((name,))
    report = it.run(action)
    assert report.buckets[name].error == (
        f"{name} is an alias of an access point: name the bucket itself"
    )
    assert not it.fake.calls


def test_by_prices_of_another_region_nothing_is_written() -> None:
    it = World(prices=BUNDLED)
    it.holds(PLAIN)
    report = it.run()
    assert it.rules() == []
    assert report.buckets["avatars"].outcome == "leave"
    assert "nothing is written by prices of another region (bundled list prices of us-east-1" in (
        report.buckets["avatars"].line
    )
    it.prices = PRICES
    it.pass_days()
    it.run()
    assert it.rules() == [OURS]


def test_a_rule_is_taken_back_whatever_the_prices_are() -> None:
    it = World()
    it.holds(PLAIN)
    it.run()
    assert it.rules() == [OURS]
    it.prices = BUNDLED
    it.pass_days()
    it.run("rollback", "avatars")
    assert it.rules() == []


def test_a_class_that_a_region_does_not_have_is_not_taken() -> None:
    """Where the cheapest class is missing, the next one is taken."""
    it = World()
    it.holds(PLAIN)
    report = it.run()
    plan = report.buckets["avatars"].plan
    assert plan is not None
    assert plan.outcome is not None
    first = plan.outcome.move.storage_class
    others = {each: price for each, price in PRICES.classes.items() if each is not first}
    it = World(prices=replace(PRICES, classes=others))
    it.holds(PLAIN)
    plan = it.run().buckets["avatars"].plan
    assert plan is not None
    assert plan.outcome is not None
    assert plan.outcome.move.storage_class is not first


@pytest.mark.parametrize("action", ["plan", "apply", "rollback"])
def test_a_redirect_into_another_region_is_not_followed(
    action: str,
) -> None:
    it = World()
    it.holds(PLAIN)
    it.fake.buckets["avatars"].region = "us-west-2"
    report = it.run(action, "avatars").buckets["avatars"]
    assert report.error == "avatars lies in us-west-2: a stack there can look after it"
    assert it.fake.buckets["avatars"].lifecycle is None
