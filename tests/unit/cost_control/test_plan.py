"""The plan for a bucket, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cost_control.lifecycle.document import read
from cost_control.lifecycle.merge import merge
from cost_control.measuring.usage import Bucket, BucketFacts, Usage, Versioning
from cost_control.money.histogram import Bin, Histogram
from cost_control.money.prices import BUNDLED, StorageClass
from cost_control.planning.given import Policy
from cost_control.planning.levels import GB, Level, Standing, Thresholds, Total, higher, level_of
from cost_control.planning.plan import Plan, plan_lifecycle
from cost_control.planning.verdict import OPT_OUT_TAG, Step, held_back, judge, managed_by

KIB = 1024
LARGE = Histogram((Bin(384 * KIB, 300_000, 400 * KIB),), "300,000 objects")
SMALL_ONES = Histogram((Bin(32 * KIB, 3_000_000, 40 * KIB),), "3,000,000 objects")


def bucket(
    *rules: dict[str, Any],
    sizes: Histogram | None = LARGE,
    reads: float | None = 0.02,
    **facts: Any,
) -> Bucket:
    objects = sizes.objects if sizes else 300_000
    total = sizes.total if sizes else 112e9
    return Bucket(
        BucketFacts("avatars", "eu-north-1", read({"Rules": list(rules)}), **facts),
        Usage({"StandardStorage": total}, objects, reads=reads),
        sizes,
    )


def plan(given: Bucket, level: Level = Level.CRITICAL, **policy: Any) -> Plan:
    return plan_lifecycle(given, BUNDLED, Policy(**policy), level)


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
    given = bucket()
    seldom, often = (
        plan(replace(given, usage=replace(given.usage, replaced=share))) for share in (0.02, 3.0)
    )
    assert seldom.rules
    assert "replaced: 2.0% of the objects a month, counted by S3" in seldom.assumptions
    assert not often.rules
    assert "replaced: 300.0% of the objects a month, counted by S3" in often.assumptions
    assumed = plan(given, assumed_replaced=3.0)
    assert not assumed.rules
    assert any("assumed: nobody counts them" in each for each in assumed.assumptions)


def test_types_without_a_price_are_named() -> None:
    given = bucket()
    usage = replace(given.usage, bytes_by_type={"StandardStorage": 1e11, "QuantumStorage": 1e9})
    found = plan(replace(given, usage=usage))
    assert "without a price, and counted as nothing: QuantumStorage" in found.assumptions


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"is_replicated": True}, "replication: replicas are not moved"),
        ({"has_object_lock": True}, "object lock: locked objects move as well, and stay locked"),
    ],
)
def test_what_a_transition_means_for_replicas_and_locks_is_said(
    facts: dict[str, Any], said: str
) -> None:
    plain, special = plan(bucket()), plan(bucket(**facts))
    assert special.rules == plain.rules
    assert any(each.startswith(said) for each in special.assumptions)
    assert not any(each.startswith(said) for each in plain.assumptions)


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
    kept_safe = plan_lifecycle(bucket(), no_glacier, Policy(), Level.CRITICAL)
    allowed = plan_lifecycle(bucket(), no_glacier, Policy(allow_one_zone=True), Level.CRITICAL)
    assert kept_safe.outcome is not None
    assert kept_safe.outcome.move.storage_class is StorageClass.STANDARD_IA
    assert allowed.outcome is not None
    assert allowed.outcome.move.storage_class is StorageClass.ONEZONE_IA


def test_reads_decide() -> None:
    """Read ten times a month, no colder class is cheaper: retrieval eats the saving."""
    assert not plan(bucket(reads=10)).rules
    assumed = plan(bucket(reads=None), assumed_reads=10)
    assert not assumed.rules
    assert any("assumed" in each for each in assumed.assumptions)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (replace(bucket(), usage=Usage(note="no data for three days")), "no data for three days"),
        (replace(bucket(), usage=Usage({"StandardStorage": 0.0}, 0)), "the bucket is empty"),
        (bucket(sizes=None), "the sizes of its objects are unknown"),
        (bucket(unknown_elements=("Replay",)), "does not know (Replay)"),
        (
            bucket(rule("cold", Transitions=[{"Days": 90, "StorageClass": "GLACIER"}])),
            "rule cold already moves objects into GLACIER",
        ),
        (
            bucket(rule("short", Expiration={"Days": 60}), rule("long", Expiration={"Days": 91})),
            "rule long deletes objects after 91 days, within the 90 days",
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
    few = Histogram((Bin(384 * KIB, 100, 400 * KIB),), "100 objects")
    assert not plan(bucket(sizes=few)).rules


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
        ({"tags": {"aws:cloudformation:stack-name": "s"}}, Level.CRITICAL, True, Step.ADVISE),
        ({"tags": {"ManagedBy": "Terraform"}}, Level.CRITICAL, True, Step.ADVISE),
        ({"tags": {"team": "avatars"}}, Level.CRITICAL, True, Step.APPLY),
    ],
)
def test_who_may_be_written(
    facts: dict[str, Any],
    level: Level,
    writes: bool,  # noqa: FBT001 - a column of the table
    step: Step,
) -> None:
    given = bucket(**facts)
    assert judge(given.facts, plan(given, level), level, writes=writes).step is step


def test_our_rule_stays_while_the_cause_lasts_and_goes_with_it() -> None:
    given = bucket()
    found = plan(given)
    facts = replace(given.facts, lifecycle=merge(given.facts.lifecycle, found.rules))
    assert judge(facts, found, Level.CRITICAL, writes=True).step is Step.LEAVE
    assert judge(facts, found, Level.WARNING, writes=True).step is Step.REVERT
    assert judge(facts, found, Level.WARNING, writes=False).step is Step.ADVISE


def test_what_a_person_took_out_does_not_come_back_by_itself() -> None:
    given = bucket()
    verdict = judge(given.facts, plan(given), Level.CRITICAL, writes=True)
    assert held_back(verdict, None) is verdict
    assert held_back(verdict, "2026-11-23T10:00:00+00:00").step is Step.LEAVE


@pytest.mark.parametrize(
    ("tags", "owner"),
    [
        ({}, None),
        ({"cost": "terraform"}, None),
        ({"terraform": "true"}, "terraform"),
        ({"managed-by": "Pulumi"}, "pulumi"),
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
