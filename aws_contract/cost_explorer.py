"""Cost Explorer."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from aws_contract.core import Breach, Params, rule
from aws_contract.values import aware, now

METRICS = frozenset(
    {
        "AmortizedCost",
        "BlendedCost",
        "NetAmortizedCost",
        "NetUnblendedCost",
        "NormalizedUsageAmount",
        "UnblendedCost",
        "UsageQuantity",
    }
)
MAX_GROUPS = 2
_GROUPS = """
AZ INSTANCE_TYPE LEGAL_ENTITY_NAME INVOICING_ENTITY LINKED_ACCOUNT OPERATION PLATFORM PURCHASE_TYPE
SERVICE TENANCY RECORD_TYPE USAGE_TYPE
"""
GROUP_DIMENSIONS = frozenset(_GROUPS.split())
ELSEWHERE = frozenset(
    {"LINKED_ACCOUNT_NAME", "SERVICE_CODE", "PRODUCT_ATTRIBUTE"}
    | {"ANOMALY_TOTAL_IMPACT_ABSOLUTE", "ANOMALY_TOTAL_IMPACT_PERCENTAGE"}
)
MATCHES = {
    "Dimensions": {"EQUALS", "CASE_SENSITIVE"},
    "Tags": {"EQUALS", "ABSENT", "CASE_SENSITIVE"},
    "CostCategories": {"EQUALS", "ABSENT", "CASE_SENSITIVE"},
}


def _error(message: str) -> Breach:
    return Breach("ValidationException", message)


@rule("ce", "GetCostAndUsage", "GetCostForecast", "GetUsageForecast")
def period(params: Params) -> Iterator[Breach]:
    """Start before the end, in the granularity's form. Source: API Reference, DateInterval."""
    start, end = params["TimePeriod"]["Start"], params["TimePeriod"]["End"]
    hourly = params.get("Granularity") == "HOURLY"
    if ("T" in start) != hourly or ("T" in end) != hourly:
        yield _error("Start and end must have a time of day for HOURLY granularity, and only then.")
        return
    if aware(start) >= aware(end):
        yield _error("Start date (and hour) should be before end date (and hour)")
    if hourly and now() - aware(start) > timedelta(days=14):
        yield _error("You haven't enabled historical data beyond 14 days")


@rule("ce", "GetCostAndUsage")
def cost_and_usage(params: Params) -> Iterator[Breach]:
    """Ask for known metrics of the past. Source: API Reference, GetCostAndUsage."""
    if aware(params["TimePeriod"]["Start"]) > now():
        yield _error("Start date must not be after the current date")
    unknown = set(params.get("Metrics") or ()) - METRICS
    if not params.get("Metrics") or unknown:
        yield _error(f"Metrics must be given and valid: {', '.join(sorted(unknown))}")
    if len(params.get("GroupBy") or ()) > MAX_GROUPS:
        yield _error(f"Group definitions must be at most {MAX_GROUPS}")


@rule("ce", "GetCostAndUsage")
def groups(params: Params) -> Iterator[Breach]:
    """Group by what can be grouped by. Source: API Reference, GetCostAndUsage, GroupBy."""
    for group in params.get("GroupBy") or ():
        if group.get("Type") == "DIMENSION" and group.get("Key") not in GROUP_DIMENSIONS:
            yield _error(f"Invalid group definition: {group.get('Key')}")


@rule("ce", "GetCostAndUsage")
def filter_(params: Params) -> Iterator[Breach]:
    """Filter by expressions of one root each. Source: API Reference, Expression."""
    if "Filter" in params:
        yield from _expression(params["Filter"])


def _expression(expression: Mapping[str, Any]) -> Iterator[Breach]:
    if len(expression) != 1:
        yield _error(
            "Expression has more than one roots. Only one root operator is allowed for each "
            "expression: And, Or, Not, Dimensions, Tags, CostCategories"
        )
        return
    [(root, inner)] = expression.items()
    if root == "Not":
        yield from _expression(inner)
    elif root in {"And", "Or"}:
        for each in inner:
            yield from _expression(each)
    elif root in MATCHES:
        if inner.get("Key") in ELSEWHERE:
            yield _error(f"Dimension {inner['Key']} is not supported by GetCostAndUsage")
        if not set(inner.get("MatchOptions") or ()) <= MATCHES[root]:
            yield _error(f"Invalid MatchOptions for {root}: {inner['MatchOptions']}")
