"""What other hands make of our rule, and what S3 shows while a change spreads."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from cost_control.planning.levels import Thresholds
from fakes.cost_world import OURS, World, expires

TMP = expires("tmp", 700, "tmp/")
DEL = "DeleteBucketLifecycle"
PUT = "PutBucketLifecycleConfiguration"
CHANGED = "Lifecycle rules changed: avatars"
BY_ANOTHER = "Another hand changed our lifecycle rule: avatars"


def world(rules: str = TMP) -> World:
    it = World()
    it.holds([(300_000, 400_000, "STANDARD")])
    if rules:
        it.put_rules(rules)
    return it


def edit(it: World, how: Callable[[str], str]) -> None:
    """Let another hand rewrite our rule, the others as they are."""
    xml = (it.fake.buckets["avatars"].lifecycle or b"").decode()
    it.put_rules("".join(
        how(rule) if f"<ID>{OURS}</ID>" in rule else rule
        for rule in re.findall(r"<Rule>.*?</Rule>", xml)
    ))  # fmt: skip


def days(rule: str) -> str:
    return re.sub(r"<Days>\d+</Days>", "<Days>77</Days>", rule)


def into(rule: str) -> str:
    return rule.replace("GLACIER_IR", "DEEP_ARCHIVE")


def off(rule: str) -> str:
    return rule.replace("Enabled", "Disabled")


def ending(rule: str) -> str:
    return rule.replace("</Rule>", "<Expiration><Days>4000</Days></Expiration></Rule>")


@pytest.mark.parametrize("how", [days, into, off, ending])
def test_what_another_hand_made_of_our_rule_is_told_once_and_stays(
    how: Callable[[str], str],
) -> None:
    it, puts = world(), 0
    for _ in range(6):
        it.run()
        puts += it.fake.calls.count(PUT)
        edit(it, how)
        it.pass_days()
    assert puts == 1
    assert [each.summary for each in it.told] == [CHANGED, BY_ANOTHER]
    report = it.run().buckets["avatars"]
    assert report.outcome == "leave"
    assert report.expected is None  # it is not the rule that was promised


@pytest.mark.parametrize(("how", "left"), [(days, ["tmp", OURS]), (off, ["tmp"])])
def test_what_another_hand_changed_does_not_go_by_itself(
    how: Callable[[str], str], left: list[str]
) -> None:
    it = world()
    it.run()
    edit(it, how)
    it.pass_days()
    it.thresholds = Thresholds()
    it.run()
    assert it.rules() == left
    it.run("rollback", "avatars")
    assert it.rules() == ["tmp"]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("before", [TMP, ""])
def test_an_undo_right_after_the_writing_finds_our_rule(before: str, seed: int) -> None:
    """S3 may answer without it for half a minute: it would be left there, and forgotten."""
    it, rng = world(before), random.Random(seed)  # noqa: S311 - not a secret
    it.fake.goes_stale(25, it.clock, lambda: rng.random() < 0.5)
    it.run()
    it.run("rollback", "avatars")
    assert it.rules() == (["tmp"] if before else [])


def test_what_was_written_a_minute_ago_is_not_taken_for_gone() -> None:
    it = world()
    it.run()
    it.fake.goes_stale(25, it.clock, lambda: True)
    it.fake.buckets["avatars"].replaced[-1] = (it.clock(), TMP_ONLY, "all_storage_classes_128K")
    it.thresholds = Thresholds()
    it.run()  # it reads none of ours
    it.pass_days()
    it.fake.stale_seconds = 0
    it.run()
    assert it.rules() == ["tmp"]  # it knew whose rule this was


TMP_ONLY = f"<LifecycleConfiguration>{TMP}</LifecycleConfiguration>".encode()
