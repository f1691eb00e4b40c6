"""Situations in which a rule lost money, or somebody's rule was lost, and what is right."""

from __future__ import annotations

import random

import pytest
from botocore.exceptions import ReadTimeoutError

from cost_control.measuring.calls import CALLS
from cost_control.measuring.pricing import Pricing
from cost_control.planning.levels import Level
from cost_control.report import BucketReport, Report
from fakes.cost_world import OURS, START, World, expires, rule_xml
from fakes.measurements import STOCKHOLM, FakePricing
from fakes.s3_wire import error

PLAIN = [(300_000, 400_000, "STANDARD")]
TMP = expires("tmp", 700, "tmp/")


def world(**more: object) -> World:
    it = World()
    it.holds(PLAIN, **more)  # type: ignore[arg-type]
    it.put_rules(TMP)
    return it


def of(report: Report, name: str = "avatars") -> BucketReport:
    return report.buckets[name]


def saving(report: Report) -> float:
    """Return what the plan saves in twelve months, 0 where it does nothing."""
    plan = of(report).plan
    assert plan is not None
    return plan.outcome.saving if plan.outcome else 0.0


def test_what_is_deleted_before_it_would_move_saves_nothing() -> None:
    it = World()
    it.holds([(1_000_000, 400_000, "STANDARD")])
    it.put_rules(expires("all", 20))
    assert saving(it.run("plan")) == 0
    it.run()
    assert it.rules() == ["all"]


def test_another_tool_that_takes_our_rule_out_is_left_alone_the_second_time() -> None:
    it = world()
    puts = 0
    for _ in range(10):
        it.run()
        puts += it.fake.calls.count("PutBucketLifecycleConfiguration")
        it.put_rules(TMP)
        it.pass_days()
    assert puts == 2
    first, again, stopped = (one.summary for one in it.told)
    assert first == again == "Lifecycle rules changed: avatars"
    assert stopped == "Another tool takes our lifecycle rule out: avatars"
    assert "put back after another hand took it out" in it.told[1].reason
    assert "Terraform" in it.told[2].reason
    it.run("apply", "avatars")
    assert OURS in it.rules()


def test_the_tool_is_named_by_tags_or_by_the_ids_of_its_rules() -> None:
    it = world()
    theirs = expires("tf-s3-lifecycle-20240101", 700, "tmp/")
    for _ in range(3):
        it.put_rules(theirs)
        it.run()
        it.pass_days()
    assert it.told[-1].reason.startswith("Terraform (by the IDs of its rules) has taken our rule")


def test_a_rule_in_place_takes_three_calls() -> None:
    it = world()
    it.run()
    it.pass_days()
    report = it.run()
    assert of(report).outcome == "leave"
    assert it.calls == {"ListMetrics": 1, "GetMetricData": 1, "GetBucketLifecycleConfiguration": 1}


@pytest.mark.parametrize("seed", range(40))
def test_a_rule_put_seconds_ago_is_not_lost(seed: int) -> None:
    it = world()
    rng = random.Random(seed)  # noqa: S311 - not a secret
    it.fake.goes_stale(20, it.clock, lambda: rng.random() < 0.5)
    it.put_rules(TMP + expires("exports", 900, "exports/"))
    it.run()
    assert it.rules() == ["tmp", "exports", OURS]


def test_few_large_objects_are_read() -> None:
    it = World()
    it.holds(
        [(100_000, 2_000_000, "STANDARD"), (2_900_000, 200_000, "STANDARD")],
        requests={"GetRequests": 500_000, "BytesDownloaded": 1e12},
    )
    it.run()
    assert OURS not in it.rules()


def test_ireland_has_prices_of_its_own() -> None:
    it = World()
    products = [each.replace("EUN1-", "EU-") for each in STOCKHOLM]
    prices = Pricing(FakePricing(products), it.documents, START, pytest.fail)
    found = prices.of("eu-west-1")
    assert found.source == "Price List API, eu-west-1"


def test_cloudwatch_knows_the_bytes_better_than_a_sample() -> None:
    it = World()
    it.holds([(2_000_000, 496_000, "STANDARD")], types={"StandardStorage": 8e11}, objects=2_000_000)
    assert saving(it.run("plan")) == pytest.approx(119.46, abs=0.5)


def test_a_type_that_is_late_is_no_zero() -> None:
    it = world()
    it.run()
    it.pass_days()
    del it.metrics["avatars"].types["StandardStorage"]
    it.pass_days(2)
    it.metrics["avatars"].types["StandardIAStorage"] = 1e9
    it.pass_days(2)
    it.thresholds = type(it.thresholds)(50e9, 100e9)
    report = it.run()
    assert OURS in it.rules()
    assert report.level is Level.CRITICAL
    assert of(report).usage is not None


@pytest.mark.parametrize("trouble", ["500", "503", "time-out"])
@pytest.mark.parametrize("is_written", [True, False])
def test_a_put_without_an_answer_is_read_back(trouble: str, is_written: bool) -> None:  # noqa: FBT001
    it = world()
    name = "PutBucketLifecycleConfiguration"
    if is_written:
        it.fake.instead(name, trouble)
    elif trouble == "time-out":
        it.fake.once(name, _silent)
    else:
        it.fake.once(name, lambda: error("InternalError", int(trouble)))
    report = it.run()
    assert of(report).outcome == "changed"
    assert it.rules() == ["tmp", OURS]
    assert [one.summary for one in it.told] == ["Lifecycle rules changed: avatars"]


