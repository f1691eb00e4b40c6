"""Budgets, and Cost Explorer's anomalies."""

from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule

MAX_EMAILS = 10
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
