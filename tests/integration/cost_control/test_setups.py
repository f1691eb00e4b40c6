"""Buckets set up in ways that change what S3 does with a rule, and what is right in each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cost_control.money.prices import BUNDLED
from fakes.cost_world import Group, World

PLAIN: list[Group] = [(300_000, 400_000, "STANDARD")]


@pytest.mark.parametrize("name", ["av-abc1-s3alias", "av--ol-s3", "av.mrap"])
@pytest.mark.parametrize("action", ["plan", "apply"])
def test_an_alias_is_told_also_below_the_thresholds(name: str, action: str) -> None:
    it = World((name,))
    report = it.run(action)
    assert report.buckets[name].error == (
        f"{name} is an alias of an access point: name the bucket itself"
    )
    assert not it.fake.calls


def test_a_class_that_a_region_does_not_have_is_not_taken() -> None:
    """Where the cheapest class is missing, the next one is taken."""
    it = World()
    it.holds(PLAIN)
    report = it.run()
    plan = report.buckets["avatars"].plan
    assert plan is not None
    assert plan.outcome is not None
    first = plan.outcome.move.storage_class
    others = {each: price for each, price in BUNDLED.classes.items() if each is not first}
    it = World(prices=replace(BUNDLED, classes=others))
    it.holds(PLAIN)
    plan = it.run().buckets["avatars"].plan
    assert plan is not None
    assert plan.outcome is not None
    assert plan.outcome.move.storage_class is not first


@pytest.mark.parametrize("action", ["plan", "apply", "rollback"])
def test_a_redirect_into_another_region_is_not_followed(action: str) -> None:
    it = World()
    it.holds(PLAIN)
    it.fake.buckets["avatars"].region = "us-west-2"
    report = it.run(action, "avatars").buckets["avatars"]
    assert report.error == "avatars lies in us-west-2: a stack there can look after it"
    assert it.fake.buckets["avatars"].lifecycle is None
