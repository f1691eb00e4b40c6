"""What makes a line a person's, and what it says then."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from avatarwatch import access_days
from avatarwatch.access_days import AccessDay, Refused, Requester
from fakes import reporting_scenes as scenes
from fakes.reporting import SETTINGS, ReportWorld
from reporting.asking.buckets import BLOCKS

NOW = scenes.later(6)
LAST = date(2026, 11, 30)


def line(world: ReportWorld, question: str) -> dict[str, Any]:
    world.run({"report": "monthly", "date": "2026-11-30"}, NOW)
    report = json.loads(world.kept["monthly/2026-11/report.json"].text)
    [found] = [each for each in report["lines"] if each["question"] == question]
    assert isinstance(found, dict)
    return found


def _public() -> ReportWorld:
    world = scenes.rich()
    world.answers["s3"]["GetBucketPolicyStatus"] = {"PolicyStatus": {"IsPublic": True}}
    return world


def test_storage_that_grows_too_fast() -> None:
    world = scenes.sparse()
    world.kpi("StorageGrowth7d", LAST, 10.1e9)
    found = line(world, "Analyze storage growth trends")
    assert found["state"] == "needs a person"
    assert found["text"] == "4 GB stored, 10.1 GB more than seven days before, over 10 GB a week."


@pytest.mark.parametrize("question", ["Update cost projections", "Analyze ROI metrics"])
def test_costs_that_rose_by_more_than_a_fifth(question: str) -> None:
    world = scenes.sparse()
    world.kpi("CostIncrease30d", LAST, 21.5)
    found = line(world, question)
    assert found["state"] == "needs a person"
    assert found["text"].startswith("Costs rose by 21.5 % in 30 days, over 20 %.")
    assert found["links"]


@pytest.mark.parametrize(
    ("question", "metric", "limit"),
    [
        ("Analyze storage growth trends", "StorageGrowth7d", 10e9),
        ("Update cost projections", "CostIncrease30d", 20.0),
        ("Analyze ROI metrics", "CostIncrease30d", 20.0),
    ],
)
def test_as_much_as_the_limit_is_within_it(question: str, metric: str, limit: float) -> None:
    for value, is_over in ((limit, False), (limit * 1.001, True)):
        world = scenes.sparse()
        world.kpi(metric, LAST, value)
        assert (", over " in line(world, question)["text"]) is is_over


@pytest.mark.parametrize(
    ("reviewed", "state", "said"),
    [
        (None, "needs a person", "No day is given"),
        (date(2026, 6, 3), "needs a person", "Overdue: gone through on 2026-06-03, 181 days ago"),
        (date(2026, 6, 4), "done", "Gone through on 2026-06-04, 180 days ago."),
        (date(2026, 12, 1), "done", "Gone through on 2026-12-01, 0 days ago."),
        (date(2026, 11, 30), "done", "Gone through on 2026-11-30, 1 day ago."),
        (date(2026, 12, 24), "done", "Gone through on 2026-12-24, after November 2026."),
    ],
)
def test_the_plan_for_disasters(reviewed: date | None, state: str, said: str) -> None:
    world = scenes.empty()
    world.settings = replace(SETTINGS, plan_reviewed=reviewed)
    found = line(world, "Update disaster recovery plan")
    assert (found["state"], found["text"].startswith(said)) == (state, True)


@pytest.mark.parametrize(
    ("ahead", "state", "said"),
    [
        (80.4, "needs a person", "2027-02-19, in 80 days"),
        (91.0, "needs a person", "in 91 days"),
        (92.0, "done", "2027-03-03, in 92 days"),  # as many days as a quarter has
        (300.0, "done", "in 300 days"),
    ],
)
def test_storage_that_will_be_full(ahead: float, state: str, said: str) -> None:
    world = scenes.sparse()
    world.kpi("StorageGrowthRate", LAST, 0.5e9)
    world.kpi("DaysUntilStorageWarning", LAST, ahead)
    found = line(world, "Plan capacity scaling")
    assert found["state"] == state
    assert f"StorageWarning (50 GB): {said}" in found["text"] or said in found["text"]
    assert "no growth that reaches it" in found["text"]  # of the other threshold


@pytest.mark.parametrize(
    ("growth", "ahead", "state", "said"),
    [
        # of three days no trend is known, which is not that there is none
        (None, None, "no data", "StorageWarning (50 GB): how it grows is not known"),
        (0.0, None, "done", "no growth that reaches it within ten years"),
        # days ahead are from the report's end, whenever the trend was known last
        (0.5e9, (10, 80.0), "needs a person", "2027-01-30, in 60 days, by the trend of 2026-11-10"),
        (0.5e9, (10, 5.0), "needs a person", "2026-11-16, which is past, by the trend of"),
        (0.5e9, (30, 1.0), "needs a person", "2026-12-02, in 1 day;"),
    ],
)
def test_what_is_known_of_growth(
    growth: float | None, ahead: tuple[int, float] | None, state: str, said: str
) -> None:
    world = ReportWorld()
    world.kpi("StorageBytes", LAST, 4e9)
    if growth is not None:
        world.kpi("StorageGrowthRate", LAST, growth)
    if ahead:
        world.kpi("DaysUntilStorageWarning", date(2026, 11, ahead[0]), ahead[1])
    found = line(world, "Plan capacity scaling")
    assert found["state"] == state
    assert said in found["text"]


@pytest.mark.parametrize(
    ("question", "metric", "value", "said"),
    [
        (
            "Analyze storage growth trends",
            "StorageGrowth7d",
            10.04e9,
            "4 GB stored, just over 10 GB more than seven days before, over 10 GB a week.",
        ),
        (
            "Analyze storage growth trends",
            "StorageGrowth7d",
            -3e9,
            "4 GB stored, 3 GB less than seven days before, within 10 GB a week.",
        ),
        (
            "Analyze storage growth trends",
            "StorageGrowth7d",
            0.0,
            "4 GB stored, as seven days before, within 10 GB a week.",
        ),
        ("Update cost projections", "CostIncrease30d", 20.04, "Costs rose by 20.04 % in"),
        (
            "Analyze ROI metrics",
            "StorageSavingRealised",
            -3.0,
            "$3.00 more lost than saved, as far as is known, beside $14.00 that the suite costs",
        ),
    ],
)
def test_words_agree_with_their_numbers(
    question: str, metric: str, value: float, said: str
) -> None:
    world = scenes.sparse()
    world.kpi(metric, LAST, value)
    assert line(world, question)["text"].startswith(said)


@pytest.mark.parametrize(
    ("good", "state", "said"),
    [
        (99.9, "done", "43.2 of 43.2 allowed minutes down, 0 % of the error budget left"),
        (
            99.8999,
            "needs a person",
            "just over 43.2 of 43.2 allowed minutes down, the error budget overspent by 0.1 %",
        ),
        (
            99.85,
            "needs a person",
            "64.8 of 43.2 allowed minutes down, the error budget overspent by 50 %",
        ),
        (99.9999, "done", "0.043 of 43.2 allowed minutes down, 99.9 % of the error budget left"),
    ],
)
def test_a_budget_at_its_bound(good: float, state: str, said: str) -> None:
    world = ReportWorld()
    for day in range(1, 31):
        world.kpi("Availability", date(2026, 11, day), good * 1440, 1440.0)
    found = line(world, "Review SLA compliance")
    assert (found["state"], found["text"].startswith(said)) == (state, True), found["text"]


def test_money_says_of_which_days_it_is() -> None:
    world = ReportWorld()
    for day in (1, 2, 3):
        world.kpi("CacheHitRate", date(2026, 11, day), 90.0 * 1e6, 1e6)
    world.kpi("StorageSavingRealised", date(2026, 11, 3), 5.0)
    _, hits, rules = line(world, "Analyze ROI metrics")["details"]
    assert hits.endswith("at $0.0004 a thousand, 3 of 30 days")
    assert rules == "lifecycle rules: $5.00, measured by cost control, a month, of 3 Nov"


def test_cost_control_s_level_is_of_the_day_on_which_it_ran() -> None:
    for day, said in ((3, "level was normal on 2026-11-03, when it ran last"), (30, "is normal")):
        world = ReportWorld()
        world.cost_run(date(2026, 11, day), {"level": "normal", "buckets": {}})
        assert said in line(world, "Check cost alerts")["text"]


def test_storage_that_is_full() -> None:
    world = scenes.sparse()
    world.settings = replace(SETTINGS, limits=replace(SETTINGS.limits, storage_warning=4e9))
    found = line(world, "Plan capacity scaling")
    assert "StorageWarning (4 GB): passed: 4 GB" in found["text"]
    assert found["state"] == "needs a person"


def test_minutes_over_the_budget() -> None:
    found = line(scenes.sparse(), "Review SLA compliance")
    # ten days of polls, 0.2 % of which failed; a month allows 43.2 minutes
    assert found["text"].startswith("28.8 of 43.2 allowed minutes down, 33.3 % of the error budget")
    assert "14,400 of 43,200 minutes were polled (33.3 %)" in found["details"][0]


@pytest.mark.parametrize(
    ("hours", "state"), [(30, "done"), (48, "done"), (49, "needs a person")]
)  # fmt: skip
def test_a_recovery_point_that_is_old(hours: float, state: str) -> None:
    world = scenes.rich()
    world.answers["backup"]["ListRecoveryPointsByResource"] = {
        "RecoveryPoints": [
            {"CreationDate": NOW - timedelta(hours=hours), "Status": "COMPLETED"},
            {"CreationDate": NOW - timedelta(hours=1), "Status": "PARTIAL"},
        ]
    }
    found = line(world, "Verify backup status")
    assert found["state"] == state
    assert any(f"{hours} h old" in each for each in found["details"])


@pytest.mark.parametrize(
    ("seconds", "state", "lag"),
    [
        (900.0, "done", "15 min"),
        (900.2, "needs a person", "just over 15 min"),
        (1000.0, "needs a person", "16 min 40 s"),
    ],
)
def test_replicas_that_lag_behind(seconds: float, state: str, lag: str) -> None:
    world = scenes.rich()
    rule = {"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::copies"}}
    configuration = {"Role": "r", "Rules": [rule]}
    world.answers["s3"]["GetBucketReplication"] = {"ReplicationConfiguration": configuration}
    at = datetime(2026, 11, 20, tzinfo=UTC)
    world.cloudwatch.of_bucket("ReplicationLatency", at, seconds, SourceBucket="avatars",
                               DestinationBucket="copies", RuleId="all")  # fmt: skip
    found = line(world, "Verify backup status")
    assert found["state"] == state
    said = f"avatars, replication lag: replicas were {lag} behind at most"
    assert said in found["details"]
    assert "avatars, replication: replicated to copies" in found["details"]


@pytest.mark.parametrize(
    ("service", "operation", "answer", "said"),
    [
        ("s3", "GetBucketPolicyStatus", {"PolicyStatus": {"IsPublic": True}},
         "avatars, policy: its policy lets everybody in"),
        ("s3", "GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration",
         "avatars, public access: public access is not blocked by the bucket itself"),
        ("s3", "GetPublicAccessBlock", {"PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True}},
         f"avatars, public access: public access is not blocked by {', '.join(BLOCKS[1:])}"),
        ("guardduty", "GetFindingsStatistics", {"FindingStatistics": {"GroupedBySeverity": [
            {"Severity": 7.0, "TotalFindings": 2}, {"Severity": 6.9, "TotalFindings": 5}]}},
         "GuardDuty, findings: 7 findings, 2 of high or critical severity"),
        ("securityhub", "GetFindings", {"Findings": [
            {"Severity": {"Label": "CRITICAL"}}, {"Severity": {"Label": "HIGH"}}]},
         "Security Hub, findings: 1 critical and 1 high findings are new"),
    ],
)  # fmt: skip
def test_what_is_not_secure(service: str, operation: str, answer: Any, said: str) -> None:
    world = scenes.rich()
    world.answers[service][operation] = answer
    found = line(world, "Check security alerts")
    assert found["state"] == "needs a person"
    assert said in found["details"]
    assert found["links"]


@pytest.mark.parametrize(
    ("scene", "state"), [(scenes.rich, "done"), (scenes.empty, "done"), (_public, "needs a person")]
)
def test_who_was_refused(scene: Callable[[], ReportWorld], state: str) -> None:
    """It is an answer by itself, where nothing else is known as well."""
    world = scene()
    mallory = Requester("bucket", "arn:aws:iam::1:user/mallory", "203.0.113.0/24")
    for day in (1, 2):
        kept = AccessDay(1, {"cdn": 900, "bucket": 100}, (Refused(mallory, 30),))
        access_days.days_of(world.store).set(f"2026-11-0{day}", kept, NOW)
    found = line(world, "Check security alerts")
    assert found["state"] == state
    assert "60 of 2,000 requests were refused on 2 of 30 days." in found["text"]
    assert found["details"][-1] == (
        "refused: arn:aws:iam::1:user/mallory from 203.0.113.0/24 (bucket), 60 times"
    )


def test_where_no_log_was_read_it_says_so() -> None:
    details = line(scenes.rich(), "Check security alerts")["details"]
    assert details[-1] == "refused requests: no access log told of a day (optional)"


def test_budgets_and_anomalies_are_cost_alerts() -> None:
    found = line(scenes.rich(), "Check cost alerts")
    assert found["state"] == "needs a person"
    assert found["details"] == [
        "Fri 20 Nov 07:00 CET: Avatar budget. The budget's forecast is over $ 40"
    ]


def test_budgets_say_how_many_of_their_days_are_known() -> None:
    details = line(scenes.rich(), "Review SLA compliance")["details"]
    assert details[1].endswith("of 30 days, 1 day known")


def test_a_plan_names_the_buckets_that_are_to_be_decided_and_what_each_is_worth() -> None:
    world = scenes.sparse()
    world.cost_run(LAST, {
        "expected_saving_usd_month": 2.5,
        "buckets": {
            "b": {"outcome": "advise", "line": "GLACIER_IR would save",
                  "expected_saving_usd_month": 2.0},
            "c": {"outcome": "leave", "line": "nothing moves"},
            "a": {"outcome": "error"},
        },
    })  # fmt: skip
    found = line(world, "Plan optimization opportunities")
    assert found["state"] == "needs a person"
    assert found["text"] == (
        "Cost control's plan of 2026-11-30 is worth $2.50 a month; to decide: a, b."
    )
    assert found["details"] == [
        "a: error.", "b: advise, $2.00 a month. GLACIER_IR would save", "c: leave. nothing moves",
    ]  # fmt: skip


@pytest.mark.parametrize("outcome", ["advise", "stop", "refused", "unverified", "error"])
def test_what_is_to_be_decided_is_what_cost_control_could_not(outcome: str) -> None:
    world = scenes.sparse()
    for each, state in (("leave", "done"), (outcome, "needs a person")):
        world.cost_run(LAST, {"buckets": {"a": {"outcome": each}}})
        found = line(world, "Plan optimization opportunities")
        assert found["state"] == state
        assert "is worth an unknown sum a month" in found["text"]
