"""The metrics of <root>/Access: what AccessLogs writes, and KPIs, dashboards and docs read."""

from __future__ import annotations

from dataclasses import dataclass

PREFIXES = {"cdn": "", "bucket": "Bucket"}
"""What a metric's name begins with, by who answered the request: what users see has the plain
names, what reached the bucket (the CDN's misses, uploads, everybody else) has ``Bucket``."""
MARKER = "AccessLogBatch"
"""The number of the last batch of tallies that was put; also the sign of life."""


@dataclass(frozen=True, slots=True)
class AccessMetric:
    """One metric, put by the minute. ``says`` tells how it is read."""

    name: str
    unit: str
    says: str
    of_bucket: bool = True  # whether the bucket has it as well as the CDN


ACCESS_METRICS = (
    AccessMetric("BytesSent", "Bytes", "Sum: bytes sent; SampleCount: requests"),
    AccessMetric("ClientErrorRate", "Percent", "Average: percent of requests answered with 4xx"),
    AccessMetric("ServerErrorRate", "Percent", "Average: percent of requests answered with 5xx"),
    AccessMetric(
        "CacheHitRate", "Percent",
        "Average: percent of cacheable requests that the cache answered; SampleCount: those"
        " requests", of_bucket=False,
    ),
    AccessMetric(
        "ByteHitRate", "Percent",
        "Average: percent of the bytes of cacheable answers that came from the cache; SampleCount:"
        " those bytes", of_bucket=False,
    ),
    AccessMetric(
        "TimeToFirstByte", "Milliseconds",
        "Average and percentiles: until the first byte of the answer left the edge, or the bucket",
    ),
    AccessMetric(
        "TotalTime", "Milliseconds",
        "Average and percentiles: until the last byte of the answer left",
    ),
)  # fmt: skip