def _silent() -> None:
    raise ReadTimeoutError(endpoint_url="s3")


@pytest.mark.parametrize("name", ["avatar-watch-keep-logs", OURS])
def test_a_rule_that_somebody_named_like_ours_stays(name: str) -> None:
    it = world()
    theirs = expires(name, 700, "tmp/")
    it.put_rules(theirs)
    before = it.fake.buckets["avatars"].lifecycle
    it.run()
    assert name in it.rules()
    it.thresholds = type(it.thresholds)()
    it.pass_days()
    it.run()
    assert it.rules() == [name]
    it.run("rollback", "avatars")
    assert it.rules() == [name]
    assert name != OURS or it.fake.buckets["avatars"].lifecycle == before


def test_objects_in_standard_ia_move_too() -> None:
    it = World()
    it.holds([(1_000_000, 200_000, "STANDARD"), (50_000_000, 200_000, "STANDARD_IA")])
    it.run()
    assert OURS not in it.rules()


def test_of_ten_versions_the_current_ones_move() -> None:
    it = World()
    it.holds([(2_000, 50_000_000, "STANDARD")], types={"StandardStorage": 1e12}, objects=20_000)
    it.fake.buckets["avatars"].versioning = "Enabled"
    assert saving(it.run("plan")) == pytest.approx(20.46, abs=0.05)


def test_reads_are_of_current_objects_not_of_versions() -> None:
    it = World()
    it.holds(
        PLAIN, types={"StandardStorage": 2.4e12}, objects=6_000_000,
        requests={"GetRequests": 300_000},
    )  # fmt: skip
    it.fake.buckets["avatars"].versioning = "Enabled"
    it.run()
    assert it.rules() == []


def test_a_head_costs_as_much_as_a_get() -> None:
    it = World()
    it.holds(
        [(2_000_000, 400_000, "STANDARD")],
        requests={"GetRequests": 2_000, "HeadRequests": 4_000_000},
    )
    it.run()
    assert OURS not in it.rules()


def test_uploads_by_post_count_as_uploads() -> None:
    it = World()
    requests = {"GetRequests": 100.0, "BytesDownloaded": 4e7}
    it.holds([(1_000_000, 400_000, "STANDARD")], requests=requests)
    it.run()
    assert OURS in it.rules()
    other = World()
    other.holds([(1_000_000, 400_000, "STANDARD")], requests=requests | {"PostRequests": 500_000})
    other.run()
    assert OURS not in other.rules()


@pytest.mark.parametrize("action", ["rollback", "falls below"])
def test_ours_goes_beside_rules_that_s3_holds_whatever_we_think_of_them(action: str) -> None:
    it = world()
    it.run()
    versions = rule_xml(
        "versions",
        "<Filter/><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>"
        "<NewerNoncurrentVersions>500</NewerNoncurrentVersions></NoncurrentVersionExpiration>",
    )
    there = it.fake.buckets["avatars"].lifecycle or b""
    rules = there.decode().split(">", 1)[1].removesuffix("</LifecycleConfiguration>")
    it.put_rules(rules + versions)
    it.pass_days()
    if action == "rollback":
        it.run("rollback", "avatars")
    else:
        it.thresholds = type(it.thresholds)()
        it.run()
    assert it.rules() == ["tmp", "versions"]


def test_a_rule_about_a_part_leaves_the_rest_to_plan_for() -> None:
    it = World()
    it.holds([(1_000_000, 400_000, "STANDARD")])
    into = "<Transition><Days>60</Days><StorageClass>GLACIER</StorageClass></Transition>"
    logs = rule_xml("logs", f"<Filter><Prefix>logs/</Prefix></Filter>{into}")
    it.put_rules(expires("tmp", 7, "tmp/") + logs)
    it.run()
    assert it.rules() == ["tmp", "logs", OURS]


def test_a_bucket_with_mfa_delete_takes_no_rules() -> None:
    it = world()
    it.fake.buckets["avatars"].mfa_delete = True
    report = it.run()
    assert "MFA delete" in of(report).line
    assert it.rules() == ["tmp"]


def test_a_directory_bucket_has_one_class() -> None:
    it = World(("avatars--eun1-az1--x-s3",))
    report = it.run()
    assert "directory bucket" in report.buckets["avatars--eun1-az1--x-s3"].line
    assert not it.fake.calls


def test_a_bucket_of_another_region_is_named_with_its_region() -> None:
    it = world()
    it.fake.buckets["avatars"].region = "us-west-2"
    report = it.run()
    assert of(report).error == "avatars lies in us-west-2: a stack there can look after it"


@pytest.mark.parametrize("count", [900, 1_900, 2_000, 5_000, 10**6, 10**9])
@pytest.mark.parametrize("versioning", [None, "Enabled", "Suspended"])
def test_a_bucket_takes_twelve_calls_at_most(count: int, versioning: str | None) -> None:
    it = World()
    it.holds([(count, 400_000_000_000 // count if count < 10**6 else 400_000, "STANDARD")])
    it.fake.buckets["avatars"].versioning = versioning
    for action in ("plan", "apply", "apply", "rollback", "apply"):
        it.run(action, "avatars" if action == "rollback" else None)
        assert it.calls.total() <= CALLS, (action, it.calls)
        it.pass_days()
    it.thresholds = type(it.thresholds)()
    it.run()
    assert it.calls.total() <= CALLS
