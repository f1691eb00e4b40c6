"""Count the findings of GuardDuty and Security Hub, where they are enabled."""

from __future__ import annotations

from collections import Counter
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from reporting.asking.buckets import why
from reporting.found import Check, State, Topic
from reporting.spans import Span

PAGES, A_PAGE = 5, 100
"""How many of Security Hub's findings are counted at most; with so many the number is not it."""


def guardduty(client: Any, span: Span, region: str) -> Check:
    """Return the findings of a span by severity (GetFindingsStatistics, API reference)."""
    link = f"https://{region}.console.aws.amazon.com/guardduty/home?region={region}#/findings"
    try:
        detectors = client.list_detectors()["DetectorIds"]
        if not detectors:
            return _check("GuardDuty", State.NO_DATA, f"not enabled in {region}")
        found = client.get_findings_statistics(
            DetectorId=detectors[0], GroupBy="SEVERITY",
            FindingCriteria={"Criterion": {
                "service.archived": {"Equals": ["false"]},
                "updatedAt": {
                    "GreaterThanOrEqual": int(span.start.timestamp() * 1000),
                    "LessThan": int(span.end.timestamp() * 1000),
                },
            }},
        )["FindingStatistics"].get("GroupedBySeverity", ())  # fmt: skip
    except (ClientError, BotoCoreError) as error:
        return _check("GuardDuty", State.NO_DATA, why(error))
    total = sum(each["TotalFindings"] for each in found)
    if not total:
        return _check("GuardDuty", State.DONE, "no findings", link)
    # 1 to 8.9 low to high, from 9 critical (GuardDuty User Guide, "Severity levels")
    high = sum(each["TotalFindings"] for each in found if each["Severity"] >= 7)
    text = f"{total} findings, {high} of high or critical severity"
    return _check("GuardDuty", State.PERSON, text, link)


def security_hub(client: Any, region: str) -> Check:
    """Return the active findings that nobody has looked at, of high and critical severity."""
    link = f"https://{region}.console.aws.amazon.com/securityhub/home?region={region}#/findings"
    try:
        counts, whole = _counted(client)
    except (ClientError, BotoCoreError) as error:
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
        absent = code == "InvalidAccessException"  # "not subscribed to AWS Security Hub"
        text = f"not enabled in {region}" if absent else why(error)
        return _check("Security Hub", State.NO_DATA, text)
    if not counts:
        return _check("Security Hub", State.DONE, "no new findings of high severity", link)
    least = "" if whole else "at least "
    text = f"{least}{counts['CRITICAL']} critical and {counts['HIGH']} high findings are new"
    return _check("Security Hub", State.PERSON, text, link)


def _counted(client: Any) -> tuple[Counter[str], bool]:
    counts: Counter[str] = Counter()
    request: dict[str, Any] = {
        "Filters": {
            "RecordState": [_equals("ACTIVE")],
            "WorkflowStatus": [_equals("NEW")],
            "SeverityLabel": [_equals("CRITICAL"), _equals("HIGH")],
        },
        "MaxResults": A_PAGE,
    }
    for _ in range(PAGES):
        page = client.get_findings(**request)
        counts.update(each["Severity"]["Label"] for each in page["Findings"])
        if not page.get("NextToken"):
            return counts, True
        request["NextToken"] = page["NextToken"]
    return counts, False


def _equals(value: str) -> dict[str, str]:
    return {"Value": value, "Comparison": "EQUALS"}


def _check(subject: str, state: State, text: str, link: str = "") -> Check:
    return Check(Topic.SECURITY, subject, "findings", state, text, link)
