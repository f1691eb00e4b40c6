"""The plan for a bucket, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cost_control.lifecycle.document import read
from cost_control.lifecycle.merge import merge
from cost_control.measuring.usage import Bucket, BucketFacts, Setup, Usage, Versioning
from cost_control.money.histogram import EDGES, Bin, Histogram, Sizes
from cost_control.money.prices import BUNDLED, StorageClass
from cost_control.money.use import Requests
from cost_control.planning.given import Policy
from cost_control.planning.levels import GB, Level, Standing, Thresholds, Total, higher, level_of
from cost_control.planning.plan import Plan, plan_lifecycle
from cost_control.planning.verdict import (
    OPT_OUT_TAG,
    Step,
    before_sizes,
    fought,
    judge,
    managed_by,
    untouchable,
)

TODAY = date(2026, 11, 23)
KIB = 1024


def stock(objects: int, size: int) -> Sizes:
    least = max(edge for edge in EDGES if edge <= size)
    known = Histogram((Bin(least, objects, size),))
    return Sizes({"STANDARD": known}, f"{objects:,} objects", is_exact=True)


LARGE = stock(300_000, 400 * KIB)
SMALL_ONES = stock(3_000_000, 40 * KIB)


def bucket(
    *rules: dict[str, Any],
    sizes: Sizes | None = LARGE,
    requests: Requests | None = None,
    unknown: tuple[str, ...] = (),
    **setup: Any,
) -> Bucket:
    objects = sizes.objects if sizes else 300_000
    total = sizes.total if sizes else 112e9
    return Bucket(
        BucketFacts("avatars", read({"Rules": list(rules)}), Setup(**setup), unknown),
        Usage({"StandardStorage": total}, objects, requests=requests),
        sizes,
    )


def plan(given: Bucket, level: Level = Level.CRITICAL, **policy: Any) -> Plan:
    policy = {"assumed_reads": 0.02} | policy
    return plan_lifecycle(given, BUNDLED, Policy(**policy), level, TODAY)


def rule(name: str, **more: Any) -> dict[str, Any]:
    return {"ID": name, "Status": "Enabled", "Filter": {"Prefix": ""}} | more


def test_large_avatars_that_are_seldom_read_go_where_it_is_cheapest() -> None:
    found = plan(bucket())
    assert found.outcome is not None
    assert found.outcome.move.storage_class is StorageClass.GLACIER_IR
    assert found.outcome.move.days == 1
    assert {one.storage_class for one in found.rejected} == {"STANDARD_IA", "INTELLIGENT_TIERING"}
    assert any("bundled list prices" in each for each in found.assumptions)


def test_avatars_that_are_replaced_often_stay_where_they_are() -> None:
    """Each new one would pay for its move, and for the 90 days of the old one."""
    seldom, often = (
        plan(
            bucket(requests=Requests(reads=6_000, downloaded=2.4e9, puts=puts, uploaded=puts * 4e5))
        )
        for puts in (6_000, 900_000)
    )
    assert seldom.rules
    assert "replaced: 2.0% of the objects a month, counted by S3" in seldom.assumptions
    assert not often.rules
    assert "replaced: 300.0% of the objects a month, counted by S3" in often.assumptions
    assumed = plan(bucket(), assumed_replaced=3.0)
    assert not assumed.rules
    assert any("assumed: nobody counts them" in each for each in assumed.assumptions)


def test_the_range_is_told_with_what_would_make_it_narrower() -> None:
    found = plan(bucket())
    assert found.outcome is not None
    low, high = found.outcome.low, found.outcome.high
    assert 0 < low < found.outcome.saving < high
    assert f"${low:.2f} to ${high:.2f}" in found.reason
    assert found.assumptions[-1] == (
        "what would make the range narrower: request metrics of the bucket with the id"
        " EntireBucket (reads and replacements)"
    )
    unsure = plan(bucket(sizes=replace(LARGE, is_exact=False)))
    assert "S3 Inventory" in unsure.assumptions[-1]
    assert unsure.outcome is not None
    assert unsure.outcome.low < low


def test_what_may_lose_is_not_done_and_its_reason_is_told() -> None:
    """Expected to save, but the large objects may be few, and all that is read."""
    read = Requests(reads=60_000, downloaded=8.6e9)
    sample = replace(stock(3_000_000, 133 * KIB), is_exact=False)
    found = plan(bucket(requests=read, sizes=sample))
    assert not found.rules
    assert "but it may cost $" in found.reason


def test_types_without_a_price_are_named() -> None:
    given = bucket()
    usage = replace(given.usage, bytes_by_type={"StandardStorage": 1e11, "QuantumStorage": 1e9})
    found = plan(replace(given, usage=usage))
    assert "without a price, and counted as nothing: QuantumStorage" in found.assumptions


def test_in_ordinary_times_objects_wait_longer() -> None:
    found = plan(bucket(), Level.WARNING)
    assert found.outcome is not None
    assert found.outcome.move.days == 30


def test_small_avatars_stay_where_they_are_and_the_reason_is_told() -> None:
    found = plan(bucket(sizes=SMALL_ONES))
    assert not found.rules
    assert found.reason.startswith("no action because STANDARD_IA: ")
    assert {one.storage_class for one in found.rejected} == {
        "STANDARD_IA",
        "GLACIER_IR",
        "INTELLIGENT_TIERING",
    }


def test_one_zone_is_taken_only_when_allowed() -> None:
    no_glacier = replace(
        BUNDLED,
        classes={k: v for k, v in BUNDLED.classes.items() if k is not StorageClass.GLACIER_IR},
    )
    few = Policy(assumed_reads=0.02)
    kept_safe = plan_lifecycle(bucket(), no_glacier, few, Level.CRITICAL, TODAY)
    allowed = plan_lifecycle(
        bucket(), no_glacier, replace(few, allow_one_zone=True), Level.CRITICAL, TODAY
    )
    assert kept_safe.outcome is not None
    assert kept_safe.outcome.move.storage_class is StorageClass.STANDARD_IA
    assert allowed.outcome is not None
    assert allowed.outcome.move.storage_class is StorageClass.ONEZONE_IA


def test_reads_decide() -> None:
    """Read ten times a month, no colder class is cheaper: retrieval eats the saving."""
    assert not plan(bucket(requests=Requests(3_000_000, 1.2e12))).rules
    assumed = plan(bucket(), assumed_reads=10)
    assert not assumed.rules
    assert any("assumed" in each for each in assumed.assumptions)


def test_what_is_looked_up_and_not_read_cools_down() -> None:
    """A HEAD is no access to Intelligent-Tiering: $31.37 by a bill that shares no code."""
    looked_up = Requests(reads=3_000_010, downloaded=4e6, uploaded=0.0, touches=10)
    read = replace(looked_up, touches=3_000_010)
    asked = (
        plan(bucket(sizes=stock(1_000_000, 400_000), requests=each)).outcome
        for each in (looked_up, read)
    )
    cold, warm = ((one.move.storage_class, round(one.saving, 2)) for one in asked if one)
    assert cold == (StorageClass.INTELLIGENT_TIERING, 31.37)
    assert warm[0] is StorageClass.STANDARD_IA


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (replace(bucket(), usage=Usage(note="no data for three days")), "no data for three days"),
        (replace(bucket(), usage=Usage({"StandardStorage": 0.0}, 0)), "the bucket is empty"),
        (bucket(sizes=None), "the sizes of its objects are unknown"),
        (bucket(unknown=("Replay",)), "does not know (Replay)"),
        (
            bucket(rule("cold", Transitions=[{"Days": 90, "StorageClass": "GLACIER"}])),
            "rule cold already moves objects into GLACIER",
        ),
        (bucket(rule("short", Expiration={"Days": 20})), "it saves nothing at any size"),
        (
            bucket(sizes=replace(LARGE, is_exact=False), versioning=Versioning.ENABLED),
            "how many of its versions are current is unknown",
        ),
        (
            replace(bucket(), usage=replace(bucket().usage, is_certain=False, note="late")),
            "the bucket's size is unknown (late)",
        ),
        (
            bucket(rule("end", Expiration={"Date": "2027-01-01"})),
            "rule end deletes objects on 2027-01-01",
        ),
    ],
)
def test_no_action_has_its_reason(given: Bucket, reason: str) -> None:
    found = plan(given)
    assert not found.rules
    assert reason in found.reason


def test_objects_that_are_deleted_early_never_move() -> None:
    """What tmp/ deletes after 7 days would be billed for 90: the move waits until they are gone."""
    found = plan(bucket(rule("tmp", Filter={"Prefix": "tmp/"}, Expiration={"Days": 7})))
    assert found.outcome is not None
    assert found.outcome.move.days == 7


def test_disabled_rules_decide_nothing() -> None:
    off = rule("off", Status="Disabled", Transitions=[{"Days": 1, "StorageClass": "GLACIER"}])
    assert plan(bucket(off)).rules


def test_no_room_for_another_rule() -> None:
    full = [rule(str(n), Expiration={"Days": 900}) for n in range(1_000)]
    found = plan(bucket(*full))
    assert not found.rules
    assert "there are 1001 rules" in found.reason


def test_a_saving_of_cents_is_left_alone() -> None:
    assert not plan(bucket(sizes=stock(100, 400 * KIB))).rules


def test_hygiene_is_suggested_and_never_done() -> None:
    found = plan(bucket(versioning=Versioning.ENABLED))
    assert len(found.suggestions) == 2
    assert all(each.transitions for each in found.rules)
    clean = bucket(
        rule("a", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7}),
        rule("n", NoncurrentVersionExpiration={"NoncurrentDays": 30}),
        versioning=Versioning.ENABLED,
    )
    assert not plan(clean).suggestions


@pytest.mark.parametrize(
    ("facts", "level", "writes", "step"),
    [
        ({}, Level.CRITICAL, True, Step.APPLY),
        ({}, Level.CRITICAL, False, Step.ADVISE),
        ({}, Level.WARNING, True, Step.ADVISE),
        ({"tags": {OPT_OUT_TAG: "off"}}, Level.CRITICAL, True, Step.LEAVE),
        ({"tags": {OPT_OUT_TAG: " Off "}}, Level.CRITICAL, True, Step.LEAVE),
        ({"tags": {"aws:cloudformation:stack-name": "s"}}, Level.CRITICAL, True, Step.ADVISE),
        ({"tags": {"ManagedBy": "Terraform"}}, Level.CRITICAL, True, Step.ADVISE),
        ({"tags": {"team": "avatars"}}, Level.CRITICAL, True, Step.APPLY),
        ({"has_mfa_delete": True}, Level.CRITICAL, True, Step.LEAVE),
    ],
)
def test_who_may_be_written(
    facts: dict[str, Any],
    level: Level,
    writes: bool,  # noqa: FBT001 - a column of the table
    step: Step,
) -> None:
    given = bucket(**facts)
    verdict = untouchable(given.facts.setup) or judge(plan(given, level), level, writes=writes)
    assert verdict.step is step


def test_our_rule_stays_while_the_cause_lasts_and_goes_with_it() -> None:
    given = bucket()
    lifecycle = merge(given.facts.lifecycle, plan(given).rules)
    facts = replace(given.facts, lifecycle=lifecycle, is_own_known=True)

    def step(level: Level, *, writes: bool = True) -> Step | None:
        verdict = before_sizes(facts, level, writes=writes)
        return verdict.step if verdict else None

    assert step(Level.CRITICAL) is Step.LEAVE
    assert step(Level.WARNING) is Step.REVERT
    assert step(Level.WARNING, writes=False) is Step.ADVISE
    theirs = before_sizes(replace(facts, is_own_known=False), Level.NORMAL, writes=True)
    assert theirs is not None
    assert theirs.step is Step.LEAVE
    assert before_sizes(given.facts, Level.NORMAL, writes=True) is None


def test_what_another_hand_took_out_twice_is_left_out() -> None:
    facts = bucket(tags={"ManagedBy": "OpenTofu"}).facts
    assert fought(facts, 1) is None
    stopped = fought(facts, 2)
    assert stopped is not None
    assert stopped.step is Step.STOP
    assert stopped.reason.startswith("opentofu (tag ManagedBy = OpenTofu) has taken our rule out")


@pytest.mark.parametrize(
    ("tags", "owner"),
    [
        ({}, None),
        ({"cost": "terraform"}, None),
        ({"terraform": "true"}, "terraform"),
        ({"managed-by": "Pulumi"}, "pulumi"),
        ({"Provisioner": " Terraform "}, "terraform"),
        ({"CreatedBy": "opentofu"}, "opentofu"),
        ({"deployed-with": "aws-cdk"}, "cdk"),
        ({"iac": "terraform"}, "terraform"),
        ({"crossplane-kind": "bucket.s3.aws"}, "crossplane"),
        ({"terraform": "False"}, None),
    ],
)
def test_tools_are_known_by_their_tags(tags: dict[str, str], owner: str | None) -> None:
    found = managed_by(tags)
    assert (found is None) if owner is None else (found or "").startswith(owner)


@pytest.mark.parametrize(
    ("total", "before", "level"),
    [
        (49.0, Level.NORMAL, Level.NORMAL),
        (50.0, Level.NORMAL, Level.NORMAL),
        (50.1, Level.NORMAL, Level.WARNING),
        (100.0, Level.WARNING, Level.WARNING),
        (100.1, Level.WARNING, Level.CRITICAL),
        (91.0, Level.CRITICAL, Level.CRITICAL),
        (90.0, Level.CRITICAL, Level.WARNING),
        (46.0, Level.WARNING, Level.WARNING),
        (46.0, Level.CRITICAL, Level.WARNING),
        (45.0, Level.WARNING, Level.NORMAL),
        (4e6, Level.NORMAL, Level.CRITICAL),
        (None, Level.CRITICAL, Level.CRITICAL),
        (None, Level.NORMAL, Level.NORMAL),
    ],
)
def test_levels_have_hysteresis(total: float | None, before: Level, level: Level) -> None:
    thresholds = Thresholds(50 * GB, 100 * GB)
    whole = Total(None if total is None else total * GB)
    assert level_of(whole, before, thresholds) is level
    part = replace(whole, is_certain=False)
    assert level_of(part, before, thresholds) is higher(level, before)


def test_the_higher_of_two_levels_counts_and_each_has_its_own_way_back() -> None:
    assert Standing(Level.WARNING, Level.CRITICAL).level is Level.CRITICAL
    assert Standing(Level.CRITICAL, Level.NORMAL).level is Level.CRITICAL
    assert level_of(Total(1e30), Level.NORMAL, Thresholds()) is Level.NORMAL
    assert level_of(Total(1e30), Level.CRITICAL, Thresholds()) is Level.NORMAL
