"""AWS Backup, GuardDuty and Security Hub: what they refuse."""

from typing import Any

import pytest

SENT = "sent"
BUCKET = "arn:aws:s3:::avatars"


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        (BUCKET, SENT),
        ("arn:aws:rds:eu-north-1:123456789012:db:avatars", SENT),
        ("avatars", "InvalidParameterValueException"),
        ("arn:aws:s3:::avatars/a", "InvalidParameterValueException"),
    ],
)
def test_recovery_points(verdict: Any, arn: str, expected: str) -> None:
    assert verdict("backup", "ListRecoveryPointsByResource", {"ResourceArn": arn}) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"GroupBy": "SEVERITY"}, SENT),
        ({"FindingStatisticTypes": ["COUNT_BY_SEVERITY"]}, SENT),
        ({}, "BadRequestException"),
        ({"GroupBy": "DATE", "FindingStatisticTypes": ["COUNT_BY_SEVERITY"]},
         "BadRequestException"),
        ({"FindingStatisticTypes": ["COUNT_BY_SEVERITY"], "MaxResults": 5},
         "BadRequestException"),
        ({"GroupBy": "SEVERITY", "FindingCriteria": {"Criterion": {
            "updatedAt": {"LessThan": 1_795_000_000_000}}}}, SENT),
        ({"GroupBy": "SEVERITY", "FindingCriteria": {"Criterion": {
            "type": {"LessThan": 5}}}}, "BadRequestException"),
    ],
)  # fmt: skip
def test_statistics(verdict: Any, given: dict[str, Any], expected: str) -> None:
    sent = {"DetectorId": "0a1b2c", **given}
    assert verdict("guardduty", "GetFindingsStatistics", sent) == expected


@pytest.mark.parametrize(
    ("comparison", "count", "expected"),
    [("EQUALS", 20, SENT), ("EQUALS", 21, "InvalidInputException"),
     ("GREATER", 1, "InvalidInputException")],
)  # fmt: skip
def test_findings(verdict: Any, comparison: str, count: int, expected: str) -> None:
    filters = {"RecordState": [{"Value": "ACTIVE", "Comparison": comparison}] * count}
    assert verdict("securityhub", "GetFindings", {"Filters": filters}) == expected
