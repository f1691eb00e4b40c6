"""docs/scale.md: what one stack holds of each quota, and which gives way first.

Quotas are the documented defaults of an account in a region (each service's "Quotas" page); the
console's Service Quotas says what an account has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from local.generate.marks import replaced
from local.price.deployment import Deployed
from local.price.page import DEFAULT

_STACK, _ALARM = "AWS::CloudFormation::Stack", "AWS::CloudWatch::Alarm"
TARGET = 100_000
"""Systems, the far end of the arithmetic."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What an account may have of a resource in a region; ``raised`` where more is granted."""

    what: str
    kind: str
    most: int
    raised: str


QUOTAS = (
    Quota("stacks", _STACK, 2_000, "on request"),
    Quota("IAM roles (account)", "AWS::IAM::Role", 1_000, "5,000 on request"),
    Quota("CloudWatch alarms", _ALARM, 5_000, "on request"),
    Quota("SNS topics", "AWS::SNS::Topic", 100_000, "on request"),
    Quota("KMS keys", "AWS::KMS::Key", 100_000, "on request"),
    Quota("S3 buckets (account)", "AWS::S3::Bucket", 10_000, "1,000,000 on request"),
    Quota("DynamoDB tables", "AWS::DynamoDB::Table", 2_500, "10,000 on request"),
    Quota("schedules", "AWS::Scheduler::Schedule", 1_000_000, "on request"),
)


def render(page: str, template: Mapping[str, Any]) -> str:
    """Return the page with the tables of many systems."""
    counts = _counts(template)
    rows = sorted(QUOTAS, key=lambda quota: _stacks(quota, counts))
    lines = [
        f"| {each.what} | {counts[each.kind]} | {each.most:,} | {_stacks(each, counts):,} |"
        f" {_accounts(each, counts):,} | {each.raised} |"
        for each in rows
        if counts[each.kind]
    ]
    table = [
        f"| quota | one stack has | default | stacks | accounts for {TARGET:,} | raised |",
        "|---|---|---|---|---|---|",
        *lines,
        "",
        f"{rows[0].what} give way first, at {_stacks(rows[0], counts):,} stacks.",
        "",
        "| rate | one stack, on average | default | stacks |",
        "|---|---|---|---|",
        *(_rate(*each) for each in RATES),
    ]
    return replaced(page, "systems", "\n" + "\n".join(table) + "\n\n")


def _counts(template: Mapping[str, Any]) -> Counter[str]:
    """Count a default stack's resources by their types, those that SAM adds among them."""
    found = Deployed.of(template, DEFAULT).found
    counts = Counter(str(each["Type"]) for each in found.values())
    functions = [each for each in found.values() if each["Type"] == "AWS::Serverless::Function"]
    schedules = sum(
        event["Type"] == "ScheduleV2"
        for each in functions
        for event in each["Properties"].get("Events", {}).values()
    )
    # SAM makes a role for each function and one for each of its schedules
    counts["AWS::IAM::Role"] += len(functions) + schedules
    counts["AWS::Scheduler::Schedule"] += schedules
    counts[_STACK] = 1
    # to the next ten, so that an alert more does not change the page
    counts[_ALARM] = ceil(counts[_ALARM] / 10) * 10
    return counts


RATES = (("PutMetricData", 3 / 60, 500), ("GetMetricData", 6 / 300, 50))
"""Calls, how many a second a stack makes on average, and the quota (transactions a second)."""


def _rate(what: str, each: float, most: int) -> str:
    return f"| {what}, a second | {each:.2f} | {most:,} | {round(most / each):,} |"


def _stacks(quota: Quota, counts: Mapping[str, int]) -> int:
    has = counts[quota.kind]
    return floor(quota.most / has) if has else quota.most


def _accounts(quota: Quota, counts: Mapping[str, int]) -> int:
    return -(-TARGET // _stacks(quota, counts))
