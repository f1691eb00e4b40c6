from typing import Any

import pytest

SENT, INVALID = "sent", "ValidationError"
REFUSED = "ValidationException"


def composite(rule: str, **changes: Any) -> dict[str, Any]:
    return {"AlarmName": "down", "AlarmRule": rule} | changes


SUPPRESSED = {
    "ActionsSuppressor": "parent",
    "ActionsSuppressorWaitPeriod": 300,
    "ActionsSuppressorExtensionPeriod": 600,
}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        pytest.param(composite('ALARM("a b") OR OK(c)'), SENT, id="names"),
        pytest.param(composite('(ALARM("a") AND NOT OK("b")) OR TRUE'), SENT, id="nested"),
        pytest.param(composite('ALARM("a"'), INVALID, id="not closed"),
        pytest.param(composite('ALARM("a") XOR ALARM("b")'), INVALID, id="operator"),
        pytest.param(composite("ALARM()"), INVALID, id="nobody"),
        pytest.param(composite(" OR ".join(f"ALARM(a{n})" for n in range(100))), SENT, id="100"),
        pytest.param(composite(" OR ".join(f"ALARM(a{n})" for n in range(101))), INVALID, id="101"),
        pytest.param(composite("ALARM(a)", **SUPPRESSED), SENT, id="suppressed"),
        pytest.param(composite("ALARM(a)", ActionsSuppressor="parent"), INVALID, id="for how long"),
        pytest.param(
            composite("ALARM(a)", ActionsSuppressorWaitPeriod=60), INVALID, id="by nobody"
        ),
    ],
)
def test_composites(verdict: Any, params: dict[str, Any], expected: str) -> None:
    assert verdict("cloudwatch", "PutCompositeAlarm", params) == expected


SNS = {"SubscriptionType": "SNS", "Address": "arn:aws:sns:us-east-1:123456789012:costs"}
MAIL = {"SubscriptionType": "EMAIL", "Address": "ops@example.com"}


@pytest.mark.parametrize(
    ("subscribers", "expected"),
    [
        pytest.param([SNS], SENT, id="topic"),
        pytest.param([SNS, *[MAIL] * 10], SENT, id="topic and ten mailboxes"),
        pytest.param([SNS, SNS], "InvalidParameterException", id="two topics"),
        pytest.param([MAIL] * 11, "InvalidParameterException", id="eleven mailboxes"),
    ],
)
def test_budgets(verdict: Any, subscribers: list[dict[str, str]], expected: str) -> None:
    notification = {
        "NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN",
        "Threshold": 80.0, "ThresholdType": "PERCENTAGE",
    }  # fmt: skip
    params = {
        "AccountId": "123456789012",
        "Budget": {
            "BudgetName": "monthly", "BudgetType": "COST", "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": "200", "Unit": "USD"},
        },
        "NotificationsWithSubscribers": [
            {"Notification": notification, "Subscribers": subscribers}
        ],
    }  # fmt: skip
    assert verdict("budgets", "CreateBudget", params) == expected


def subscription(**changes: Any) -> dict[str, Any]:
    impact = {
        "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "Values": ["50"],
        "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
    }  # fmt: skip
    given = {
        "SubscriptionName": "anomalies",
        "MonitorArnList": ["arn:aws:ce::123456789012:anomalymonitor/a"],
        "Subscribers": [{"Type": "SNS", "Address": SNS["Address"]}],
        "Frequency": "IMMEDIATE",
        "ThresholdExpression": {"Dimensions": impact},
    } | changes
    return {"AnomalySubscription": {k: v for k, v in given.items() if v is not None}}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        pytest.param(subscription(), SENT, id="topic at once"),
        pytest.param(subscription(Frequency="DAILY"), REFUSED, id="topic daily"),
        pytest.param(
            subscription(Subscribers=[{"Type": "EMAIL", "Address": "a@example.com"}]),
            REFUSED, id="mail at once",
        ),
        pytest.param(subscription(Threshold=50.0), REFUSED, id="two thresholds"),
        pytest.param(subscription(ThresholdExpression=None), REFUSED, id="none"),
        pytest.param(
            subscription(ThresholdExpression={"Dimensions": {"Key": "SERVICE", "Values": ["S3"]}}),
            REFUSED, id="of a service",
        ),
    ],
)  # fmt: skip
def test_anomaly_subscriptions(verdict: Any, params: dict[str, Any], expected: str) -> None:
    assert verdict("ce", "CreateAnomalySubscription", params) == expected


@pytest.mark.parametrize(
    ("monitor", "expected"),
    [
        pytest.param({"MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}, SENT, id="it"),
        pytest.param({"MonitorType": "DIMENSIONAL"}, REFUSED, id="which"),
        pytest.param({"MonitorType": "CUSTOM", "MonitorDimension": "SERVICE"}, REFUSED, id="both"),
    ],
)
def test_anomaly_monitors(verdict: Any, monitor: dict[str, Any], expected: str) -> None:
    params = {"AnomalyMonitor": {"MonitorName": "services", **monitor}}
    assert verdict("ce", "CreateAnomalyMonitor", params) == expected
