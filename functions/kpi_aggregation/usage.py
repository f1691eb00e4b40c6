"""What a run asks of AWS, and what that costs at list price."""

from dataclasses import asdict, dataclass

# us-east-1 list prices of CloudWatch: each metric that a GetMetricData call requests, each other
# call, each gigabyte that Logs Insights scans; each request to Cost Explorer.
USD_PER_METRIC = 0.01 / 1000
USD_PER_CALL = 0.01 / 1000
USD_PER_SCANNED_GB = 0.005
USD_PER_COST_REQUEST = 0.01


@dataclass(slots=True)
class Usage:
    """Calls of one run."""

    get_calls: int = 0
    metrics_requested: int = 0
    list_calls: int = 0
    put_calls: int = 0
    scanned_bytes: float = 0.0
    cost_requests: int = 0

    @property
    def usd(self) -> float:
        """The list price."""
        calls = (self.list_calls + self.put_calls) * USD_PER_CALL
        scanned = self.scanned_bytes / 1e9 * USD_PER_SCANNED_GB
        costs = self.cost_requests * USD_PER_COST_REQUEST
        return self.metrics_requested * USD_PER_METRIC + calls + scanned + costs

    def as_json(self) -> dict[str, float]:
        """Return it for the log."""
        return {**asdict(self), "usd": round(self.usd, 8)}
