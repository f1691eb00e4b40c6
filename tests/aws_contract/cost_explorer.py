"""Cost Explorer."""

from collections.abc import Iterator
from datetime import timedelta

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
