"""Budgets, and Cost Explorer's anomalies."""

import re
from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule

MAX_EMAILS = 10
# Source: API model, NotificationThreshold.
MAX_THRESHOLD = 15_000_000_000_000
_ADDRESSES = {
    "SNS": r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}",
    "EMAIL": r"[^@\s]+@[^@\s]+\.[^@\s]+",
}
_IMPACTS = frozenset({"ANOMALY_TOTAL_IMPACT_ABSOLUTE", "ANOMALY_TOTAL_IMPACT_PERCENTAGE"})


@rule("budgets", "CreateBudget", "CreateNotification")
def subscribers(params: Params) -> Iterator[Breach]:
    """Tell one topic and ten mailboxes at most. Source: API Reference, Notification."""
    for each in params.get("NotificationsWithSubscribers") or [params]:
        kinds = [one["SubscriptionType"] for one in each.get("Subscribers", ())]
        if kinds.count("SNS") > 1 or kinds.count("EMAIL") > MAX_EMAILS or not kinds:
            yield Breach(
                "InvalidParameterException",
                "A notification has at least one subscriber, one SNS topic and ten e-mail "
                "addresses at most.",
            )


@rule("budgets", "CreateBudget")
def budget(params: Params) -> Iterator[Breach]:
    """Limit a sum, and warn of it once each. Source: API Reference, Budget and Notification."""
    limit = params["Budget"].get("BudgetLimit")
    if limit is not None and not float(limit["Amount"]) > 0:
        yield Breach("InvalidParameterException", "Budget limit amount must be greater than 0.")
    if "/" in params["Budget"]["BudgetName"] or ":" in params["Budget"]["BudgetName"]:
        yield Breach("InvalidParameterException", "A budget's name has no colon and no slash.")
    seen: list[Params] = []
    for each in params.get("NotificationsWithSubscribers") or ():
        if not 0 < each["Notification"]["Threshold"] <= MAX_THRESHOLD:
            yield Breach("InvalidParameterException", "A threshold is over 0.")
        if each["Notification"] in seen:
            yield Breach("DuplicateRecordException", "Duplicate notification.")
        seen.append(each["Notification"])
        for one in each["Subscribers"]:
            if not re.fullmatch(_ADDRESSES[one["SubscriptionType"]], one["Address"]):
                yield Breach("InvalidParameterException", f"Invalid address: {one['Address']}")


@rule("ce", "CreateAnomalySubscription")
def anomaly_subscription(params: Params) -> Iterator[Breach]:
    """SNS at once, e-mail in digests. Source: API Reference, AnomalySubscription, Frequency."""
    subscription = params["AnomalySubscription"]
    at_once = subscription["Frequency"] == "IMMEDIATE"
    if any((one["Type"] == "SNS") != at_once for one in subscription["Subscribers"]):
        yield _refused("Frequency IMMEDIATE is for SNS subscribers, DAILY and WEEKLY for EMAIL.")
    expression = subscription.get("ThresholdExpression")
    if (expression is None) == (subscription.get("Threshold") is None):
        yield _refused("You can specify either Threshold or ThresholdExpression, but not both.")
    elif expression and not any(name in expression for name in ("And", "Or")):
        yield from _threshold(expression)


def _threshold(expression: Params) -> Iterator[Breach]:
    impact = expression.get("Dimensions", {})
    if impact.get("Key") not in _IMPACTS or len(impact.get("Values", ())) != 1:
        yield _refused("ThresholdExpression is of one value of the absolute or relative impact.")
    elif impact.get("MatchOptions") != ["GREATER_THAN_OR_EQUAL"]:
        yield _refused("ThresholdExpression supports GREATER_THAN_OR_EQUAL alone.")


@rule("ce", "CreateAnomalyMonitor")
def anomaly_monitor(params: Params) -> Iterator[Breach]:
    """Monitor a dimension, or what is specified. Source: API Reference, AnomalyMonitor."""
    monitor = params["AnomalyMonitor"]
    is_dimensional = monitor["MonitorType"] == "DIMENSIONAL"
    if is_dimensional != ("MonitorDimension" in monitor):
        yield _refused("MonitorDimension is for monitors of type DIMENSIONAL, which need it.")


def _refused(message: str) -> Breach:
    return Breach("ValidationException", message)
