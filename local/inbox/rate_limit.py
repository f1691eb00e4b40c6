"""Slack's limit of messages a channel, as a token bucket."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field


class RateLimit(BaseModel):
    """Messages a second and channel, and how many at once after a pause."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_second: float = Field(default=1.0, gt=0)
    burst: int = Field(default=4, ge=1)


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimiter:
    """Holds a bucket for each channel; without a limit everything passes."""

    def __init__(self, limit: RateLimit | None = None) -> None:
        self.refused = 0
        self.set_limit(limit)

    def set_limit(self, limit: RateLimit | None) -> None:
        """Set or lift the limit; the buckets start full."""
        self.limit = limit
        self._buckets: dict[str, _Bucket] = {}

    def wait_for(self, channel: str, now: float) -> int:
        """Take a token and return 0, or return the whole seconds to wait for one.

        ``now`` is a monotonic time in seconds.
        """
        if self.limit is None:
            return 0
        bucket = self._buckets.setdefault(channel, _Bucket(self.limit.burst, now))
        grown = bucket.tokens + (now - bucket.at) * self.limit.per_second
        bucket.tokens, bucket.at = min(self.limit.burst, grown), now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0
        self.refused += 1
        return max(1, math.ceil((1 - bucket.tokens) / self.limit.per_second))
